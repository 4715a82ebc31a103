//! The next hop that does not answer.

use super::Party;
use super::conclusion::Conclusion;
use super::diagnostic::{Action, Diagnostic, Ground, Kind};
use super::ending::during;
use super::silence::silence;
use super::steps::{GUIDE, SOURCE_INTERFACE, VRF};
use super::words::times;
use crate::attempt::Attempt;
use crate::attempt::StageName;

pub(super) static ARP_UNRESOLVED: Diagnostic = Diagnostic {
    code: "arp-unresolved",
    stage: Some(StageName::Arp),
    kind: Kind::Verdict(&[Ground::Duration]),
    title: "The next hop does not answer",
    explanation: "The switch asked for the hardware address of its next hop, or of a peer on its own \
        subnet, by ARP or IPv6 neighbour solicitation, and nothing answered; no packet to the service \
        left. Usual causes are a wrong default gateway, a wrong VLAN or trunk, a gateway that is down, or \
        a wrong mask that makes a remote address look local. DNS may well have worked, through another \
        interface or gateway. A firewall further out cannot cause this: the packets never left the subnet.",
    party: Party::Network,
    reported_as: &["Connection timed out"],
    confirm: &[
        Action {
            text: "See whether the entry is incomplete and on which interface the switch asks.",
            commands: &["show ip cef {peer}", "show ip arp {next_hop}"],
        },
        Action {
            text: "See that the SVI or routed port is up and has the right address.",
            commands: &["show ip interface brief | exclude unassigned"],
        },
    ],
    filter: "arp || icmpv6.type in {135, 136}",
    fix: &[
        Action {
            text: "Check the gateway's address and the mask of the interface the switch asks on; correct \
                the route or the SVI.",
            commands: &["show ip cef {peer}", "show ip interface brief | exclude unassigned"],
        },
        Action {
            text: "See that the VLAN reaches the gateway: its hardware address must be learned on the \
                uplink.",
            commands: &["show mac address-table address MAC"],
        },
        SOURCE_INTERFACE,
        VRF,
    ],
    references: &["RFC 826", "RFC 4861 section 7.2.2", GUIDE],
};

/// The switch asks for its next hop and nothing answers.
pub(super) fn judge(attempt: &Attempt) -> Option<Conclusion> {
    let arp = attempt.arp.as_ref().filter(|arp| arp.reply.is_none() && attempt.flow.is_none())?;
    let (first, last) = (arp.first()?, arp.last()?);
    let protocol = if arp.target.is_ipv4() { "ARP" } else { "neighbour solicitation" };
    let count = arp.requests.len();
    let summary = format!(
        "{} asked for {} by {protocol} {}{} and nothing answered; no packet to the service left.",
        attempt.client,
        arp.target,
        times(count),
        during(last.time - first.time),
    );
    let conclusion = silence(attempt, &ARP_UNRESOLVED, count, first, summary);
    Some(
        conclusion.each(&arp.requests, |index| format!("request {} for {}, no reply", index + 1, arp.target)),
    )
}
