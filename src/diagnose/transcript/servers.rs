//! The name servers that are configured against those that are asked.

use std::net::IpAddr;

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, SOURCE_INTERFACE, VRF};
use crate::diagnose::{Finding, Party, Severity};
use crate::model::At;
use crate::transcript::Said;

use super::view::View;

const SHOW_SERVERS: Action = Action {
    text: "See which name servers the switch has, and in which VRF.",
    commands: &["show hosts", "show running-config | include name-server"],
};

pub(in crate::diagnose) static NAME_SERVER_NOT_ASKED: Diagnostic = Diagnostic {
    code: "name-server-not-asked",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Warning),
    title: "A configured name server was never asked",
    explanation: "The look-up got no usable answer, and at least one configured name server was never \
        asked in it. A switch asks its servers in turn, so the others may not be reached at all, or sit in \
        a VRF that the look-up does not use. The capture may also have missed that query.",
    party: Party::Switch,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[SHOW_SERVERS],
    filter: "dns.flags.response == 0",
    fix: &[SHOW_SERVERS, VRF],
    references: &[GUIDE],
};

pub(in crate::diagnose) static NAME_SERVER_OTHER_THAN_CONFIGURED: Diagnostic = Diagnostic {
    code: "name-server-other-than-configured",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Warning),
    title: "A name server is asked that is not configured",
    explanation: "The switch asks a name server that its text does not name, and none that it names. \
        Servers learned by DHCP or set in another VRF look like this, as does a configuration that was \
        changed between text and capture.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[SHOW_SERVERS],
    filter: "dns.flags.response == 0",
    fix: &[SHOW_SERVERS, SOURCE_INTERFACE],
    references: &[GUIDE],
};

/// The servers of licensing's VRF, or all of them where none is in it.
fn configured(view: &View<'_>) -> Vec<Said<IpAddr>> {
    let settings = &view.facts.settings;
    let vrf = settings.vrf.as_ref().map(|vrf| vrf.value.as_str());
    let in_vrf = settings.name_servers.iter().filter(|server| server.value.0.as_deref() == vrf);
    let own: Vec<Said<IpAddr>> = in_vrf.map(|server| Said::new(server.value.1, server.at)).collect();
    if own.is_empty() {
        settings.name_servers.iter().map(|server| Said::new(server.value.1, server.at)).collect()
    } else {
        own
    }
}

/// Each server asked, with the first query to it.
fn asked(view: &View<'_>) -> Vec<(IpAddr, At)> {
    let mut found: Vec<(IpAddr, At)> = Vec::new();
    let queries =
        view.judged.iter().flat_map(|judged| &judged.attempt.lookups).flat_map(|lookup| &lookup.queries);
    for query in queries {
        let known = found.iter().any(|(server, _)| *server == query.server.ip);
        if let (false, Some(at)) = (known, query.sent.first()) {
            found.push((query.server.ip, *at));
        }
    }
    found
}

/// A look-up failed, and a server of the list was not tried in it.
pub(super) fn not_asked(view: &View<'_>) -> Vec<Finding> {
    let servers = configured(view);
    let failed = view.judged.iter().filter(|judged| judged.verdict.diagnostic.stage == Some(StageName::Dns));
    let found = failed.filter_map(|judged| {
        let queries = judged.attempt.lookups.last()?.queries.iter();
        let asked: Vec<(IpAddr, At)> =
            queries.filter_map(|query| Some((query.server.ip, *query.sent.first()?))).collect();
        let (first, at) = *asked.first()?;
        servers.iter().any(|server| server.value == first).then_some(())?;
        let missed: Vec<_> =
            servers.iter().filter(|server| asked.iter().all(|(ip, _)| *ip != server.value)).collect();
        let named: Vec<String> = missed.iter().map(|server| server.value.to_string()).collect();
        (!missed.is_empty()).then_some(())?;
        let message = format!(
            "The look-up of attempt {} asked {first}, and never the configured {}.",
            judged.attempt.id,
            named.join(", "),
        );
        let finding =
            Finding::on(judged, &NAME_SERVER_NOT_ASKED, message).at(at, format!("query to {first}"));
        Some(missed.iter().fold(finding, |finding, server| {
            finding.said(view.quote(server.at, None, format!("name server {}", server.value)))
        }))
    });
    found.take(1).collect()
}

/// Queries, and none to a configured server.
pub(super) fn other(view: &View<'_>) -> Vec<Finding> {
    let (servers, asked) = (configured(view), asked(view));
    let common = servers.iter().any(|server| asked.iter().any(|(ip, _)| *ip == server.value));
    let (Some(first), Some((ip, _))) = (servers.first(), asked.first()) else { return Vec::new() };
    if common {
        return Vec::new();
    }
    let message = format!(
        "The switch asks the name server {ip}; configured {} {}, which the capture shows no query to.",
        if servers.len() == 1 { "is" } else { "are" },
        servers.iter().map(|server| server.value.to_string()).take(4).collect::<Vec<_>>().join(", "),
    );
    let finding = Finding::on_capture(&NAME_SERVER_OTHER_THAN_CONFIGURED, message);
    let finding = finding.said(view.quote(first.at, None, format!("name server {}", first.value)));
    vec![asked.iter().fold(finding, |finding, (ip, at)| finding.at(*at, format!("query to {ip}")))]
}
