//! What a file is, from its first octets.

use super::CaptureError;
use super::error::FirstOctets;
use super::facts::{CaptureFormat, Compression};

/// pcapng's section header block type, the same in both byte orders.
pub(super) const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// Names the format, or says why there is none. `start` is as much of the file's start as there is.
pub(super) fn probe(start: &[u8]) -> Result<CaptureFormat, CaptureError> {
    match start.first_chunk::<4>() {
        Some(&SECTION_HEADER) => Ok(CaptureFormat::PcapNg),
        Some(&magic) if is_pcap(magic) => Ok(CaptureFormat::Pcap),
        _ => Err(refusal(start)),
    }
}

/// Microseconds, nanoseconds and Kuznetzov's modified format, in both byte orders.
fn is_pcap(magic: [u8; 4]) -> bool {
    let is = |magic| matches!(magic, 0xa1b2_c3d4 | 0xa1b2_3c4d | 0xa1b2_cd34_u32);
    is(u32::from_le_bytes(magic)) || is(u32::from_be_bytes(magic))
}

fn refusal(start: &[u8]) -> CaptureError {
    if start.is_empty() {
        return CaptureError::Empty;
    }
    if let Some(compression) = compression(start) {
        return CaptureError::Compressed(compression);
    }
    if start.len() < 4 {
        return CaptureError::CutHeader { format: "file", length: start.len() as u64, needed: 24 };
    }
    CaptureError::NotACapture { first: FirstOctets::of(start), hint: hint(start) }
}

fn compression(start: &[u8]) -> Option<Compression> {
    let known: [(&[u8], Compression); 5] = [
        (b"\x1f\x8b", Compression::Gzip),
        (b"\x28\xb5\x2f\xfd", Compression::Zstd),
        (b"\xfd7zXZ", Compression::Xz),
        (b"BZh", Compression::Bzip2),
        (b"PK\x03\x04", Compression::Zip),
    ];
    known.into_iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, compression)| compression)
}

fn hint(start: &[u8]) -> &'static str {
    let known: [(&[u8], &str); 5] = [
        (b"snoop\0", " (a snoop capture); convert it: `editcap -F pcap IN OUT`"),
        (b"GMBU", " (a Network Monitor capture); convert it: `editcap -F pcap IN OUT`"),
        (b"RTSS", " (a Network Monitor capture); convert it: `editcap -F pcap IN OUT`"),
        (b"XCP\0", " (a NetXRay capture); convert it: `editcap -F pcap IN OUT`"),
        (b"\x7fELF", " (a program)"),
    ];
    if let Some((_, hint)) = known.into_iter().find(|(magic, _)| start.starts_with(magic)) {
        return hint;
    }
    if start.iter().all(|&octet| octet == 0) {
        return " (only zeros); copy the file again";
    }
    if looks_like_text(start) {
        return " (looks like text); export the capture with `monitor capture NAME export location flash:NAME.pcap`";
    }
    "; export the capture as pcap or pcapng"
}

fn looks_like_text(start: &[u8]) -> bool {
    start.iter().all(|&octet| octet.is_ascii_graphic() || octet.is_ascii_whitespace() || octet >= 0x80)
        && start.iter().filter(|octet| octet.is_ascii()).count() * 2 > start.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_octets() {
        assert_eq!(probe(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0]).unwrap(), CaptureFormat::Pcap);
        assert_eq!(probe(&[0xa1, 0xb2, 0x3c, 0x4d]).unwrap(), CaptureFormat::Pcap);
        assert_eq!(probe(&[0x0a, 0x0d, 0x0d, 0x0a, 28]).unwrap(), CaptureFormat::PcapNg);
    }

    #[test]
    fn a_refusal_says_what_it_is_and_what_to_do() {
        let message = |start: &[u8]| probe(start).unwrap_err().to_string();
        assert!(message(b"").contains("empty"));
        assert!(message(b"\xd4\xc3").contains("ends at offset 2"));
        assert!(message(b"\x1f\x8b\x08\0").contains("gzip-compressed"), "{}", message(b"\x1f\x8b\x08\0"));
        assert!(message(b"\x1f\x8b\x08\0").contains("gunzip"));
        assert!(
            message(b"Starting the packet display").contains("53 74 61 72 74 69 6e 67 (looks like text)")
        );
        assert!(message(b"\0\0\0\0\0").contains("zeros"));
        assert!(message(b"\x01\x02\x03\x04").contains("01 02 03 04; export"));
    }
}
