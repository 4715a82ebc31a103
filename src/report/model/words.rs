//! Words and times as the report spells them.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::attempt::StageName;
use crate::diagnose::{Confidence, Outcome, Party, Severity, StageStatus};
use crate::model::Timestamp;

/// A type whose values each have one word in the report.
pub trait Vocabulary: Copy {
    /// The word: lower case, hyphens, never changed.
    fn word(self) -> &'static str;
}

/// A word of a list that may grow: a plain string to the consumer and in the JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open<T>(pub T);

impl<T: Vocabulary> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<T> JsonSchema for Open<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

impl<T: Vocabulary> fmt::Display for Open<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.word())
    }
}

impl Vocabulary for Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Intermittent => "intermittent",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl Vocabulary for Confidence {
    fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl Vocabulary for Party {
    fn word(self) -> &'static str {
        match self {
            Self::Switch => "switch",
            Self::Dns => "dns",
            Self::Network => "network",
            Self::Proxy => "proxy",
            Self::Inspection => "inspection",
            Self::Service => "service",
            Self::Unknown => "unknown",
        }
    }
}

impl Vocabulary for Severity {
    fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
        }
    }
}

impl Vocabulary for StageName {
    fn word(self) -> &'static str {
        self.name()
    }
}

impl Vocabulary for StageStatus {
    fn word(self) -> &'static str {
        self.name()
    }
}

/// RFC 3339 in UTC with nanoseconds; null where only the spans to other times are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    stamp: jiff::Timestamp,
    dated: bool,
}

impl Time {
    /// Seconds from `earlier` to this time.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.stamp.duration_since(earlier.stamp).as_secs_f64()
    }

    /// The same, of a capture that does not say on which day it was.
    #[must_use]
    pub fn undated(self) -> Self {
        Self { dated: false, ..self }
    }

    /// Whether it is a date, not only so many seconds from another time.
    pub fn is_dated(&self) -> bool {
        self.dated
    }

    /// The same moment on the clocks of `zone`.
    pub(in crate::report) fn in_zone(self, zone: jiff::tz::TimeZone) -> jiff::Zoned {
        self.stamp.to_zoned(zone)
    }
}

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        // 64 bits of nanoseconds are the years 1677 to 2262: always in jiff's range.
        let stamp = jiff::Timestamp::from_nanosecond(time.0.into()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self { stamp, dated: true }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.9}", self.stamp)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.dated { serializer.collect_str(self) } else { serializer.serialize_none() }
    }
}

impl JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_always_have_nine_digits_and_z() {
        let time = |nanos| Time::from(Timestamp(nanos)).to_string();
        assert_eq!(time(1_737_733_318_123_456_000), "2025-01-24T15:41:58.123456000Z");
        assert_eq!(time(0), "1970-01-01T00:00:00.000000000Z");
        assert!(time(i64::MIN).starts_with("1677-"));
        assert!(time(i64::MAX).starts_with("2262-"));
        let undated = Time::from(Timestamp(5_000_000_000)).undated();
        assert_eq!(serde_json::to_string(&undated).unwrap(), "null");
        assert!((undated.seconds_since(Time::from(Timestamp(0)).undated()) - 5.0).abs() < 1e-9);
    }
}
