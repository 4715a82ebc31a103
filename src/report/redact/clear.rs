//! HTTP in clear, one direction of a connection after the other: heads line by line, bodies by what they are. A message may come
//! in pieces of any size; what is known of the pieces before is kept where they end.

use std::collections::VecDeque;

use super::http::{self, Head};
use super::json::Json;
use super::octets::Octets;
use crate::limits::STREAM_OCTETS;
use crate::model::SeqNumber;

/// Ends of pieces remembered of a direction: repetitions begin at one of the last ones.
const PLACES: usize = 16;
/// Octets of a line held while the rest of it is awaited; longer ones are hidden from there on.
const LINE: usize = 512;
/// Octets of a line's end.
const LINE_END: u64 = 2;
/// What an octet becomes that must not be shown.
pub(super) const MASK: u8 = b'x';

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

/// How far a body goes.
#[derive(Debug, Clone, Copy)]
enum Extent {
    /// So many octets, then the next message.
    Length(u64),
    UntilClose,
    /// The line with a chunk's size: the size so far, and whether its digits are over.
    Size(u64, bool),
    /// So many octets of a chunk, and the end of its last line.
    Chunk(u64),
    /// Lines behind the last chunk; whether this one has something in it.
    Trailer(bool),
}

/// What a body is.
#[derive(Debug, Clone)]
enum Content {
    /// Nothing but space so far.
    Unknown,
    Json(Json),
    /// Its lines end where they did.
    Lines,
    /// Nothing of it is shown.
    Other,
}

impl Clear {
    /// Rewrites a segment's payload, which begins at `seq`; zeros stay for what is no part of a message.
    pub(super) fn rewrite(&mut self, seq: SeqNumber, octets: &mut Octets<'_>) {
        let known = self.0.iter().rev().find(|(end, _)| *end == seq).map(|(_, part)| part.clone());
        let part = match known {
            _ if http::begins(octets.old) => Part::Start,
            Some(part) => part,
            None => self.beside(seq).unwrap_or_default(),
        };
        let end = seq + u32::try_from(octets.len()).unwrap_or(0);
        let Some(part) = rewrite(part, octets) else { return };
        if !self.0.iter().any(|(known, _)| *known == end) {
            self.0.push_back((end, part));
        }
        if self.0.len() > PLACES {
            self.0.pop_front();
        }
    }

    /// Where an earlier piece is yet to come, or an old one comes again cut otherwise: what the direction carries.
    fn beside(&self, seq: SeqNumber) -> Option<Part> {
        let (end, part) = self.0.back()?;
        let content = match part {
            Part::Head(..) => Content::Lines,
            Part::Body(Extent::Length(_) | Extent::UntilClose, Content::Json(_)) => {
                Content::Json(Json::in_the_middle())
            }
            _ => return None,
        };
        let near = u64::from(seq.distance(*end).unsigned_abs()) < STREAM_OCTETS;
        near.then_some(Part::Body(Extent::UntilClose, content))
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
        _ if head.bare => Part::Start,
        (true, _) => Part::Body(Extent::Size(0, false), content),
        (false, Some(0)) => Part::Start,
        (false, Some(length)) => Part::Body(Extent::Length(length), content),
        (false, None) if head.request => Part::Start,
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

impl Extent {
    /// Rewrites the octets of a body, as far as they go on in one way: how many they are, and whether the body ends there.
    fn rewrite(&mut self, content: &mut Content, octets: &mut Octets<'_>) -> (usize, bool) {
        let within = |left: u64| usize::try_from(left).unwrap_or(usize::MAX).min(octets.old.len());
        match self {
            Self::UntilClose => {
                content.rewrite(octets);
                (octets.len(), false)
            }
            Self::Length(left) => {
                let used = within(*left);
                content.rewrite(&mut octets.part(0..used));
                *left -= used as u64;
                (used, *left == 0)
            }
            Self::Chunk(left) => {
                let (inner, used) = (within(left.saturating_sub(LINE_END)), within(*left));
                content.rewrite(&mut octets.part(0..inner));
                lines(&mut octets.part(inner..used));
                *left -= used as u64;
                if *left == 0 {
                    *self = Self::Size(0, false);
                }
                (used, false)
            }
            Self::Size(size, over) => {
                let used = line_length(octets.old);
                lines(&mut octets.part(0..used));
                for (at, octet) in octets.old.iter().take(used).enumerate() {
                    match char::from(*octet).to_digit(16).filter(|_| !*over) {
                        Some(digit) => {
                            *size = size.saturating_mul(16).saturating_add(digit.into());
                            octets.put(at, &[*octet]);
                        }
                        None => *over = true,
                    }
                }
                if octets.old.get(..used).is_some_and(|line| line.ends_with(b"\n")) {
                    *self = if *size == 0 {
                        Self::Trailer(false)
                    } else {
                        Self::Chunk(size.saturating_add(LINE_END))
                    };
                }
                (used, false)
            }
            Self::Trailer(said) => {
                let used = line_length(octets.old);
                lines(&mut octets.part(0..used));
                let line = octets.old.get(..used).unwrap_or_default();
                *said |= !line.trim_ascii().is_empty();
                let over = line.ends_with(b"\n");
                let blank = over && !*said;
                *said &= !over;
                (used, blank)
            }
        }
    }
}

impl Content {
    fn rewrite(&mut self, octets: &mut Octets<'_>) {
        let mut from = 0;
        if let Self::Unknown = self {
            // Space, or what marks UTF-8: no page is told by it.
            let skipped = |octet: &&u8| octet.is_ascii_whitespace() || matches!(octet, 0xef | 0xbb | 0xbf);
            from = octets.old.iter().take_while(skipped).count();
            octets.keep(0..from);
            match octets.old.get(from) {
                None => {}
                Some(b'{') => *self = Self::Json(Json::default()),
                Some(_) => *self = Self::Other,
            }
        }
        let end = octets.len();
        let mut rest = octets.part(from..end);
        match self {
            Self::Json(json) => json.rewrite(rest.old, rest.new),
            Self::Lines => lines(&mut rest),
            Self::Unknown | Self::Other => rest.new.fill(MASK),
        }
    }
}

/// Octets of the first line, its end included.
fn line_length(octets: &[u8]) -> usize {
    octets.iter().position(|octet| *octet == b'\n').map_or(octets.len(), |end| end + 1)
}

/// Nothing but the lines' ends.
fn lines(octets: &mut Octets<'_>) {
    for (old, new) in octets.old.iter().zip(octets.new.iter_mut()) {
        *new = if matches!(old, b'\r' | b'\n') { *old } else { MASK };
    }
}
