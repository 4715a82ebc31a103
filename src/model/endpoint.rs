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
pub struct FlowKey {
    low: Endpoint,
    high: Endpoint,
}

impl FlowKey {
    /// The key of packets between `a` and `b`, either way.
    pub fn new(a: Endpoint, b: Endpoint) -> Self {
        if a <= b { Self { low: a, high: b } } else { Self { low: b, high: a } }
    }

    /// Both ends, always in the same order.
    pub fn ends(&self) -> [Endpoint; 2] {
        [self.low, self.high]
    }
}

/// In whole words: every packet is looked up by its key, and octet by octet that costs more than all else in the table.
impl Hash for FlowKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match (self.low.ip, self.high.ip) {
            (IpAddr::V4(low), IpAddr::V4(high)) => {
                state.write_u64(u64::from(low.to_bits()) << 32 | u64::from(high.to_bits()));
            }
            (low, high) => {
                state.write_u128(as_v6(low));
                state.write_u128(as_v6(high));
            }
        }
        state.write_u32(u32::from(self.low.port) << 16 | u32::from(self.high.port));
    }
}

fn as_v6(ip: IpAddr) -> u128 {
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
        assert_eq!(Endpoint::new("2001:db8::1".parse().unwrap(), 443).to_string(), "[2001:db8::1]:443");
    }
}
