//! The text and the attempts of the switch whose text it is, on one clock.

use std::net::IpAddr;

use crate::attempt::ServiceKind;
use crate::diagnose::{Confidence, Judged, Quote};
use crate::model::{At, Span, Timestamp};
use crate::transcript::{Happening, LogEvent, Partner, Place, Stamp, Transcript};

use super::clock::{self, ClockOffset};
use super::dates::{self, Dates};
use super::requests::{self, Request};

/// What every rule looks at.
pub(super) struct View<'a> {
    pub facts: &'a Transcript,
    /// The attempts of this switch, in order of start.
    pub judged: Vec<&'a Judged>,
    /// First and last time of the capture; `None` without one.
    pub capture: Option<(Timestamp, Timestamp)>,
    /// The agent's requests by the switch's clock.
    pub requests: Vec<Request<'a>>,
    /// Failures noted in logs, with their time by the switch's clock, sorted.
    pub failures: Vec<(Timestamp, &'a LogEvent)>,
    /// How far the switch's clock is from the capture's.
    pub clock: Option<ClockOffset>,
    dates: Dates,
}

impl<'a> View<'a> {
    pub fn of(
        attempts: &'a [Judged],
        facts: &'a Transcript,
        capture: Option<(Timestamp, Timestamp)>,
    ) -> Self {
        let judged = of_this_switch(attempts, facts);
        let mut view = Self {
            facts,
            judged,
            capture,
            requests: Vec::new(),
            failures: Vec::new(),
            clock: None,
            dates: Dates::of(facts, capture.map(|(first, _)| first)),
        };
        view.failures = view.failures();
        let failures: Vec<Timestamp> = view.failures.iter().map(|(time, _)| *time).collect();
        view.requests = requests::sorted(&facts.exchanges, &failures, |stamp| view.time(stamp));
        view.clock = clock::estimate(&view);
        view
    }

    /// `stamp` by the switch's clock, to compare it with others: a year that nobody writes and a zone that nobody explains are
    /// taken alike for all of them.
    pub fn time(&self, stamp: &Stamp) -> Option<Timestamp> {
        self.dates.comparable(stamp, dates::zone(stamp, self.facts))
    }

    /// The instant of `stamp`, where the text says its zone, and its year is written or follows from other times.
    pub fn instant(&self, stamp: &Stamp) -> Option<Timestamp> {
        self.dates.instant(stamp, dates::zone(stamp, self.facts))
    }

    /// When, in words: the instant, or what the switch wrote where that does not say one.
    pub fn when(&self, stamp: &Stamp) -> String {
        self.instant(stamp).map_or_else(|| stamp.to_string(), moment)
    }

    /// `time` of the switch's clock by the capture's.
    pub fn on_capture(&self, time: Timestamp) -> Timestamp {
        let offset = self.clock.as_ref().map_or(Span::default(), |clock| clock.offset);
        requests::earlier(time, offset)
    }

    /// How sure times can be compared.
    pub fn clock_confidence(&self) -> Confidence {
        self.clock.as_ref().map_or(Confidence::Possible, |clock| clock.confidence)
    }

    /// A line that shows something, with the time that stands on it.
    pub fn quote(&self, at: Place, stamp: Option<&Stamp>, note: impl Into<String>) -> Quote {
        let time = stamp.and_then(|stamp| self.instant(stamp));
        Quote { file: self.facts.file_name(at).to_owned(), line: at.line, time, note: note.into() }
    }

    /// The request that an attempt starting at `start` (capture's clock) belongs to.
    pub fn request_of(&self, judged: &Judged) -> Option<&Request<'a>> {
        const EARLY: Span = Span::seconds(2);
        let start = judged.attempt.first.time;
        let index = self
            .requests
            .partition_point(|request| self.on_capture(request.time) <= requests::later(start, EARLY));
        let request = self.requests.get(index.checked_sub(1)?)?;
        (start <= requests::later(self.on_capture(request.until), EARLY)).then_some(request)
    }

    /// The attempts that belong to `request`.
    pub fn attempts_of(&self, request: &Request<'_>) -> Vec<&'a Judged> {
        let own = |judged: &&&Judged| self.request_of(judged).is_some_and(|known| known.at == request.at);
        self.judged.iter().filter(own).copied().collect()
    }

    /// The noted failure that belongs to an attempt: stamped while it lasts, or up to half a minute behind it.
    pub fn failure_of(&self, judged: &Judged) -> Option<&(Timestamp, &'a LogEvent)> {
        let mine = |judged: &Judged, (time, event): &(Timestamp, &LogEvent)| {
            may_concern(judged, event) && is_failure_of(judged, self.on_capture(*time))
        };
        let index =
            self.failures.partition_point(|(time, _)| self.on_capture(*time) < judged.attempt.first.time);
        let mut behind = self
            .failures
            .iter()
            .skip(index)
            .take_while(|failure| is_failure_of(judged, self.on_capture(failure.0)));
        let failure = behind.find(|failure| mine(judged, failure))?;
        let next = self.judged.iter().find(|other| other.attempt.first.time > judged.attempt.last.time);
        // It is the next attempt's where that came first.
        let taken = next.is_some_and(|next| mine(next, failure));
        (!taken).then_some(failure)
    }

    fn failures(&self) -> Vec<(Timestamp, &'a LogEvent)> {
        let failed = |event: &&LogEvent| matches!(event.happening, Happening::CommunicationFailed(_));
        let timed = |event: &'a LogEvent| Some((self.time(event.stamp.as_ref()?)?, event));
        let mut all: Vec<_> = self.facts.events.iter().filter(failed).filter_map(timed).collect();
        all.sort_by_key(|(time, event)| (*time, event.at));
        all
    }
}

/// Whether what the log notes may be of this attempt: a line about the CSLU is not of an attempt on CSSM, nor the reverse.
pub(super) fn may_concern(judged: &Judged, event: &LogEvent) -> bool {
    match (event.partner, judged.attempt.service.kind) {
        (Some(Partner::Cslu), ServiceKind::SmartTransport | ServiceKind::CallHome) => false,
        (Some(Partner::Cssm), kind) => kind != ServiceKind::Cslu,
        _ => true,
    }
}

/// Whether a failure noted at `time` (capture's clock) may be of `judged`: the agent notes it 20 s behind its request.
pub(super) fn is_failure_of(judged: &Judged, time: Timestamp) -> bool {
    const BEHIND: Span = Span::seconds(35);
    let attempt = &judged.attempt;
    time >= requests::earlier(attempt.first.time, Span::seconds(1))
        && time <= requests::later(attempt.last.time, BEHIND)
}

/// The attempts on services of the clients whose addresses the text names; of all, where it names none of them.
fn of_this_switch<'a>(attempts: &'a [Judged], facts: &Transcript) -> Vec<&'a Judged> {
    let own: Vec<IpAddr> = facts.interfaces.iter().filter_map(|interface| interface.value.ip).collect();
    let on_service = || attempts.iter().filter(|judged| judged.is_on_service());
    let mine: Vec<&Judged> = on_service().filter(|judged| own.contains(&judged.attempt.client)).collect();
    if mine.is_empty() { on_service().collect() } else { mine }
}

/// The SYN of an attempt, or its first frame.
pub(super) fn opening(judged: &Judged) -> At {
    let syn = judged.attempt.flow.as_deref().and_then(|flow| flow.syns.first().copied());
    syn.unwrap_or(judged.attempt.first)
}

/// A time to the second.
pub(super) fn moment(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_second(time.seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A span in words: `0.4 s`, `7 min 0 s`, `9 h 0 min`.
pub(super) fn long(span: Span) -> String {
    let seconds = span.as_seconds().abs();
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let whole = span.0.saturating_abs().saturating_add(500_000_000) / 1_000_000_000;
    let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min {} s", whole % 60),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}
