//! The request in words.

use crate::attempt::HttpExchange;

/// The request in words: `POST /cslu/v1/pi`, or what TLS lets be said.
pub(in crate::diagnose) fn request_words(http: &HttpExchange) -> String {
    match (&http.text().method, &http.text().path) {
        (Some(method), Some(path)) => format!("{method} {path}"),
        (Some(method), None) => method.clone(),
        _ if http.is_clear() => "the request".to_owned(),
        _ => "the request (encrypted)".to_owned(),
    }
}
