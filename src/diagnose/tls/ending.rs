//! The handshake that ends without an alert.

use crate::attempt::{Attempt, ProxyExchange, StageName, TlsSession};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{Close, CloseKind, in_the, seconds};
use crate::diagnose::steps::{EXEMPT_INSPECTION, GUIDE, HISTORY, MTU_PING, PERMIT, SYNC, TELNET, TLS_DEBUG};
use crate::diagnose::unheard::explained;
use crate::diagnose::{Confidence, Party};
use crate::model::At;

pub(in crate::diagnose) static TLS_PLAINTEXT_REPLY: Diagnostic = Diagnostic {
    code: "tls-plaintext-reply",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The peer does not speak TLS",
    explanation: "The switch began or was about to begin a TLS handshake, and the peer's bytes are not \
        TLS: an HTTP page, a banner, another protocol. Usual causes are an https URL for a port that \
        speaks plain HTTP, a firewall or proxy that sends a block page, or a wrong port. The alert that \
        the switch may send afterwards is the consequence. It is neither a version nor a certificate \
        problem.",
    party: Party::Unknown,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[
        Action {
            text: "Read the first bytes from the peer: they usually name the software or the reason.",
            commands: &[],
        },
        TELNET,
    ],
    filter: r#"tls.handshake.type == 1 || tcp.payload matches "^HTTP/1""#,
    fix: &[
        Action {
            text: "Compare scheme and port of the URL with what the server offers: a CSLU speaks plain \
                HTTP on port 8182.",
            commands: &["show license status"],
        },
        Action {
            text: "If it is a block page, have the firewall or proxy that sent it allow the licensing \
                service.",
            commands: &[],
        },
        SYNC,
    ],
    references: &["RFC 8446 section 5.1", "RFC 9112 section 4"],
};

pub(in crate::diagnose) static TLS_TIMEOUT: Diagnostic = Diagnostic {
    code: "tls-timeout",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::Final, Ground::Duration]),
    title: "The TLS handshake stalls",
    explanation: "The switch sent its ClientHello, the handshake did not finish, and nothing from the \
        peer's side closed it: the switch gave up, or ten seconds and more passed. Usual causes are a \
        firewall or inspecting device that holds the ClientHello or the certificates back, or a proxy \
        whose tunnel leads nowhere. Large packets lost to a small MTU look alike; where the capture shows \
        that, the code is tcp-mtu-blackhole. TCP itself was established, so address and port are right.",
    party: Party::Network,
    reported_as: &["Connection timed out", "NO REPLY"],
    confirm: &[MTU_PING, TLS_DEBUG],
    filter: "tls.handshake.type == 1",
    fix: &[
        MTU_PING,
        Action {
            text: "Look for the connection in the logs of the inspecting firewall or proxy.",
            commands: &[],
        },
        EXEMPT_INSPECTION,
        SYNC,
    ],
    references: &["RFC 8446 section 2", "RFC 9293 section 3.8.1", GUIDE],
};

pub(in crate::diagnose) static TLS_RESET: Diagnostic = Diagnostic {
    code: "tls-reset",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Reset, Ground::Final]),
    title: "The TLS handshake is reset",
    explanation: "A RST from the peer's side ended the connection before the handshake finished. Right \
        after the ClientHello this usually is a firewall that filters by the server name; later it may be \
        an inspecting device or a server process that failed. A RST whose TTL or IP ID does not fit the \
        peer's other packets comes from a device in between. It is not the switch rejecting a certificate: \
        the RST came from the other side.",
    party: Party::Network,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message"],
    confirm: &[
        Action { text: "Compare TTL and IP ID of the RST with the peer's SYN-ACK.", commands: &[] },
        TLS_DEBUG,
    ],
    filter: "tls.handshake.type == 1 || tcp.flags.reset == 1",
    fix: &[
        Action {
            text: "Look for the connection and the server name in the firewall's log; have it allow the \
                licensing service.",
            commands: &[],
        },
        EXEMPT_INSPECTION,
        PERMIT,
        SYNC,
    ],
    references: &["RFC 9293 section 3.5.3", "RFC 8446 section 6", GUIDE],
};

pub(in crate::diagnose) static TLS_CLOSED: Diagnostic = Diagnostic {
    code: "tls-closed",
    stage: Some(StageName::Tls),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The peer closes during the TLS handshake",
    explanation: "The peer closed the connection with FIN or close_notify before the handshake finished, \
        without an alert that says why. Usual causes are a proxy or load balancer that lost its server, an \
        inspecting device that gave up, or a server that does not want this name or client. It is an \
        orderly close by the peer; the switch did not refuse anything.",
    party: Party::Service,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message", "NO REPLY"],
    confirm: &[TLS_DEBUG, HISTORY],
    filter: "tls.handshake.type == 1 || tcp.flags.fin == 1",
    fix: &[
        Action { text: "Search the log of the proxy or server at the time of the close.", commands: &[] },
        Action {
            text: "Check that address and port belong to the service.",
            commands: &["show license status"],
        },
        EXEMPT_INSPECTION,
        SYNC,
    ],
    references: &["RFC 8446 section 6.1", "RFC 9293 section 3.6"],
};

/// The peer's octets are not TLS.
pub(in crate::diagnose) fn plaintext_reply(attempt: &Attempt, at: At, line: &str) -> Conclusion {
    let tunnel = attempt.proxy.as_deref().is_some_and(ProxyExchange::is_open);
    let place = if tunnel { " inside the tunnel" } else { "" };
    let summary =
        format!("{}{place} answered in plain text where TLS should start: '{line}'.", attempt.far_end());
    let hello = attempt.tls.as_deref().and_then(|tls| tls.client_hello_started);
    let confidence = if hello.is_some() { Confidence::Certain } else { Confidence::Likely };
    Conclusion::new(&TLS_PLAINTEXT_REPLY, confidence, summary)
        .maybe(hello, "ClientHello")
        .at(at, format!("not TLS: '{line}'"))
        .party(Party::Unknown)
}

/// FIN, RST or close_notify from the peer's side before the handshake finishes.
pub(in crate::diagnose) fn closed(attempt: &Attempt, since: At, close: Close, after: &str) -> Conclusion {
    let (diagnostic, verb) = match close.kind {
        CloseKind::Rst => (&TLS_RESET, "reset"),
        _ => (&TLS_CLOSED, "closed"),
    };
    let via = attempt.via();
    let summary = format!(
        "The connection to {}{via} was {verb} from the peer's side {} after it began TLS, after {after} and before the \
         handshake finished.",
        attempt.service_text(),
        seconds(close.at.time - since.time),
    );
    let party = if close.kind == CloseKind::Rst { Party::Network } else { diagnostic.party };
    Conclusion::new(diagnostic, Confidence::Certain, summary)
        .unexplained()
        .at(since, "start of TLS")
        .at(close.at, format!("{} from the peer's side", close.kind.noun()))
        .party(party)
}

/// The handshake does not go on, and nothing of the peer's ends it.
pub(in crate::diagnose) fn timeout(
    attempt: &Attempt,
    tls: &TlsSession,
    hello: At,
    close: Option<Close>,
) -> Conclusion {
    let end = close.map_or(attempt.surroundings.capture_last, |close| close.at);
    let how = if close.is_some() { "the switch gave up" } else { "the capture ends" };
    let heard = match (&tls.server_hello, &tls.certificates) {
        (None, _) if tls.server_records > 0 => "only part of a reply came",
        (None, _) => "no ServerHello came",
        (Some(_), _) if tls.client_ccs.is_some() || tls.client_finished.is_some() => {
            "the server's Finished did not come"
        }
        (Some(_), None) => "the server's flight did not come whole",
        (Some(_), Some(_)) => "the handshake stood still after the server's flight",
    };
    let sent = if tls.client_hello.is_some() { "its ClientHello" } else { "the start of its ClientHello" };
    let summary = format!(
        "{} sent {sent} to {}{} and {heard}{} until {how}.",
        attempt.client,
        attempt.service_text(),
        attempt.via(),
        in_the(end.time - hello.time),
    );
    let note = if close.is_some() {
        "the switch gives up"
    } else {
        "last frame of the capture, handshake not finished"
    };
    let conclusion = Conclusion::new(&TLS_TIMEOUT, Confidence::Likely, summary)
        .unexplained()
        .at(hello, "ClientHello")
        .at(end, note);
    explained(conclusion, attempt, hello)
}
