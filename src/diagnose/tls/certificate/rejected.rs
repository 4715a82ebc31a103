//! The switch rejects the certificate: which of its faults it is.

use super::revocation::revocation_failed;
use super::trust::{TLS_HOSTNAME_MISMATCH, TLS_INTERCEPTED, TLS_UNTRUSTED_CA};
use super::validity::{TLS_CERTIFICATE_EXPIRED, TLS_CERTIFICATE_NOT_YET_VALID};
use crate::attempt::{Attempt, StageName, TlsSession};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::steps::{
    CISCO_SLP, EXEMPT_INSPECTION, PKI_DEBUG, SHOW_CLOCK, SHOW_TRUSTPOOL, SYNC, TRUSTPOOL,
};
use crate::diagnose::tls::chain::Chain;
use crate::diagnose::words::date;
use crate::diagnose::{Confidence, Party};
use crate::model::At;
use crate::proto::tls::AlertDescription;
use crate::proto::x509::Certificate;

pub(in crate::diagnose) static TLS_CERTIFICATE_REJECTED: Diagnostic = Diagnostic {
    code: "tls-certificate-rejected",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final, Ground::Date]),
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

/// The switch rejects the certificate: which of its faults it is. `number` is the alert's, where it is in clear. Judged by the
/// certificate first: the alert's number differs between TLS stacks.
pub(in crate::diagnose) fn rejected(
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
    let conclusion = if number.is_none() { conclusion.unexplained() } else { conclusion };
    let most = if attempt.may_have_failed_fetch() { Confidence::Likely } else { Confidence::Certain };
    let conclusion = conclusion.at_most(most);
    let shown = tls.certificates.as_ref().map(|(at, _)| *at);
    conclusion.maybe(shown, "the server's certificate").at(at, note)
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
    // Without the ClientHello the name asked for is known from elsewhere, or not at all.
    let hello = attempt.tls.as_deref().is_some_and(|tls| tls.client_hello.is_some());
    if let Some(wanted) = chain.mismatched() {
        let names = chain.leaf.names().join(", ");
        let names = if names.is_empty() { "no name".to_owned() } else { names };
        let most = if hello { Confidence::Certain } else { Confidence::Likely };
        return claim(&TLS_HOSTNAME_MISMATCH, format!("it covers {names}, not {wanted}")).at_most(most);
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
    let why = match number {
        Some(44) => "it is revoked (alert certificate_revoked)".to_owned(),
        Some(43) => "it is of a kind that does not serve here (alert unsupported_certificate)".to_owned(),
        _ => format!("the capture does not show why{}", alert_words(number)),
    };
    claim(&TLS_CERTIFICATE_REJECTED, why)
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
