//! Whether the proxy opened the way.

use super::no_answer::timeout;
use super::no_answer::{no_response, not_http};
use super::refusal::refusal;
use crate::attempt::{Attempt, ProxyExchange};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::first_close;
use crate::diagnose::inconclusive;
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
    let finals = proxy.responses.iter().filter(|response| response.status >= 200).count();
    if proxy.unreadable && proxy.requests.len() > finals {
        let request = proxy.last_request().map(|request| request.at);
        return Some(inconclusive::unreadable(attempt, "the answer to the last CONNECT", request));
    }
    Some(match proxy.final_response() {
        Some(response) => refusal(attempt, proxy, response),
        None => no_response(attempt, proxy),
    })
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
