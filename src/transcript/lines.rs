//! Octets -> lines as they stood on the terminal: without carriage returns, backspaces, colours, paging marks and annotations.

use std::io::{self, BufRead, BufReader, Read, Take};

use crate::limits::{READ_BUFFER, TRANSCRIPT_LINE, TRANSCRIPT_OCTETS};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1.
    pub number: u64,
    /// What is on it; spaces at its end are kept, since a wrapped message may need them.
    pub text: String,
}

impl Line {
    /// The text without spaces around it.
    pub fn words(&self) -> &str {
        self.text.trim()
    }
}

/// The lines of a transcript.
pub(super) struct Lines<R> {
    source: BufReader<Take<R>>,
    number: u64,
    /// Octets read.
    pub octets: u64,
    /// Lines that were longer than is read.
    pub shortened: u64,
    raw: Vec<u8>,
    /// What of the first line is in UTF-16: low octet first, or high octet first.
    wide: Option<bool>,
}

impl<R: Read> Lines<R> {
    pub fn new(source: R) -> Self {
        let source = BufReader::with_capacity(READ_BUFFER, source.take(TRANSCRIPT_OCTETS));
        Self { source, number: 0, octets: 0, shortened: 0, raw: Vec::new(), wide: None }
    }

    /// Whether the input is longer than is read.
    pub fn is_cut(&mut self) -> bool {
        let taken = self.source.get_mut();
        if taken.limit() > 0 {
            return false;
        }
        taken.set_limit(1);
        taken.read(&mut [0]).is_ok_and(|count| count > 0)
    }

    /// The next line, if there is one.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        self.raw.clear();
        let count = self.source.by_ref().take(TRANSCRIPT_LINE).read_until(b'\n', &mut self.raw)?;
        if count == 0 {
            return Ok(None);
        }
        self.octets += count as u64;
        if self.raw.last() != Some(&b'\n') && count as u64 == TRANSCRIPT_LINE {
            self.shortened += 1;
            self.skip_rest()?;
        }
        if self.number == 0 {
            self.wide = match self.raw.get(..2) {
                Some([0xff, 0xfe]) => Some(true),
                Some([0xfe, 0xff]) => Some(false),
                _ => None,
            };
        }
        self.number += 1;
        Ok(Some(Line { number: self.number, text: clean(&self.decoded()) }))
    }

    fn decoded(&self) -> String {
        // A terminal's log in UTF-16 holds ASCII for all that is read here: its octets without the zeros between them.
        if self.wide.is_some() {
            let plain: Vec<u8> =
                self.raw.iter().copied().filter(|octet| *octet != 0 && *octet < 0x80).collect();
            return String::from_utf8_lossy(&plain).into_owned();
        }
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// Passes over what is left of a line that is too long.
    fn skip_rest(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|octet| *octet == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            self.source.consume(used);
            self.octets += used as u64;
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

/// `raw` as the terminal showed it, without what a terminal or an author put in.
fn clean(raw: &str) -> String {
    let raw = raw.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
    let shown = if raw.contains(|c: char| c < ' ' && c != '\t') { shown(raw) } else { raw.to_owned() };
    let shown = if shown.contains('\u{a0}') { shown.replace('\u{a0}', " ") } else { shown };
    without_annotation(without_paging(&shown)).to_owned()
}

/// What stays on the line after backspaces, carriage returns and escape sequences.
fn shown(raw: &str) -> String {
    let mut line: Vec<char> = Vec::with_capacity(raw.len());
    let mut cursor = 0_usize;
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{8}' => cursor = cursor.saturating_sub(1),
            '\r' => cursor = 0,
            '\u{1b}' => {
                // CSI: parameters up to a letter; anything else is one character (ECMA-48 §5.4).
                if rest.next() == Some('[') {
                    while rest.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
                }
            }
            '\t' => put(&mut line, &mut cursor, ' '),
            c if c.is_control() => {}
            c => put(&mut line, &mut cursor, c),
        }
    }
    line.into_iter().collect()
}

fn put(line: &mut Vec<char>, cursor: &mut usize, c: char) {
    match line.get_mut(*cursor) {
        Some(place) => *place = c,
        None => line.push(c),
    }
    *cursor += 1;
}

/// A pager's mark at the start of a line, where what erased it was lost in copying.
fn without_paging(text: &str) -> &str {
    let trimmed = text.trim_start();
    for mark in ["--More--", "<--- More --->", "-- More --"] {
        if let Some(rest) = trimmed.strip_prefix(mark) {
            // One space belongs to the mark, the others to the line.
            return rest.strip_prefix(' ').unwrap_or(rest);
        }
    }
    text
}

/// An author's arrow and what stands behind it: `REQUEST: ...   <--- report was sent`.
fn without_annotation(text: &str) -> &str {
    text.split_once("<---").map_or(text, |(line, _)| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(input);
        std::iter::from_fn(|| lines.next_line().unwrap()).map(|line| line.text).collect()
    }

    #[test]
    fn what_the_terminal_showed_is_what_is_read() {
        assert_eq!(lines(b"a\r\nb\n"), ["a", "b"]);
        let erased = b" --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08  Type: Smart";
        assert_eq!(lines(erased), ["  Type: Smart"]);
        assert_eq!(lines(b"--More-- \r          \r  URL: x\r\n")[0].trim_end(), "  URL: x");
        assert_eq!(lines(b" --More--   Type: Smart"), ["  Type: Smart"]);
        assert_eq!(lines(b"\x1b[1mSwitch#\x1b[0m\x07show"), ["Switch#show"]);
        assert_eq!(lines("REQUEST: x    <--- sent".as_bytes()), ["REQUEST: x    "]);
        assert_eq!(lines(b"\xef\xbb\xbfa\xffb"), ["a\u{fffd}b"]);
        assert_eq!(lines(b"\xff\xfeT\0y\0\r\0\n\0p\0e\0"), ["Ty", "pe"]);
        assert_eq!(lines(b""), [] as [&str; 0]);
    }

    #[test]
    fn a_line_without_end_is_cut_and_the_next_is_read() {
        let mut input = vec![b'x'; usize::try_from(TRANSCRIPT_LINE).unwrap() * 3];
        input.extend(b"\nnext\n");
        let mut lines = Lines::new(input.as_slice());
        assert_eq!(lines.next_line().unwrap().unwrap().text.len() as u64, TRANSCRIPT_LINE);
        assert_eq!(lines.next_line().unwrap().unwrap(), Line { number: 2, text: "next".to_owned() });
        assert_eq!((lines.shortened, lines.octets), (1, input.len() as u64));
        assert!(!lines.is_cut());
    }
}
