//! Lines as a terminal shows them: backspaces and carriage returns move the cursor, what is written over is gone.
//!
//! A session log holds what the switch sent: `--More--`, then backspaces, blanks and backspaces, then the next line.

use std::io::{self, Read};

use crate::limits::MAX_DUMP_LINE;

/// Octets read at a time.
const CHUNK: usize = 64 << 10;

/// The lines of a text, one after the other, of bounded length.
pub(super) struct Lines<R> {
    reader: R,
    chunk: Vec<u8>,
    at: usize,
    screen: Screen,
    number: u64,
    ended: bool,
}

/// One line of the screen.
#[derive(Default)]
struct Screen {
    cells: Vec<u8>,
    cursor: usize,
    escape: Escape,
    /// Something was received since the last line feed.
    touched: bool,
}

/// How far an ECMA-48 control sequence has come.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Begun,
    Parameters,
}

/// One line.
pub(super) struct Received<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Its characters, without blanks at the end.
    pub text: &'a [u8],
    /// The input ended without a line feed behind it.
    pub cut: bool,
}

impl<R: Read> Lines<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, chunk: Vec::new(), at: 0, screen: Screen::default(), number: 0, ended: false }
    }

    pub fn reader(&self) -> &R {
        &self.reader
    }

    /// The next line; `None` at the end of the input.
    pub fn next(&mut self) -> io::Result<Option<Received<'_>>> {
        self.screen.clear();
        loop {
            while let Some(&octet) = self.chunk.get(self.at) {
                self.at += 1;
                if octet == b'\n' {
                    return Ok(Some(self.line(false)));
                }
                self.screen.take(octet);
            }
            if self.ended || !self.refill()? {
                return Ok(if self.screen.touched { Some(self.line(true)) } else { None });
            }
        }
    }

    fn line(&mut self, cut: bool) -> Received<'_> {
        self.number += 1;
        self.screen.touched = false;
        Received { number: self.number, text: self.screen.cells.trim_ascii_end(), cut }
    }

    fn refill(&mut self) -> io::Result<bool> {
        self.chunk.resize(CHUNK, 0);
        self.at = 0;
        let octets = loop {
            match self.reader.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.chunk.clear();
                    self.ended = true;
                    return Err(error);
                }
                Ok(octets) => break octets,
            }
        };
        self.chunk.truncate(octets);
        self.ended = octets == 0;
        Ok(octets > 0)
    }
}

impl Screen {
    fn clear(&mut self) {
        self.cells.clear();
        self.cursor = 0;
        self.escape = Escape::None;
        self.touched = false;
    }

    fn take(&mut self, octet: u8) {
        self.touched = true;
        match (self.escape, octet) {
            (_, 0x1b) => self.escape = Escape::Begun,
            (Escape::Begun, b'[') => self.escape = Escape::Parameters,
            (Escape::Begun, _) => self.escape = Escape::None,
            (Escape::Parameters, 0x40..=0x7e) => {
                self.escape = Escape::None;
                // Erase in line: from the cursor on, as far as a pager uses it.
                if octet == b'K' {
                    self.cells.truncate(self.cursor);
                }
            }
            (Escape::Parameters, _) => {}
            (_, 0x08) => self.cursor = self.cursor.saturating_sub(1),
            (_, b'\r') => self.cursor = 0,
            (_, b'\t') => self.put(b' '),
            (_, 0x20..=0x7e | 0x80..) => self.put(octet),
            _ => {}
        }
    }

    fn put(&mut self, octet: u8) {
        if let Some(cell) = self.cells.get_mut(self.cursor) {
            *cell = octet;
        } else if self.cells.len() < MAX_DUMP_LINE {
            self.cells.push(octet);
        } else {
            return;
        }
        self.cursor += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(text);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(String::from_utf8_lossy(line.text).into_owned());
        }
        all
    }

    #[test]
    fn what_is_written_over_is_gone() {
        assert_eq!(lines(b"a\r\nb\r\r\n\r\nc"), ["a", "b", "", "c"]);
        let erased = [&b" --More-- "[..], &[8; 10], &[b' '; 10], &[8; 10], b"0010  6c\r\n"].concat();
        assert_eq!(lines(&erased), ["0010  6c"]);
        assert_eq!(lines(b"--More--\r        \r0010\n"), ["0010"]);
        assert_eq!(lines(b"\x1b[7m--More--\x1b[m\r\x1b[K0020  1\n"), ["0020  1"]);
        assert_eq!(lines(&[8, 8, b'x']), ["x"]);
    }

    #[test]
    fn a_line_is_bounded() {
        let long = vec![b'x'; MAX_DUMP_LINE * 3];
        assert_eq!(lines(&long)[0].len(), MAX_DUMP_LINE);
    }
}
