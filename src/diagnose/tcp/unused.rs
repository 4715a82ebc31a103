//! The connection on which nobody says anything.

use crate::attempt::{Attempt, StageName, Visibility};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{Close, CloseKind, IDLE, first_close, missed, seconds};
use crate::diagnose::silence::{ended, one_way};
use crate::diagnose::steps::{GUIDE, HISTORY, PERMIT, SYNC, TELNET};
use crate::diagnose::{Confidence, Party, inconclusive};
use crate::flow::Flow;
use crate::model::{At, Direction};

pub(in crate::diagnose) static TCP_RESET: Diagnostic = Diagnostic {
    code: "tcp-reset",
    stage: Some(StageName::Tcp),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Reset, Ground::Duration]),
    title: "The connection is reset before any data",
    explanation: "The handshake completed, and within two seconds a RST from the peer's side ended the \
        connection before either side sent data. Usual causes are a firewall or load balancer that accepts \
        first and decides afterwards, or a peer that does not accept this client's address. The port is \
        open, so neither routing nor a wrong address is the cause. In a capture with only the peer's \
        packets the RST may instead answer a ClientHello that is not visible.",
    party: Party::Network,
    reported_as: &["Communications failure", "Fail to send out Call Home HTTP message"],
    confirm: &[
        TELNET,
        Action {
            text: "Compare TTL and IP ID of the RST with the SYN-ACK's: a misfit points to a device in \
                between.",
            commands: &[],
        },
    ],
    filter: "tcp.flags.reset == 1",
    fix: &[
        Action {
            text: "Check that the port is the right one for this service or proxy.",
            commands: &["show license status"],
        },
        Action {
            text: "Look for this connection in the logs of the firewall and of the proxy or load balancer \
                at the peer's address.",
            commands: &[],
        },
        PERMIT,
    ],
    references: &["RFC 9293 section 3.5.3", GUIDE],
};

pub(in crate::diagnose) static TCP_CLOSED: Diagnostic = Diagnostic {
    code: "tcp-closed",
    stage: Some(StageName::Tcp),
    kind: Kind::Verdict(&[Ground::EveryOctet, Ground::Duration]),
    title: "The peer closes before any data",
    explanation: "The handshake completed, and within two seconds the peer closed the connection with FIN \
        before either side sent data. This is typical of a load balancer or port forwarder whose own \
        server is down, and of a service that accepts and then drops clients it does not know. It is not a \
        firewall's silent drop, and not a TLS problem: no ClientHello was sent yet.",
    party: Party::Service,
    reported_as: &["Communications failure", "NO REPLY"],
    confirm: &[TELNET, HISTORY],
    filter: "tcp.flags.fin == 1 && tcp.len == 0",
    fix: &[
        Action {
            text: "Check that the port is the right one for this service or proxy.",
            commands: &["show license status"],
        },
        Action {
            text: "On the peer, see that the service behind the balancer or forwarder runs, and whether \
                its access list knows the switch's address.",
            commands: &[],
        },
        SYNC,
    ],
    references: &["RFC 9293 section 3.6", GUIDE],
};

/// The peer closed within 2 s of the handshake and before the first octet; what crosses its close changes nothing.
pub(in crate::diagnose) fn closed_before_data(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let close = first_close(attempt).filter(|close| close.by == Direction::FromServer)?;
    let start = opened(flow, Some(close)).filter(|_| flow.established.is_some())?;
    let data = [&flow.from_client, &flow.from_server].map(|half| half.data.map(|(first, _)| first));
    let before = data.into_iter().flatten().all(|first| close.at.before(first));
    (before && hears_nothing(flow, close) && (close.at.time - start.time).may_be_within(IDLE))
        .then(|| closed_by_peer(attempt, flow, start, close))
}

/// The switch closed and had sent nothing; what the peer says about that, or sends too late, changes nothing.
pub(in crate::diagnose) fn left_unused(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let close = first_close(attempt).filter(|close| close.by == Direction::FromClient)?;
    let start = opened(flow, Some(close)).filter(|_| flow.established.is_some())?;
    let silent = flow.from_client.stream.end() == 0 && flow.from_client.acknowledged == 0;
    let before = flow.from_server.data.is_none_or(|(first, _)| close.at.before(first));
    (silent && before && hears_nothing(flow, close)).then(|| nothing_sent(attempt, start, close.at, close.by))
}

/// Whether `close` acknowledges no octet.
fn hears_nothing(flow: &Flow, close: Close) -> bool {
    flow.acknowledged_at(close.at).is_none_or(|ack| ack <= 0)
}

/// When the handshake was complete: where the acknowledgement that did it is not in the capture, the peer's side of it.
fn opened(flow: &Flow, close: Option<Close>) -> Option<At> {
    let before_close = |at: &At| close.is_none_or(|close| at.before(close.at));
    flow.established.filter(before_close).or(flow.syn_acks.last().copied()).or(flow.established)
}

/// The connection stands and nobody said anything.
pub(in crate::diagnose) fn unused(attempt: &Attempt, flow: &Flow) -> Conclusion {
    if flow.syns.is_empty() && flow.syn_acks.is_empty() {
        return inconclusive::mid_stream(attempt);
    }
    let close = first_close(attempt);
    let start = opened(flow, close).unwrap_or(flow.first);
    match close {
        Some(close)
            if close.by == Direction::FromServer && (close.at.time - start.time).may_be_within(IDLE) =>
        {
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
    let proved =
        flow.acknowledged_at(close.at) == Some(0) && flow.established.is_some() && !missed(&flow.from_server);
    let confidence = if proved { Confidence::Certain } else { Confidence::Likely };
    let party = if close.kind == CloseKind::Rst { Party::Network } else { attempt.peer_party() };
    Conclusion::new(diagnostic, confidence, summary)
        .at(start, "TCP handshake complete")
        .at(close.at, format!("{} from the peer, no data before it", close.kind.noun()))
        .party(party)
}
