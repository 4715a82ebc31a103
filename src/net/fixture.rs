//! Headers for the unit tests of this room, made by hand.

use crate::capture::{Frame, LinkType};
use crate::model::{At, FrameNumber, Timestamp};

pub(super) const MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

pub(super) fn frame(link_type: LinkType, data: &[u8]) -> Frame<'_> {
    let at = At { frame: FrameNumber::new(1), time: Timestamp(0) };
    Frame { at, link_type, data, original_len: u32::try_from(data.len()).unwrap() }
}

/// `parts` one behind the other.
pub(super) fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// An Ethernet header with this type.
pub(super) fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    join(&[&[0xff; 6], &MAC, &kind.to_be_bytes(), payload])
}

/// An IPv4 header, 10.0.0.1 to 10.0.0.2, with zero checksum.
pub(super) fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    ipv4_fragment(protocol, 0, payload)
}

/// The same with this field of flags and fragment offset.
pub(super) fn ipv4_fragment(protocol: u8, field: u16, payload: &[u8]) -> Vec<u8> {
    let total = u16::try_from(20 + payload.len()).unwrap().to_be_bytes();
    let start = [0x45, 0, total[0], total[1], 0x12, 0x34];
    join(&[&start, &field.to_be_bytes(), &[255, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], payload])
}

/// An IPv6 header, fd00::1 to fd00::2.
pub(super) fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    let address = |last| [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    join(&[&[0x60, 0, 0, 0], &length, &[next, 64], &address(1), &address(2), payload])
}

/// A TCP header, port 50000 to 443, ACK, with these options.
pub(super) fn tcp(options: &[u8], payload: &[u8]) -> Vec<u8> {
    let offset = u8::try_from((20 + options.len()) / 4).unwrap() << 4;
    let start = [0xc3, 0x50, 1, 0xbb, 0, 0, 0, 100, 0, 0, 0x03, 0xe8, offset, 0x10, 0x10, 0x20, 0, 0, 0, 0];
    join(&[&start, options, payload])
}

/// A UDP header, port 50000 to `port`.
pub(super) fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + payload.len()).unwrap();
    join(&[&[0xc3, 0x50], &port.to_be_bytes(), &length.to_be_bytes(), &[0, 0], payload])
}
