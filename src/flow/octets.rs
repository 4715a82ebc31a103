//! The octets of a stream from its first one on, with room given back for those that nobody will read.

use std::ops::Range;

/// Octets from offset 0; zero where missing. Ranges that were dropped take no room; nothing is added behind that.
#[derive(Debug, Clone, Default)]
pub(super) struct Octets {
    bytes: Vec<u8>,
    dropped: Box<[Dropped]>,
}

/// A range that is not held, and how many octets are missing up to its end.
#[derive(Debug, Clone)]
struct Dropped {
    range: Range<u64>,
    total: u64,
}

impl Octets {
    /// One past the highest octet held.
    pub fn end(&self) -> u64 {
        self.bytes.len() as u64 + self.dropped.last().map_or(0, |last| last.total)
    }

    /// Whether some were dropped.
    pub fn is_hollow(&self) -> bool {
        !self.dropped.is_empty()
    }

    /// The octets of `range`; empty where some are not held.
    pub fn get(&self, range: &Range<u64>) -> &[u8] {
        let behind = self.dropped.partition_point(|dropped| dropped.range.end <= range.start);
        let before =
            behind.checked_sub(1).and_then(|last| self.dropped.get(last)).map_or(0, |last| last.total);
        if self.dropped.get(behind).is_some_and(|next| next.range.start < range.end) {
            return &[];
        }
        self.bytes.get(index(range.start - before)..index(range.end.saturating_sub(before))).unwrap_or(&[])
    }

    /// The first offset from `offset` on that was dropped, if it is below `end`; else `end`.
    pub fn held_until(&self, offset: u64, end: u64) -> u64 {
        let behind = self.dropped.partition_point(|dropped| dropped.range.end <= offset);
        self.dropped.get(behind).map_or(end, |next| next.range.start.clamp(offset, end.max(offset)))
    }

    /// Puts `octets` at `offset`, which is not below [`end`](Self::end).
    pub fn append(&mut self, offset: u64, octets: &[u8]) {
        self.bytes.resize(index(offset), 0);
        self.bytes.extend_from_slice(octets);
    }

    /// Puts `octets` at `offset`.
    pub fn put(&mut self, offset: u64, octets: &[u8]) {
        let end = index(offset) + octets.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(place) = self.bytes.get_mut(index(offset)..end) {
            place.copy_from_slice(octets);
        }
    }

    /// Gives back the room that was meant for more.
    pub fn settle(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// Lets go of those from `end` on.
    pub fn truncate(&mut self, end: u64) {
        if !self.is_hollow() {
            self.bytes.truncate(index(end));
            self.settle();
        }
    }

    /// Lets go of those in `ranges`, which are in order and apart.
    pub fn drop_ranges(&mut self, ranges: &[Range<u64>]) {
        let (mut kept, mut next, mut total) = (Vec::new(), 0, 0);
        let mut dropped = Vec::with_capacity(ranges.len());
        for range in ranges {
            kept.extend_from_slice(self.bytes.get(index(next)..index(range.start)).unwrap_or_default());
            total += range.end - range.start;
            next = range.end;
            dropped.push(Dropped { range: range.clone(), total });
        }
        kept.extend_from_slice(self.bytes.get(index(next)..).unwrap_or_default());
        kept.shrink_to_fit();
        *self = Self { bytes: kept, dropped: dropped.into_boxed_slice() };
    }

    /// Octets of memory in use.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + size_of_val(self.dropped.as_ref())
    }
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_keeps_its_place() {
        let mut octets = Octets::default();
        octets.append(0, b"abcdefghij");
        octets.drop_ranges(&[2..4, 6..9]);
        assert_eq!((octets.end(), octets.is_hollow()), (10, true));
        assert_eq!(
            (octets.get(&(0..2)), octets.get(&(4..6)), octets.get(&(9..10))),
            (&b"ab"[..], &b"ef"[..], &b"j"[..])
        );
        for gone in [2..3, 1..3, 3..5, 0..10, 8..9] {
            assert!(octets.get(&gone).is_empty(), "{gone:?}");
        }
        let until: Vec<u64> = (0..10).map(|offset| octets.held_until(offset, 10)).collect();
        assert_eq!(until, [2, 2, 2, 3, 6, 6, 6, 7, 8, 10]);
    }
}
