//! What may be kept of the switch's text: short, printable, without secrets.

use crate::limits::{MAX_TEXT, MAX_WORD};

/// A name or word, bounded, with everything that is not plain ASCII spelled out.
pub(super) fn word(text: &str) -> String {
    let mut kept = String::new();
    for (index, c) in text.trim().chars().enumerate() {
        match c {
            _ if index == MAX_WORD => {
                kept.push('…');
                break;
            }
            c if c.is_ascii_graphic() || c == ' ' => kept.push(c),
            c => kept.extend(c.escape_default()),
        }
    }
    kept
}

/// A reason or message, bounded; serial numbers and whatever looks like a token are left out.
pub(super) fn message(text: &str) -> String {
    let text: String = text.chars().take(MAX_TEXT).collect();
    let words: Vec<String> = text.split_whitespace().map(masked).collect();
    words.join(" ")
}

fn masked(text: &str) -> String {
    if let Some(mark) =
        ["SN:", "S:", "udi_serial_number", "token", "UDI_SN"].iter().find(|mark| text.contains(*mark))
    {
        let end = text.find(mark).unwrap_or(0) + mark.len();
        return format!("{}...", text.get(..end).map(word).unwrap_or_default());
    }
    if is_opaque(text) { "...".to_owned() } else { escaped(text) }
}

/// Long, with digits, in the alphabet of tokens and identifiers; host names have dots.
fn is_opaque(text: &str) -> bool {
    let core = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'%' | b'+' | b'/' | b'=' | b'_' | b'-');
    let digits = core.bytes().filter(u8::is_ascii_digit).count();
    // Serial numbers of this vendor: three letters, four digits, four letters or digits.
    let serial = core.len() == 11
        && core.bytes().take(3).all(|b| b.is_ascii_uppercase())
        && core.bytes().skip(3).take(4).all(|b| b.is_ascii_digit());
    serial || (core.len() >= 20 && digits >= 2 && core.bytes().all(alphabet))
}

fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stay_and_secrets_go() {
        assert_eq!(message("Connection timed out"), "Connection timed out");
        assert_eq!(
            message("cannot reach smartreceiver.cisco.com:443"),
            "cannot reach smartreceiver.cisco.com:443"
        );
        assert_eq!(message("P:C9300-48UN,S:FOC2345X0AB. bad"), "P:C9300-48UN,S:... bad");
        assert_eq!(message("device FOC2345X0AB unknown"), "device ... unknown");
        let token = "NGFkODgzMGUtZmNkMS00NTRjLWI5MjUtYjI0YWYzZjU1ZGQzLTE3NDAyNjU5%0AODA0NTV8";
        assert_eq!(message(&format!("bad {token}!")), "bad ...");
        assert!(message(&"x ".repeat(9_000)).len() <= MAX_TEXT);
        assert_eq!(word("Vlan\u{1b}10"), "Vlan\\u{1b}10");
    }
}
