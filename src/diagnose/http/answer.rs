//! An answer in clear, and what is wrong with it.

use super::no_answer::{unanswered, unended};
use super::steps::SERVER_LOG;
use super::words::request_words;
use crate::attempt::{AnswerBody, Attempt, HttpExchange, StageName};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{first_close, server_hidden};
use crate::diagnose::silence::ended_within;
use crate::diagnose::steps::{CISCO_SLP, GUIDE, HISTORY, HTTP_DEBUG, SHOW_CLOCK, SYNC};
use crate::diagnose::tcp::gave_up_or_waited;
use crate::diagnose::{Confidence, Party, inconclusive, ok};
use crate::flow::Flow;
use crate::model::{At, Direction};

pub(in crate::diagnose) static HTTP_ERROR_STATUS: Diagnostic = Diagnostic {
    code: "http-error-status",
    stage: Some(StageName::Http),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The server answers with an HTTP error",
    explanation: "The final status of the readable answer is not 2xx. 404 and 405 usually mean a wrong \
        path in the URL, 401 and 403 an access rule, 3xx a redirect that the licensing agent cannot use, \
        and 5xx a fault of the server. The transport works from end to end. It is not a licensing status: \
        the request was turned down before any licensing logic answered.",
    party: Party::Service,
    reported_as: &["NO REPLY", "Received empty response from server", "Communications failure"],
    confirm: &[HISTORY, HTTP_DEBUG],
    filter: "http.response.code >= 300",
    fix: &[
        Action {
            text: "Compare the URL, path included, with the one the CSLU or On-Prem server gives.",
            commands: &["show license status"],
        },
        Action {
            text: "Set it anew.",
            commands: &[
                "configure terminal",
                "license smart transport cslu",
                "license smart url cslu URL",
                "end",
            ],
        },
        SERVER_LOG,
        SYNC,
    ],
    references: &["RFC 9110 section 15", CISCO_SLP],
};

pub(in crate::diagnose) static HTTP_LICENSING_ERROR: Diagnostic = Diagnostic {
    code: "http-licensing-error",
    stage: Some(StageName::Http),
    kind: Kind::Verdict(&[]),
    title: "The licensing server refuses the request",
    explanation: "The licensing server answered, readably, with a status other than OK or OK_POLL. \
        OK_TRY_AGAIN means that it is busy and wants the request again later; other statuses carry a \
        message that names the reason, such as a token that is expired or unknown. The transport works \
        from end to end: nothing is wrong with DNS, path, proxy or certificates. Licensing counts this as \
        a failure overall, not as a communication failure.",
    party: Party::Service,
    reported_as: &["OK_TRY_AGAIN", "INVALID STATUS CODE"],
    confirm: &[Action {
        text: "Read the status and its message; Overall above 0 with Communication at 0 confirms a \
                refusal.",
        commands: &["show license tech support | sec Trust", "show license history message"],
    }],
    filter: r#"http.response && http.file_data contains "status_code""#,
    fix: &[
        Action {
            text: "On OK_TRY_AGAIN, wait, then try again.",
            commands: &["license smart sync all", "show license history message"],
        },
        SHOW_CLOCK,
        Action {
            text: "If the message speaks of the token or of trust, take a fresh token from the Virtual \
                Account.",
            commands: &["license smart trust idtoken TOKEN all force"],
        },
        Action {
            text: "As a last resort, start over; this removes all licensing data and needs a reload.",
            commands: &["license smart factory reset", "reload"],
        },
    ],
    references: &[CISCO_SLP, GUIDE],
};

pub(in crate::diagnose) static HTTP_UNUSABLE_ANSWER: Diagnostic = Diagnostic {
    code: "http-unusable-answer",
    stage: Some(StageName::Http),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The answer is not a licensing answer",
    explanation: "The answer has a 2xx status, but its body is empty or is no licensing answer. Usual \
        causes are a captive portal or block page that answers in the server's place, or a web server \
        whose URL is not the licensing one. The agent reports an empty response although bytes may have \
        come. It is not a transport failure: the request was delivered to somebody.",
    party: Party::Service,
    reported_as: &["Received empty response from server"],
    confirm: &[HISTORY, Action { text: "Read the body: a portal's page names its owner.", commands: &[] }],
    filter: "http.response.code in {200 .. 299}",
    fix: &[
        Action {
            text: "Compare the URL, path included, with the one the CSLU or On-Prem server gives.",
            commands: &["show license status"],
        },
        Action {
            text: "Have the portal, proxy or firewall that wrote the page let the switch through.",
            commands: &[],
        },
        SERVER_LOG,
        SYNC,
    ],
    references: &["RFC 9110 section 15.3", CISCO_SLP],
};

pub(in crate::diagnose) fn in_clear(attempt: &Attempt, flow: &Flow, http: &HttpExchange) -> Conclusion {
    let (Some(answer), Some(status)) = (http.answer, http.text().status) else {
        return match &http.text().not_http {
            Some((at, line)) => not_http(attempt, *at, line),
            None => unanswered(attempt, flow, http),
        };
    };
    let line = http.text().status_line.clone().unwrap_or_default();
    if status == 101 {
        return inconclusive::switched_protocol(attempt, answer, &line);
    }
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
    if let Some(licensing) = &http.text().licensing {
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
    let what = match &http.text().body {
        AnswerBody::Empty => "an empty body".to_owned(),
        AnswerBody::Other(first) => format!("a body that is no licensing answer ('{first}')"),
        AnswerBody::Coded(coding) => {
            let what = format!("the answer's body, coded as {coding},");
            return inconclusive::unreadable(attempt, &what, Some(answer));
        }
        _ => return partial(attempt, flow, http, (answer, line)),
    };
    let summary = format!("{} answered '{line}' with {what}.", attempt.far_end());
    Conclusion::new(&HTTP_UNUSABLE_ANSWER, Confidence::Certain, summary)
        .maybe(http.last_request, request_words(http))
        .at(answer, format!("{line}, {what}"))
}

/// A 2xx whose body is not whole.
fn partial(attempt: &Attempt, flow: &Flow, http: &HttpExchange, (answer, line): (At, &str)) -> Conclusion {
    if server_hidden(flow, http.unreadable) || flow.from_server.stream.overflowed() {
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
        close if gave_up_or_waited(attempt, answer, close) => unended(attempt, http, (answer, line), close),
        _ => ended_within(attempt, http.last_request, (answer, line)),
    }
}

fn not_http(attempt: &Attempt, at: At, line: &str) -> Conclusion {
    // The content type and version of a TLS record (RFC 8446 §5.1).
    if line.starts_with(r"\u{15}\u{3}") {
        let summary = format!(
            "{} answered the request, which came in clear, with a TLS alert: the port expects TLS.",
            attempt.far_end()
        );
        let conclusion = Conclusion::new(&HTTP_UNUSABLE_ANSWER, Confidence::Likely, summary);
        return conclusion.at(at, "a TLS alert in answer to HTTP");
    }
    let summary = format!("{} answered with something that is not HTTP ('{line}').", attempt.far_end());
    Conclusion::new(&HTTP_UNUSABLE_ANSWER, Confidence::Likely, summary).at(at, format!("not HTTP: '{line}'"))
}
