//! The server's certificate that the switch does not accept.

use crate::attempt::StageName;
use crate::attempt::{Attempt, Fetch, TlsSession, Visibility, is_public_service};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::{Close, missed};
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{
    CISCO_SLP, EXEMPT_INSPECTION, GUIDE, NTP, PKI_DEBUG, SHOW_CLOCK, SHOW_TRUSTPOOL, SYNC, TRUSTPOOL,
};
use crate::diagnose::words::date;
use crate::diagnose::{Confidence, Party};
use crate::flow::Flow;
use crate::model::{At, Direction, HostName, Timestamp};
use crate::proto::tls::AlertDescription;
use crate::proto::x509::{Certificate, issuer_path};

pub(in crate::diagnose) static TLS_CERTIFICATE_EXPIRED: Diagnostic = Diagnostic {
    code: "tls-certificate-expired",
    stage: Some(StageName::Tls),
    severity: None,
    title: "The certificate has expired",
    explanation: "The switch rejected the server's certificate, and a certificate on its path had expired \
        when the capture was taken, or the switch's alert says certificate_expired (45). Usual causes are \
        a certificate that nobody renewed on an On-Prem server or inspecting device, or an expired \
        intermediate that is still sent. Dates are compared with the capture's clock: if that or the \
        switch's clock is wrong, a good certificate looks expired. It does not mean that the switch's own \
        licences have expired.",
    party: Party::Service,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        SHOW_CLOCK,
        Action { text: "Read notAfter of every certificate in the server's chain.", commands: &[] },
        PKI_DEBUG,
    ],
    filter: "tls.handshake.type == 11 || tls.alert_message.desc == 45",
    fix: &[
        SHOW_CLOCK,
        Action {
            text: "Renew the expired certificate on the server, or have it stop sending an expired \
                intermediate.",
            commands: &[],
        },
        EXEMPT_INSPECTION,
        TRUSTPOOL,
        SYNC,
    ],
    references: &["RFC 5280 section 4.1.2.5", "RFC 8446 section 6.2"],
};

pub(in crate::diagnose) static TLS_CERTIFICATE_NOT_YET_VALID: Diagnostic = Diagnostic {
    code: "tls-certificate-not-yet-valid",
    stage: Some(StageName::Tls),
    severity: None,
    title: "The certificate is not valid yet",
    explanation: "The switch rejected the server's certificate, and a certificate on its path was not yet \
        valid when the capture was taken. Nearly always a clock is wrong: the switch's is behind (it also \
        stamps the switch's own captures), or that of an inspecting device that makes certificates on the \
        fly is ahead. A certificate that really starts in the future is rare. It is not a question of \
        trust: the issuer may be perfectly known.",
    party: Party::Switch,
    reported_as: &[
        "%PKI-2-NON_AUTHORITATIVE_CLOCK",
        "Communications failure",
        "Fail to send out Call Home HTTP message",
        "NO REPLY",
    ],
    confirm: &[
        SHOW_CLOCK,
        Action { text: "Compare notBefore with the frame's time and with the real time.", commands: &[] },
    ],
    filter: "tls.handshake.type == 11 || tls.alert_message.level == 2",
    fix: &[
        SHOW_CLOCK,
        NTP,
        Action {
            text: "If the switch's clock is right, correct the clock of the device that issued the \
                certificate.",
            commands: &[],
        },
        SYNC,
    ],
    references: &["RFC 5280 section 4.1.2.5", "RFC 5905 section 1", GUIDE],
};

pub(in crate::diagnose) static TLS_HOSTNAME_MISMATCH: Diagnostic = Diagnostic {
    code: "tls-hostname-mismatch",
    stage: Some(StageName::Tls),
    severity: None,
    title: "The certificate is for another name",
    explanation: "The switch rejected the server's certificate, and none of its names covers the name that \
        the switch asked for. Usual causes are an address or an alias in the licensing URL of a CSLU or \
        On-Prem, or a name that resolves to a different server. The certificate may be valid and trusted \
        otherwise. Importing a CA does not help against this.",
    party: Party::Switch,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action {
            text: "Compare the subject alternative names in the Certificate with the configured URL.",
            commands: &["show license status"],
        },
        PKI_DEBUG,
    ],
    filter: "tls.handshake.type == 11 || tls.alert_message.level == 2",
    fix: &[
        Action {
            text: "Use a name in the URL that the certificate carries.",
            commands: &["configure terminal", "license smart url cslu URL", "end"],
        },
        Action {
            text: "Check that the name resolves to the right server.",
            commands: &["ping {host} source INTERFACE"],
        },
        Action { text: "Otherwise give the server a certificate with this name.", commands: &[] },
        Action {
            text: "As a last resort, switch the name check off; any trusted certificate then passes for \
                the service.",
            commands: &["configure terminal", "no license smart server-identity-check", "end"],
        },
    ],
    references: &["RFC 9525 section 6", "RFC 9110 section 4.3.4"],
};

pub(in crate::diagnose) static TLS_INTERCEPTED: Diagnostic = Diagnostic {
    code: "tls-intercepted",
    stage: Some(StageName::Tls),
    severity: None,
    title: "TLS is intercepted on the path",
    explanation: "The certificate carries a public Cisco service's name but does not lead to a CA that \
        Cisco uses for it, and the switch rejected it. A proxy or firewall ends TLS itself and presents a \
        certificate of its own making; the switch does not know that CA, and is right to refuse. It is not \
        a fault of CSSM or of its certificate, and an update of the Cisco root bundle does not help. \
        Cisco's issuers change over time, so a new public CA is conceivable: read the issuer.",
    party: Party::Inspection,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action {
            text: "Read the issuer of the server's certificate: a company's or a security product's name \
                is the proof.",
            commands: &[],
        },
        SHOW_TRUSTPOOL,
        PKI_DEBUG,
    ],
    filter: "tls.handshake.type == 11 || tls.alert_message.level == 2",
    fix: &[
        EXEMPT_INSPECTION,
        Action {
            text: "If inspection must stay, import the inspecting CA into the switch's trustpool.",
            commands: &["configure terminal", "crypto pki trustpool import url flash:FILE", "end"],
        },
        SYNC,
    ],
    references: &["RFC 5280 section 6.1", "RFC 8446 section 4.4.2.4", CISCO_SLP],
};

pub(in crate::diagnose) static TLS_UNTRUSTED_CA: Diagnostic = Diagnostic {
    code: "tls-untrusted-ca",
    stage: Some(StageName::Tls),
    severity: None,
    title: "The switch does not know the issuing CA",
    explanation: "The switch rejected the server's certificate with unknown_ca (48); dates and name are \
        right, and nothing points to interception of a public service. Usual causes are an old root bundle \
        that lacks the root which cloud CSSM uses now, an On-Prem server whose CA was never imported, or a \
        server that does not send its intermediate certificate. Releases made before the change from \
        QuoVadis Root CA 2 to IdenTrust Commercial Root CA 1 lack the new root. It is not an expired \
        certificate and not a wrong clock.",
    party: Party::Switch,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        SHOW_TRUSTPOOL,
        Action { text: "Read the issuer of the last certificate that the server sends.", commands: &[] },
        PKI_DEBUG,
    ],
    filter: "tls.handshake.type == 11 || tls.alert_message.desc == 48",
    fix: &[
        TRUSTPOOL,
        Action {
            text: "For On-Prem, see that SLA-TrustPoint holds the Cisco Licensing Root CA, or import the \
                server's CA.",
            commands: &["show crypto pki trustpoint"],
        },
        Action { text: "Have the server send its intermediate certificates.", commands: &[] },
        Action {
            text: "Run a release with the new root: 16.12.6, 17.3.4, 17.4.2, 17.5.1, 17.6.1, 17.7.1 or \
                later.",
            commands: &[],
        },
    ],
    references: &["RFC 5280 section 6.1", "RFC 8446 section 6.2", CISCO_SLP],
};

pub(in crate::diagnose) static TLS_CERTIFICATE_REJECTED: Diagnostic = Diagnostic {
    code: "tls-certificate-rejected",
    stage: Some(StageName::Tls),
    severity: None,
    title: "The switch rejects the certificate",
    explanation: "The switch ended the handshake over the server's certificate, by a certificate alert or \
        by closing right after it, and the capture does not show why. In TLS 1.3 the certificate is \
        encrypted, so trust, name and dates cannot be checked from outside. Likely causes are an unknown \
        CA, TLS inspection, a name that does not fit or a wrong clock. It is not a fault of the path: the \
        server's answer had arrived.",
    party: Party::Switch,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[SHOW_CLOCK, PKI_DEBUG, SHOW_TRUSTPOOL],
    filter: "tls.handshake.type == 11 || tls.alert_message.level == 2",
    fix: &[
        SHOW_CLOCK,
        EXEMPT_INSPECTION,
        TRUSTPOOL,
        Action {
            text: "Use a name in the URL that the certificate carries.",
            commands: &["show license status"],
        },
        SYNC,
    ],
    references: &["RFC 8446 section 4.4.2.4", "RFC 8446 section 6.2", CISCO_SLP],
};

pub(in crate::diagnose) static TLS_REVOCATION_FAILED: Diagnostic = Diagnostic {
    code: "tls-revocation-failed",
    stage: Some(StageName::Tls),
    severity: None,
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

/// The switch rejects the certificate: which of its faults it is. `number` is the alert's, where it is in clear. Judged by the
/// certificate first: the alert's number differs between TLS stacks.
pub(super) fn rejected(
    attempt: &Attempt,
    tls: &TlsSession,
    number: Option<u8>,
    at: At,
    note: String,
) -> Conclusion {
    let confidence = if number.is_some() { Confidence::Certain } else { Confidence::Likely };
    let conclusion = match Chain::of(attempt, tls) {
        Some(chain) => by_chain(attempt, &chain, number, confidence),
        None => unread(attempt, number, confidence),
    };
    let shown = tls.certificates.as_ref().map(|(at, _)| *at);
    conclusion.maybe(shown, "the server's certificate").at(at, note)
}

/// The server's chain and what it is held against.
struct Chain<'a> {
    leaf: &'a Certificate,
    /// The leaf and its issuers, as far as they were sent.
    path: Vec<&'a Certificate>,
    /// The name that the certificate must cover.
    wanted: Option<String>,
    now: Timestamp,
}

impl<'a> Chain<'a> {
    fn of(attempt: &Attempt, tls: &'a TlsSession) -> Option<Self> {
        let (at, list) = tls.certificates.as_ref()?;
        let leaf = list.first()?;
        let path = issuer_path(list).into_iter().filter_map(|index| list.get(index)).collect();
        let sni = tls.client_hello.as_ref().and_then(|(_, hello)| hello.server_name.as_ref());
        let wanted = sni.or(attempt.service.host.as_ref()).map(ToString::to_string);
        let wanted = wanted.or_else(|| attempt.peer.map(|peer| peer.endpoint.ip.to_string()));
        Some(Self { leaf, path, wanted, now: at.time })
    }

    fn expired(&self) -> Option<&'a Certificate> {
        self.path.iter().copied().find(|certificate| certificate.not_after < self.now)
    }

    fn not_yet_valid(&self) -> Option<&'a Certificate> {
        self.path.iter().copied().find(|certificate| self.now < certificate.not_before)
    }

    fn mismatched(&self) -> Option<&str> {
        self.wanted.as_deref().filter(|wanted| !self.leaf.covers(wanted))
    }

    /// Whether the certificate is a public Cisco service's by its names, but not by its issuer.
    fn intercepted(&self) -> bool {
        let wanted = self.wanted.as_deref().filter(|name| is_public_service(&HostName::new(name)));
        let covered = PUBLIC_SERVICES.into_iter().chain(wanted).any(|name| self.leaf.covers(name));
        covered && !self.path.iter().any(|certificate| issued_for_cisco(certificate))
    }
}

/// Names of Cisco's public licensing services.
const PUBLIC_SERVICES: [&str; 2] = ["smartreceiver.cisco.com", "tools.cisco.com"];

/// Certification authorities that Cisco uses for its cloud services, by organisation or common name of the issuer.
/// Lists of issuers change; another one of these words suffices.
const CISCO_ISSUERS: &[&str] = &["identrust", "hydrantid", "quovadis", "cisco"];

/// Whether `certificate` was issued by a CA that Cisco uses for its public services.
fn issued_for_cisco(certificate: &Certificate) -> bool {
    let issuer = certificate.issuer.to_ascii_lowercase();
    CISCO_ISSUERS.iter().any(|word| issuer.contains(word))
}

fn by_chain(attempt: &Attempt, chain: &Chain<'_>, number: Option<u8>, confidence: Confidence) -> Conclusion {
    let name = chain.leaf.common_name.as_deref().unwrap_or(&chain.leaf.subject);
    let issuer = chain.leaf.issuer_common_name.as_deref().unwrap_or(&chain.leaf.issuer);
    let start = format!("{} rejected the certificate '{name}' issued by '{issuer}'", attempt.client);
    let claim =
        |diagnostic, what: String| Conclusion::new(diagnostic, confidence, format!("{start}: {what}."));
    if let Some(old) = chain.expired() {
        return claim(
            &TLS_CERTIFICATE_EXPIRED,
            format!("{} expired on {}", whose(chain, old), date(old.not_after)),
        );
    }
    if number == Some(45) {
        let what =
            "its alert says certificate_expired, though no certificate in the capture has; look at its clock";
        return claim(&TLS_CERTIFICATE_EXPIRED, what.to_owned()).party(Party::Switch);
    }
    if let Some(young) = chain.not_yet_valid() {
        let what = format!(
            "{} is valid only from {}, after the capture's time",
            whose(chain, young),
            date(young.not_before)
        );
        return claim(&TLS_CERTIFICATE_NOT_YET_VALID, what);
    }
    if let Some(wanted) = chain.mismatched() {
        let names = chain.leaf.names().join(", ");
        let names = if names.is_empty() { "no name".to_owned() } else { names };
        return claim(&TLS_HOSTNAME_MISMATCH, format!("it covers {names}, not {wanted}"));
    }
    if chain.intercepted() {
        let what = "the name is Cisco's, the issuer is not one that Cisco uses, so something on the way inspects TLS";
        return claim(&TLS_INTERCEPTED, what.to_owned()).at_most(Confidence::Likely).party(Party::Inspection);
    }
    if let Some(failed) = attempt.failed_fetch() {
        return revocation_failed(attempt, failed, confidence);
    }
    if number == Some(48) {
        return claim(&TLS_UNTRUSTED_CA, "it knows no CA that leads to it (unknown_ca)".to_owned());
    }
    claim(&TLS_CERTIFICATE_REJECTED, format!("the capture does not show why{}", alert_words(number)))
}

fn alert_words(number: Option<u8>) -> String {
    number.map_or(String::new(), |number| format!(" (alert {})", AlertDescription(number)))
}

fn whose(chain: &Chain<'_>, certificate: &Certificate) -> String {
    if std::ptr::eq(chain.leaf, certificate) {
        "it".to_owned()
    } else {
        format!(
            "the issuing certificate '{}'",
            certificate.common_name.as_deref().unwrap_or(&certificate.subject)
        )
    }
}

/// The certificate is encrypted or not in the capture.
fn unread(attempt: &Attempt, number: Option<u8>, confidence: Confidence) -> Conclusion {
    if let Some(failed) = attempt.failed_fetch() {
        return revocation_failed(attempt, failed, confidence);
    }
    // Dates come first of all checks; behind any other alert the certificate might show another fault.
    let confidence = if number == Some(45) { confidence } else { confidence.min(Confidence::Likely) };
    let client = attempt.client;
    let far = attempt.service_text();
    let via = attempt.via();
    let (diagnostic, what) = match number {
        Some(48) => (&TLS_UNTRUSTED_CA, "it knows no CA that leads to it (alert unknown_ca)".to_owned()),
        Some(45) => (&TLS_CERTIFICATE_EXPIRED, "it has expired (alert certificate_expired)".to_owned()),
        Some(_) => {
            (&TLS_CERTIFICATE_REJECTED, format!("the reason is not in the capture{}", alert_words(number)))
        }
        None => {
            (&TLS_CERTIFICATE_REJECTED, "by the pattern of its close; the reason is encrypted".to_owned())
        }
    };
    let summary = format!(
        "{client} rejected the certificate that {far} showed{via} (not readable in the capture): {what}."
    );
    Conclusion::new(diagnostic, confidence, summary)
}

/// A rejection that no alert in clear states: after the server's whole flight an encrypted alert or nothing at all from the
/// switch, then its close within 5 s.
pub(super) fn inferred(
    attempt: &Attempt,
    flow: &Flow,
    tls: &TlsSession,
    close: Option<Close>,
) -> Option<Conclusion> {
    if attempt.visibility == Visibility::InboundOnly {
        return by_acknowledgement(attempt, flow, tls);
    }
    let flight = super::flight_end(tls).filter(|_| !tls.resumed())?;
    let alert = tls.alerts.iter().find(|a| a.direction == Direction::FromClient && a.alert.is_none());
    if let Some(alert) = alert.filter(|alert| super::prompt(flight, alert.at)) {
        return Some(rejected(attempt, tls, None, alert.at, "encrypted alert from the switch".to_owned()));
    }
    let close = close.filter(|close| close.by == Direction::FromClient && flight.before(close.at))?;
    let silent = tls.client_key_exchange.is_none() && tls.client_ccs.is_none_or(|_| tls.is_tls13());
    if !silent || !super::prompt(flight, close.at) || missed(&flow.from_client) {
        return None;
    }
    let note = format!("{} from the switch behind the server's flight", close.kind.noun());
    Some(rejected(attempt, tls, None, close.at, note))
}

/// Octets of an alert record in clear, and of one encrypted by TLS 1.3.
const ALERT_RECORDS: [i64; 2] = [7, 24];

/// Only the server's packets are there: it acknowledges as many octets behind its flight as an alert has (and a FIN).
fn by_acknowledgement(attempt: &Attempt, flow: &Flow, tls: &TlsSession) -> Option<Conclusion> {
    let flight = super::flight_end(tls)?;
    let from_server = || flow.segments.iter().filter(|s| s.direction == Direction::FromServer);
    let before = from_server().find(|segment| segment.at == flight)?.ack?;
    let later = from_server().filter(|s| flight.before(s.at)).filter_map(|s| Some((s.at, s.ack? - before)));
    let steps: Vec<(At, i64)> = later.filter(|(_, octets)| *octets > 0).collect();
    let (at, octets) = steps.iter().max_by_key(|(_, octets)| *octets)?;
    if !ALERT_RECORDS.iter().any(|alert| *octets == *alert || *octets == alert + 1) {
        return None;
    }
    let note = format!("the server acknowledges {octets} octets behind its flight, an alert's size");
    Some(rejected(attempt, tls, None, *at, note))
}

/// The switch completed the handshake and then, without any request, sent an alert-sized record or closed.
pub(super) fn rejected_after_finish(
    attempt: &Attempt,
    flow: &Flow,
    tls: &TlsSession,
    close: Option<Close>,
) -> Option<Conclusion> {
    let finished =
        tls.client_finished.filter(|_| !tls.resumed() && attempt.visibility == Visibility::Both)?;
    let data = tls.picked(&tls.client_data);
    let alert = data.first().filter(|record| data.len() == 1 && tls.is_tls13() && record.is_alert_sized());
    let encrypted = tls.alerts.iter().find(|a| a.direction == Direction::FromClient && a.alert.is_none());
    let alert = alert.map(|record| record.at).or(encrypted.map(|alert| alert.at));
    let requested = !data.is_empty() && data.first().map(|record| record.at) != alert;
    if close
        .is_some_and(|close| close.by == Direction::FromServer && alert.is_none_or(|at| close.at.before(at)))
    {
        return None;
    }
    let close = close.filter(|close| close.by == Direction::FromClient);
    let at = alert.or(close.map(|close| close.at)).filter(|at| super::prompt(finished, *at))?;
    let first = close.is_none_or(|close| !close.at.before(at) || alert.is_none());
    if requested || !first || missed(&flow.from_client) {
        return None;
    }
    let note = if alert.is_some() {
        "alert-sized record from the switch, no request before it"
    } else {
        "the switch closes without a request"
    };
    Some(rejected(attempt, tls, None, at, note.to_owned()))
}

/// The switch gave up behind the certificate, whatever its close, and its own CRL or OCSP fetch had failed.
pub(super) fn revocation(attempt: &Attempt, tls: &TlsSession, close: Option<Close>) -> Option<Conclusion> {
    tls.server_hello.as_ref()?;
    let close = close.filter(|close| close.by == Direction::FromClient)?;
    revocation_with(attempt, close.at, &format!("{} from the switch", close.kind.noun()))
}

/// The same with the event that shows that the switch gave up.
pub(super) fn revocation_with(attempt: &Attempt, at: At, note: &str) -> Option<Conclusion> {
    let failed = attempt.failed_fetch()?;
    Some(revocation_failed(attempt, failed, Confidence::Likely).at(at, note))
}

fn revocation_failed(attempt: &Attempt, fetch: &Fetch, confidence: Confidence) -> Conclusion {
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
    fn failed_fetch(&self) -> Option<&Fetch> {
        let all = &self.surroundings.fetches;
        all.iter().find(|fetch| !fetch.ok).filter(|_| !all.iter().any(|fetch| fetch.ok))
    }
}
