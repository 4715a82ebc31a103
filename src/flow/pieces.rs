//! Which frame brought which octets.

use std::collections::BTreeMap;
use std::ops::Range;

use smallvec::SmallVec;

use crate::model::At;

/// Disjoint runs of octets by their first offset, each with the frame that brought it.
#[derive(Debug, Clone)]
pub(super) enum Pieces {
    /// More may come, anywhere.
    Growing(Map),
    /// The few that are left of a connection that was read, in order; nothing is added to them.
    Settled(SmallVec<[(u64, Piece); 1]>),
}

type Map = BTreeMap<u64, Piece>;

/// A run: one past its last octet, and its frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub end: u64,
    pub at: At,
}

impl Default for Pieces {
    fn default() -> Self {
        Self::Growing(BTreeMap::new())
    }
}

impl Pieces {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Growing(map) => map.len(),
            Self::Settled(list) => list.len(),
        }
    }

    /// The frame that brought the octet at `offset`.
    pub fn at(&self, offset: u64) -> Option<At> {
        let (_, piece) = self.last_before(offset.saturating_add(1))?;
        (offset < piece.end).then_some(piece.at)
    }

    /// The frame of the first run that starts at or behind `offset`.
    pub fn next_at(&self, offset: u64) -> Option<At> {
        self.starting_in(offset..u64::MAX).next().map(|(_, piece)| piece.at)
    }

    /// First offsets of the runs that start at or behind `offset`.
    pub fn starts_from(&self, offset: u64) -> impl Iterator<Item = u64> {
        self.starting_in(offset..u64::MAX).map(|(start, _)| start)
    }

    /// The frames that brought octets of `range`.
    pub fn within(&self, range: Range<u64>) -> impl Iterator<Item = At> {
        let before = self.last_before(range.start).filter(|(_, piece)| piece.end > range.start);
        let before = before.filter(|_| range.start < range.end);
        before.into_iter().chain(self.starting_in(range)).map(|(_, piece)| piece.at)
    }

    /// Adds a run that overlaps no other.
    pub fn add(&mut self, part: &Range<u64>, at: At) {
        let Self::Growing(map) = self else { return };
        if let Some((_, before)) = map.range_mut(..part.start).next_back()
            && before.end == part.start
            && before.at.frame == at.frame
        {
            before.end = part.end;
        } else {
            map.insert(part.start, Piece { end: part.end, at });
        }
    }

    /// Drops what lies at or behind `end`.
    pub fn truncate(&mut self, end: u64) {
        let Self::Growing(map) = self else { return };
        map.split_off(&end);
        if let Some(mut last) = map.last_entry() {
            let piece = last.get_mut();
            piece.end = piece.end.min(end);
        }
    }

    /// Keeps those that `keep` wants of the first offset and the run, and makes room for no more.
    pub fn settle(&mut self, keep: impl Fn(u64, &Piece) -> bool) {
        let kept = self.iter().filter(|(start, piece)| keep(*start, piece)).collect();
        *self = Self::Settled(kept);
    }

    /// All of them: first offset and run.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Piece)> {
        let (map, list) = self.both();
        let map = map.into_iter().flatten().map(|(&start, &piece)| (start, piece));
        map.chain(list.iter().copied())
    }

    /// Octets of memory in use.
    pub fn memory(&self) -> usize {
        match self {
            // A map node holds up to eleven entries and is at least half full.
            Self::Growing(map) => map.len() * 2 * size_of::<(u64, Piece)>(),
            Self::Settled(list) if list.spilled() => size_of_val(list.as_slice()),
            Self::Settled(_) => 0,
        }
    }

    fn both(&self) -> (Option<&Map>, &[(u64, Piece)]) {
        match self {
            Self::Growing(map) => (Some(map), &[]),
            Self::Settled(list) => (None, list),
        }
    }

    /// The last run that starts before `offset`.
    fn last_before(&self, offset: u64) -> Option<(u64, Piece)> {
        match self {
            Self::Growing(map) => map.range(..offset).next_back().map(|(&start, &piece)| (start, piece)),
            Self::Settled(list) => list.iter().rfind(|(start, _)| *start < offset).copied(),
        }
    }

    /// The runs that start in `range`.
    fn starting_in(&self, range: Range<u64>) -> impl Iterator<Item = (u64, Piece)> {
        let (map, list) = self.both();
        let inside = (range.start < range.end).then(|| map.map(|map| map.range(range.clone()))).flatten();
        let inside = inside.into_iter().flatten().map(|(&start, &piece)| (start, piece));
        let listed = list.iter().filter(move |(start, _)| range.contains(start)).copied();
        inside.chain(listed)
    }
}
