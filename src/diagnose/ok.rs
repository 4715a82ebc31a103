//! The attempt that worked.

use super::Party;
use super::registry::{Action, Diagnostic};
use super::steps::CISCO_SLP;

pub(super) static OK: Diagnostic = Diagnostic {
    code: "ok",
    stage: None,
    severity: None,
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
