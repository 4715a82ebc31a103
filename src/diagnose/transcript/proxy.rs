//! The proxy that is configured against the one on the wire.

use crate::attempt::{Peer, PeerRole, StageName};
use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, PROXY_SETTINGS, STATUS};
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::model::HostName;
use crate::transcript::{Said, Transport};

use super::view::{View, opening};

pub(in crate::diagnose) static PROXY_NOT_USED: Diagnostic = Diagnostic {
    code: "proxy-not-used",
    stage: Some(StageName::Proxy),
    kind: Kind::Finding(Severity::Warning),
    title: "A proxy is configured, and the switch goes past it",
    explanation: "The configuration names a proxy for licensing, and every attempt in the capture goes \
        straight to the service. The proxy may have been configured after the capture, or for the HTTP \
        client, which licensing does not heed. Where only the proxy has a way out, this is why nothing \
        answers.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    fix: &[PROXY_SETTINGS, STATUS],
    references: &[GUIDE],
};

pub(in crate::diagnose) static PROXY_OTHER_THAN_CONFIGURED: Diagnostic = Diagnostic {
    code: "proxy-other-than-configured",
    stage: Some(StageName::Proxy),
    kind: Kind::Finding(Severity::Warning),
    title: "The proxy on the wire is not the configured one",
    explanation: "The switch talks to a proxy that its text does not name: another address, another port, \
        or any proxy where none is configured. The configuration was changed between text and capture, or \
        the text is of another switch.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: "http.request.method == \"CONNECT\"",
    fix: &[PROXY_SETTINGS, STATUS],
    references: &[GUIDE],
};

/// A proxy is set, and no attempt uses one.
pub(super) fn not_used(view: &View<'_>) -> Vec<Finding> {
    let settings = &view.facts.settings;
    let licensing = settings.proxy_host();
    let http = || settings.http_proxy.as_ref().map(|said| Said::new(&said.value, said.at));
    let uses = |transport| settings.transport.as_ref().is_some_and(|said| said.value == transport);
    let Some(host) = licensing.clone().or_else(http).filter(|_| !uses(Transport::Off)) else {
        return Vec::new();
    };
    let direct: Vec<&Judged> =
        view.judged.iter().filter(|judged| role(judged) == Some(PeerRole::Service)).copied().collect();
    let any_proxy =
        view.judged.iter().any(|judged| role(judged) == Some(PeerRole::Proxy) || is_at(judged, host.value));
    let Some(first) = direct.first().filter(|_| !any_proxy) else { return Vec::new() };
    let port =
        settings.proxy_port.as_ref().filter(|_| licensing.is_some()).map(|port| format!(":{}", port.value));
    let why = if licensing.is_some() {
        ""
    } else {
        " It is set with 'ip http client proxy-server', which licensing does not use."
    };
    let message = format!(
        "The proxy {}{} is configured, but attempt {} goes straight to {}.{why}",
        host.value,
        port.unwrap_or_default(),
        first.attempt.id,
        first.attempt.peer_text(),
    );
    let finding = Finding::on_capture(&PROXY_NOT_USED, message).said(view.quote(
        host.at,
        None,
        format!("proxy {}", host.value),
    ));
    vec![direct.iter().fold(finding, |finding, judged| {
        finding.at(opening(judged), format!("to {}", judged.attempt.peer_text()))
    })]
}

fn role(judged: &Judged) -> Option<PeerRole> {
    judged.attempt.peer.map(|peer| peer.role)
}

/// Whether its peer is `host`, by address or by a look-up of that name.
fn is_at(judged: &Judged, host: &HostName) -> bool {
    let Some(Peer { endpoint, .. }) = judged.attempt.peer else { return false };
    let by_address = host.as_str().parse() == Ok(endpoint.ip);
    by_address
        || judged.attempt.lookups.iter().any(|lookup| lookup.name == *host && lookup.answered(endpoint.ip))
}

/// Another proxy, another port, or one where none is configured.
pub(super) fn other(view: &View<'_>) -> Vec<Finding> {
    let Some(set) = &view.facts.settings.proxy else { return Vec::new() };
    let port = view.facts.settings.proxy_port.as_ref().filter(|_| set.value.is_some());
    let used = view.judged.iter().filter(|judged| role(judged) == Some(PeerRole::Proxy));
    let found = used.filter_map(|judged| {
        let peer = judged.attempt.peer?.endpoint;
        let told = match (&set.value, port) {
            (None, _) => "no proxy is configured".to_owned(),
            (Some(host), _) if is_elsewhere(judged, host) => format!("the configured one is {host}"),
            (Some(_), Some(port)) if port.value != peer.port => format!("port {} is configured", port.value),
            _ => return None,
        };
        let place = if told.starts_with("port") { port.map_or(set.at, |port| port.at) } else { set.at };
        let message = format!("Attempt {} uses the proxy {peer}, but {told}.", judged.attempt.id);
        let finding = Finding::on(judged, &PROXY_OTHER_THAN_CONFIGURED, message);
        Some(finding.at(opening(judged), format!("to {peer}")).said(view.quote(place, None, told)))
    });
    found.take(1).collect()
}

/// Whether its peer is surely not `host`: another address, or a name whose answers are others.
fn is_elsewhere(judged: &Judged, host: &HostName) -> bool {
    let Some(Peer { endpoint, .. }) = judged.attempt.peer else { return false };
    if let Ok(ip) = host.as_str().parse::<std::net::IpAddr>() {
        return ip != endpoint.ip;
    }
    let mut lookups = judged.attempt.lookups.iter().filter(|lookup| lookup.name == *host).peekable();
    lookups.peek().is_some() && !lookups.any(|lookup| lookup.answered(endpoint.ip))
}
