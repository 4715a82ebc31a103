//! UDP (RFC 768).

use super::ip::IpPacket;
use super::packet::UdpDatagram;
use crate::model::Endpoint;

/// Octets of the header.
const HEADER: u32 = 8;

/// Port of IPsec behind a NAT (RFC 3948 §2).
const IPSEC_PORT: u16 = 4500;

/// Whether it carries ESP: four octets of zero in its place mark a key exchange, and a keep-alive is one octet (RFC 3948 §2).
pub(super) fn carries_esp(packet: &IpPacket<'_>) -> bool {
    let octets = packet.payload;
    let ports = [octets.u16(0), octets.u16(2)];
    ports.contains(&Some(IPSEC_PORT))
        && !ports.contains(&Some(53))
        && octets.array::<8>(HEADER as usize).is_some_and(|[a, b, c, d, ..]| [a, b, c, d] != [0; 4])
}

/// The datagram in an IP packet of protocol UDP.
pub(super) fn parse<'a>(packet: &IpPacket<'a>) -> Option<UdpDatagram<'a>> {
    let octets = packet.payload;
    let length = u32::from(octets.u16(4)?);
    // Zero (jumbograms, offload) or more than the IP packet holds: the IP length counts.
    let octets = if (HEADER..=octets.wire).contains(&length) { octets.limited(length) } else { octets };
    let payload = octets.after(HEADER as usize)?;
    Some(UdpDatagram {
        source: Endpoint::new(packet.source, octets.u16(0)?),
        destination: Endpoint::new(packet.destination, octets.u16(2)?),
        payload: payload.captured,
        wire_len: payload.wire,
    })
}
