//! The attempt that worked.

use super::conclusion::Conclusion;
use super::diagnostic::{Action, Diagnostic, Kind};
use super::ending::missed;
use super::http::request_words;
use super::steps::CISCO_SLP;
use super::words::amounts;
use super::{Confidence, Party};
use crate::attempt::{Attempt, HttpExchange, TlsSession, Visibility};
use crate::flow::Flow;
use crate::model::At;
use crate::proto::licensing::LicensingResponse;

pub(super) static OK: Diagnostic = Diagnostic {
    code: "ok",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "The service answered",
    explanation: "The peer answered the switch's request: application data went both ways after a finished \
        TLS handshake, or a licensing answer of OK or OK_POLL came over plain HTTP. Name resolution, path, \
        proxy, certificates and service all worked for this attempt. Under TLS the answer itself is \
        encrypted: this says that a reply came, not that CSSM accepted the report or that the licences are \
        in compliance. If licensing still complains, compare the time of this attempt with the time of the \
        complaint.",
    party: Party::Unknown,
    reported_as: &["%SMART_LIC-6-TRUST_INSTALL_SUCCESS", "%SMART_LIC-5-COMM_RESTORED", "SAEVT_COMM_RESTORED"],
    confirm: &[Action {
        text: "See that the last request has a response and that the counters say success; Overall \
                above 0 with Communication at 0 means that the transport works and the server refuses.",
        commands: &["show license history message", "show license tech support | sec Trust"],
    }],
    filter: "tls.record.content_type == 23 || http.response.code in {200 .. 299}",
    fix: &[
        Action {
            text: "Nothing has to be fixed on the path. If the trust code is still missing, read the \
                status of the answer.",
            commands: &["show license status", "show license history message"],
        },
        Action {
            text: "If the server refuses, establish trust again with a fresh token from the Virtual \
                Account.",
            commands: &["license smart trust idtoken TOKEN all force"],
        },
    ],
    references: &["RFC 8446 section 4.6.1", "RFC 9110 section 15.3", CISCO_SLP],
};

/// An answer under TLS.
pub(super) fn under_tls(attempt: &Attempt, flow: &Flow, http: &HttpExchange) -> Conclusion {
    let version =
        attempt.tls.as_deref().and_then(TlsSession::version).map_or(String::new(), |v| format!(" over {v}"));
    let summary = format!(
        "{} answered the request of {}{}{version}: {}.",
        attempt.service_text(),
        attempt.client,
        attempt.via(),
        amounts(http, " of application data"),
    );
    let finished = attempt.tls.as_deref().is_some_and(|tls| tls.client_finished.is_some());
    let doubtful = http.exchanges > 1
        || http.maybe_tickets
        || !finished
        || attempt.tls.as_deref().is_some_and(|tls| tls.client_partial)
        || attempt.visibility != Visibility::Both
        || missed(&flow.from_server)
        || missed(&flow.from_client);
    let confidence = if doubtful { Confidence::Likely } else { Confidence::Certain };
    Conclusion::new(&OK, confidence, summary)
        .maybe(http.last_request, "request (encrypted)")
        .maybe(http.answer, "answer (encrypted)")
}

/// A licensing answer in clear that accepts the request.
pub(super) fn licensing(
    attempt: &Attempt,
    http: &HttpExchange,
    answer: &LicensingResponse,
    at: At,
) -> Conclusion {
    let status = answer.status_code.as_deref().unwrap_or_default();
    let summary = format!(
        "{} answered {} of {}{} with the licensing status {status}.",
        attempt.service_text(),
        request_words(http),
        attempt.client,
        attempt.via(),
    );
    Conclusion::new(&OK, Confidence::Certain, summary)
        .maybe(http.last_request, request_words(http))
        .at(at, format!("answer with licensing status {status}"))
}
