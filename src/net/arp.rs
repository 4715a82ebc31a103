//! ARP for IPv4 (RFC 826), and IPv6 neighbour discovery (RFC 4861) said in its terms.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::ip::IpPacket;
use super::octets::Octets;
use super::packet::{Arp, ArpOperation};
use crate::model::MacAddress;

/// ICMPv6 types of neighbour discovery.
const SOLICITATION: u8 = 135;
const ADVERTISEMENT: u8 = 136;

/// An ARP request or reply for IPv4 addresses; anything else in ARP's format is `None`.
pub(super) fn parse(octets: Octets<'_>) -> Option<Arp> {
    const IPV4: u16 = 0x0800;
    let (header, addresses) = octets.header::<8>()?;
    let [_, _, kind @ .., hardware_len, protocol_len, 0, operation] = *header else { return None };
    if u16::from_be_bytes(kind) != IPV4 || protocol_len != 4 {
        return None;
    }
    let operation = match operation {
        1 => ArpOperation::Request,
        2 => ArpOperation::Reply,
        _ => return None,
    };
    let hardware = usize::from(hardware_len);
    let sender_mac = if hardware == 6 { addresses.array(0).map(MacAddress) } else { None };
    let sender = Ipv4Addr::from(addresses.u32(hardware)?);
    let target = Ipv4Addr::from(addresses.u32(2 * hardware + 4)?);
    Some(Arp { operation, sender: sender.into(), sender_mac, target: target.into() })
}

/// A neighbour solicitation or advertisement in the payload of an ICMPv6 packet.
pub(super) fn parse_neighbour(packet: &IpPacket<'_>) -> Option<Arp> {
    const SOURCE_ADDRESS: u8 = 1;
    const TARGET_ADDRESS: u8 = 2;
    let message = packet.payload;
    let about = IpAddr::from(Ipv6Addr::from(message.array::<16>(8)?));
    let options = message.after(24)?;
    match *message.captured.first()? {
        SOLICITATION => Some(Arp {
            operation: ArpOperation::Request,
            sender: packet.source,
            sender_mac: link_address(options, SOURCE_ADDRESS),
            target: about,
        }),
        ADVERTISEMENT => Some(Arp {
            operation: ArpOperation::Reply,
            sender: about,
            sender_mac: link_address(options, TARGET_ADDRESS),
            target: packet.destination,
        }),
        _ => None,
    }
}

/// A link-layer address option (RFC 4861 §4.6.1). Lengths count units of eight octets; zero would not end.
fn link_address(options: Octets<'_>, wanted: u8) -> Option<MacAddress> {
    let mut rest = options;
    loop {
        let [kind, units] = rest.array::<2>(0)?;
        if kind == wanted {
            return rest.array(2).map(MacAddress);
        }
        rest = rest.after(8 * usize::from(units)).filter(|_| units > 0)?;
    }
}
