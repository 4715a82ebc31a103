//! The first header of a frame, by link type.

use super::layer::Layer;
use super::octets::Octets;
use crate::capture::{Frame, LinkType};
use crate::model::MacAddress;

/// ARPHRD values of Linux cooked captures whose protocol field is no `EtherType`.
const ARPHRD_NETLINK: u16 = 824;

/// The layer behind the link header.
pub(super) fn peel(link_type: LinkType, octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    match link_type {
        LinkType::ETHERNET => Some((Layer::Ethernet, octets)),
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 => Some((Layer::Ip, octets)),
        LinkType::NULL | LinkType::LOOP => loopback(octets),
        LinkType::LINUX_SLL => cooked(octets),
        LinkType::LINUX_SLL2 => cooked_v2(octets),
        LinkType::NFLOG => logged(octets),
        // Two InfiniBand addresses of 20 octets, an `EtherType` and two octets of zero (RFC 4391 §6).
        LinkType::IPOIB => Some((Layer::EtherType(octets.u16(40)?), octets.after(44)?)),
        // Cisco's address octets, unicast or multicast, say that the framing is not PPP's (LINKTYPE_PPP_HDLC).
        LinkType::PPP | LinkType::PPP_HDLC if matches!(octets.captured.first(), Some(0x0f | 0x8f)) => {
            hdlc(octets)
        }
        LinkType::PPP | LinkType::PPP_HDLC => Some((Layer::Ppp, octets)),
        LinkType::C_HDLC => hdlc(octets),
        _ => None,
    }
}

/// The source hardware address in the link header.
pub(super) fn source_mac(frame: &Frame<'_>) -> Option<MacAddress> {
    let at = |offset: usize| frame.data.get(offset..)?.first_chunk::<6>().copied().map(MacAddress);
    let cooked = |length: Option<&u8>, offset| length.filter(|&&octet| octet == 6).and_then(|_| at(offset));
    match frame.link_type {
        LinkType::ETHERNET => at(6),
        // Length of the address in network order at 4; the address at 6.
        LinkType::LINUX_SLL => cooked(frame.data.get(5), 6),
        LinkType::LINUX_SLL2 => cooked(frame.data.get(11), 12),
        _ => None,
    }
}

/// The address family in either byte order: AF_INET is 2, AF_INET6 differs by system (10 Linux, 24, 28, 30 BSDs).
fn loopback(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let (family, rest) = octets.header::<4>()?;
    let (little, big) = (u32::from_le_bytes(*family), u32::from_be_bytes(*family));
    matches!(little.min(big), 2 | 10 | 24 | 28 | 30).then_some((Layer::Ip, rest))
}

/// Linux cooked v1: packet type, ARPHRD, address length, eight octets of address, protocol.
fn cooked(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let rest = octets.after(16)?;
    cooked_payload(octets.u16(2)?, octets.u16(14)?, rest)
}

/// Linux cooked v2: protocol first, then interface, ARPHRD, packet type, address length and address.
fn cooked_v2(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let rest = octets.after(20)?;
    cooked_payload(octets.u16(8)?, octets.u16(0)?, rest)
}

fn cooked_payload(hardware: u16, protocol: u16, rest: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    match protocol {
        _ if hardware == ARPHRD_NETLINK => None,
        // Linux's own number for frames that start with an 802.2 header.
        4 => Some((Layer::Llc, rest)),
        protocol => Some((Layer::EtherType(protocol), rest)),
    }
}

/// Netfilter's log: four octets, then attributes of length (their header's four octets included), type and value, padded to
/// four octets, in the byte order of the capturing host, which the first and short one tells.
fn logged(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    const PAYLOAD: u16 = 9;
    let mut rest = octets.after(4)?;
    let swapped = rest.u16(0)? > rest.u16(0)?.swap_bytes();
    let number =
        |octets: Octets<'_>, at| Some(if swapped { octets.u16(at)?.swap_bytes() } else { octets.u16(at)? });
    loop {
        let (length, kind) = (number(rest, 0)?, number(rest, 2)?);
        let value = usize::from(length).checked_sub(4)?;
        if kind == PAYLOAD {
            return Some((Layer::Ip, rest.after(4)?));
        }
        rest = rest.after(4 + value.next_multiple_of(4))?;
    }
}

/// Cisco HDLC: address, control, then an `EtherType`.
fn hdlc(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let rest = octets.after(4)?;
    Some((Layer::EtherType(octets.u16(2)?), rest))
}
