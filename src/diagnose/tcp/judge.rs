//! How far the connection came.

use super::open::{refusal, refused, rejected, syn_timeout, synack_unanswered};
use super::resets::reset_of;
use super::unused::{closed_before_data, left_unused, unused};
use crate::attempt::{Attempt, PeerRole};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::{Close, waited};
use crate::diagnose::inconclusive;
use crate::flow::{Flow, Segment};
use crate::model::{At, Direction};
use crate::net::{IcmpError, TcpFlags};

/// Judges a connection that was not made, or on which nobody said anything.
pub(in crate::diagnose) fn judge(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    if !is_established(flow) {
        return Some(not_made(attempt, flow));
    }
    if let Some(closed) = closed_before_data(attempt, flow).or_else(|| left_unused(attempt, flow)) {
        return Some(closed);
    }
    said_nothing(flow).then(|| unused(attempt, flow))
}

/// Whether the handshake was completed, or must have been.
pub(in crate::diagnose) fn is_established(flow: &Flow) -> bool {
    let handshake = !flow.syns.is_empty() || !flow.syn_acks.is_empty();
    let mut client = flow.segments.iter().filter(|segment| segment.direction == Direction::FromClient);
    let unanswered = flow.syns.len() > 1 && flow.syn_acks.is_empty() && flow.from_server.data.is_none();
    // Who goes on sending SYNs, and nothing else, has had no answer to them.
    if unanswered && client.all(|segment| segment.flags.syn() || segment.flags.rst()) {
        return false;
    }
    let beyond = || {
        flow.segments.iter().any(|segment| {
            let control = segment.flags.syn() || segment.flags.rst();
            !control && (is_of_this_connection(flow, &segment) || flow.from_server.frames == 0)
        })
    };
    flow.established.is_some()
        || flow.icmp.iter().any(|(_, error)| quotes_later_segment(flow, error))
        || flow.from_client.acknowledged > 0
        || flow.from_server.data.is_some()
        || flow.from_client.data.is_some() && !flow.syn_acks.is_empty()
        || (flow.roles == crate::flow::RoleEvidence::Ports || handshake) && beyond()
        || (!handshake && flow.icmp.is_empty() && (flow.from_client.data.is_some() || beyond()))
}

/// Whether an error quotes something of the client's other than its SYN: that is sent on a connection that is made.
fn quotes_later_segment(flow: &Flow, error: &IcmpError) -> bool {
    let later = |flags: TcpFlags| flags.ack() && !flags.syn() && !flags.rst();
    error.destination == flow.client.ip && error.quoted.flags.is_some_and(later)
}

/// Whether a segment is the server's and acknowledges what the client has sent: a host that remembers an older connection
/// on the same ports answers the SYN with an ACK of that one's number (RFC 9293 §3.10.7.4, a challenge ACK).
fn is_of_this_connection(flow: &Flow, segment: &Segment) -> bool {
    let client = &flow.from_client;
    let acknowledged = client.acknowledged.saturating_add(u64::from(client.fin_acknowledged));
    // Before the SYN's own number only where that is not known.
    let believed = |ack| u64::try_from(ack).map_or(flow.syns.is_empty(), |ack| ack <= acknowledged);
    segment.direction == Direction::FromServer && segment.ack.is_none_or(believed)
}

/// Whether no octet of data is known from either side.
fn said_nothing(flow: &Flow) -> bool {
    flow.from_client.stream.end() == 0
        && flow.from_server.stream.end() == 0
        && flow.from_client.acknowledged == 0
        && flow.from_server.acknowledged == 0
        && reset_of(flow, Direction::FromServer).and_then(|reset| reset.ack).is_none_or(|ack| ack <= 1)
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

/// The code's silence about a peer that may just be slow: whether a wait from `start` counts.
pub(in crate::diagnose) fn gave_up_or_waited(attempt: &Attempt, start: At, close: Option<Close>) -> bool {
    close.is_some_and(|close| close.by == Direction::FromClient) || waited(attempt, start)
}

/// Whether the peer is a proxy.
pub(in crate::diagnose) fn to_proxy(attempt: &Attempt) -> bool {
    attempt.peer.is_some_and(|peer| peer.role == PeerRole::Proxy)
}
