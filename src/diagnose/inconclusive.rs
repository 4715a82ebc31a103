//! What a capture cannot prove, and what would.

use super::conclusion::Conclusion;
use super::ending::seconds;
use super::registry::{Action, Diagnostic};
use super::steps::{CAPTURE_CPU, CAPTURE_PORT, GUIDE, HTTP_DEBUG, STATUS};
use super::{Confidence, Party};
use crate::attempt::Attempt;
use crate::flow::Flow;
use crate::model::{At, Span};

const START_BEFORE: Action = Action {
    text: "Start the capture, then the attempt, and stop it only after the failure is logged.",
    commands: &[
        "monitor capture CSSM start",
        "license smart sync all",
        "show license eventlog 1",
        "monitor capture CSSM stop",
    ],
};

const FIND_PORT: Action = Action {
    text: "Find the port that leads to the service's address and capture there.",
    commands: &["show ip cef ADDRESS", "show ip arp NEXT-HOP", "show mac address-table address MAC"],
};

const BUFFER: Action = Action {
    text: "Use a linear buffer that is large enough, match only the peer, and set no packet length limit.",
    commands: &[],
};

const EVENTLOG: Action = Action {
    text: "See on the switch whether the attempt failed, and when.",
    commands: &["show license eventlog 1", "show license history message"],
};

pub(super) static INCONCLUSIVE_UNREADABLE: Diagnostic = Diagnostic {
    code: "inconclusive-unreadable",
    stage: None,
    severity: None,
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

pub(super) static INCONCLUSIVE_ONE_WAY: Diagnostic = Diagnostic {
    code: "inconclusive-one-way",
    stage: None,
    severity: None,
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

pub(super) static INCONCLUSIVE_MID_STREAM: Diagnostic = Diagnostic {
    code: "inconclusive-mid-stream",
    stage: None,
    severity: None,
    title: "The connection began before the capture",
    explanation: "The connection was already open when the capture began, and what is left of it does not \
        decide. Its start, with the request for the name and the handshake, is missing, as is usual with a \
        circular buffer or a capture that was started late. It is no sign of a fault. A new attempt with \
        the capture running gives the answer.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG],
    filter: "tcp && !(tcp.completeness & 1)",
    fix: &[START_BEFORE, BUFFER, CAPTURE_PORT],
    references: &["RFC 9293 section 3.5", GUIDE],
};

pub(super) static INCONCLUSIVE_CAPTURE_ENDED: Diagnostic = Diagnostic {
    code: "inconclusive-capture-ended",
    stage: None,
    severity: None,
    title: "The capture ends during the attempt",
    explanation: "The attempt was still in progress when the capture ended, and too little time had passed \
        to call the silence a failure. The next packet may have been the answer. Usual causes are a \
        capture stopped early, a full linear buffer, or an export copied before it was complete. It is no \
        sign of a fault.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG],
    filter: "(tcp && !(tcp.completeness & 48)) || (dns.flags.response == 0 && !dns.response_in) || \
        arp.opcode == 1",
    fix: &[
        START_BEFORE,
        Action {
            text: "Wait until the export is complete before the file is copied.",
            commands: &["monitor capture CSSM export location flash:cssm.pcap"],
        },
        BUFFER,
    ],
    references: &[GUIDE],
};

pub(super) static INCONCLUSIVE_NOTHING_SENT: Diagnostic = Diagnostic {
    code: "inconclusive-nothing-sent",
    stage: None,
    severity: None,
    title: "Connected, but the switch sent nothing",
    explanation: "The TCP connection was made, and then the switch sent nothing for two seconds or closed \
        it first. A telnet test to port 443 looks exactly like this, and such a test is the usual cause. \
        It proves that address and port are reachable, and nothing more. It is neither a success nor a \
        failure of licensing.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG],
    filter: "tcp && !(tcp.completeness & 8)",
    fix: &[
        Action {
            text: "If this was a telnet test, trigger a real attempt while capturing.",
            commands: &["license smart sync all"],
        },
        STATUS,
        HTTP_DEBUG,
        CAPTURE_CPU,
    ],
    references: &["RFC 9293 section 3.5", GUIDE],
};

pub(super) static INCONCLUSIVE_NO_CONNECTION: Diagnostic = Diagnostic {
    code: "inconclusive-no-connection",
    stage: None,
    severity: None,
    title: "The name was resolved, but no connection follows",
    explanation: "The name of the service or proxy was resolved, and no connection to it follows in the \
        capture. A ping by name looks like this. Otherwise the traffic leaves through another interface \
        than the captured one, or its packets are made by the CPU and missed by the capture. It does not \
        prove that the switch did not try.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG, FIND_PORT],
    filter: "dns",
    fix: &[
        Action {
            text: "If this was a ping, trigger a real attempt while capturing.",
            commands: &["license smart sync all"],
        },
        FIND_PORT,
        CAPTURE_PORT,
        CAPTURE_CPU,
    ],
    references: &[GUIDE],
};

pub(super) static INCONCLUSIVE_OTHER_PROTOCOL: Diagnostic = Diagnostic {
    code: "inconclusive-other-protocol",
    stage: None,
    severity: None,
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

pub(super) static INCONCLUSIVE_UNIDENTIFIED: Diagnostic = Diagnostic {
    code: "inconclusive-unidentified",
    stage: None,
    severity: None,
    title: "No licensing service was recognised",
    explanation: "No attempt on a licensing service was recognised, but there are candidates: look-ups or \
        connections that failed before they named a target. A connection that fails at TCP never shows a \
        host name, and a proxy on any port looks like any other host until it is named. The candidates are \
        listed with the option that turns each into an attempt. It does not mean that licensing works.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[STATUS, EVENTLOG],
    filter: "dns || tcp.flags.syn == 1",
    fix: &[
        Action {
            text: "Run again with --proxy and the proxy's address, or with --cssm and the service's name \
                or address.",
            commands: &[],
        },
        STATUS,
        CAPTURE_PORT,
    ],
    references: &[GUIDE],
};

pub(super) static INCONCLUSIVE_NO_TRAFFIC: Diagnostic = Diagnostic {
    code: "inconclusive-no-traffic",
    stage: None,
    severity: None,
    title: "The capture holds no licensing traffic",
    explanation: "The capture holds no attempt on a licensing service and nothing that could be one. Usual \
        causes are a capture on a port that the traffic does not use, a match filter that excludes it, no \
        attempt during the capture, or licensing in a mode that does not connect at all. It is no proof \
        that the switch did not try: packets made by its CPU may be missing.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[STATUS, EVENTLOG],
    filter: "",
    fix: &[
        FIND_PORT,
        CAPTURE_PORT,
        CAPTURE_CPU,
        Action {
            text: "See that the transport is the intended one.",
            commands: &[
                "configure terminal",
                "license smart transport smart",
                "license smart url default",
                "end",
            ],
        },
    ],
    references: &[GUIDE],
};

/// The deciding octets were cut, not captured, or encrypted below TLS.
pub(super) fn unreadable(attempt: &Attempt, what: &str, at: Option<At>) -> Conclusion {
    let cut = attempt.flow.as_ref().is_some_and(|flow| flow.from_server.cut || flow.from_client.cut);
    let why =
        if cut { "the capture's packet length cut it off" } else { "packets are missing from the capture" };
    let summary = format!(
        "In the exchange of {} with {}, {what} cannot be read: {why}.",
        attempt.client,
        attempt.peer_text(),
    );
    let gap = attempt.flow.as_ref().and_then(|flow| first_unreadable(flow));
    Conclusion::new(&INCONCLUSIVE_UNREADABLE, Confidence::Likely, summary)
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

/// The connection began before the capture.
pub(super) fn mid_stream(attempt: &Attempt) -> Conclusion {
    let summary = format!(
        "The connection of {} with {} began before the capture, and what is in it does not show how it ended.",
        attempt.client,
        attempt.peer_text(),
    );
    Conclusion::new(&INCONCLUSIVE_MID_STREAM, Confidence::Likely, summary)
        .at(attempt.first, "first frame, no handshake before it")
        .at(attempt.last, "last frame")
}

/// Connected, and the switch says nothing.
pub(super) fn nothing_sent(attempt: &Attempt, start: At, end: At, how: &str) -> Conclusion {
    let summary = format!(
        "{} connected to {} and sent nothing in the {} until {how}; a telnet test looks like this.",
        attempt.client,
        attempt.peer_text(),
        seconds(end.time - start.time),
    );
    let answer = attempt.flow.as_ref().and_then(|flow| flow.syn_acks.first().copied());
    Conclusion::new(&INCONCLUSIVE_NOTHING_SENT, Confidence::Likely, summary)
        .maybe(answer, "SYN-ACK")
        .at(start, "connected")
        .at(end, format!("nothing sent until {how}"))
}

/// The name was resolved and no connection follows.
pub(super) fn no_connection(attempt: &Attempt, answer: At, addresses: &str) -> Conclusion {
    let last = attempt.surroundings.capture_last;
    let name = attempt.lookups.last().map_or(attempt.service_text(), |lookup| lookup.name.to_string());
    if last.time - answer.time < Span::seconds(1) {
        let summary =
            format!("The capture ends {} after {name} was resolved.", seconds(last.time - answer.time));
        return Conclusion::new(&INCONCLUSIVE_CAPTURE_ENDED, Confidence::Likely, summary)
            .at(answer, "DNS answer");
    }
    let summary = format!(
        "{} resolved {name} to {addresses}, and no connection to it follows in the {} to the capture's end.",
        attempt.client,
        seconds(last.time - answer.time),
    );
    Conclusion::new(&INCONCLUSIVE_NO_CONNECTION, Confidence::Likely, summary)
        .at(answer, format!("DNS answer: {addresses}"))
}

/// With `--all`: neither HTTP nor TLS.
pub(super) fn other_protocol(attempt: &Attempt) -> Conclusion {
    let summary = format!(
        "{} and {} exchanged something that is neither HTTP nor TLS.",
        attempt.client,
        attempt.peer_text()
    );
    let data = attempt.flow.as_ref().and_then(|flow| flow.from_client.data.or(flow.from_server.data));
    Conclusion::new(&INCONCLUSIVE_OTHER_PROTOCOL, Confidence::Likely, summary)
        .at(data.map_or(attempt.first, |(first, _)| first), "first octets, neither HTTP nor TLS")
}
