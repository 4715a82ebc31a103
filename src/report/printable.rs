//! The last guard between a packet's bytes and a terminal.

use std::borrow::Cow;
use std::io::{self, Write};

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

/// Octets of JSON gathered before they are passed on.
const BLOCK: usize = 1 << 16;

/// Passes JSON on with the same characters as JSON escapes: outside strings JSON holds none of them.
pub(super) struct PrintableJson<W> {
    out: W,
    block: Vec<u8>,
}

impl<W: Write> PrintableJson<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, block: Vec::with_capacity(BLOCK) }
    }

    /// Ends the document with a line break.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.write_all(b"\n")?;
        self.flush()
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let harmful = |c: char| c > '\u{7e}' && steers(c);
        match str::from_utf8(&self.block) {
            Ok(text) if text.contains(harmful) => {
                for part in text.split_inclusive(harmful) {
                    let last = part.chars().next_back().filter(|c| harmful(*c));
                    let kept = part.len() - last.map_or(0, char::len_utf8);
                    self.out.write_all(part.get(..kept).unwrap_or_default().as_bytes())?;
                    for unit in last.iter().flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()) {
                        write!(self.out, "\\u{unit:04x}")?;
                    }
                }
            }
            _ => self.out.write_all(&self.block)?,
        }
        self.block.clear();
        Ok(())
    }
}

impl<W: Write> Write for PrintableJson<W> {
    /// Takes whole characters, as `serde_json` writes them.
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.block.extend_from_slice(json);
        if self.block.len() >= BLOCK {
            self.pass_on()?;
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }
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
        let mut writer = PrintableJson::new(Vec::new());
        serde_json::to_writer_pretty(&mut writer, &[text]).unwrap();
        writer.flush().unwrap();
        let safe = String::from_utf8(writer.out).unwrap();
        assert!(!safe.contains(|c: char| c != '\n' && steers(c)));
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), [text]);
    }
}
