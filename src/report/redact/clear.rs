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
                if line.rewrite(head, &mut rest.part(0..length)) {
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
    /// Rewrites the next piece of a line of `head`, at most up to its end; whether the head ends here.
    fn rewrite(&mut self, head: &mut Head, octets: &mut Octets<'_>) -> bool {
        let before = self.text.len();
        self.text.extend_from_slice(octets.old);
        let over = octets.old.ends_with(b"\n");
        let shown = if self.hidden { None } else { head.shown(&self.text, !over) };
        match shown.as_deref().and_then(|shown| shown.get(before..)) {
            Some(shown) => octets.put(0, shown),
            None => lines(octets),
        }
        if !over {
            self.hidden |= self.text.len() > LINE;
            if self.hidden {
                self.text.clear();
            }
            return false;
        }
        let Self { text, hidden } = std::mem::take(self);
        let blank = !hidden && text.trim_ascii().is_empty();
        if !hidden {
            head.take(&text);
        }
        blank
    }
}
