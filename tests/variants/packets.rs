//! The same packets padded, copied, fragmented, with wrong checksums and lengths, in another order.

use super::capture::Frame;
use super::headers::{Dice, ETHERNET, FIN, Ip, RST, SYN, ip, link, put, put_length, tcp, u16_at, u32_at};

/// Changes each frame.
fn each(frames: &[Frame], change: impl Fn(&mut Frame)) -> Vec<Frame> {
    let changed = |frame: &Frame| {
        let mut frame = frame.clone();
        change(&mut frame);
        frame
    };
    frames.iter().map(changed).collect()
}

/// Octets behind the frame, where all of it was captured.
fn trailer(frames: &[Frame], trailer: impl Fn(&Frame) -> Vec<u8>) -> Vec<Frame> {
    each(frames, |frame| {
        if frame.missing() == 0 {
            let more = trailer(frame);
            frame.data.extend(more);
            frame.wire = frame.data.len();
        }
    })
}

/// Ethernet's least length, filled with what was left in the buffer.
pub fn padded(frames: &[Frame]) -> Vec<Frame> {
    trailer(frames, |frame| {
        b"GET / HTTP/1.1 HTTP/1.1 200 OK "[..].repeat(3)[frame.data.len().min(60)..60].to_vec()
    })
}

pub fn padded_far(frames: &[Frame]) -> Vec<Frame> {
    trailer(frames, |_| vec![0x16; 46])
}

pub fn with_fcs(frames: &[Frame]) -> Vec<Frame> {
    trailer(frames, |_| vec![0xde, 0xad, 0xbe, 0xef])
}

/// Every checksum replaced.
fn checksums(frames: &[Frame], value: [u8; 2]) -> Vec<Frame> {
    each(frames, |frame| {
        let Some(ip) = ip(frame) else { return };
        if !ip.v6 {
            put(&mut frame.data, ip.at + 10, &value);
        }
        let at = match ip.protocol {
            _ if ip.fragment => return,
            6 => ip.payload + 16,
            17 => ip.payload + 6,
            1 | 58 => ip.payload + 2,
            _ => return,
        };
        if at + 2 <= frame.data.len() {
            put(&mut frame.data, at, &value);
        }
    })
}

pub fn checksums_zero(frames: &[Frame]) -> Vec<Frame> {
    checksums(frames, [0, 0])
}

pub fn checksums_wrong(frames: &[Frame]) -> Vec<Frame> {
    checksums(frames, [0xba, 0xd0])
}

/// IP length 0 from segmentation offload, where no padding follows the packet.
pub fn length_zero(frames: &[Frame]) -> Vec<Frame> {
    each(frames, |frame| {
        let unpadded = |ip: &Ip| ip.end == frame.wire && !ip.fragment && ip.protocol == 6;
        if let Some(ip) = ip(frame).filter(unpadded) {
            put(&mut frame.data, ip.length_field().0, &[0, 0]);
        }
    })
}

/// Each frame again at once: the second capture point is the same interface.
pub fn twice(frames: &[Frame]) -> Vec<Frame> {
    frames.iter().flat_map(|frame| [frame.clone(), frame.clone()]).collect()
}

/// Each frame again, as on another port: routed, tagged, 50 µs later.
pub fn twice_elsewhere(frames: &[Frame]) -> Vec<Frame> {
    frames.iter().flat_map(|frame| [frame.clone(), elsewhere(frame, 50_000)]).collect()
}

/// As [`twice_elsewhere`], but 800 µs later, so that copies come behind other frames.
pub fn twice_later(frames: &[Frame]) -> Vec<Frame> {
    let copies = frames.iter().map(|frame| elsewhere(frame, 800_000));
    by_time(frames.iter().cloned().chain(copies).collect())
}

pub fn elsewhere(frame: &Frame, delay: i64) -> Frame {
    let mut copy = frame.clone();
    copy.nanos += delay;
    if let Some(ip) = ip(&copy) {
        let ttl = if ip.v6 { ip.at + 7 } else { ip.at + 8 };
        copy.data[ttl] = copy.data[ttl].saturating_sub(1);
    }
    if let (Some(link), ETHERNET) = (link(&copy), copy.link) {
        let head =
            [&[2, 0, 0, 0, 9, 1, 2, 0, 0, 0, 9, 2, 0x81, 0, 0, 20][..], &link.kind.to_be_bytes()].concat();
        copy = copy.with(ETHERNET, [&head[..], &copy.data[link.payload..]].concat());
    }
    copy
}

pub fn by_time(mut frames: Vec<Frame>) -> Vec<Frame> {
    frames.sort_by_key(|frame| frame.nanos);
    frames
}

/// IP packets cut into fragments of `size` octets, in the order `order` puts them.
pub fn fragmented(frames: &[Frame], size: usize, order: impl Fn(&mut Vec<Frame>)) -> Vec<Frame> {
    let mut fresh = 0_u16;
    let mut all = Vec::new();
    for frame in frames {
        fresh += 1;
        let mut parts = fragments(frame, size, fresh);
        order(&mut parts);
        all.extend(parts);
    }
    all
}

fn fragments(frame: &Frame, size: usize, fresh: u16) -> Vec<Frame> {
    let whole = |ip: &Ip| !ip.fragment && frame.missing() == 0 && ip.end - ip.payload > size;
    let Some(ip) = ip(frame).filter(whole) else { return vec![frame.clone()] };
    let body = &frame.data[ip.payload..ip.end];
    let piece = |(index, octets): (usize, &[u8])| {
        let (at, more) = (index * size, (index + 1) * size < body.len());
        let head =
            if ip.v6 { head_v6(frame, &ip, at, more, fresh) } else { head_v4(frame, &ip, at, more, fresh) };
        let mut part = frame.with(frame.link, [&head[..], octets].concat());
        let (field, from) = ip.length_field();
        let length = part.data.len() - from;
        put_length(&mut part.data, field, length);
        part
    };
    body.chunks(size).enumerate().map(piece).collect()
}

fn head_v4(frame: &Frame, ip: &Ip, at: usize, more: bool, fresh: u16) -> Vec<u8> {
    let mut head = frame.data[..ip.payload].to_vec();
    if u16_at(&head, ip.at + 4) == 0 {
        put(&mut head, ip.at + 4, &fresh.to_be_bytes());
    }
    put_length(&mut head, ip.at + 6, at / 8 + if more { 0x2000 } else { 0 });
    head
}

fn head_v6(frame: &Frame, ip: &Ip, at: usize, more: bool, fresh: u16) -> Vec<u8> {
    let mut head = frame.data[..ip.payload].to_vec();
    let mut extension = [head[ip.at + 6], 0, 0, 0, 0, 1, 0, 0];
    head[ip.at + 6] = 44;
    put_length(&mut extension, 2, at + usize::from(more));
    put(&mut extension, 6, &fresh.to_be_bytes());
    [&head[..], &extension].concat()
}

pub fn fragments_in_order(frames: &[Frame]) -> Vec<Frame> {
    fragmented(frames, 256, |_| {})
}

pub fn fragments_backwards(frames: &[Frame]) -> Vec<Frame> {
    fragmented(frames, 64, |parts| parts.reverse())
}

pub fn fragments_shuffled(frames: &[Frame]) -> Vec<Frame> {
    fragmented(frames, 128, |parts| Dice(parts.len() as u64 + 77).shuffle(parts))
}

/// IPv6 hop-by-hop and destination options in front of what the packet carries.
pub fn extension_headers(frames: &[Frame]) -> Vec<Frame> {
    each(frames, |frame| {
        let Some(ip) = ip(frame).filter(|ip| ip.v6 && ip.protocol != 0) else { return };
        let extensions = [60, 0, 1, 4, 0, 0, 0, 0, ip.protocol, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let (field, from) = ip.length_field();
        put_length(&mut frame.data, field, ip.end + extensions.len() - from);
        frame.data[ip.at + 6] = 0;
        let data = [&frame.data[..ip.payload], &extensions, &frame.data[ip.payload..]].concat();
        *frame = frame.with(frame.link, data);
    })
}

/// Neighbouring frames that are less than `nanos` apart change places; each keeps its time.
fn swapped(frames: &[Frame], first: usize, nanos: i64) -> Vec<Frame> {
    let mut frames = frames.to_vec();
    let mut index = first;
    while index + 1 < frames.len() {
        if frames[index + 1].nanos - frames[index].nanos < nanos {
            frames.swap(index, index + 1);
        }
        index += 2;
    }
    frames
}

pub fn swapped_even(frames: &[Frame]) -> Vec<Frame> {
    swapped(frames, 0, 1_000_000)
}

pub fn swapped_odd(frames: &[Frame]) -> Vec<Frame> {
    swapped(frames, 1, 1_000_000)
}

/// One queue of the capture point was emptied late.
pub fn swapped_far_even(frames: &[Frame]) -> Vec<Frame> {
    swapped(frames, 0, 45_000_000)
}

pub fn swapped_far_odd(frames: &[Frame]) -> Vec<Frame> {
    swapped(frames, 1, 45_000_000)
}

/// Data segments of one burst and one direction in another order: the network reordered them.
pub fn bursts_backwards(frames: &[Frame]) -> Vec<Frame> {
    let burst = |a: &Frame, b: &Frame| {
        let (Some(left), Some(right)) = (tcp(a), tcp(b)) else { return false };
        let data = |tcp: &super::headers::Tcp| tcp.len() > 0 && tcp.flags & (FIN | SYN | RST) == 0;
        let near = b.nanos - a.nanos < 1_000_000;
        near && data(&left)
            && data(&right)
            && left.ends(&a.data) == right.ends(&b.data)
            && u32_at(&a.data, left.at + 8) == u32_at(&b.data, right.at + 8)
    };
    let reversed = |burst: &[Frame]| {
        let times: Vec<i64> = burst.iter().map(|frame| frame.nanos).collect();
        // Another frame completes what the burst carries: any of it may be cited.
        let origin: Vec<u64> = burst.iter().flat_map(|frame| frame.origin.clone()).collect();
        let back = burst.iter().rev().cloned().zip(times);
        back.map(|(frame, nanos)| Frame { nanos, origin: origin.clone(), ..frame }).collect::<Vec<_>>()
    };
    frames.chunk_by(burst).flat_map(reversed).collect()
}
