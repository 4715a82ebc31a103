//! The octets of one direction, each with the frame it came in. Gaps stay gaps.

mod keep;

use std::ops::Range;

use crate::limits::{STREAM_OCTETS, STREAM_PIECES};
use crate::model::At;

use super::octets::Octets;
use super::pieces::Pieces;
use super::ranges::Ranges;
use super::relevance::Needless;

/// Octets of one direction from offset 0, up to [`STREAM_OCTETS`] or what memory allows; what was not captured is a gap, never invented.
#[derive(Debug, Clone)]
pub struct Stream {
    octets: Octets,
    /// None is kept from here on.
    limit: u64,
    /// Which frame brought what.
    pieces: Pieces,
    /// What of `octets` was captured.
    present: Ranges,
    /// What was in the capture's frames, also if cut by the packet-length limit or past [`STREAM_OCTETS`].
    seen: Ranges,
    /// One past the highest octet known from sequence numbers.
    end: u64,
    conflicts: Vec<Conflict>,
    conflict_count: u64,
    overflowed: bool,
    /// What nobody will read of the octets that come next.
    needless: Range<u64>,
    /// Where a reader is to be asked again.
    again: Option<u64>,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            octets: Octets::default(),
            limit: STREAM_OCTETS,
            pieces: Pieces::default(),
            present: Ranges::default(),
            seen: Ranges::default(),
            end: 0,
            conflicts: Vec::new(),
            conflict_count: 0,
            overflowed: false,
            needless: 0..0,
            again: Some(0),
        }
    }
}

/// The same range twice, with other octets. The first are kept, as most receivers do (RFC 9293 §3.10.7.4 leaves it open).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The octets that differ lie in here.
    pub range: Range<u64>,
    /// The frame whose octets are kept.
    pub kept: At,
    /// The frame whose octets are not.
    pub dropped: At,
}

impl Stream {
    /// Adds what one frame holds: `bytes` at `offset`, the first of `wire_len` octets that were on the wire.
    /// Octets already present stay as they are. Returns the number of octets newly kept.
    pub fn insert(&mut self, offset: u64, bytes: &[u8], wire_len: u32, at: At) -> u64 {
        let wire_end = offset.saturating_add(u64::from(wire_len));
        self.end = self.end.max(wire_end);
        self.seen.insert(offset..wire_end);
        let captured_end = offset.saturating_add(bytes.len() as u64).min(wire_end);
        let end = captured_end.min(self.limit);
        self.overflowed |= captured_end > self.limit;
        if end <= offset {
            return 0;
        }
        if self.pieces.len() >= STREAM_PIECES {
            self.overflowed = true;
            return 0;
        }
        self.keep(offset..end, bytes, at)
    }

    /// The sender has sent everything below `offset`, as a later sequence number of its own shows.
    pub fn reached(&mut self, offset: u64) {
        self.end = self.end.max(offset);
    }

    /// The octets from offset 0 to the first gap.
    pub fn contiguous(&self) -> &[u8] {
        self.readable_from(0)
    }

    /// The octets from `offset` to the next gap, or to those that were let go; empty when `offset` is in one of these.
    pub fn readable_from(&self, offset: u64) -> &[u8] {
        let end = self.present.run_at(offset).map_or(offset, |run| self.octets.held_until(offset, run.end));
        self.octets.get(&(offset..end))
    }

    /// The octets of `range`, if all of them are present.
    pub fn slice(&self, range: Range<u64>) -> Option<&[u8]> {
        let octets = self.octets.get(&range);
        let held = self.holds(&range) && octets.len() as u64 == range.end - range.start;
        held.then_some(octets)
    }

    /// Whether all octets of `range` were captured, whether or not they are still held.
    pub fn holds(&self, range: &Range<u64>) -> bool {
        range.start <= range.end && self.present.covers(range)
    }

    /// Whether all octets of `range` were captured, those past the limit included, of which only the frames are known.
    pub fn was_captured(&self, range: &Range<u64>) -> bool {
        let limit = self.limit.max(range.start).min(range.end);
        self.holds(&(range.start..limit)) && self.has_seen(&(limit..range.end))
    }

    /// The frame that brought the octet at `offset`.
    pub fn at(&self, offset: u64) -> Option<At> {
        self.pieces.at(offset)
    }

    /// The last frame of those that brought octets of `range`: with it the range was complete,
    /// if it is. Also given when part of the range is missing.
    pub fn completed_at(&self, range: Range<u64>) -> Option<At> {
        self.pieces.within(range).max_by(|a, b| a.order(*b))
    }

    /// The first frame of those that brought octets of `range`.
    pub fn first_at(&self, range: Range<u64>) -> Option<At> {
        self.pieces.within(range).min_by(|a, b| a.order(*b))
    }

    /// Ranges below [`end`](Self::end) (and below [`STREAM_OCTETS`]) that are not present: not captured, or cut.
    pub fn gaps(&self) -> impl Iterator<Item = Range<u64>> {
        self.present.missing(0..self.end.min(self.limit))
    }

    /// Where octets of a further frame start, at or behind `offset`: mostly where a segment starts.
    pub fn starts_from(&self, offset: u64) -> impl Iterator<Item = u64> {
        self.pieces.starts_from(offset)
    }

    /// Ranges below [`end`](Self::end) of which the capture holds no frame: unlike [`gaps`](Self::gaps) without what
    /// the packet-length limit cut, and also past [`STREAM_OCTETS`].
    pub fn uncaptured(&self) -> impl Iterator<Item = Range<u64>> {
        self.seen.missing(0..self.end)
    }

    /// One past the highest octet known from the sender's sequence numbers, kept or not: octets below it that are
    /// not present were sent and are missing from the capture.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Whether no octet is present.
    pub fn is_empty(&self) -> bool {
        self.present.iter().next().is_none()
    }

    /// Number of octets present.
    pub fn kept(&self) -> u64 {
        self.present.iter().map(|run| run.end - run.start).sum()
    }

    /// Whether octets were left out because of a limit.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Ranges that came twice with other octets, in capture order, at most [`STREAM_CONFLICTS`](crate::limits::STREAM_CONFLICTS).
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// How often that happened.
    pub fn conflict_count(&self) -> u64 {
        self.conflict_count
    }

    /// The frame that brought the first octet present at or behind `offset`.
    pub(super) fn next_at(&self, offset: u64) -> Option<At> {
        self.at(offset).or_else(|| self.pieces.next_at(offset))
    }

    /// Octets of memory in use.
    pub(super) fn memory(&self) -> usize {
        let conflicts = self.conflicts.capacity() * size_of::<Conflict>();
        self.octets.memory() + self.pieces.memory() + self.present.memory() + self.seen.memory() + conflicts
    }

    /// Keeps no octet from `limit` on, now and later.
    pub(super) fn limit(&mut self, limit: u64) {
        if limit >= self.limit {
            return;
        }
        self.limit = limit;
        self.octets.truncate(limit);
        self.pieces.truncate(limit);
        self.overflowed |= self.present.truncate(limit);
    }

    /// Lets go of the octets that nobody will read, here or to come; `ask` tells which of those that stand where it was to be asked.
    /// To be called only of a stream whose start is known.
    pub(super) fn drop_needless(&mut self, ask: impl FnOnce(&[u8]) -> Needless) {
        let Some(from) = self.again.filter(|from| *from < self.octets.end()) else { return };
        let here = self.readable_from(from);
        if here.is_empty() {
            return;
        }
        let end = from + here.len() as u64;
        let Needless { ranges, again } = ask(here);
        self.again = again.map(|again| from + again);
        for range in ranges {
            self.needless = from + range.start..from + range.end;
            self.octets.drop_range(self.needless.start..self.needless.end.min(end));
        }
    }

    /// Lets go of the octets when they have been read. What is known about them stays: ranges and conflicts, and the frames
    /// of the first octets and of those behind the first gap.
    pub(super) fn release(&mut self) {
        let behind = self.gaps().next().map(|gap| gap.end);
        self.octets = Octets::default();
        self.pieces
            .settle(|start, piece| start == 0 || behind.is_some_and(|at| (start..piece.end).contains(&at)));
        self.present.settle();
        self.seen.settle();
    }

    /// Whether a frame of the capture held every octet of `range`, kept or not.
    pub fn has_seen(&self, range: &Range<u64>) -> bool {
        self.seen.covers(range)
    }

    /// Whether a frame of the capture held any octet of `range`.
    pub(super) fn has_seen_part(&self, range: Range<u64>) -> bool {
        self.seen.within(range).next().is_some()
    }

    /// Moves every octet `by` places up (the start turned out to lie earlier) or down, dropping what falls below 0.
    pub(super) fn shift(&mut self, by: i64) {
        let old = std::mem::take(self);
        self.limit = old.limit;
        self.end = old.end.saturating_add_signed(by);
        self.overflowed = old.overflowed;
        for run in old.seen.iter() {
            self.seen.insert(run.start.saturating_add_signed(by)..run.end.saturating_add_signed(by));
        }
        for (start, piece) in old.pieces.iter() {
            let first = start.max(0u64.saturating_add_signed(by.saturating_neg()));
            if first < piece.end {
                let bytes = old.octets.get(&(first..piece.end));
                self.insert(
                    first.saturating_add_signed(by),
                    bytes,
                    u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                    piece.at,
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::STREAM_RUNS;
    use crate::model::{FrameNumber, Timestamp};

    fn at(frame: u64) -> At {
        At { frame: FrameNumber::new(frame), time: Timestamp(0) }
    }

    fn len(n: usize) -> u32 {
        u32::try_from(n).unwrap()
    }

    /// A stream with one octet per cell.
    #[derive(Default)]
    struct Naive(Vec<Option<(u8, u64)>>);

    impl Naive {
        fn insert(&mut self, offset: usize, bytes: &[u8], wire_len: usize, frame: u64) {
            let end = offset + wire_len;
            self.0.resize(self.0.len().max(end), None);
            for (cell, byte) in self.0[offset..end].iter_mut().zip(bytes) {
                cell.get_or_insert((*byte, frame));
            }
        }

        fn check(&self, stream: &Stream) {
            assert_eq!(stream.end(), self.0.len() as u64);
            assert_eq!(stream.kept(), self.0.iter().flatten().count() as u64);
            for (offset, cell) in self.0.iter().enumerate() {
                let offset = offset as u64;
                assert_eq!(stream.at(offset).map(|at| at.frame.get()), cell.map(|(_, frame)| frame));
                assert_eq!(
                    stream.slice(offset..offset + 1).map(|octet| octet[0]),
                    cell.map(|(byte, _)| byte)
                );
            }
            let run: Vec<u8> = self.0.iter().map_while(|cell| cell.map(|(byte, _)| byte)).collect();
            assert_eq!(stream.contiguous(), run);
            let missing = self.0.iter().filter(|cell| cell.is_none()).count();
            assert_eq!(stream.gaps().map(|gap| gap.end - gap.start).sum::<u64>(), missing as u64);
            let half = self.0.len() / 2;
            let latest = self.0[..half].iter().flatten().map(|(_, frame)| *frame).max();
            assert_eq!(stream.completed_at(0..half as u64).map(|at| at.frame.get()), latest);
            let earliest = self.0[half..].iter().flatten().map(|(_, frame)| *frame).min();
            assert_eq!(stream.first_at(half as u64..stream.end()).map(|at| at.frame.get()), earliest);
        }
    }

    #[test]
    fn agrees_with_a_naive_stream() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut random = move |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        for _ in 0..400 {
            let (mut stream, mut naive) = (Stream::default(), Naive::default());
            for frame in 0..30 {
                let (offset, wire_len) = (random(200), random(40));
                let bytes: Vec<u8> = (0..wire_len - random(wire_len + 1) / 3)
                    .map(|_| u8::try_from(random(3)).unwrap())
                    .collect();
                stream.insert(offset as u64, &bytes, len(wire_len), at(frame));
                naive.insert(offset, &bytes, wire_len, frame);
            }
            naive.check(&stream);
            let before = stream.clone();
            stream.shift(7);
            assert_eq!(
                (stream.end(), stream.kept(), stream.at(7)),
                (before.end() + 7, before.kept(), before.at(0))
            );
            stream.shift(-7);
            naive.check(&stream);
        }
    }

    #[test]
    fn a_million_tiny_segments_out_of_order_stay_bounded() {
        let mut stream = Stream::default();
        for n in (0..1_000_000u64).rev() {
            stream.insert(n * 2 % 1_000_003, b"x", 1, at(n));
        }
        assert!(
            stream.overflowed()
                && stream.pieces.len() <= STREAM_PIECES
                && stream.present.iter().count() <= STREAM_RUNS
        );
        let mut stream = Stream::default();
        for n in 0..1_000_000u64 {
            stream.insert(n, b"x", 1, at(n));
        }
        assert!(stream.overflowed() && stream.contiguous().len() == STREAM_PIECES);
    }

    #[test]
    fn extreme_offsets_are_taken() {
        let mut stream = Stream::default();
        stream.insert(u64::MAX - 1, b"abc", 3, at(1));
        stream.insert(STREAM_OCTETS - 1, b"abc", 3, at(2));
        assert_eq!((stream.kept(), stream.end(), stream.overflowed()), (1, u64::MAX, true));
        assert_eq!((stream.slice(5..5), stream.readable_from(9)), (Some(&b""[..]), &b""[..]));
        assert_eq!(stream.completed_at(0..u64::MAX), Some(at(2)));
    }
}
