//! The request that gets no answer, or the wrong one.

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{CISCO_SLP, EXEMPT_INSPECTION, GUIDE, HISTORY, HTTP_DEBUG, SHOW_CLOCK, SYNC};

const SERVER_LOG: Action = Action {
    text: "Search the logs of the proxy, the inspecting device and the server for the request's time.",
    commands: &[],
};

pub(in crate::diagnose) static HTTP_TIMEOUT: Diagnostic = Diagnostic {
    code: "http-timeout",
    stage: Some(StageName::Http),
    severity: None,
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
    severity: None,
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
    severity: None,
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

pub(in crate::diagnose) static HTTP_ERROR_STATUS: Diagnostic = Diagnostic {
    code: "http-error-status",
    stage: Some(StageName::Http),
    severity: None,
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
    severity: None,
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
    severity: None,
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
