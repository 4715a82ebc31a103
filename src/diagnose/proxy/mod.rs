//! The HTTPS proxy that does not open the way.

mod codes;

use crate::attempt::{Attempt, ProxyExchange, ProxyResponse, Visibility};
use crate::model::{At, Direction};

pub(super) use codes::*;

use super::conclusion::Conclusion;
use super::ending::{Close, CloseKind, PATIENCE, first_close, seconds, server_missed, waited};
use super::silence::{ended, one_way};
use super::tcp::gave_up_or_waited;
use super::{Confidence, Diagnostic, Party, inconclusive};

/// Judges a CONNECT that opened no tunnel, and a request in absolute form that the proxy itself refused.
pub(super) fn judge(attempt: &Attempt) -> Option<Conclusion> {
    let Some(proxy) = &attempt.proxy else { return banner(attempt) };
    if !proxy.connect {
        return absolute_form(attempt, proxy);
    }
    if proxy.success().is_some() {
        return None;
    }
    Some(match proxy.final_response() {
        Some(response) => refusal(attempt, proxy, response),
        None => no_response(attempt, proxy),
    })
}

/// A known proxy whose first octets are not HTTP, before the switch has sent anything.
fn banner(attempt: &Attempt) -> Option<Conclusion> {
    let (at, line) = attempt.banner.as_ref().filter(|_| super::tcp::to_proxy(attempt))?;
    Some(not_http(attempt, *at, line))
}

fn absolute_form(attempt: &Attempt, proxy: &ProxyExchange) -> Option<Conclusion> {
    let response = proxy.final_response()?;
    let own = response.status == 407 || (response.status >= 300 && response.proxy_marks);
    own.then(|| refusal(attempt, proxy, response))
}

/// A final status that is not 2xx.
fn refusal(attempt: &Attempt, proxy: &ProxyExchange, response: &ProxyResponse) -> Conclusion {
    let challenged = proxy.responses.iter().any(|response| response.status == 407);
    let unanswered = proxy.requests.len() > proxy.responses.iter().filter(|r| r.status >= 200).count();
    let diagnostic = if challenged && unanswered { &PROXY_AUTH_REQUIRED } else { code_of(response) };
    let mut summary = format!(
        "{}{} answered the request for {} with '{}'{}.",
        attempt.peer_start(),
        product(proxy),
        attempt.service_text(),
        response.status_line,
        reason(response),
    );
    if proxy.requests.is_empty() {
        summary.push_str(" The request itself is not in the capture.");
    }
    let request = proxy.last_request().map(|request| request.at);
    // Credentials may follow within 10 s, on this connection or on another one.
    let went_on = attempt.surroundings.next_connection.is_some_and(|next| next - response.at.time < PATIENCE);
    let credentials = proxy.last_request().is_some_and(|request| request.credentials);
    let open = diagnostic.code == "proxy-auth-required"
        && (unanswered || !credentials && (went_on || !waited(attempt, response.at)));
    let confidence = if proxy.unreadable || open { Confidence::Likely } else { Confidence::Certain };
    let party = if diagnostic.code == "proxy-upstream-failure" { Party::Proxy } else { diagnostic.party };
    Conclusion::new(diagnostic, confidence, summary)
        .maybe(request, format!("request to the proxy for {}", attempt.service_text()))
        .at(response.at, response.status_line.clone())
        .at(response.last, "last frame of that answer")
        .party(party)
}

fn code_of(response: &ProxyResponse) -> &'static Diagnostic {
    match response.status {
        407 => &PROXY_AUTH_REQUIRED,
        403 | 451 => &PROXY_FORBIDDEN,
        502..=504 => &PROXY_UPSTREAM_FAILURE,
        300..=399 => &PROXY_REDIRECTED,
        _ if response.upstream_failure => &PROXY_UPSTREAM_FAILURE,
        _ => &PROXY_REFUSED,
    }
}

fn product(proxy: &ProxyExchange) -> String {
    proxy.product.as_ref().map_or(String::new(), |product| format!(" ({product})"))
}

/// What the answer itself says beyond its status line.
fn reason(response: &ProxyResponse) -> String {
    let header =
        |name: &str| response.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value);
    if let Some(error) = header("x-squid-error") {
        return format!(", X-Squid-Error: {error}");
    }
    if let Some(location) = header("location").filter(|_| (300..400).contains(&response.status)) {
        return format!(", Location: {location}");
    }
    if !response.auth_schemes.is_empty() {
        return format!(", offering {}", response.auth_schemes.join(", "));
    }
    String::new()
}

/// No final status.
fn no_response(attempt: &Attempt, proxy: &ProxyExchange) -> Conclusion {
    let Some(flow) = &attempt.flow else { return inconclusive::mid_stream(attempt) };
    if let Some((at, line)) = &proxy.not_http {
        return not_http(attempt, *at, line);
    }
    if server_missed(flow) || proxy.unreadable {
        return inconclusive::unreadable(
            attempt,
            "the proxy's answer",
            proxy.last_request().map(|request| request.at),
        );
    }
    let Some(request) = proxy.last_request() else { return one_way(attempt) };
    let close = first_close(attempt).filter(|close| !close.at.before(request.at));
    if attempt.visibility == Visibility::OutboundOnly {
        return one_way(attempt);
    }
    match close {
        Some(close) if close.by == Direction::FromServer => closed(attempt, proxy, request.at, close),
        close if gave_up_or_waited(attempt, request.at, close) => timeout(attempt, proxy, request.at, close),
        _ => ended(attempt, request.at),
    }
}

fn not_http(attempt: &Attempt, at: At, line: &str) -> Conclusion {
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
    Conclusion::new(diagnostic, Confidence::Certain, summary)
        .at(request, format!("CONNECT {}", attempt.service_text()))
        .at(close.at, format!("{} from the proxy, no final status before it", close.kind.noun()))
}

fn timeout(attempt: &Attempt, proxy: &ProxyExchange, request: At, close: Option<Close>) -> Conclusion {
    let end = close.map_or(attempt.surroundings.capture_last, |close| close.at);
    let how = if close.is_some() { "until the switch gave up" } else { "before the capture ends" };
    let summary = format!(
        "{} gave no final answer to the CONNECT for {} in {} {how}{}.",
        attempt.peer_start(),
        attempt.service_text(),
        seconds(end.time - request.time),
        interim(proxy),
    );
    let note =
        if close.is_some() { "the switch gives up" } else { "last frame of the capture, still no answer" };
    Conclusion::new(&PROXY_TIMEOUT, Confidence::Likely, summary)
        .at(request, format!("CONNECT {}, no final answer", attempt.service_text()))
        .at(end, note)
}

fn interim(proxy: &ProxyExchange) -> String {
    match (proxy.responses.last(), proxy.partial) {
        (Some(last), _) => format!(" (only '{}')", last.status_line),
        (None, Some(_)) => " (only the start of a status line)".to_owned(),
        (None, None) => String::new(),
    }
}
