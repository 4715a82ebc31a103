//! Every bound of the program: its name, its value, and why. A bound that is reached shows as a warning in the report.

/// Largest packet record read, in octets. Wireshark's limit (`WTAP_MAX_PACKET_SIZE_STANDARD`) is 262,144;
/// jumbo records from offload can be larger. A longer length field means a damaged file.
pub const MAX_RECORD: usize = 1 << 20;

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
