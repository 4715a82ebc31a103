//! The handshake that an alert ends, for reasons other than a certificate.

use super::certificate;
use super::client_certificate::TLS_CLIENT_CERTIFICATE_REQUIRED;
use crate::attempt::{Attempt, StageName, TlsAlert, TlsSession, Visibility};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::steps::{EXEMPT_INSPECTION, SYNC, TLS_DEBUG};
use crate::diagnose::{Confidence, Party, inconclusive};
use crate::model::Direction;

pub(in crate::diagnose) const WHO_ANSWERS: Action = Action {
    text: "See who really answers: an inspecting firewall or proxy in the path ends TLS with its own \
        settings.",
    commands: &[],
};

pub(in crate::diagnose) static TLS_VERSION_REJECTED: Diagnostic = Diagnostic {
    code: "tls-version-rejected",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final]),
    title: "No common TLS version",
    explanation: "One side sent the alert protocol_version (70): the two share no TLS version that both \
        allow. The sender of the alert is the side that refused. Usual causes are an inspecting device or \
        an old On-Prem server that offers only outdated versions, or a policy that allows only TLS 1.3 \
        while the switch offers 1.2. It is not a certificate problem: no certificate was judged.",
    party: Party::Service,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action { text: "Compare the versions in ClientHello and ServerHello.", commands: &[] },
        TLS_DEBUG,
    ],
    filter: "tls.alert_message.desc == 70",
    fix: &[
        Action {
            text: "See which versions the switch may offer; the command exists from 17.13, earlier \
                releases send TLS 1.2 hellos.",
            commands: &["configure terminal", "ip http client tls-version ?", "end"],
        },
        Action { text: "Allow TLS 1.2 on the server, or on the device that inspects TLS.", commands: &[] },
        EXEMPT_INSPECTION,
        SYNC,
    ],
    references: &["RFC 8446 section 6.2", "RFC 5246 appendix E.1", "RFC 8996"],
};

pub(in crate::diagnose) static TLS_HANDSHAKE_REJECTED: Diagnostic = Diagnostic {
    code: "tls-handshake-rejected",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Final]),
    title: "No common cipher suite or parameters",
    explanation: "The server answered the ClientHello with handshake_failure (40) or insufficient_security \
        (71) and had not asked for a client certificate. The usual cause is that no cipher suite, curve or \
        signature algorithm is common to both; some servers send it for a TLS version or a server name \
        that they do not accept. The connection and the name resolution are fine. The switch did not judge \
        a certificate here.",
    party: Party::Service,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action {
            text: "List the cipher suites and groups that the ClientHello offers; compare them with the \
                server's configuration.",
            commands: &[],
        },
        TLS_DEBUG,
    ],
    filter: "tls.alert_message.level == 2 && tls.alert_message.desc in {40, 71}",
    fix: &[
        Action {
            text: "See which suites the switch may offer; the command exists from 17.13.",
            commands: &["configure terminal", "ip http client secure-ciphersuite ?", "end"],
        },
        Action {
            text: "Allow one of the switch's suites on the server, or on the device that inspects TLS.",
            commands: &[],
        },
        EXEMPT_INSPECTION,
        SYNC,
    ],
    references: &["RFC 8446 section 6.2", "RFC 5246 section 7.2.2"],
};

pub(in crate::diagnose) static TLS_NAME_REJECTED: Diagnostic = Diagnostic {
    code: "tls-name-rejected",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final]),
    title: "The server does not know the requested name",
    explanation: "The server answered with a fatal unrecognized_name (112): it serves no site with the \
        name in the ClientHello's SNI. Usual causes are an alias or an old name in the licensing URL, or \
        an address that now belongs to another service. The same alert at level warning is harmless and is \
        not reported. It is not a DNS failure: the name did lead to an address.",
    party: Party::Switch,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action {
            text: "Compare the name in the ClientHello with the URL in use.",
            commands: &["show license status"],
        },
        TLS_DEBUG,
    ],
    filter: "tls.alert_message.level == 2 && tls.alert_message.desc == 112",
    fix: &[
        Action {
            text: "For cloud CSSM, use the default URL.",
            commands: &[
                "configure terminal",
                "license smart transport smart",
                "license smart url default",
                "end",
            ],
        },
        Action {
            text: "For a CSLU or On-Prem, use the name that its certificate carries.",
            commands: &["configure terminal", "license smart url cslu URL", "end"],
        },
        Action {
            text: "If the name is right, check that it resolves to the service's present address.",
            commands: &["ping {host} source INTERFACE"],
        },
    ],
    references: &["RFC 6066 section 3", "RFC 8446 section 6.2"],
};

pub(in crate::diagnose) static TLS_SERVER_ALERT: Diagnostic = Diagnostic {
    code: "tls-server-alert",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Final]),
    title: "The server aborts the handshake",
    explanation: "The server ended the handshake with a fatal alert for which there is no code of its own; \
        its number and name are in the evidence. internal_error points to a fault of the server or of a \
        device in the path, access_denied to a policy, decode_error and illegal_parameter to a \
        misunderstanding between two TLS stacks. The path is fine: the server read the ClientHello and \
        answered. It is not the switch's judgement of a certificate.",
    party: Party::Service,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action { text: "Read the alert's description in the deciding frame.", commands: &[] },
        TLS_DEBUG,
    ],
    filter: "tls.alert_message.level == 2",
    fix: &[
        WHO_ANSWERS,
        Action { text: "Search the server's log at the time of the alert.", commands: &[] },
        EXEMPT_INSPECTION,
        SYNC,
    ],
    references: &["RFC 8446 section 6.2", "RFC 5246 section 7.2.2"],
};

pub(in crate::diagnose) static TLS_CLIENT_ALERT: Diagnostic = Diagnostic {
    code: "tls-client-alert",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Final]),
    title: "The switch aborts the handshake",
    explanation: "The switch ended the handshake with a fatal alert that is not about the certificate; its \
        number and name are in the evidence. decode_error, illegal_parameter or unexpected_message mean \
        that the switch could not accept what the peer sent, decrypt_error that a signature or Finished \
        did not verify, handshake_failure that the parameters did not suit it. Check first that the peer \
        is the real service. It is not a problem of the path.",
    party: Party::Switch,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action { text: "Read the alert's description in the deciding frame.", commands: &[] },
        TLS_DEBUG,
    ],
    filter: "tls.alert_message.level == 2",
    fix: &[WHO_ANSWERS, TLS_DEBUG, EXEMPT_INSPECTION, SYNC],
    references: &["RFC 8446 section 6.2", "RFC 5246 section 7.2.2"],
};

/// Judges a failing alert in clear.
pub(in crate::diagnose) fn judge(attempt: &Attempt, tls: &TlsSession, alert: &TlsAlert) -> Conclusion {
    let Some(said) = alert.alert else {
        return inconclusive::unreadable(attempt, "an alert", Some(alert.at));
    };
    let number = said.description.0;
    if alert.direction == Direction::FromClient && matches!(number, 42..=46 | 48) {
        return certificate::rejected(
            attempt,
            tls,
            Some(number),
            alert.at,
            format!("the switch's alert: {said}"),
        );
    }
    if alert.direction == Direction::FromClient
        && let Some(failed) =
            certificate::revocation_with(attempt, alert.at, &format!("the switch's alert: {said}"))
    {
        return failed;
    }
    // In one direction only, the Certificate that answers a request is not to be seen.
    let unanswered = attempt.visibility == Visibility::InboundOnly && tls.certificate_request.is_some();
    let demanded = unanswered && alert.direction == Direction::FromServer && matches!(number, 40 | 42);
    let diagnostic = if demanded { &TLS_CLIENT_CERTIFICATE_REQUIRED } else { code_of(tls, alert, number) };
    let who = match alert.direction {
        Direction::FromClient => attempt.client.to_string(),
        Direction::FromServer => attempt.far_end(),
    };
    let asked = diagnostic.code == TLS_CLIENT_CERTIFICATE_REQUIRED.code;
    let point = if asked { wanted(tls).to_owned() } else { offered(tls, number) };
    let summary = format!("{who} ended the TLS handshake with the alert {said}{point}.");
    let hello = tls.client_hello.as_ref().map(|(at, _)| *at);
    Conclusion::new(diagnostic, Confidence::Certain, summary)
        .maybe(hello, "ClientHello")
        .maybe(tls.certificate_request.filter(|_| asked), "CertificateRequest")
        .maybe(tls.client_certificate.filter(|_| asked).map(|(at, _)| at), "the switch's Certificate")
        .at(alert.at, format!("alert {said}"))
}

/// What the switch sent when it was asked for a certificate.
fn wanted(tls: &TlsSession) -> &'static str {
    match tls.client_certificate {
        Some((_, true)) => " (the switch was asked for a certificate and sent none)",
        Some((_, false)) => " (the switch was asked for a certificate and sent one)",
        None => "",
    }
}

fn code_of(tls: &TlsSession, alert: &TlsAlert, number: u8) -> &'static Diagnostic {
    // A client's Certificate proves that one was asked for.
    let answered_request = tls.client_certificate.is_some();
    match (alert.direction, number) {
        (_, 70) => &TLS_VERSION_REJECTED,
        (Direction::FromClient, _) => &TLS_CLIENT_ALERT,
        (Direction::FromServer, 116) => &TLS_CLIENT_CERTIFICATE_REQUIRED,
        (Direction::FromServer, _) if answered_request => &TLS_CLIENT_CERTIFICATE_REQUIRED,
        (Direction::FromServer, 40 | 71) if tls.certificate_request.is_none() => &TLS_HANDSHAKE_REJECTED,
        (Direction::FromServer, 112) => &TLS_NAME_REJECTED,
        (Direction::FromServer, _) => &TLS_SERVER_ALERT,
    }
}

/// What was offered, where that is the point.
fn offered(tls: &TlsSession, number: u8) -> String {
    let Some((_, hello)) = &tls.client_hello else { return String::new() };
    match number {
        70 => {
            let versions: Vec<String> = hello.versions.iter().map(ToString::to_string).collect();
            let chosen =
                tls.version().map_or(String::new(), |version| format!("; the server chose {version}"));
            format!(" (the switch offered {}{chosen})", versions.join(", "))
        }
        40 | 71 => {
            let versions: Vec<String> = hello.versions.iter().map(ToString::to_string).collect();
            format!(
                " (the switch offered {} and {} cipher suites)",
                versions.join(", "),
                hello.cipher_suites.len()
            )
        }
        112 => {
            hello.server_name.as_ref().map_or(String::new(), |name| format!(" (the switch asked for {name})"))
        }
        _ => String::new(),
    }
}
