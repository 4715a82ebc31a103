//! Name resolution: the look-up that leads nowhere.

mod codes;

use std::net::IpAddr;

use crate::attempt::{Attempt, Lookup, Query, Response, Visibility};
use crate::model::At;
use crate::proto::dns::{Rcode, RecordType};

pub(super) use codes::*;

use super::conclusion::Conclusion;
use super::ending::{PROMPT, seconds};
use super::inconclusive::{self, INCONCLUSIVE_UNREADABLE};
use super::silence::silence;
use super::words::times;
use super::{Confidence, Diagnostic};

/// Judges an attempt that has look-ups and nothing behind them.
pub(super) fn judge(attempt: &Attempt) -> Option<Conclusion> {
    let lookup = attempt.lookups.last()?;
    if let Some(usable) = lookup.usable() {
        return sinkholed(attempt)
            .or_else(|| late(attempt, lookup, usable))
            .or_else(|| Some(inconclusive::no_connection(attempt, usable.at, &usable.answers.join(", "))));
    }
    answered(attempt, lookup)
        .or_else(|| unreachable(lookup))
        .or_else(|| retry_failed(attempt, lookup))
        .or_else(|| unanswered(attempt, lookup))
}

/// An answer for a public service that leads nowhere, when nothing succeeded through it.
pub(super) fn sinkholed(attempt: &Attempt) -> Option<Conclusion> {
    let lookup = attempt.lookups.iter().rev().find(|lookup| !lookup.for_proxy)?;
    let usable = lookup.usable()?;
    let addresses =
        || lookup.queries.iter().filter_map(Query::usable).flat_map(|response| &response.addresses);
    let public = crate::attempt::is_public_service(&lookup.name);
    if !public || !addresses().all(|ip| leads_nowhere(*ip)) {
        return None;
    }
    let listed: Vec<String> = addresses().map(ToString::to_string).collect();
    let server = server_of(lookup, usable);
    let summary = format!(
        "The name server {server} answered {} for {}: an address that no public service has. Something blocks the name.",
        listed.join(", "),
        lookup.name,
    );
    let note = format!("{server} answers {} for {}", listed.join(", "), lookup.name);
    Some(Conclusion::new(&DNS_SINKHOLED, Confidence::Certain, summary).at(usable.at, note))
}

/// 0.0.0.0, ::, loopback, link-local, multicast, 240.0.0.0/4.
fn leads_nowhere(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.octets()[0] == 0
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_multicast()
                || ip.octets()[0] >= 240
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => leads_nowhere(IpAddr::V4(mapped)),
            None => {
                ip.is_unspecified()
                    || ip.is_loopback()
                    || ip.is_multicast()
                    || ip.segments()[0] & 0xffc0 == 0xfe80
            }
        },
    }
}

/// A good answer that came after the switch had given up, and that nothing follows.
fn late(attempt: &Attempt, lookup: &Lookup, usable: &Response) -> Option<Conclusion> {
    let first = lookup.first()?;
    let waited = usable.at.time - first.time;
    let repeated = lookup.queries.iter().map(|query| query.sent.len()).sum::<usize>() > 1;
    if !repeated || waited < super::ending::PROMPT || attempt.arp.is_some() {
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

/// The last answer that is none: an error code, or no address.
fn answered(attempt: &Attempt, lookup: &Lookup) -> Option<Conclusion> {
    let (query, response) = last_answer(lookup)?;
    if response.rcode == Rcode::NO_ERROR && !response.complete {
        let summary = format!(
            "The answer for {} was cut by the capture: whether it holds an address cannot be read.",
            lookup.name
        );
        return Some(
            Conclusion::new(&INCONCLUSIVE_UNREADABLE, Confidence::Likely, summary)
                .at(response.at, "DNS answer, cut"),
        );
    }
    let diagnostic = code_of(response.rcode);
    let note = match response.rcode {
        Rcode::NO_ERROR => format!(
            "{} answers NoError without an address for {} {}",
            query.server.ip, query.record_type, query.name
        ),
        rcode => format!("{} answers {rcode} for {} {}", query.server.ip, query.record_type, query.name),
    };
    let what = match response.rcode {
        Rcode::NO_ERROR => "no error, but no address either".to_owned(),
        rcode => rcode.to_string(),
    };
    let names = asked_names(lookup);
    let summary = format!("{} asked {} for {names}; the answer was {what}.", attempt.client, servers(lookup));
    let conclusion = Conclusion::new(diagnostic, confidence(attempt, lookup, response), summary);
    let mut all: Vec<(&Query, &Response)> =
        answers(lookup).filter(|(_, r)| r.rcode == response.rcode).collect();
    all.sort_by_key(|(_, response)| response.at.frame);
    let conclusion = conclusion.at(response.at, note);
    Some(all.iter().take(4).fold(conclusion, |conclusion, (query, response)| {
        conclusion.at(
            response.at,
            format!(
                "{} answers {} for {} {}",
                query.server.ip, response.rcode, query.record_type, query.name
            ),
        )
    }))
}

/// Certain when every question for an address was answered, and the switch, seen for the rest of its patience, did not go on:
/// a question without an answer in the capture may have had one, and a proxy may be asked instead.
fn confidence(attempt: &Attempt, lookup: &Lookup, response: &Response) -> Confidence {
    let seen = attempt.surroundings.capture_last.time - response.at.time >= PROMPT;
    let went_on = attempt.surroundings.next_connection.is_some_and(|next| next - response.at.time < PROMPT);
    if !seen || went_on || attempt.visibility != Visibility::Both {
        return Confidence::Likely;
    }
    let open = |query: &&Query| {
        query.record_type == RecordType::A && query.answer().is_none() && query.icmp.is_none()
    };
    let asked_a = lookup.queries.iter().any(|query| query.record_type == RecordType::A);
    if asked_a && lookup.queries.iter().find(open).is_none() {
        Confidence::Certain
    } else {
        Confidence::Likely
    }
}

fn answers(lookup: &Lookup) -> impl Iterator<Item = (&Query, &Response)> {
    let answer = |query: &'_ Query| query.answer().is_some_and(|response| !response.truncated);
    lookup
        .queries
        .iter()
        .filter(move |query| answer(query))
        .filter_map(|query| Some((query, query.answer()?)))
}

/// The last answer to a question for an IPv4 address, else to any: an error code before an answer without address.
fn last_answer(lookup: &Lookup) -> Option<(&Query, &Response)> {
    let rank = |query: &Query, response: &Response| {
        (query.record_type == RecordType::A, response.rcode != Rcode::NO_ERROR, response.at.frame)
    };
    answers(lookup).max_by_key(|(query, response)| rank(query, response))
}

fn code_of(rcode: Rcode) -> &'static Diagnostic {
    match rcode {
        Rcode::NO_ERROR => &DNS_NO_ADDRESS,
        Rcode::NX_DOMAIN => &DNS_NXDOMAIN,
        Rcode::REFUSED => &DNS_REFUSED,
        _ => &DNS_SERVER_FAILURE,
    }
}

fn unreachable(lookup: &Lookup) -> Option<Conclusion> {
    let errors: Vec<(&Query, (At, crate::net::IcmpError))> =
        lookup.queries.iter().filter_map(|query| Some((query, query.icmp?))).collect();
    let (query, (_, error)) = errors.last()?;
    let words = super::icmp::words(error);
    let summary = format!(
        "The query for {} to the name server {} was answered by {} with ICMP '{words}'.",
        lookup.name, query.server.ip, error.source,
    );
    let conclusion = Conclusion::new(&DNS_UNREACHABLE, Confidence::Certain, summary);
    Some(errors.iter().fold(conclusion, |conclusion, (query, (at, error))| {
        let words = super::icmp::words(error);
        conclusion
            .at(*at, format!("ICMP from {}: {words}, about the query to {}", error.source, query.server.ip))
    }))
}

/// A truncated answer whose retry over TCP brought no DNS answer.
fn retry_failed(attempt: &Attempt, lookup: &Lookup) -> Option<Conclusion> {
    let query = lookup
        .queries
        .iter()
        .rev()
        .find(|query| query.answer().is_some_and(|response| response.truncated))?;
    let response = query.answer()?;
    let retry = query.over_tcp.as_ref().map(|(at, _)| *at);
    let what = if retry.is_some() { "got no DNS answer" } else { "is not in the capture" };
    let summary = format!(
        "{} answered {} for {} truncated; the retry over TCP {what}.",
        query.server.ip, attempt.client, query.name,
    );
    let confidence = if retry.is_some() { Confidence::Likely } else { Confidence::Possible };
    let conclusion = Conclusion::new(&DNS_TIMEOUT, confidence, summary);
    Some(
        conclusion
            .at(response.at, "truncated answer (TC)")
            .maybe(retry, "retry over TCP, without a DNS answer"),
    )
}

fn unanswered(attempt: &Attempt, lookup: &Lookup) -> Option<Conclusion> {
    let first = lookup.first()?;
    let mut sent: Vec<At> = lookup.queries.iter().flat_map(|query| query.sent.iter().copied()).collect();
    sent.sort_by_key(|at| at.frame);
    let last = *sent.last()?;
    // Another server or another ID for the same question is a repetition; the other address type is not.
    let repetitions =
        |kind| lookup.queries.iter().filter(|q| q.record_type == kind).map(|q| q.sent.len()).sum::<usize>();
    let count = repetitions(RecordType::A).max(repetitions(RecordType::AAAA)).max(1);
    let summary = format!(
        "{} asked {} for {} {} in {} and no answer came.",
        attempt.client,
        servers(lookup),
        asked_names(lookup),
        times(sent.len()),
        seconds(last.time - first.time),
    );
    let refused = lookup.queries.iter().find_map(|query| query.refused_by_client);
    let conclusion = silence(attempt, &DNS_TIMEOUT, count, first, summary);
    let conclusion = conclusion.each(&sent, |index| format!("query {}, no answer", index + 1));
    Some(conclusion.maybe(refused, "the switch refuses an answer that came too late (ICMP port unreachable)"))
}

fn asked_names(lookup: &Lookup) -> String {
    let mut names: Vec<String> = lookup.queries.iter().map(|query| query.name.to_string()).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    names.truncate(3);
    names.join(", ")
}

fn servers(lookup: &Lookup) -> String {
    let mut servers: Vec<String> = lookup.queries.iter().map(|query| query.server.ip.to_string()).collect();
    servers.sort_unstable();
    servers.dedup();
    let word = if servers.len() == 1 { "the name server" } else { "the name servers" };
    format!("{word} {}", servers.join(", "))
}

fn server_of(lookup: &Lookup, response: &Response) -> String {
    let query =
        lookup.queries.iter().find(|query| query.answer().is_some_and(|answer| answer.at == response.at));
    query.map_or("asked".to_owned(), |query| query.server.ip.to_string())
}
