//! The text and the attempts of the switch whose text it is, on one clock.

use std::net::IpAddr;

use crate::diagnose::{Confidence, Judged, Quote};
use crate::model::{At, Span, Timestamp};
use crate::transcript::{Happening, LogEvent, Place, Stamp, Transcript, Zone};

use super::clock::{self, ClockOffset};
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
    reference: Option<Timestamp>,
}

impl<'a> View<'a> {
    pub fn of(
        attempts: &'a [Judged],
        facts: &'a Transcript,
        capture: Option<(Timestamp, Timestamp)>,
    ) -> Self {
        let reference = capture.map(|(first, _)| first).or_else(|| latest_with_year(facts));
        let judged = of_this_switch(attempts, facts);
        let mut view = Self {
            facts,
            judged,
            capture,
            requests: Vec::new(),
            failures: Vec::new(),
            clock: None,
            reference,
        };
        view.failures = view.failures();
        let failures: Vec<Timestamp> = view.failures.iter().map(|(time, _)| *time).collect();
        view.requests = requests::sorted(&facts.exchanges, &failures, |stamp| view.time(stamp));
        view.clock = clock::estimate(&view);
        view
    }

    /// The instant of `stamp` by the switch's clock.
    pub fn time(&self, stamp: &Stamp) -> Option<Timestamp> {
        let zone = match &stamp.zone {
            Zone::Named(name) => self.facts.settings.offset_of(name),
            _ => None,
        };
        if !stamp.has_year() && self.reference.is_none() {
            return None;
        }
        stamp.resolve(self.reference.unwrap_or(Timestamp(0)), zone)
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

    /// A line that shows something.
    pub fn quote(&self, at: Place, time: Option<Timestamp>, note: impl Into<String>) -> Quote {
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
        let mine = |time: Timestamp| is_failure_of(judged, self.on_capture(time));
        let index =
            self.failures.partition_point(|(time, _)| self.on_capture(*time) < judged.attempt.first.time);
        let failure = self.failures.get(index).filter(|(time, _)| mine(*time))?;
        let next = self.judged.iter().find(|other| other.attempt.first.time > judged.attempt.last.time);
        // It is the next attempt's where that came first.
        let taken = next.is_some_and(|next| is_failure_of(next, self.on_capture(failure.0)));
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

/// The latest time with a year that the text holds.
fn latest_with_year(facts: &Transcript) -> Option<Timestamp> {
    let shown = facts.clocks.iter().map(|clock| &clock.value.stamp);
    let events = facts.events.iter().filter_map(|event| event.stamp.as_ref());
    let asked =
        facts.exchanges.iter().filter_map(|exchange| exchange.request.as_ref().map(|said| &said.value));
    let dated = shown.chain(events).chain(asked).filter(|stamp| stamp.has_year());
    dated.filter_map(|stamp| stamp.resolve(Timestamp(0), None)).max()
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
