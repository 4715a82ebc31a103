//! The name server answers, with an error code or without an address.

use super::steps::{NAME_SERVERS, PING_NAME, STATIC_NAME};
use super::suffix::{is_suffixed, suffixed_answer, telling};
use super::words::{asked_names, servers};
use crate::attempt::Visibility;
use crate::attempt::{Attempt, Lookup, Query, Response, StageName};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::ending::{PROMPT, waited};
use crate::diagnose::inconclusive::INCONCLUSIVE_UNREADABLE;
use crate::diagnose::silence::{ended, one_way};
use crate::diagnose::steps::{GUIDE, SOURCE_INTERFACE, STATUS};
use crate::diagnose::{Confidence, Party};
use crate::model::At;
use crate::proto::dns::{Rcode, RecordType};

pub(in crate::diagnose) static DNS_NXDOMAIN: Diagnostic = Diagnostic {
    code: "dns-nxdomain",
    stage: Some(StageName::Dns),
    kind: Kind::Verdict(&[]),
    title: "The name does not exist",
    explanation: "A name server answered NXDOMAIN (RCODE 3): the name asked for does not exist as far as \
        that server knows. Usual causes are a misspelt host name in the licensing URL or the proxy \
        setting, or an internal server that does not forward queries for public names. The server was \
        reached and works, so this is neither a firewall nor a routing fault. A look-up of cslu-local that \
        ends like this means that the default transport is still set and CSSM is never tried.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[STATUS, PING_NAME],
    filter: "dns.flags.response == 1 && dns.flags.rcode == 3",
    fix: &[
        Action {
            text: "Correct the spelling of the host name; for cloud CSSM the default URL is right.",
            commands: &[
                "configure terminal",
                "license smart transport smart",
                "license smart url default",
                "end",
            ],
        },
        NAME_SERVERS,
        Action {
            text: "Have the name server forward public names, or allow this name in its policy.",
            commands: &[],
        },
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.1.1", "RFC 2308 section 2.1", GUIDE],
};

pub(in crate::diagnose) static DNS_REFUSED: Diagnostic = Diagnostic {
    code: "dns-refused",
    stage: Some(StageName::Dns),
    kind: Kind::Verdict(&[]),
    title: "The name server refuses the query",
    explanation: "A name server answered REFUSED (RCODE 5): it runs, it received the query, and its policy \
        does not let this client ask. Usual causes are an access list on the server that lacks the \
        switch's source address, recursion allowed for some networks only, or a forwarder without an \
        upstream server. It is not a statement about the name: another client may resolve it through the \
        same server.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[
        PING_NAME,
        Action {
            text: "See from which address the queries come; compare it with the server's access list.",
            commands: &["show ip interface brief | exclude unassigned"],
        },
    ],
    filter: "dns.flags.response == 1 && dns.flags.rcode == 5",
    fix: &[
        SOURCE_INTERFACE,
        Action {
            text: "Have the name server allow recursive queries from the switch's address.",
            commands: &[],
        },
        NAME_SERVERS,
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.1.1", GUIDE],
};

pub(in crate::diagnose) static DNS_SERVER_FAILURE: Diagnostic = Diagnostic {
    code: "dns-server-failure",
    stage: Some(StageName::Dns),
    kind: Kind::Verdict(&[]),
    title: "The name server fails to resolve the name",
    explanation: "A name server answered with an error other than NXDOMAIN or REFUSED: usually SERVFAIL \
        (RCODE 2), else FORMERR (1), NOTIMP (4) or another code. Usual causes are a resolver that cannot \
        reach the servers further up, failed DNSSEC validation, or a server that does not understand the \
        query. The switch's own path to its name server works. It does not mean that the name is wrong.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[PING_NAME],
    filter: "dns.flags.response == 1 && dns.flags.rcode in {1, 2, 4, 6 .. 15}",
    fix: &[
        Action {
            text: "Ask the same server for the same name from another host: if it fails there too, the \
                server needs repair.",
            commands: &[],
        },
        NAME_SERVERS,
        Action {
            text: "Have the resolver's administrator check its forwarders and DNSSEC validation for this \
                name.",
            commands: &[],
        },
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.1.1", "RFC 4035 section 5.5", GUIDE],
};

pub(in crate::diagnose) static DNS_NO_ADDRESS: Diagnostic = Diagnostic {
    code: "dns-no-address",
    stage: Some(StageName::Dns),
    kind: Kind::Verdict(&[]),
    title: "The answer holds no usable address",
    explanation: "The name server answered without error but gave no address that the switch could use: no \
        A record, or only AAAA records while the switch does not use IPv6 for this. Usual causes are a \
        filtering resolver that empties the answer, a CNAME that leads nowhere, or a name that exists for \
        other record types only. It is not NXDOMAIN: the name exists. An empty answer for AAAA alone is \
        normal and is not reported when an A record came.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[PING_NAME],
    filter: "dns.flags.response == 1 && dns.flags.rcode == 0 && !dns.a",
    fix: &[
        Action {
            text: "Check that the configured name is a host name, not a bare domain.",
            commands: &["show license status"],
        },
        Action {
            text: "Ask another server for the A record of the name; if it has one, have the first server's \
                zone or filter corrected.",
            commands: &[],
        },
        NAME_SERVERS,
        STATIC_NAME,
    ],
    references: &["RFC 2308 section 2.2", GUIDE],
};

/// The last answer that is none: an error code, or no address.
pub(in crate::diagnose) fn answered(attempt: &Attempt, lookup: &Lookup) -> Option<Conclusion> {
    let (query, response) = last_answer(lookup)?;
    if query.record_type != RecordType::A && lookup.queries.iter().any(is_asked_again) {
        return None;
    }
    let asked_a = lookup.queries.iter().any(|query| query.record_type == RecordType::A);
    if attempt.visibility == Visibility::InboundOnly && !asked_a {
        // The question for an IPv4 address cannot be in the capture, and its answer may have been lost.
        return Some(one_way(attempt));
    }
    if let Some(response) = answers(lookup).map(|(_, response)| response).find(|one| one.is_cut()) {
        let summary = format!(
            "The answer for {} was cut by the capture: whether it holds an address cannot be read.",
            lookup.name
        );
        return Some(
            Conclusion::new(&INCONCLUSIVE_UNREADABLE, Confidence::Likely, summary)
                .at(response.at, "DNS answer, cut"),
        );
    }
    if let Some(open) = open_question(attempt, lookup, query) {
        return Some(ended(attempt, open));
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
    let summary = format!(
        "{} asked {} for {names}; the answer was {what}{}.",
        attempt.client,
        servers(lookup),
        suffixed_answer(lookup)
    );
    let conclusion = Conclusion::new(diagnostic, confidence(attempt, lookup, response), summary);
    // The name itself may have been asked for before the capture.
    let conclusion =
        if is_suffixed(lookup, query) { conclusion.at_most(Confidence::Likely) } else { conclusion };
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

/// Whether the answer for an IPv4 address was truncated, and what TCP brought instead is not known.
fn is_asked_again(query: &Query) -> bool {
    query.record_type == RecordType::A && query.answer().is_some_and(|response| response.truncated)
}

/// A name without an IPv4 address, and an IPv6 address that the switch, which speaks IPv4, did not use.
pub(super) fn only_ipv6(attempt: &Attempt, lookup: &Lookup, usable: &Response) -> Option<Conclusion> {
    let (query, response) = last_answer(lookup)?;
    let empty = response.rcode == Rcode::NO_ERROR && response.addresses.is_empty() && response.complete;
    let is_a = |query: &Query| query.record_type == RecordType::A && query.usable().is_some();
    let seen = attempt.surroundings.capture_last.time - response.at.time >= PROMPT;
    let without = query.record_type == RecordType::A && empty && !lookup.queries.iter().any(is_a);
    if !without || !attempt.client.is_ipv4() || !seen {
        return None;
    }
    let summary = format!(
        "{} asked {} for {}; the name has no IPv4 address, and its IPv6 address {} was not used.",
        attempt.client,
        servers(lookup),
        asked_names(lookup),
        usable.answers.join(", "),
    );
    let note =
        format!("{} answers {} without an address for A {}", query.server.ip, response.rcode, query.name);
    let conclusion = Conclusion::new(&DNS_NO_ADDRESS, Confidence::Likely, summary);
    Some(
        conclusion.at(response.at, note).at(usable.at, format!("AAAA answer: {}", usable.answers.join(", "))),
    )
}

/// The question for an IPv4 address that is still open, when only the other one was answered and the capture ends too early
/// to call it unanswered.
fn open_question(attempt: &Attempt, lookup: &Lookup, answered: &Query) -> Option<At> {
    let open = lookup.queries.iter().find(|query| {
        query.record_type == RecordType::A && query.answer().is_none() && query.icmp.is_none()
    })?;
    let last = *open.sent.last().filter(|_| answered.record_type != RecordType::A)?;
    (open.sent.len() == 1 && !waited(attempt, last)).then_some(last)
}

/// Certain when every question for an address was answered, and the switch, seen for the rest of its patience, did not go on:
/// a question without an answer in the capture may have had one, and a proxy may be asked instead.
fn confidence(attempt: &Attempt, lookup: &Lookup, response: &Response) -> Confidence {
    let seen = attempt.surroundings.capture_last.time - response.at.time >= PROMPT;
    let went_on = attempt.surroundings.next_connection.is_some_and(|next| next - response.at.time < PROMPT);
    if !seen || went_on || attempt.visibility != Visibility::Both {
        return Confidence::Likely;
    }
    // A name without an IPv4 address may have one of IPv6.
    let matters = |query: &Query| query.record_type == RecordType::A || response.rcode == Rcode::NO_ERROR;
    let open = |query: &&Query| matters(query) && query.answer().is_none() && query.icmp.is_none();
    let asked_a = lookup.queries.iter().any(|query| query.record_type == RecordType::A);
    if asked_a && lookup.queries.iter().find(open).is_none() {
        Confidence::Certain
    } else {
        Confidence::Likely
    }
}

fn answers(lookup: &Lookup) -> impl Iterator<Item = (&Query, &Response)> {
    let answer = |query: &'_ Query| query.answer().is_some_and(|response| !response.truncated);
    telling(lookup).filter(move |query| answer(query)).filter_map(|query| Some((query, query.answer()?)))
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
