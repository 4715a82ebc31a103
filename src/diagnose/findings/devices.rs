//! What betrays a device on the path: a narrow link, a reset in somebody else's name.

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{MTU_PING, PERMIT};
use crate::diagnose::tcp::{LARGE, TCP_MTU_BLACKHOLE};
use crate::diagnose::{Finding, Judged, Party, Severity, icmp};
use crate::flow::{Flow, Half, Reset, Segment, SegmentClass};
use crate::model::{At, Direction};

pub(in crate::diagnose) static MTU_TROUBLE_SURVIVED: Diagnostic = Diagnostic {
    code: "mtu-trouble-survived",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Warning),
    title: "Large packets had trouble and got through",
    explanation: "Large segments were lost or drew an ICMP message that they are too big, and smaller ones \
        then carried the data. Path MTU discovery did its work, at the price of time. If a firewall starts \
        to filter that ICMP message, this becomes a black hole.",
    party: Party::Network,
    reported_as: &[],
    confirm: &[MTU_PING],
    filter: "(icmp.type == 3 && icmp.code == 4) || icmpv6.type == 2 || (tcp.analysis.retransmission && \
        tcp.len > 0)",
    fix: &[
        Action { text: "Keep ICMP type 3 code 4 and ICMPv6 type 2 permitted.", commands: &[] },
        Action {
            text: "Clamp the MSS where the narrow link begins.",
            commands: &["configure terminal", "interface INTERFACE", "ip tcp adjust-mss SIZE", "end"],
        },
    ],
    references: &["RFC 1191 section 3", "RFC 8201 section 4"],
};

pub(in crate::diagnose) static RESET_BY_MIDDLEBOX: Diagnostic = Diagnostic {
    code: "reset-by-middlebox",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Warning),
    title: "The reset does not seem to come from the peer",
    explanation: "A RST carries the peer's address, but its TTL or IP ID does not fit the peer's other \
        packets. A device in between most likely sent it: a firewall, an intrusion prevention system or a \
        filter. This is an indication and no proof, because load balancers and path changes can alter \
        these fields too.",
    party: Party::Network,
    reported_as: &[],
    confirm: &[Action { text: "Compare TTL and IP ID of the RST with those of the SYN-ACK.", commands: &[] }],
    filter: "tcp.flags.reset == 1",
    fix: &[
        Action { text: "Look for the connection in the logs of the firewalls on the path.", commands: &[] },
        PERMIT,
    ],
    references: &["RFC 9293 section 3.5.3"],
};

/// A TTL this far outside the peer's others comes from elsewhere, whatever the path does.
const TTL_MARGIN: u8 = 3;

/// Large packets had trouble, and smaller ones then arrived.
pub(super) fn mtu_trouble_survived(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref()?;
    if judged.is(&TCP_MTU_BLACKHOLE) {
        return None;
    }
    reported(judged, flow).or_else(|| Direction::BOTH.into_iter().find_map(|way| shrunk(judged, flow, way)))
}

/// An ICMP error named the narrow link, and a smaller segment behind it was acknowledged.
fn reported(judged: &Judged, flow: &Flow) -> Option<Finding> {
    let (at, error) = flow.icmp.iter().find(|(_, error)| icmp::too_big(error))?;
    let from_client = error.quoted.source == flow.client;
    let direction = if from_client { Direction::FromClient } else { Direction::FromServer };
    let limit = error.mtu.unwrap_or(LARGE);
    let smaller = |s: &Segment| {
        s.direction == direction && s.len > 0 && at.before(s.at) && s.ip_len <= limit && arrived(flow, s)
    };
    let next = flow.segments.iter().find(smaller)?;
    let mtu = error.mtu.map_or(String::new(), |mtu| format!(" of {mtu} octets"));
    let message = format!(
        "{} reported a link with an MTU{mtu} on the way to {}; smaller packets then got through.",
        error.source, error.quoted.destination.ip,
    );
    let finding = Finding::on(judged, &MTU_TROUBLE_SURVIVED, message);
    let finding = finding.at(*at, format!("ICMP from {}: {}", error.source, icmp::words(error)));
    Some(finding.at(next.at, format!("{} octets of IP, acknowledged", next.ip_len)))
}

/// A large segment was sent twice without effect, then its octets went in smaller ones.
fn shrunk(judged: &Judged, flow: &Flow, direction: Direction) -> Option<Finding> {
    if flow.half(direction).retransmissions == 0 {
        return None;
    }
    let sent = || flow.data_segments(direction);
    let again = |s: &Segment| s.class == SegmentClass::Retransmission;
    let small = sent().filter(again).find(|s| s.ip_len <= LARGE && arrived(flow, s) && is_part(s, sent()))?;
    let large: Vec<At> = sent()
        .filter(|s| s.ip_len > LARGE && s.offset == small.offset && s.at.before(small.at))
        .map(|s| s.at)
        .collect();
    let who = if direction == Direction::FromClient { flow.client } else { flow.server };
    let message = format!(
        "{} sent a large packet {} without an acknowledgement; its octets got through in smaller ones.",
        who.ip,
        crate::diagnose::words::times(large.len()),
    );
    let places = large.iter().map(|at| (*at, "large packet, not acknowledged".to_owned()));
    let finding = Finding::on(judged, &MTU_TROUBLE_SURVIVED, message).each(places.collect());
    Some(finding.at(small.at, format!("{} octets of IP, acknowledged", small.ip_len)))
}

/// Whether `small` is the start of a large segment that was sent at least twice before it.
fn is_part(small: &Segment, sent: impl Iterator<Item = Segment>) -> bool {
    let large = |s: &Segment| {
        s.offset == small.offset
            && s.ip_len > LARGE
            && s.len > small.len
            && s.at.before(small.at)
            && s.class != SegmentClass::Duplicate
    };
    sent.filter(large).count() > 1
}

fn arrived(flow: &Flow, segment: &Segment) -> bool {
    let end = segment.offset + i64::from(segment.len);
    i64::try_from(flow.half(segment.direction).acknowledged).is_ok_and(|known| end <= known)
}

/// A RST in the peer's name whose TTL does not fit the peer's other packets.
pub(super) fn reset_by_middlebox(judged: &Judged) -> Option<Finding> {
    let half = &judged.attempt.flow.as_deref()?.from_server;
    let (low, high) = half.ttl?;
    let reset = half.resets.iter().find(|reset| is_foreign(half, reset))?;
    let others = if low == high { low.to_string() } else { format!("{low} to {high}") };
    let id = if is_unnumbered(half, reset) { ", and its IP ID is 0 unlike theirs" } else { "" };
    let message = format!(
        "The RST in the name of {} has TTL {} where its other packets have {others}{id}: something on the way may have sent it.",
        judged.attempt.peer_text(),
        reset.ttl,
    );
    let finding = Finding::on(judged, &RESET_BY_MIDDLEBOX, message);
    Some(finding.at(reset.at, format!("RST with TTL {}, not {others}", reset.ttl)))
}

/// Far outside the TTLs of the peer, or a little when the IP ID does not fit either: a path may change by a hop.
fn is_foreign(half: &Half, reset: &Reset) -> bool {
    let Some((low, high)) = half.ttl else { return false };
    let far = low.saturating_sub(reset.ttl).max(reset.ttl.saturating_sub(high));
    far >= TTL_MARGIN || (far > 0 && is_unnumbered(half, reset))
}

/// Whether the peer numbers its packets and this one is not numbered.
fn is_unnumbered(half: &Half, reset: &Reset) -> bool {
    reset.ip_id == Some(0) && half.ip_id.is_some_and(|id| id != 0)
}
