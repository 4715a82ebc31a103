//! What is wrong with each certificate that the server showed: for whoever looks at the chain.

use super::chain::Chain;
use crate::attempt::{Attempt, TlsSession};
use crate::diagnose::findings::certificate::{expires_soon, has_weak_key, has_weak_signature};
use crate::model::{Direction, Timestamp};
use crate::proto::tls::AlertDescription;
use crate::proto::x509::{Certificate, issuer_path};

/// Something wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFlaw {
    /// Its last day was over when it was shown.
    Expired,
    /// Its first day had not come when it was shown.
    NotYetValid,
    /// The server's own, and not for the name that was asked for.
    NameMismatch,
    /// The server's own, for a public Cisco service, from a CA that Cisco does not use.
    ForeignIssuer,
    /// The last of the chain, and the switch says that it knows no CA that leads to it.
    UnknownIssuer,
    /// An RSA key of fewer than 2,048 bits.
    WeakKey,
    /// Signed with SHA-1 or MD5.
    WeakSignature,
    /// Valid for less than 30 days more.
    ExpiringSoon,
}

impl CertificateFlaw {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::NameMismatch => "name-mismatch",
            Self::ForeignIssuer => "foreign-issuer",
            Self::UnknownIssuer => "unknown-issuer",
            Self::WeakKey => "weak-key",
            Self::WeakSignature => "weak-signature",
            Self::ExpiringSoon => "expiring-soon",
        }
    }
}

/// The flaws of each certificate of the server's list, in its order; superfluous certificates have none.
pub(in crate::diagnose) fn of(attempt: &Attempt) -> Vec<Vec<CertificateFlaw>> {
    let Some((tls, chain, list)) = attempt.tls.as_deref().and_then(|tls| shown(attempt, tls)) else {
        return Vec::new();
    };
    let path = issuer_path(list);
    let of = |(index, certificate)| {
        let place = path.iter().position(|on_path| *on_path == index)?;
        let flaws = of_one(&chain, certificate).into_iter();
        let leaf = if place == 0 { of_leaf(&chain) } else { Vec::new() };
        let unknown = (place + 1 == path.len() && is_unknown(tls)).then_some(CertificateFlaw::UnknownIssuer);
        Some(flaws.chain(leaf).chain(unknown).collect())
    };
    list.iter().enumerate().map(|one| of(one).unwrap_or_default()).collect()
}

fn shown<'a>(
    attempt: &Attempt,
    tls: &'a TlsSession,
) -> Option<(&'a TlsSession, Chain<'a>, &'a [Certificate])> {
    let (_, list) = tls.certificates.as_ref()?;
    Some((tls, Chain::of(attempt, tls)?, list))
}

fn of_one(chain: &Chain<'_>, certificate: &Certificate) -> Vec<CertificateFlaw> {
    let at = |holds: &dyn Fn(Timestamp) -> bool| chain.now.is_some_and(holds);
    let flaws = [
        (at(&|now| certificate.not_after < now), CertificateFlaw::Expired),
        (at(&|now| now < certificate.not_before), CertificateFlaw::NotYetValid),
        (has_weak_key(certificate), CertificateFlaw::WeakKey),
        (has_weak_signature(certificate), CertificateFlaw::WeakSignature),
        (at(&|now| expires_soon(certificate, now)), CertificateFlaw::ExpiringSoon),
    ];
    flaws.into_iter().filter_map(|(holds, flaw)| holds.then_some(flaw)).collect()
}

fn of_leaf(chain: &Chain<'_>) -> Vec<CertificateFlaw> {
    let mismatch = chain.mismatched().map(|_| CertificateFlaw::NameMismatch);
    mismatch.into_iter().chain(chain.intercepted().then_some(CertificateFlaw::ForeignIssuer)).collect()
}

/// The switch says so in clear.
fn is_unknown(tls: &TlsSession) -> bool {
    let unknown = |alert: crate::proto::tls::Alert| alert.description == AlertDescription::UNKNOWN_CA;
    tls.alerts.iter().any(|a| a.direction == Direction::FromClient && a.alert.is_some_and(unknown))
}
