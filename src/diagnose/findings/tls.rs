//! What the handshake, the certificates and the clock show besides the verdict.

use crate::attempt::StageName;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{CISCO_SLP, EXEMPT_INSPECTION, NTP, SHOW_CLOCK, SHOW_TRUSTPOOL};
use crate::diagnose::{Party, Severity};

const RENEW: Action = Action {
    text: "Have the server's certificate replaced; for an inspecting device, the one that it makes.",
    commands: &[],
};

pub(in crate::diagnose) static TLS_INSPECTION_ACCEPTED: Diagnostic = Diagnostic {
    code: "tls-inspection-accepted",
    stage: Some(StageName::Tls),
    severity: Some(Severity::Warning),
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

pub(in crate::diagnose) static CERTIFICATE_EXPIRING_SOON: Diagnostic = Diagnostic {
    code: "certificate-expiring-soon",
    stage: Some(StageName::Tls),
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Warning),
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

pub(in crate::diagnose) static TLS_VERSION_OLD: Diagnostic = Diagnostic {
    code: "tls-version-old",
    stage: Some(StageName::Tls),
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Info),
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

pub(in crate::diagnose) static CLOCK_WRONG: Diagnostic = Diagnostic {
    code: "clock-wrong",
    stage: Some(StageName::Tls),
    severity: Some(Severity::Warning),
    title: "A clock is wrong",
    explanation: "The time in the capture contradicts the certificate's dates or the Date header of an \
        answer. If the switch made the capture, it stamped it with its own clock, so that clock is \
        probably wrong. Certificates then look expired or not yet valid, and CSSM tolerates a deviation of \
        less than one hour only.",
    party: Party::Switch,
    reported_as: &["%PKI-2-NON_AUTHORITATIVE_CLOCK"],
    confirm: &[SHOW_CLOCK],
    filter: "tls.handshake.type == 11 || http.date",
    fix: &[SHOW_CLOCK, NTP],
    references: &["RFC 9110 section 6.6.1", "RFC 5280 section 4.1.2.5"],
};
