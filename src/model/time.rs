//! Time stamps and time spans, in nanoseconds.

use std::cmp::Ordering;
use std::ops::Sub;

/// Nanoseconds since 1970-01-01T00:00:00Z as the capture states them; a switch's clock is often wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Of a frame whose time the capture does not state, as in a text dump. It has no place among the others, and the span
    /// between it and any time is [`Span::UNKNOWN`].
    pub const UNKNOWN: Self = Self(i64::MIN);

    /// Whether the capture states it.
    pub fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }

    /// The time stamp `seconds` and `nanos` after the epoch, saturating at the ends of the range (years 1677, 2262).
    pub fn from_parts(seconds: i64, nanos: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000).saturating_add(nanos).max(Self::UNKNOWN.0 + 1))
    }

    /// Whole seconds since the epoch, as certificates count.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }
}

impl Sub for Timestamp {
    type Output = Span;

    fn sub(self, earlier: Self) -> Span {
        if !self.is_known() || !earlier.is_known() {
            return Span::UNKNOWN;
        }
        Span(self.0.saturating_sub(earlier.0).max(Span::UNKNOWN.0 + 1))
    }
}

/// A signed number of nanoseconds between two time stamps; negative where the capture's clock went back. The unknown one is
/// neither shorter nor longer than any other: each comparison with it is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span(pub i64);

impl PartialOrd for Span {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.is_known() && other.is_known()).then(|| self.0.cmp(&other.0))
    }
}

impl Span {
    /// Between times of which one is not known.
    pub const UNKNOWN: Self = Self(i64::MIN);

    /// Whether both times are known.
    pub fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }

    /// Whether it is at most `most`, or not known: for what belongs together unless time says otherwise.
    pub fn may_be_within(self, most: Self) -> bool {
        !self.is_known() || self <= most
    }

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
        assert!(Timestamp::from_parts(i64::MIN, 0).is_known());
    }

    #[test]
    fn an_unknown_time_is_neither_soon_nor_late() {
        let span = Timestamp::UNKNOWN - Timestamp(5);
        let limit = Span::seconds(10);
        assert_eq!([span < limit, span <= limit, span > limit, span >= limit, span >= span], [false; 5]);
        assert!(span.may_be_within(limit) && !Span::seconds(11).may_be_within(limit));
        assert!((Timestamp(i64::MIN + 1) - Timestamp(i64::MAX)).is_known());
    }
}
