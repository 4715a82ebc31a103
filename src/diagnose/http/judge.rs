//! Whether the request was answered.

use std::ops::Range;

use super::answer::in_clear;
use super::no_answer::timeout;
use super::no_answer::unanswered;
use crate::attempt::Attempt;
use crate::attempt::HttpExchange;
use crate::diagnose::Confidence;
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::{first_close, gave_up_before, server_hidden, waited};
use crate::diagnose::inconclusive;
use crate::diagnose::ok;
use crate::diagnose::tcp::to_proxy;
use crate::flow::Flow;

/// An answer that came when the switch had given up.
fn late(attempt: &Attempt, http: &HttpExchange) -> Option<Conclusion> {
    let answer = http.answer?;
    let start = http.last_request?;
    let close = gave_up_before(attempt, answer)?;
    Some(timeout(attempt, start, Some(close)).at(answer, "the answer, after the switch had given up"))
}

/// Judges the exchange behind TLS, or in clear.
pub(in crate::diagnose) fn judge(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let http = attempt.http.as_deref()?;
    if let Some(conclusion) = late(attempt, http) {
        return Some(conclusion);
    }
    if !http.is_clear() && to_proxy(attempt) && attempt.proxy.is_none() {
        let what = "what was asked of the proxy inside TLS";
        return Some(inconclusive::unreadable(attempt, what, http.answer.or(http.request)));
    }
    if http.is_clear() {
        let conclusion = in_clear(attempt, flow, http);
        // Another exchange may follow on the same connection until it is closed, or rests.
        let over = first_close(attempt).is_some() || http.answer.is_none_or(|answer| waited(attempt, answer));
        return Some(if over { conclusion } else { conclusion.at_most(Confidence::Likely) });
    }
    // A single octet that is missing is the FIN.
    let lost = |gap: Range<u64>| gap.end - gap.start > 1;
    let gap = flow.from_server.stream.uncaptured().any(lost);
    if http.maybe_tickets && server_hidden(flow, gap) {
        let what = "part of what the server sent after the handshake";
        return Some(inconclusive::unreadable(attempt, what, http.last_request));
    }
    if http.answer.is_some() {
        return Some(ok::under_tls(attempt, flow, http));
    }
    Some(unanswered(attempt, flow, http))
}
