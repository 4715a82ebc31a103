//! Just enough of the headers in the samples to rewrite them: Ethernet or Linux cooked, tags, IP, TCP.

use std::ops::Range;

use super::capture::Frame;

pub const ETHERNET: u32 = 1;

pub fn u16_at(data: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([data[at], data[at + 1]])
}

pub fn u32_at(data: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]])
}

pub fn put(data: &mut [u8], at: usize, octets: &[u8]) {
    data[at..at + octets.len()].copy_from_slice(octets);
}

pub fn put_length(data: &mut [u8], at: usize, length: usize) {
    put(data, at, &u16::try_from(length).expect("an IP length").to_be_bytes());
}

/// What the link header says.
#[derive(Clone, Copy)]
pub struct Link {
    pub kind: u16,
    pub payload: usize,
    pub destination: [u8; 6],
    pub source: [u8; 6],
}

/// The link header of a frame; the samples have three kinds.
pub fn link(frame: &Frame) -> Option<Link> {
    let data = &frame.data;
    let mac = |at: usize| data.get(at..).and_then(|rest| rest.first_chunk::<6>()).copied();
    let (kind, payload, source) = match frame.link {
        1 => (12, 14, 6),
        113 => (14, 16, 6),
        276 => (0, 20, 12),
        _ => return None,
    };
    if data.len() < payload {
        return None;
    }
    let destination = if frame.link == 1 { mac(0)? } else { [2, 0, 0, 0, 0, 99] };
    Some(Link { kind: u16_at(data, kind), payload, destination, source: mac(source)? })
}

/// An IP packet in a frame.
#[derive(Clone, Debug)]
pub struct Ip {
    pub v6: bool,
    pub at: usize,
    /// Where what the fixed header carries starts (with IPv4 options behind them).
    pub payload: usize,
    /// One past its last octet, also where that was not captured.
    pub end: usize,
    pub protocol: u8,
    pub fragment: bool,
}

impl Ip {
    pub fn source(&self) -> Range<usize> {
        if self.v6 { self.at + 8..self.at + 24 } else { self.at + 12..self.at + 16 }
    }

    pub fn destination(&self) -> Range<usize> {
        let source = self.source();
        source.end..source.end + source.len()
    }

    /// Offset of the length field, and what it counts from.
    pub fn length_field(&self) -> (usize, usize) {
        if self.v6 { (self.at + 4, self.at + 40) } else { (self.at + 2, self.at) }
    }
}

/// The IP packet of a frame, behind VLAN tags.
pub fn ip(frame: &Frame) -> Option<Ip> {
    let Link { mut kind, payload: mut at, .. } = link(frame)?;
    while kind == 0x8100 {
        kind = u16_at(&frame.data, at + 2);
        at += 4;
    }
    matches!(kind, 0x0800 | 0x86dd).then(|| ip_at(&frame.data, at))?
}

/// The IP packet at an offset.
pub fn ip_at(data: &[u8], at: usize) -> Option<Ip> {
    let rest = data.get(at..)?;
    if rest.len() < 20 {
        return None;
    }
    match rest[0] >> 4 {
        4 => {
            let end = at + usize::from(u16_at(data, at + 2));
            let payload = at + usize::from(rest[0] & 15) * 4;
            let fragment = u16_at(data, at + 6) & 0x3fff != 0;
            Some(Ip { v6: false, at, payload, end, protocol: rest[9], fragment })
        }
        6 if rest.len() >= 40 => {
            let end = at + 40 + usize::from(u16_at(data, at + 4));
            let (protocol, payload) = (rest[6], at + 40);
            Some(Ip { v6: true, at, payload, end, protocol, fragment: protocol == 44 })
        }
        _ => None,
    }
}

/// A TCP segment in a frame; the header was captured, the payload may be cut.
#[derive(Clone)]
pub struct Tcp {
    pub ip: Ip,
    pub at: usize,
    pub payload: usize,
    pub flags: u8,
    pub seq: u32,
    pub ack: u32,
}

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const PSH: u8 = 8;
pub const ACK: u8 = 16;

impl Tcp {
    /// Payload octets on the wire.
    pub fn len(&self) -> usize {
        self.ip.end - self.payload
    }

    /// Sender and receiver.
    pub fn ends(&self, data: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let end = |address: Range<usize>, port: usize| [&data[address], &data[port..port + 2]].concat();
        (end(self.ip.source(), self.at), end(self.ip.destination(), self.at + 2))
    }
}

pub fn tcp(frame: &Frame) -> Option<Tcp> {
    let ip = ip(frame).filter(|ip| ip.protocol == 6 && !ip.fragment)?;
    tcp_in(&frame.data, ip)
}

/// The TCP header of a frame, also where that is only the first fragment of an IP packet.
pub fn tcp_header(frame: &Frame) -> Option<Tcp> {
    let ip = ip(frame).filter(|ip| ip.protocol == 6)?;
    let later = !ip.v6 && u16_at(&frame.data, ip.at + 6) << 3 != 0;
    if later { None } else { tcp_in(&frame.data, ip) }
}

pub fn tcp_in(data: &[u8], ip: Ip) -> Option<Tcp> {
    let at = ip.payload;
    if data.len() < at + 20 {
        return None;
    }
    let payload = at + usize::from(data[at + 12] >> 4) * 4;
    let (seq, ack) = (u32_at(data, at + 4), u32_at(data, at + 8));
    (payload <= ip.end).then(|| Tcp { at, payload, flags: data[at + 13], seq, ack, ip })
}

/// Source and destination address of what a frame carries: IP, or ARP's protocol addresses.
pub fn addresses(frame: &Frame) -> Option<(Vec<u8>, Vec<u8>)> {
    if let Some(ip) = ip(frame) {
        return Some((frame.data[ip.source()].to_vec(), frame.data[ip.destination()].to_vec()));
    }
    let link = link(frame).filter(|link| link.kind == 0x0806)?;
    let arp = frame.data.get(link.payload..link.payload + 28)?;
    Some((arp[14..18].to_vec(), arp[24..28].to_vec()))
}

/// A number generator for tests: the same numbers each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("small")
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}
