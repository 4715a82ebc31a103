//! A frame while it is written anew.

use std::ops::Range;

/// Octets as captured, and the same place in the new frame.
pub(super) struct Octets<'a> {
    pub old: &'a [u8],
    pub new: &'a mut [u8],
}

impl Octets<'_> {
    /// A part of them; what lies outside is empty.
    pub(super) fn part(&mut self, range: Range<usize>) -> Octets<'_> {
        let end = range.end.min(self.old.len());
        let range = range.start.min(end)..end;
        Octets {
            old: self.old.get(range.clone()).unwrap_or_default(),
            new: self.new.get_mut(range).unwrap_or_default(),
        }
    }

    /// Copies a part as it is.
    pub(super) fn keep(&mut self, range: Range<usize>) {
        let part = self.part(range);
        part.new.copy_from_slice(part.old);
    }

    /// Writes over what stands at `at`, if it is there.
    pub(super) fn put(&mut self, at: usize, octets: &[u8]) {
        if let Some(place) = self.new.get_mut(at..at + octets.len()) {
            place.copy_from_slice(octets);
        }
    }

    /// As captured.
    pub(super) fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.old.get(at..)?.first_chunk().copied()
    }

    /// As captured.
    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_be_bytes)
    }

    pub(super) fn len(&self) -> usize {
        self.old.len()
    }
}
