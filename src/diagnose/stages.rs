//! How far an attempt came in each stage.

use crate::attempt::{Attempt, HttpExchange, Lookup, Response, StageName};
use crate::model::{At, FrameNumber, Span};

use super::ending::{seconds, server_missed};
use super::words::{amounts, sent};
use super::{Outcome, Stage, StageStatus, Verdict};

/// Most frames listed of one stage.
const FRAMES: usize = 8;

/// The six stages of `attempt`, in the light of its verdict.
pub(super) fn of(attempt: &Attempt, verdict: &Verdict) -> [Stage; 6] {
    let ended = ended_in(attempt, verdict);
    StageName::ALL.map(|name| {
        let seen = seen(attempt, name);
        let status = status(attempt, verdict, name, ended, seen.is_some());
        let seen = seen.unwrap_or_default();
        let duration = match (seen.frames.first(), seen.frames.last()) {
            (Some(first), Some(last)) if first.frame != last.frame => {
                // The capture's clock may have stepped back, and an answer can come before its request has ended.
                Some(last.time - first.time).filter(|span| *span >= Span(0))
            }
            _ => None,
        };
        let mut frames: Vec<FrameNumber> = seen.frames.iter().map(|at| at.frame).collect();
        frames.dedup();
        frames.truncate(FRAMES);
        Stage { name, status, duration, frames, detail: seen.detail }
    })
}

/// What is seen of a stage: its telling frames in order, and what happened in a few words.
#[derive(Default)]
struct Seen {
    frames: Vec<At>,
    detail: String,
}

/// The stage in which the attempt ended. A verdict that names a cause from elsewhere ended in the last stage seen.
fn ended_in(attempt: &Attempt, verdict: &Verdict) -> StageName {
    let last = StageName::ALL
        .into_iter()
        .rev()
        .find(|name| seen(attempt, *name).is_some())
        .unwrap_or(StageName::Dns);
    match verdict.diagnostic.code {
        "dns-sinkholed" | "tcp-mtu-blackhole" | "tls-revocation-failed" => last,
        _ => verdict.diagnostic.stage.unwrap_or(last),
    }
}

fn status(
    attempt: &Attempt,
    verdict: &Verdict,
    name: StageName,
    ended: StageName,
    seen: bool,
) -> StageStatus {
    let proxied = attempt.proxy.is_some() || super::tcp::to_proxy(attempt);
    let clear = attempt.http.as_deref().is_some_and(HttpExchange::is_clear);
    let needless = match name {
        StageName::Dns => attempt.flow.is_some() && !seen && by_address(attempt),
        StageName::Arp => !seen,
        StageName::Proxy => !proxied && attempt.flow.is_some(),
        StageName::Tls => clear,
        StageName::Tcp | StageName::Http => false,
    };
    if needless {
        return StageStatus::NotNeeded;
    }
    match (name.cmp(&ended), verdict.outcome()) {
        (std::cmp::Ordering::Less, _) if seen => StageStatus::Ok,
        (std::cmp::Ordering::Less, _) => StageStatus::NotSeen,
        (std::cmp::Ordering::Equal, Outcome::Ok) => StageStatus::Ok,
        (std::cmp::Ordering::Equal, Outcome::Failed) => StageStatus::Failed,
        (std::cmp::Ordering::Equal, _) => undecided(attempt, verdict, name),
        (std::cmp::Ordering::Greater, Outcome::Failed) => StageStatus::NotReached,
        (std::cmp::Ordering::Greater, Outcome::Ok) => StageStatus::NotNeeded,
        (std::cmp::Ordering::Greater, _) => match verdict.diagnostic.code {
            "inconclusive-capture-ended" => StageStatus::NotReached,
            "inconclusive-one-way" => StageStatus::NotSeen,
            _ if attempt.flow.is_some() => StageStatus::NotSeen,
            _ => StageStatus::NotReached,
        },
    }
}

fn undecided(attempt: &Attempt, verdict: &Verdict, name: StageName) -> StageStatus {
    match verdict.diagnostic.code {
        "inconclusive-capture-ended" => StageStatus::Unfinished,
        "inconclusive-no-connection" if name == StageName::Dns => StageStatus::Ok,
        "inconclusive-one-way" if name == StageName::Dns && is_resolved(attempt) => StageStatus::Ok,
        "inconclusive-nothing-sent" => StageStatus::Ok,
        _ if name == StageName::Tcp && attempt.flow.as_deref().is_some_and(super::tcp::is_established) => {
            StageStatus::Ok
        }
        _ => StageStatus::NotSeen,
    }
}

/// Whether the last look-up has a usable answer.
fn is_resolved(attempt: &Attempt) -> bool {
    attempt.lookups.last().is_some_and(|lookup| lookup.usable().is_some())
}

/// Whether the peer was called by its address: no name, or one that is an address.
fn by_address(attempt: &Attempt) -> bool {
    let host = attempt.service.host.as_ref();
    host.is_none_or(|host| host.as_str().parse::<std::net::IpAddr>().is_ok()) || super::tcp::to_proxy(attempt)
}

fn seen(attempt: &Attempt, name: StageName) -> Option<Seen> {
    match name {
        StageName::Dns => dns(attempt),
        StageName::Arp => arp(attempt),
        StageName::Tcp => tcp(attempt),
        StageName::Proxy => proxy(attempt),
        StageName::Tls => tls(attempt),
        StageName::Http => http(attempt),
    }
}

fn dns(attempt: &Attempt) -> Option<Seen> {
    let last = attempt.lookups.last()?;
    let queries = attempt.lookups.iter().flat_map(|lookup| &lookup.queries);
    let mut frames: Vec<At> = queries
        .flat_map(|query| {
            let response = query.answer().map(|response| response.at);
            query.sent.iter().copied().chain(response).chain(query.icmp.as_deref().map(|(at, _)| *at))
        })
        .collect();
    frames.sort_by_key(|at| at.frame);
    Some(Seen { frames, detail: lookup_words(last) })
}

fn lookup_words(lookup: &Lookup) -> String {
    if let Some(usable) = lookup.usable() {
        return format!("{} is {}", lookup.name, usable.answers.join(", "));
    }
    let answers = || super::dns::telling(lookup).filter_map(|query| query.answer());
    if answers().any(Response::is_cut) {
        return format!("{}: answered, but the capture cut the answer", lookup.name);
    }
    match answers().last() {
        Some(answer) => format!("{}: {}, no address", lookup.name, answer.rcode),
        None => format!("{}: no answer", lookup.name),
    }
}

fn arp(attempt: &Attempt) -> Option<Seen> {
    let arp = attempt.arp.as_ref()?;
    let frames: Vec<At> = arp.requests.iter().copied().chain(arp.reply.map(|(at, _)| at)).collect();
    let detail = match arp.reply {
        Some((_, Some(mac))) => format!("{} is at {mac}", arp.target),
        Some((_, None)) => format!("{} answers", arp.target),
        None if attempt.flow.is_some() => format!("{}: reply not in the capture", arp.target),
        None => format!("{}: no reply", arp.target),
    };
    Some(Seen { frames, detail })
}

fn tcp(attempt: &Attempt) -> Option<Seen> {
    let flow = attempt.flow.as_deref()?;
    // Of a connection that stood it closes another stage.
    let refused = flow.established.is_none() && flow.from_server.data.is_none();
    let resets = flow.from_server.resets.first().filter(|_| refused).map(|reset| reset.at);
    // A SYN-ACK that is repeated later belongs to what goes wrong then.
    let answers = flow.syn_acks.iter().filter(|at| flow.established.is_none_or(|done| at.before(done)));
    let mut frames: Vec<At> =
        flow.syns.iter().chain(answers).copied().chain(flow.established).chain(resets).collect();
    frames.sort_by_key(|at| at.frame);
    let detail = match (super::tcp::is_established(flow), round_trip(attempt)) {
        (true, Some(rtt)) => format!("connected to {}, round trip {}", flow.server, seconds(rtt)),
        (true, None) => format!("connected to {}", flow.server),
        (false, _) => {
            format!("{} SYN, {} SYN-ACK with {}", flow.syns.len(), flow.syn_acks.len(), flow.server)
        }
    };
    Some(Seen { frames, detail })
}

/// From the last SYN before the SYN-ACK to the SYN-ACK.
fn round_trip(attempt: &Attempt) -> Option<Span> {
    let flow = attempt.flow.as_deref()?;
    let answer = flow.syn_acks.first()?;
    let syn = flow.syns.iter().rfind(|syn| syn.before(*answer))?;
    Some(answer.time - syn.time).filter(|span| span.is_known())
}

fn proxy(attempt: &Attempt) -> Option<Seen> {
    let proxy = attempt.proxy.as_deref()?;
    let requests = proxy.requests.iter().map(|request| request.at);
    let mut frames: Vec<At> = requests.chain(proxy.responses.iter().map(|response| response.at)).collect();
    frames.sort_by_key(|at| at.frame);
    let detail = match (proxy.final_response(), proxy.last_request()) {
        _ if proxy.opened_unseen.is_some() => "tunnel opened, its answer is not in the capture".to_owned(),
        (Some(response), _) => response.status_line.clone(),
        (None, Some(request)) => format!("request for {}, no final answer", request.host),
        (None, None) => "no request seen".to_owned(),
    };
    Some(Seen { frames, detail })
}

fn tls(attempt: &Attempt) -> Option<Seen> {
    let tls = attempt.tls.as_deref()?;
    let hello = tls.client_hello.as_ref().map(|(at, _)| *at).or(tls.client_hello_started);
    let server = tls.server_hello.as_ref().map(|(at, _)| *at);
    let certificate = tls.certificates.as_ref().map(|(at, _)| *at);
    let alert = tls.alerts.first().filter(|_| !tls.is_finished()).map(|alert| alert.at);
    let finished = [tls.client_finished, tls.server_finished];
    let all = [hello, server, certificate, alert].into_iter().chain(finished);
    let mut frames: Vec<At> = all.flatten().collect();
    frames.sort_by_key(|at| at.frame);
    let detail = match (tls.version(), tls.cipher_suite()) {
        (Some(version), Some(suite)) => format!("{version}, {suite}"),
        _ if hello.is_some() && tls.server_unreadable => "ClientHello, ServerHello not readable".to_owned(),
        _ if hello.is_some() => "ClientHello, no ServerHello".to_owned(),
        _ => String::new(),
    };
    Some(Seen { frames, detail })
}

fn http(attempt: &Attempt) -> Option<Seen> {
    let http = attempt.http.as_deref()?;
    if http.request.is_none() && http.answer.is_none() {
        return None;
    }
    let frames: Vec<At> = [http.last_request, http.answer].into_iter().flatten().collect();
    let detail = match (&http.text().status_line, http.answer) {
        (Some(line), _) => format!("{}: {line}", super::http::request_words(http)),
        (None, Some(_)) => amounts(http, ""),
        (None, None) if attempt.flow.as_deref().is_some_and(server_missed) || http.unread.is_some() => {
            format!("{}, not all that came can be read", sent(http))
        }
        (None, None) if http.answered > 0 => format!("{}, no answer to the last request", amounts(http, "")),
        (None, None) => format!("{}, no answer", sent(http)),
    };
    Some(Seen { frames, detail })
}
