//! The service that is configured against the one on the wire: transport, URL, address in the URL.

use crate::attempt::{CSLU_LOCAL, Service, StageName};
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, STATUS};
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::model::HostName;
use crate::transcript::{Place, ServiceUrl, Transport};

use super::steps::LICENSING;
use super::view::{View, opening};

const SMART: Action = Action {
    text: "For cloud CSSM, set Smart Transport and its default URL.",
    commands: &["configure terminal", "license smart transport smart", "license smart url default", "end"],
};

const NAME_IN_URL: Action = Action {
    text: "Use the name that stands in the server's certificate instead of the address.",
    commands: &["configure terminal", "license smart url cslu URL", "end"],
};

pub(in crate::diagnose) static TRANSPORT_STILL_CSLU: Diagnostic = Diagnostic {
    code: "transport-still-cslu",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The transport is still the default, and CSSM is never tried",
    explanation: "The transport is set to cslu and no CSLU is named, which is the default of a new switch. \
        It then looks for the name cslu-local about every hour, and never for CSSM. Nothing on the network \
        needs repair.",
    party: Party::Switch,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[STATUS],
    filter: "dns.qry.name contains \"cslu-local\"",
    fix: &[SMART],
    references: &[GUIDE],
};

pub(in crate::diagnose) static URL_OTHER_THAN_CONFIGURED: Diagnostic = Diagnostic {
    code: "url-other-than-configured",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The service on the wire is not the configured one",
    explanation: "The URL in the switch's text names one host, and the packets go to another. The \
        configuration was changed between text and capture, the text is of another switch, or another \
        transport is in use than the URL is for.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: LICENSING,
    fix: &[STATUS, SMART],
    references: &[GUIDE],
};

pub(in crate::diagnose) static ADDRESS_IN_URL: Diagnostic = Diagnostic {
    code: "address-in-url",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Warning),
    title: "An address in the URL cannot pass the identity check",
    explanation: "The URL has an address where the server's certificate has a name, and the server \
        identity check is on, as it is by default. The handshake then fails unless the certificate lists \
        that address. An address also sends no server name, so a server with several certificates may \
        choose the wrong one.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: "tls.handshake.type == 1 && !tls.handshake.extensions_server_name",
    fix: &[NAME_IN_URL],
    references: &["RFC 9525 section 6.5", GUIDE],
};

/// Default transport, no CSLU named, and nothing else on the wire.
pub(super) fn still_cslu(view: &View<'_>) -> Vec<Finding> {
    let settings = &view.facts.settings;
    let Some(transport) = settings.transport.as_ref().filter(|said| said.value == Transport::Cslu) else {
        return Vec::new();
    };
    let named = settings.cslu_url.as_ref().is_some_and(|url| url.value.host.as_str() != CSLU_LOCAL);
    let local = |judged: &&&Judged| {
        judged.attempt.service.host.as_ref().is_some_and(|host| host.as_str() == CSLU_LOCAL)
    };
    if named || !view.judged.iter().all(|judged| local(&judged)) {
        return Vec::new();
    }
    let seen = if view.judged.is_empty() {
        ""
    } else {
        " The capture shows it looking for cslu-local, and for nothing else."
    };
    let message = format!("The transport is cslu and no CSLU is named: CSSM is never tried.{seen}");
    let finding = Finding::on_capture(&TRANSPORT_STILL_CSLU, message);
    let finding = finding.said(view.quote(transport.at, None, "transport cslu"));
    vec![
        view.judged
            .iter()
            .fold(finding, |finding, judged| finding.at(judged.attempt.first, "look-up of cslu-local")),
    ]
}

/// The configured host, where it stands.
fn configured(view: &View<'_>) -> Option<(HostName, Place)> {
    let settings = &view.facts.settings;
    if let Some(url) = settings.url() {
        return Some((url.value.host.clone(), url.at));
    }
    let default = settings.smart_url.as_ref().filter(|url| url.value.is_none())?;
    let smart = settings.transport.as_ref().is_some_and(|said| said.value == Transport::Smart);
    smart.then(|| (HostName::new("smartreceiver.cisco.com"), default.at))
}

/// Every attempt goes to another host than the URL's.
pub(super) fn other_url(view: &View<'_>) -> Vec<Finding> {
    let Some((host, place)) = configured(view) else { return Vec::new() };
    let named = |judged: &&&Judged| judged.attempt.service.host.is_some();
    let attempts: Vec<&Judged> = view.judged.iter().filter(|judged| named(judged)).copied().collect();
    let meant = |judged: &&Judged| judged.attempt.service.is(&host) || peer_is(judged, &host);
    if attempts.is_empty() || attempts.iter().any(meant) {
        return Vec::new();
    }
    let Some(first) = attempts.first() else { return Vec::new() };
    let message = format!(
        "The configured URL names {host}, but attempt {} is for {}.",
        first.attempt.id,
        first.attempt.service_text(),
    );
    let finding = Finding::on_capture(&URL_OTHER_THAN_CONFIGURED, message).said(view.quote(
        place,
        None,
        format!("URL of {host}"),
    ));
    vec![attempts.iter().fold(finding, |finding, judged| {
        finding.at(opening(judged), format!("for {}", judged.attempt.service_text()))
    })]
}

fn peer_is(judged: &Judged, host: &HostName) -> bool {
    let peer = judged.attempt.peer.map(|peer| peer.endpoint.ip);
    peer.is_some() && host.as_str().parse().ok() == peer
}

impl Service {
    fn is(&self, host: &HostName) -> bool {
        self.host.as_ref() == Some(host)
    }
}

/// An https URL with an address, and the check not switched off.
pub(super) fn address(view: &View<'_>) -> Vec<Finding> {
    let settings = &view.facts.settings;
    let Some(url) = settings.url().filter(|url| url.value.tls) else { return Vec::new() };
    let checked = settings.identity_check.as_ref().is_none_or(|check| check.value);
    let Some(ip) = url.value.ip().filter(|_| checked) else { return Vec::new() };
    let covered = |judged: &&&Judged| certificate_covers(judged, url.value);
    if view.judged.iter().any(|judged| covered(&judged)) {
        return Vec::new();
    }
    let message = format!(
        "The URL has the address {ip} and the server identity check is on: the server's certificate must list that address."
    );
    let mut finding = Finding::on_capture(&ADDRESS_IN_URL, message).said(view.quote(
        url.at,
        None,
        format!("URL {}", url.value),
    ));
    if let Some(check) = &settings.identity_check {
        finding = finding.said(view.quote(check.at, None, "server identity check on"));
    }
    let mine = view.judged.iter().filter(|judged| peer_is(judged, &url.value.host));
    let hellos = mine.filter_map(|judged| Some(judged.attempt.tls.as_deref()?.client_hello.as_ref()?.0));
    vec![hellos.fold(finding, |finding, at| finding.at(at, "ClientHello"))]
}

/// Whether the certificate on the wire lists the address, so that the check passes.
fn certificate_covers(judged: &Judged, url: &ServiceUrl) -> bool {
    let certificates = judged.attempt.tls.as_deref().and_then(|tls| tls.certificates.as_ref());
    let leaf = certificates.and_then(|(_, list)| list.first());
    leaf.is_some_and(|leaf| leaf.names().iter().any(|name| name == url.host.as_str()))
}
