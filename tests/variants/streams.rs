//! The same octets in other TCP segments, with other sequence numbers.

use std::collections::HashMap;

use super::capture::Frame;
use super::headers::{
    ACK, FIN, PSH, RST, SYN, Tcp, ip, ip_at, put, put_length, tcp, tcp_header, tcp_in, u16_at, u32_at,
};

/// Data segments cut into pieces of `size` octets.
fn cut(frames: &[Frame], size: usize) -> Vec<Frame> {
    frames.iter().flat_map(|frame| pieces(frame, size)).collect()
}

pub fn tiny_segments(frames: &[Frame]) -> Vec<Frame> {
    cut(frames, 48)
}

pub fn small_segments(frames: &[Frame]) -> Vec<Frame> {
    cut(frames, 301)
}

fn pieces(frame: &Frame, size: usize) -> Vec<Frame> {
    let splits = |tcp: &Tcp| tcp.len() > size && frame.missing() == 0 && tcp.flags & (SYN | RST) == 0;
    let Some(tcp) = tcp(frame).filter(splits) else { return vec![frame.clone()] };
    let count = tcp.len().div_ceil(size);
    let piece = |index: usize| {
        let start = tcp.payload + index * size;
        let end = (start + size).min(tcp.ip.end);
        let data = [&frame.data[..tcp.payload], &frame.data[start..end]].concat();
        let mut piece = frame.with(frame.link, data);
        let (field, from) = tcp.ip.length_field();
        put_length(&mut piece.data, field, tcp.payload + end - start - from);
        let sent = u32::try_from(index * size).unwrap();
        put(&mut piece.data, tcp.at + 4, &tcp.seq.wrapping_add(sent).to_be_bytes());
        if index + 1 < count {
            piece.data[tcp.at + 13] &= !(FIN | PSH);
        }
        number(&mut piece, &tcp, index);
        piece
    };
    (0..count).map(piece).collect()
}

/// Another IPv4 identification for each piece, the same for a copy's pieces.
fn number(piece: &mut Frame, tcp: &Tcp, index: usize) {
    let id = u16_at(&piece.data, tcp.ip.at + 4);
    if !tcp.ip.v6 && id != 0 {
        let id = id.wrapping_add(u16::try_from(index).unwrap().wrapping_mul(0x101));
        put(&mut piece.data, tcp.ip.at + 4, &id.to_be_bytes());
    }
}

/// Segments that follow each other become one, as receive offload does.
pub fn merged(frames: &[Frame]) -> Vec<Frame> {
    let mut merged: Vec<Frame> = Vec::new();
    for frame in frames {
        match merged.last().and_then(|last| joined(last, frame)) {
            Some(both) => *merged.last_mut().unwrap() = both,
            None => merged.push(frame.clone()),
        }
    }
    merged
}

fn joined(first: &Frame, second: &Frame) -> Option<Frame> {
    let (a, b) = (tcp(first)?, tcp(second)?);
    let next = a.seq.wrapping_add(u32::try_from(a.len()).unwrap()) == b.seq;
    let plain = (a.flags | b.flags) & (SYN | RST) == 0 && a.flags & FIN == 0;
    let whole = first.missing() + second.missing() == 0 && a.len() > 0 && b.len() > 0;
    let same = a.ends(&first.data) == b.ends(&second.data) && a.ack == b.ack && a.ip.v6 == b.ip.v6;
    if !(next && plain && whole && same) || a.len() + b.len() > 60_000 {
        return None;
    }
    let data = [&first.data[..a.ip.end], &second.data[b.payload..b.ip.end]].concat();
    let mut both = first.with(first.link, data);
    both.data[a.at + 13] |= b.flags;
    let (field, from) = a.ip.length_field();
    let length = both.data.len() - from;
    put_length(&mut both.data, field, length);
    both.nanos = second.nanos;
    both.origin.extend(&second.origin);
    Some(both)
}

/// Sequence numbers moved so that they wrap `before` octets behind each stream's start.
fn moved(frames: &[Frame], before: u32) -> Vec<Frame> {
    let mut offsets: HashMap<(Vec<u8>, Vec<u8>), u32> = HashMap::new();
    for frame in frames {
        let Some(tcp) = tcp_header(frame) else { continue };
        let (sender, receiver) = tcp.ends(&frame.data);
        let target = 0_u32.wrapping_sub(before);
        if tcp.flags & ACK != 0 && tcp.ack != 0 {
            let start = target.wrapping_sub(tcp.ack);
            offsets.entry((receiver.clone(), sender.clone())).or_insert(start);
        }
        if !answers_syn(&tcp) {
            let first = tcp.seq.wrapping_add(u32::from(tcp.flags & SYN != 0));
            offsets.entry((sender, receiver)).or_insert(target.wrapping_sub(first));
        }
    }
    let rewrite = |frame: &Frame| {
        let mut frame = frame.clone();
        if let Some(found) = tcp_header(&frame) {
            renumber(&mut frame.data, &found, &offsets);
        } else if let Some(quoted) = quoted(&frame) {
            renumber(&mut frame.data, &quoted, &offsets);
        }
        frame
    };
    frames.iter().map(rewrite).collect()
}

pub fn wraps_at_once(frames: &[Frame]) -> Vec<Frame> {
    moved(frames, 0)
}

pub fn wraps_in_the_first_segment(frames: &[Frame]) -> Vec<Frame> {
    moved(frames, 20)
}

pub fn wraps_later(frames: &[Frame]) -> Vec<Frame> {
    moved(frames, 1000)
}

/// A RST with sequence number 0 answers a segment without ACK (RFC 9293 §3.5.2): it stays.
fn answers_syn(tcp: &Tcp) -> bool {
    tcp.flags & RST != 0 && tcp.seq == 0
}

/// The TCP header that an ICMP error quotes, where enough of it is there.
fn quoted(frame: &Frame) -> Option<Tcp> {
    let ip = ip(frame).filter(|ip| matches!(ip.protocol, 1 | 58))?;
    let error = if ip.v6 {
        (1..=4).contains(&frame.data[ip.payload])
    } else {
        matches!(frame.data[ip.payload], 3 | 11 | 12)
    };
    let inner = ip_at(&frame.data, ip.payload + 8).filter(|inner| error && inner.protocol == 6)?;
    tcp_in(&frame.data, inner)
}

fn renumber(data: &mut [u8], tcp: &Tcp, offsets: &HashMap<(Vec<u8>, Vec<u8>), u32>) {
    let (sender, receiver) = tcp.ends(data);
    let of = |from: &[u8], to: &[u8]| offsets.get(&(from.to_vec(), to.to_vec())).copied().unwrap_or(0);
    let (own, peer) = (of(&sender, &receiver), of(&receiver, &sender));
    if !answers_syn(tcp) {
        put(data, tcp.at + 4, &tcp.seq.wrapping_add(own).to_be_bytes());
    }
    if tcp.flags & ACK != 0 && tcp.ack != 0 {
        put(data, tcp.at + 8, &tcp.ack.wrapping_add(peer).to_be_bytes());
    }
    let mut at = tcp.at + 20;
    let end = tcp.payload.min(data.len());
    while at + 1 < end && data[at] != 0 {
        if data[at] == 1 {
            at += 1;
            continue;
        }
        let length = usize::from(data[at + 1]).max(2);
        if data[at] == 5 && at + length <= end {
            for edge in (at + 2..at + length).step_by(4) {
                let moved = u32_at(data, edge).wrapping_add(peer);
                put(data, edge, &moved.to_be_bytes());
            }
        }
        at += length;
    }
}
