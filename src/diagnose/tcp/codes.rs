//! The TCP connection that is not made, or is ended before a word is said.

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{
    CAPTURE_CPU, GUIDE, HISTORY, MTU_PING, PERMIT, PROXY_SETTINGS, SOURCE_INTERFACE, STATUS, SYNC, TELNET,
    VRF,
};

pub(in crate::diagnose) static TCP_SYN_TIMEOUT: Diagnostic = Diagnostic {
    code: "tcp-syn-timeout",
    stage: Some(StageName::Tcp),
    severity: None,
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
    severity: None,
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
    severity: None,
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
    severity: None,
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

pub(in crate::diagnose) static TCP_RESET: Diagnostic = Diagnostic {
    code: "tcp-reset",
    stage: Some(StageName::Tcp),
    severity: None,
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
    severity: None,
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

pub(in crate::diagnose) static TCP_MTU_BLACKHOLE: Diagnostic = Diagnostic {
    code: "tcp-mtu-blackhole",
    stage: Some(StageName::Tcp),
    severity: None,
    title: "Large packets do not get through",
    explanation: "Small segments pass and large ones do not: they are repeated and never acknowledged, or \
        the peer's large segments never arrive and the switch keeps reporting the gap. A link with a \
        smaller MTU (a tunnel, VPN or PPPoE) drops them, and the ICMP message that would say so is \
        filtered or ignored. It often looks like a TLS timeout, because the certificates are the first \
        large packets. It is not random loss: only size decides.",
    party: Party::Network,
    reported_as: &["Connection timed out", "NO REPLY"],
    confirm: &[
        MTU_PING,
        Action {
            text: "Look for the MSS in SYN and SYN-ACK and for the sizes that are missing.",
            commands: &[],
        },
    ],
    filter: "(tcp.analysis.retransmission && tcp.len > 0) || tcp.analysis.lost_segment || (icmp.type == 3 \
        && icmp.code == 4) || icmpv6.type == 2",
    fix: &[
        MTU_PING,
        Action {
            text: "Clamp the MSS where the tunnel or the narrow link begins.",
            commands: &["configure terminal", "interface INTERFACE", "ip tcp adjust-mss SIZE", "end"],
        },
        Action {
            text: "Have the firewalls let ICMP type 3 code 4 and ICMPv6 type 2 through.",
            commands: &[],
        },
        Action {
            text: "As a work-around, lower the IP MTU of the interface that the switch sends from.",
            commands: &["configure terminal", "interface INTERFACE", "ip mtu SIZE", "end"],
        },
    ],
    references: &["RFC 1191 section 3", "RFC 2923 section 2.1", "RFC 8201 section 4", "RFC 9293 section 3.7"],
};
