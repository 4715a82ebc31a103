//! TCP sequence numbers (RFC 9293 §3.4).

use std::ops::{Add, Sub};

/// A TCP sequence number: arithmetic modulo 2^32, so comparisons hold across the wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeqNumber(pub u32);

impl SeqNumber {
    /// Signed distance in octets from `other` to `self`; exact while the two are less than 2^31 apart.
    pub fn distance(self, other: Self) -> i32 {
        self.0.wrapping_sub(other.0).cast_signed()
    }

    /// Whether `self` stands before `other` in the sequence space.
    pub fn before(self, other: Self) -> bool {
        self.distance(other) < 0
    }
}

impl Add<u32> for SeqNumber {
    type Output = Self;

    fn add(self, octets: u32) -> Self {
        Self(self.0.wrapping_add(octets))
    }
}

impl Sub<u32> for SeqNumber {
    type Output = Self;

    fn sub(self, octets: u32) -> Self {
        Self(self.0.wrapping_sub(octets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_holds_across_the_wrap() {
        let last = SeqNumber(u32::MAX);
        assert!(last.before(last + 1));
        assert!(!(last + 1).before(last));
        assert_eq!((last + 10).distance(last), 10);
        assert_eq!((SeqNumber(0) - 1), last);
    }
}
