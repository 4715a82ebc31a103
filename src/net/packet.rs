//! What the later stages see of a frame: one IP packet or ARP message, headers decoded, payload borrowed.

use std::net::IpAddr;

use crate::model::{At, Endpoint, MacAddress, SeqNumber};

/// One decoded packet.
#[derive(Debug, Clone)]
pub struct Packet<'a> {
    /// Where it stands in the capture (for a reassembled IP packet: its last fragment).
    pub at: At,
    /// Source hardware address, where the link has one. A fact for the report, never a key.
    pub source_mac: Option<MacAddress>,
    /// What it carries.
    pub content: Content<'a>,
}

/// What a packet carries.
#[derive(Debug, Clone)]
pub enum Content<'a> {
    /// ARP, or IPv6 neighbour discovery said in ARP's terms.
    Arp(Arp),
    /// An ICMP or ICMPv6 error with the packet it quotes.
    IcmpError(IcmpError),
    /// UDP.
    Udp(UdpDatagram<'a>),
    /// TCP.
    Tcp(TcpSegment<'a>),
    /// A TCP header shorter than 20 octets or longer than its segment: no receiver takes it (RFC 9293 §3.1), but tshark counts
    /// its connection. Options and payload are left out.
    BrokenTcp(TcpSegment<'a>),
    /// Encrypted below TLS: MACsec (Ethertype 0x88E5), ESP, or an `EtherType` that hides IP.
    Encrypted,
    /// IP that carries anything else, or that cannot be read.
    Other,
    /// Neither IP nor ARP, or behind a link header that is not known.
    NotIp,
}

/// Who asks, who answers (RFC 826; RFC 4861 solicitation and advertisement).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArpOperation {
    /// A request or a neighbour solicitation.
    Request,
    /// A reply or a neighbour advertisement.
    Reply,
}

/// An ARP message or its IPv6 counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arp {
    /// Request or reply.
    pub operation: ArpOperation,
    /// Sender's protocol address (unspecified in a probe).
    pub sender: IpAddr,
    /// Sender's hardware address, where stated.
    pub sender_mac: Option<MacAddress>,
    /// Whose hardware address is asked for; in a reply, whom it answers (IPv6: the address advertised is `sender`).
    pub target: IpAddr,
}

/// An ICMP (RFC 792) or ICMPv6 (RFC 4443) error message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IcmpError {
    /// Who reports.
    pub source: IpAddr,
    /// Whom it is reported to.
    pub destination: IpAddr,
    /// ICMPv6 rather than ICMP.
    pub v6: bool,
    /// ICMP type.
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
    /// Next-hop MTU in octets of 'fragmentation needed' and 'packet too big'.
    pub mtu: Option<u32>,
    /// The packet it is about.
    pub quoted: Quoted,
}

/// The start of a packet inside an ICMP error: IP header and at least eight octets behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// IP protocol number (6 TCP, 17 UDP).
    pub protocol: u8,
    /// Its sender.
    pub source: Endpoint,
    /// Where it was going.
    pub destination: Endpoint,
    /// TCP sequence number.
    pub seq: Option<SeqNumber>,
    /// TCP control bits, where at least 16 octets of the TCP header are quoted (from there on tshark counts a stream).
    pub flags: Option<TcpFlags>,
    /// First two octets of a UDP payload, the DNS message ID, where quoted.
    pub udp_head: Option<u16>,
    /// Total length in octets of the quoted IP packet as its header says.
    pub total_len: u32,
}

/// A UDP datagram.
#[derive(Debug, Clone, Copy)]
pub struct UdpDatagram<'a> {
    /// Sender.
    pub source: Endpoint,
    /// Receiver.
    pub destination: Endpoint,
    /// Payload as captured.
    pub payload: &'a [u8],
    /// Payload octets on the wire; more than `payload.len()` when the frame was cut.
    pub wire_len: u32,
}

/// TCP control bits (RFC 9293 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// No more data from sender.
    pub const FIN: u8 = 1;
    /// Synchronise sequence numbers.
    pub const SYN: u8 = 2;
    /// Reset the connection.
    pub const RST: u8 = 4;
    /// Push.
    pub const PSH: u8 = 8;
    /// The acknowledgement number is significant.
    pub const ACK: u8 = 16;

    /// Whether FIN is set.
    pub fn fin(self) -> bool {
        self.0 & Self::FIN != 0
    }
    /// Whether SYN is set.
    pub fn syn(self) -> bool {
        self.0 & Self::SYN != 0
    }
    /// Whether RST is set.
    pub fn rst(self) -> bool {
        self.0 & Self::RST != 0
    }
    /// Whether ACK is set.
    pub fn ack(self) -> bool {
        self.0 & Self::ACK != 0
    }
}

/// A TCP segment.
#[derive(Debug, Clone, Copy)]
pub struct TcpSegment<'a> {
    /// Sender.
    pub source: Endpoint,
    /// Receiver.
    pub destination: Endpoint,
    /// Sequence number of the first octet (of SYN, when set).
    pub seq: SeqNumber,
    /// Acknowledgement number; meaningless without the ACK bit.
    pub ack: SeqNumber,
    /// Control bits.
    pub flags: TcpFlags,
    /// Window as sent, not scaled.
    pub window: u16,
    /// Maximum segment size option of a SYN, in octets.
    pub mss: Option<u16>,
    /// Window scale option of a SYN.
    pub window_scale: Option<u8>,
    /// First SACK block that is not a duplicate report: left and right edge (RFC 2018).
    pub sack: Option<(SeqNumber, SeqNumber)>,
    /// Payload as captured, without link-layer padding.
    pub payload: &'a [u8],
    /// Payload octets on the wire, from the IP header; more than `payload.len()` when the frame was cut.
    pub wire_len: u32,
    /// IP time to live or hop limit.
    pub ttl: u8,
    /// IPv4 identification; `None` for IPv6.
    pub ip_id: Option<u16>,
    /// Octets of the whole IP packet on the wire.
    pub ip_len: u32,
}
