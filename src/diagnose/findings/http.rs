//! What the requests show besides the verdict.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::attempt::{HttpExchange, Mention, ServiceKind, StageName, is_trust_bundle};
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{CISCO_SLP, HISTORY, SHOW_TRUSTPOOL, STATUS, TRUSTPOOL};
use crate::diagnose::words::count;
use crate::diagnose::{Finding, Judged, Outcome, Party, Severity};
use crate::model::At;

use super::Whole;
use super::gather::together;

pub(in crate::diagnose) static HTTP_ERROR_SURVIVED: Diagnostic = Diagnostic {
    code: "http-error-survived",
    stage: Some(StageName::Http),
    kind: Kind::Finding(Severity::Info),
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
    kind: Kind::Finding(Severity::Info),
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
    kind: Kind::Finding(Severity::Warning),
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
    kind: Kind::Finding(Severity::Info),
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
    kind: Kind::Finding(Severity::Info),
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

/// An earlier answer on the connection was an error, the last one good.
pub(super) fn error_survived(judged: &Judged) -> Option<Finding> {
    let http = judged.attempt.http.as_deref().filter(|_| judged.outcome() == Outcome::Ok)?;
    let (at, line) = http.text().earlier_error.as_ref()?;
    let message = format!("{} first answered {line}, then took a later request.", judged.attempt.far_end());
    let finding = Finding::on(judged, &HTTP_ERROR_SURVIVED, message).at(*at, line.clone());
    Some(finding.maybe(http.answer, http.text().status_line.clone().unwrap_or_default()))
}

/// The service took the request and will be asked for the result.
pub(super) fn poll_pending(judged: &Judged) -> Option<Finding> {
    let http = judged.attempt.http.as_deref()?;
    let said =
        http.text().licensing.as_ref().filter(|said| said.status_code.as_deref() == Some("OK_POLL"))?;
    let kind = said.request_type.as_ref().or(http.text().request_type.as_ref());
    let of = kind.map_or(String::new(), |kind| format!(" to {kind}"));
    let message =
        format!("{} answered OK_POLL{of}: the result has yet to be fetched.", judged.attempt.far_end());
    Some(Finding::on(judged, &LICENSING_POLL_PENDING, message).maybe(http.answer, "status_code OK_POLL"))
}

/// The licensing messages can be read by anybody on the path.
pub(super) fn in_clear(judged: &Judged) -> Option<Finding> {
    let attempt = &judged.attempt;
    let http =
        attempt.http.as_deref().filter(|http| http.is_clear() && is_licensing(attempt.service.kind, http))?;
    let at = http.last_request.or(http.answer)?;
    let what = match (&http.text().request_type, &http.text().path) {
        (Some(kind), _) => format!("its {kind} request"),
        (None, Some(path)) => format!("its request for {path}"),
        (None, None) => "its licensing request".to_owned(),
    };
    let message = format!(
        "{} sent {what} to {}{} over HTTP without TLS.",
        attempt.client,
        attempt.service_text(),
        attempt.via(),
    );
    Some(Finding::on(judged, &LICENSING_IN_CLEAR, message).at(at, "HTTP in clear"))
}

/// Whether something of licensing was said, rather than anything else to a host that an option names.
fn is_licensing(kind: ServiceKind, http: &HttpExchange) -> bool {
    let said = http.text().request_type.is_some() || http.text().licensing.is_some();
    said || kind != ServiceKind::Other && http.last_request.is_some()
}

/// A fetch of the root bundle.
pub(super) fn trust_bundle(whole: &Whole<'_>) -> Vec<Finding> {
    let fetches = whole.mentions.iter().filter(|mention| is_bundle(mention));
    together(fetches.map(|fetch| {
        let answer =
            fetch.answer.as_ref().map_or("no answer is in the capture".to_owned(), |(_, line)| line.clone());
        let message = format!("{} asked {} for the root bundle: {answer}.", fetch.client, fetch.host);
        let finding = Finding::on_capture(&TRUST_BUNDLE_FETCH, message);
        let finding =
            finding.at(fetch.at, format!("fetch of {} begins", fetch.path.as_deref().unwrap_or_default()));
        finding.maybe(fetch.answer.as_ref().map(|(at, _)| *at), answer)
    }))
}

/// Connections of the switches to other services of Cisco's, by client and host.
pub(super) fn other_cisco_service(whole: &Whole<'_>) -> Vec<Finding> {
    let mut hosts: BTreeMap<(IpAddr, &str), Vec<At>> = BTreeMap::new();
    for mention in whole.mentions.iter().filter(|mention| !is_bundle(mention)) {
        hosts.entry((mention.client, mention.host.as_str())).or_default().push(mention.at);
    }
    together(hosts.into_iter().map(|((client, host), calls)| {
        let message = format!("{client} also opened {} to {host}.", count(calls.len() as u64, "connection"));
        let places = calls.into_iter().map(|at| (at, format!("connection to {host}")));
        Finding::on_capture(&OTHER_CISCO_SERVICE, message).each(places.collect())
    }))
}

fn is_bundle(mention: &Mention) -> bool {
    mention.path.as_deref().is_some_and(is_trust_bundle)
}
