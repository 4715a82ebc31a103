//! Addresses, ports, and which way a packet goes.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

/// One end of a TCP or UDP conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Its address.
    pub ip: IpAddr,
    /// Its port.
    pub port: u16,
}

impl Endpoint {
    /// An endpoint from its parts.
    pub const fn new(ip: IpAddr, port: u16) -> Self {
        Self { ip, port }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            IpAddr::V4(ip) => write!(f, "{ip}:{}", self.port),
            IpAddr::V6(ip) => write!(f, "[{ip}]:{}", self.port),
        }
    }
}

/// The pair of endpoints, the same for both directions. MAC addresses, VLANs and TTLs are never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlowKey(Ends);

/// Every packet is looked up by its key: ends with IPv4 addresses, as most are, stand in one word each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    V4 { low: u64, high: u64 },
    Other { low: Endpoint, high: Endpoint },
}

impl FlowKey {
    /// The key of packets between `a` and `b`, either way.
    pub fn new(a: Endpoint, b: Endpoint) -> Self {
        Self::from_sender(a, b).0
    }

    /// The key of a packet, and the index of its sender among [`ends`](Self::ends).
    pub fn from_sender(source: Endpoint, destination: Endpoint) -> (Self, usize) {
        if let (Some(a), Some(b)) = (v4_word(source), v4_word(destination)) {
            return (Self(Ends::V4 { low: a.min(b), high: a.max(b) }), usize::from(b < a));
        }
        let (low, high) = (source.min(destination), source.max(destination));
        (Self(Ends::Other { low, high }), usize::from(destination < source))
    }

    /// Both ends, always in the same order.
    pub fn ends(&self) -> [Endpoint; 2] {
        match self.0 {
            Ends::V4 { low, high } => [low, high].map(v4_endpoint),
            Ends::Other { low, high } => [low, high],
        }
    }
}

fn v4_word(endpoint: Endpoint) -> Option<u64> {
    match endpoint.ip {
        IpAddr::V4(ip) => Some(u64::from(ip.to_bits()) << 16 | u64::from(endpoint.port)),
        IpAddr::V6(_) => None,
    }
}

fn v4_endpoint(word: u64) -> Endpoint {
    let [_, _, a, b, c, d, high, low] = word.to_be_bytes();
    Endpoint::new([a, b, c, d].into(), u16::from_be_bytes([high, low]))
}

/// In whole words: octet by octet it costs more than all else that is done with most packets.
impl Hash for FlowKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Ends::V4 { low, high } => {
                state.write_u64(low);
                state.write_u64(high);
            }
            Ends::Other { low, high } => {
                state.write_u128(as_v6(low.ip));
                state.write_u128(as_v6(high.ip));
                state.write_u32(u32::from(low.port) << 16 | u32::from(high.port));
            }
        }
    }
}

/// An address of either family as a word of IPv6, IPv4 mapped into it (RFC 4291 section 2.5.5.2).
pub fn as_v6(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

/// Which way a packet of a connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the client (the switch) to the server (the peer).
    FromClient,
    /// From the server (the peer) to the client (the switch).
    FromServer,
}

impl Direction {
    /// Both, the client's first.
    pub const BOTH: [Self; 2] = [Self::FromClient, Self::FromServer];

    /// The other way.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::FromClient => Self::FromServer,
            Self::FromServer => Self::FromClient,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_share_a_key() {
        let a = Endpoint::new([10, 0, 0, 1].into(), 50000);
        let b = Endpoint::new([10, 0, 0, 2].into(), 443);
        assert_eq!(FlowKey::new(a, b), FlowKey::new(b, a));
        assert_eq!((FlowKey::from_sender(a, b).1, FlowKey::from_sender(b, a).1), (0, 1));
        assert_eq!(FlowKey::new(b, a).ends(), [a, b]);
        let c = Endpoint::new("2001:db8::1".parse().unwrap(), 7);
        assert_eq!((FlowKey::from_sender(c, b).1, FlowKey::new(c, b).ends()), (1, [b, c]));
        assert_eq!(Endpoint::new("2001:db8::1".parse().unwrap(), 443).to_string(), "[2001:db8::1]:443");
    }
}
