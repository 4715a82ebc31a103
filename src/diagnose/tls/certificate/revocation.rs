//! The check for revocation that fails.

use crate::attempt::{Attempt, Fetch, StageName, TlsSession};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::Close;
use crate::diagnose::steps::{CISCO_SLP, SYNC};
use crate::diagnose::{Confidence, Party};
use crate::model::{At, Direction};

pub(in crate::diagnose) static TLS_REVOCATION_FAILED: Diagnostic = Diagnostic {
    code: "tls-revocation-failed",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final]),
    title: "The revocation check cannot be completed",
    explanation: "After the server's certificate the switch went to fetch a revocation list or an OCSP \
        answer, that fetch failed or never ended, and the switch gave the handshake up. The connection to \
        the licensing service was fine. Usual causes are a firewall that permits port 443 to the service \
        but not port 80 to the CA's host, or DNS that does not resolve that host. It does not mean that \
        the certificate is revoked.",
    party: Party::Network,
    reported_as: &[
        "%PKI-3-CRL_FETCH_FAIL",
        "Communications failure",
        "Fail to send out Call Home HTTP message",
        "NO REPLY",
    ],
    confirm: &[Action {
        text: "See whether the switch holds the list, and what the fetch says.",
        commands: &["show crypto pki crls", "debug crypto pki transactions"],
    }],
    filter: r#"tls.handshake.type == 11 || ocsp || http.request.uri contains ".crl""#,
    fix: &[
        Action {
            text: "Have DNS and the firewalls let the switch reach the CA's host on port 80; its name is \
                in the look-up after the certificate.",
            commands: &[],
        },
        Action {
            text: "If that cannot be, give up the revocation check for this trustpoint, knowing that a \
                revoked certificate then passes.",
            commands: &[
                "configure terminal",
                "crypto pki trustpoint SLA-TrustPoint",
                "revocation-check none",
                "end",
            ],
        },
        SYNC,
    ],
    references: &["RFC 5280 section 6.3", "RFC 6960 section 2", CISCO_SLP],
};

/// The switch gave up behind the certificate, whatever its close, and its own CRL or OCSP fetch had failed.
pub(in crate::diagnose) fn revocation(
    attempt: &Attempt,
    tls: &TlsSession,
    close: Option<Close>,
) -> Option<Conclusion> {
    tls.server_hello.as_ref()?;
    let close = close.filter(|close| close.by == Direction::FromClient)?;
    revocation_with(attempt, close.at, &format!("{} from the switch", close.kind.noun()))
}

/// The same with the event that shows that the switch gave up.
pub(in crate::diagnose) fn revocation_with(attempt: &Attempt, at: At, note: &str) -> Option<Conclusion> {
    let failed = attempt.failed_fetch()?;
    Some(revocation_failed(attempt, failed, Confidence::Likely).at(at, note))
}

pub(in crate::diagnose) fn revocation_failed(
    attempt: &Attempt,
    fetch: &Fetch,
    confidence: Confidence,
) -> Conclusion {
    let summary = format!(
        "{} gave up the handshake with {} after its fetch of revocation data from {} failed: {}.",
        attempt.client,
        attempt.service_text(),
        fetch.host,
        fetch.result,
    );
    Conclusion::new(&TLS_REVOCATION_FAILED, confidence.min(Confidence::Likely), summary)
        .at(fetch.first, format!("fetch from {} begins", fetch.host))
        .at(fetch.deciding, format!("fetch from {}: {}", fetch.host, fetch.result))
}

impl Attempt {
    /// A CRL or OCSP fetch of the switch's that failed or never ended.
    pub(in crate::diagnose) fn failed_fetch(&self) -> Option<&Fetch> {
        let all = &self.surroundings.fetches;
        all.iter()
            .find(|fetch| fetch.ok == Some(false))
            .filter(|_| all.iter().all(|fetch| fetch.ok == Some(false)))
    }

    /// Whether the capture missed what came of such a fetch: it may have failed.
    pub(in crate::diagnose) fn may_have_failed_fetch(&self) -> bool {
        self.surroundings.fetches.iter().any(|fetch| fetch.ok.is_none())
    }
}
