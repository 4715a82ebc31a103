//! Octets that come in: kept where there are none, compared where there are.

use std::ops::Range;

use super::{Conflict, Stream};
use crate::limits::STREAM_CONFLICTS;
use crate::model::At;

impl Stream {
    /// Keeps what of `bytes`, which are those of `range`, is not there yet. Returns their number.
    pub(super) fn keep(&mut self, range: Range<u64>, bytes: &[u8], at: At) -> u64 {
        if self.octets.end() > range.start {
            return self.keep_between(range, bytes, at);
        }
        // In order, or ahead of everything: nothing to compare with.
        if !self.insert_run(&range) {
            return 0;
        }
        let next = self.octets.end() == range.start && self.needless.contains(&range.start);
        let needed = if next { self.needless.end.min(range.end) } else { range.start };
        if next {
            self.octets.skip(needed);
        }
        if needed < range.end {
            self.octets.append(needed, cut(bytes, &(needed..range.end), range.start));
        }
        self.pieces.add(&range, at);
        range.end - range.start
    }

    /// Keeps what of `range` is not present yet, and compares the rest.
    fn keep_between(&mut self, range: Range<u64>, bytes: &[u8], at: At) -> u64 {
        self.compare(&range, bytes, at);
        let fresh: Vec<_> = self.present.missing(range.clone()).collect();
        if fresh.is_empty() || !self.insert_run(&range) {
            return 0;
        }
        for part in &fresh {
            self.octets.put(part.start, cut(bytes, part, range.start));
            self.pieces.add(part, at);
        }
        fresh.iter().map(|part| part.end - part.start).sum()
    }

    fn insert_run(&mut self, range: &Range<u64>) -> bool {
        let inserted = self.present.insert(range.clone());
        self.overflowed |= !inserted;
        inserted
    }

    /// Whether `bytes` are what is present at `offset`, as far as it is.
    pub(in crate::flow) fn agrees(&self, offset: u64, bytes: &[u8]) -> bool {
        let range = offset..offset.saturating_add(bytes.len() as u64);
        self.present.within(range).all(|part| {
            self.octets.held(part).all(|part| self.octets.get(&part) == cut(bytes, &part, offset))
        })
    }

    /// Notes where `bytes` differ from what is present.
    fn compare(&mut self, range: &Range<u64>, bytes: &[u8], at: At) {
        let differing = self
            .present
            .within(range.clone())
            .flat_map(|part| self.octets.held(part))
            .find(|part| self.octets.get(part) != cut(bytes, part, range.start));
        let Some(part) = differing else { return };
        self.conflict_count += 1;
        let first = self
            .octets
            .get(&part)
            .iter()
            .zip(cut(bytes, &part, range.start))
            .position(|(a, b)| a != b)
            .unwrap_or(0);
        if self.conflicts.len() < STREAM_CONFLICTS
            && let Some(kept) = self.at(part.start + first as u64)
        {
            self.conflicts.push(Conflict { range: part.start + first as u64..part.end, kept, dropped: at });
        }
    }
}

/// The part of `bytes`, which start at `offset`, that lies in `part`.
fn cut<'b>(bytes: &'b [u8], part: &Range<u64>, offset: u64) -> &'b [u8] {
    bytes.get(index(part.start.saturating_sub(offset))..index(part.end.saturating_sub(offset))).unwrap_or(&[])
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
