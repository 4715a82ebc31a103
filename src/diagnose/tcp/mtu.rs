//! Packets too large for the path, and nobody who says so.

use crate::attempt::Attempt;
use crate::flow::{Flow, Segment, SegmentClass};
use crate::model::{At, Direction};

use crate::diagnose::Confidence;
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::{first_close, waited};
use crate::diagnose::icmp::too_big;
use crate::diagnose::words::times;

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::steps::MTU_PING;

pub(in crate::diagnose) static TCP_MTU_BLACKHOLE: Diagnostic = Diagnostic {
    code: "tcp-mtu-blackhole",
    stage: Some(StageName::Tcp),
    kind: Kind::Verdict(&[Ground::Duration]),
    title: "Large packets do not get through",
    explanation: "Small segments pass and large ones do not: they are repeated and never acknowledged, or \
        the peer's large segments never arrive and the switch keeps reporting the gap. A link with a \
        smaller MTU (a tunnel, VPN or PPPoE) drops them, and the ICMP message that would say so is \
        filtered or ignored. It often looks like a TLS timeout, because the certificates are the first \
        large packets. It is not random loss: only size decides.",
    party: Party::Network,
    reported_as: &["Connection timed out", "NO REPLY"],
    confirm: &[
        MTU_PING,
        Action {
            text: "Look for the MSS in SYN and SYN-ACK and for the sizes that are missing.",
            commands: &[],
        },
    ],
    filter: "(tcp.analysis.retransmission && tcp.len > 0) || tcp.analysis.lost_segment || (icmp.type == 3 \
        && icmp.code == 4) || icmpv6.type == 2",
    fix: &[
        MTU_PING,
        Action {
            text: "Clamp the MSS where the tunnel or the narrow link begins.",
            commands: &["configure terminal", "interface INTERFACE", "ip tcp adjust-mss SIZE", "end"],
        },
        Action {
            text: "Have the firewalls let ICMP type 3 code 4 and ICMPv6 type 2 through.",
            commands: &[],
        },
        Action {
            text: "As a work-around, lower the IP MTU of the interface that the switch sends from.",
            commands: &["configure terminal", "interface INTERFACE", "ip mtu SIZE", "end"],
        },
    ],
    references: &["RFC 1191 section 3", "RFC 2923 section 2.1", "RFC 8201 section 4", "RFC 9293 section 3.7"],
};

/// IP packets up to the IPv6 minimum MTU pass everywhere (RFC 8200 §5).
pub(in crate::diagnose) const LARGE: u32 = 1_280;
/// Octets of payload that a large packet has at least: without 40 octets of IPv6 header, 20 of TCP, 12 of options.
const LARGE_PAYLOAD: u64 = 1_208;

/// Sent so often, a packet will not get through any more.
const PERSISTENT: usize = 4;

/// Whether large packets of one direction get lost on the path while small ones pass.
pub(in crate::diagnose) fn blackhole(attempt: &Attempt) -> Option<Conclusion> {
    let flow = attempt.flow.as_deref()?;
    reported(attempt, flow)
        .or_else(|| lost(attempt, flow, Direction::FromClient))
        .or_else(|| lost(attempt, flow, Direction::FromServer))
        .or_else(|| never_arrive(attempt, flow))
}

/// An ICMP error names the small link, and no smaller segment follows.
fn reported(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let (at, error) = flow.icmp.iter().find(|(_, error)| too_big(error))?;
    let direction =
        if error.quoted.source == flow.client { Direction::FromClient } else { Direction::FromServer };
    let half = flow.half(direction);
    let from = i64::try_from(half.acknowledged).ok()?;
    let later = flow.segments.iter().filter(|s| {
        s.direction == direction && at.before(s.at) && s.len > 0 && s.class != SegmentClass::Duplicate
    });
    let limit = error.mtu.unwrap_or(LARGE);
    let later: Vec<Segment> = later.collect();
    if later.iter().any(|s| s.ip_len <= limit && s.offset <= from) || half.acknowledged >= half.stream.end() {
        return None;
    }
    let mtu = error.mtu.map_or(String::new(), |mtu| format!(" of {mtu} octets"));
    let summary = format!(
        "{} reported a link with an MTU{mtu} on the way between {} and {}, and no smaller packet followed.",
        error.source,
        attempt.client,
        attempt.peer_text(),
    );
    let again: Vec<At> = later.iter().map(|segment| segment.at).collect();
    if again.len() < PERSISTENT && !is_final(attempt, *at) {
        return None;
    }
    Some(
        Conclusion::new(&TCP_MTU_BLACKHOLE, Confidence::Likely, summary)
            .at(*at, format!("ICMP from {}: {}", error.source, crate::diagnose::icmp::words(error)))
            .each(&again, |_| "sent again as large as before".to_owned()),
    )
}

/// Large segments are sent again and never acknowledged, while small ones of the same direction are.
fn lost(attempt: &Attempt, flow: &Flow, direction: Direction) -> Option<Conclusion> {
    let half = flow.half(direction);
    let acknowledged = i64::try_from(half.acknowledged).ok()?;
    let sent: Vec<Segment> = flow.data_segments(direction).filter(|segment| !is_copy(segment)).collect();
    let large: Vec<Segment> =
        sent.iter().copied().filter(|s| s.ip_len > LARGE && s.offset >= acknowledged).collect();
    let first = large.iter().min_by_key(|segment| (segment.offset, segment.at.frame))?;
    let repeated = large.iter().filter(|s| s.offset == first.offset && s.ip_len >= first.ip_len).count();
    let small_passed = sent.iter().any(|s| s.ip_len <= LARGE && passed(flow, s, acknowledged));
    // Where a packet as large arrived, the path itself was cut.
    let size = payload_on_wire(flow, first);
    let large_passed = sent.iter().any(|s| {
        let payload = payload_on_wire(flow, s);
        payload >= size && (passed(flow, s, acknowledged) || s.offset + i64::from(payload) <= acknowledged)
    });
    let shrunk = sent.iter().any(|s| s.offset == first.offset && s.ip_len < first.ip_len);
    let only_size = small_passed && !large_passed && !shrunk;
    let stuck = repeated >= PERSISTENT || repeated > 1 && is_final(attempt, first.at);
    if first.offset > acknowledged || !only_size || !stuck {
        return None;
    }
    let who =
        if direction == Direction::FromClient { attempt.client.to_string() } else { attempt.peer_text() };
    let summary = format!(
        "{who} sent an IP packet of {} octets {} and it was never acknowledged, while smaller packets of the same \
         direction arrived: the path loses large packets.",
        first.ip_len,
        times(repeated),
    );
    let places: Vec<At> = large.iter().map(|segment| segment.at).collect();
    let note = |index: usize| {
        let segment = large.get(index).unwrap_or(first);
        let before = large.get(..index).unwrap_or_default();
        let repeats = before.iter().any(|other| other.offset == segment.offset);
        let again = if repeats { "sent again, not acknowledged" } else { "never acknowledged" };
        format!("{} octets of IP, {again}", segment.ip_len)
    };
    Some(Conclusion::new(&TCP_MTU_BLACKHOLE, Confidence::Likely, summary).each(&places, note))
}

/// Octets of payload in the largest packet that `segment` was sent in: a capture on the sender shows several as one (segmentation
/// offload), but none holds more than the receiver's MSS.
fn payload_on_wire(flow: &Flow, segment: &Segment) -> u32 {
    segment.len.min(flow.half(segment.direction.reverse()).mss.map_or(u32::MAX, u32::from))
}

/// Whether what did not get through at `at` will not any more: somebody closed, or the capture goes on for long.
fn is_final(attempt: &Attempt, at: At) -> bool {
    first_close(attempt).is_some() || waited(attempt, at)
}

fn is_copy(segment: &Segment) -> bool {
    segment.class == SegmentClass::Duplicate
}

/// Whether the other side is known to have received `segment`: acknowledged, or reported by SACK.
fn passed(flow: &Flow, segment: &Segment, acknowledged: i64) -> bool {
    let end = segment.offset + i64::from(segment.len);
    let reported = |s: &Segment| s.sack.is_some_and(|(left, right)| left <= segment.offset && end <= right);
    end <= acknowledged || flow.segments.iter().any(|s| s.direction != segment.direction && reported(&s))
}

/// The peer's large segments never arrive: a gap before a smaller segment, which the switch keeps reporting.
fn never_arrive(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let half = &flow.from_server;
    let gap = half.stream.uncaptured().next()?;
    let start = i64::try_from(gap.start).ok()?;
    if gap.end - gap.start < LARGE_PAYLOAD || gap.start < half.acknowledged {
        return None;
    }
    let behind = flow.segments.iter().find(|s| {
        s.direction == Direction::FromServer && s.len > 0 && s.offset >= start && s.ip_len <= LARGE
    })?;
    let reports: Vec<At> = flow
        .segments
        .iter()
        .filter(|s| s.direction == Direction::FromClient && behind.at.before(s.at) && s.ack == Some(start))
        .map(|segment| segment.at)
        .collect();
    let sack = flow
        .segments
        .iter()
        .any(|s| s.direction == Direction::FromClient && s.sack.is_some() && s.ack == Some(start));
    if reports.is_empty() || !(sack || reports.len() > 1) || !is_final(attempt, behind.at) {
        return None;
    }
    let summary = format!(
        "{} octets of {} never reached {} while a smaller packet after them did; {} kept reporting the gap and it was \
         never filled: the path loses large packets.",
        gap.end - gap.start,
        attempt.peer_text(),
        attempt.client,
        attempt.client,
    );
    Some(
        Conclusion::new(&TCP_MTU_BLACKHOLE, Confidence::Likely, summary)
            .at(behind.at, format!("smaller segment after a gap of {} octets", gap.end - gap.start))
            .each(&reports, |_| format!("acknowledgement stays at octet {start}: the gap is reported")),
    )
}
