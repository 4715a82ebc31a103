//! What it took to reach the peer, and who else connected.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::ending::seconds;
use crate::diagnose::steps::{NEXT_HOP, PERMIT, TELNET};
use crate::diagnose::tcp::is_established;
use crate::diagnose::words::{count, times};
use crate::diagnose::{Finding, Judged, Party, Severity, icmp};
use crate::model::{At, Span};

use super::Whole;
use super::gather::together;
use super::transfer::LOOK_AT_PATH;

pub(in crate::diagnose) static ARP_RETRIED: Diagnostic = Diagnostic {
    code: "arp-retried",
    stage: Some(StageName::Arp),
    kind: Kind::Finding(Severity::Info),
    title: "The next hop answered late",
    explanation: "The switch had to repeat its request for the next hop's hardware address before an \
        answer came. The attempt went on. Repeated often, it points to a busy or failing gateway or to \
        loss in the VLAN.",
    party: Party::Network,
    reported_as: &[],
    confirm: &[Action { text: "See the entry and its age.", commands: &["show ip arp {next_hop}"] }],
    filter: "arp || icmpv6.type in {135, 136}",
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }, LOOK_AT_PATH],
    references: &["RFC 826", "RFC 4861 section 7.2.2"],
};

pub(in crate::diagnose) static TCP_SYN_RETRIED: Diagnostic = Diagnostic {
    code: "tcp-syn-retried",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Warning),
    title: "The connection needed several requests",
    explanation: "The switch repeated its SYN before the connection was established. A request or its \
        answer was lost, or a stateful device let only a later one through. The attempt went on, a few \
        seconds late; the same fault can fail the next one.",
    party: Party::Network,
    reported_as: &[],
    confirm: &[TELNET],
    filter: "tcp.flags.syn == 1 && tcp.analysis.retransmission",
    fix: &[LOOK_AT_PATH, PERMIT],
    references: &["RFC 9293 section 3.8.1"],
};

pub(in crate::diagnose) static TCP_ICMP_ERROR_SURVIVED: Diagnostic = Diagnostic {
    code: "tcp-icmp-error-survived",
    stage: Some(StageName::Tcp),
    kind: Kind::Finding(Severity::Info),
    title: "A connection was made in spite of an ICMP error",
    explanation: "An ICMP error answered the SYN, and the connection was established after all. One of \
        several paths or firewalls rejects what another lets through. The attempt succeeded at this stage, \
        but the next one may take the other path.",
    party: Party::Network,
    reported_as: &[],
    confirm: &[Action { text: "Find the sender of the error by its address in the frame.", commands: &[] }],
    filter: "tcp && (icmp.type in {3, 11} || icmpv6.type in {1, 3})",
    fix: &[NEXT_HOP, Action { text: "Have the sender of the error corrected.", commands: &[] }],
    references: &["RFC 9293 section 3.9.2.2"],
};

pub(in crate::diagnose) static INBOUND_CONNECTION: Diagnostic = Diagnostic {
    code: "inbound-connection",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "A connection was opened towards the switch",
    explanation: "Another host opened a TCP connection to the switch: management, monitoring or a scan. It \
        has nothing to do with licensing attempts, which the switch always opens itself. It is mentioned \
        so that its failure is not taken for one.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[Action { text: "See who connects and to which port.", commands: &[] }],
    filter: "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    fix: &[Action { text: "Nothing has to be done for this attempt.", commands: &[] }],
    references: &["RFC 9293 section 3.5"],
};

/// No stack repeats a request sooner: what does is no sign of loss.
const LATE: Span = Span::millis(200);

/// The next hop answered only a repeated request.
pub(super) fn arp_retried(judged: &Judged) -> Option<Finding> {
    let arp = judged.attempt.arp.as_ref()?;
    let (reply, _) = arp.reply?;
    let asked: Vec<At> = arp.requests.iter().copied().filter(|request| request.before(reply)).collect();
    let first = asked.first().filter(|first| asked.len() > 1 && reply.time - first.time >= LATE)?;
    let message = format!(
        "{} answered {} after {} requests, {} after the first.",
        arp.target,
        arp.client,
        asked.len(),
        seconds(reply.time - first.time),
    );
    let places = asked.iter().map(|at| (*at, format!("request for {}", arp.target)));
    Some(Finding::on(judged, &ARP_RETRIED, message).each(places.collect()).at(reply, "its answer"))
}

/// The connection was made after a repeated SYN.
pub(super) fn syn_retried(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref()?;
    let first = flow.syns.first().filter(|_| flow.syns.len() > 1 && is_established(flow))?;
    let made = flow.established.or(flow.syn_acks.first().copied())?;
    let late = made.time - first.time >= LATE;
    if !late {
        return None;
    }
    let message = format!(
        "{} sent its SYN to {} {} before the connection stood, {} after the first.",
        flow.client.ip,
        judged.attempt.peer_text(),
        times(flow.syns.len()),
        seconds(made.time - first.time),
    );
    let places = flow.syns.iter().map(|at| (*at, "SYN".to_owned()));
    Some(Finding::on(judged, &TCP_SYN_RETRIED, message).each(places.collect()))
}

/// An ICMP error answered the SYN, and yet the connection was made.
pub(super) fn icmp_error_survived(judged: &Judged) -> Option<Finding> {
    let flow = judged.attempt.flow.as_deref().filter(|flow| is_established(flow))?;
    let made = flow.established.or(flow.syn_acks.first().copied())?;
    let (at, error) = flow.icmp.iter().find(|(at, error)| !icmp::too_big(error) && at.before(made))?;
    let words = icmp::words(error);
    let message = format!(
        "{} answered a SYN to {} with ICMP {words}, and the connection was made {} later.",
        error.source,
        judged.attempt.peer_text(),
        seconds(made.time - at.time),
    );
    let finding = Finding::on(judged, &TCP_ICMP_ERROR_SURVIVED, message);
    Some(finding.at(*at, format!("ICMP from {}: {words}", error.source)).at(made, "connected"))
}

/// Others called the switch.
pub(super) fn inbound(whole: &Whole<'_>) -> Vec<Finding> {
    let mut callers: BTreeMap<IpAddr, Vec<(At, String)>> = BTreeMap::new();
    for one in whole.inbound {
        callers.entry(one.from).or_default().push((one.at, format!("connection to {}", one.to)));
    }
    together(callers.into_iter().map(|(from, calls)| {
        let message =
            format!("{from} opened {} towards the switch.", count(calls.len() as u64, "connection"));
        Finding::on_capture(&INBOUND_CONNECTION, message).each(calls)
    }))
}
