//! `show ip cef`, `show ip arp`, `show mac address-table`: the way to the next hop.

use std::net::IpAddr;

use super::facts::{Kind, Place, Said, Transcript};
use super::{command, plain};

/// A next hop and the interface it is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextHop {
    /// The address asked for, where the command is there.
    pub destination: Option<IpAddr>,
    /// The next hop.
    pub ip: IpAddr,
    /// The interface towards it.
    pub interface: String,
}

/// The port behind which a hardware address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortOfMac {
    /// The hardware address, as the switch writes it.
    pub mac: String,
    /// The port.
    pub port: String,
}

/// Reads the three tables; a row may be torn over several lines.
#[derive(Default)]
pub(super) struct Reader {
    destination: Option<IpAddr>,
    row: Option<String>,
    arp: bool,
}

impl Reader {
    /// A command was given.
    pub fn expect(&mut self, given: &str) {
        self.row = None;
        self.arp = false;
        self.destination = command::is(given, &["show", "ip", "cef"])
            .then(|| given.split_whitespace().find_map(|word| word.parse().ok()))
            .flatten();
    }

    pub fn read(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let words: Vec<&str> = text.split_whitespace().take(8).collect();
        match words.as_slice() {
            ["nexthop", ip, interface, ..] => {
                let hop = NextHop {
                    destination: self.destination,
                    ip: ip.parse().ok()?,
                    interface: plain::word(interface),
                };
                facts.keep(|facts| &mut facts.next_hops, Said::new(hop, at));
                Some(Kind::Cef)
            }
            [prefix] if is_prefix(prefix) => Some(Kind::Cef),
            ["Protocol", "Address", ..] => {
                self.arp = true;
                Some(Kind::Arp)
            }
            ["Internet", ip, ..] if ip.parse::<IpAddr>().is_ok() => {
                self.arp = true;
                Some(Kind::Arp)
            }
            [mac] if is_mac(mac) && self.arp => Some(Kind::Arp),
            ["ARPA", ..] if self.arp => Some(Kind::Arp),
            ["Vlan", "Mac", "Address", ..]
            | ["Mac", "Address", "Table"]
            | ["Total", "Mac", "Addresses", ..]
            | ["----", ..] => Some(Kind::MacTable),
            [_vlan, mac, "DYNAMIC" | "STATIC", rest @ ..] if is_mac(mac) => {
                self.row = rest.is_empty().then(|| plain::word(mac));
                if let [port, ..] = rest {
                    keep(mac, port, at, facts);
                }
                Some(Kind::MacTable)
            }
            [port] if self.row.is_some() && is_port(port) => {
                let mac = self.row.take()?;
                keep(&mac, port, at, facts);
                Some(Kind::MacTable)
            }
            _ => None,
        }
    }
}

fn keep(mac: &str, port: &str, at: Place, facts: &mut Transcript) {
    if is_port(port) {
        let found = PortOfMac { mac: plain::word(mac), port: plain::word(port) };
        facts.keep(|facts| &mut facts.ports, Said::new(found, at));
    }
}

/// `2c31.24b1.6bc6`.
fn is_mac(text: &str) -> bool {
    text.len() == 14
        && text.bytes().enumerate().all(|(at, b)| if at % 5 == 4 { b == b'.' } else { b.is_ascii_hexdigit() })
}

/// `Fi1/0/48`, `Po1`.
fn is_port(text: &str) -> bool {
    text.len() <= 32
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'.'))
}

fn is_prefix(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(ip, length)| ip.parse::<IpAddr>().is_ok() && length.parse::<u8>().is_ok())
}
