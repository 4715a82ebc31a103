//! `show ip interface brief`.

use std::net::IpAddr;

use super::facts::{Kind, Place, Said, Transcript};
use super::plain;

/// An interface and its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// Its address, where it has one.
    pub ip: Option<IpAddr>,
    /// Whether it is up, where that is said.
    pub up: Option<bool>,
}

const KINDS: [&str; 14] = [
    "Vlan",
    "Loopback",
    "GigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "FiveGigabitEthernet",
    "TwoGigabitEthernet",
    "Port-channel",
    "Tunnel",
    "AppGigabitEthernet",
    "Bluetooth",
    "FastEthernet",
];

/// Whether `text` begins with an interface's name.
pub(super) fn is_interface(text: &str) -> bool {
    KINDS.iter().any(|kind| text.starts_with(kind)) && text.ends_with(|c: char| c.is_ascii_digit())
}

/// Reads one line: name and address, and the state where the line is whole.
pub(super) fn read(text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
    if text.starts_with("Interface") && text.contains("IP-Address") {
        return Some(Kind::Interfaces);
    }
    let words: Vec<&str> = text.split_whitespace().take(8).collect();
    let (name, rest) = words.split_first()?;
    if let ["YES" | "NO", _, .., _] = words.as_slice() {
        // The end of a line that a page break tore.
        return (words.len() <= 5).then_some(Kind::Interfaces);
    }
    let (address, state) = rest.split_first()?;
    if !is_interface(name) {
        return None;
    }
    let ip: Option<IpAddr> = match *address {
        "unassigned" => None,
        address => Some(address.parse().ok()?),
    };
    let up = match state {
        ["YES" | "NO", _, "up", "up"] => Some(true),
        ["YES" | "NO", ..] => Some(false),
        [] => None,
        _ => return None,
    };
    let interface = Interface { name: plain::word(name), ip, up };
    if ip.is_some() {
        facts.keep(|facts| &mut facts.interfaces, Said::new(interface, at));
    }
    Some(Kind::Interfaces)
}
