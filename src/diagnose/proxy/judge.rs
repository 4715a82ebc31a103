//! Whether the proxy opened the way.

use super::no_answer::timeout;
use super::no_answer::{no_response, not_http};
use super::refusal::refusal;
use crate::attempt::{Attempt, ProxyExchange, ProxyRequest};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::{first_close, waited};
use crate::diagnose::inconclusive;
use crate::diagnose::silence::ended;
use crate::model::Direction;

/// A final status that came when the switch had given up.
fn late(attempt: &Attempt, proxy: &ProxyExchange) -> Option<Conclusion> {
    let response = proxy.final_response()?;
    let request = proxy.last_request().filter(|request| request.at.before(response.at))?;
    // A client that closes in front of the final status has no use for a tunnel.
    let close = first_close(attempt)?;
    if close.by != Direction::FromClient || !close.at.before(response.at) {
        return None;
    }
    let conclusion = timeout(attempt, proxy, request.at, Some(close));
    Some(conclusion.at(response.at, format!("'{}', after the switch had given up", response.status_line)))
}

/// Judges a CONNECT that opened no tunnel, and a request in absolute form that the proxy itself refused.
pub(in crate::diagnose) fn judge(attempt: &Attempt) -> Option<Conclusion> {
    let Some(proxy) = &attempt.proxy else { return banner(attempt) };
    if !proxy.connect {
        return absolute_form(attempt, proxy);
    }
    if let Some(late) = late(attempt, proxy) {
        return Some(late);
    }
    if let Some(hello) = proxy.opened_unseen {
        // Only TLS from the other end shows that the hello met a tunnel.
        let met = attempt.tls.as_deref().is_some_and(|tls| tls.server_records > 0);
        let missed = || inconclusive::unreadable(attempt, "the answer to the last CONNECT", Some(hello));
        return (!met).then(missed);
    }
    match proxy.success() {
        // A head that never ends opens nothing.
        Some(response) if !response.whole_head && attempt.tls.is_none() => {
            return Some(no_response(attempt, proxy));
        }
        Some(_) => return None,
        None => {}
    }
    let unanswered = proxy.unanswered(attempt.flow.as_deref());
    if let Some(request) = unanswered.filter(|_| proxy.unreadable) {
        return Some(inconclusive::unreadable(attempt, "the answer to the last CONNECT", Some(request.at)));
    }
    if let Some(pending) = unanswered.and_then(|request| log_on_pending(attempt, proxy, request)) {
        return Some(pending);
    }
    Some(match proxy.final_response() {
        Some(response) => refusal(attempt, proxy, response),
        None => no_response(attempt, proxy),
    })
}

/// A 407 that the switch answered with credentials so shortly before the capture's end that their answer may still come.
fn log_on_pending(attempt: &Attempt, proxy: &ProxyExchange, request: &ProxyRequest) -> Option<Conclusion> {
    let challenge = proxy.final_response().filter(|response| response.status == 407)?;
    let pending = request.credentials && first_close(attempt).is_none() && !waited(attempt, request.at);
    pending.then(|| ended(attempt, request.at).at(challenge.at, challenge.status_line.clone()))
}

/// A known proxy whose first octets are not HTTP, before the switch has sent anything.
fn banner(attempt: &Attempt) -> Option<Conclusion> {
    let (at, line) = attempt.banner.as_ref().filter(|_| crate::diagnose::tcp::to_proxy(attempt))?;
    Some(not_http(attempt, *at, line))
}

fn absolute_form(attempt: &Attempt, proxy: &ProxyExchange) -> Option<Conclusion> {
    let response = proxy.final_response()?;
    let own = response.status == 407 || (response.status >= 300 && response.proxy_marks);
    own.then(|| refusal(attempt, proxy, response))
}
