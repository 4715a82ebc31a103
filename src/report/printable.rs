//! The last guard between a packet's bytes and a terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with every character that would steer a terminal or hide text spelled out (`\u{1b}`).
///
/// Facts arrive escaped already; this holds even where one did not.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if steers(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// `json` with the same characters as JSON escapes: outside strings JSON holds none of them.
pub(super) fn printable_json(json: String) -> String {
    if !json.contains(|c: char| c > '\u{7e}' && steers(c)) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if c > '\u{7e}' && steers(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// C0, DEL and C1 controls; line and paragraph separators; marks without width; what turns the writing direction.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_spelled_out() {
        assert_eq!(printable("a\u{1b}[31mb\u{9b}c\u{202e}\n"), "a\\u{1b}[31mb\\u{9b}c\\u{202e}\\u{a}");
        assert!(matches!(printable("Zürich, 東京"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_stays_the_same_json() {
        let text = "a\u{1b}\u{9b}\u{e0001}\u{2028}é";
        let safe = printable_json(serde_json::to_string_pretty(&[text]).unwrap());
        assert!(!safe.contains(|c: char| c != '\n' && steers(c)));
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), [text]);
    }
}
