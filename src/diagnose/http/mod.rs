//! The request that gets no answer, or the wrong one.

mod codes;

use crate::attempt::{AnswerBody, Attempt, HttpExchange, Visibility};
use crate::flow::Flow;
use crate::model::{At, Direction};

pub(super) use codes::*;

use super::conclusion::Conclusion;
use super::ending::{Close, CloseKind, IDLE, first_close, missed, seconds, server_missed};
use super::silence::{ended, one_way};
use super::tcp::gave_up_or_waited;
use super::{Confidence, inconclusive, ok};

/// Judges the exchange behind TLS, or in clear.
pub(super) fn judge(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let http = attempt.http.as_ref()?;
    if http.clear {
        return Some(in_clear(attempt, flow, http));
    }
    if http.answer.is_some() {
        return Some(ok::under_tls(attempt, flow, http));
    }
    Some(unanswered(attempt, flow, http))
}

fn in_clear(attempt: &Attempt, flow: &Flow, http: &HttpExchange) -> Conclusion {
    let (Some(answer), Some(status)) = (http.answer, http.status) else {
        return match &http.not_http {
            Some((at, line)) => not_http(attempt, *at, line),
            None => unanswered(attempt, flow, http),
        };
    };
    let line = http.status_line.clone().unwrap_or_default();
    if !(200..300).contains(&status) {
        let summary = format!("{} answered {} with '{line}'.", attempt.far_end(), request_words(http));
        return Conclusion::new(&HTTP_ERROR_STATUS, Confidence::Certain, summary)
            .maybe(http.last_request, request_words(http))
            .at(answer, line);
    }
    body(attempt, flow, http, answer, &line)
}

/// A 2xx: what its body says.
fn body(attempt: &Attempt, flow: &Flow, http: &HttpExchange, answer: At, line: &str) -> Conclusion {
    if let Some(licensing) = &http.licensing {
        if licensing.is_accepted() {
            return ok::licensing(attempt, http, licensing, answer);
        }
        let code = licensing.status_code.as_deref().unwrap_or("none");
        let message = licensing.status_message.as_deref().filter(|message| *message != code);
        let message = message.map_or(String::new(), |message| format!(" ({message})"));
        let summary =
            format!("{} answered '{line}' with the licensing status {code}{message}.", attempt.far_end());
        return Conclusion::new(&HTTP_LICENSING_ERROR, Confidence::Certain, summary)
            .maybe(http.last_request, request_words(http))
            .at(answer, format!("{line}, licensing status {code}"));
    }
    let what = match &http.body {
        AnswerBody::Empty => "an empty body".to_owned(),
        AnswerBody::Other(first) => format!("a body that is no licensing answer ('{first}')"),
        _ => return partial(attempt, flow, http, answer),
    };
    let summary = format!("{} answered '{line}' with {what}.", attempt.far_end());
    Conclusion::new(&HTTP_UNUSABLE_ANSWER, Confidence::Certain, summary)
        .maybe(http.last_request, request_words(http))
        .at(answer, format!("{line}, {what}"))
}

/// A 2xx whose body is not whole.
fn partial(attempt: &Attempt, flow: &Flow, http: &HttpExchange, answer: At) -> Conclusion {
    if server_missed(flow) || http.unreadable {
        return inconclusive::unreadable(attempt, "part of the answer's body", Some(answer));
    }
    let close = first_close(attempt).filter(|close| answer.before(close.at));
    match close {
        Some(close) if close.by == Direction::FromServer => {
            let summary = format!("{} ended its answer before it was whole.", attempt.far_end());
            Conclusion::new(&HTTP_UNUSABLE_ANSWER, Confidence::Likely, summary)
                .at(answer, "the answer begins")
                .at(close.at, format!("{} before its end", close.kind.noun()))
        }
        close if gave_up_or_waited(attempt, answer, close) => timeout(attempt, answer, close),
        _ => ended(attempt, answer),
    }
}

fn not_http(attempt: &Attempt, at: At, line: &str) -> Conclusion {
    let summary = format!("{} answered with something that is not HTTP ('{line}').", attempt.far_end());
    Conclusion::new(&HTTP_UNUSABLE_ANSWER, Confidence::Likely, summary).at(at, format!("not HTTP: '{line}'"))
}

/// No answer to the (last) request, or no request at all.
fn unanswered(attempt: &Attempt, flow: &Flow, http: &HttpExchange) -> Conclusion {
    let finished = attempt.tls.as_ref().and_then(|tls| tls.client_finished);
    let start = http.last_request.or(finished).unwrap_or(flow.first);
    if server_missed(flow) || http.unreadable {
        return inconclusive::unreadable(attempt, "what the server sent", Some(start));
    }
    let close = first_close(attempt).filter(|close| !close.at.before(start));
    if attempt.visibility != Visibility::Both {
        return one_way_end(attempt, close, start);
    }
    let several = http.exchanges > 1 || http.maybe_tickets || missed(&flow.from_client);
    let conclusion = match close {
        Some(close) if close.by == Direction::FromServer => closed(attempt, http, start, close),
        close if http.last_request.is_none() => return no_request(attempt, start, close),
        close if gave_up_or_waited(attempt, start, close) => timeout(attempt, start, close),
        _ => return ended(attempt, start),
    };
    if several { conclusion.at_most(Confidence::Likely) } else { conclusion }
}

/// One direction only: what the server's own close behind the handshake shows.
fn one_way_end(attempt: &Attempt, close: Option<Close>, start: At) -> Conclusion {
    match close {
        Some(close) if close.by == Direction::FromServer && close.kind == CloseKind::Rst => {
            let http = HttpExchange::default();
            closed(attempt, &http, start, close).at_most(Confidence::Possible)
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

fn closed(attempt: &Attempt, http: &HttpExchange, start: At, close: Close) -> Conclusion {
    let (diagnostic, verb) = match close.kind {
        CloseKind::Rst => (&HTTP_RESET, "reset"),
        _ => (&HTTP_CLOSED, "closed"),
    };
    let behind = if http.last_request.is_some() { "the request" } else { "the handshake" };
    let summary = format!(
        "The connection to {}{} was {verb} from the peer's side {} after {behind}, without an answer.",
        attempt.service_text(),
        attempt.via(),
        seconds(close.at.time - start.time),
    );
    Conclusion::new(diagnostic, Confidence::Certain, summary)
        .at(
            start,
            if http.last_request.is_some() { request_words(http) } else { "handshake finished".to_owned() },
        )
        .at(close.at, format!("{} from the peer's side, no answer before it", close.kind.noun()))
        .party(attempt.peer_party())
}

fn timeout(attempt: &Attempt, start: At, close: Option<Close>) -> Conclusion {
    let end = close.map_or(attempt.surroundings.capture_last, |close| close.at);
    let how = if close.is_some() { "the switch gave up" } else { "the capture ends" };
    let summary = format!(
        "{} sent its request to {}{} and got no answer in the {} until {how}.",
        attempt.client,
        attempt.service_text(),
        attempt.via(),
        seconds(end.time - start.time),
    );
    let note = if close.is_some() { "the switch gives up" } else { "last frame of the capture, no answer" };
    Conclusion::new(&HTTP_TIMEOUT, Confidence::Likely, summary).at(start, "request, no answer").at(end, note)
}

/// The request in words: `POST /cslu/v1/pi`, or what TLS lets be said.
pub(super) fn request_words(http: &HttpExchange) -> String {
    match (&http.method, &http.path) {
        (Some(method), Some(path)) => format!("{method} {path}"),
        (Some(method), None) => method.clone(),
        _ if http.clear => "the request".to_owned(),
        _ => "the request (encrypted)".to_owned(),
    }
}
