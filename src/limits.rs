//! Every bound of the program: its name, its value, and why. A bound that is reached shows as a warning in the report.

/// Largest packet record read, in octets. Wireshark's limit (`WTAP_MAX_PACKET_SIZE_STANDARD`) is 262,144;
/// jumbo records from offload can be larger. A longer length field means a damaged file.
pub const MAX_RECORD: usize = 1 << 20;
