//! Whether the proxy opened the way.

use super::no_answer::timeout;
use super::no_answer::{no_response, not_http};
use super::refusal::refusal;
use crate::attempt::{Attempt, ProxyExchange};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::gave_up_before;

/// A final status that came when the switch had given up.
fn late(attempt: &Attempt, proxy: &ProxyExchange) -> Option<Conclusion> {
    let response = proxy.final_response()?;
    let request = proxy.last_request().filter(|request| request.at.before(response.at))?;
    let close = gave_up_before(attempt, response.at)?;
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
    let (at, line) = attempt.banner.as_ref().filter(|_| crate::diagnose::tcp::to_proxy(attempt))?;
    Some(not_http(attempt, *at, line))
}

fn absolute_form(attempt: &Attempt, proxy: &ProxyExchange) -> Option<Conclusion> {
    let response = proxy.final_response()?;
    let own = response.status == 407 || (response.status >= 300 && response.proxy_marks);
    own.then(|| refusal(attempt, proxy, response))
}
