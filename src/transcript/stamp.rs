//! Times as the switch writes them: with and without year, milliseconds and zone, with `*` and `.` before an unsure clock.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::model::Timestamp;

/// What the switch thinks of its own clock (`show clock`, log prefixes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockMark {
    /// No mark: the time is authoritative.
    #[default]
    Synchronised,
    /// `.`: it was synchronised and no longer is.
    Lost,
    /// `*`: not authoritative, never set by a time source.
    Never,
}

/// The zone behind a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Zone {
    /// None is written.
    #[default]
    Absent,
    /// UTC or GMT.
    Utc,
    /// A numeric offset in seconds east of UTC.
    Offset(i32),
    /// A name whose offset only the switch's configuration knows.
    Named(String),
}

/// A time as written; what is not written is not guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    year: Option<i16>,
    month: i8,
    day: i8,
    time: (i8, i8, i8, i32),
    /// Whether it has a fraction of a second.
    pub fine: bool,
    /// The zone.
    pub zone: Zone,
    /// What the switch thinks of its clock.
    pub mark: ClockMark,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Stamp {
    /// The stamp at the start of `text`, and what follows it.
    pub fn parse(text: &str) -> Option<(Self, &str)> {
        let (mark, text) = mark(text.trim_start());
        let text = text.trim_start();
        let first = text.bytes().next()?;
        let (mut stamp, rest) = if first.is_ascii_alphabetic() {
            month_first(text)?
        } else if text.as_bytes().get(4) == Some(&b'-') {
            iso(text)?
        } else {
            time_first(text)?
        };
        stamp.mark = mark;
        // A day or an hour that no calendar has is no time.
        stamp.civil(stamp.year.unwrap_or(2000))?;
        Some((stamp, rest))
    }

    /// Whether a year is written.
    pub fn has_year(&self) -> bool {
        self.year.is_some()
    }

    /// The instant, by `reference` where no year is written and by `zone` (seconds east of UTC) where a zone's name is.
    pub fn resolve(&self, reference: Timestamp, zone: Option<i32>) -> Option<Timestamp> {
        let seconds = match &self.zone {
            Zone::Offset(seconds) => *seconds,
            Zone::Named(_) => zone.unwrap_or(0),
            Zone::Absent | Zone::Utc => 0,
        };
        let at =
            |year| Some(Timestamp((self.civil(year)?.0).saturating_sub(i64::from(seconds) * 1_000_000_000)));
        let Some(year) = self.year else {
            let near = year_of(reference);
            return (near - 1..=near + 1)
                .filter_map(at)
                .min_by_key(|time| (*time - reference).0.unsigned_abs());
        };
        at(year)
    }

    fn civil(&self, year: i16) -> Option<Timestamp> {
        let (hour, minute, second, nanos) = self.time;
        let civil = DateTime::new(year, self.month, self.day, hour, minute, second, nanos).ok()?;
        let nanos = civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_nanosecond();
        Some(Timestamp(i64::try_from(nanos).ok()?))
    }
}

/// As the switch wrote it, to the second: a year and a zone stand there only where they are written.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second, _) = self.time;
        if let Some(year) = self.year {
            write!(f, "{year:04}-{:02}-{:02}", self.month, self.day)?;
        } else {
            let index = usize::try_from(self.month.saturating_sub(1)).unwrap_or(0);
            write!(f, "{} {}", MONTHS.get(index).unwrap_or(&""), self.day)?;
        }
        write!(f, " {hour:02}:{minute:02}:{second:02}")?;
        match &self.zone {
            Zone::Utc => f.write_str(" UTC"),
            Zone::Named(name) => write!(f, " {name}"),
            Zone::Absent | Zone::Offset(_) => Ok(()),
        }
    }
}

fn year_of(time: Timestamp) -> i16 {
    let time = jiff::Timestamp::from_second(time.seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.to_zoned(TimeZone::UTC).year()
}

fn mark(text: &str) -> (ClockMark, &str) {
    match text.as_bytes().first() {
        Some(b'*') => (ClockMark::Never, text.get(1..).unwrap_or_default()),
        Some(b'.') => (ClockMark::Lost, text.get(1..).unwrap_or_default()),
        _ => (ClockMark::Synchronised, text),
    }
}

/// The first word, without a final colon or comma, and what follows it.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then_some((word.trim_end_matches([':', ',']), rest))
}

/// `Jan 24 23:18:59 2025 UTC`, `Jan 24 2025 23:19:05.144 UTC`, `Jan 24 23:19:05.144`.
fn month_first(text: &str) -> Option<(Stamp, &str)> {
    let (month, rest) = word(text)?;
    let month = month_number(month)?;
    let (day, rest) = word(rest)?;
    let day = number(day, 1..=31)?;
    let (next, after) = word(rest)?;
    let (mut year, rest) = match year_number(next) {
        Some(year) => (Some(year), after),
        None => (None, rest),
    };
    let (clock, mut rest) = word(rest)?;
    let (time, fine) = time_of_day(clock)?;
    let mut zone = Zone::Absent;
    for _ in 0..2 {
        let Some((next, after)) = word(rest) else { break };
        match (year_number(next), named_zone(next)) {
            (Some(found), _) if year.is_none() => year = Some(found),
            (_, Some(found)) if zone == Zone::Absent => zone = found,
            _ => break,
        }
        rest = after;
    }
    Some((Stamp { year, month, day, time, fine, zone, mark: ClockMark::default() }, rest))
}

/// `23:38:54.683 UTC Fri Jan 24 2025`, as `show clock` and a buffer's dump write it.
fn time_first(text: &str) -> Option<(Stamp, &str)> {
    let (clock, mut rest) = word(text)?;
    let (time, fine) = time_of_day(clock)?;
    let mut zone = Zone::Absent;
    let mut found = None;
    for _ in 0..3 {
        let (next, after) = word(rest)?;
        rest = after;
        if let Some(month) = month_number(next) {
            found = Some(month);
            break;
        }
        if zone == Zone::Absent && !is_weekday(next) {
            zone = named_zone(next)?;
        }
    }
    let month = found?;
    let (day, rest) = word(rest)?;
    let day = number(day, 1..=31)?;
    let (year, rest) = word(rest)?;
    let year = Some(year_number(year)?);
    Some((Stamp { year, month, day, time, fine, zone, mark: ClockMark::default() }, rest))
}

/// `2025-01-24 13:58:23.900 UTC`, `2025-01-24T13:58:23.900Z`, `2025-01-24T22:58:23+09:00`.
fn iso(text: &str) -> Option<(Stamp, &str)> {
    let year = year_number(text.get(..4)?)?;
    let month = number(text.get(5..7)?, 1..=12)?;
    (text.as_bytes().get(7) == Some(&b'-')).then_some(())?;
    let day = number(text.get(8..10)?, 1..=31)?;
    matches!(text.as_bytes().get(10), Some(b' ' | b'T' | b't')).then_some(())?;
    let (clock, rest) = word(text.get(11..)?)?;
    let end = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, suffix) = clock.split_at_checked(end)?;
    let (time, fine) = time_of_day(clock)?;
    let (zone, rest) = if suffix.is_empty() {
        match word(rest).and_then(|(next, after)| Some((named_zone(next)?, after))) {
            Some(found) => found,
            None => (Zone::Absent, rest),
        }
    } else {
        (offset(suffix)?, rest)
    };
    Some((Stamp { year: Some(year), month, day, time, fine, zone, mark: ClockMark::default() }, rest))
}

fn offset(suffix: &str) -> Option<Zone> {
    if matches!(suffix, "Z" | "z") {
        return Some(Zone::Utc);
    }
    let sign = if suffix.starts_with('-') { -1 } else { 1 };
    let digits: String = suffix.chars().filter(char::is_ascii_digit).collect();
    let hours: i32 = number(digits.get(..2)?, 0..=14)?;
    let minutes: i32 = number(digits.get(2..4).unwrap_or("00"), 0..=59)?;
    Some(Zone::Offset(sign * (hours * 3_600 + minutes * 60)))
}

/// `23:18:59` or `23:18:59.144`: hours, minutes, seconds, nanoseconds, and whether there is a fraction.
fn time_of_day(text: &str) -> Option<((i8, i8, i8, i32), bool)> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut parts = whole.split(':');
    let hour = number(parts.next()?, 0..=23)?;
    let minute = number(parts.next()?, 0..=59)?;
    let second = number(parts.next()?, 0..=59)?;
    if parts.next().is_some() {
        return None;
    }
    let nanos = match fraction {
        None => 0,
        Some(digits) if (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{digits:0<9}").parse().ok()?
        }
        Some(_) => return None,
    };
    Some(((hour, minute, second, nanos), fraction.is_some()))
}

fn number<N: std::str::FromStr + PartialOrd>(text: &str, range: std::ops::RangeInclusive<N>) -> Option<N> {
    (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    text.parse().ok().filter(|number| range.contains(number))
}

fn year_number(text: &str) -> Option<i16> {
    (text.len() == 4).then(|| text.parse().ok()).flatten().filter(|year| (1970..2262).contains(year))
}

fn month_number(text: &str) -> Option<i8> {
    let index = MONTHS.iter().position(|month| *month == text)?;
    i8::try_from(index + 1).ok()
}

fn is_weekday(text: &str) -> bool {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&text)
}

/// A zone as IOS allows: one to seven capitals; nothing that an event or a message begins with.
fn named_zone(text: &str) -> Option<Zone> {
    let fits = (1..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    match text {
        "UTC" | "GMT" | "Z" => Some(Zone::Utc),
        name if fits => Some(Zone::Named(name.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> (String, ClockMark, String) {
        let (stamp, rest) = Stamp::parse(text).unwrap_or_else(|| panic!("{text}"));
        let reference = Timestamp::from_parts(1_737_733_318, 0);
        let at = stamp.resolve(reference, Some(9 * 3_600)).unwrap();
        (
            jiff::Timestamp::from_nanosecond(at.0.into()).unwrap().to_string(),
            stamp.mark,
            rest.trim().to_owned(),
        )
    }

    #[test]
    fn every_way_in_which_a_switch_writes_a_time() {
        for (text, expected) in [
            ("2025-01-24 13:58:23.900 UTC SAEVT_READY", "2025-01-24T13:58:23.9Z"),
            ("Jan 24 23:18:59 2025 UTC", "2025-01-24T23:18:59Z"),
            ("Jan 24 2025 23:19:05.144 UTC:", "2025-01-24T23:19:05.144Z"),
            ("Jan 24 23:19:05.144:", "2025-01-24T23:19:05.144Z"),
            ("*Jan  4 03:19:05:", "2025-01-04T03:19:05Z"),
            (".Jan 24 23:19:05.144 UTC:", "2025-01-24T23:19:05.144Z"),
            ("*23:38:54.683 UTC Fri Jan 24 2025", "2025-01-24T23:38:54.683Z"),
            ("* 15:41:10.058 UTC Fri Jan 24 2025", "2025-01-24T15:41:10.058Z"),
            ("Jan 25 08:18:59 2025 KST", "2025-01-24T23:18:59Z"),
            ("2025-01-25T08:18:59.5+09:00 x", "2025-01-24T23:18:59.5Z"),
            // The nearest year to January 2025.
            ("Dec 31 23:59:59", "2024-12-31T23:59:59Z"),
        ] {
            assert_eq!(time(text).0, expected, "{text}");
        }
    }

    #[test]
    fn marks_and_what_follows() {
        assert_eq!(time("*Jan 24 23:19:05.144: %SMART_LIC-6-X: y").1, ClockMark::Never);
        assert_eq!(time(".Jan 24 23:19:05: x").1, ClockMark::Lost);
        assert_eq!(time("2025-01-24 13:58:23.900 UTC SAEVT_READY").2, "SAEVT_READY");
        assert_eq!(time("Jan 24 23:18:59 2025 UTC (4 minutes)").2, "(4 minutes)");
    }

    #[test]
    fn a_time_in_its_own_words() {
        for (text, expected) in [
            ("*Jan  4 03:19:05.144:", "Jan 4 03:19:05"),
            ("Jan 25 08:18:59 KST", "Jan 25 08:18:59 KST"),
            ("Jan 25 08:18:59 2025 KST", "2025-01-25 08:18:59 KST"),
            ("2025-01-24 13:58:23.900 UTC SAEVT_READY", "2025-01-24 13:58:23 UTC"),
        ] {
            assert_eq!(Stamp::parse(text).unwrap().0.to_string(), expected);
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "Jan",
            "Jan 32 01:02:03",
            "Feb 30 2025 01:02:03",
            "24:00:00 UTC Fri Jan 24 2025",
            "2025-13-01 00:00:00",
            "10.0.0.1",
            "0000:",
            "*",
            "May the 4th",
        ] {
            assert!(Stamp::parse(text).is_none(), "{text}");
        }
    }
}
