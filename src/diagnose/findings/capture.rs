//! What the capture itself shows, and how far it can be trusted.

use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{CAPTURE_CPU, CAPTURE_PORT, GUIDE, NTP, SHOW_CLOCK};
use crate::diagnose::{Party, Severity};

pub(in crate::diagnose) static CAPTURE_GAPS: Diagnostic = Diagnostic {
    code: "capture-gaps",
    stage: None,
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Info),
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
    severity: Some(Severity::Info),
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
    severity: Some(Severity::Info),
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
    severity: Some(Severity::Info),
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
