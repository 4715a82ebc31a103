//! Stage 2: [`Frame`](crate::capture::Frame)s -> [`Packet`]s.

mod packet;

pub use packet::{Arp, ArpOperation, Content, IcmpError, Packet, Quoted, TcpFlags, TcpSegment, UdpDatagram};
