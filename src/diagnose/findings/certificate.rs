//! What will soon be wrong with the server's certificates.

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::SHOW_CLOCK;
use crate::diagnose::tls::chain::Chain;
use crate::diagnose::words::date;
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::model::{Span, Timestamp};
use crate::proto::x509::Certificate;

const RENEW: Action = Action {
    text: "Have the server's certificate replaced; for an inspecting device, the one that it makes.",
    commands: &[],
};

pub(in crate::diagnose) static CERTIFICATE_EXPIRING_SOON: Diagnostic = Diagnostic {
    code: "certificate-expiring-soon",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Warning),
    title: "A certificate is about to expire",
    explanation: "A certificate on the server's path expires within 30 days of the capture. The attempt is \
        not affected yet. Certificates of the public cloud are renewed by their owner, so this matters \
        most for On-Prem servers and inspecting devices.",
    party: Party::Service,
    reported_as: &[],
    confirm: &[Action { text: "Read notAfter of the certificate.", commands: &[] }, SHOW_CLOCK],
    filter: "tls.handshake.type == 11",
    fix: &[RENEW],
    references: &["RFC 5280 section 4.1.2.5"],
};

pub(in crate::diagnose) static CERTIFICATE_WEAK_SIGNATURE: Diagnostic = Diagnostic {
    code: "certificate-weak-signature",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Warning),
    title: "A certificate is signed with SHA-1 or MD5",
    explanation: "A certificate on the server's path, other than a self-signed root, is signed with an \
        outdated hash. This switch accepted it or was not asked; newer releases and other clients may \
        refuse it. It is mostly seen on old On-Prem servers and inspecting devices.",
    party: Party::Service,
    reported_as: &[],
    confirm: &[Action { text: "Read the signature algorithm of the certificate.", commands: &[] }],
    filter: "tls.handshake.type == 11",
    fix: &[RENEW],
    references: &["RFC 9155 section 2", "RFC 8446 section 4.4.2.4"],
};

pub(in crate::diagnose) static CERTIFICATE_WEAK_KEY: Diagnostic = Diagnostic {
    code: "certificate-weak-key",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Warning),
    title: "A certificate has a short RSA key",
    explanation: "A certificate on the server's path has an RSA key of fewer than 2,048 bits. The switch \
        accepted it or was not asked; newer releases and other clients may refuse it. It is mostly seen on \
        old On-Prem servers and inspecting devices.",
    party: Party::Service,
    reported_as: &[],
    confirm: &[Action { text: "Read the size of the public key in the certificate.", commands: &[] }],
    filter: "tls.handshake.type == 11",
    fix: &[RENEW],
    references: &["RFC 9325 section 4.5"],
};

/// Renewals are due about then.
const SOON: Span = Span::seconds(30 * 86_400);
/// Shortest RSA key that is still good (RFC 9325 §4.5).
const RSA_BITS: u32 = 2_048;

/// Valid for less than 30 days more.
pub(super) fn expiring_soon(judged: &Judged) -> Option<Finding> {
    of_path(judged, &CERTIFICATE_EXPIRING_SOON, |certificate, chain| {
        let now = chain.now?;
        let days = (certificate.not_after - now).as_seconds() / 86_400.0;
        expires_soon(certificate, now)
            .then(|| format!("expires on {}, {days:.1} days after the capture", date(certificate.not_after)))
    })
}

/// Valid at `now`, and for less than 30 days more.
pub(in crate::diagnose) fn expires_soon(certificate: &Certificate, now: Timestamp) -> bool {
    let left = certificate.not_after - now;
    left >= Span::default() && left < SOON && now >= certificate.not_before
}

/// Signed with an outdated hash.
pub(super) fn weak_signature(judged: &Judged) -> Option<Finding> {
    of_path(judged, &CERTIFICATE_WEAK_SIGNATURE, |certificate, _| {
        has_weak_signature(certificate).then(|| format!("is signed with {}", certificate.signature))
    })
}

/// Whether its signature rests on an outdated hash; nobody checks a root's signature of itself.
pub(in crate::diagnose) fn has_weak_signature(certificate: &Certificate) -> bool {
    let name = certificate.signature.to_ascii_lowercase().replace('-', "");
    ["sha1", "md5"].iter().any(|hash| name.contains(hash)) && !certificate.self_signed
}

/// A short RSA key.
pub(super) fn weak_key(judged: &Judged) -> Option<Finding> {
    of_path(judged, &CERTIFICATE_WEAK_KEY, |certificate, _| {
        has_weak_key(certificate).then(|| format!("has an {} key", certificate.key))
    })
}

/// Whether it has a short RSA key.
pub(in crate::diagnose) fn has_weak_key(certificate: &Certificate) -> bool {
    let short = certificate.key_bits.is_some_and(|bits| bits < RSA_BITS);
    short && certificate.key.starts_with("RSA ")
}

/// The first certificate of the path of which `fault` says something.
fn of_path(
    judged: &Judged,
    diagnostic: &'static Diagnostic,
    fault: impl Fn(&Certificate, &Chain<'_>) -> Option<String>,
) -> Option<Finding> {
    let tls = judged.attempt.tls.as_deref()?;
    let chain = Chain::of(&judged.attempt, tls)?;
    let found = chain.path.iter().find_map(|one| Some((one, fault(one, &chain)?)));
    let (certificate, fault) = found?;
    let name = certificate.common_name.as_deref().unwrap_or(&certificate.subject);
    let message = format!("The certificate '{name}' from {} {fault}.", judged.attempt.service_text());
    let shown = tls.certificates.as_ref().map(|(at, _)| *at);
    Some(Finding::on(judged, diagnostic, message).maybe(shown, format!("'{name}' {fault}")))
}
