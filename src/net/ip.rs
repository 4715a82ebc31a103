//! IPv4 (RFC 791) and IPv6 (RFC 8200) headers. Checksums never reject: a switch's captures carry wrong ones.

use std::net::IpAddr;

use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};

use super::octets::Octets;

/// Protocol numbers (IANA).
pub(super) const ICMP: u8 = 1;
pub(super) const IP_IN_IP: u8 = 4;
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const IPV6_IN_IP: u8 = 41;
pub(super) const GRE: u8 = 47;
pub(super) const ESP: u8 = 50;
pub(super) const AH: u8 = 51;
pub(super) const ICMPV6: u8 = 58;

/// IPv6 extension headers (IANA); 135, 139 and 140 share the layout of the options.
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const DESTINATION_OPTIONS: u8 = 60;

/// An IP packet with its headers read.
#[derive(Debug, Clone, Copy)]
pub(super) struct IpPacket<'a> {
    pub source: IpAddr,
    pub destination: IpAddr,
    /// What the payload is, behind all extension headers.
    pub protocol: u8,
    /// Time to live or hop limit.
    pub ttl: u8,
    /// Identification of IPv4.
    pub id: Option<u16>,
    /// Octets of all IP headers.
    pub header_len: u32,
    /// What follows them, without padding of the link.
    pub payload: Octets<'a>,
}

impl IpPacket<'_> {
    /// Steps over the extension headers a reassembled payload starts with.
    pub(super) fn past_extensions(self) -> Self {
        let mut chain = Chain { protocol: self.protocol, rest: self.payload, fragment: None };
        chain.walk(self.source.is_ipv6());
        let walked = self.payload.wire.saturating_sub(chain.rest.wire);
        let header_len = self.header_len.saturating_add(walked);
        Self { protocol: chain.protocol, payload: chain.rest, header_len, ..self }
    }

    /// Octets of the whole packet on the wire.
    pub(super) fn total_len(&self) -> u32 {
        self.header_len.saturating_add(self.payload.wire)
    }
}

/// Which part of a datagram a packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Identification, the same in all fragments of a datagram.
    pub id: u32,
    /// Where its payload starts in the datagram's, in octets.
    pub offset: usize,
    /// Whether others follow.
    pub more: bool,
}

/// Reads the IP header at the front of `octets`, version 4 or 6.
#[inline]
pub(super) fn parse(octets: Octets<'_>) -> Option<(IpPacket<'_>, Option<Fragment>)> {
    match octets.captured.first()? >> 4 {
        4 => parse_v4(octets),
        6 => parse_v6(octets),
        _ => None,
    }
}

#[inline]
fn parse_v4(octets: Octets<'_>) -> Option<(IpPacket<'_>, Option<Fragment>)> {
    let header = Ipv4HeaderSlice::from_slice(octets.captured).ok()?;
    let header_len = header.slice().len();
    let total_len = usize::from(header.total_len());
    let octets = if total_len < header_len {
        // Segmentation offload leaves the field 0: then the frame's own length counts.
        octets
    } else {
        octets.limited(u32::from(header.total_len()))
    };
    let fragment = header.is_fragmenting_payload().then(|| Fragment {
        id: u32::from(header.identification()),
        offset: usize::from(header.fragments_offset().byte_offset()),
        more: header.more_fragments(),
    });
    let mut chain = Chain { protocol: header.protocol().0, rest: octets.after(header_len)?, fragment };
    chain.walk(false);
    let packet = IpPacket {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        protocol: chain.protocol,
        ttl: header.ttl(),
        id: Some(header.identification()),
        header_len: octets.wire.saturating_sub(chain.rest.wire),
        payload: chain.rest,
    };
    Some((packet, chain.fragment))
}

fn parse_v6(octets: Octets<'_>) -> Option<(IpPacket<'_>, Option<Fragment>)> {
    let header = Ipv6HeaderSlice::from_slice(octets.captured).ok()?;
    let header_len = header.slice().len();
    let rest = octets.after(header_len)?;
    // Zero means a jumbogram (RFC 2675) or segmentation offload, unless nothing follows anyway.
    let rest = if header.payload_length() == 0 { rest } else { rest.limited(header.payload_length().into()) };
    let mut chain = Chain { protocol: header.next_header().0, rest, fragment: None };
    chain.walk(true);
    let extensions = rest.wire.saturating_sub(chain.rest.wire);
    let packet = IpPacket {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        protocol: chain.protocol,
        ttl: header.hop_limit(),
        id: None,
        header_len: u32::try_from(header_len).ok()?.saturating_add(extensions),
        payload: chain.rest,
    };
    Some((packet, chain.fragment))
}

/// Extension headers being walked. By hand: etherparse also reads them in the middle of a datagram, in later fragments,
/// where there are only octets of the payload.
struct Chain<'a> {
    protocol: u8,
    rest: Octets<'a>,
    fragment: Option<Fragment>,
}

impl Chain<'_> {
    fn walk(&mut self, v6: bool) {
        while self.fragment.is_none() && self.step(v6).is_some() {}
    }

    /// Steps over one extension header; `None` where there is none or it was not captured.
    fn step(&mut self, v6: bool) -> Option<()> {
        if matches!(self.protocol, TCP | UDP) {
            return None;
        }
        let [next, length] = self.rest.array::<2>(0)?;
        let octets = match self.protocol {
            // Counted in units of four octets less two (RFC 4302 §2.2).
            AH => (usize::from(length) + 2) * 4,
            FRAGMENT if v6 => {
                self.fragment = fragment_v6(self.rest);
                8
            }
            HOP_BY_HOP | ROUTING | DESTINATION_OPTIONS | 135 | 139 | 140 if v6 => {
                (usize::from(length) + 1) * 8
            }
            _ => return None,
        };
        self.rest = self.rest.after(octets)?;
        self.protocol = next;
        Some(())
    }
}

/// A fragment header (RFC 8200 §4.5), unless it says that the packet is whole (RFC 6946).
fn fragment_v6(header: Octets<'_>) -> Option<Fragment> {
    let field = header.u16(2)?;
    let fragment = Fragment { id: header.u32(4)?, offset: usize::from(field & !7), more: field & 1 != 0 };
    (fragment.offset > 0 || fragment.more).then_some(fragment)
}
