//! What the path shows besides the verdict.

use crate::attempt::StageName;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{MTU_PING, NEXT_HOP, PERMIT, TELNET};
use crate::diagnose::{Party, Severity};

const LOOK_AT_PATH: Action =
    Action { text: "Look for errors and drops on the interfaces and links of the path.", commands: &[] };

pub(in crate::diagnose) static ARP_RETRIED: Diagnostic = Diagnostic {
    code: "arp-retried",
    stage: Some(StageName::Arp),
    severity: Some(Severity::Info),
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
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Info),
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

pub(in crate::diagnose) static TCP_LOSS: Diagnostic = Diagnostic {
    code: "tcp-loss",
    stage: Some(StageName::Tcp),
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Info),
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
    severity: Some(Severity::Warning),
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

pub(in crate::diagnose) static MTU_TROUBLE_SURVIVED: Diagnostic = Diagnostic {
    code: "mtu-trouble-survived",
    stage: Some(StageName::Tcp),
    severity: Some(Severity::Warning),
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
    severity: Some(Severity::Warning),
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

pub(in crate::diagnose) static INBOUND_CONNECTION: Diagnostic = Diagnostic {
    code: "inbound-connection",
    stage: None,
    severity: Some(Severity::Info),
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
