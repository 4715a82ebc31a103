//! What the look-ups show of the name servers.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::attempt::{Lookup, Query, Response, StageName};
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::ending::seconds;
use crate::diagnose::words::count;
use crate::diagnose::{Finding, Judged, Party, Severity, icmp};
use crate::model::{At, Span};
use crate::proto::dns::Rcode;

use super::Whole;
use super::gather::together;

const ASK_EACH: Action =
    Action { text: "Ask each configured server for the same name from another host.", commands: &[] };

const ORDER_SERVERS: Action = Action {
    text: "Remove or replace the server that does not help.",
    commands: &["configure terminal", "no ip name-server ADDRESS", "ip name-server ADDRESS", "end"],
};

pub(in crate::diagnose) static DNS_SERVER_FAILED_OVER: Diagnostic = Diagnostic {
    code: "dns-server-failed-over",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Info),
    title: "A name server failed and another answered",
    explanation: "One name server gave an error or no answer, and the name was resolved in the same \
        look-up by another server or by another form of the query. The attempt lost time but did not fail \
        here. If the working server goes away too, this becomes a failure.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[ASK_EACH],
    filter: "dns.flags.rcode > 0 || (dns.flags.response == 0 && !dns.response_in)",
    fix: &[ASK_EACH, ORDER_SERVERS],
    references: &["RFC 1035 section 7.2"],
};

pub(in crate::diagnose) static DNS_SERVER_SILENT: Diagnostic = Diagnostic {
    code: "dns-server-silent",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Warning),
    title: "A name server never answers",
    explanation: "The switch asked this server and no answer of it is in the capture, while other answers \
        to the switch are. The server may be down, filtered, or not a name server at all. Waiting for it \
        costs time in every look-up that asks it.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[Action {
        text: "Try the server from the switch.",
        commands: &["ping {dns} source INTERFACE", "show ip cef {dns}"],
    }],
    filter: "dns.flags.response == 0 && !dns.response_in",
    fix: &[ASK_EACH, ORDER_SERVERS],
    references: &["RFC 1035 section 7.2"],
};

pub(in crate::diagnose) static DNS_ANSWERS_DIFFER: Diagnostic = Diagnostic {
    code: "dns-answers-differ",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Info),
    title: "Name servers give different answers",
    explanation: "Two name servers answered the same question differently: other addresses, or an address \
        from one and an error from the other. For a service behind several addresses this can be normal. \
        It explains attempts that work or fail by turns, depending on who answers first.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[ASK_EACH],
    filter: "dns.flags.response == 1",
    fix: &[
        ASK_EACH,
        Action {
            text: "If one answer is private or filtered, find out whether that is meant.",
            commands: &[],
        },
        ORDER_SERVERS,
    ],
    references: &["RFC 1794"],
};

pub(in crate::diagnose) static DNS_SLOW: Diagnostic = Diagnostic {
    code: "dns-slow",
    stage: Some(StageName::Dns),
    kind: Kind::Finding(Severity::Warning),
    title: "The name server is slow",
    explanation: "A name server took more than one second to answer. The look-up's time comes on top of \
        every attempt, and a little more delay turns it into a timeout. Usual causes are an overloaded \
        server, a long way to it, or a forwarder that waits for a dead server of its own.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[Action { text: "Measure the answer times.", commands: &[] }],
    filter: "dns.time > 1",
    fix: &[ASK_EACH, ORDER_SERVERS],
    references: &["RFC 1035 section 7.2"],
};

/// Slower is worth a word.
const SLOW: Span = Span::seconds(1);

/// The name was resolved although a server failed to.
pub(super) fn failed_over(judged: &Judged) -> Option<Finding> {
    judged.attempt.lookups.iter().find_map(|lookup| {
        let usable = lookup.usable()?;
        let good =
            lookup.queries.iter().find(|query| query.usable().is_some_and(|one| one.at == usable.at))?;
        let failures: Vec<(At, String)> =
            lookup.queries.iter().filter_map(|query| failure(query, good, usable.at)).collect();
        let (_, first) = failures.first()?;
        let message =
            format!("{} was resolved by {}, but not at once: {first}.", lookup.name, good.server.ip);
        Some(Finding::on(judged, &DNS_SERVER_FAILED_OVER, message).each(failures))
    })
}

/// How the question that `good` got answered at `end` failed at another server, or in another try.
fn failure(query: &Query, good: &Query, end: At) -> Option<(At, String)> {
    let same = query.name == good.name && query.record_type == good.record_type;
    let server = query.server.ip;
    // A suffix or the other address type may well not exist: that is no failure of the server.
    if !same && server == good.server.ip {
        return None;
    }
    if let Some(answer) = query.answer() {
        let failed = answer.rcode != Rcode::NO_ERROR && (same || answer.rcode != Rcode::NX_DOMAIN);
        let note = format!("{server} answered {} for {} {}", answer.rcode, query.record_type, query.name);
        return (failed && answer.at.before(end)).then_some((answer.at, note));
    }
    if let Some((at, error)) = query.icmp.as_deref().copied() {
        return Some((at, format!("the query to {server} drew ICMP {}", icmp::words(&error))));
    }
    let sent = query.sent.first().filter(|sent| sent.before(end) && server != good.server.ip)?;
    Some((*sent, format!("{server} did not answer")))
}

/// An answer took longer than a second.
pub(super) fn slow(judged: &Judged) -> Option<Finding> {
    let queries = judged.attempt.lookups.iter().flat_map(|lookup| &lookup.queries);
    let timed = queries.filter_map(|query| {
        let response = query.response.as_ref()?;
        let asked = query.sent.iter().rfind(|sent| sent.before(response.at))?;
        Some((query, *asked, response.at, response.at.time - asked.time))
    });
    let (query, asked, answered, took) =
        timed.filter(|(.., took)| *took > SLOW).max_by_key(|(.., took)| took.0)?;
    let message = format!("{} took {} to answer for {}.", query.server.ip, seconds(took), query.name);
    let finding = Finding::on(judged, &DNS_SLOW, message).at(asked, format!("query to {}", query.server.ip));
    Some(finding.at(answered, format!("its answer, {} later", seconds(took))))
}

/// What one client had from one server.
#[derive(Default)]
struct Dealings {
    sent: Vec<At>,
    heard: bool,
}

/// A server answered nothing while another answered the same client.
pub(super) fn silent(whole: &Whole<'_>) -> Vec<Finding> {
    let mut dealings: BTreeMap<(IpAddr, IpAddr), Dealings> = BTreeMap::new();
    for (client, query) in queries(whole) {
        let one = dealings.entry((client, query.server.ip)).or_default();
        one.sent.extend(&query.sent);
        one.heard |= query.response.is_some() || query.icmp.is_some() || query.over_tcp.is_some();
    }
    let other = |client: IpAddr| dealings.iter().find(|((c, _), one)| *c == client && one.heard);
    let found = dealings.iter().filter(|(_, one)| !one.heard && one.sent.len() > 1);
    together(found.filter_map(|((client, server), one)| {
        let ((_, heard), _) = other(*client)?;
        let asked = count(one.sent.len() as u64, "query").replace("querys", "queries");
        let message = format!("{server} answered none of {asked} from {client}; {heard} did answer it.");
        let places = one.sent.iter().map(|at| (*at, format!("query to {server}, no answer")));
        Some(Finding::on_capture(&DNS_SERVER_SILENT, message).each(places.collect()))
    }))
}

/// Two servers gave different answers to one question.
pub(super) fn answers_differ(whole: &Whole<'_>) -> Vec<Finding> {
    let mut questions: BTreeMap<Question<'_>, Vec<Answer<'_>>> = BTreeMap::new();
    for (client, query) in queries(whole) {
        let Some(answer) = query.answer().filter(|answer| answer.complete && !answer.truncated) else {
            continue;
        };
        if matches!(answer.rcode, Rcode::NO_ERROR | Rcode::NX_DOMAIN) {
            let key = (client, query.name.as_str(), query.record_type.to_string());
            questions.entry(key).or_default().push((query.server.ip, answer));
        }
    }
    together(questions.iter().filter_map(|((_, name, _), answers)| {
        let (one, other) = differing(answers)?;
        let message = format!(
            "For {name}, {} answered {} and {} answered {}.",
            one.0,
            words(one.1),
            other.0,
            words(other.1)
        );
        let places =
            [one, other].map(|(server, answer)| (answer.at, format!("{server} answers {}", words(answer))));
        Some(Finding::on_capture(&DNS_ANSWERS_DIFFER, message).each(places.to_vec()))
    }))
}

/// A client's question: name and type.
type Question<'a> = (IpAddr, &'a str, String);
/// A server's answer.
type Answer<'a> = (IpAddr, &'a Response);

/// The first answer, and one of another server that has nothing in common with the first server's; no address is an answer
/// too.
fn differing<'a>(answers: &[Answer<'a>]) -> Option<(Answer<'a>, Answer<'a>)> {
    let first = answers.first()?;
    let of_first =
        |ip: &IpAddr| answers.iter().any(|(server, one)| *server == first.0 && one.addresses.contains(ip));
    let apart = |(server, answer): &&Answer<'a>| {
        let both_none = answer.addresses.is_empty() && first.1.addresses.is_empty();
        *server != first.0 && !both_none && !answer.addresses.iter().any(of_first)
    };
    answers.iter().find(apart).map(|other| (*first, *other))
}

fn words(response: &Response) -> String {
    if response.addresses.is_empty() {
        return format!("{} without an address", response.rcode);
    }
    let listed: Vec<String> = response.addresses.iter().take(3).map(ToString::to_string).collect();
    let more = if response.addresses.len() > listed.len() { ", ..." } else { "" };
    format!("{}{more}", listed.join(", "))
}

/// Every query of every attempt, and whose it is.
fn queries<'a>(whole: &Whole<'a>) -> impl Iterator<Item = (IpAddr, &'a Query)> {
    let lookups = whole.judged.iter().flat_map(|judged| &judged.attempt.lookups);
    lookups.flat_map(|lookup: &Lookup| lookup.queries.iter().map(|query| (lookup.client, query)))
}
