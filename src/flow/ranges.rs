//! A bounded set of octet ranges.

use std::ops::Range;

use smallvec::SmallVec;

use crate::limits::STREAM_RUNS;

/// Ordered, disjoint ranges that do not touch: at most [`STREAM_RUNS`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ranges(SmallVec<[Range<u64>; 1]>);

impl Ranges {
    /// Adds `range`, joining what touches it. Returns false, changing nothing, if that would make one run too many.
    pub fn insert(&mut self, range: Range<u64>) -> bool {
        if range.is_empty() {
            return true;
        }
        // In order: the common case costs one comparison.
        if let Some(last) = self.0.last_mut()
            && last.start <= range.start
            && range.start <= last.end
        {
            last.end = last.end.max(range.end);
            return true;
        }
        let touched = self.touching(&range);
        if touched.is_empty() && self.0.len() >= STREAM_RUNS {
            return false;
        }
        let joined =
            self.0[touched.clone()].iter().fold(range, |a, b| a.start.min(b.start)..a.end.max(b.end));
        let place = touched.start;
        self.0.drain(touched);
        self.0.insert(place, joined);
        true
    }

    /// Whether all of `range` is in the set; an empty range is.
    pub fn covers(&self, range: &Range<u64>) -> bool {
        range.is_empty() || self.run_at(range.start).is_some_and(|run| range.end <= run.end)
    }

    /// The run that `offset` lies in.
    pub fn run_at(&self, offset: u64) -> Option<&Range<u64>> {
        let run = self.0.get(self.0.partition_point(|run| run.end <= offset))?;
        (run.start <= offset).then_some(run)
    }

    /// What of `range` is in the set.
    pub fn within(&self, range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
        let Range { start, end } = range;
        let from = self.0.partition_point(|run| run.end <= start);
        let runs = self.0[from..].iter().take_while(move |run| run.start < end);
        runs.map(move |run| run.start.max(start)..run.end.min(end)).filter(|part| !part.is_empty())
    }

    /// What of `range` is not in the set.
    pub fn missing(&self, range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
        let Range { start, end } = range;
        let parts = self.within(start..end).chain((start < end).then_some(end..end));
        parts
            .scan(start, |next, part| Some(std::mem::replace(next, part.end)..part.start))
            .filter(|gap| gap.start < gap.end)
    }

    /// All runs, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Range<u64>> {
        self.0.iter()
    }

    /// Drops what lies at or behind `end`; whether there was any.
    pub fn truncate(&mut self, end: u64) -> bool {
        let cut = self.0.last().is_some_and(|run| run.end > end);
        self.0.truncate(self.0.partition_point(|run| run.start < end));
        if let Some(last) = self.0.last_mut() {
            last.end = last.end.min(end);
        }
        self.0.shrink_to_fit();
        cut
    }

    /// Gives back the room that was meant for more.
    pub fn settle(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Octets of memory in use.
    pub fn memory(&self) -> usize {
        if self.0.spilled() { self.0.capacity() * size_of::<Range<u64>>() } else { 0 }
    }

    /// Indexes of the runs that overlap or touch `range`.
    fn touching(&self, range: &Range<u64>) -> Range<usize> {
        let first = self.0.partition_point(|run| run.end < range.start);
        let count = self.0[first..].partition_point(|run| run.start <= range.end);
        first..first + count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ranges: &[Range<u64>]) -> Ranges {
        let mut set = Ranges::default();
        for range in ranges {
            assert!(set.insert(range.clone()));
        }
        set
    }

    #[test]
    fn touching_ranges_join() {
        assert_eq!(set(&[0..2, 4..6, 2..4]).iter().collect::<Vec<_>>(), [&(0..6)]);
        assert_eq!(set(&[4..6, 0..2, 1..5, 9..10]).0.as_slice(), [0..6, 9..10]);
    }

    #[test]
    fn parts_and_gaps_of_a_range() {
        let set = set(&[2..4, 6..8]);
        assert_eq!(set.within(3..7).collect::<Vec<_>>(), vec![3..4, 6..7]);
        assert_eq!(set.missing(0..10).collect::<Vec<_>>(), vec![0..2, 4..6, 8..10]);
        assert_eq!(set.missing(2..4).count(), 0);
        assert!(set.covers(&(2..4)) && !set.covers(&(2..5)) && set.covers(&(5..5)));
    }

    #[test]
    fn what_lies_behind_a_border_can_be_dropped() {
        let mut cut = set(&[2..4, 6..8]);
        assert!(!cut.truncate(8) && cut.truncate(7));
        assert_eq!(cut.0.as_slice(), [2..4, 6..7]);
        assert!(cut.truncate(2) && cut.0.is_empty());
    }

    #[test]
    fn the_number_of_runs_is_bounded() {
        let mut set = Ranges::default();
        let accepted = (0..1_000_000u64).rev().filter(|n| set.insert(n * 2..n * 2 + 1)).count();
        assert_eq!(accepted, STREAM_RUNS);
        assert!(set.insert(0..5_000_000));
        assert_eq!(set.0.len(), 1);
    }
}
