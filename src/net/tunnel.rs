//! Headers between a carrier and the packet it carries: PPPoE, PPP, MPLS, GRE with ERSPAN, VXLAN, Geneve, GTP, FabricPath.

use super::layer::Layer;
use super::octets::Octets;

/// UDP port of VXLAN (RFC 7348 §8).
const VXLAN_PORT: u16 = 4789;

/// UDP port of Geneve (RFC 8926 §3.3).
const GENEVE_PORT: u16 = 6081;

/// UDP port of GTP's user plane (3GPP TS 29.281 §4.4.2).
const GTP_PORT: u16 = 2152;

/// The layer behind an `EtherType` that is no tag.
pub(super) fn peel_type(kind: u16, octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    match kind {
        0x8847 | 0x8848 => labels(octets),
        0x8864 => pppoe(octets),
        // Cisco FabricPath: a tag of two octets behind the outer addresses, then the whole frame.
        0x8903 => Some((Layer::Ethernet, octets.after(2)?)),
        // Transparent Ethernet bridging (RFC 1701).
        0x6558 => Some((Layer::Ethernet, octets)),
        _ => None,
    }
}

/// PPP's protocol field, perhaps behind its HDLC-like address and control octets (RFC 1661 §2, RFC 1662).
pub(super) fn peel_ppp(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let octets = if octets.u16(0)? == 0xff03 { octets.after(2)? } else { octets };
    match octets.captured {
        [0, 0x21 | 0x57, ..] => Some((Layer::Ip, octets.after(2)?)),
        // Protocol field compression (RFC 1661 §6.5).
        [0x21 | 0x57, ..] => Some((Layer::Ip, octets.after(1)?)),
        [2, 0x81 | 0x83, ..] => labels(octets.after(2)?),
        _ => None,
    }
}

/// IP by its version; or a pseudowire, whose control word has version 0 (RFC 4385 §3), with Ethernet in it.
pub(super) fn peel_mpls_payload(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    match octets.captured.first()? >> 4 {
        4 | 6 => Some((Layer::Ip, octets)),
        0 if octets.captured.starts_with(&[0, 0]) => Some((Layer::Ethernet, octets.after(4)?)),
        _ => Some((Layer::Ethernet, octets)),
    }
}

/// Behind the VXLAN header (RFC 7348 §5).
pub(super) fn peel_vxlan(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    Some((Layer::Ethernet, octets.after(8)?))
}

/// The tunnel in a UDP datagram: the port alone is not enough, it may be a client's. Of VXLAN's flags only I is set, or G too,
/// and reserved octets are zero; Geneve has version 0 and zeros in reserved places; GTP version 1 and type 255 carry a packet.
pub(super) fn in_datagram(datagram: Octets<'_>) -> Option<Layer> {
    let header = datagram.array::<8>(8)?;
    let layer = match (datagram.u16(2)?, header) {
        // With G, a Catalyst fabric's group (draft-smith-vxlan-group-policy).
        (VXLAN_PORT, [0x08, 0, 0, 0, _, _, _, 0] | [0x88, 0..=0x7f, _, _, _, _, _, 0]) => Layer::Vxlan,
        (GENEVE_PORT, [0..=0x3f, flags, 0x65, 0x58, _, _, _, 0]) if flags & 0x3f == 0 => Layer::Geneve,
        (GENEVE_PORT, [0..=0x3f, flags, 0x08, 0, _, _, _, 0]) if flags & 0x3f == 0 => Layer::Geneve,
        (GENEVE_PORT, [0..=0x3f, flags, 0x86, 0xdd, _, _, _, 0]) if flags & 0x3f == 0 => Layer::Geneve,
        (GTP_PORT, [0x30..=0x37, 0xff, ..]) => Layer::Gtp,
        _ => return None,
    };
    (datagram.captured.len() >= 30).then_some(layer)
}

/// Behind the Geneve header and its options, whose length is counted in fours (RFC 8926 §3.4).
pub(super) fn peel_geneve(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let options = usize::from(octets.captured.first()? & 0x3f) * 4;
    Some((Layer::EtherType(octets.u16(2)?), octets.after(8 + options)?))
}

/// Behind the GTP header: four octets more where one of its three lowest flags is set, the last of which is the type of the
/// first extension header; each of those begins with its length in fours and ends with the next one's type
/// (3GPP TS 29.281 §5.1, §5.2).
pub(super) fn peel_gtp(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let flags = *octets.captured.first()?;
    let mut rest = octets.after(8)?;
    if flags & 7 != 0 {
        let mut next = rest.array::<4>(0)?[3];
        rest = rest.after(4)?;
        while flags & 4 != 0 && next != 0 {
            let length = usize::from(*rest.captured.first()?).max(1) * 4;
            next = *rest.captured.get(length - 1)?;
            rest = rest.after(length)?;
        }
    }
    Some((Layer::Ip, rest))
}

/// Labels of four octets until the one with the bottom-of-stack bit (RFC 3032 §2.1).
fn labels(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let mut rest = octets;
    loop {
        let label = rest.u32(0)?;
        rest = rest.after(4)?;
        if label & 0x100 != 0 {
            return Some((Layer::MplsPayload, rest));
        }
    }
}

/// PPPoE's session stage (RFC 2516 §4): version and type 1, code 0, session, length.
fn pppoe(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let (header, rest) = octets.header::<6>()?;
    let [0x11, 0, _, _, high, low] = *header else { return None };
    Some((Layer::Ppp, rest.limited(u32::from(u16::from_be_bytes([high, low])))))
}

/// GRE version 0 (RFC 2784, RFC 2890): optional checksum, key and sequence number of four octets each.
pub(super) fn peel_gre(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    const CHECKSUM: u16 = 0x8000;
    const KEY: u16 = 0x2000;
    const SEQUENCE: u16 = 0x1000;
    /// Routing of RFC 1701 and the version number: neither is read.
    const UNREAD: u16 = 0x4007;
    let (flags, kind) = (octets.u16(0)?, octets.u16(2)?);
    if flags & UNREAD != 0 {
        return None;
    }
    let options = [CHECKSUM, KEY, SEQUENCE].iter().filter(|&&flag| flags & flag != 0).count();
    let rest = octets.after(4 + 4 * options)?;
    match kind {
        // ERSPAN type I has no header, type II one of eight octets, told by the sequence number.
        0x88be if flags & SEQUENCE == 0 => Some((Layer::Ethernet, rest)),
        0x88be => Some((Layer::Ethernet, rest.after(8)?)),
        0x22eb => erspan_iii(rest),
        // WCCP redirection to a proxy: version 2 puts four octets in front of the packet.
        0x883e if rest.captured.first()? >> 4 == 4 => Some((Layer::Ip, rest)),
        0x883e => Some((Layer::Ip, rest.after(4)?)),
        kind => Some((Layer::EtherType(kind), rest)),
    }
}

/// ERSPAN type III (draft-foschiano-erspan): twelve octets, and eight more when the O bit is set.
fn erspan_iii(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let optional = octets.array::<12>(0)?[11] & 1 != 0;
    Some((Layer::Ethernet, octets.after(if optional { 20 } else { 12 })?))
}
