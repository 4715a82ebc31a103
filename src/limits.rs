//! Every bound of the program: its name, its value, and why. A bound that is reached shows as a warning in the report.

use crate::model::Span;

/// Largest packet record read, in octets. Wireshark's limit (`WTAP_MAX_PACKET_SIZE_STANDARD`) is 262,144;
/// jumbo records from offload can be larger. A longer length field means a damaged file.
pub const MAX_RECORD: usize = 1 << 20;

/// Octets kept of each direction of a TCP connection. A TLS handshake with the largest certificate chains stays under
/// 128 KiB and a licensing message in clear under some hundred KiB; what follows cannot change a verdict.
pub const STREAM_OCTETS: u64 = 1 << 20;

/// Pieces (runs of octets from one frame) kept of each direction: 1 MiB in 16-octet segments. Smaller ones are an attack.
pub const STREAM_PIECES: usize = 1 << 16;

/// Separate runs between gaps kept of each direction. A capture that lost frames in a thousand places proves no more
/// with the next; the bound keeps an insertion in the middle under a microsecond.
pub const STREAM_RUNS: usize = 1024;

/// Conflicts (same range, other octets) described per direction; more are only counted.
pub const STREAM_CONFLICTS: usize = 8;

/// TCP connections followed at once: an uplink's worth of other hosts. The least recently active leave first.
pub const FLOWS: usize = 1 << 15;

/// Octets of payload and segment logs held for all connections together. A connection's share is bounded above; this
/// bounds their sum, for a capture of thousands of bulk transfers.
pub const FLOW_MEMORY: u64 = 256 << 20;

/// Connections remembered by number only after they have left the table, so that late frames keep tshark's number.
pub const FLOW_NUMBERS: usize = 1 << 18;

/// Segments kept from the start of a connection: handshake, CONNECT, TLS, the request.
pub const SEGMENTS_HEAD: usize = 64;

/// Segments kept from the end of a connection: retransmissions and the close.
pub const SEGMENTS_TAIL: usize = 64;

/// ICMP errors kept per connection: one per transmission of a SYN, and then some.
pub const ICMP_PER_FLOW: usize = 16;

/// Transmissions of SYN, SYN-ACK and RST kept per connection; no stack repeats one more than some ten times.
pub const REPEATS_PER_FLOW: usize = 64;

/// Closed connections leave the table after this much capture time without a frame: past the first retransmissions of
/// a lost FIN or of data answered by RST, which tell something of the close; later ones tell nothing new.
pub const CLOSED_IDLE: Span = Span::seconds(15);

/// Packets between two searches for closed connections to hand over, at least; more when there are many connections,
/// so that searching costs a packet no more than looking at four of them.
pub const SWEEP_PACKETS: usize = 1 << 12;
/// Largest pcapng packet, section or interface block read, in octets: a packet record and 64 KiB of options.
pub const MAX_BLOCK: usize = MAX_RECORD + (1 << 16);

/// Largest pcapng block without packets skipped, in octets, Wireshark's limit for any block (`MAX_BLOCK_SIZE`).
/// Nothing of it is kept; a longer length field means a damaged file.
pub const MAX_SKIPPED_BLOCK: u64 = 16 << 20;

/// Octets read from the file at a time: large enough that system calls cost nothing, small enough for the cache.
pub const READ_BUFFER: usize = 256 << 10;

/// Interfaces remembered of a pcapng section. A switch's capture has one to a few; a damaged file could name millions.
pub const MAX_INTERFACES: usize = 4096;

/// Link types listed in the report. Real files have one or two.
pub const MAX_LINK_TYPES: usize = 16;

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
