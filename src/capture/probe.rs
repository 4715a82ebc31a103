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
    let known: [(&[u8], &str); 7] = [
        (b"\xff\xfe", " (text in UTF-16, it seems); save it as UTF-8 and give that"),
        (b"\xfe\xff", " (text in UTF-16, it seems); save it as UTF-8 and give that"),
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
    "; export the capture as pcap or pcapng"
}

/// What to say of a text that starts so and holds no packets; `others` says that it holds octets in hexadecimal, of
/// something else.
pub(super) fn no_dump(start: &[u8], others: bool) -> CaptureError {
    let hint = if others {
        " (a text with octets in hexadecimal, but none of them is an Ethernet or IP packet); export the capture with \
         `monitor capture NAME export location flash:NAME.pcap`"
    } else if is_from_a_switch(start) {
        " (text from a switch, without packets in it); give it with --transcript beside a capture, or show the packets with \
         `show monitor capture NAME buffer dump`"
    } else {
        " (looks like text, in which no line begins with an offset and octets in hexadecimal); export the capture with \
         `monitor capture NAME export location flash:NAME.pcap`"
    };
    CaptureError::NotACapture { first: FirstOctets::of(start), hint }
}

/// Commands, logs and headings of IOS XE.
fn is_from_a_switch(start: &[u8]) -> bool {
    const WORDS: [&str; 11] = [
        "#sh",
        ">sh",
        "show license",
        "Smart Licensing",
        "SMART_LIC",
        "Current configuration",
        "Cisco IOS",
        "SAEVT_",
        "License Usage",
        "Load for five secs",
        "Building configuration",
    ];
    let text = String::from_utf8_lossy(start);
    WORDS.iter().any(|word| text.contains(word))
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
        let text = no_dump(b"Starting the packet display", false).to_string();
        assert!(text.contains("53 74 61 72 74 69 6e 67 (looks like text"), "{text}");
        let text = no_dump(b"Switch#show license all\r\n", false).to_string();
        assert!(text.contains("--transcript"), "{text}");
        assert!(message(b"\xff\xfe0\0:\0").contains("UTF-16"));
        assert!(message(b"\0\0\0\0\0").contains("zeros"));
        assert!(message(b"\x01\x02\x03\x04").contains("01 02 03 04; export"));
    }
}
