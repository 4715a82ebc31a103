//! Whether the request was answered.

use super::answer::in_clear;
use super::no_answer::unanswered;
use crate::attempt::{Attempt, HttpExchange};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ok;
use crate::flow::Flow;

/// Judges the exchange behind TLS, or in clear.
pub(in crate::diagnose) fn judge(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let http = attempt.http.as_ref()?;
    if http.clear {
        return Some(in_clear(attempt, flow, http));
    }
    if http.answer.is_some() {
        return Some(ok::under_tls(attempt, flow, http));
    }
    Some(unanswered(attempt, flow, http))
}

/// The request in words: `POST /cslu/v1/pi`, or what TLS lets be said.
pub(in crate::diagnose) fn request_words(http: &HttpExchange) -> String {
    match (&http.method, &http.path) {
        (Some(method), Some(path)) => format!("{method} {path}"),
        (Some(method), None) => method.clone(),
        _ if http.clear => "the request".to_owned(),
        _ => "the request (encrypted)".to_owned(),
    }
}
