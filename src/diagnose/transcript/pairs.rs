//! Each attempt beside its request and its log line; requests without packets, packets without a request.

use crate::diagnose::{Confidence, Evidence, Judged, Quote};
use crate::limits::CORRELATIONS;
use crate::model::{Span, Timestamp};
use crate::transcript::{Answer, Happening, LogEvent, LogSource};

use super::requests::{Request, earlier, later};
use super::view::{View, long, opening};

/// How an attempt and a request stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They belong together.
    Same,
    /// The request has no packets in the capture, though it was running.
    NoPackets,
    /// The attempt has no request, though the history covers its time.
    NoRequest,
}

/// An attempt beside the request and the log lines that belong to it.
#[derive(Debug, Clone)]
pub struct Correlation {
    /// How they stand to each other.
    pub relation: Relation,
    /// The attempt, by id.
    pub attempt: Option<usize>,
    /// When the request was made, by the switch's clock, where the text says the instant.
    pub request: Option<Timestamp>,
    /// Its type, where the text shows it.
    pub request_type: Option<String>,
    /// What came back: a status, `empty` or nothing known.
    pub response: Option<String>,
    /// How sure they belong together.
    pub confidence: Confidence,
    /// A sentence with the facts.
    pub message: String,
    /// Frames.
    pub evidence: Vec<Evidence>,
    /// Lines.
    pub lines: Vec<Quote>,
}

/// Everything that can be told, in order of time, and how much was left out.
pub(super) fn correlations(view: &View<'_>) -> (Vec<Correlation>, u64) {
    let start = |judged: &Judged| opening(judged).time;
    let paired = view.judged.iter().filter_map(|judged| Some((start(judged), pair(view, judged)?)));
    let alone = unseen(view);
    let alone = alone.iter().map(|request| (view.on_capture(request.time), no_packets(view, request)));
    let unasked = unasked(view);
    let unasked = unasked.iter().map(|judged| (start(judged), no_request(view, judged)));
    let mut all: Vec<(Timestamp, Correlation)> = paired.chain(alone).chain(unasked).collect();
    all.sort_by_key(|(time, _)| *time);
    let omitted = all.len().saturating_sub(CORRELATIONS) as u64;
    (all.into_iter().take(CORRELATIONS).map(|(_, found)| found).collect(), omitted)
}

/// What kind of request: `ID_TOKEN_TRUST`, or the heading it stands under.
pub(super) fn kind(request: &Request<'_>) -> String {
    let exchange = request.exchange;
    exchange
        .request_type
        .clone()
        .or(exchange.section.map(str::to_owned))
        .unwrap_or("type not shown".to_owned())
}

/// What came back, in a word.
pub(super) fn response(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Unknown => None,
        Answer::Empty => Some("empty".to_owned()),
        Answer::Status { code, .. } => Some(code.clone()),
        Answer::Unreadable => Some("unreadable".to_owned()),
    }
}

fn pair(view: &View<'_>, judged: &Judged) -> Option<Correlation> {
    let request = view.request_of(judged);
    let failure = view.failure_of(judged);
    if request.is_none() && failure.is_none() {
        return None;
    }
    let attempt = &judged.attempt;
    let code = judged.verdict.diagnostic.code;
    let mut parts = Vec::new();
    let mut lines = Vec::new();
    if let Some(request) = request {
        parts.push(format!("the request of {} ({})", view.when(request.stamp), kind(request)));
        lines.push(view.quote(request.at, Some(request.stamp), format!("REQUEST, {}", kind(request))));
        if let (Some(said), Some(word)) = (&request.exchange.response, response(&request.exchange.answer)) {
            parts.push(if word == "empty" {
                "its response is empty".to_owned()
            } else {
                format!("its response says {word}")
            });
            lines.push(view.quote(said.at, Some(&said.value), format!("RESPONSE, {word}")));
        }
    }
    if let Some((time, event)) = failure
        && let Happening::CommunicationFailed(reason) = &event.happening
    {
        let reason = reason.as_deref().unwrap_or("no reason given");
        let log = if event.source == LogSource::EventLog { "event log" } else { "log" };
        parts.push(format!(
            "the {log} notes the failure {}: '{reason}'",
            when_noted(view, judged, *time, event)
        ));
        lines.push(view.quote(event.at, event.stamp.as_ref(), reason));
    }
    let message = format!("Attempt {} ({code}) is {}.", attempt.id, belongs(&parts, request.is_some()));
    let first = Evidence { at: opening(judged), note: format!("attempt {} starts", attempt.id) };
    let deciding = judged.verdict.evidence.last().filter(|last| last.at.frame != first.at.frame).cloned();
    Some(Correlation {
        relation: Relation::Same,
        attempt: Some(attempt.id),
        request: request.and_then(|request| view.instant(request.stamp)),
        request_type: request.and_then(|request| request.exchange.request_type.clone()),
        response: request.and_then(|request| response(&request.exchange.answer)),
        confidence: view.clock_confidence(),
        message,
        evidence: std::iter::once(first).chain(deciding).collect(),
        lines,
    })
}

/// When a failure was noted: how long after the attempt's start, unless the clocks' difference was made up from just that.
fn when_noted(view: &View<'_>, judged: &Judged, time: Timestamp, event: &LogEvent) -> String {
    let behind = view.on_capture(time) - judged.attempt.first.time;
    let made_up = view.clock.as_ref().filter(|clock| clock.pairs == 0 && clock.offset != Span::default());
    match (made_up, &event.stamp) {
        (Some(clock), Some(stamp)) => {
            let side = if clock.offset.0 > 0 { "ahead of" } else { "behind" };
            let by = long(clock.offset);
            format!("of {}, which fits if the switch's times are {by} {side} the capture's", view.when(stamp))
        }
        _ => format!("{} after its start", long(behind)),
    }
}

fn belongs(parts: &[String], requested: bool) -> String {
    let joined = parts.join("; ");
    if requested { joined } else { format!("told of in the log: {joined}") }
}

/// Requests noted while the capture ran, without an attempt.
pub(super) fn unseen<'v>(view: &'v View<'_>) -> Vec<&'v Request<'v>> {
    const MARGIN: Span = Span::seconds(2);
    let Some((first, last)) = view.capture else { return Vec::new() };
    let inside = |request: &&Request<'_>| {
        let time = view.on_capture(request.time);
        time >= first && time <= earlier(last, MARGIN)
    };
    view.requests.iter().filter(inside).filter(|request| view.attempts_of(request).is_empty()).collect()
}

/// Attempts without a request in the time that the history covers: between its first request and its last.
pub(super) fn unasked<'v>(view: &'v View<'_>) -> Vec<&'v Judged> {
    let (Some(first), Some(last)) = (view.requests.first(), view.requests.last()) else { return Vec::new() };
    let (first, last) = (view.on_capture(first.time), view.on_capture(last.time));
    // A clock that only one pair speaks for is no ground for this.
    if view.clock_confidence() < Confidence::Likely {
        return Vec::new();
    }
    let inside = |judged: &&&Judged| {
        let start = judged.attempt.first.time;
        start > first && later(start, Span::seconds(2)) < last
    };
    view.judged.iter().filter(inside).filter(|judged| view.request_of(judged).is_none()).copied().collect()
}

fn no_packets(view: &View<'_>, request: &Request<'_>) -> Correlation {
    let message = format!(
        "The request of {} ({}) has no packets in the capture, which was running.",
        view.when(request.stamp),
        kind(request),
    );
    Correlation {
        relation: Relation::NoPackets,
        attempt: None,
        request: view.instant(request.stamp),
        request_type: request.exchange.request_type.clone(),
        response: response(&request.exchange.answer),
        confidence: view.clock_confidence(),
        message,
        evidence: Vec::new(),
        lines: vec![view.quote(request.at, Some(request.stamp), format!("REQUEST, {}", kind(request)))],
    }
}

fn no_request(view: &View<'_>, judged: &Judged) -> Correlation {
    let attempt = &judged.attempt;
    Correlation {
        relation: Relation::NoRequest,
        attempt: Some(attempt.id),
        request: None,
        request_type: None,
        response: None,
        confidence: view.clock_confidence(),
        message: format!("Attempt {} has no request in the switch's history.", attempt.id),
        evidence: vec![Evidence { at: opening(judged), note: format!("attempt {} starts", attempt.id) }],
        lines: Vec::new(),
    }
}
