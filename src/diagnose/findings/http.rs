//! What the requests show besides the verdict.

use crate::attempt::StageName;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{CISCO_SLP, HISTORY, SHOW_TRUSTPOOL, STATUS, TRUSTPOOL};
use crate::diagnose::{Party, Severity};

pub(in crate::diagnose) static HTTP_ERROR_SURVIVED: Diagnostic = Diagnostic {
    code: "http-error-survived",
    stage: Some(StageName::Http),
    severity: Some(Severity::Info),
    title: "An earlier request on the connection failed",
    explanation: "A request on this connection was answered with an error, and a later one succeeded. The \
        last exchange decides, so the attempt is good. An error that recurs deserves a look at the server.",
    party: Party::Service,
    reported_as: &[],
    confirm: &[HISTORY],
    filter: "http.response.code >= 300",
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }],
    references: &["RFC 9112 section 9.3"],
};

pub(in crate::diagnose) static LICENSING_POLL_PENDING: Diagnostic = Diagnostic {
    code: "licensing-poll-pending",
    stage: Some(StageName::Http),
    severity: Some(Severity::Info),
    title: "The result has yet to be fetched",
    explanation: "The server accepted the request with OK_POLL: the result is not ready, and the switch \
        asks for it again later. That is normal for reports. Until then the switch may still show the \
        report as not acknowledged.",
    party: Party::Service,
    reported_as: &["OK_POLL"],
    confirm: &[HISTORY],
    filter: r#"http.file_data contains "OK_POLL""#,
    fix: &[Action { text: "Wait for the poll, then look again.", commands: &["show license status"] }],
    references: &[CISCO_SLP],
};

pub(in crate::diagnose) static LICENSING_IN_CLEAR: Diagnostic = Diagnostic {
    code: "licensing-in-clear",
    stage: Some(StageName::Http),
    severity: Some(Severity::Warning),
    title: "Licensing data goes over plain HTTP",
    explanation: "The switch talks to its CSLU or On-Prem server over HTTP without TLS. Serial numbers, \
        account names and, when trust is established, the token can be read by anybody on the path. For a \
        CSLU this is the usual way; beyond a trusted network it is a risk. The verdict is not affected.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: r#"http.request.method == "POST""#,
    fix: &[
        Action {
            text: "If the server offers https, use it in the URL.",
            commands: &["configure terminal", "license smart url cslu URL", "end"],
        },
        Action {
            text: "Else keep the server on a trusted network, and remove tokens from captures before they \
                are passed on.",
            commands: &[],
        },
    ],
    references: &["RFC 9110 section 17", CISCO_SLP],
};

pub(in crate::diagnose) static TRUST_BUNDLE_FETCH: Diagnostic = Diagnostic {
    code: "trust-bundle-fetch",
    stage: Some(StageName::Http),
    severity: Some(Severity::Info),
    title: "The switch fetches Cisco's root bundle",
    explanation: "The switch asked www.cisco.com for ios_core.p7b, the bundle of root certificates that it \
        trusts. This is maintenance of its trustpool and no licensing attempt. If the fetch fails for \
        long, the switch may come to lack a root that the licensing service needs.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[SHOW_TRUSTPOOL],
    filter: r#"http.request.uri contains "ios_core.p7b""#,
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }, TRUSTPOOL],
    references: &[CISCO_SLP],
};

pub(in crate::diagnose) static OTHER_CISCO_SERVICE: Diagnostic = Diagnostic {
    code: "other-cisco-service",
    stage: None,
    severity: Some(Severity::Info),
    title: "The switch talks to another Cisco service",
    explanation: "The switch looked up or connected to a Cisco service other than licensing: plug and \
        play, telemetry or the like. Whether it works or not says nothing about licensing. It does show \
        that the switch can reach the internet, if it succeeded.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[Action { text: "Read the name in the look-up or the ClientHello.", commands: &[] }],
    filter: "dns.qry.name contains \"cisco.com\" || tls.handshake.extensions_server_name contains \
        \"cisco.com\"",
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }],
    references: &[CISCO_SLP],
};
