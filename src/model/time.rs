//! Time stamps and time spans, in nanoseconds.

use std::ops::Sub;

/// Nanoseconds since 1970-01-01T00:00:00Z as the capture states them; a switch's clock is often wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time stamp `seconds` and `nanos` after the epoch, saturating at the ends of the range (years 1677, 2262).
    pub fn from_parts(seconds: i64, nanos: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    }

    /// Whole seconds since the epoch, as certificates count.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }
}

impl Sub for Timestamp {
    type Output = Span;

    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// A signed number of nanoseconds between two time stamps; negative where the capture's clock went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub i64);

impl Span {
    /// A span of whole seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000_000)
    }

    /// A span of whole milliseconds.
    pub const fn millis(millis: i64) -> Self {
        Self(millis * 1_000_000)
    }

    /// In seconds, for text.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// In milliseconds, for the report.
    pub fn as_millis(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_saturate_and_subtract() {
        assert_eq!(Timestamp::from_parts(i64::MAX, 0).0, i64::MAX);
        assert_eq!(Timestamp::from_parts(2, 5) - Timestamp::from_parts(1, 0), Span(1_000_000_005));
        assert_eq!(Timestamp(-1).seconds(), -1);
    }
}
