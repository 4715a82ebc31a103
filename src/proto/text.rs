//! Text from packets: escaped so that it is safe to print, and bounded.

use crate::limits::MAX_TEXT;

/// `bytes` as text that is safe to print: UTF-8, else latin-1; control and other unprintable characters escaped (`\u{1b}`);
/// at most [`MAX_TEXT`] characters, then `…`.
pub fn printable(bytes: &[u8]) -> String {
    bounded(bytes, MAX_TEXT)
}

/// As [`printable`], with at most `max` characters.
pub(super) fn bounded(bytes: &[u8], max: usize) -> String {
    // A character has at most four octets, so no more than this is looked at; a cut inside a character must not turn
    // the rest into latin-1.
    let bytes = bytes.get(..max.saturating_mul(4)).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        // Nearly all text; character by character takes twenty times as long.
        Ok(text) if bytes.len() <= max && bytes.iter().all(|octet| (0x20..0x7f).contains(octet)) => {
            text.to_owned()
        }
        Ok(text) => escape(text.chars(), max),
        Err(error) if error.error_len().is_none() => {
            escape(String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default()).chars(), max)
        }
        Err(_) => escape(bytes.iter().map(|&octet| char::from(octet)), max),
    }
}

fn escape(chars: impl Iterator<Item = char>, max: usize) -> String {
    let mut text = String::new();
    for (count, c) in chars.enumerate() {
        if count == max {
            text.push('…');
            break;
        }
        if is_printable(c) { text.push(c) } else { text.extend(c.escape_default()) }
    }
    text
}

/// `escape_debug` leaves exactly the printable characters as they are, apart from quotes and the backslash.
fn is_printable(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().len() == 1
}

/// The first line of `bytes` as printable text, to quote a banner or a page.
pub fn first_line(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|octet| matches!(octet, b'\r' | b'\n')).unwrap_or(bytes.len());
    printable(bytes.get(..end).unwrap_or_default())
}

/// Whether `bytes` begin as text does: at least four octets, the first 32 all printable ASCII, tab, CR, LF or UTF-8.
pub fn looks_like_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..32).unwrap_or(bytes);
    start.len() >= 4
        && start.iter().all(|&octet| octet >= 0x20 && octet != 0x7f || matches!(octet, 9 | 10 | 13))
        && {
            match std::str::from_utf8(start) {
                Ok(_) => true,
                Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
            }
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unprintable_characters_are_escaped() {
        assert_eq!(printable(b"a\x1b[31m\r\n\"b\\"), "a\\u{1b}[31m\\r\\n\"b\\");
        assert_eq!(printable("x\u{202e}y".as_bytes()), "x\\u{202e}y");
        assert_eq!(printable("접속".as_bytes()), "접속");
        assert_eq!(printable(b"acc\xe8s refus\xe9"), "accès refusé");
    }

    #[test]
    fn text_is_bounded_in_characters() {
        assert_eq!(bounded(b"abcdef", 3), "abc…");
        assert_eq!(bounded("ééééé".as_bytes(), 2), "éé…");
        assert_eq!(bounded(&"é".as_bytes()[..1], 2), "");
    }

    #[test]
    fn banners_are_text_and_tls_is_not() {
        assert!(looks_like_text(b"SSH-2.0-OpenSSH_9.2\r\n"));
        assert!(!looks_like_text(&[0x16, 3, 1, 2, 0, 1, 0]));
        assert!(!looks_like_text(b"\x05\xff"));
        assert_eq!(first_line(b"220 mail ESMTP\r\nmore"), "220 mail ESMTP");
    }
}
