//! Other addresses for real ones: two that share their first bits share as many afterwards.
//!
//! The construction is Crypto-PAn's (Xu, Fan, Ammar, Moon 2002): each bit is flipped or not by a keyed function of the bits before
//! it. The function is SHA-256 over a key of its own run and those bits: the crate is here already, nothing of the input has a
//! length to choose, and one bit of each digest is used. What has a meaning of its own keeps it: private addresses stay in
//! their block, documentation and well-known addresses stay.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sha2::{Digest, Sha256};

use crate::attempt::is_known_address;
use crate::limits::MAPPED_ADDRESSES;

/// Name servers that anybody may use: Google, Cloudflare, Quad9, Cisco Umbrella.
const PUBLIC_RESOLVERS: &[&str] = &[
    "8.8.8.8",
    "8.8.4.4",
    "1.1.1.1",
    "1.0.0.1",
    "9.9.9.9",
    "149.112.112.112",
    "208.67.222.222",
    "208.67.220.220",
    "2001:4860:4860::8888",
    "2001:4860:4860::8844",
    "2606:4700:4700::1111",
    "2606:4700:4700::1001",
    "2620:fe::fe",
];

/// First octets, prefix length: what is left as it is (loopback, documentation, groups, protocol assignments).
const STAYING_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([127, 0, 0, 0], 8),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

/// Blocks whose addresses stay in them: RFC 1918, RFC 6598, link-local, benchmarks.
const BLOCKS_V4: &[([u8; 4], u32)] = &[
    ([10, 0, 0, 0], 8),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
    ([100, 64, 0, 0], 10),
    ([169, 254, 0, 0], 16),
    ([198, 18, 0, 0], 15),
];

/// The same for IPv6: unspecified, loopback, documentation; and unique local, link-local, groups, global unicast.
const STAYING_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::UNSPECIFIED, 127),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];
const BLOCKS_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0), 8),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 8),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 64),
    (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3),
];
/// ff02::1:ff00:0/104, the last octets of which are an address's (RFC 4291 §2.7.1).
const SOLICITED_NODE: (Ipv6Addr, u32) = (Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00, 0), 104);
/// Prefixes with an IPv4 address behind them: mapped, and NAT64 (RFC 6052 §2.1).
const WITH_V4: &[(Ipv6Addr, u32)] =
    &[(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96)];

/// Hardware addresses that protocols fix: HSRP, VRRP, documentation (RFC 7042 §2.1.2).
const STAYING_MAC: &[&[u8]] = &[
    &[0, 0, 0x0c, 7, 0xac],
    &[0, 0, 0x0c, 0x9f, 0xf0],
    &[0, 0, 0x5e, 0, 1],
    &[0, 0, 0x5e, 0, 2],
    &[0, 0, 0x5e, 0, 0x53],
];
/// IPv6's groups on Ethernet; behind 33:33:ff stand the last octets of an address (RFC 2464 §7).
const SOLICITED_MAC: [u8; 3] = [0x33, 0x33, 0xff];
/// Group and local bit of the first octet, in a number of 48 bits.
const MAC_KINDS: u128 = 0x0300_0000_0000;

/// Octets of a run's key.
pub const KEY: usize = 32;

/// The run's other addresses.
#[derive(Debug)]
pub(super) struct Addresses {
    key: [u8; KEY],
    ips: HashMap<IpAddr, IpAddr>,
    macs: HashMap<[u8; 6], [u8; 6]>,
}

impl Addresses {
    pub(super) fn new(key: [u8; KEY]) -> Self {
        Self { key, ips: HashMap::new(), macs: HashMap::new() }
    }

    /// The address to show for `ip`.
    pub(super) fn ip(&mut self, ip: IpAddr) -> IpAddr {
        if let Some(known) = self.ips.get(&ip) {
            return *known;
        }
        let other = match ip {
            _ if is_known_address(ip) || PUBLIC_RESOLVERS.iter().any(|known| known.parse() == Ok(ip)) => ip,
            IpAddr::V4(ip) => self.v4(ip).into(),
            IpAddr::V6(ip) => self.v6(ip).into(),
        };
        remember(&mut self.ips, ip, other)
    }

    /// The hardware address to show for `mac`.
    pub(super) fn mac(&mut self, mac: [u8; 6]) -> [u8; 6] {
        if let Some(known) = self.macs.get(&mac) {
            return *known;
        }
        let other = match mac {
            [a, b, c, ..] if [a, b, c] == SOLICITED_MAC => [a, b, c, 0, 0, 0],
            [first, ..] if first & 1 == 1 || mac == [0; 6] => mac,
            _ if STAYING_MAC.iter().any(|prefix| mac.starts_with(prefix)) => mac,
            _ => {
                let value = mac.iter().fold(0, |value, octet| value << 8 | u128::from(*octet));
                let flipped = self.flipped(b'm', value, 48, 0) & !MAC_KINDS | value & MAC_KINDS;
                flipped.to_be_bytes().last_chunk().copied().unwrap_or_default()
            }
        };
        remember(&mut self.macs, mac, other)
    }

    /// As many letters, always the same for the same octets.
    pub(super) fn letters(&self, octets: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new_with_prefix(self.key);
        hash.update(b"n");
        hash.update(octets);
        let digest = hash.finalize();
        let letter = |octet: &u8| b'a' + octet % 26;
        digest.iter().cycle().take(octets.len()).map(letter).collect()
    }

    fn v4(&self, ip: Ipv4Addr) -> Ipv4Addr {
        let value = u128::from(ip.to_bits());
        if stays_v4(value) {
            return ip;
        }
        let block = block_v4(value);
        // What lands in a block with a meaning goes on until it is out of it again: still one to one.
        let mut other = value;
        loop {
            other = self.flipped(b'4', other, 32, block.unwrap_or(0));
            if !stays_v4(other) && block_v4(other) == block {
                let [.., a, b, c, d] = other.to_be_bytes();
                return Ipv4Addr::new(a, b, c, d);
            }
        }
    }

    fn v6(&mut self, ip: Ipv6Addr) -> Ipv6Addr {
        let value = ip.to_bits();
        let is_in = |(block, length): &(Ipv6Addr, u32)| within(value, block.to_bits(), *length, 128);
        if WITH_V4.iter().any(is_in) {
            let [.., a, b, c, d] = ip.octets();
            let v4 = Ipv4Addr::new(a, b, c, d);
            let IpAddr::V4(other) = self.ip(v4.into()) else { return ip };
            return Ipv6Addr::from_bits(value >> 32 << 32 | u128::from(other.to_bits()));
        }
        if is_in(&SOLICITED_NODE) {
            return SOLICITED_NODE.0;
        }
        if STAYING_V6.iter().any(is_in) || ip.is_multicast() {
            return ip;
        }
        let kept = BLOCKS_V6.iter().find(|block| is_in(block)).map_or(0, |(_, length)| *length);
        let stays = |other: u128| {
            STAYING_V6.iter().any(|(block, length)| within(other, block.to_bits(), *length, 128))
        };
        let mut other = value;
        loop {
            other = self.flipped(b'6', other, 128, kept);
            if !stays(other) {
                return Ipv6Addr::from_bits(other);
            }
        }
    }

    /// `value` with bits flipped behind the first `kept` of its `width`.
    fn flipped(&self, kind: u8, value: u128, width: u32, kept: u32) -> u128 {
        let mut other = value;
        for index in kept..width {
            let before = value.checked_shr(width - index).unwrap_or(0);
            let mut hash = Sha256::new_with_prefix(self.key);
            hash.update([kind, u8::try_from(index).unwrap_or(u8::MAX)]);
            hash.update(before.to_be_bytes());
            let flip = hash.finalize().first().is_some_and(|octet| octet & 1 == 1);
            other ^= u128::from(flip) << (width - 1 - index);
        }
        other
    }
}

/// Keeps a pair; a run that has met too many forgets them, and computes them again.
fn remember<K: Eq + Hash, V: Copy>(known: &mut HashMap<K, V>, key: K, value: V) -> V {
    if known.len() >= MAPPED_ADDRESSES {
        known.clear();
    }
    *known.entry(key).or_insert(value)
}

fn stays_v4(value: u128) -> bool {
    let known = || {
        let ip = IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(value).unwrap_or(0)));
        is_known_address(ip) || PUBLIC_RESOLVERS.iter().any(|known| known.parse() == Ok(ip))
    };
    STAYING_V4.iter().any(|(block, length)| within(value, v4_bits(*block), *length, 32)) || known()
}

/// The length of the block's prefix in which an address stays.
fn block_v4(value: u128) -> Option<u32> {
    let found = BLOCKS_V4.iter().find(|(block, length)| within(value, v4_bits(*block), *length, 32));
    found.map(|(_, length)| *length)
}

fn v4_bits(octets: [u8; 4]) -> u128 {
    u32::from_be_bytes(octets).into()
}

fn within(value: u128, block: u128, length: u32, width: u32) -> bool {
    (value ^ block) >> (width - length) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Addresses {
        Addresses::new([7; KEY])
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn private_stays_private_and_known_stays() {
        let mut addresses = addresses();
        for text in [
            "127.0.0.1",
            "192.0.2.7",
            "203.0.113.81",
            "255.255.255.255",
            "224.0.0.5",
            "8.8.8.8",
            "72.163.4.38",
            "::1",
            "2001:db8::7",
            "ff02::1",
        ] {
            assert_eq!(addresses.ip(ip(text)), ip(text));
        }
        for (text, block, length) in [
            ("10.31.121.118", "10.0.0.0", 8),
            ("172.20.1.2", "172.16.0.0", 12),
            ("192.168.217.105", "192.168.0.0", 16),
            ("100.70.0.1", "100.64.0.0", 10),
        ] {
            let (IpAddr::V4(other), IpAddr::V4(block)) = (addresses.ip(ip(text)), ip(block)) else {
                panic!()
            };
            assert_ne!(other.to_string(), text);
            assert_eq!((other.to_bits() ^ block.to_bits()) >> (32 - length), 0, "{other}");
        }
        assert!(addresses.ip(ip("fd12:3456::1")).to_string().starts_with("fd"));
        assert_eq!(addresses.ip(ip("ff02::1:ff12:3456")), ip("ff02::1:ff00:0"));
        let mapped = addresses.ip(ip("10.31.121.118"));
        assert_eq!(addresses.ip(ip("::ffff:10.31.121.118")), ip(&format!("::ffff:{mapped}")));
    }

    #[test]
    fn prefixes_are_preserved() {
        let addresses = addresses();
        let shared = |a: u128, b: u128, width: u32| (a ^ b).leading_zeros() - (128 - width);
        let values: Vec<u128> = (0..60_u128).map(|n| n * 71_828_182 % (1 << 32)).collect();
        for (a, b) in values.iter().flat_map(|a| values.iter().map(move |b| (*a, *b))) {
            let (x, y) = (addresses.flipped(b'4', a, 32, 0), addresses.flipped(b'4', b, 32, 0));
            assert_eq!(shared(a, b, 32), shared(x, y, 32));
        }
        let mut addresses = addresses;
        let (a, b) = (addresses.ip(ip("10.31.121.118")), addresses.ip(ip("10.31.121.65")));
        let (IpAddr::V4(a), IpAddr::V4(b)) = (a, b) else { panic!() };
        assert_eq!((a.to_bits() ^ b.to_bits()).leading_zeros(), 26);
    }

    #[test]
    fn one_to_one_and_of_its_kind() {
        let mut addresses = addresses();
        let mut seen = std::collections::HashSet::new();
        for n in 0..2_000_u32 {
            let public = Ipv4Addr::from_bits(n.wrapping_mul(2_654_435_761));
            let other = addresses.ip(public.into());
            assert!(seen.insert(other), "{public} -> {other}");
            let IpAddr::V4(other) = other else { panic!() };
            assert_eq!(public.is_private(), other.is_private());
            assert_eq!(public.is_documentation(), other.is_documentation());
        }
    }

    #[test]
    fn hardware_addresses_keep_their_kind() {
        let mut addresses = addresses();
        let other = addresses.mac([0x6c, 0x5e, 0x3b, 1, 2, 3]);
        assert_ne!(other[..3], [0x6c, 0x5e, 0x3b]);
        assert_eq!(other[0] & 3, 0);
        assert_eq!(addresses.mac([0x6c, 0x5e, 0x3b, 9, 9, 9])[..3], other[..3]);
        for mac in [[0xff; 6], [0; 6], [1, 0, 0x5e, 0, 0, 5], [0, 0, 0x0c, 7, 0xac, 1]] {
            assert_eq!(addresses.mac(mac), mac);
        }
        assert_eq!(addresses.mac([0x33, 0x33, 0xff, 1, 2, 3]), [0x33, 0x33, 0xff, 0, 0, 0]);
    }

    #[test]
    fn another_key_gives_other_addresses() {
        let real = ip("10.31.121.118");
        assert_ne!(Addresses::new([1; KEY]).ip(real), Addresses::new([2; KEY]).ip(real));
    }
}
