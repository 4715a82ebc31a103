//! What the segments show of the path and of the hosts' load.

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::MTU_PING;
use crate::diagnose::words::count;
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::flow::{Flow, Segment, SegmentClass};
use crate::model::{At, Direction};

pub(super) const LOOK_AT_PATH: Action =
    Action { text: "Look for errors and drops on the interfaces and links of the path.", commands: &[] };

pub(in crate::diagnose) static TCP_LOSS: Diagnostic = Diagnostic {
    code: "tcp-loss",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Warning),
    title: "Segments are lost on the path",
    explanation: "Segments of this connection were sent again because no acknowledgement came. A few do no \
        harm; at a rate of some percent, attempts become slow and begin to time out. The count leaves out \
        duplicate frames, which only the capture made. Loss of large packets alone would be an MTU \
        problem.",
    party: Party::Network,
    reported_as: &[],
    confirm: &[LOOK_AT_PATH],
    filter: "tcp.analysis.retransmission",
    fix: &[LOOK_AT_PATH, MTU_PING],
    references: &["RFC 9293 section 3.8.1"],
};

pub(in crate::diagnose) static TCP_REORDERING: Diagnostic = Diagnostic {
    code: "tcp-reordering",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Info),
    title: "Segments arrive out of order",
    explanation: "Segments arrived in another order than they were sent, without being lost. Parallel \
        links that share the load packet by packet do this. TCP puts it right; heavy reordering costs \
        speed and looks like loss to simple tools.",
    party: Party::Network,
    reported_as: &[],
    confirm: &[Action { text: "See how far the segments are displaced.", commands: &[] }],
    filter: "tcp.analysis.out_of_order",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action { text: "Have parallel links share the load per connection.", commands: &[] },
    ],
    references: &["RFC 9293 section 3.10.7.4"],
};

pub(in crate::diagnose) static TCP_ZERO_WINDOW: Diagnostic = Diagnostic {
    code: "tcp-zero-window",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Warning),
    title: "A receiver stopped the sender",
    explanation: "One side announced a receive window of zero: its application did not read fast enough, \
        and the other side had to wait. The network is not the cause; the host that sent the zero window \
        is busy. If the window never opens again, the attempt times out.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "See which side announces the zero window, and for how long.", commands: &[] }],
    filter: "tcp.analysis.zero_window",
    fix: &[Action { text: "Look at the load of that host; on the switch, at its CPU.", commands: &[] }],
    references: &["RFC 9293 section 3.8.6.1"],
};

/// A single repetition says nothing: it may come of a busy host or a tail-loss probe.
const LOSSES: u64 = 2;
/// One such segment in so many frames is worth a word.
const RATE: u64 = 100;

/// Segments that had to be sent again, and then arrived.
pub(super) fn loss(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref()?;
    // Past the limit on segments only their number is known.
    let all = flow.from_client.retransmissions + flow.from_server.retransmissions;
    if all < LOSSES {
        return None;
    }
    let again = |segment: &Segment| {
        let end = segment.offset + i64::from(segment.len);
        let known = i64::try_from(flow.half(segment.direction).acknowledged).unwrap_or(i64::MAX);
        segment.class == SegmentClass::Retransmission && segment.len > 0 && end <= known
    };
    let shown: Vec<Segment> = flow.segments.iter().filter(again).collect();
    let lost = if flow.segments_omitted > 0 { all } else { shown.len() as u64 };
    if lost < LOSSES || lost * RATE < flow.frames {
        return None;
    }
    let message = format!(
        "{lost} of {} with {} were sent again ({:.1} %).",
        count(flow.frames, "frame"),
        judged.attempt.peer_text(),
        100.0 * lost as f64 / flow.frames as f64,
    );
    let places = shown.iter().map(|segment| (segment.at, format!("{} sent again", sent(flow, segment))));
    Some(Finding::on(judged, &TCP_LOSS, message).each(places.collect()))
}

/// Segments that came behind later ones.
pub(super) fn reordering(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref()?;
    let late = flow.from_client.out_of_order + flow.from_server.out_of_order;
    if late == 0 || late * RATE < flow.frames {
        return None;
    }
    let message = format!(
        "{late} of {} with {} came out of order.",
        count(flow.frames, "frame"),
        judged.attempt.peer_text(),
    );
    let shown = flow.segments.iter().filter(|segment| segment.class == SegmentClass::OutOfOrder);
    let places = shown.map(|segment| (segment.at, format!("{} after later ones", sent(flow, &segment))));
    Some(Finding::on(judged, &TCP_REORDERING, message).each(places.collect()))
}

/// A side that could take no more.
pub(super) fn zero_window(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref()?;
    Direction::BOTH.into_iter().find_map(|direction| {
        // A SYN-ACK's window of zero tells only where no other one follows.
        let never = direction == Direction::FromServer && flow.is_never_opened();
        let times = flow.half(direction).zero_windows + if never { flow.syn_acks.len() as u64 } else { 0 };
        if times == 0 {
            return None;
        }
        let who = if direction == Direction::FromClient { flow.client } else { flow.server };
        let message = format!("{} announced a window of zero in {}.", who.ip, count(times, "frame"));
        let closed = |s: &Segment| {
            s.direction == direction
                && s.window == 0
                && !s.flags.rst()
                && (never || !s.flags.syn())
                && s.ack.is_some()
        };
        let places: Vec<(At, String)> =
            flow.segments.iter().filter(closed).map(|s| (s.at, "window 0".to_owned())).collect();
        Some(Finding::on(judged, &TCP_ZERO_WINDOW, message).each(places))
    })
}

/// A segment in words: `512 octets of 203.0.113.81`.
fn sent(flow: &Flow, segment: &Segment) -> String {
    let who = if segment.direction == Direction::FromClient { flow.client } else { flow.server };
    format!("{} of {}", count(u64::from(segment.len), "octet"), who.ip)
}
