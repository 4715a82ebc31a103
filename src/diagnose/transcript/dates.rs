//! Times without a year or with a zone's name: what they can be compared with, and when they can be told as an instant.

use crate::model::{Span, Timestamp};
use crate::transcript::{Stamp, Transcript, Zone};

use super::requests::earlier;

/// A day.
const DAY: i64 = 86_400;
/// Half a year: a time without a year is taken in the year in which it is nearest to some other time.
const HALF_YEAR: i64 = 182 * DAY;

/// How far from another time of the text, or from the capture, a time without a year is surely of the same months.
const AROUND: Span = Span::seconds(90 * DAY);
/// Some year that has every day.
const LEAP_YEAR: Timestamp = Timestamp(2 * 365 * DAY * 1_000_000_000);

/// What a time without a year is near to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dates {
    /// Some other time tells the year: the one whose middle is `middle`.
    Told {
        middle: Timestamp,
        /// A time that tells it only for those around it.
        about: Option<Timestamp>,
    },
    /// No time tells the year; of some year or other, those without one can still be compared with each other.
    Untold(Timestamp),
    /// No time is without a year.
    Whole,
}

/// Seconds east of UTC of the zone that `stamp` is in, where the text says what its name means.
pub(super) fn zone(stamp: &Stamp, facts: &Transcript) -> Option<i32> {
    match &stamp.zone {
        Zone::Named(name) => facts.settings.offset_of(name),
        Zone::Offset(seconds) => Some(*seconds),
        Zone::Absent | Zone::Utc => Some(0),
    }
}

impl Dates {
    /// By the text itself, before all by the clock that it shows, or else by the capture that begins at `first`.
    pub fn of(facts: &Transcript, first: Option<Timestamp>) -> Self {
        let resolved = |stamp: &Stamp| stamp.has_year().then(|| stamp.resolve(Timestamp(0), None)).flatten();
        // The text ends where its clock was shown.
        let shown = facts.clocks.iter().filter_map(|clock| resolved(&clock.value.stamp)).max();
        let shown = shown.map(|time| Self::Told { middle: ending(time, DAY), about: None });
        let events = facts.events.iter().filter_map(|event| event.stamp.as_ref());
        let exchanges = facts.exchanges.iter().flat_map(|exchange| [&exchange.request, &exchange.response]);
        let noted = events.clone().chain(exchanges.flatten().map(|said| &said.value));
        let around = |middle, about| Self::Told { middle, about: Some(about) };
        let noted = || noted.filter_map(resolved).max().map(|last| around(last, last));
        // Text is collected around its capture, and a log goes further back than forth.
        let captured = || first.map(|first| around(ending(first, 30 * DAY), first));
        if let Some(told) = shown.or_else(noted).or_else(captured) {
            return told;
        }
        let last = events.filter_map(|stamp| stamp.resolve(LEAP_YEAR, None)).next_back();
        last.map_or(Self::Whole, |last| Self::Untold(ending(last, 30 * DAY)))
    }

    /// A time for comparison with others of the same text.
    pub fn comparable(self, stamp: &Stamp, zone: Option<i32>) -> Option<Timestamp> {
        match (self, stamp.has_year()) {
            (Self::Told { middle, about }, false) => {
                let time = stamp.resolve(middle, zone)?;
                about.is_none_or(|about| (time - about).0.saturating_abs() <= AROUND.0).then_some(time)
            }
            (Self::Untold(middle), false) => stamp.resolve(middle, zone),
            (Self::Told { .. } | Self::Whole, true) => stamp.resolve(Timestamp(0), zone),
            (Self::Untold(_), true) | (Self::Whole, false) => None,
        }
    }

    /// The instant, where everything that it takes is said.
    pub fn instant(self, stamp: &Stamp, zone: Option<i32>) -> Option<Timestamp> {
        let zone = Some(zone?);
        if stamp.has_year() {
            return stamp.resolve(Timestamp(0), zone);
        }
        matches!(self, Self::Told { .. }).then(|| self.comparable(stamp, zone))?
    }
}

/// The middle of the twelve months that end `seconds` after `time`.
fn ending(time: Timestamp, seconds: i64) -> Timestamp {
    earlier(time, Span::seconds(HALF_YEAR - seconds))
}
