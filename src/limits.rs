//! Every bound of the program: its name, its value, and why. A bound that is reached shows as a warning in the report.

use crate::model::Span;

/// Largest packet record read, in octets. Wireshark's limit (`WTAP_MAX_PACKET_SIZE_STANDARD`) is 262,144;
/// jumbo records from offload can be larger. A longer length field means a damaged file.
pub const MAX_RECORD: usize = 1 << 20;

/// Longest text kept from a packet, in characters: a product header, a reason, a subject. What is longer is cut with `…`;
/// nobody reads further in a report, and a hostile peer must not fill one.
pub const MAX_TEXT: usize = 512;

/// Longest label kept where the real thing is a word: a method, an authentication scheme, a licensing status, an ALPN name.
pub const MAX_WORD: usize = 64;

/// Longest handshake message that is believed, in octets. OpenSSL accepts certificate lists of 100 KiB
/// (`SSL_MAX_CERT_LIST_DEFAULT`); the length field allows 16 MiB.
pub const MAX_HANDSHAKE_MESSAGE: usize = 1 << 17;

/// Longest TLS record fragment, in octets: 2^14 and TLS 1.2's 2,048 of expansion (RFC 5246 §6.2.3).
pub const MAX_TLS_RECORD: usize = 18_432;

/// Certificates kept of one list; real chains have 2 to 5.
pub const MAX_CERTIFICATES: usize = 16;

/// Names (DNS and address) kept of one certificate; public CAs allow 100.
pub const MAX_CERTIFICATE_NAMES: usize = 128;

/// Cipher suites, versions, extensions or names kept of one hello or certificate; real hellos stay under 200 of each.
pub const MAX_HELLO_LIST: usize = 256;

/// Header fields kept of one HTTP head; Apache's own limit (`LimitRequestFields`) is 100.
pub const MAX_HTTP_HEADERS: usize = 128;

/// Longest HTTP head in octets; squid (`reply_header_max_size`) and Apache stop at 64 KiB.
pub const MAX_HTTP_HEAD: usize = 1 << 16;

/// How much of an error page is searched for its author's words, in octets; squid's page is 4 KiB, its signature at the end.
pub const MAX_PAGE_SEARCHED: usize = 1 << 14;

/// Answers kept of one DNS message; a UDP answer of 4,096 octets holds about 250.
pub const MAX_DNS_ANSWERS: usize = 256;

/// Labels of one DNS name: 255 octets hold 127 (RFC 1035 §2.3.4).
pub const MAX_DNS_LABELS: usize = 127;

/// Octets kept of each direction of a TCP connection. A TLS handshake with the largest certificate chains stays under
/// 128 KiB and a licensing message in clear under some hundred KiB; of what follows only the frames are known.
pub const STREAM_OCTETS: u64 = 1 << 20;

/// Segments looked at for the message with which a connection goes on that began before its capture: 1 MiB in segments of 536 octets.
pub const MESSAGE_STARTS: usize = 1 << 11;

/// Pieces (runs of octets from one frame) kept of each direction: 1 MiB in 16-octet segments. Smaller ones are an attack.
pub const STREAM_PIECES: usize = 1 << 16;

/// Separate runs between gaps kept of each direction. A capture that lost frames in a thousand places proves no more
/// with the next; the bound keeps an insertion in the middle under a microsecond.
pub const STREAM_RUNS: usize = 1024;

/// Conflicts (same range, other octets) described per direction; more are only counted.
pub const STREAM_CONFLICTS: usize = 8;

/// TCP connections followed at once: an uplink's worth of other hosts. The least recently active leave first.
pub const FLOWS: usize = 1 << 15;

/// Octets held for all connections together while they are followed. A connection's share is bounded above; this bounds
/// their sum, for a capture of thousands of bulk transfers: with what is kept of finished ones and with the report, the
/// process stays under 256 MiB.
pub const FLOW_MEMORY: u64 = 64 << 20;

/// Octets kept of each direction once [`FLOW_MEMORY`] is reached: a handshake, CONNECT and the start of an answer.
pub const STREAM_OCTETS_TIGHT: u64 = 32 << 10;

/// Connections remembered by number only: those that were handed over, so that late frames keep tshark's number, and those that
/// are nobody's business.
pub const FLOW_NUMBERS: usize = 1 << 17;

/// How long a closed connection's number is remembered behind its last frame: TIME-WAIT, twice the maximum segment lifetime
/// (RFC 9293 §3.4.2).
pub const NUMBER_LIFETIME: Span = Span::seconds(240);

/// Segments kept from the start of a connection: handshake, CONNECT, TLS, the request.
pub const SEGMENTS_HEAD: usize = 64;

/// Segments kept from the end of a connection: retransmissions and the close.
pub const SEGMENTS_TAIL: usize = 64;

/// ICMP errors kept per connection: one per transmission of a SYN, and then some.
pub const ICMP_PER_FLOW: usize = 16;

/// Transmissions of SYN, SYN-ACK and RST kept per connection; no stack repeats one more than some ten times.
pub const REPEATS_PER_FLOW: usize = 64;

/// Octets of Certificate messages remembered with what they say; a server's is some four thousand.
pub const KNOWN_CHAINS: usize = 256 << 10;

/// Most TLS records read per direction. A licensing exchange has a few dozen; a bulk transfer's later records say nothing new.
pub const TLS_RECORDS: usize = 4_096;

/// Alerts kept of each direction of a session; real ones have one or two.
pub const TLS_ALERTS: usize = 32;

/// Rungs of all ladders together, and ten times as many under `--all`: where there are many attempts, each has its share.
pub const RUNGS_OF_ALL: usize = 1 << 16;

/// Rungs that every ladder may have.
pub const RUNGS_LEAST: usize = 16;

/// Characters of what one rung says.
pub const RUNG_TEXT: usize = 200;

/// Messages named on one rung of the ladder; more in one frame are an attack.
pub const MESSAGES_PER_RUNG: usize = 8;

/// Most HTTP messages read per direction of one connection.
pub const HTTP_MESSAGES: usize = 256;

/// Octets of an HTTP body read, as many as are kept of a direction: a licensing answer can have some hundred thousand.
pub const HTTP_BODY: usize = 1 << 20;

/// Most ARP and neighbour discovery tries held; a scan of a whole network is nobody's attempt.
pub const RESOLUTIONS: usize = 4_096;

/// Transmissions kept of one query or neighbour request, the first ones and the last.
pub const REPEATS_PER_QUERY: usize = 32;

/// Most DNS look-ups held, the oldest first, and those of a licensing service's name past it up to twice as many.
pub const LOOKUPS: usize = 10_000;

/// Octets held of all look-ups together, and twice as many for those of a licensing service's name.
pub const LOOKUP_MEMORY: usize = 12 << 20;

/// Truncated answers whose retry over TCP is awaited; the retry comes at once.
pub const TRUNCATED_ANSWERS: usize = 64;

/// Answers remembered for one address of a service, to tell which look-up led to a connection.
pub const ANSWERS_PER_ADDRESS: usize = 1_024;

/// Revocation fetches of each kind told of one attempt; a chain has a list and a responder for each certificate.
pub const FETCHES_PER_ATTEMPT: usize = 16;

/// Most queries held of one look-up: every server of a list, every suffix, both address types, some repetitions.
pub const QUERIES_PER_LOOKUP: usize = 64;

/// Frames looked at ahead for one that was written late: more than the queues of a capture point hold back.
pub const FRAMES_AHEAD: usize = 32;

/// Octets held of frames looked at ahead; a few large records, a hundred ordinary ones.
pub const OCTETS_AHEAD: u64 = 1 << 18;

/// Files of a merged capture that are read at the same time: capture points that ran together. Files of a ring follow each
/// other, however many there are. A reader takes some 0.3 MiB.
pub const MERGED_AT_ONCE: usize = 32;

/// Turns from one file to another held of a merged capture, 16 octets each. Two capture points that alternate make two of
/// every packet; whoever merges a million has other troubles than the frame numbers.
pub const MERGED_TURNS: usize = 1 << 20;

/// Largest pcapng packet, section or interface block read, in octets: a packet record and 64 KiB of options.
pub const MAX_BLOCK: usize = MAX_RECORD + (1 << 16);

/// Largest pcapng block without packets skipped, in octets, Wireshark's limit for any block (`MAX_BLOCK_SIZE`).
/// Nothing of it is kept; a longer length field means a damaged file.
pub const MAX_SKIPPED_BLOCK: u64 = 16 << 20;

/// Octets read from the file at a time: large enough that system calls cost nothing, small enough for the cache.
pub const READ_BUFFER: usize = 256 << 10;

/// How many times longer than its compressed input a capture may become, once it is over [`UNPACKED_ALWAYS`]. Captures pack
/// 2 to 20 times, the most repetitive ones about 200; a decompression bomb reaches 1,000 (gzip) and far more (zstd).
pub const UNPACKED_RATIO: u64 = 250;

/// Octets unpacked whatever their number says of the ratio: that much is read in a second.
pub const UNPACKED_ALWAYS: u64 = 64 << 20;

/// Largest zstd window believed, in octets. `zstd` makes 8 MiB at most unless asked for more; the decoder may hold the window
/// twice, and 128 MiB, what `zstd` itself accepts (`ZSTD_WINDOWLOG_LIMIT_DEFAULT`), would not fit the process's bound.
pub const ZSTD_WINDOW: u64 = 1 << 25;

/// Interfaces remembered of a pcapng section. A switch's capture has one to a few; a damaged file could name millions.
pub const MAX_INTERFACES: usize = 4096;

/// Link types listed in the report. Real files have one or two.
pub const MAX_LINK_TYPES: usize = 16;

/// Steps back of the clock told apart in one capture: each may be a file of a concatenation.
pub const CLOCK_STEPS: usize = 1_024;

/// Warnings kept about one capture; the rest is only counted. Nobody reads more.
pub const MAX_CAPTURE_WARNINGS: usize = 64;

/// Headers peeled from one frame before the TCP or UDP header: tags, labels, tunnels, IP in IP. Real stacks stay under ten.
pub const MAX_LAYERS: usize = 24;

/// IP datagrams under reassembly at the same time. With [`MAX_DATAGRAM`] this bounds the memory to 4 MiB.
pub const MAX_FRAGMENTED_DATAGRAMS: usize = 64;

/// Largest reassembled IP payload in octets: what the 16-bit lengths of RFC 791 and RFC 8200 allow.
pub const MAX_DATAGRAM: usize = 65_535;

/// How long fragments wait for the rest, in seconds of capture time (RFC 8200 §4.5 says 60; RFC 791 says at least 15).
pub const FRAGMENT_LIFETIME_SECONDS: i64 = 60;

/// Most time spans held in which hosts received frames; past it, new hosts count as not receiving.
pub const ARRIVAL_SPANS: usize = 1 << 16;

/// Most of them for one host: a day of minutes with pauses between them.
pub const ARRIVAL_SPANS_PER_HOST: usize = 1_024;

/// Most connections held that are attempts or may become some, and most attempts with those of look-ups. Each becomes an attempt of some 3 KiB with its verdict.
pub const CONNECTIONS: usize = 12_000;

/// The same under `--all`.
pub const CONNECTIONS_ALL: usize = 50_000;

/// Octets held of all those connections, their own payload not among them: it is let go once it is read.
pub const CONNECTION_MEMORY: u64 = 48 << 20;

/// Unnamed connections kept of one client to one endpoint when room is needed: more of the same tell nothing new.
pub const UNNAMED_ALIKE: usize = 8;

/// Most connections remembered only for a finding.
pub const MENTIONS: usize = 64;

/// Closed connections leave the table after this much capture time without a frame: past the first retransmissions of
/// a lost FIN or of data answered by RST, which tell something of the close; later ones tell nothing new.
pub const CLOSED_IDLE: Span = Span::seconds(15);

/// The same of one that both sides have closed and acknowledged: nobody has a reason to send anything more.
pub const FINISHED_IDLE: Span = Span::seconds(1);

/// Packets between two looks at the closed connections, so that looking costs a packet next to nothing.
pub const SWEEP_PACKETS: usize = 1 << 12;

/// Most attempts reported in full: more is more than anyone reads. The first and the last halves are kept.
pub const ATTEMPTS_IN_FULL: usize = 2_000;

/// The same under `--all`, whose report is read by programs.
pub const ATTEMPTS_IN_FULL_ALL: usize = 50_000;

/// Inputs up to this many octets are fingerprinted without being asked to: a longer one would cost seconds.
pub const HASHED_INPUT: u64 = 128 << 20;

/// Attempts that a finding is told of one by one; when more have it, they share one line. With the number of codes this
/// bounds all findings.
pub const FINDINGS_ALIKE: usize = 5;

/// Frames cited by one finding: it is an aside, and the report shows the first few.
pub const FINDING_EVIDENCE: usize = 8;

/// Octets read of one transcript: `show tech-support license` is under 1 MiB, a day's terminal log some tens.
pub const TRANSCRIPT_OCTETS: u64 = 256 << 20;

/// Octets read of one line of a transcript: a whole licensing message stands on one, some hundred thousand with many devices.
pub const TRANSCRIPT_LINE: u64 = 1 << 20;

/// Octets put together of a licensing message that the terminal wrapped over several lines.
pub const TRANSCRIPT_MESSAGE: usize = 1 << 20;

/// Events, exchanges, addresses and trials kept of each kind, the latest ones and up to twice as many: logs hold some hundreds.
pub const TRANSCRIPT_FACTS: usize = 512;

/// Name servers, time sources, static names, trustpoints and VRFs kept of each kind: IOS XE itself allows six name servers. Each
/// new one is compared with all that are known.
pub const TRANSCRIPT_SETTINGS: usize = 64;

/// Ranges of lines listed as not understood; more are only counted.
pub const TRANSCRIPT_UNREAD: usize = 64;

/// Requests and attempts set beside each other to estimate the clock's offset, the latest ones: each pair is tried as the offset.
pub const CLOCK_PAIRS: usize = 96;

/// Correlations reported; nobody reads more.
pub const CORRELATIONS: usize = 256;

/// Attempts listed besides the deciding one in a Markdown report, the latest first: a ticket is read by people.
pub const ATTEMPT_ROWS: usize = 50;

/// Attempts shown in full in an HTML report, the latest and the deciding one; the others have a line each. A browser lays
/// out a page of that many ladders in about a second.
pub const HTML_ATTEMPTS: usize = 100;

/// Neighbouring rungs without a message of their own from which the drawn ladder folds them to one.
pub const FOLDED_RUNGS: usize = 4;
/// Characters of one comment in an annotated capture: four octets each fit the option's 16-bit length.
pub const COMMENT: usize = 1 << 14;

/// Names of addresses in an annotated capture: what Wireshark shows of more, nobody reads, and a block's length is bounded.
pub const RESOLVED_NAMES: usize = 4_096;

/// Addresses remembered with what is shown for them; computed again past it.
pub const MAPPED_ADDRESSES: usize = 1 << 16;
/// Directions of connections that speak in clear of which the redacted capture's writer remembers where the last pieces ended,
/// some kilobytes each; forgotten past it, what follows is overwritten whole.
pub const REDACTED_IN_CLEAR: usize = 1 << 12;
/// Characters of a text dump's line that are read. Its packets take 80; a summary line is read no further than its length.
pub const MAX_DUMP_LINE: usize = 4_096;

/// Octets held of a text dump's packets while their times may still come, in the brief list behind them. A switch's buffer
/// holds 10 MB by default and 100 MB at most, which nobody prints; past it packets are handed on without time.
pub const DUMP_HELD: usize = 16 << 20;

/// Lines kept of a brief list: more packets than a printed buffer holds.
pub const DUMP_ROWS: usize = 1 << 17;

/// Places remembered where a dump's own index does not go on by one: the start of each dump in a log, and each lost packet.
pub const DUMP_INDEX_RUNS: usize = 1 << 14;
