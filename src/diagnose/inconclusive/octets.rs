//! What was said cannot be read.

use super::steps::{BUFFER, EVENTLOG};
use crate::attempt::Attempt;
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{CAPTURE_CPU, CAPTURE_PORT, GUIDE};
use crate::diagnose::{Confidence, Party};
use crate::flow::Flow;
use crate::model::At;

pub(in crate::diagnose) static INCONCLUSIVE_UNREADABLE: Diagnostic = Diagnostic {
    code: "inconclusive-unreadable",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "The deciding bytes cannot be read",
    explanation: "The bytes that would decide are not readable: cut off by a packet length limit, missing \
        from the capture, or encrypted below TLS by MACsec or IPsec. The attempt may have failed or \
        succeeded; nothing is concluded from what is not there. It says something about the capture, not \
        about the network. A capture that is mostly MACsec or IPsec and shows no attempt has this verdict \
        too.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG, Action { text: "See how many frames are cut or encrypted.", commands: &[] }],
    filter: "frame.cap_len < frame.len || macsec || esp || tcp.analysis.lost_segment",
    fix: &[
        BUFFER,
        Action {
            text: "Capture where the traffic is in clear: inside the MACsec or IPsec boundary, or at the \
                control plane.",
            commands: &[],
        },
        CAPTURE_CPU,
        CAPTURE_PORT,
    ],
    references: &["RFC 4303", GUIDE],
};

pub(in crate::diagnose) static INCONCLUSIVE_ONE_WAY: Diagnostic = Diagnostic {
    code: "inconclusive-one-way",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "Only one direction was captured",
    explanation: "Only packets of one direction are in the capture, and they do not decide. Packets that \
        the switch's CPU makes may be missing from an interface capture, so this is common with embedded \
        captures. What the other side did not send cannot be told from what was not captured. It does not \
        mean that traffic flows in one direction only.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[
        EVENTLOG,
        Action {
            text: "See acknowledgements of bytes that are not in the capture: they prove that the other \
                direction exists.",
            commands: &[],
        },
    ],
    filter: "tcp.analysis.ack_lost_segment",
    fix: &[
        CAPTURE_CPU,
        Action {
            text: "Check that the capture point is the port that the packets really use, and that it takes \
                both directions.",
            commands: &["show ip cef {peer}", "show ip arp {next_hop}", "show mac address-table address MAC"],
        },
        CAPTURE_PORT,
    ],
    references: &[GUIDE],
};

pub(in crate::diagnose) static INCONCLUSIVE_OTHER_PROTOCOL: Diagnostic = Diagnostic {
    code: "inconclusive-other-protocol",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "The connection speaks another protocol",
    explanation: "The connection carries neither HTTP nor TLS, nor a banner where TLS was expected, so \
        there is nothing to judge. This code occurs only with --all, where every TCP connection is an \
        attempt. It says nothing about licensing. It is no sign of a fault.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "Read the first bytes of both sides.", commands: &[] }],
    filter: "tcp.len > 0 && !tls && !http",
    fix: &[
        Action { text: "Leave --all out to judge only connections to licensing services.", commands: &[] },
        Action {
            text: "If this is a licensing service on another port, name it with --cssm.",
            commands: &[],
        },
    ],
    references: &["RFC 9293 section 3.1"],
};

/// The deciding octets were cut, not captured, or encrypted below TLS.
pub(in crate::diagnose) fn unreadable(attempt: &Attempt, what: &str, at: Option<At>) -> Conclusion {
    let flow = attempt.flow.as_deref();
    let cut = flow.is_some_and(|flow| flow.from_server.cut || flow.from_client.cut);
    let limit = flow.map(|flow| &flow.from_server.stream);
    let limit = limit.is_some_and(|stream| stream.overflowed() && stream.uncaptured().next().is_none());
    let why = match (cut, limit) {
        (true, _) => "the capture's packet length cut it off",
        (false, true) => "more was sent than is kept of one connection",
        (false, false) => "packets are missing from the capture",
    };
    let summary = format!(
        "In the exchange of {} with {}, {what} cannot be read: {why}.",
        attempt.client,
        attempt.peer_text(),
    );
    let gap = flow.and_then(first_unreadable);
    Conclusion::new(&INCONCLUSIVE_UNREADABLE, Confidence::Likely, summary)
        .unexplained()
        .maybe(at, "last step that can be read")
        .maybe(gap, "octets before or in this frame are missing or cut")
        .at(attempt.last, "last frame of the attempt")
}

/// The frame behind the first hole in what the server sent.
fn first_unreadable(flow: &Flow) -> Option<At> {
    let stream = &flow.from_server.stream;
    let gap = stream.gaps().next()?;
    stream.at(gap.end)
}

/// With `--all`: neither HTTP nor TLS.
pub(in crate::diagnose) fn other_protocol(attempt: &Attempt) -> Conclusion {
    let summary = format!(
        "{} and {} exchanged something that is neither HTTP nor TLS.",
        attempt.client,
        attempt.peer_text()
    );
    let data = attempt.flow.as_deref().and_then(|flow| flow.from_client.data.or(flow.from_server.data));
    Conclusion::new(&INCONCLUSIVE_OTHER_PROTOCOL, Confidence::Likely, summary)
        .at(data.map_or(attempt.first, |(first, _)| first), "first octets, neither HTTP nor TLS")
}

/// The server took up another protocol, such as WebSocket (RFC 9110 §15.2.2).
pub(in crate::diagnose) fn switched_protocol(attempt: &Attempt, answer: At, line: &str) -> Conclusion {
    let summary = format!(
        "{} and {} went over from HTTP to another protocol with '{line}'.",
        attempt.client,
        attempt.peer_text()
    );
    Conclusion::new(&INCONCLUSIVE_OTHER_PROTOCOL, Confidence::Likely, summary).at(answer, line)
}
