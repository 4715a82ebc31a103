//! The loop that peels one header after the other off a frame, down to IP, ARP or something opaque.

use super::ip::{self, IpPacket};
use super::octets::Octets;
use super::{ethernet, link, tunnel};
use crate::capture::LinkType;
use crate::limits::MAX_LAYERS;

/// What the next octets are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// The first header of a frame of this link type.
    Link(LinkType),
    /// An Ethernet header.
    Ethernet,
    /// The payload of this `EtherType`.
    EtherType(u16),
    /// IEEE 802.2 logical link control.
    Llc,
    /// PPP's protocol field.
    Ppp,
    /// Something in MPLS that has no type field.
    MplsPayload,
    /// An IP header, version in its first four bits.
    Ip,
    /// Generic routing encapsulation.
    Gre,
    /// The payload of a UDP datagram to the VXLAN port.
    Vxlan,
}

/// Where the peeling ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'a> {
    /// An IP packet, not a fragment, that holds no further tunnel.
    Ip(IpPacket<'a>),
    /// A fragment of an IP packet.
    Fragment(IpPacket<'a>, ip::Fragment),
    /// An ARP message.
    Arp(Octets<'a>),
    /// Encrypted below IP.
    Encrypted,
    /// Nothing of interest.
    Other,
}

/// Peels from `layer` on.
pub(super) fn peel(layer: Layer, octets: Octets<'_>) -> Found<'_> {
    peel_each(layer, octets, &mut |_, _| {})
}

/// Peels from `layer` on and shows `each` layer on the way.
pub(super) fn peel_each<'a>(
    layer: Layer,
    octets: Octets<'a>,
    each: &mut impl FnMut(Layer, Octets<'a>),
) -> Found<'a> {
    let (mut layer, mut octets) = (layer, octets);
    for _ in 0..MAX_LAYERS {
        each(layer, octets);
        let next = match layer {
            Layer::EtherType(0x0806) => return Found::Arp(octets),
            Layer::Ip | Layer::EtherType(0x0800 | 0x86dd) => match ip::parse(octets) {
                None => None,
                Some((packet, Some(fragment))) => return Found::Fragment(packet, fragment),
                Some((packet, None)) => match tunnel_in(&packet) {
                    None => return Found::Ip(packet),
                    inner => inner,
                },
            },
            Layer::Link(link_type) => link::peel(link_type, octets),
            Layer::Ethernet => ethernet::peel(octets),
            Layer::Llc => ethernet::peel_llc(octets),
            Layer::EtherType(kind) => match ethernet::peel_type(kind, octets) {
                Some(next) => Some(next),
                None if ethernet::hides_payload(kind) => return Found::Encrypted,
                None => tunnel::peel_type(kind, octets),
            },
            Layer::Ppp => tunnel::peel_ppp(octets),
            Layer::MplsPayload => tunnel::peel_mpls_payload(octets),
            Layer::Gre => tunnel::peel_gre(octets),
            Layer::Vxlan => tunnel::peel_vxlan(octets),
        };
        let Some(next) = next else { return Found::Other };
        (layer, octets) = next;
    }
    Found::Other
}

/// The tunnel header in an IP packet, where it is one whose payload can be read.
pub(super) fn tunnel_in<'a>(packet: &IpPacket<'a>) -> Option<(Layer, Octets<'a>)> {
    match packet.protocol {
        ip::IP_IN_IP | ip::IPV6_IN_IP => Some((Layer::Ip, packet.payload)),
        ip::GRE => Some((Layer::Gre, packet.payload)),
        ip::UDP if tunnel::is_vxlan(packet.payload) => Some((Layer::Vxlan, packet.payload.after(8)?)),
        _ => None,
    }
}
