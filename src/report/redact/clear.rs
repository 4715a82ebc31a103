//! HTTP in clear, one direction of a connection after the other: heads line by line, bodies by what they are. A message may come
//! in pieces of any size; what is known of the pieces before is kept where they end.

use std::collections::VecDeque;

use super::body::{Content, Extent, line_length, lines};
use super::http::{self, Head, Kind};
use super::octets::Octets;
use crate::model::SeqNumber;

/// Ends of pieces remembered of a direction: repetitions begin at one of the last ones.
const PLACES: usize = 16;
/// Octets of a line held while the rest of it is awaited; longer ones are hidden from there on.
const LINE: usize = 512;

/// What is known of one direction: what stands where the last pieces ended.
#[derive(Debug, Default)]
pub(super) struct Clear(VecDeque<(SeqNumber, Part)>);

/// What the next octet is part of: nothing, a head, or a body.
#[derive(Debug, Clone, Default)]
enum Part {
    /// A message begins.
    #[default]
    Start,
    /// A head; its line so far.
    Head(Box<Head>, Line),
    Body(Extent, Content),
}

/// A line that is not over.
#[derive(Debug, Clone, Default)]
struct Line {
    text: Vec<u8>,
    /// Whether there was more of it.
    hidden: bool,
}

impl Clear {
    /// Rewrites a segment's payload, which begins at `seq`; zeros stay for what is no part of a message. Whether it is known what
    /// the segment is part of: not if an earlier one is yet to come, or an old one comes again cut otherwise.
    pub(super) fn rewrite(&mut self, seq: SeqNumber, octets: &mut Octets<'_>) -> bool {
        let known = self.0.iter().rev().find(|(end, _)| *end == seq).map(|(_, part)| part.clone());
        let part = match known {
            _ if http::begins(octets.old) => Part::Start,
            Some(part) => part,
            None if matches!(self.0.back(), Some((_, Part::Head(..) | Part::Body(..)))) => return false,
            None => Part::Start,
        };
        let end = seq + u32::try_from(octets.len()).unwrap_or(0);
        let Some(part) = rewrite(part, octets) else { return true };
        if !self.0.iter().any(|(known, _)| *known == end) {
            self.0.push_back((end, part));
        }
        if self.0.len() > PLACES {
            self.0.pop_front();
        }
        true
    }
}

/// Rewrites the octets, of which the first is part of `part`; what follows them, unless they are no message.
fn rewrite(mut part: Part, octets: &mut Octets<'_>) -> Option<Part> {
    let (mut at, end) = (0, octets.len());
    while at < end {
        let mut rest = octets.part(at..end);
        let used = match &mut part {
            Part::Start if matches!(rest.old, [b'\r' | b'\n', ..]) => {
                rest.keep(0..1);
                1
            }
            Part::Start if http::may_begin(rest.old) => {
                part = Part::Head(Box::default(), Line::default());
                0
            }
            Part::Start => return None,
            Part::Head(head, line) => {
                let length = line_length(rest.old);
                if line.rewrite(head, &mut rest.part(0..length))? {
                    part = behind(head);
                }
                length
            }
            Part::Body(extent, content) => {
                let (used, over) = extent.rewrite(content, &mut rest);
                if over {
                    part = Part::Start;
                }
                used
            }
        };
        at += used;
    }
    Some(part)
}

/// What follows a head.
fn behind(head: &Head) -> Part {
    let content = if head.coded { Content::Other } else { Content::Unknown };
    match (head.chunked, head.length) {
        _ if head.kind == Kind::Bare => Part::Start,
        (true, _) => Part::Body(Extent::Size(0, false), content),
        (false, Some(0)) => Part::Start,
        (false, Some(length)) => Part::Body(Extent::Length(length), content),
        (false, None) if head.kind == Kind::Request => Part::Start,
        (false, None) => Part::Body(Extent::UntilClose, content),
    }
}

impl Line {
    /// Rewrites the next piece of a line of `head`, at most up to its end; whether the head ends here. `None` if it is none.
    fn rewrite(&mut self, head: &mut Head, octets: &mut Octets<'_>) -> Option<bool> {
        let before = self.text.len();
        self.text.extend_from_slice(octets.old);
        if head.kind == Kind::Unknown && !http::may_begin(&self.text) {
            return None;
        }
        let over = octets.old.ends_with(b"\n");
        let shown = if self.hidden { None } else { head.shown(&self.text, !over) };
        match shown.as_deref().and_then(|shown| shown.as_bytes().get(before..)) {
            Some(shown) => octets.put(0, shown),
            None => lines(octets),
        }
        let blank = over && !self.hidden && self.text.trim_ascii().is_empty();
        let long = self.text.len() > LINE;
        if (over || long) && !self.hidden {
            head.take(&self.text);
        }
        if over || long {
            self.text.clear();
        }
        self.hidden = !over && (self.hidden || long);
        Some(blank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRETS: &[&str] = &[
        "Globex",
        "jdoe",
        "hunter2",
        "amRvZTpodW50ZXIy",
        "FOC2332X0A1",
        "MzA1NjEwNTgt",
        "48151",
        "fd00:10:31::74",
        "SESSION81aa77",
        "b7f9c2d1",
    ];

    /// Messages with secrets wherever one may stand.
    fn said() -> String {
        let inner = r#"{\"sudi\":{\"udi_serial_number\":\"FOC2332X0A1\"},\"hostname\":\"jdoe\",\"status_code\":\"jdoe\",\"status_message\":\"Globex of b7f9c2d1, 48151\",\"Globex\":{\"id_token\":\"MzA1NjEwNTgt\"},\"timestamp\":48151}"#;
        let body = format!(r#"{{"signature":{{"value":"MzA1NjEwNTgt"}},"response":"{inner}"}}"#);
        let (front, back) = body.split_at(100);
        let heads = "Host: Globex:443\r\nVia: 1.1 fd00:10:31::74, 1.1 jdoe\r\nProxy-Authorization: Basic amRvZTpodW50ZXIy\r\n\
                     Cookie: SESSION81aa77\r\n b7f9c2d1 48151\r\nX-User: Globex\\jdoe, 48151\r\nLocation: /48151/jdoe\r\n";
        format!(
            "POST http://jdoe:48151@Globex/48151/FOC2332X0A1?hunter2 HTTP/1.1\r\n{heads}Content-Length: {}\r\n\r\n{body}\
             HTTP/1.1 200 Globex, jdoe 48151\r\n{heads}Transfer-Encoding: chunked\r\n\r\n\
             {:x};b7f9c2d1\r\n{front}\r\n{:x}\r\n{back}\r\n0\r\nX: jdoe b7f9c2d1\r\n\r\n\
             Password: hunter2\r\nb7f9c2d1\r\n",
            body.len(),
            front.len(),
            back.len()
        )
    }

    /// How many secrets of `old` of which three octets in a row can be read in `new`.
    fn readable(old: &[u8], new: &[u8]) -> Vec<&'static str> {
        let shown = |at: usize, secret: &str| {
            (at..at + secret.len() - 2).any(|at| old.get(at..at + 3) == new.get(at..at + 3))
        };
        let places = |secret: &&&str| {
            let secret = **secret;
            (0..=old.len() - secret.len())
                .any(|at| old[at..].starts_with(secret.as_bytes()) && shown(at, secret))
        };
        SECRETS.iter().filter(places).copied().collect()
    }

    #[test]
    fn no_secret_is_shown_in_pieces_of_any_size_and_order() {
        let said = said();
        let said = said.as_bytes();
        assert_eq!(readable(said, said), SECRETS);
        let mut number = 7_u64;
        let mut below = |end: usize| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(number >> 33).unwrap() % end
        };
        let mut placed = 0;
        for round in 0..3_000 {
            let (mut clear, mut shown, mut at) = (Clear::default(), vec![0; said.len()], 0);
            while at < said.len() {
                // Further on, back, or where it goes on.
                let from = match below(12) {
                    0 if round % 2 == 1 => at.saturating_sub(below(60)),
                    1 if round % 2 == 1 => (at + below(60)).min(said.len() - 1),
                    _ => at,
                };
                let end = (from + 1 + below([2, 40, 700][round % 3])).min(said.len());
                let mut new = vec![0; end - from];
                let mut octets = Octets { old: &said[from..end], new: &mut new };
                if clear.rewrite(SeqNumber(u32::try_from(from).unwrap()), &mut octets) {
                    shown[from..end].copy_from_slice(&new);
                    placed += 1;
                }
                at = at.max(end);
            }
            let read = readable(said, &shown);
            assert!(read.is_empty(), "round {round}: {read:?} in {}", String::from_utf8_lossy(&shown));
        }
        assert!(placed > 10_000, "{placed}");
    }
}
