//! The server demands a certificate that the switch does not have.

use crate::attempt::{Attempt, StageName, TlsSession};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::Close;
use crate::diagnose::steps::{EXEMPT_INSPECTION, SYNC, TLS_DEBUG};
use crate::diagnose::{Confidence, Party};
use crate::model::Direction;

pub(in crate::diagnose) static TLS_CLIENT_CERTIFICATE_REQUIRED: Diagnostic = Diagnostic {
    code: "tls-client-certificate-required",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final]),
    title: "The server demands a client certificate",
    explanation: "The server asked for a client certificate, got none or one it does not accept, and ended \
        the handshake with an alert. Usual causes are mutual TLS switched on at an On-Prem server or \
        reverse proxy, or a device in the path that identifies clients by certificate. It is not the \
        switch that rejects here: its own check of the server's certificate had passed or was not reached. \
        In TLS 1.3 all of this is encrypted, and the conclusion rests on the sizes of the records.",
    party: Party::Service,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action {
            text: "Look for CertificateRequest from the server and for the size of the switch's \
                Certificate.",
            commands: &[],
        },
        TLS_DEBUG,
    ],
    filter: "tls.handshake.type == 13 || tls.alert_message.desc == 116",
    fix: &[
        Action {
            text: "On the server or reverse proxy, do not require a client certificate from the switch.",
            commands: &[],
        },
        Action {
            text: "See which certificates the switch holds.",
            commands: &["show crypto pki trustpoint"],
        },
        EXEMPT_INSPECTION,
        SYNC,
    ],
    references: &["RFC 8446 section 4.3.2", "RFC 8446 section 6.2", "RFC 5246 section 7.4.6"],
};

/// TLS 1.3: the switch's flight had an extra record of an empty Certificate's size, and the server then closed with one
/// alert-sized record: all of it encrypted, so `likely` at most.
pub(in crate::diagnose) fn client_certificate_missing(
    attempt: &Attempt,
    tls: &TlsSession,
    close: Option<Close>,
) -> Option<Conclusion> {
    let (certificate, empty) = tls.client_certificate.filter(|_| tls.is_tls13())?;
    let flow = attempt.flow.as_deref()?;
    let alert = tls.server_alert.filter(|alert| flow.precedes(certificate, *alert))?;
    if tls.server_data.records > 1 {
        // It went on behind the certificate that it missed.
        return None;
    }
    let closed =
        close.is_none_or(|close| close.by == Direction::FromServer || flow.precedes(alert, close.at));
    if !empty || !closed {
        return None;
    }
    let summary = format!(
        "{} asked for a client certificate, {} sent an empty one, and the server closed with what looks like an alert \
         (TLS 1.3 encrypts all of this; the sizes tell).",
        attempt.far_end(),
        attempt.client,
    );
    let conclusion = Conclusion::new(&TLS_CLIENT_CERTIFICATE_REQUIRED, Confidence::Likely, summary);
    Some(
        conclusion
            .at(certificate, "record of an empty Certificate's size from the switch")
            .at(alert, "alert-sized record from the server"),
    )
}
