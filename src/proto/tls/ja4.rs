//! JA4, the client fingerprint of FoxIO's public specification (`technical_details/JA4.md`), for TLS over TCP.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::extension::id;
use super::version::is_grease;
use super::{ClientHello, Version};

/// The JA4 fingerprint of a ClientHello, such as `t13d1516h2_8daaf6152771_e5627efa2ab1`.
pub fn ja4(hello: &ClientHello) -> String {
    let mut suites: Vec<u16> = hello.cipher_suites.iter().map(|suite| suite.0).collect();
    suites.sort_unstable();
    let extensions: Vec<u16> = hello.extensions.iter().copied().filter(|&id| !is_grease(id)).collect();
    format!(
        "t{}{}{:02}{:02}{}_{}_{}",
        version(hello.highest_version()),
        if extensions.contains(&id::SERVER_NAME) { 'd' } else { 'i' },
        suites.len().min(99),
        extensions.len().min(99),
        protocol(hello.alpn.first().map(String::as_str)),
        hash(&hex_list(&suites)),
        hash(&extension_part(&extensions, &hello.signature_algorithms)),
    )
}

fn version(version: Version) -> &'static str {
    match version {
        Version::TLS_1_3 => "13",
        Version::TLS_1_2 => "12",
        Version::TLS_1_1 => "11",
        Version::TLS_1_0 => "10",
        Version::SSL_3 => "s3",
        Version::SSL_2 => "s2",
        _ => "00",
    }
}

/// First and last character of the first protocol name; of its hex form where either is no letter or digit.
fn protocol(first: Option<&str>) -> String {
    let ends = |text: &str| text.chars().next().zip(text.chars().last());
    let join = |(a, b): (char, char)| format!("{a}{b}");
    match first.and_then(ends) {
        None => "00".to_owned(),
        Some((a, b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => join((a, b)),
        Some(_) => ends(&to_hex(first.unwrap_or_default().as_bytes())).map_or_else(String::new, join),
    }
}

/// Sorted extensions without server_name and ALPN, then the signature algorithms in their own order.
fn extension_part(extensions: &[u16], signature_algorithms: &[u16]) -> String {
    let mut sorted: Vec<u16> =
        extensions.iter().copied().filter(|id| ![id::SERVER_NAME, id::ALPN].contains(id)).collect();
    sorted.sort_unstable();
    let mut text = hex_list(&sorted);
    if !signature_algorithms.is_empty() {
        text.push('_');
        text.push_str(&hex_list(signature_algorithms));
    }
    text
}

fn hex_list(numbers: &[u16]) -> String {
    numbers.iter().map(|number| format!("{number:04x}")).collect::<Vec<_>>().join(",")
}

/// The first 12 hex digits of the SHA-256, or zeros for nothing.
fn hash(text: &str) -> String {
    if text.is_empty() {
        return "000000000000".to_owned();
    }
    let digest = Sha256::digest(text.as_bytes());
    to_hex(digest.as_slice().first_chunk::<6>().map_or(&[][..], <[u8; 6]>::as_slice))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::noise::hex;

    /// The specification's worked example: the hashes of a Chrome hello.
    #[test]
    fn the_parts_hash_as_the_specification_says() {
        let suites = "002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9";
        assert_eq!(hash(suites), "8daaf6152771");
        let extensions = [
            0x1b, 0x00, 0x33, 0x10, 0x4469, 0x17, 0x2d, 0x0d, 0x05, 0x23, 0x12, 0x2b, 0xff01, 0x0b, 0x0a,
            0x15,
        ];
        let algorithms = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
        assert_eq!(hash(&extension_part(&extensions, &algorithms)), "e5627efa2ab1");
        assert_eq!(hash(""), "000000000000");
    }

    #[test]
    fn the_protocol_is_two_characters() {
        assert_eq!(protocol(Some("h2")), "h2");
        assert_eq!(protocol(Some("http/1.1")), "h1");
        assert_eq!(protocol(Some("h")), "hh");
        assert_eq!(protocol(None), "00");
        assert_eq!(protocol(Some("-x-")), "2d");
    }

    /// The same hello as a whole, built from the specification's lists.
    #[test]
    fn the_whole_is_the_specifications_example() {
        let mut body = vec![3, 3];
        body.extend([0; 33]);
        let suites = "8a8a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035";
        let extensions = "7a7a 0000  001b 0000  0033 0000  0010 0005 0003 02 6832  4469 0000  0017 0000  002d 0000 \
            000d 0012 0010 0403 0804 0401 0503 0805 0501 0806 0601  0005 0000  0023 0000  0012 0000 \
            002b 0007 06 9a9a 0304 0303  ff01 0000  000b 0000  000a 0000  0015 0000  0000 0006 0004 00 0001 61  baba 0000";
        for list in [hex(suites), vec![], hex(extensions)] {
            body.extend(u16::try_from(list.len()).unwrap().to_be_bytes());
            body.extend(list);
        }
        // No compression methods: an octet of length only.
        body.remove(35 + 2 + 32);
        let hello = ClientHello::parse(&body).unwrap();
        assert_eq!(ja4(&hello), "t13d1516h2_8daaf6152771_e5627efa2ab1");
    }
}
