//! What the first octets of a packet are: the text does not say.

use crate::capture::LinkType;

/// A packet's link type, and its length on the wire as far as its IP header tells; `None` where it looks like nothing known.
pub(super) fn recognise(octets: &[u8]) -> Option<(LinkType, usize)> {
    let whole = octets.len();
    let kind = behind_tags(octets, 12);
    let inside = |(kind, start): (u16, usize)| Some(start + network(octets.get(start..)?, kind)?);
    if let Some(length) = kind.and_then(inside) {
        return Some((LinkType::ETHERNET, length));
    }
    let named = kind.is_some_and(|(kind, _)| kind > 1500 && is_known(kind));
    // A hardware address may begin like an IP header, but not one that accounts for every octet.
    let bare = network(octets, 0).filter(|_| is_transport(octets));
    let bare = bare.filter(|&length| length == whole || (length > whole && !named));
    bare.map(|length| (LinkType::RAW, length)).or_else(|| cooked(octets)).or_else(|| {
        let (kind, _) = kind?;
        is_known(kind).then_some((LinkType::ETHERNET, whole))
    })
}

/// Whether an IP header names a protocol that is met behind one.
fn is_transport(octets: &[u8]) -> bool {
    let protocol = match octets.first().map(|first| first >> 4) {
        Some(4) => octets.get(9),
        Some(6) => octets.get(6),
        _ => None,
    };
    matches!(
        protocol,
        Some(0 | 1 | 2 | 4 | 6 | 17 | 41 | 43 | 44 | 47 | 50 | 51 | 58 | 60 | 88 | 89 | 103 | 112)
    )
}

/// Linux cooked captures, versions 1 and 2: hardware type Ethernet, an address of six octets, IP or ARP.
fn cooked(octets: &[u8]) -> Option<(LinkType, usize)> {
    let is_v1 = octets.first() == Some(&0) && octets.get(1)? <= &4 && octets.get(2..6)? == [0, 1, 0, 6];
    let is_v2 = octets.get(2..4)? == [0, 0] && octets.get(8..10)? == [0, 1] && octets.get(11) == Some(&6);
    let (link_type, kind, start) = match (is_v1, is_v2) {
        (true, _) => (LinkType::LINUX_SLL, half(octets, 14)?, 16),
        (_, true) => (LinkType::LINUX_SLL2, half(octets, 0)?, 20),
        _ => return None,
    };
    let rest = octets.get(start..)?;
    match kind {
        0x0806 => Some((link_type, octets.len())),
        kind => network(rest, kind).map(|length| (link_type, start + length)),
    }
}

/// The `EtherType` at `at`, and what follows it, behind VLAN tags and Cisco MetaData headers.
fn behind_tags(octets: &[u8], mut at: usize) -> Option<(u16, usize)> {
    for _ in 0..8 {
        match half(octets, at)? {
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => at += 4,
            0x8909 => at += 8,
            kind => return Some((kind, at + 2)),
        }
    }
    None
}

/// Octets of the IP packet at the start of `octets`, of the version that `kind` names (0 for either).
fn network(octets: &[u8], kind: u16) -> Option<usize> {
    let version = octets.first()? >> 4;
    match (version, kind) {
        (4, 0 | 0x0800) => {
            let header = usize::from(octets.first()? & 15) * 4;
            let length = usize::from(half(octets, 2)?);
            // Offload leaves the length at 0.
            let length = if length == 0 { octets.len() } else { length };
            (header >= 20 && length >= header).then_some(length)
        }
        (6, 0 | 0x86dd) => Some(40 + usize::from(half(octets, 4)?)),
        _ => None,
    }
}

/// What switches and their neighbours send; lengths are of IEEE 802.3 frames.
fn is_known(kind: u16) -> bool {
    matches!(
        kind,
        0..=1500
            | 0x0800
            | 0x0806
            | 0x86dd
            | 0x8847
            | 0x8848
            | 0x8863
            | 0x8864
            | 0x88cc
            | 0x88e5
            | 0x8809
            | 0x9000
            | 0x88f7
    )
}

fn half(octets: &[u8], at: usize) -> Option<u16> {
    octets.get(at..)?.first_chunk::<2>().map(|half| u16::from_be_bytes(*half))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: [u8; 20] = [0x45, 0, 0, 40, 0, 0, 0, 0, 255, 6, 0, 0, 10, 0, 0, 1, 8, 0, 69, 0];

    #[test]
    fn ethernet_and_bare_ip_are_told_apart() {
        let ethernet = [&[2; 12][..], &[8, 0], &IP].concat();
        assert_eq!(recognise(&ethernet), Some((LinkType::ETHERNET, 54)));
        let tagged = [&[2; 12][..], &[0x81, 0, 0, 7, 0x89, 9, 1, 1, 0, 1, 0, 9, 8, 0], &IP].concat();
        assert_eq!(recognise(&tagged), Some((LinkType::ETHERNET, 66)));
        assert_eq!(recognise(&[&IP[..], &[0; 20]].concat()), Some((LinkType::RAW, 40)));
        let cooked = [&[0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, 8, 0][..], &IP].concat();
        assert_eq!(recognise(&cooked), Some((LinkType::LINUX_SLL, 56)));
        assert_eq!(recognise(b"This is no packet at all."), None);
        assert_eq!(recognise(&[]), None);
    }
}
