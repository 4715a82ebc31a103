//! Where the headers of a frame stand, for whoever rewrites it.

use std::net::IpAddr;

use super::ip::IpPacket;
use super::layer::{Found, Layer, peel_each};
use super::octets::Octets;
use crate::capture::{Frame, LinkType};

/// The headers of one frame, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anatomy {
    /// What they are and where in the frame each begins; each reaches to the next, the last one to `inside`.
    pub headers: Vec<(Header, usize)>,
    /// Where the innermost content begins.
    pub inside: usize,
    /// Where it ends: what follows is padding or a trailer.
    pub end: usize,
    /// What it is.
    pub content: Inside,
}

/// A header of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// The first header of a frame of this link type.
    Link(LinkType),
    /// Ethernet, of the frame itself or in a tunnel.
    Ethernet,
    /// A tag, a label, PPP, LLC: nothing that names a host.
    Tag,
    /// IPv4 or IPv6 with all it has in front of its content; a UDP header where VXLAN follows.
    Ip,
    /// Generic routing encapsulation.
    Gre,
    /// VXLAN.
    Vxlan,
}

/// What the headers carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// The payload of an IP packet.
    Ip {
        /// Protocol number behind all extension headers.
        protocol: u8,
        /// Sender of the packet.
        source: IpAddr,
        /// Its receiver.
        destination: IpAddr,
        /// Offset in octets, where the packet is a fragment.
        fragment: Option<usize>,
    },
    /// An ARP message.
    Arp,
    /// Something encrypted or unknown.
    Opaque,
}

impl Anatomy {
    /// The headers of `frame`.
    pub fn of(frame: &Frame<'_>) -> Self {
        Self::read(Layer::Link(frame.link_type), frame.data, frame.original_len)
    }

    /// The headers of an IP packet, as an ICMP error quotes one.
    pub fn of_ip(packet: &[u8]) -> Self {
        Self::read(Layer::Ip, packet, u32::try_from(packet.len()).unwrap_or(u32::MAX))
    }

    /// Sender and receiver of the datagram that the frame carries a fragment of.
    pub fn fragment_of(&self) -> Option<(IpAddr, IpAddr)> {
        match self.content {
            Inside::Ip { source, destination, fragment: Some(_), .. } => Some((source, destination)),
            _ => None,
        }
    }

    fn read(layer: Layer, data: &[u8], original_len: u32) -> Self {
        let mut headers: Vec<(Header, usize)> = Vec::new();
        let found = peel_each(layer, Octets::new(data, original_len), &mut |layer, octets| {
            let start = place(data, octets.captured);
            // A link type that is only another word for the header behind it.
            headers.pop_if(|(_, before)| *before == start);
            headers.push((header(layer), start));
        });
        let (content, octets) = match found {
            Found::Ip(packet) => (ip(&packet, None), Some(packet.payload)),
            Found::Fragment(packet, fragment) => (ip(&packet, Some(fragment.offset)), Some(packet.payload)),
            Found::Arp(octets) => {
                headers.pop();
                (Inside::Arp, Some(octets))
            }
            Found::Encrypted | Found::Other => (Inside::Opaque, None),
        };
        // Of a header that could not be read to its end, nothing is known.
        let unread = || headers.pop().map_or(0, |(_, start)| start);
        let inside = octets.map_or_else(unread, |octets| place(data, octets.captured));
        let end = octets.map_or(data.len(), |octets| inside.saturating_add(octets.captured.len()));
        Self { headers, inside, end: end.min(data.len()), content }
    }
}

fn header(layer: Layer) -> Header {
    match layer {
        Layer::Link(link_type) => Header::Link(link_type),
        Layer::Ethernet => Header::Ethernet,
        Layer::Ip | Layer::EtherType(0x0800 | 0x86dd) => Header::Ip,
        Layer::EtherType(_) | Layer::Llc | Layer::Ppp | Layer::MplsPayload => Header::Tag,
        Layer::Gre => Header::Gre,
        Layer::Vxlan => Header::Vxlan,
    }
}

fn ip(packet: &IpPacket<'_>, fragment: Option<usize>) -> Inside {
    let IpPacket { protocol, source, destination, .. } = *packet;
    Inside::Ip { protocol, source, destination, fragment }
}

/// Where in `whole` its part begins; its end for a part that is empty and nowhere.
fn place(whole: &[u8], part: &[u8]) -> usize {
    let distance = part.as_ptr().addr().checked_sub(whole.as_ptr().addr());
    distance.filter(|&distance| distance <= whole.len()).unwrap_or(whole.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::fixture::{ethernet, frame, ipv4, ipv4_fragment, join, tcp, udp};

    #[test]
    fn headers_of_a_tunnelled_segment_are_found_in_place() {
        let inner = ethernet(0x0800, &ipv4(6, &tcp(&[], b"data")));
        let vxlan = join(&[&[8, 0, 0, 0, 0, 0, 7, 0], &inner]);
        let tagged = join(&[&[0, 5, 8, 0], &ipv4(17, &udp(4789, &vxlan))]);
        let mut data = ethernet(0x8100, &tagged);
        let end = data.len();
        data.extend([0; 3]);
        let anatomy = Anatomy::of(&frame(LinkType::ETHERNET, &data));
        let starts: Vec<(Header, usize)> = vec![
            (Header::Ethernet, 0),
            (Header::Tag, 14),
            (Header::Ip, 18),
            (Header::Vxlan, 46),
            (Header::Ethernet, 54),
            (Header::Ip, 68),
        ];
        assert_eq!(anatomy.headers, starts);
        assert_eq!((anatomy.inside, anatomy.end), (88, end));
        assert!(matches!(anatomy.content, Inside::Ip { protocol: 6, fragment: None, .. }));
    }

    #[test]
    fn a_fragment_tells_whose_it_is() {
        let data = ethernet(0x0800, &ipv4_fragment(17, 0x2001, &[1; 16]));
        let anatomy = Anatomy::of(&frame(LinkType::ETHERNET, &data));
        assert_eq!(anatomy.fragment_of(), Some(([10, 0, 0, 1].into(), [10, 0, 0, 2].into())));
        assert_eq!(anatomy.inside, 34);
    }

    #[test]
    fn nothing_is_said_of_what_cannot_be_read() {
        for length in 0..60 {
            let data = ethernet(0x0800, &ipv4(6, &tcp(&[], b"some octets of payload")));
            let data = &data[..length.min(data.len())];
            let anatomy = Anatomy::of(&frame(LinkType::ETHERNET, data));
            assert!(anatomy.inside <= anatomy.end && anatomy.end <= data.len());
            assert!(anatomy.headers.iter().all(|(_, start)| *start <= anatomy.inside), "{length}");
        }
    }
}
