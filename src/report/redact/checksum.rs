//! The Internet checksum (RFC 1071).

use std::net::IpAddr;

/// The checksum of `octets`, whose own field is zero.
pub(super) fn of(octets: &[u8]) -> [u8; 2] {
    folded(sum(octets))
}

/// The checksum of a transport's `octets` between two addresses (RFC 9293 §3.1, RFC 8200 §8.1).
pub(super) fn of_transport(source: IpAddr, destination: IpAddr, protocol: u8, octets: &[u8]) -> [u8; 2] {
    let address = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => sum(&ip.octets()),
        IpAddr::V6(ip) => sum(&ip.octets()),
    };
    let length = octets.len() as u64;
    let pseudo =
        address(source) + address(destination) + u64::from(protocol) + (length >> 16) + (length & 0xffff);
    folded(pseudo + sum(octets))
}

fn sum(octets: &[u8]) -> u64 {
    let word = |pair: &[u8]| match pair {
        [high, low] => u64::from(u16::from_be_bytes([*high, *low])),
        [high] => u64::from(*high) << 8,
        _ => 0,
    };
    octets.chunks(2).map(word).sum()
}

fn folded(mut sum: u64) -> [u8; 2] {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    // At most 16 bits are left.
    (!u16::try_from(sum).unwrap_or(0)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_its_checksum_sums_to_zero() {
        // RFC 1071 §3's octets.
        assert_eq!(of(&[0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7]), (!0xddf2_u16).to_be_bytes());
        assert_eq!(of(&[0xff]), [0, 0xff]);
    }
}
