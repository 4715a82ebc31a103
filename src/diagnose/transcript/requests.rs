//! The agent's requests in order of time, with what is known of their end.

use crate::model::{Span, Timestamp};
use crate::transcript::{Answer, Exchange, Place, Stamp};

/// How long a request is waited for at most: timeouts of 60 s to connect and 30 s to answer.
const LONGEST: Span = Span::seconds(95);

/// A request of the licensing agent.
pub(super) struct Request<'a> {
    /// When, by the switch's clock, for comparison: the middle of the second that is written, or what the request itself says.
    pub time: Timestamp,
    /// When, as it is written.
    pub stamp: &'a Stamp,
    /// Where it is said.
    pub at: Place,
    /// The latest time at which packets may be its own: its response, the next request, or the longest wait.
    pub until: Timestamp,
    /// What is known of it.
    pub exchange: &'a Exchange,
}

/// The requests of `exchanges` that have a time, sorted.
///
/// A request ends with its answer, with a failure noted in the log, or with the next request.
pub(super) fn sorted<'a>(
    exchanges: &'a [Exchange],
    failures: &[Timestamp],
    written: impl Fn(&Stamp) -> Option<Timestamp>,
) -> Vec<Request<'a>> {
    let mut requests: Vec<Request<'a>> = exchanges
        .iter()
        .filter_map(|exchange| {
            let said = exchange.request.as_ref()?;
            // Whole seconds were cut off, not rounded.
            let written_at = written(&said.value)?;
            let middle = if said.value.fine {
                written_at
            } else {
                Timestamp(written_at.0.saturating_add(500_000_000))
            };
            let exact =
                exchange.sent.filter(|sent| Span((*sent - written_at).0.saturating_abs()) < Span::seconds(2));
            let time = exact.unwrap_or(middle);
            let until = end(
                exchange,
                time,
                failures,
                exchange.response.as_ref().and_then(|said| written(&said.value)),
            );
            Some(Request { time, stamp: &said.value, at: said.at, until, exchange })
        })
        .collect();
    requests.sort_by_key(|request| (request.time, request.at));
    requests.dedup_by_key(|request| request.time);
    for index in 1..requests.len() {
        let next = requests.get(index).map(|request| request.time);
        if let (Some(request), Some(next)) = (requests.get_mut(index - 1), next) {
            request.until = request.until.min(Timestamp(next.0.saturating_sub(1)));
        }
    }
    requests
}

/// When `exchange`, begun at `start`, is over at the latest.
fn end(
    exchange: &Exchange,
    start: Timestamp,
    failures: &[Timestamp],
    answered: Option<Timestamp>,
) -> Timestamp {
    const SETTLED: Span = Span::seconds(3);
    let longest = later(start, LONGEST);
    // An empty response bears the request's own time.
    let answered = answered.filter(|_| !matches!(exchange.answer, Answer::Empty | Answer::Unknown));
    let failed = failures.get(failures.partition_point(|time| *time < start)).copied();
    let over = answered.into_iter().chain(failed).min();
    over.map_or(longest, |over| later(over, SETTLED).min(longest))
}

pub(super) fn later(time: Timestamp, span: Span) -> Timestamp {
    Timestamp(time.0.saturating_add(span.0))
}

pub(super) fn earlier(time: Timestamp, span: Span) -> Timestamp {
    Timestamp(time.0.saturating_sub(span.0))
}
