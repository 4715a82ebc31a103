//! The source interface that is configured against the packets' source.

use std::net::IpAddr;

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, SOURCE_INTERFACE};
use crate::diagnose::{Finding, Party, Severity};
use crate::model::At;
use crate::transcript::{Interface, Said};

use super::view::{View, opening};

const SHOW_SOURCE: Action = Action {
    text: "Compare the source interfaces with the interfaces' addresses.",
    commands: &[
        "show running-config | include source-interface",
        "show ip interface brief | exclude unassigned",
    ],
};

pub(in crate::diagnose) static SOURCE_OTHER_THAN_CONFIGURED: Diagnostic = Diagnostic {
    code: "source-other-than-configured",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Warning),
    title: "Packets do not leave from the configured source",
    explanation: "A source interface is configured, and the packets have another address than that \
        interface. The interface may be down or in another VRF, the setting may be of another client \
        (look-ups and connections have one each), or the capture may be of another device. Firewalls and \
        proxies that permit the configured address then refuse these packets.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[SHOW_SOURCE],
    filter: "tcp.flags.syn == 1 && tcp.flags.ack == 0 || dns.flags.response == 0",
    fix: &[SHOW_SOURCE, SOURCE_INTERFACE],
    references: &[GUIDE],
};

/// Connections, then look-ups, from another address than that of their source interface.
pub(super) fn other(view: &View<'_>) -> Vec<Finding> {
    let connections = view.judged.iter().filter(|judged| judged.attempt.flow.is_some());
    let connections: Vec<(IpAddr, At)> =
        connections.map(|judged| (judged.attempt.client, opening(judged))).collect();
    let lookups =
        view.judged.iter().flat_map(|judged| &judged.attempt.lookups).flat_map(|lookup| &lookup.queries);
    let lookups: Vec<(IpAddr, At)> =
        lookups.filter_map(|query| Some((query.client.ip, *query.sent.first()?))).collect();
    let settings = &view.facts.settings;
    let sides =
        [("connections", &settings.http_source, connections), ("look-ups", &settings.lookup_source, lookups)];
    sides.iter().filter_map(|(what, set, used)| differing(view, what, set.as_ref()?, used)).collect()
}

fn differing(view: &View<'_>, what: &str, set: &Said<String>, used: &[(IpAddr, At)]) -> Option<Finding> {
    let address = address(view, &set.value)?;
    let ip = address.value.ip?;
    // One packet from the right address, and the setting is heeded.
    let (source, at) = used.iter().find(|(source, _)| source.is_ipv4() == ip.is_ipv4())?;
    if used.iter().any(|(source, _)| *source == ip) {
        return None;
    }
    let message = format!(
        "{} is the source interface of {what}, with the address {ip}, but they come from {source}.",
        set.value,
    );
    let finding =
        Finding::on_capture(&SOURCE_OTHER_THAN_CONFIGURED, message).at(*at, format!("from {source}"));
    let finding =
        finding.said(view.quote(set.at, None, format!("source interface of {what}: {}", set.value)));
    Some(finding.said(view.quote(address.at, None, format!("{} has {ip}", set.value))))
}

/// The interface of that name, as it was shown last.
fn address<'v>(view: &View<'v>, name: &str) -> Option<&'v Said<Interface>> {
    view.facts.interfaces.iter().rfind(|interface| interface.value.name.eq_ignore_ascii_case(name))
}
