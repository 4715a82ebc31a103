//! Certificates of the wrong name or the wrong issuer.

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::steps::{CISCO_SLP, EXEMPT_INSPECTION, PKI_DEBUG, SHOW_TRUSTPOOL, SYNC, TRUSTPOOL};

pub(in crate::diagnose) static TLS_HOSTNAME_MISMATCH: Diagnostic = Diagnostic {
    code: "tls-hostname-mismatch",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final, Ground::Date]),
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
    kind: Kind::Verdict(&[Ground::Final, Ground::Date]),
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
    kind: Kind::Verdict(&[Ground::Final, Ground::Date]),
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
