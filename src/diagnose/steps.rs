//! Steps and references that several codes share. A word in capitals in a command is for the reader to replace.

use super::diagnostic::Action;

/// The vendor's configuration guide.
pub(super) const CISCO_SLP: &str = "https://www.cisco.com/c/en/us/td/docs/switches/lan/catalyst_9000/\
    b_smart-licensing-using-policy-cat9k-switches.html";

/// The vendor's description of Smart Licensing Using Policy on these switches.
pub(super) const GUIDE: &str = "https://www.cisco.com/c/en/us/support/docs/switches/catalyst-9300-series-switches/\
    216545-smart-licensing-using-policy-on-catalyst.html";

/// Try again.
pub(super) const SYNC: Action = Action {
    text: "Make the switch try again; a new REQUEST with a RESPONSE below it is the proof.",
    commands: &["license smart sync all", "show license history message"],
};

/// The licensing configuration as it is.
pub(super) const STATUS: Action = Action {
    text: "See which transport, address and proxy the switch is set to use.",
    commands: &["show license status", "show license tech support"],
};

/// What the agent got back.
pub(super) const HISTORY: Action = Action {
    text: "See what the licensing agent made of it: a REQUEST with an empty RESPONSE got no answer.",
    commands: &["show license history message", "show license eventlog 1"],
};

/// Which address the switch uses.
pub(super) const SOURCE_INTERFACE: Action = Action {
    text: "Let look-ups and connections leave from the interface whose address is routed and permitted.",
    commands: &[
        "configure terminal",
        "ip domain lookup source-interface INTERFACE",
        "ip http client source-interface INTERFACE",
        "end",
    ],
};

/// When licensing belongs in a VRF.
pub(super) const VRF: Action = Action {
    text: "If the way out is in a VRF, name it for licensing and for DNS.",
    commands: &[
        "configure terminal",
        "license smart vrf VRF",
        "ip name-server vrf VRF ADDRESS",
        "ip domain lookup vrf VRF source-interface INTERFACE",
        "end",
    ],
};

/// Reporting to cloud CSSM, without anything between.
pub(super) const SET_SMART_TRANSPORT: &[&str] =
    &["configure terminal", "license smart transport smart", "license smart url default", "end"];

/// The same connection by hand.
pub(super) const TELNET: Action = Action {
    text: "Open the same connection by hand, from the same source; a ping may be filtered while the port \
        works, and the reverse.",
    commands: &["telnet {peer} {peer_port} /ipv4 /source-interface INTERFACE"],
};

/// The proxy's address and port.
pub(super) const PROXY_SETTINGS: Action = Action {
    text: "If a proxy is used, set its address and port as its administrator gives them.",
    commands: &[
        "configure terminal",
        "license smart proxy address ADDRESS",
        "license smart proxy port PORT",
        "end",
    ],
};

/// Where the packets go.
pub(super) const NEXT_HOP: Action = Action {
    text: "Follow the route: next hop, its hardware address, and the port behind it.",
    commands: &["show ip cef {peer}", "show ip arp {next_hop}", "show mac address-table address MAC"],
};

/// What the HTTP client sees.
pub(super) const HTTP_DEBUG: Action = Action {
    text: "Watch the switch's HTTP client during one attempt.",
    commands: &["debug ip http client all", "license smart sync all"],
};

/// What the TLS library sees.
pub(super) const TLS_DEBUG: Action = Action {
    text: "Watch the TLS library's states and errors during one attempt.",
    commands: &["debug ssl openssl states", "debug ssl openssl errors", "license smart sync all"],
};

/// Why a certificate was accepted or not.
pub(super) const PKI_DEBUG: Action = Action {
    text: "Watch the certificate validation during one attempt; it names the check that failed.",
    commands: &["debug crypto pki messages", "debug crypto pki transactions", "license smart sync all"],
};

/// Which roots the switch trusts.
pub(super) const SHOW_TRUSTPOOL: Action = Action {
    text: "See which root certificates the switch trusts.",
    commands: &["show crypto pki trustpool", "show crypto pki trustpoint"],
};

/// Cisco's bundle of roots.
pub(super) const TRUSTPOOL: Action = Action {
    text: "For cloud CSSM, import Cisco's current root bundle; without a way to www.cisco.com, copy the \
        file to flash and import it from there.",
    commands: &[
        "configure terminal",
        "crypto pki trustpool import url http://www.cisco.com/security/pki/trs/ios_core.p7b",
        "end",
    ],
};

/// The switch's idea of the time.
pub(super) const SHOW_CLOCK: Action = Action {
    text: "Compare the switch's clock with the real time.",
    commands: &["show clock", "show ntp status"],
};

/// A clock that is right.
pub(super) const NTP: Action = Action {
    text: "Give the switch a time source; CSSM tolerates a deviation of less than one hour.",
    commands: &["configure terminal", "ntp server ADDRESS", "end"],
};

/// A capture of the port.
pub(super) const CAPTURE_PORT: Action = Action {
    text: "Capture on the physical port that leads to the next hop, both directions, and start before the \
        attempt; management ports, SVIs, port channels and VRFs cannot be capture points.",
    commands: &[
        "monitor capture CSSM interface INTERFACE both match any",
        "monitor capture CSSM start",
        "license smart sync all",
        "monitor capture CSSM stop",
        "monitor capture CSSM export location flash:cssm.pcap",
    ],
};

/// A capture of the CPU's own packets.
pub(super) const CAPTURE_CPU: Action = Action {
    text: "If the switch's own packets are missing, capture at the control plane instead.",
    commands: &[
        "monitor capture CSSM control-plane both match any",
        "monitor capture CSSM start",
        "license smart sync all",
        "monitor capture CSSM stop",
        "monitor capture CSSM export location flash:cssm.pcap",
    ],
};

/// No inspection for the service.
pub(super) const EXEMPT_INSPECTION: Action = Action {
    text: "Have the licensing service exempted from TLS inspection on the proxy or firewall.",
    commands: &[],
};

/// The firewall rule.
pub(super) const PERMIT: Action = Action {
    text: "Have the firewalls on the path permit this switch's address to this address and port, and the \
        replies back: 443 for CSSM, 8182 for a CSLU, the proxy's own port for a proxy.",
    commands: &[],
};

/// The path MTU by hand.
pub(super) const MTU_PING: Action = Action {
    text: "Find the size that passes: lower it until the ping succeeds.",
    commands: &["ping {peer} size 1500 df-bit"],
};
