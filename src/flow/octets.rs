//! The octets of a stream from its first one on, with room given back for those that nobody will read.

use std::ops::Range;

/// Octets from offset 0; zero where missing. Ranges that were dropped take no room.
#[derive(Debug, Clone, Default)]
pub(super) struct Octets {
    bytes: Vec<u8>,
    dropped: Vec<Dropped>,
}

/// A range that is not held, and how many octets are missing up to its end.
#[derive(Debug, Clone)]
struct Dropped {
    range: Range<u64>,
    total: u64,
}

impl Octets {
    /// One past the highest octet held or dropped.
    pub fn end(&self) -> u64 {
        self.bytes.len() as u64 + self.missing()
    }

    /// The octets of `range`; empty where some are not held.
    pub fn get(&self, range: &Range<u64>) -> &[u8] {
        let behind = self.behind(range.start);
        if self.dropped.get(behind).is_some_and(|next| next.range.start < range.end) {
            return &[];
        }
        let before = self.missing_before(behind);
        self.bytes.get(index(range.start - before)..index(range.end.saturating_sub(before))).unwrap_or(&[])
    }

    /// What of `range` is held, in order.
    pub fn held(&self, range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
        let mut next = range.start;
        std::iter::from_fn(move || {
            while next < range.end {
                let part = next..self.held_until(next, range.end);
                next = self.dropped.get(self.behind(part.end)).map_or(range.end, |gap| gap.range.end);
                if !part.is_empty() {
                    return Some(part);
                }
            }
            None
        })
    }

    /// The first offset from `offset` on that was dropped, if it is below `end`; else `end`.
    pub fn held_until(&self, offset: u64, end: u64) -> u64 {
        self.dropped
            .get(self.behind(offset))
            .map_or(end, |next| next.range.start.clamp(offset, end.max(offset)))
    }

    /// Puts `octets` at `offset`, which is not below [`end`](Self::end).
    pub fn append(&mut self, offset: u64, octets: &[u8]) {
        self.bytes.resize(index(offset - self.missing()), 0);
        self.bytes.extend_from_slice(octets);
    }

    /// Puts `octets` at `offset`; none of them was dropped.
    pub fn put(&mut self, offset: u64, octets: &[u8]) {
        let start = index(offset - self.missing_before(self.behind(offset)));
        let end = start + octets.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(place) = self.bytes.get_mut(start..end) {
            place.copy_from_slice(octets);
        }
    }

    /// Takes note of octets at [`end`](Self::end) up to `to`, without holding them.
    pub fn skip(&mut self, to: u64) {
        self.drop_behind(self.end(), to);
    }

    /// Lets go of those from `end` on, as far as they are held behind the last that were dropped.
    pub fn truncate(&mut self, end: u64) {
        let last = self.dropped.last().map_or(0, |last| last.range.end);
        self.bytes.truncate(index(end.max(last) - self.missing()));
        self.bytes.shrink_to_fit();
    }

    /// Lets go of those in `range`: behind all that were dropped, and not beyond [`end`](Self::end).
    pub fn drop_range(&mut self, range: Range<u64>) {
        let before = self.missing();
        if !range.is_empty() {
            self.bytes.drain(index(range.start - before)..index(range.end - before));
            self.drop_behind(range.start, range.end);
        }
    }

    /// Octets of memory in use.
    pub fn memory(&self) -> usize {
        self.bytes.capacity() + self.dropped.capacity() * size_of::<Dropped>()
    }

    /// How many of the dropped ranges end at or before `offset`.
    fn behind(&self, offset: u64) -> usize {
        self.dropped.partition_point(|dropped| dropped.range.end <= offset)
    }

    /// Octets that all dropped ranges had.
    fn missing(&self) -> u64 {
        self.missing_before(self.dropped.len())
    }

    /// Octets that the first `count` dropped ranges had.
    fn missing_before(&self, count: usize) -> u64 {
        count.checked_sub(1).and_then(|last| self.dropped.get(last)).map_or(0, |last| last.total)
    }

    /// Notes that none of `start..end`, behind all other such ranges, is in `bytes`.
    fn drop_behind(&mut self, start: u64, end: u64) {
        let total = self.missing() + (end - start);
        match self.dropped.last_mut() {
            Some(last) if last.range.end == start => *last = Dropped { range: last.range.start..end, total },
            _ => self.dropped.push(Dropped { range: start..end, total }),
        }
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
        octets.append(0, b"abcdefgh");
        octets.drop_range(2..4);
        octets.drop_range(6..8);
        assert_eq!(octets.end(), 8);
        octets.skip(9);
        octets.append(9, b"j");
        octets.put(10, b"k");
        octets.put(4, b"E");
        assert_eq!(octets.end(), 11);
        assert_eq!(
            (octets.get(&(0..2)), octets.get(&(4..6)), octets.get(&(9..11))),
            (&b"ab"[..], &b"Ef"[..], &b"jk"[..])
        );
        for gone in [2..3, 1..3, 3..5, 0..10, 8..9] {
            assert!(octets.get(&gone).is_empty(), "{gone:?}");
        }
        let until: Vec<u64> = (0..10).map(|offset| octets.held_until(offset, 10)).collect();
        assert_eq!(until, [2, 2, 2, 3, 6, 6, 6, 7, 8, 10]);
        assert_eq!(octets.held(0..11).collect::<Vec<_>>(), [0..2, 4..6, 9..11]);
        assert_eq!(octets.held(3..8).collect::<Vec<_>>(), vec![4..6]);
        assert_eq!(octets.held(2..4).count(), 0);
        octets.truncate(5);
        assert_eq!(octets.end(), 9, "what stands before the last dropped range stays");
    }
}
