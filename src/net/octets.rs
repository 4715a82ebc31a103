//! Octets of a layer: the one cursor that slices captured bytes.

/// What was captured of a layer, and how long it was on the wire.
#[derive(Debug, Clone, Copy)]
pub(super) struct Octets<'a> {
    /// The octets captured.
    pub captured: &'a [u8],
    /// Octets on the wire; more than `captured.len()` when the frame was cut.
    pub wire: u32,
}

impl<'a> Octets<'a> {
    #[inline]
    pub(super) fn new(captured: &'a [u8], wire: u32) -> Self {
        Self { captured, wire: wire.max(u32::try_from(captured.len()).unwrap_or(u32::MAX)) }
    }

    /// The first `N` octets and the rest; `None` where they were not captured.
    #[inline]
    pub(super) fn header<const N: usize>(self) -> Option<(&'a [u8; N], Self)> {
        let header = self.captured.first_chunk::<N>()?;
        Some((header, self.after(N)?))
    }

    /// What follows the first `octets`; `None` where not all of those were captured.
    #[inline]
    pub(super) fn after(self, octets: usize) -> Option<Self> {
        let captured = self.captured.get(octets..)?;
        Some(Self { captured, wire: self.wire.saturating_sub(u32::try_from(octets).unwrap_or(u32::MAX)) })
    }

    /// As [`after`](Self::after), but with nothing captured where the cut is inside those octets.
    pub(super) fn after_cut(self, octets: usize) -> Self {
        let wire = self.wire.saturating_sub(u32::try_from(octets).unwrap_or(u32::MAX));
        self.after(octets).unwrap_or(Self { captured: &[], wire })
    }

    /// As a length field says: padding behind it goes, and more than was there means the frame was cut.
    #[inline]
    pub(super) fn limited(self, wire: u32) -> Self {
        let end = self.captured.len().min(wire as usize);
        Self { captured: &self.captured[..end], wire }
    }

    /// The big-endian 16-bit number at `at`.
    #[inline]
    pub(super) fn u16(self, at: usize) -> Option<u16> {
        Some(u16::from_be_bytes(*self.captured.get(at..)?.first_chunk()?))
    }

    /// The big-endian 32-bit number at `at`.
    pub(super) fn u32(self, at: usize) -> Option<u32> {
        Some(u32::from_be_bytes(*self.captured.get(at..)?.first_chunk()?))
    }

    /// The `N` octets at `at`.
    pub(super) fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.captured.get(at..)?.first_chunk().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_not_padding() {
        let octets = Octets::new(&[1, 2, 3, 4], 10);
        assert_eq!(octets.limited(2).captured, [1, 2]);
        assert_eq!(octets.limited(8).wire, 8);
        assert!(octets.after(5).is_none());
        assert_eq!((octets.after_cut(5).captured.len(), octets.after_cut(5).wire), (0, 5));
        assert_eq!((octets.u16(2), octets.u32(1), octets.array::<2>(0)), (Some(0x0304), None, Some([1, 2])));
    }
}
