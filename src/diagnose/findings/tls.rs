//! What the handshake shows besides the verdict.

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{CISCO_SLP, EXEMPT_INSPECTION, SHOW_TRUSTPOOL};
use crate::diagnose::tls::alert::TLS_VERSION_REJECTED;
use crate::diagnose::tls::certificate::TLS_REVOCATION_FAILED;
use crate::diagnose::tls::chain::Chain;
use crate::diagnose::{Finding, Judged, Outcome, Party, Severity};
use crate::model::At;
use crate::proto::tls::Version;

pub(in crate::diagnose) static TLS_INSPECTION_ACCEPTED: Diagnostic = Diagnostic {
    code: "tls-inspection-accepted",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Warning),
    title: "TLS is inspected and the switch accepts it",
    explanation: "The certificate carries a public Cisco service's name but was not issued by a CA that \
        Cisco uses for it, and the switch accepted it. A proxy or firewall reads and rewrites the \
        licensing traffic with a CA that somebody imported. It works now; it stops when that CA or its \
        policy changes, and the device can hold back or alter answers.",
    party: Party::Inspection,
    reported_as: &[],
    confirm: &[
        Action { text: "Read the issuer of the server's certificate.", commands: &[] },
        SHOW_TRUSTPOOL,
    ],
    filter: "tls.handshake.type == 11",
    fix: &[EXEMPT_INSPECTION],
    references: &["RFC 5280 section 6.1", CISCO_SLP],
};

pub(in crate::diagnose) static TLS_VERSION_OLD: Diagnostic = Diagnostic {
    code: "tls-version-old",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Warning),
    title: "An outdated TLS version was chosen",
    explanation: "The server chose TLS 1.1 or older. These versions are deprecated, and a release or \
        policy that switches them off turns this attempt into a failure. The server's ServerHello decides, \
        from what the switch offers; an inspecting device may be the one that answers.",
    party: Party::Service,
    reported_as: &[],
    confirm: &[Action { text: "Compare the versions in ClientHello and ServerHello.", commands: &[] }],
    filter: "tls.handshake.type == 2 && tls.handshake.version < 0x0303",
    fix: &[
        Action { text: "Enable TLS 1.2 or later on the server or the inspecting device.", commands: &[] },
        Action {
            text: "See which versions the switch may offer; the command exists from 17.13.",
            commands: &["configure terminal", "ip http client tls-version ?", "end"],
        },
    ],
    references: &["RFC 8996"],
};

pub(in crate::diagnose) static REVOCATION_FETCH: Diagnostic = Diagnostic {
    code: "revocation-fetch",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Info),
    title: "The switch checks a certificate's revocation",
    explanation: "The switch fetched a revocation list or an OCSP answer; the message says how that went. \
        Licensing depends on this side connection, usually to port 80 of the CA's host. A fetch that fails \
        without ending the attempt may end the next one, once the list in the cache expires.",
    party: Party::Switch,
    reported_as: &["%PKI-3-CRL_FETCH_FAIL"],
    confirm: &[Action { text: "See the lists that the switch holds.", commands: &["show crypto pki crls"] }],
    filter: r#"ocsp || http.request.uri contains ".crl""#,
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action { text: "Keep the CA's host reachable on port 80.", commands: &[] },
    ],
    references: &["RFC 5280 section 6.3", "RFC 6960 section 2"],
};

/// Whether the switch accepted the server's certificate: it went on to its request.
pub(super) fn is_accepted(judged: &Judged) -> bool {
    let requested = judged.attempt.http.as_deref().is_some_and(|http| http.request.is_some());
    let stage = judged.verdict.diagnostic.stage;
    judged.outcome() == Outcome::Ok || requested && stage.is_none_or(|stage| stage == StageName::Http)
}

/// A certificate for a public Cisco name by somebody else's CA, and the switch went on.
pub(super) fn inspection_accepted(judged: &Judged) -> Option<Finding> {
    let attempt = &judged.attempt;
    let tls = attempt.tls.as_deref()?;
    let chain = Chain::of(attempt, tls).filter(|chain| chain.intercepted() && is_accepted(judged))?;
    let name = chain.leaf.common_name.as_deref().unwrap_or(&chain.leaf.subject);
    let issuer = chain.leaf.issuer_common_name.as_deref().unwrap_or(&chain.leaf.issuer);
    let message = format!(
        "{} accepted a certificate for '{name}' issued by '{issuer}', which is not a CA that Cisco uses.",
        attempt.client,
    );
    let shown = tls.certificates.as_ref().map(|(at, _)| *at);
    Some(Finding::on(judged, &TLS_INSPECTION_ACCEPTED, message).maybe(shown, format!("issued by '{issuer}'")))
}

/// The server chose a version that is no longer to be used.
pub(super) fn version_old(judged: &Judged) -> Option<Finding> {
    let (at, hello) = judged.attempt.tls.as_deref()?.server_hello.as_ref()?;
    let told = judged.is(&TLS_VERSION_REJECTED);
    if hello.version >= Version::TLS_1_2 || told {
        return None;
    }
    let message = format!("{} chose {}.", judged.attempt.far_end(), hello.version);
    Some(Finding::on(judged, &TLS_VERSION_OLD, message).at(*at, format!("ServerHello: {}", hello.version)))
}

/// The switch fetched revocation data, and how that went; silent where the verdict says so.
pub(super) fn revocation_fetch(judged: &Judged) -> Option<Finding> {
    let fetches = &judged.attempt.surroundings.fetches;
    if fetches.is_empty() || judged.is(&TLS_REVOCATION_FAILED) {
        return None;
    }
    let told: Vec<String> =
        fetches.iter().take(3).map(|fetch| format!("from {}: {}", fetch.host, fetch.result)).collect();
    let message = format!(
        "While it checked the certificate, {} fetched revocation data {}.",
        judged.attempt.client,
        told.join("; "),
    );
    let places: Vec<(At, String)> =
        fetches.iter().map(|fetch| (fetch.deciding, format!("{}: {}", fetch.host, fetch.result))).collect();
    Some(Finding::on(judged, &REVOCATION_FETCH, message).each(places))
}
