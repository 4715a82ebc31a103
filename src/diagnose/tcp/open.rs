//! The connection that is not made.

use super::resets::reset_of;
use super::unused::TCP_RESET;
use crate::attempt::{Attempt, StageName, Visibility};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{during, in_the, seconds, waited};
use crate::diagnose::silence::{ended, one_way, silence};
use crate::diagnose::steps::{
    CAPTURE_CPU, GUIDE, PERMIT, PROXY_SETTINGS, SOURCE_INTERFACE, STATUS, TELNET, VRF,
};
use crate::diagnose::words::times;
use crate::diagnose::{Confidence, Party, inconclusive};
use crate::flow::{Flow, Reset};
use crate::model::{At, Direction};
use crate::net::{IcmpError, TcpFlags};

pub(in crate::diagnose) static TCP_SYN_TIMEOUT: Diagnostic = Diagnostic {
    code: "tcp-syn-timeout",
    stage: Some(StageName::Tcp),
    kind: Kind::Verdict(&[Ground::Duration]),
    title: "The connection request gets no answer",
    explanation: "The switch sent SYN, usually several times, and nothing came back that acknowledges it. \
        Usual causes are a firewall that drops silently, a wrong address or port, a missing route back to \
        the switch's source address, or an interface or VRF without a way out. It is not a refusal: a \
        closed port on a reachable host answers with RST. Port 443 may be dropped while ping works, so a \
        good ping proves nothing here.",
    party: Party::Network,
    reported_as: &["Connection timed out"],
    confirm: &[
        TELNET,
        Action {
            text: "See where the packets leave and from which address.",
            commands: &["show ip cef {peer}", "show ip interface brief | exclude unassigned"],
        },
    ],
    filter: "tcp.flags.syn == 1",
    fix: &[
        STATUS,
        SOURCE_INTERFACE,
        VRF,
        PERMIT,
        Action {
            text: "If the switch must use a proxy, configure it; without one it connects to the service \
                itself.",
            commands: &[
                "configure terminal",
                "license smart proxy address ADDRESS",
                "license smart proxy port PORT",
                "end",
            ],
        },
    ],
    references: &["RFC 9293 section 3.5", GUIDE],
};

pub(in crate::diagnose) static TCP_SYN_REFUSED: Diagnostic = Diagnostic {
    code: "tcp-syn-refused",
    stage: Some(StageName::Tcp),
    kind: Kind::Verdict(&[Ground::NoConnection]),
    title: "The connection request is refused",
    explanation: "A RST answered the SYN at once. Either the host is there and nothing listens on that \
        port, or a firewall rejects with RST in the host's name. With a proxy, CSLU or On-Prem the usual \
        cause is a wrong port or a stopped service; with cloud CSSM it is usually a firewall. It is not a \
        timeout: the answer came, and it was no.",
    party: Party::Network,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message"],
    confirm: &[
        TELNET,
        Action {
            text: "Compare the TTL of the RST with that of other packets from the same address: a \
                different one points to a device in between.",
            commands: &[],
        },
    ],
    filter: "tcp.flags.syn == 1 || tcp.flags.reset == 1",
    fix: &[
        Action {
            text: "Compare address and port with what the service or proxy really listens on.",
            commands: &["show license status"],
        },
        PROXY_SETTINGS,
        Action { text: "On the peer, see that the service runs and listens on this port.", commands: &[] },
        PERMIT,
    ],
    references: &["RFC 9293 section 3.5.2", GUIDE],
};

pub(in crate::diagnose) static TCP_SYN_REJECTED: Diagnostic = Diagnostic {
    code: "tcp-syn-rejected",
    stage: Some(StageName::Tcp),
    kind: Kind::Verdict(&[Ground::NoConnection]),
    title: "The network rejects the connection request",
    explanation: "An ICMP or ICMPv6 error that quotes the SYN came back, and the connection was not made. \
        The code names the reason: administratively prohibited is a filter, host or network unreachable is \
        missing routing or a dead last hop, time exceeded is a routing loop. The sender of the error is \
        the device to look at; it is rarely the service itself. It is neither silence nor a closed port.",
    party: Party::Network,
    reported_as: &["Connection timed out"],
    confirm: &[
        Action {
            text: "See the first hop of the route the switch takes.",
            commands: &["show ip cef {peer}"],
        },
        TELNET,
    ],
    filter: "tcp && (icmp.type in {3, 11} || icmpv6.type in {1, 3})",
    fix: &[
        Action {
            text: "Find the device that sent the error by its address in the frame; read its filter or its \
                routing table.",
            commands: &[],
        },
        PERMIT,
        SOURCE_INTERFACE,
        VRF,
    ],
    references: &[
        "RFC 792",
        "RFC 1812 section 5.2.7.1",
        "RFC 4443 section 3",
        "RFC 9293 section 3.9.2.2",
        GUIDE,
    ],
};

pub(in crate::diagnose) static TCP_SYNACK_UNANSWERED: Diagnostic = Diagnostic {
    code: "tcp-synack-unanswered",
    stage: Some(StageName::Tcp),
    kind: Kind::Verdict(&[Ground::Duration]),
    title: "The switch does not complete the handshake",
    explanation: "The peer's SYN-ACK is in the capture, repeated, and the switch never completes the \
        handshake or answers it with RST. The peer is alive, reachable and listening. Usual causes are a \
        filter between the capture point and the switch's CPU, an asymmetric path through a stateful \
        firewall, or an address in the SYN-ACK that the switch does not expect. It is not a fault of the \
        service. In a capture that lacks the switch's own packets, a repeated SYN-ACK is still proof: the \
        peer repeats because no acknowledgement reached it.",
    party: Party::Network,
    reported_as: &["Connection timed out"],
    confirm: &[TELNET, CAPTURE_CPU],
    filter: "tcp.flags.syn == 1 && tcp.flags.ack == 1",
    fix: &[
        Action {
            text: "Look for an access list or control-plane policy on the switch that drops the replies.",
            commands: &[],
        },
        Action {
            text: "Make the path symmetric: replies must come back through the firewall that saw the SYN.",
            commands: &["show ip cef {peer}"],
        },
        SOURCE_INTERFACE,
        CAPTURE_CPU,
    ],
    references: &["RFC 9293 section 3.5", GUIDE],
};

/// A RST that answers the SYN: it acknowledges exactly the SYN.
pub(in crate::diagnose) fn refusal(flow: &Flow) -> Option<&Reset> {
    let answers = |reset: &&Reset| reset.ack == Some(0) && flow.from_client.isn.is_some();
    flow.from_server.resets.iter().find(answers)
}

pub(in crate::diagnose) fn refused(attempt: &Attempt, flow: &Flow, reset: &Reset) -> Conclusion {
    let syn = flow.syns.iter().rfind(|syn| syn.before(reset.at));
    let took =
        syn.map(|syn| format!(" {} after the SYN", seconds(reset.at.time - syn.time))).unwrap_or_default();
    let summary =
        format!("{} refused the connection of {} with a RST{took}.", attempt.peer_start(), attempt.client);
    // A RST with another sequence number may end a connection whose SYN-ACK the capture missed.
    let answers_syn = reset.seq.0 == 0 && !flow.syns.is_empty();
    let confidence = if answers_syn { Confidence::Certain } else { Confidence::Likely };
    let places: Vec<At> = flow.from_server.resets.iter().map(|reset| reset.at).collect();
    Conclusion::new(&TCP_SYN_REFUSED, confidence, summary)
        .maybe(syn.copied(), "SYN")
        .at(reset.at, "RST that answers the SYN")
        .each(&places, |_| "RST".to_owned())
        .party(attempt.peer_party())
}

/// Whether an error quotes the switch's SYN: by its bits, or by its number where so little is quoted.
fn quotes_syn(flow: &Flow, error: &IcmpError) -> bool {
    let numbered = || error.quoted.seq.is_none_or(|seq| flow.from_client.isn == Some(seq));
    error.quoted.flags.map_or_else(numbered, TcpFlags::syn)
}

/// ICMP errors to the switch about its SYN.
pub(in crate::diagnose) fn rejected(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let about = |(_, error): &&(At, IcmpError)| quotes_syn(flow, error);
    let errors: Vec<&(At, IcmpError)> = crate::diagnose::icmp::refusals(flow).filter(about).collect();
    let (_, error) = errors.first()?;
    let summary = format!(
        "{} answered the SYN of {} to {} with ICMP '{}'.",
        error.source,
        attempt.client,
        attempt.peer_text(),
        crate::diagnose::icmp::words(error),
    );
    // The next SYN may still get through (a route that comes up late).
    let over = errors.first().is_some_and(|(at, _)| waited(attempt, *at));
    // Without the SYN its number is only what the error makes it.
    let shown = error.quoted.flags.is_some() || !flow.syns.is_empty();
    let confidence = if over && shown { Confidence::Certain } else { Confidence::Likely };
    let conclusion = Conclusion::new(&TCP_SYN_REJECTED, confidence, summary);
    let syn = flow.syns.first().copied();
    Some(errors.iter().take(6).fold(conclusion.maybe(syn, "SYN"), |conclusion, (at, error)| {
        conclusion.at(*at, format!("ICMP from {}: {}", error.source, crate::diagnose::icmp::words(error)))
    }))
}

pub(in crate::diagnose) fn syn_timeout(attempt: &Attempt, flow: &Flow) -> Conclusion {
    let syns = &flow.syns;
    let (Some(first), Some(last)) = (syns.first(), syns.last()) else {
        return inconclusive::mid_stream(attempt);
    };
    let useless = flow.from_server.frames > 0;
    let answer = if useless { "nothing that acknowledges it came back" } else { "nothing came back" };
    let waiting = attempt.surroundings.capture_last.time - first.time;
    let (sent_in, waited) = match syns.len() {
        1 => (String::new(), in_the(waiting) + " until the capture ends"),
        _ => (during(last.time - first.time), String::new()),
    };
    let summary = format!(
        "{} sent its SYN to {} {}{sent_in} and {answer}{waited}.",
        attempt.client,
        attempt.peer_text(),
        times(syns.len()),
    );
    let conclusion = silence(attempt, &TCP_SYN_TIMEOUT, syns.len(), *first, summary).party(Party::Network);
    conclusion.each(syns, |index| {
        if index == 0 { "SYN, no answer".to_owned() } else { format!("SYN again ({}), no answer", index + 1) }
    })
}

/// The peer's SYN-ACK is there; the switch does not complete the handshake.
pub(in crate::diagnose) fn synack_unanswered(attempt: &Attempt, flow: &Flow) -> Conclusion {
    let answers = &flow.syn_acks;
    let Some(first) = answers.first() else { return inconclusive::mid_stream(attempt) };
    if let Some(reset) = reset_of(flow, Direction::FromClient).filter(|reset| first.before(reset.at)) {
        let summary =
            format!("{} answered the SYN-ACK of {} with a RST.", attempt.client, attempt.peer_text());
        return Conclusion::new(&TCP_SYNACK_UNANSWERED, Confidence::Likely, summary)
            .at(*first, "SYN-ACK")
            .at(reset.at, "the switch answers it with RST")
            .each(answers, |_| "SYN-ACK".to_owned());
    }
    let reset = reset_of(flow, Direction::FromServer);
    if let Some(reset) = reset.filter(|reset| answers.len() == 1 && first.before(reset.at)) {
        return reset_after_synack(attempt, flow, *first, reset);
    }
    // A peer that hears no acknowledgement repeats its SYN-ACK within seconds: a single one was acknowledged.
    if attempt.visibility == Visibility::InboundOnly && answers.len() == 1 {
        return one_way(attempt);
    }
    let last = answers.last().unwrap_or(first);
    let summary = format!(
        "{} sent its SYN-ACK {}{} and no acknowledgement of {} is in the capture.",
        attempt.peer_start(),
        times(answers.len()),
        during(last.time - first.time),
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
