//! The server's certificate that the switch does not accept.

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{
    CISCO_SLP, EXEMPT_INSPECTION, GUIDE, NTP, PKI_DEBUG, SHOW_CLOCK, SHOW_TRUSTPOOL, SYNC, TRUSTPOOL,
};

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
