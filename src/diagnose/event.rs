//! One rung of an attempt's ladder.

use std::net::IpAddr;

use crate::model::{At, Direction, Span};
use crate::net::TcpFlags;

/// One rung of the ladder.
#[derive(Debug, Clone)]
pub struct Event {
    /// Where.
    pub at: At,
    /// Sender's address.
    pub from: IpAddr,
    /// Receiver's address.
    pub to: IpAddr,
    /// Which way, where it is part of the TCP connection.
    pub direction: Option<Direction>,
    /// What sort of packet it is.
    pub kind: EventKind,
    /// What it carries, in a few words.
    pub text: String,
    /// Control bits of a TCP segment.
    pub flags: Option<TcpFlags>,
    /// Octets of payload of a TCP segment.
    pub len: Option<u32>,
    /// What sets it apart: `retransmission`, `duplicate` (a copy of a frame), `out-of-order`, `after-gap`, `keep-alive`,
    /// `window-probe`, `duplicate-ack`; `None` for the ordinary.
    pub class: Option<&'static str>,
    /// Whether the verdict cites it.
    pub deciding: bool,
    /// What lies between the rung above and this one, where that is worth a line.
    pub before: Option<Box<Before>>,
}

/// What sort of packet a rung is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A DNS query or its answer.
    Dns,
    /// ARP or IPv6 neighbour discovery.
    Arp,
    /// An ICMP error.
    Icmp,
    /// A segment that opens or closes the connection.
    Tcp,
    /// A segment that completes a message named in the text.
    Message,
    /// A segment with payload that completes none.
    Data,
    /// A bare acknowledgement.
    Ack,
}

impl EventKind {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Arp => "arp",
            Self::Icmp => "icmp",
            Self::Tcp => "tcp",
            Self::Message => "message",
            Self::Data => "data",
            Self::Ack => "ack",
        }
    }
}

/// What lies between two rungs and is no packet of the ladder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before {
    /// Nothing of the attempt was captured for this long.
    pub silence: Option<Span>,
    /// Frames of the attempt that the ladder leaves out.
    pub omitted: u64,
    /// Octets that this rung proves to have been sent and that the capture does not hold.
    pub missing: Vec<Missing>,
}

/// Octets that were sent and are not in the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Who sent them.
    pub from: IpAddr,
    /// To whom.
    pub to: IpAddr,
    /// How many; where no frame of the sender was captured, its FIN may be counted with them.
    pub octets: u64,
}

impl Event {
    /// A rung that is no TCP segment.
    pub(super) fn new(
        kind: EventKind,
        at: At,
        (from, to): (IpAddr, IpAddr),
        text: impl Into<String>,
    ) -> Self {
        Self {
            at,
            from,
            to,
            direction: None,
            kind,
            text: text.into(),
            flags: None,
            len: None,
            class: None,
            deciding: false,
            before: None,
        }
    }

    /// What lies before it, to be added to.
    pub(super) fn before_mut(&mut self) -> &mut Before {
        self.before.get_or_insert_default()
    }
}
