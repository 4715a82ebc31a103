//! What the proxy shows besides the verdict.

use crate::attempt::StageName;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::{Party, Severity};

pub(in crate::diagnose) static PROXY_LOG_ON: Diagnostic = Diagnostic {
    code: "proxy-log-on",
    stage: Some(StageName::Proxy),
    severity: Some(Severity::Info),
    title: "The proxy asked for a log-on and got it",
    explanation: "The proxy answered a first request with 407, and the same client came back with \
        credentials and was let through. The 407 is part of the log-on and not a failure. The licensing \
        proxy settings of a switch hold no credentials, so this client may not be a switch.",
    party: Party::Proxy,
    reported_as: &[],
    confirm: &[Action {
        text: "See whose address the client is.",
        commands: &["show ip interface brief | exclude unassigned"],
    }],
    filter: r#"tcp.payload matches "^HTTP/1.[01] 407""#,
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }],
    references: &["RFC 9110 section 11.7"],
};

pub(in crate::diagnose) static PROXY_PRODUCT: Diagnostic = Diagnostic {
    code: "proxy-product",
    stage: Some(StageName::Proxy),
    severity: Some(Severity::Info),
    title: "The proxy names its product",
    explanation: "Headers of the proxy's answer name its software, and often its version. That says in \
        whose documentation and log to look. Headers can be set to anything, so take it as a statement of \
        the proxy about itself.",
    party: Party::Proxy,
    reported_as: &[],
    confirm: &[Action { text: "Read the Server, Via and Proxy-agent headers of the answer.", commands: &[] }],
    filter: "http.server",
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }],
    references: &["RFC 9110 section 7.6.3", "RFC 9110 section 10.2.4"],
};
