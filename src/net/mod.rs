//! Stage 2: [`Frame`](crate::capture::Frame)s -> [`Packet`]s.
//!
//! [`Decoder`] peels tags, tunnels and IP headers in a small loop (`layer`), reassembles IP fragments, and reads ARP, ICMP
//! errors, UDP and TCP headers. A new link type or tunnel is one arm of that loop.

mod anatomy;
mod arp;
mod decoder;
mod ethernet;
#[cfg(test)]
mod fixture;
mod fragment;
mod icmp;
mod ip;
mod layer;
mod link;
mod octets;
mod packet;
mod tcp;
#[cfg(test)]
mod tests;
mod tunnel;
mod udp;

pub use anatomy::{Anatomy, Header, Inside};
pub use decoder::Decoder;
pub use fragment::FragmentCounts;
pub use packet::{Arp, ArpOperation, Content, IcmpError, Packet, Quoted, TcpFlags, TcpSegment, UdpDatagram};
