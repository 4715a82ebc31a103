//! Names with compression (RFC 1035 §4.1.4).

use crate::limits::MAX_DNS_LABELS;
use crate::model::HostName;
use crate::proto::cursor::Cursor;

/// Longest name in octets (RFC 1035 §2.3.4).
const MAX_NAME: usize = 255;

/// The name at `at` in `message`, and where the octets behind it start. Every pointer must point before the place it was
/// reached from, so that pointers cannot loop (smoltcp does the same).
pub(super) fn read(message: &[u8], at: usize) -> Option<(HostName, usize)> {
    octets(message, at).map(|(name, behind)| (HostName::new(&text(&name)), behind))
}

/// Where the octets behind the name at `at` start, for a name that nobody asks for.
pub(super) fn skip(message: &[u8], at: usize) -> Option<usize> {
    octets(message, at).map(|(_, behind)| behind)
}

fn octets(message: &[u8], at: usize) -> Option<(Vec<u8>, usize)> {
    let mut name = Vec::new();
    let mut behind = None;
    let (mut position, mut lowest) = (at, at);
    for _ in 0..=MAX_DNS_LABELS * 2 {
        let mut cursor = Cursor::new(message.get(position..)?);
        match cursor.u8()? {
            0 => return Some((name, behind.unwrap_or(position + 1))),
            len @ 1..=0x3f => {
                push(&mut name, cursor.take(len.into())?)?;
                position += 1 + usize::from(len);
            }
            high @ 0xc0.. => {
                let target = usize::from(high & 0x3f) << 8 | usize::from(cursor.u8()?);
                behind = behind.or(Some(position + 2));
                if target >= lowest {
                    return None;
                }
                (position, lowest) = (target, target);
            }
            _ => return None,
        }
    }
    None
}

/// One more label; a dot inside it is escaped, as in zone files (RFC 1035 §5.1).
fn push(name: &mut Vec<u8>, label: &[u8]) -> Option<()> {
    if !name.is_empty() {
        name.push(b'.');
    }
    for &octet in label {
        if matches!(octet, b'.' | b'\\') {
            name.push(b'\\');
        }
        name.push(octet);
    }
    (name.len() <= 2 * MAX_NAME).then_some(())
}

/// Octets as characters; `HostName` escapes what is not printable ASCII.
fn text(name: &[u8]) -> String {
    name.iter().map(|&octet| char::from(octet)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::noise::torture;

    #[test]
    fn pointers_are_followed_backwards_only() {
        let message = b"\x05cisco\x03com\x00\x05tools\xc0\x00\xc0\x0b";
        assert_eq!(read(message, 11), Some((HostName::new("tools.cisco.com"), 19)));
        assert_eq!(read(message, 19), Some((HostName::new("tools.cisco.com"), 21)));
        assert_eq!(read(b"\xc0\x00", 0), None);
        assert_eq!(read(b"\x01a\xc0\x00", 0), None);
        assert_eq!(read(b"\xc0\x02\xc0\x00", 2), None);
        torture(message, |bytes| (0..bytes.len() + 2).for_each(|at| drop(read(bytes, at))));
    }

    #[test]
    fn odd_octets_are_escaped() {
        let (name, _) = read(b"\x03a.b\x02\x1bC\x00", 0).unwrap();
        assert_eq!(name.as_str(), "a\\.b.\\u{1b}c");
        assert_eq!(read(b"\x00", 0).unwrap().0.as_str(), "");
    }
}
