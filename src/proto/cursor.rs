//! The one reader of untrusted bytes: every bounds check of the codecs is here.

/// A position in a message. Reading past the end is `None` and moves nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    left: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// A cursor at the start of `bytes`.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    /// What has not been read.
    pub(super) fn left(&self) -> &'a [u8] {
        self.left
    }

    /// The next `len` octets.
    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, left) = self.left.split_at_checked(len)?;
        self.left = left;
        Some(taken)
    }

    /// The next `len` octets or, where the message was cut, as many as there are.
    pub(super) fn take_lax(&mut self, len: usize) -> &'a [u8] {
        let (taken, left) = self.left.split_at(len.min(self.left.len()));
        self.left = left;
        taken
    }

    /// The next octet.
    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[octet]| octet)
    }

    /// The next two octets, big endian.
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// The next three octets, big endian, as a length.
    pub(super) fn u24(&mut self) -> Option<usize> {
        self.array().map(|[a, b, c]| usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c))
    }

    /// The next four octets, big endian.
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// The next `N` octets as an array.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, left) = self.left.split_first_chunk::<N>()?;
        self.left = left;
        Some(*taken)
    }

    /// A vector with a one-octet length in front (RFC 8446 §3.4), as much of it as there is.
    pub(super) fn vector8(&mut self) -> Option<Cursor<'a>> {
        let len = self.u8()?.into();
        Some(Self::new(self.take_lax(len)))
    }

    /// A vector with a two-octet length in front, as much of it as there is.
    pub(super) fn vector16(&mut self) -> Option<Cursor<'a>> {
        let len = self.u16()?.into();
        Some(Self::new(self.take_lax(len)))
    }

    /// All two-octet numbers that are left; an odd octet at the end is dropped.
    pub(super) fn all_u16(mut self) -> impl Iterator<Item = u16> {
        std::iter::from_fn(move || self.u16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_past_the_end_moves_nothing() {
        let mut cursor = Cursor::new(&[1, 2, 3]);
        assert_eq!(cursor.u32(), None);
        assert_eq!(cursor.u24(), Some(0x01_0203));
        assert_eq!((cursor.u8(), cursor.left()), (None, &[][..]));
    }

    #[test]
    fn a_cut_vector_gives_what_is_there() {
        let vector = Cursor::new(&[0, 8, 0x13, 0x01, 0x13, 0x02, 0x13]).vector16().unwrap();
        assert_eq!(vector.all_u16().collect::<Vec<_>>(), [0x1301, 0x1302]);
    }
}
