//! Certificates outside their dates.

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::steps::{EXEMPT_INSPECTION, GUIDE, NTP, PKI_DEBUG, SHOW_CLOCK, SYNC, TRUSTPOOL};

pub(in crate::diagnose) static TLS_CERTIFICATE_EXPIRED: Diagnostic = Diagnostic {
    code: "tls-certificate-expired",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final, Ground::Date]),
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
    kind: Kind::Verdict(&[Ground::Final, Ground::Date]),
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
