//! The proxy gives no HTTP answer.

use super::steps::{ALLOW_SWITCH, PROXY_LOG, PROXY_STATUS, TELNET_PROXY};
use crate::attempt::{Attempt, ProxyExchange, StageName, Visibility};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{Close, CloseKind, during, first_close, seconds, server_hidden};
use crate::diagnose::silence::{ended, ended_within, one_way};
use crate::diagnose::steps::{GUIDE, HISTORY, PROXY_SETTINGS, SYNC};
use crate::diagnose::tcp::gave_up_or_waited;
use crate::diagnose::unheard::explained;
use crate::diagnose::{Confidence, Party, inconclusive};
use crate::model::{At, Direction};

pub(in crate::diagnose) static PROXY_NOT_HTTP: Diagnostic = Diagnostic {
    code: "proxy-not-http",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The proxy's port does not speak HTTP",
    explanation: "The switch sent its request and the peer's bytes are not an HTTP response. Another \
        service listens on that port: a SOCKS proxy, SSH, mail, or a proxy port that expects TLS. The \
        address may be right and only the port wrong. It is neither a firewall fault nor a refusal by a \
        proxy.",
    party: Party::Switch,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[PROXY_STATUS, TELNET_PROXY],
    filter: r#"tcp.payload matches "^CONNECT ""#,
    fix: &[
        PROXY_STATUS,
        PROXY_SETTINGS,
        Action {
            text: "If the proxy offers SOCKS or TLS only, ask for a port with plain HTTP CONNECT.",
            commands: &[],
        },
        SYNC,
    ],
    references: &["RFC 9110 section 9.3.6", "RFC 9112 section 4", GUIDE],
};

pub(in crate::diagnose) static PROXY_TIMEOUT: Diagnostic = Diagnostic {
    code: "proxy-timeout",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[Ground::Duration]),
    title: "The proxy does not answer the request",
    explanation: "The switch sent its request to the proxy and no final status came until the switch gave \
        up, or for ten seconds and more. The usual cause is a proxy that waits for something itself: its \
        DNS, or a connection to the service that a firewall behind it drops. A service on that port that \
        waits for another protocol looks the same. The TCP connection to the proxy works, so the path \
        between switch and proxy is not to blame unless data segments are repeated.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "NO REPLY"],
    confirm: &[PROXY_LOG, HISTORY],
    filter: r#"tcp.payload matches "^CONNECT ""#,
    fix: &[
        Action {
            text: "On the proxy, resolve the service's name and connect to its port 443; silence there is \
                the cause.",
            commands: &[],
        },
        PROXY_STATUS,
        Action {
            text: "If the proxy is only slow, let the switch wait longer.",
            commands: &["configure terminal", "ip http client response timeout SECONDS", "end"],
        },
        SYNC,
    ],
    references: &["RFC 9110 section 9.3.6", "RFC 9110 section 15.6.5", GUIDE],
};

pub(in crate::diagnose) static PROXY_RESET: Diagnostic = Diagnostic {
    code: "proxy-reset",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Reset]),
    title: "The proxy resets the connection",
    explanation: "The switch sent its request and a RST came from the peer's side before a final status. \
        Usual causes are a firewall or intrusion prevention that dislikes CONNECT or the name in it, a \
        service on that port that is no HTTP proxy, or a proxy process that died. The port is open, since \
        the handshake completed. It is not a decision of CSSM, which has not been contacted.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[
        PROXY_LOG,
        Action {
            text: "Compare TTL and IP ID of the RST with the proxy's other packets: a misfit points to a \
                device in between.",
            commands: &[],
        },
    ],
    filter: r#"tcp.payload matches "^CONNECT " || tcp.flags.reset == 1"#,
    fix: &[
        PROXY_STATUS,
        Action {
            text: "If the proxy's log does not know the request, search the firewall's log for the \
                connection.",
            commands: &[],
        },
        ALLOW_SWITCH,
        SYNC,
    ],
    references: &["RFC 9293 section 3.5.3", "RFC 9110 section 9.3.6", GUIDE],
};

pub(in crate::diagnose) static PROXY_CLOSED: Diagnostic = Diagnostic {
    code: "proxy-closed",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The proxy closes without an answer",
    explanation: "The switch sent its request and the peer closed the connection with FIN before a final \
        status. Usual causes are a TLS-only or other non-HTTP service on that port, a proxy that drops \
        clients it does not know without a word, or a load balancer without a live proxy behind it. It is \
        an orderly close by the peer, not a firewall's reset. CSSM has not been contacted.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[PROXY_LOG, TELNET_PROXY],
    filter: r#"tcp.payload matches "^CONNECT " || tcp.flags.fin == 1"#,
    fix: &[PROXY_STATUS, PROXY_SETTINGS, ALLOW_SWITCH, SYNC],
    references: &["RFC 9293 section 3.6", "RFC 9110 section 9.3.6", GUIDE],
};

/// No final status.
pub(in crate::diagnose) fn no_response(attempt: &Attempt, proxy: &ProxyExchange) -> Conclusion {
    let Some(flow) = &attempt.flow else { return inconclusive::mid_stream(attempt) };
    if let Some((at, line)) = &proxy.not_http {
        return not_http(attempt, *at, line);
    }
    if server_hidden(flow, proxy.unreadable) {
        return inconclusive::unreadable(
            attempt,
            "the proxy's answer",
            proxy.last_request().map(|request| request.at),
        );
    }
    let Some(request) = proxy.last_request() else { return one_way(attempt) };
    // What the proxy sent first may be the middle of anything when the connection is older than the capture.
    if flow.from_server.isn.is_none() && flow.from_server.data.is_some() && proxy.responses.is_empty() {
        return inconclusive::mid_stream(attempt);
    }
    let close = first_close(attempt).filter(|close| !close.at.before(request.at));
    if attempt.visibility == Visibility::OutboundOnly {
        return one_way(attempt);
    }
    match close {
        Some(close) if close.by == Direction::FromServer => closed(attempt, proxy, request.at, close),
        close if gave_up_or_waited(attempt, request.at, close) => timeout(attempt, proxy, request.at, close),
        _ => match begun(proxy) {
            Some(begun) => ended_within(attempt, Some(request.at), begun),
            None => ended(attempt, request.at),
        },
    }
}

pub(in crate::diagnose) fn not_http(attempt: &Attempt, at: At, line: &str) -> Conclusion {
    let summary = format!(
        "{} answered with something that is not HTTP ('{line}'): another service listens on that port.",
        attempt.peer_start(),
    );
    let party = Party::Switch;
    Conclusion::new(&PROXY_NOT_HTTP, Confidence::Certain, summary)
        .at(at, format!("not HTTP: '{line}'"))
        .party(party)
}

fn closed(attempt: &Attempt, proxy: &ProxyExchange, request: At, close: Close) -> Conclusion {
    let (diagnostic, verb) = match close.kind {
        CloseKind::Rst => (&PROXY_RESET, "reset"),
        _ => (&PROXY_CLOSED, "closed"),
    };
    let summary = format!(
        "{} {verb} the connection {} after the CONNECT for {}, without a final status{}.",
        attempt.peer_start(),
        seconds(close.at.time - request.time),
        attempt.service_text(),
        interim(proxy),
    );
    let conclusion = Conclusion::new(diagnostic, Confidence::Certain, summary)
        .unexplained()
        .at(request, format!("CONNECT {}", attempt.service_text()));
    let begun = begun(proxy);
    let missing = if begun.is_some() { "end of its answer" } else { "final status" };
    with_begun(conclusion, begun)
        .at(close.at, format!("{} from the proxy, no {missing} before it", close.kind.noun()))
}

pub(in crate::diagnose) fn timeout(
    attempt: &Attempt,
    proxy: &ProxyExchange,
    request: At,
    close: Option<Close>,
) -> Conclusion {
    let end = close.map_or(attempt.surroundings.capture_last, |close| close.at);
    let how = if close.is_some() { "until the switch gave up" } else { "before the capture ends" };
    let summary = format!(
        "{} gave no final answer to the CONNECT for {}{} {how}{}.",
        attempt.peer_start(),
        attempt.service_text(),
        during(end.time - request.time),
        interim(proxy),
    );
    let note =
        if close.is_some() { "the switch gives up" } else { "last frame of the capture, still no answer" };
    let conclusion = Conclusion::new(&PROXY_TIMEOUT, Confidence::Likely, summary)
        .unexplained()
        .at(request, format!("CONNECT {}, no final answer", attempt.service_text()));
    let begun = begun(proxy).filter(|(begun, _)| begun.before(end));
    explained(with_begun(conclusion, begun).at(end, note), attempt, request)
}

/// Where a final answer begins of which the fields never end, and its status line.
fn begun(proxy: &ProxyExchange) -> Option<(At, &str)> {
    let last = proxy.responses.last().filter(|last| last.status >= 200 && !last.whole_head)?;
    Some((last.at, &last.status_line))
}

fn with_begun(conclusion: Conclusion, begun: Option<(At, &str)>) -> Conclusion {
    match begun {
        Some((at, line)) => conclusion.at(at, format!("the answer begins: '{line}'")),
        None => conclusion,
    }
}

fn interim(proxy: &ProxyExchange) -> String {
    match (proxy.responses.last(), proxy.partial) {
        (Some(last), _) if last.status >= 200 && !last.whole_head => {
            format!(" ('{}' and its fields never end)", last.status_line)
        }
        // It comes too late.
        (Some(last), _) if last.status >= 200 => String::new(),
        (Some(last), _) => format!(" (only '{}')", last.status_line),
        (None, Some(_)) => " (only the start of a status line)".to_owned(),
        (None, None) => String::new(),
    }
}
