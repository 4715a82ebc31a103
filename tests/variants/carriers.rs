//! The same packets in other link headers, behind tags and in tunnels.

use super::capture::Frame;
use super::headers::{ETHERNET, link, put_length};
use super::packets::fragmented;

/// What a frame carries, without its link header.
pub struct Cargo<'a> {
    destination: [u8; 6],
    source: [u8; 6],
    kind: u16,
    payload: &'a [u8],
    /// Payload octets on the wire.
    wire: usize,
}

impl Cargo<'_> {
    fn is_ip(&self) -> bool {
        matches!(self.kind, 0x0800 | 0x86dd)
    }

    fn macs(&self) -> Vec<u8> {
        [self.destination, self.source].concat()
    }

    fn ethernet(&self) -> Vec<u8> {
        [&self.macs()[..], &self.kind.to_be_bytes()].concat()
    }
}

/// Puts every frame behind what `header` gives (link type and octets in front of the payload); `None` leaves it out.
fn carried(frames: &[Frame], header: impl Fn(&Cargo<'_>) -> Option<(u32, Vec<u8>)>) -> Vec<Frame> {
    let rewrite = |frame: &Frame| {
        let Some(link) = link(frame) else { return Some(frame.clone()) };
        let cargo = Cargo {
            destination: link.destination,
            source: link.source,
            kind: link.kind,
            payload: &frame.data[link.payload..],
            wire: frame.wire - link.payload,
        };
        let (link, head) = header(&cargo)?;
        Some(frame.with(link, [&head[..], cargo.payload].concat()))
    };
    frames.iter().filter_map(rewrite).collect()
}

/// Tags between the addresses and the type.
fn tagged(frames: &[Frame], tags: &[u8]) -> Vec<Frame> {
    carried(frames, |cargo| Some((ETHERNET, [&cargo.macs()[..], tags, &cargo.kind.to_be_bytes()].concat())))
}

pub fn vlan(frames: &[Frame]) -> Vec<Frame> {
    tagged(frames, &[0x81, 0, 0xa0, 10])
}

pub fn qinq(frames: &[Frame]) -> Vec<Frame> {
    tagged(frames, &[0x88, 0xa8, 0, 100, 0x81, 0, 0, 10])
}

pub fn four_tags(frames: &[Frame]) -> Vec<Frame> {
    tagged(frames, &[0x91, 0, 0, 1, 0x91, 0, 0, 2, 0x81, 0, 0, 3, 0x81, 0, 0, 4])
}

pub fn meta_data(frames: &[Frame]) -> Vec<Frame> {
    tagged(frames, &[0x89, 0x09, 1, 1, 0, 1, 0, 0x11])
}

pub fn meta_data_and_vlan(frames: &[Frame]) -> Vec<Frame> {
    tagged(frames, &[0x89, 0x09, 1, 1, 0, 1, 0, 0x11, 0x81, 0, 0, 10])
}

pub fn vlan_and_meta_data(frames: &[Frame]) -> Vec<Frame> {
    tagged(frames, &[0x81, 0, 0, 10, 0x89, 0x09, 1, 1, 0, 1, 0, 0x11])
}

/// A tag on what one side sends only.
pub fn vlan_one_way(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| {
        let tag: &[u8] = if cargo.source < cargo.destination { &[0x81, 0, 0, 10] } else { &[] };
        Some((ETHERNET, [&cargo.macs()[..], tag, &cargo.kind.to_be_bytes()].concat()))
    })
}

/// Source address = destination address, as in control-plane captures.
pub fn same_macs(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| {
        Some((ETHERNET, [&cargo.source[..], &cargo.source, &cargo.kind.to_be_bytes()].concat()))
    })
}

/// IP behind these octets of another Ethernet type; what is not IP stays as it is.
fn ip_behind(frames: &[Frame], kind: u16, head: impl Fn(&Cargo<'_>) -> Vec<u8>) -> Vec<Frame> {
    carried(frames, |cargo| {
        let ethernet = if cargo.is_ip() {
            [&cargo.macs()[..], &kind.to_be_bytes(), &head(cargo)].concat()
        } else {
            cargo.ethernet()
        };
        Some((ETHERNET, ethernet))
    })
}

pub fn mpls(frames: &[Frame]) -> Vec<Frame> {
    ip_behind(frames, 0x8847, |_| vec![0, 1, 0, 255, 0, 2, 1, 254])
}

pub fn pppoe(frames: &[Frame]) -> Vec<Frame> {
    ip_behind(frames, 0x8864, |cargo| {
        let mut head = vec![0x11, 0, 0, 7, 0, 0, 0, if cargo.kind == 0x0800 { 0x21 } else { 0x57 }];
        put_length(&mut head, 4, cargo.wire + 2);
        head
    })
}

/// Ethernet over MPLS, with and without a control word.
fn pseudowire(frames: &[Frame], control: &[u8]) -> Vec<Frame> {
    carried(frames, |cargo| {
        let outer = [2, 0, 0, 0, 0, 8, 2, 0, 0, 0, 0, 9, 0x88, 0x47, 0, 2, 1, 254];
        Some((ETHERNET, [&outer[..], control, &cargo.ethernet()].concat()))
    })
}

pub fn pseudowire_with_control_word(frames: &[Frame]) -> Vec<Frame> {
    pseudowire(frames, &[0; 4])
}

/// Link types other than Ethernet, with what those carry.
pub fn cooked(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| {
        let head = [&[0, 0, 0, 1, 0, 6][..], &cargo.source, &[0, 0], &cargo.kind.to_be_bytes()].concat();
        Some((113, head))
    })
}

pub fn cooked_v2(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| {
        let kind = cargo.kind.to_be_bytes();
        Some((276, [&kind[..], &[0, 0, 0, 0, 0, 2, 0, 1, 0, 6], &cargo.source, &[0, 0]].concat()))
    })
}

fn only_ip(frames: &[Frame], link: u32, v4: &[u8], v6: &[u8]) -> Vec<Frame> {
    carried(frames, |cargo| match cargo.kind {
        0x0800 => Some((link, v4.to_vec())),
        0x86dd => Some((link, v6.to_vec())),
        _ => None,
    })
}

pub fn raw(frames: &[Frame]) -> Vec<Frame> {
    only_ip(frames, 101, &[], &[])
}

pub fn null(frames: &[Frame]) -> Vec<Frame> {
    only_ip(frames, 0, &[2, 0, 0, 0], &[30, 0, 0, 0])
}

pub fn null_big_endian(frames: &[Frame]) -> Vec<Frame> {
    only_ip(frames, 0, &[0, 0, 0, 2], &[0, 0, 0, 24])
}

pub fn ppp(frames: &[Frame]) -> Vec<Frame> {
    only_ip(frames, 9, &[0xff, 3, 0, 0x21], &[0xff, 3, 0, 0x57])
}

pub fn hdlc(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| Some((104, [&[0x0f, 0][..], &cargo.kind.to_be_bytes()].concat())))
}

/// An outer Ethernet and IPv4 header in front of `inside` and what it carries.
fn tunnel(cargo: &Cargo<'_>, protocol: u8, inside: &[u8]) -> (u32, Vec<u8>) {
    let ethernet = [2, 0, 0, 0, 0, 8, 2, 0, 0, 0, 0, 9, 8, 0];
    let mut ip = [0x45, 0, 0, 0, 0, 1, 0, 0, 64, protocol, 0, 0, 172, 16, 0, 1, 172, 16, 0, 2];
    put_length(&mut ip, 2, 20 + inside.len() + cargo.wire);
    (ETHERNET, [&ethernet[..], &ip, inside].concat())
}

/// The whole frame in GRE behind this header.
fn frame_in_gre(frames: &[Frame], header: &[u8]) -> Vec<Frame> {
    carried(frames, |cargo| Some(tunnel(cargo, 47, &[header, &cargo.ethernet()].concat())))
}

pub fn erspan_i(frames: &[Frame]) -> Vec<Frame> {
    frame_in_gre(frames, &[0, 0, 0x88, 0xbe])
}

pub fn erspan_ii(frames: &[Frame]) -> Vec<Frame> {
    frame_in_gre(frames, &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 10, 0x18, 1, 0, 0, 0, 0])
}

pub fn erspan_iii(frames: &[Frame]) -> Vec<Frame> {
    let header = [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 10, 0x18, 1, 0, 0, 0, 7, 0, 0, 0, 0];
    frame_in_gre(frames, &header)
}

pub fn erspan_iii_with_sub_header(frames: &[Frame]) -> Vec<Frame> {
    let header = [
        0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 10, 0x18, 1, 0, 0, 0, 7, 0, 0, 0, 1, 0x0c, 0, 0, 0, 0, 0, 0, 0,
    ];
    frame_in_gre(frames, &header)
}

/// The mirror session's path takes packets of 576 octets.
pub fn erspan_fragmented(frames: &[Frame]) -> Vec<Frame> {
    let mut outer = erspan_ii(frames);
    for (index, frame) in outer.iter_mut().enumerate() {
        put_length(&mut frame.data, 18, index + 1);
    }
    fragmented(&outer, 552, |_| {})
}

pub fn gre(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| {
        let header = [&[0x20, 0][..], &cargo.kind.to_be_bytes(), &[0, 0, 0, 9]].concat();
        Some(tunnel(cargo, 47, &header))
    })
}

pub fn ethernet_in_gre(frames: &[Frame]) -> Vec<Frame> {
    frame_in_gre(frames, &[0, 0, 0x65, 0x58])
}

pub fn vxlan(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| {
        let mut udp = [0xc0, 0, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 77, 0];
        put_length(&mut udp, 4, 16 + 14 + cargo.wire);
        Some(tunnel(cargo, 17, &[&udp[..], &cargo.ethernet()].concat()))
    })
}

/// IP in IP; what is not IP stays as it is.
pub fn ip_in_ip(frames: &[Frame]) -> Vec<Frame> {
    carried(frames, |cargo| {
        Some(match cargo.kind {
            0x0800 => tunnel(cargo, 4, &[]),
            0x86dd => tunnel(cargo, 41, &[]),
            _ => (ETHERNET, cargo.ethernet()),
        })
    })
}
