//! No answer, a late one, or an ICMP error instead.

use super::steps::{NAME_SERVERS, PING_NAME, STATIC_NAME};
use super::suffix::{suffixed_answer, telling};
use super::words::{asked_names, servers};
use crate::attempt::{Attempt, Lookup, Query, Response, StageName};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{PROMPT, during, seconds, waited};
use crate::diagnose::inconclusive::INCONCLUSIVE_UNREADABLE;
use crate::diagnose::silence::silence;
use crate::diagnose::steps::{GUIDE, SOURCE_INTERFACE, VRF};
use crate::diagnose::words::times;
use crate::diagnose::{Confidence, Party};
use crate::model::At;

pub(in crate::diagnose) static DNS_TIMEOUT: Diagnostic = Diagnostic {
    code: "dns-timeout",
    stage: Some(StageName::Dns),
    kind: Kind::Verdict(&[Ground::Duration]),
    title: "The name server does not answer",
    explanation: "The switch asked for the name and got no reply from any server, or only one that came \
        after it had given up. Usual causes are a wrong name server address, a firewall that drops UDP or \
        TCP port 53, a source interface or VRF without a route to the server, or a server that ignores \
        this client. A truncated answer whose retry over TCP stays without an answer counts too. It is not \
        a problem of the licensing service: the switch never learned where to connect.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[
        PING_NAME,
        Action { text: "See where the queries leave to.", commands: &["show ip cef {dns}"] },
    ],
    filter: "dns.flags.response == 0 && !dns.response_in",
    fix: &[
        Action {
            text: "Check that the name server's address is right and reachable from the source interface.",
            commands: &["ping {dns} source INTERFACE"],
        },
        NAME_SERVERS,
        SOURCE_INTERFACE,
        VRF,
        Action {
            text: "Have the firewalls permit UDP and TCP port 53 from the switch to the name server.",
            commands: &[],
        },
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.2", "RFC 7766 section 5", GUIDE],
};

pub(in crate::diagnose) static DNS_UNREACHABLE: Diagnostic = Diagnostic {
    code: "dns-unreachable",
    stage: Some(StageName::Dns),
    kind: Kind::Verdict(&[]),
    title: "The name server cannot be reached",
    explanation: "An ICMP or ICMPv6 error came back for the query. Port unreachable from the server itself \
        means that nothing listens on port 53 there; an error from a router or firewall means no route, an \
        administrative filter or a routing loop. The sender of the error and its code say which. It is not \
        silence: some device took the trouble to say no, and its address is in the frame.",
    party: Party::Network,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[
        Action { text: "See the route to the name server.", commands: &["show ip cef {dns}"] },
        Action { text: "Try the server from the same source.", commands: &["ping {dns} source INTERFACE"] },
    ],
    filter: "dns && (icmp.type in {3, 11} || icmpv6.type in {1, 3})",
    fix: &[
        Action {
            text: "Check the name server's address; on port unreachable, the host is up but is no name \
                server.",
            commands: &[],
        },
        NAME_SERVERS,
        SOURCE_INTERFACE,
        VRF,
        Action {
            text: "Have the device that sent the error permit or route UDP and TCP port 53 to the name \
                server.",
            commands: &[],
        },
    ],
    references: &["RFC 792", "RFC 4443 section 3.1", "RFC 1812 section 5.2.7.1", GUIDE],
};

/// A good answer that came after the switch had given up, and that nothing follows.
pub(in crate::diagnose) fn late(attempt: &Attempt, lookup: &Lookup, usable: &Response) -> Option<Conclusion> {
    let first = lookup.first()?;
    let waited = usable.at.time - first.time;
    let repeated = lookup.queries.iter().map(|query| query.sent.len()).sum::<usize>() > 1;
    let too_late = waited >= crate::diagnose::ending::PROMPT;
    if !repeated || !too_late || attempt.arp.is_some() {
        return None;
    }
    let summary = format!(
        "{} asked for {} and the first usable answer came {} later; nothing followed it, so the switch had given up.",
        attempt.client,
        lookup.name,
        seconds(waited),
    );
    let conclusion = Conclusion::new(&DNS_TIMEOUT, Confidence::Likely, summary).at(first, "first query");
    Some(conclusion.at(usable.at, format!("answer after {}, too late", seconds(waited))))
}

pub(in crate::diagnose) fn unreachable(attempt: &Attempt, lookup: &Lookup) -> Option<Conclusion> {
    let errors: Vec<(&Query, (At, crate::net::IcmpError))> =
        telling(lookup).filter_map(|query| Some((query, *query.icmp.as_deref()?))).collect();
    let (query, (at, error)) = errors.last()?;
    let words = crate::diagnose::icmp::words(error);
    let summary = format!(
        "The query for {} to the name server {} was answered by {} with ICMP '{words}'.",
        lookup.name, query.server.ip, error.source,
    );
    // Another server may still be asked.
    let seen = attempt.surroundings.capture_last.time - at.time >= PROMPT;
    let over = seen && !is_still_open(attempt, lookup);
    let confidence = if over { Confidence::Certain } else { Confidence::Likely };
    let conclusion = Conclusion::new(&DNS_UNREACHABLE, confidence, summary);
    Some(errors.iter().fold(conclusion, |conclusion, (query, (at, error))| {
        let words = crate::diagnose::icmp::words(error);
        conclusion
            .at(*at, format!("ICMP from {}: {words}, about the query to {}", error.source, query.server.ip))
    }))
}

/// Whether a question is open that nothing has answered yet when the capture ends.
fn is_still_open(attempt: &Attempt, lookup: &Lookup) -> bool {
    let mut open = telling(lookup).filter(|query| query.answer().is_none() && query.icmp.is_none());
    open.any(|query| query.sent.last().is_some_and(|last| !waited(attempt, *last)))
}

/// A truncated answer whose retry over TCP brought no DNS answer.
pub(in crate::diagnose) fn retry_failed(attempt: &Attempt, lookup: &Lookup) -> Option<Conclusion> {
    let truncated = |query: &&Query| query.answer().is_some_and(|response| response.truncated);
    let query = telling(lookup).filter(truncated).last()?;
    let response = query.answer()?;
    if let Some(retry) = query.over_tcp.as_ref().filter(|retry| retry.unreadable) {
        let summary = format!("The answer over TCP for {} is not whole in the capture, or cut.", query.name);
        let conclusion = Conclusion::new(&INCONCLUSIVE_UNREADABLE, Confidence::Likely, summary);
        return Some(conclusion.at(response.at, "truncated answer (TC)").at(retry.at, "retry over TCP"));
    }
    let retry = query.over_tcp.as_ref().map(|retry| retry.at);
    let what = if retry.is_some() { "got no DNS answer" } else { "is not in the capture" };
    let summary = format!(
        "{} answered {} for {} truncated; the retry over TCP {what}.",
        query.server.ip, attempt.client, query.name,
    );
    let confidence = if retry.is_some() { Confidence::Likely } else { Confidence::Possible };
    let conclusion = Conclusion::new(&DNS_TIMEOUT, confidence, summary);
    Some(
        conclusion
            .maybe(query.sent.last().copied(), "query")
            .at(response.at, "truncated answer (TC)")
            .maybe(retry, "retry over TCP, without a DNS answer"),
    )
}

pub(in crate::diagnose) fn unanswered(attempt: &Attempt, lookup: &Lookup) -> Option<Conclusion> {
    let mut sent: Vec<At> = telling(lookup).flat_map(|query| query.sent.iter().copied()).collect();
    sent.sort_by_key(|at| at.frame);
    let (first, last) = (*sent.first()?, *sent.last()?);
    // Another server or another ID for the same question is a repetition; another name or address type is not.
    let same = |a: &Query, b: &Query| (&a.name, a.record_type) == (&b.name, b.record_type);
    let times_asked =
        |query: &Query| telling(lookup).filter(|q| same(q, query)).map(|q| q.sent.len()).sum::<usize>();
    let refused = lookup.queries.iter().find(|query| query.refused_by_client.is_some());
    // Who refuses an answer waits for none any more.
    let count = telling(lookup).map(times_asked).max().unwrap_or(1) + usize::from(refused.is_some());
    let (came, refusal) = match refused {
        None => ("no answer came".to_owned(), String::new()),
        Some(query) if query.sent.is_empty() => (
            format!("the only answer came from {}, which it had not asked", query.server.ip),
            format!("the switch refuses the answer of {} (ICMP port unreachable)", query.server.ip),
        ),
        Some(_) => (
            "no answer came before it had given up".to_owned(),
            "the switch refuses an answer that came too late (ICMP port unreachable)".to_owned(),
        ),
    };
    let summary = format!(
        "{} asked {} for {} {}{} and {came}{}.",
        attempt.client,
        servers(lookup),
        asked_names(lookup),
        times(sent.len()),
        during(last.time - first.time),
        suffixed_answer(lookup),
    );
    let conclusion = silence(attempt, &DNS_TIMEOUT, count, first, summary);
    let unanswered = if refused.is_some() { "no answer in time" } else { "no answer" };
    let conclusion = conclusion.each(&sent, |index| format!("query {}, {unanswered}", index + 1));
    Some(conclusion.maybe(refused.and_then(|query| query.refused_by_client), refusal))
}
