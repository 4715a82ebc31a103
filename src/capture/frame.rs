//! One packet record, borrowed from the reader's buffer.

use super::CaptureFacts;
use crate::model::At;

/// A link-layer header type (`LINKTYPE_*` of the tcpdump group's registry); unknown numbers survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u32);

impl LinkType {
    /// BSD loopback: a 4-octet address family in the byte order of the capturing host.
    pub const NULL: Self = Self(0);
    /// Ethernet.
    pub const ETHERNET: Self = Self(1);
    /// PPP, with or without its HDLC-like address and control octets.
    pub const PPP: Self = Self(9);
    /// PPP in HDLC-like framing (RFC 1662).
    pub const PPP_HDLC: Self = Self(50);
    /// Raw IPv4 or IPv6.
    pub const RAW: Self = Self(101);
    /// OpenBSD loopback: a 4-octet address family in network byte order.
    pub const LOOP: Self = Self(108);
    /// Linux cooked capture v1.
    pub const LINUX_SLL: Self = Self(113);
    /// Cisco HDLC.
    pub const C_HDLC: Self = Self(104);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// Linux cooked capture v2.
    pub const LINUX_SLL2: Self = Self(276);

    /// The link type behind a number found in a file. Some programs wrote their platform's `DLT_RAW` (12, 14 on OpenBSD)
    /// instead of the registered number.
    pub(super) fn from_file(number: u32) -> Self {
        match number {
            12 | 14 => Self::RAW,
            number => Self(number),
        }
    }
}

/// One packet record of the capture.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Its number and time.
    pub at: At,
    /// What its first octets are.
    pub link_type: LinkType,
    /// The octets captured.
    pub data: &'a [u8],
    /// How many octets the frame had on the wire; more than `data.len()` when it was cut.
    pub original_len: u32,
}

/// Where frames come from, one after the other.
pub trait Frames {
    /// The next frame; `None` at the end, for ever.
    fn next_frame(&mut self) -> Option<Frame<'_>>;

    /// What is known of the capture, once there is no next frame; it can be taken once.
    fn take_facts(&mut self) -> CaptureFacts;
}
