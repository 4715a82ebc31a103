//! ICMP (RFC 792) and ICMPv6 (RFC 4443) errors and the packets they quote.

use super::ip::{self, IpPacket};
use super::octets::Octets;
use super::packet::{IcmpError, Quoted, TcpFlags};
use crate::model::{Endpoint, SeqNumber};

/// ICMP types: destination unreachable, time exceeded, parameter problem. Source quench is deprecated (RFC 6633).
const UNREACHABLE: u8 = 3;
const TIME_EXCEEDED: u8 = 11;
const PARAMETER_PROBLEM: u8 = 12;
/// Code of an unreachable: fragmentation needed and DF set.
const FRAGMENTATION_NEEDED: u8 = 4;

/// ICMPv6 error types end at 127, but only four are in use; 2 is packet too big.
const V6_ERRORS: std::ops::RangeInclusive<u8> = 1..=4;
const V6_TOO_BIG: u8 = 2;

/// An error message in an IP packet of protocol ICMP or ICMPv6; `None` for other messages, and where what it quotes has no
/// TCP or UDP ports.
pub(super) fn parse(packet: &IpPacket<'_>) -> Option<IcmpError> {
    let v6 = packet.protocol == ip::ICMPV6;
    let (header, quoted) = packet.payload.header::<8>()?;
    let [kind, code, ..] = *header;
    let is_error = if v6 {
        V6_ERRORS.contains(&kind)
    } else {
        matches!(kind, UNREACHABLE | TIME_EXCEEDED | PARAMETER_PROBLEM)
    };
    if !is_error {
        return None;
    }
    let mtu = match (v6, kind, code) {
        (false, UNREACHABLE, FRAGMENTATION_NEEDED) => packet.payload.u16(6).map(u32::from),
        (true, V6_TOO_BIG, _) => packet.payload.u32(4),
        _ => None,
    };
    Some(IcmpError {
        source: packet.source,
        destination: packet.destination,
        v6,
        kind,
        code,
        // Routers older than RFC 1191 leave the field 0.
        mtu: mtu.filter(|&mtu| mtu > 0),
        quoted: quote(quoted)?,
    })
}

fn quote(octets: Octets<'_>) -> Option<Quoted> {
    let (packet, fragment) = ip::parse(octets)?;
    if fragment.is_some_and(|fragment| fragment.offset > 0) || !matches!(packet.protocol, ip::TCP | ip::UDP) {
        return None;
    }
    let ports = packet.payload;
    Some(Quoted {
        protocol: packet.protocol,
        source: Endpoint::new(packet.source, ports.u16(0)?),
        destination: Endpoint::new(packet.destination, ports.u16(2)?),
        seq: ports.u32(4).filter(|_| packet.protocol == ip::TCP).map(SeqNumber),
        flags: tcp_flags(&packet),
        udp_head: ports.u16(8).filter(|_| packet.protocol == ip::UDP),
        total_len: packet.total_len(),
    })
}

/// Where 16 octets of the TCP header are quoted; routers after RFC 792 alone quote eight.
fn tcp_flags(packet: &IpPacket<'_>) -> Option<TcpFlags> {
    let header = packet.payload;
    let [_, flags] = header.u16(14).and(header.u16(12))?.to_be_bytes();
    (packet.protocol == ip::TCP).then_some(TcpFlags(flags))
}
