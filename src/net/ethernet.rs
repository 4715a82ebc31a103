//! Ethernet, its tags in any order, and 802.2.

use super::layer::Layer;
use super::octets::Octets;

/// Behind the two addresses stands a length up to 1500 or an `EtherType` from 1536 on (IEEE 802.3 §3.2.6).
const FIRST_ETHER_TYPE: u16 = 1536;

const MACSEC: u16 = 0x88e5;

/// The layer behind an Ethernet header.
pub(super) fn peel(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let rest = octets.after(12)?;
    typed(rest)
}

/// The layer behind a tag, `None` for an `EtherType` that is none.
pub(super) fn peel_type(kind: u16, octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    match kind {
        // 802.1Q, 802.1ad, and the number QinQ had before it.
        0x8100 | 0x88a8 | 0x9100 => typed(octets.after(2)?),
        0x8909 => meta_data(octets),
        MACSEC => integrity_only(octets),
        _ => None,
    }
}

/// Whether nothing behind this `EtherType` can be read.
pub(super) fn hides_payload(kind: u16) -> bool {
    kind == MACSEC
}

/// 802.2: SNAP with an `EtherType` (RFC 1042), or IP's own service access point.
pub(super) fn peel_llc(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let (header, rest) = octets.header::<3>()?;
    match header {
        [0xaa, 0xaa, 3] => {
            let (snap, rest) = rest.header::<5>()?;
            let [0, 0, 0, high, low] = *snap else { return None };
            Some((Layer::EtherType(u16::from_be_bytes([high, low])), rest))
        }
        [6, 6, 3] => Some((Layer::Ip, rest)),
        _ => None,
    }
}

/// A type or length field and what it announces.
fn typed(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let kind = octets.u16(0)?;
    let rest = octets.after(2)?;
    if kind < FIRST_ETHER_TYPE { Some((Layer::Llc, rest)) } else { Some((Layer::EtherType(kind), rest)) }
}

/// Cisco MetaData: version, number of options, options of four octets (the security group tag), then the real type.
fn meta_data(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    let options = usize::from(*octets.captured.get(1)?).max(1);
    typed(octets.after(2 + 4 * options)?)
}

/// MACsec without encryption (IEEE 802.1AE §9: E and C bits clear) leaves its payload readable; its check value follows
/// the IP packet like padding.
fn integrity_only(octets: Octets<'_>) -> Option<(Layer, Octets<'_>)> {
    const ENCRYPTED_OR_CHANGED: u8 = 0x0c;
    const CHANNEL_IDENTIFIER: u8 = 0x20;
    let control = *octets.captured.first()?;
    if control & ENCRYPTED_OR_CHANGED != 0 {
        return None;
    }
    typed(octets.after(if control & CHANNEL_IDENTIFIER == 0 { 6 } else { 14 })?)
}
