//! What the look-ups show of the names asked for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::attempt::{Attempt, CSLU_LOCAL, Lookup, PeerRole, Query, StageName};
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::dns;
use crate::diagnose::steps::{CISCO_SLP, GUIDE, STATUS, SYNC};
use crate::diagnose::words::times;
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::model::At;

use super::Whole;
use super::gather::together;

pub(in crate::diagnose) static DNS_SERVICE_NAME_UNRESOLVED: Diagnostic = Diagnostic {
    code: "dns-service-name-unresolved",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Info),
    title: "The service's name did not resolve, the proxy took over",
    explanation: "The look-up of the service's name failed, and the switch went on to a proxy that \
        resolves the name itself. With a proxy that is harmless: the switch needs only the proxy's own \
        address. Without the proxy the attempt would have ended here.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[STATUS],
    filter: "dns.flags.rcode > 0 || (dns.flags.response == 0 && !dns.response_in)",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action {
            text: "To spare the failing look-up, let the switch's name server resolve public names.",
            commands: &[],
        },
    ],
    references: &["RFC 9110 section 9.3.6"],
};

pub(in crate::diagnose) static DNS_SEARCH_SUFFIX: Diagnostic = Diagnostic {
    code: "dns-search-suffix",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Info),
    title: "The name was looked up with a domain suffix",
    explanation: "The switch asked for the name with its own domain appended. The NXDOMAIN that usually \
        follows is expected and not a fault of the server. If the suffixed name does resolve, the switch \
        may connect to the wrong host.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[Action {
        text: "Look for names in the queries that end in the switch's own domain.",
        commands: &[],
    }],
    filter: "dns.flags.response == 0",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action {
            text: "If the suffixed name resolves, correct the zone or the domain name.",
            commands: &["configure terminal", "ip domain name DOMAIN", "end"],
        },
    ],
    references: &["RFC 1535"],
};

pub(in crate::diagnose) static DNS_ASKED_FOR_PROXY: Diagnostic = Diagnostic {
    code: "dns-asked-for-proxy",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Info),
    title: "The proxy's name has to be resolved too",
    explanation: "The proxy is configured by name, and the switch asked its name server for that name. \
        Licensing then depends on this look-up as well: if it fails, the switch reports that it cannot \
        resolve the server, although the service's name is fine.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: "dns",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action {
            text: "To be independent of the look-up, configure the proxy by address.",
            commands: &["configure terminal", "license smart proxy address {proxy}", "end"],
        },
    ],
    references: &[GUIDE],
};

pub(in crate::diagnose) static CSLU_LOCAL_ONLY: Diagnostic = Diagnostic {
    code: "cslu-local-only",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Warning),
    title: "The switch looks only for cslu-local",
    explanation: "The only licensing look-ups in the capture are for cslu-local, the name used when the \
        default transport cslu is set and no URL is configured. The switch never tries CSSM. NXDOMAIN for \
        this name is no fault of DNS; the transport was never set. It repeats about hourly.",
    party: Party::Switch,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[STATUS],
    filter: r#"dns.qry.name contains "cslu-local""#,
    fix: &[
        Action {
            text: "For CSSM, set Smart Transport.",
            commands: &[
                "configure terminal",
                "license smart transport smart",
                "license smart url default",
                "end",
            ],
        },
        Action {
            text: "For a CSLU or On-Prem, give its URL.",
            commands: &["configure terminal", "license smart url cslu URL", "end"],
        },
        SYNC,
    ],
    references: &[CISCO_SLP, GUIDE],
};

/// The service's name did not resolve, and the switch went to a proxy all the same.
pub(super) fn service_name_unresolved(judged: &Judged) -> Option<Finding> {
    let attempt = &judged.attempt;
    let peer = attempt.peer.filter(|peer| peer.role == PeerRole::Proxy)?;
    let lookup = attempt.lookups.iter().find(|lookup| !lookup.for_proxy && lookup.usable().is_none())?;
    let message = format!(
        "{} did not resolve for {} ({}), which then connected to the proxy {}.",
        lookup.name,
        attempt.client,
        outcome(lookup),
        peer.endpoint,
    );
    Some(Finding::on(judged, &DNS_SERVICE_NAME_UNRESOLVED, message).maybe(lookup.last(), outcome(lookup)))
}

fn outcome(lookup: &Lookup) -> String {
    match lookup.queries.iter().filter_map(Query::answer).next_back() {
        Some(answer) if answer.rcode == crate::proto::dns::Rcode::NO_ERROR => "no address".to_owned(),
        Some(answer) => format!("the answer was {}", answer.rcode),
        None => "no answer".to_owned(),
    }
}

/// Asked with the switch's own domain behind the name.
pub(super) fn search_suffix(judged: &Judged) -> Option<Finding> {
    judged.attempt.lookups.iter().find_map(|lookup| {
        let suffixed: Vec<&Query> =
            lookup.queries.iter().filter(|query| dns::extends(lookup, query)).collect();
        let first = suffixed.first()?;
        let answer = match suffixed.iter().find_map(|query| query.answer()) {
            Some(answer) if answer.addresses.is_empty() => format!("the answer was {}", answer.rcode),
            Some(answer) => format!("it resolved to {}", answer.answers.join(", ")),
            None => "no answer is in the capture".to_owned(),
        };
        let message =
            format!("{} also asked for {} as {}; {answer}.", lookup.client, lookup.name, first.name);
        let places = suffixed.iter().filter_map(|query| {
            let at = query.sent.first().copied().or(query.first())?;
            Some((at, format!("{} {}", query.record_type, query.name)))
        });
        Some(Finding::on(judged, &DNS_SEARCH_SUFFIX, message).each(places.collect()))
    })
}

/// The proxy is configured by name.
pub(super) fn asked_for_proxy(judged: &Judged) -> Option<Finding> {
    let lookup = judged.attempt.lookups.iter().find(|lookup| lookup.for_proxy)?;
    let query = lookup.queries.first()?;
    let message =
        format!("{} asked {} for the proxy's name {}.", lookup.client, query.server.ip, lookup.name);
    let finding = Finding::on(judged, &DNS_ASKED_FOR_PROXY, message);
    let finding = finding.maybe(lookup.first(), format!("look-up of {}", lookup.name));
    Some(finding.maybe(lookup.usable().map(|usable| usable.at), "its answer"))
}

/// A client looked for `cslu-local` and tried nothing else.
pub(super) fn cslu_local_only(whole: &Whole<'_>) -> Vec<Finding> {
    let mut clients: BTreeMap<IpAddr, Vec<&Attempt>> = BTreeMap::new();
    for judged in whole.judged.iter().filter(|judged| judged.is_on_service()) {
        clients.entry(judged.attempt.client).or_default().push(&judged.attempt);
    }
    let found = clients.iter().filter(|(_, attempts)| attempts.iter().all(|one| is_cslu_local_alone(one)));
    together(found.map(|(client, attempts)| {
        let message = format!(
            "{client} looked up {CSLU_LOCAL} {} and tried no other licensing service in this capture.",
            times(attempts.len()),
        );
        let places: Vec<(At, String)> =
            attempts.iter().map(|attempt| (attempt.first, format!("look-up of {CSLU_LOCAL}"))).collect();
        Finding::on_capture(&CSLU_LOCAL_ONLY, message).each(places)
    }))
}

fn is_cslu_local_alone(attempt: &Attempt) -> bool {
    let named = |lookup: &Lookup| lookup.name.as_str() == CSLU_LOCAL;
    attempt.flow.is_none() && !attempt.lookups.is_empty() && attempt.lookups.iter().all(named)
}
