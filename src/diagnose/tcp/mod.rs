//! The TCP connection that is not made, or is ended before a word is said.

mod codes;
mod mtu;

use crate::attempt::{Attempt, PeerRole, Visibility};
use crate::flow::{Flow, Reset};
use crate::model::{At, Direction};
use crate::net::IcmpError;

pub(super) use codes::*;
pub(super) use mtu::blackhole;

use super::conclusion::Conclusion;
use super::ending::{Close, CloseKind, IDLE, first_close, missed, seconds, waited};
use super::inconclusive;
use super::silence::{ended, one_way, silence};
use super::words::times;
use super::{Confidence, Party};

/// Judges a connection that was not made, or on which nobody said anything.
pub(super) fn judge(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    if !is_established(flow) {
        return Some(not_made(attempt, flow));
    }
    if let Some(closed) = closed_before_data(attempt, flow) {
        return Some(closed);
    }
    said_nothing(flow).then(|| unused(attempt, flow))
}

/// The peer closed within 2 s of the handshake and before the first octet; what crosses its close changes nothing.
fn closed_before_data(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let start = flow.established?;
    let close = first_close(attempt).filter(|close| close.by == Direction::FromServer)?;
    let data = [&flow.from_client, &flow.from_server].map(|half| half.data.map(|(first, _)| first));
    let before = data.into_iter().flatten().all(|first| close.at.before(first));
    let acknowledged = flow.segments.iter().find(|s| s.at == close.at).and_then(|s| s.ack);
    let unheard = acknowledged.is_none_or(|ack| ack <= 0);
    (before && unheard && close.at.time - start.time <= IDLE)
        .then(|| closed_by_peer(attempt, flow, start, close))
}

/// Whether the handshake was completed, or must have been.
pub(super) fn is_established(flow: &Flow) -> bool {
    let handshake = !flow.syns.is_empty() || !flow.syn_acks.is_empty();
    let beyond = flow.segments.iter().any(|segment| {
        let control = segment.flags.syn() || segment.flags.rst();
        !control && (segment.direction == Direction::FromServer || flow.from_server.frames == 0)
    });
    flow.established.is_some()
        || flow.from_client.acknowledged > 0
        || flow.from_server.data.is_some()
        || flow.from_client.data.is_some() && !flow.syn_acks.is_empty()
        || beyond && (flow.roles == crate::flow::RoleEvidence::Ports || handshake)
        || (!handshake && flow.icmp.is_empty() && (flow.from_client.data.is_some() || beyond))
}

/// Whether no octet of data is known from either side.
fn said_nothing(flow: &Flow) -> bool {
    flow.from_client.stream.end() == 0
        && flow.from_server.stream.end() == 0
        && flow.from_client.acknowledged == 0
        && flow.from_server.acknowledged == 0
        && reset_of(flow, Direction::FromServer).and_then(|reset| reset.ack).is_none_or(|ack| ack <= 1)
}

fn reset_of(flow: &Flow, direction: Direction) -> Option<&Reset> {
    flow.half(direction).resets.first()
}

fn not_made(attempt: &Attempt, flow: &Flow) -> Conclusion {
    if !flow.syn_acks.is_empty() {
        return synack_unanswered(attempt, flow);
    }
    if let Some(reset) = refusal(flow) {
        return refused(attempt, flow, reset);
    }
    if let Some(rejected) = rejected(attempt, flow) {
        return rejected;
    }
    if flow.syns.is_empty() {
        return inconclusive::mid_stream(attempt);
    }
    syn_timeout(attempt, flow)
}

/// A RST that answers the SYN: it acknowledges exactly the SYN.
fn refusal(flow: &Flow) -> Option<&Reset> {
    let answers = |reset: &&Reset| reset.ack == Some(0) && flow.from_client.isn.is_some();
    flow.from_server.resets.iter().find(answers)
}

fn refused(attempt: &Attempt, flow: &Flow, reset: &Reset) -> Conclusion {
    let syn = flow.syns.iter().rfind(|syn| syn.before(reset.at));
    let took =
        syn.map(|syn| format!(" {} after the SYN", seconds(reset.at.time - syn.time))).unwrap_or_default();
    let summary =
        format!("{} refused the connection of {} with a RST{took}.", attempt.peer_start(), attempt.client);
    let confidence = if flow.syns.is_empty() { Confidence::Likely } else { Confidence::Certain };
    let places: Vec<At> = flow.from_server.resets.iter().map(|reset| reset.at).collect();
    Conclusion::new(&TCP_SYN_REFUSED, confidence, summary)
        .maybe(syn.copied(), "SYN")
        .at(reset.at, "RST that answers the SYN")
        .each(&places, |_| "RST".to_owned())
        .party(attempt.peer_party())
}

/// ICMP errors to the switch about its SYN.
fn rejected(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let to_client =
        |(_, error): &&(At, IcmpError)| error.destination == flow.client.ip && !super::icmp::too_big(error);
    let errors: Vec<&(At, IcmpError)> = flow.icmp.iter().filter(to_client).collect();
    let (_, error) = errors.first()?;
    let summary = format!(
        "{} answered the SYN of {} to {} with ICMP '{}'.",
        error.source,
        attempt.client,
        attempt.peer_text(),
        super::icmp::words(error),
    );
    // The next SYN may still get through (a route that comes up late).
    let over = errors.first().is_some_and(|(at, _)| super::ending::waited(attempt, *at));
    let confidence = if over { Confidence::Certain } else { Confidence::Likely };
    let conclusion = Conclusion::new(&TCP_SYN_REJECTED, confidence, summary);
    let syn = flow.syns.first().copied();
    Some(errors.iter().take(6).fold(conclusion.maybe(syn, "SYN"), |conclusion, (at, error)| {
        conclusion.at(*at, format!("ICMP from {}: {}", error.source, super::icmp::words(error)))
    }))
}

fn syn_timeout(attempt: &Attempt, flow: &Flow) -> Conclusion {
    let syns = &flow.syns;
    let (Some(first), Some(last)) = (syns.first(), syns.last()) else {
        return inconclusive::mid_stream(attempt);
    };
    let useless = flow.from_server.frames > 0;
    let answer = if useless { "nothing that acknowledges it came back" } else { "nothing came back" };
    let summary = format!(
        "{} sent its SYN to {} {} in {} and {answer}.",
        attempt.client,
        attempt.peer_text(),
        times(syns.len()),
        seconds(last.time - first.time),
    );
    let conclusion = silence(attempt, &TCP_SYN_TIMEOUT, syns.len(), *first, summary).party(Party::Network);
    conclusion.each(syns, |index| {
        if index == 0 { "SYN, no answer".to_owned() } else { format!("SYN again ({}), no answer", index + 1) }
    })
}

/// The peer's SYN-ACK is there; the switch does not complete the handshake.
fn synack_unanswered(attempt: &Attempt, flow: &Flow) -> Conclusion {
    let answers = &flow.syn_acks;
    let Some(first) = answers.first() else { return inconclusive::mid_stream(attempt) };
    if let Some(reset) = reset_of(flow, Direction::FromClient).filter(|reset| first.before(reset.at)) {
        let summary =
            format!("{} answered the SYN-ACK of {} with a RST.", attempt.client, attempt.peer_text());
        return Conclusion::new(&TCP_SYNACK_UNANSWERED, Confidence::Certain, summary)
            .at(*first, "SYN-ACK")
            .at(reset.at, "the switch answers it with RST")
            .each(answers, |_| "SYN-ACK".to_owned());
    }
    let reset = reset_of(flow, Direction::FromServer);
    if let Some(reset) = reset.filter(|reset| answers.len() == 1 && first.before(reset.at)) {
        return reset_after_synack(attempt, flow, *first, reset);
    }
    let last = answers.last().unwrap_or(first);
    let summary = format!(
        "{} sent its SYN-ACK {} in {} and no acknowledgement of {} is in the capture.",
        attempt.peer_start(),
        times(answers.len()),
        seconds(last.time - first.time),
        attempt.client,
    );
    let conclusion = silence(attempt, &TCP_SYNACK_UNANSWERED, answers.len(), *first, summary);
    conclusion.each(answers, |index| format!("SYN-ACK {}, not acknowledged", index + 1))
}

/// A SYN-ACK and then a RST of the same side, with nothing of the switch between.
fn reset_after_synack(attempt: &Attempt, flow: &Flow, synack: At, reset: &Reset) -> Conclusion {
    if attempt.visibility != Visibility::InboundOnly && flow.from_client.frames > flow.syns.len() as u64 {
        return ended(attempt, synack);
    }
    let summary = format!(
        "{} sent a SYN-ACK and {} later a RST; what {} sent between them is not in the capture.",
        attempt.peer_start(),
        seconds(reset.at.time - synack.time),
        attempt.client,
    );
    Conclusion::new(&TCP_RESET, Confidence::Possible, summary)
        .at(synack, "SYN-ACK")
        .at(reset.at, "RST from the peer's side")
}

/// The connection stands and nobody said anything.
fn unused(attempt: &Attempt, flow: &Flow) -> Conclusion {
    if flow.syns.is_empty() && flow.syn_acks.is_empty() {
        return inconclusive::mid_stream(attempt);
    }
    let start = flow.established.or(flow.syn_acks.last().copied()).unwrap_or(flow.first);
    match first_close(attempt) {
        Some(close) if close.by == Direction::FromServer && close.at.time - start.time <= IDLE => {
            closed_by_peer(attempt, flow, start, close)
        }
        Some(close) => nothing_sent(attempt, start, close.at, close.by),
        None if attempt.visibility != Visibility::Both => one_way(attempt),
        None if attempt.surroundings.capture_last.time - start.time >= IDLE => {
            inconclusive::nothing_sent(attempt, start, attempt.surroundings.capture_last, "the capture ends")
        }
        None => ended(attempt, start),
    }
}

fn nothing_sent(attempt: &Attempt, start: At, end: At, by: Direction) -> Conclusion {
    let how = match by {
        Direction::FromClient => "the switch closes",
        Direction::FromServer => "the peer closes",
    };
    inconclusive::nothing_sent(attempt, start, end, how)
}

fn closed_by_peer(attempt: &Attempt, flow: &Flow, start: At, close: Close) -> Conclusion {
    let (diagnostic, verb) = match close.kind {
        CloseKind::Rst => (&TCP_RESET, "reset"),
        _ => (&TCP_CLOSED, "closed"),
    };
    let summary = format!(
        "{} {verb} the connection {} after the TCP handshake, before either side had sent anything.",
        attempt.peer_start(),
        seconds(close.at.time - start.time),
    );
    // A close that acknowledges exactly the SYN proves that nothing of the switch had arrived.
    let acknowledged =
        flow.segments.iter().find(|segment| segment.at == close.at).and_then(|segment| segment.ack);
    let proved = acknowledged == Some(0) && flow.established.is_some() && !missed(&flow.from_server);
    let confidence = if proved { Confidence::Certain } else { Confidence::Likely };
    let party = if close.kind == CloseKind::Rst { Party::Network } else { attempt.peer_party() };
    Conclusion::new(diagnostic, confidence, summary)
        .at(start, "TCP handshake complete")
        .at(close.at, format!("{} from the peer, no data before it", close.kind.noun()))
        .party(party)
}

/// The code's silence about a peer that may just be slow: whether a wait from `start` counts.
pub(super) fn gave_up_or_waited(attempt: &Attempt, start: At, close: Option<Close>) -> bool {
    close.is_some_and(|close| close.by == Direction::FromClient) || waited(attempt, start)
}

/// Whether the peer is a proxy.
pub(super) fn to_proxy(attempt: &Attempt) -> bool {
    attempt.peer.is_some_and(|peer| peer.role == PeerRole::Proxy)
}
