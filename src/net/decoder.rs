//! Frames to packets: the only state is that of fragmented datagrams.

use super::fragment::{FragmentCounts, Reassembler, Whole};
use super::ip::{self, Fragment, IpPacket};
use super::layer::{Found, Layer, peel, tunnel_in};
use super::octets::Octets;
use super::packet::{Content, Packet};
use super::{arp, icmp, link, tcp, udp};
use crate::capture::Frame;
use crate::model::Timestamp;

/// Decodes frames one after the other; whole packets are borrowed from the frame, reassembled ones from the decoder.
#[derive(Debug, Default)]
pub struct Decoder {
    fragments: Reassembler,
    /// A reassembled packet that carries a fragment itself.
    outer: Vec<u8>,
}

impl Decoder {
    /// A decoder that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Decodes one frame. Never fails: what cannot be read, and every fragment but the one that completes its datagram, is
    /// [`Content::Other`] or [`Content::NotIp`].
    pub fn decode<'a>(&'a mut self, frame: Frame<'a>) -> Packet<'a> {
        let content = match peel(Layer::Link(frame.link_type), Octets::new(frame.data, frame.original_len)) {
            Found::Ip(packet) => ip_content(&packet),
            Found::Fragment(packet, fragment) => self.reassemble(packet, fragment, frame.at.time),
            found => content(found),
        };
        Packet { at: frame.at, source_mac: link::source_mac(&frame), content }
    }

    /// How reassembly of IP fragments went so far.
    pub fn fragments(&self) -> FragmentCounts {
        self.fragments.counts()
    }

    fn reassemble<'a>(&'a mut self, last: IpPacket<'a>, fragment: Fragment, now: Timestamp) -> Content<'a> {
        let Some(whole) = self.fragments.add(&last, fragment, now) else {
            return if last.protocol == ip::ESP { Content::Encrypted } else { Content::Other };
        };
        // The octets leave the reassembler: what they carry may be a fragment in its turn.
        self.fragments.swap(&mut self.outer);
        let octets = Octets::new(&self.outer[..whole.captured.min(self.outer.len())], whole.wire);
        match inside(last, &whole, octets) {
            Found::Fragment(inner, fragment) => {
                let Some(whole) = self.fragments.add(&inner, fragment, now) else { return Content::Other };
                // A third layer of fragments is left alone.
                content(inside(inner, &whole, self.fragments.octets(&whole)))
            }
            found => content(found),
        }
    }
}

/// What a reassembled packet carries; `last` is the fragment that completed it.
fn inside<'a>(last: IpPacket<'a>, whole: &Whole, payload: Octets<'a>) -> Found<'a> {
    let packet = IpPacket { header_len: whole.header_len, protocol: whole.protocol, payload, ..last };
    let packet = packet.past_extensions();
    match tunnel_in(&packet) {
        Some((layer, octets)) => peel(layer, octets),
        None => Found::Ip(packet),
    }
}

fn content(found: Found<'_>) -> Content<'_> {
    match found {
        Found::Ip(packet) => ip_content(&packet),
        Found::Arp(octets) => arp::parse(octets).map_or(Content::Other, Content::Arp),
        Found::Encrypted => Content::Encrypted,
        Found::Fragment(..) => Content::Other,
        Found::Other => Content::NotIp,
    }
}

#[inline]
fn ip_content<'a>(packet: &IpPacket<'a>) -> Content<'a> {
    if packet.protocol == ip::TCP {
        return tcp::parse(packet).unwrap_or(Content::Other);
    }
    let content = match packet.protocol {
        ip::UDP if udp::carries_esp(packet) => Some(Content::Encrypted),
        ip::UDP => udp::parse(packet).map(Content::Udp),
        ip::ICMP => icmp::parse(packet).map(Content::IcmpError),
        ip::ICMPV6 => icmp::parse(packet)
            .map(Content::IcmpError)
            .or_else(|| arp::parse_neighbour(packet).map(Content::Arp)),
        // An authentication header that is still the protocol was cut: what it covers is out of reach.
        ip::ESP | ip::AH => Some(Content::Encrypted),
        _ => None,
    };
    content.unwrap_or(Content::Other)
}
