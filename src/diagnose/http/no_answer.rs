//! No answer to the request, or no request.

use super::steps::SERVER_LOG;
use super::words::request_words;
use crate::attempt::{Attempt, HttpExchange, StageName, Visibility};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{
    Close, CloseKind, IDLE, first_close, hidden_since, in_the, seconds, spoke_since,
};
use crate::diagnose::silence::{ended, one_way};
use crate::diagnose::steps::{EXEMPT_INSPECTION, GUIDE, HISTORY, HTTP_DEBUG, SYNC};
use crate::diagnose::tcp::gave_up_or_waited;
use crate::diagnose::unheard::explained;
use crate::diagnose::{Confidence, Party, inconclusive};
use crate::flow::{Flow, Segment};
use crate::model::{At, Direction, Span};

pub(in crate::diagnose) static HTTP_TIMEOUT: Diagnostic = Diagnostic {
    code: "http-timeout",
    stage: Some(StageName::Http),
    kind: Kind::Verdict(&[Ground::Duration]),
    title: "The request gets no answer",
    explanation: "Connection and TLS handshake were fine, the switch sent its request, and no answer came \
        until it gave up, or for ten seconds and more. Usual causes are an inspecting device or proxy that \
        holds the request or the answer back, a slow or overloaded server, or an idle timeout on the path. \
        It is not a problem of DNS, TCP or certificates: those stages finished. TLS 1.3 session tickets \
        after the handshake are no answer.",
    party: Party::Service,
    reported_as: &["NO REPLY", "Connection timed out"],
    confirm: &[HISTORY, HTTP_DEBUG],
    filter: "tls.record.content_type == 23 || http",
    fix: &[
        SYNC,
        Action {
            text: "Let the switch wait longer for the answer.",
            commands: &["configure terminal", "ip http client response timeout SECONDS", "end"],
        },
        SERVER_LOG,
        EXEMPT_INSPECTION,
    ],
    references: &["RFC 9110 section 15", "RFC 8446 section 4.6.1", GUIDE],
};

pub(in crate::diagnose) static HTTP_RESET: Diagnostic = Diagnostic {
    code: "http-reset",
    stage: Some(StageName::Http),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Reset]),
    title: "The connection is reset before an answer",
    explanation: "After the handshake, and before any answer, a RST came from the peer's side. Usual \
        causes are an inspecting device or intrusion prevention that objects to the request, a proxy or \
        balancer that lost its server, or a server process that failed. The certificates were accepted and \
        the path carried data. It is not a licensing decision: no answer was read.",
    party: Party::Service,
    reported_as: &["NO REPLY", "Communications failure"],
    confirm: &[
        HISTORY,
        Action { text: "Compare TTL and IP ID of the RST with the peer's other packets.", commands: &[] },
    ],
    filter: "tcp.flags.reset == 1",
    fix: &[SYNC, SERVER_LOG, EXEMPT_INSPECTION],
    references: &["RFC 9293 section 3.5.3", "RFC 9112 section 9.6", GUIDE],
};

pub(in crate::diagnose) static HTTP_CLOSED: Diagnostic = Diagnostic {
    code: "http-closed",
    stage: Some(StageName::Http),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The peer closes before an answer",
    explanation: "After the handshake, and before any answer, the peer closed the connection with FIN or \
        close_notify. Usual causes are a proxy or balancer that lost its server, a server that restarts, \
        or one that drops requests to a path it does not know. In TLS 1.3 a server may also close like \
        this because it rejected a client certificate. The switch's side of the handshake was complete, so \
        trust and name are not the problem.",
    party: Party::Service,
    reported_as: &["NO REPLY", "Communications failure"],
    confirm: &[HISTORY, HTTP_DEBUG],
    filter: "tls.record.content_type == 21 || tcp.flags.fin == 1",
    fix: &[
        SYNC,
        Action { text: "Check the URL, path included.", commands: &["show license status"] },
        SERVER_LOG,
    ],
    references: &["RFC 9112 section 9.6", "RFC 8446 section 6.1", GUIDE],
};

/// No answer to the (last) request, or no request at all.
pub(in crate::diagnose) fn unanswered(attempt: &Attempt, flow: &Flow, http: &HttpExchange) -> Conclusion {
    let finished = attempt.tls.as_deref().and_then(|tls| tls.client_finished);
    let start = http.last_request.or(finished).unwrap_or(flow.first);
    let hello = attempt.tls.as_deref().and_then(|tls| tls.client_hello_started);
    let since = if http.is_clear() { http.last_request } else { hello };
    // What the server says behind the request, and nobody could read, may have to do with all that is missing.
    let since = since.filter(|_| !spoke_since(flow, start));
    if hidden_since(flow, since, http.unreadable) || http.unread.is_some() {
        return inconclusive::unreadable(attempt, "part of what was said after the handshake", Some(start));
    }
    // A server that has closed answers nothing, also what it had not yet heard.
    let crossed = |close: &Close| {
        close.by == Direction::FromServer
            && http.last_request.is_some()
            && finished.is_none_or(|finished| finished.before(close.at))
    };
    let close = first_close(attempt).filter(|close| !close.at.before(start) || crossed(close));
    if attempt.visibility != Visibility::Both {
        return one_way_end(attempt, close, start);
    }
    // Under TLS 1.3 only its size makes a record a close_notify.
    let by_size = close.is_some_and(|close| close.kind == CloseKind::CloseNotify) && !http.is_clear();
    let several = http.exchanges > 1 || http.maybe_tickets || by_size;
    let conclusion = match close {
        Some(close)
            if close.by == Direction::FromServer
                && http.last_request.is_none()
                && !http.is_clear()
                && close.at.time - start.time >= IDLE =>
        {
            return inconclusive::nothing_sent(attempt, start, close.at, "the server closes");
        }
        Some(close) if close.by == Direction::FromServer => {
            let said = match http.last_request {
                Some(_) => ("the request", request_words(http)),
                None => ("the handshake", "handshake finished".to_owned()),
            };
            closed(attempt, start, said, close)
        }
        close if http.last_request.is_none() => return no_request(attempt, start, close),
        close if gave_up_or_waited(attempt, start, close) => timeout(attempt, start, close),
        _ => return ended(attempt, start),
    };
    if several { conclusion.at_most(Confidence::Likely) } else { conclusion }
}

/// One direction only: what the server's own close behind the handshake shows.
fn one_way_end(attempt: &Attempt, close: Option<Close>, start: At) -> Conclusion {
    match close {
        Some(close) if attempt.flow.as_deref().is_some_and(|flow| closed_before(flow, close.at)) => {
            one_way(attempt)
        }
        Some(close) if close.by == Direction::FromServer && close.kind == CloseKind::Rst => {
            let heard = attempt.flow.as_deref().and_then(|flow| last_heard(flow, close.at));
            let (since, behind, note) = match heard {
                Some(at) => {
                    (at, "the server acknowledged all of the request", "all that was asked is acknowledged")
                }
                None => (start, "the handshake", "handshake finished"),
            };
            closed(attempt, since, (behind, note.to_owned()), close).at_most(Confidence::Possible)
        }
        _ => one_way(attempt),
    }
}

fn no_request(attempt: &Attempt, start: At, close: Option<Close>) -> Conclusion {
    let end = attempt.surroundings.capture_last;
    match close {
        Some(close) => inconclusive::nothing_sent(attempt, start, close.at, "the switch closes"),
        None if end.time - start.time >= IDLE => {
            inconclusive::nothing_sent(attempt, start, end, "the capture ends")
        }
        None => ended(attempt, start),
    }
}

/// Whether what the server acknowledges at its close, and not a second before, is no more than a close of the client's.
fn closed_before(flow: &Flow, close: At) -> bool {
    /// A close_notify and a FIN.
    const CLOSE: i64 = 101;
    let from_server = |segment: &Segment| segment.direction == Direction::FromServer;
    let long_before =
        |segment: &Segment| from_server(segment) && close.time - segment.at.time >= Span::seconds(1);
    let heard = flow.segments.iter().filter(long_before).filter_map(|segment| segment.ack).max();
    let all = i64::try_from(flow.from_client.acknowledged).unwrap_or(i64::MAX);
    heard.is_some_and(|heard| (1..=CLOSE).contains(&all.saturating_sub(heard)))
}

/// The server's first segment before `close` that acknowledges all that it ever acknowledged of the client.
fn last_heard(flow: &Flow, close: At) -> Option<At> {
    let all = i64::try_from(flow.from_client.acknowledged).ok().filter(|all| *all > 0)?;
    let heard = |segment: &Segment| segment.direction == Direction::FromServer && segment.ack == Some(all);
    flow.segments.iter().find(heard).map(|segment| segment.at).filter(|at| at.before(close))
}

/// The server closed behind what happened at `start`, which is said in words for the summary and for the evidence.
fn closed(attempt: &Attempt, start: At, (behind, note): (&str, String), close: Close) -> Conclusion {
    let (diagnostic, verb) = match close.kind {
        CloseKind::Rst => (&HTTP_RESET, "reset"),
        _ => (&HTTP_CLOSED, "closed"),
    };
    let crossed = close.at.before(start);
    let order = if crossed { "before" } else { "after" };
    let nothing = if crossed { "" } else { ", no answer before it" };
    let summary = format!(
        "The connection to {}{} was {verb} from the peer's side {} {order} {behind}, without an answer.",
        attempt.service_text(),
        attempt.via(),
        seconds(close.at.time - start.time),
    );
    Conclusion::new(diagnostic, Confidence::Certain, summary)
        .unexplained()
        .at(start, note)
        .at(close.at, format!("{} from the peer's side{nothing}", close.kind.noun()))
        .party(attempt.peer_party())
}

/// No answer to the request at `start`.
pub(in crate::diagnose) fn timeout(attempt: &Attempt, start: At, close: Option<Close>) -> Conclusion {
    let (end, note) = until(attempt, close, "no answer");
    let conclusion = waited_for(attempt, start, close, "no answer").at(start, "request, no answer");
    explained(conclusion.at(end, note), attempt, start)
}

/// An answer that begins with `line` and has no end.
pub(super) fn unended(
    attempt: &Attempt,
    http: &HttpExchange,
    (answer, line): (At, &str),
    close: Option<Close>,
) -> Conclusion {
    let start = http.last_request.unwrap_or(answer);
    let conclusion = waited_for(attempt, start, close, "only the beginning of an answer")
        .maybe(http.last_request, request_words(http))
        .at(answer, format!("the answer begins: '{line}'"));
    let (end, note) = until(attempt, close, "no end of the answer");
    explained(conclusion.at(end, note), attempt, answer)
}

fn waited_for(attempt: &Attempt, start: At, close: Option<Close>, got: &str) -> Conclusion {
    let end = close.map_or(attempt.surroundings.capture_last, |close| close.at);
    let how = if close.is_some() { "the switch gave up" } else { "the capture ends" };
    let summary = format!(
        "{} sent its request to {}{} and got {got}{} until {how}{}.",
        attempt.client,
        attempt.service_text(),
        attempt.via(),
        in_the(end.time - start.time),
        answered_before(attempt),
    );
    Conclusion::new(&HTTP_TIMEOUT, Confidence::Likely, summary).unexplained()
}

/// What became of earlier requests on the connection.
fn answered_before(attempt: &Attempt) -> String {
    match attempt.http.as_deref().map_or(0, |http| http.answered) {
        0 => String::new(),
        1 => "; an earlier request on the connection was answered".to_owned(),
        more => format!("; {more} earlier requests on the connection were answered"),
    }
}

/// Until which frame it was waited for what is `missing`.
fn until(attempt: &Attempt, close: Option<Close>, missing: &str) -> (At, String) {
    let last = attempt.surroundings.capture_last;
    close.map_or((last, format!("last frame of the capture, {missing}")), |close| {
        (close.at, "the switch gives up".to_owned())
    })
}
