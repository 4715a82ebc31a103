//! Every bound of the program: its name, its value, and why. A bound that is reached shows as a warning in the report.

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
