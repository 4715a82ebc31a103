//! Stretches of a capture in which something belongs to an attempt.

use std::collections::HashMap;
use std::hash::Hash;

use crate::model::At;

/// For each key the stretches of the capture that count.
#[derive(Debug)]
pub(super) struct Spans<K>(HashMap<K, Vec<(At, At)>>);

impl<K> Default for Spans<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Spans<K> {
    /// Adds a stretch, both ends included.
    pub(super) fn add(&mut self, key: K, first: At, last: At) {
        self.0.entry(key).or_default().push((first, last));
    }

    /// Sorts the stretches and joins those that overlap, so that each search is short.
    pub(super) fn settle(&mut self) {
        for spans in self.0.values_mut() {
            spans.sort_by_key(|(first, last)| (first.frame, last.frame));
            let mut joined: Vec<(At, At)> = Vec::with_capacity(spans.len());
            for &(first, last) in spans.iter() {
                match joined.last_mut() {
                    Some((_, end)) if !end.before(first) => *end = later(*end, last),
                    _ => joined.push((first, last)),
                }
            }
            *spans = joined;
        }
    }

    /// Whether `at` is in a stretch of `key`.
    pub(super) fn contain(&self, key: &K, at: At) -> bool {
        let Some(spans) = self.0.get(key) else { return false };
        let next = spans.partition_point(|(first, _)| first.frame <= at.frame);
        // A frame that was written late may stand in front of the stretch to which its time puts it, or behind it.
        let near = spans.get(next.saturating_sub(2)..(next + 2).min(spans.len())).unwrap_or_default();
        near.iter().any(|(first, last)| !at.before(*first) && !last.before(at))
    }
}

fn later(a: At, b: At) -> At {
    if a.before(b) { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FrameNumber, Timestamp};

    fn at(frame: u64) -> At {
        At { frame: FrameNumber::new(frame), time: Timestamp(i64::try_from(frame).unwrap() * 1_000_000_000) }
    }

    #[test]
    fn ends_are_included_and_gaps_are_not() {
        let mut spans = Spans::default();
        for (first, last) in [(10, 20), (30, 40), (5, 7), (6, 12), (40, 41)] {
            spans.add("a", at(first), at(last));
        }
        spans.settle();
        let inside: Vec<u64> = (1..50).filter(|frame| spans.contain(&"a", at(*frame))).collect();
        assert_eq!(inside, (5..=20).chain(30..=41).collect::<Vec<u64>>());
        assert!(!spans.contain(&"b", at(10)));
    }

    #[test]
    fn a_frame_written_late_is_judged_by_its_time() {
        let mut spans = Spans::default();
        spans.add(0, at(10), at(20));
        spans.settle();
        let late = At { frame: FrameNumber::new(21), time: Timestamp(at(20).time.0 - 1_000_000) };
        assert!(spans.contain(&0, late));
    }
}
