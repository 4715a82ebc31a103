//! What the capture itself shows, and how far it can be trusted.

use crate::attempt::Visibility;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::ending::{first_close, missed, seconds};
use crate::diagnose::inconclusive::{INCONCLUSIVE_CAPTURE_ENDED, INCONCLUSIVE_ONE_WAY};
use crate::diagnose::steps::{CAPTURE_CPU, CAPTURE_PORT, GUIDE, NTP, SHOW_CLOCK};
use crate::diagnose::tcp::is_established;
use crate::diagnose::words::count;
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::flow::{Half, Segment, SegmentClass};
use crate::model::{Direction, Span};

use super::Whole;

pub(in crate::diagnose) static CAPTURE_GAPS: Diagnostic = Diagnostic {
    code: "capture-gaps",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "Packets are missing from the capture",
    explanation: "One side acknowledged bytes that are not in the capture: they were sent and received, \
        and the capture missed them. This is no loss on the network. Usual causes are a packet rate limit, \
        a full buffer, or packets made by the CPU that an interface capture does not see.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "See the acknowledgements of bytes that were never captured.", commands: &[] }],
    filter: "tcp.analysis.ack_lost_segment || tcp.analysis.lost_segment",
    fix: &[CAPTURE_CPU, CAPTURE_PORT],
    references: &["RFC 9293 section 3.4"],
};

pub(in crate::diagnose) static ONE_DIRECTION_MISSING: Diagnostic = Diagnostic {
    code: "one-direction-missing",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "One direction is missing",
    explanation: "Packets of one direction only are in the capture. What that direction proves is used; \
        silence of the other is not held against it. On these switches, packets made by the CPU may be \
        missing from an interface capture.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "Compare the packets from and to the switch.", commands: &[] }],
    filter: "tcp.analysis.ack_lost_segment",
    fix: &[CAPTURE_CPU, CAPTURE_PORT],
    references: &[GUIDE],
};

pub(in crate::diagnose) static CUT_FRAMES: Diagnostic = Diagnostic {
    code: "cut-frames",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "Frames are cut",
    explanation: "Frames were captured shorter than they were on the wire, by a packet length limit. \
        Headers can be judged; certificates, names and answers may be missing. Cut frames are not \
        malformed ones.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "Count the frames whose captured length is shorter.", commands: &[] }],
    filter: "frame.cap_len < frame.len",
    fix: &[Action { text: "Capture again without a packet length limit.", commands: &[] }, CAPTURE_PORT],
    references: &[GUIDE],
};

pub(in crate::diagnose) static STARTS_MID_ATTEMPT: Diagnostic = Diagnostic {
    code: "starts-mid-attempt",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "The capture starts during an attempt",
    explanation: "A connection to the service was already open when the capture began. Its beginning is \
        missing, and its verdict rests on what is left. A circular buffer or a late start is the usual \
        cause.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "See the connection without SYN.", commands: &[] }],
    filter: "tcp && !(tcp.completeness & 1)",
    fix: &[CAPTURE_PORT],
    references: &[GUIDE],
};

pub(in crate::diagnose) static ENDS_MID_ATTEMPT: Diagnostic = Diagnostic {
    code: "ends-mid-attempt",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "The capture ends during an attempt",
    explanation: "An attempt was still in progress at the last frame. Its end is missing, and an answer \
        may have followed. A capture stopped early, a full linear buffer or an export copied too soon is \
        the usual cause.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "See the connection without FIN or RST.", commands: &[] }],
    filter: "tcp && !(tcp.completeness & 48)",
    fix: &[CAPTURE_PORT],
    references: &[GUIDE],
};

pub(in crate::diagnose) static TIME_BACKWARDS: Diagnostic = Diagnostic {
    code: "time-backwards",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "Time goes backwards in the capture",
    explanation: "A frame has an earlier time than the one before it. The clock was set during the \
        capture, or the file was put together from several captures or interfaces. Durations across that \
        point are unreliable; the order of the frames in the file is kept.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "See the frames with a negative delta.", commands: &[] }, SHOW_CLOCK],
    filter: "frame.time_delta < 0",
    fix: &[NTP, Action { text: "To join several captures, let --merge order them by time.", commands: &[] }],
    references: &["RFC 5905 section 1"],
};

pub(in crate::diagnose) static DUPLICATE_FRAMES: Diagnostic = Diagnostic {
    code: "duplicate-frames",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "The same packet was captured twice",
    explanation: "Some packets are in the capture twice: seen at two capture points, or once on ingress \
        and once on the way to the CPU. The copy may have another tag, TTL or hardware address. Copies are \
        counted here and never as retransmissions or loss.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action {
        text: "Compare IP ID and sequence number of packets that follow each other closely.",
        commands: &[],
    }],
    filter: "tcp.analysis.retransmission || tcp.analysis.duplicate_ack",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action { text: "For a cleaner capture, use one capture point.", commands: &[] },
        CAPTURE_PORT,
    ],
    references: &[GUIDE],
};

/// Frames that several queues or processors stamped stand a little out of order; no clock was set.
const JITTER: Span = Span::millis(1);

/// Octets were acknowledged that the capture does not hold.
pub(super) fn gaps(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref()?;
    Direction::BOTH.into_iter().find_map(|direction| {
        let half = flow.half(direction);
        let (octets, start) = uncaptured(half)?;
        let who = if direction == Direction::FromClient { flow.client } else { flow.server };
        let shows =
            flow.segments.iter().find(|s| s.direction != direction && s.ack.is_some_and(|ack| ack > start));
        let message = match octets {
            // TCP counts a FIN as one (RFC 9293 §3.4).
            1 => format!(
                "The capture lacks an octet or the FIN of {}, which was acknowledged: it missed packets.",
                who.ip
            ),
            _ => format!(
                "The capture lacks {octets} octets of {} that were acknowledged: it missed packets.",
                who.ip
            ),
        };
        let note = format!("acknowledges octets of {} that were not captured", who.ip);
        Some(Finding::on(judged, &CAPTURE_GAPS, message).maybe(shows.map(|segment| segment.at), note))
    })
}

/// How many octets of a visible side were acknowledged and not captured, and where the first of them stands.
fn uncaptured(half: &Half) -> Option<(u64, i64)> {
    if half.frames == 0 || !missed(half) {
        return None;
    }
    let known = half.acknowledged;
    let holes = half.stream.uncaptured().filter(|gap| gap.start < known);
    let tail = (known > half.stream.end()).then(|| half.stream.end()..known);
    let all: Vec<_> = holes.map(|gap| gap.start..gap.end.min(known)).chain(tail).collect();
    let octets = all.iter().map(|gap| gap.end - gap.start).sum();
    Some((octets, i64::try_from(all.first()?.start).ok()?))
}

/// What one side said is in the capture, what the other side said is not.
pub(super) fn one_direction_missing(judged: &Judged) -> Option<Finding> {
    let attempt = &judged.attempt;
    // Silence is no proof that something was said.
    let answered = attempt.flow.as_deref().is_some_and(|flow| flow.established.is_some());
    let one_way = judged.is(&INCONCLUSIVE_ONE_WAY);
    let way = match attempt.visibility {
        Visibility::InboundOnly => "to",
        Visibility::OutboundOnly if answered || one_way => "from",
        _ => return None,
    };
    let client = attempt.client;
    let message = format!("Of this attempt only packets {way} {client} are in the capture.");
    Some(Finding::on(judged, &ONE_DIRECTION_MISSING, message).at(attempt.first, format!("{way} {client}")))
}

/// The connection's beginning is not there.
pub(super) fn starts_mid_attempt(judged: &Judged) -> Option<Finding> {
    let flow =
        judged.attempt.flow.as_deref().filter(|flow| flow.syns.is_empty() && flow.syn_acks.is_empty())?;
    // What answers a SYN shows that the connection began here.
    let refused = flow.segments.iter().all(|segment| segment.flags.rst());
    let quoted = flow.segments.is_empty();
    if refused || quoted || !is_established(flow) {
        return None;
    }
    let message = format!(
        "The connection from {} to {} was open before its first packet in the capture.",
        flow.client,
        judged.attempt.peer_text(),
    );
    Some(Finding::on(judged, &STARTS_MID_ATTEMPT, message).at(flow.first, "no SYN before this"))
}

/// The attempt was still going on.
pub(super) fn ends_mid_attempt(judged: &Judged) -> Option<Finding> {
    let attempt = &judged.attempt;
    let ended = judged.is(&INCONCLUSIVE_CAPTURE_ENDED);
    let established = attempt.flow.as_deref().is_some_and(is_established);
    let waiting =
        established && judged.verdict.diagnostic.code.ends_with("-timeout") && first_close(attempt).is_none();
    if !ended && !waiting {
        return None;
    }
    let last = attempt.surroundings.capture_last;
    let left = last.time - attempt.last.time;
    let when = if attempt.last.before(last) { format!("{} after", seconds(left)) } else { "with".to_owned() };
    let message = format!(
        "The capture ends {when} this attempt's last packet, before {} had an answer or gave up.",
        attempt.client,
    );
    Some(Finding::on(judged, &ENDS_MID_ATTEMPT, message).at(attempt.last, "the attempt's last packet"))
}

/// Packets that are there twice.
pub(super) fn duplicates(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref()?;
    let total = flow.from_client.duplicates + flow.from_server.duplicates;
    if total == 0 {
        return None;
    }
    let copies: Vec<Segment> =
        flow.segments.iter().filter(|segment| segment.class == SegmentClass::Duplicate).collect();
    // A host may send the same SYN-ACK or RST twice, without a number to tell them apart.
    let proof = copies.iter().any(|segment| !segment.flags.syn() && !segment.flags.rst());
    let message =
        format!("{} of this connection {} copies of others.", share(total, flow.frames), verb(total));
    let places = copies.iter().map(|segment| (segment.at, "a copy".to_owned()));
    proof.then(|| Finding::on(judged, &DUPLICATE_FRAMES, message).each(places.collect()))
}

/// Frames shorter than they were.
pub(super) fn cut_frames(whole: &Whole<'_>) -> Vec<Finding> {
    let facts = whole.capture;
    let found = facts.first_cut.filter(|_| facts.cut_frames > 0).map(|at| {
        let message = format!("{} {} cut.", share(facts.cut_frames, facts.frames), verb(facts.cut_frames));
        Finding::on_capture(&CUT_FRAMES, message).at(at, "the first frame that is cut")
    });
    found.into_iter().collect()
}

/// A frame with an earlier time than the one before it.
pub(super) fn time_backwards(whole: &Whole<'_>) -> Vec<Finding> {
    let found = whole.capture.backwards.filter(|(_, step)| *step > JITTER).map(|(at, step)| {
        let message = format!("A frame is {} earlier than the frame before it.", seconds(step));
        Finding::on_capture(&TIME_BACKWARDS, message).at(at, format!("{} earlier", seconds(step)))
    });
    found.into_iter().collect()
}

/// `3 of 20 frames`.
fn share(part: u64, whole: u64) -> String {
    format!("{part} of {}", count(whole, "frame"))
}

fn verb(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}
