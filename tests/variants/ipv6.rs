//! A sample of IPv4 as the same exchange over IPv6: every address becomes its NAT64 one (RFC 6052), A records become AAAA
//! records and the other way round, ARP becomes neighbour discovery, ICMP becomes ICMPv6.

use super::capture::Frame;
use super::headers::{Ip, ip, ip_at, link, put, put_length, u16_at};

/// The address of an IPv4 host behind NAT64; special addresses keep their meaning.
pub fn mapped(v4: &[u8]) -> [u8; 16] {
    let mut v6 = [0; 16];
    match v4 {
        [0, 0, 0, 0] => return v6,
        [127, ..] => {
            v6[15] = 1;
            return v6;
        }
        [169, 254, ..] => v6[..2].copy_from_slice(&[0xfe, 0x80]),
        _ => v6[..4].copy_from_slice(&[0, 0x64, 0xff, 0x9b]),
    }
    v6[12..].copy_from_slice(v4);
    v6
}

/// The capture over IPv6; `None` where a frame cannot be translated (fragments, cut packets) or is about IPv6 already.
pub fn translated(frames: &[Frame]) -> Option<Vec<Frame>> {
    frames.iter().map(frame).collect()
}

fn frame(frame: &Frame) -> Option<Frame> {
    let link = link(frame)?;
    if link.kind == 0x0806 {
        return Some(v6_frame(frame, &neighbour(&frame.data[link.payload..])?));
    }
    let Some(ip) = ip(frame).filter(|ip| !ip.v6) else { return Some(frame.clone()) };
    if ip.fragment || frame.missing() > 0 || link.kind != 0x0800 {
        return None;
    }
    Some(v6_frame(frame, &packet(&frame.data, &ip)?))
}

/// The link header of `frame` in front of an IPv6 packet.
fn v6_frame(frame: &Frame, packet: &[u8]) -> Frame {
    let payload = link(frame).map_or(0, |link| link.payload);
    let mut head = frame.data[..payload].to_vec();
    let kind = if frame.link == 276 { 0 } else { payload - 2 };
    put(&mut head, kind, &[0x86, 0xdd]);
    frame.with(frame.link, [&head[..], packet].concat())
}

fn packet(data: &[u8], ip: &Ip) -> Option<Vec<u8>> {
    let end = ip.end.min(data.len());
    let body = &data[ip.payload..end];
    let addresses = [mapped(&data[ip.source()]), mapped(&data[ip.destination()])];
    let (protocol, body) = match ip.protocol {
        1 => (58, icmp(body)?),
        17 => (17, udp(body)?),
        other => (other, body.to_vec()),
    };
    // What an ICMP error quotes may be cut: its length field counts all of it.
    let cut = ip.end - end;
    Some(packet_of(protocol, addresses, data[ip.at + 8], &body, cut))
}

fn packet_of(protocol: u8, addresses: [[u8; 16]; 2], hops: u8, body: &[u8], cut: usize) -> Vec<u8> {
    let mut head = [0x60, 0, 0, 0, 0, 0, protocol, hops];
    put_length(&mut head, 4, body.len() + cut);
    [&head[..], &addresses.concat(), body].concat()
}

fn neighbour(arp: &[u8]) -> Option<Vec<u8>> {
    let (asks, mac) = (arp[7] == 1, &arp[8..14]);
    let [sender, target] = [arp.get(14..18)?, arp.get(24..28)?].map(mapped);
    let about = if asks { target } else { sender };
    let head = [if asks { 135 } else { 136 }, 0, 0, 0, if asks { 0 } else { 0x60 }, 0, 0, 0];
    let body = [&head[..], &about, &[if asks { 1 } else { 2 }, 1], mac].concat();
    let mut all_nodes = [0; 16];
    put(&mut all_nodes, 0, &[0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff]);
    let destination = if asks { all_nodes } else { target };
    Some(packet_of(58, [sender, destination], 255, &body, 0))
}

/// RFC 7915 §4.2, as far as the samples go.
fn icmp(body: &[u8]) -> Option<Vec<u8>> {
    let (kind, code) = match (body[0], body[1]) {
        (3, 4) => (2, 0),
        (3, 3) => (1, 4),
        (3, 9 | 10 | 13) => (1, 1),
        (3, 0) => (1, 0),
        (3, _) => (1, 3),
        (11, code) => (3, code),
        (8, _) => return Some([&[128, 0][..], &body[2..]].concat()),
        (0, _) => return Some([&[129, 0][..], &body[2..]].concat()),
        _ => return None,
    };
    let mut head = [kind, code, 0, 0, 0, 0, 0, 0];
    if kind == 2 {
        put_length(&mut head, 6, usize::from(u16_at(body, 6)) + 20);
    }
    let quoted = ip_at(body, 8)?;
    Some([&head[..], &packet(body, &quoted)?].concat())
}

fn udp(body: &[u8]) -> Option<Vec<u8>> {
    let dns = u16_at(body, 0) == 53 || u16_at(body, 2) == 53;
    let whole = usize::from(u16_at(body, 4)) == body.len();
    if !dns || !whole {
        return Some(body.to_vec());
    }
    let message = Message { octets: &body[8..] }.translated()?;
    let mut datagram = [&body[..8], &message].concat();
    let length = datagram.len();
    put_length(&mut datagram, 4, length);
    Some(datagram)
}

/// A DNS message (RFC 1035 §4), to be written again without compression.
struct Message<'a> {
    octets: &'a [u8],
}

impl Message<'_> {
    fn translated(&self) -> Option<Vec<u8>> {
        let mut out = self.octets.get(..12)?.to_vec();
        let mut at = 12;
        for _ in 0..u16_at(self.octets, 4) {
            out.extend(self.name(&mut at)?);
            out.extend([swapped(self.u16(at)?), self.u16(at + 2)?].map(u16::to_be_bytes).concat());
            at += 4;
        }
        for _ in 0..[6, 8, 10].map(|count| u16_at(self.octets, count)).iter().sum() {
            out.extend(self.name(&mut at)?);
            let kind = self.u16(at)?;
            let length = usize::from(self.u16(at + 8)?);
            let data = self.data(kind, at + 10, length)?;
            out.extend(swapped(kind).to_be_bytes());
            out.extend(self.octets.get(at + 2..at + 8)?);
            out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            out.extend(data);
            at += 10 + length;
        }
        Some(out)
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.octets.get(at..at + 2).map(|octets| u16_at(octets, 0))
    }

    fn data(&self, kind: u16, at: usize, length: usize) -> Option<Vec<u8>> {
        let data = self.octets.get(at..at + length)?;
        let mut place = at;
        match kind {
            1 => Some(mapped(data).to_vec()),
            // It is about IPv6 already.
            28 => None,
            2 | 5 => self.name(&mut place),
            6 => {
                let names = [self.name(&mut place)?, self.name(&mut place)?].concat();
                Some([&names[..], self.octets.get(place..place + 20)?].concat())
            }
            _ => Some(data.to_vec()),
        }
    }

    /// The name at `at`, without pointers; moves `at` behind it.
    fn name(&self, at: &mut usize) -> Option<Vec<u8>> {
        let (mut name, mut from, mut jumped) = (Vec::new(), *at, false);
        loop {
            let length = *self.octets.get(from)?;
            if length >= 0xc0 {
                if !jumped {
                    *at = from + 2;
                }
                jumped = true;
                from = usize::from(self.u16(from)? & 0x3fff);
                continue;
            }
            name.extend(self.octets.get(from..=from + usize::from(length))?);
            from += 1 + usize::from(length);
            if length == 0 {
                if !jumped {
                    *at = from;
                }
                return Some(name);
            }
        }
    }
}

fn swapped(kind: u16) -> u16 {
    match kind {
        1 => 28,
        28 => 1,
        other => other,
    }
}
