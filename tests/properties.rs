//! What holds for any sequence numbers, segments and fragments: generated, and shrunk to the smallest that breaks it.
//!
//! The cases are the same in every run; `PROPTEST_CASES=100000` makes more of them.

#[path = "fuzz/src/reassembly.rs"]
mod reassembly;

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed};
use slp_pcap::attempt::Scope;
use slp_pcap::capture::{Frame, LinkType};
use slp_pcap::flow::{Flow, FlowTable};
use slp_pcap::model::{At, Endpoint, FrameNumber, SeqNumber, Timestamp};
use slp_pcap::net::{Content, Decoder, Packet, TcpFlags, TcpSegment};

fn config() -> Config {
    Config { rng_seed: RngSeed::Fixed(9293), failure_persistence: None, ..Config::default() }
}

/// Distances that sequence numbers are meant for (RFC 9293 §3.4).
const NEAR: std::ops::Range<u32> = 0..1 << 31;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn sequence_arithmetic_is_that_of_integers_wherever_it_starts(start: u32, octets in NEAR) {
        let (a, b) = (SeqNumber(start), SeqNumber(start) + octets);
        prop_assert_eq!((i64::from(b.distance(a)), b - octets), (i64::from(octets), a));
        prop_assert_eq!((a.before(b), b.before(a)), (octets > 0, false));
        prop_assert_eq!(i64::from(a.distance(b)), -i64::from(octets));
    }

    #[test]
    fn order_and_distance_do_not_depend_on_the_wrap(start: u32, moved: u32, one in 0..1_u32 << 30, other in 0..1_u32 << 30) {
        let at = |origin: u32, octets| SeqNumber(origin) + octets;
        let (a, b) = (at(start, one), at(start, other));
        let (c, d) = (at(start.wrapping_add(moved), one), at(start.wrapping_add(moved), other));
        prop_assert_eq!(a.distance(b), c.distance(d));
        prop_assert_eq!(a.before(b), one < other);
        prop_assert_eq!(c.before(d), one < other);
    }

    #[test]
    fn streams_agree_with_a_cell_for_each_octet(data in vec(any::<u8>(), 0..606)) {
        reassembly::check(&data);
    }

    #[test]
    fn segments_in_any_order_are_the_stream(stream in streams()) {
        let Stream { payload, isn, segments } = stream;
        let mut table = FlowTable::new();
        push(&mut table, 1, isn, TcpFlags::SYN, &[]);
        for (frame, (start, end)) in (2..).zip(&segments) {
            let seq = isn + 1 + u32::try_from(*start).unwrap();
            push(&mut table, frame, seq, TcpFlags::ACK, &payload[*start..*end]);
        }
        let flow = table.finish().next().expect("a connection");
        let stream = &flow.from_client.stream;
        prop_assert_eq!(stream.contiguous(), &payload[..]);
        prop_assert_eq!(stream.gaps().count(), 0);
        // Each octet is from the first frame that carried it.
        for at in 0..payload.len() {
            let first = segments.iter().position(|(start, end)| (*start..*end).contains(&at)).expect("a segment");
            prop_assert_eq!(stream.at(at as u64).map(|at| at.frame.get()), Some(first as u64 + 2));
        }
    }

    #[test]
    fn ciphertext_that_is_not_held_changes_nothing_else((records, stream) in sessions(), lost in vec(any::<Index>(), 0..3)) {
        let Stream { payload, isn, mut segments } = stream;
        for lost in lost {
            if segments.len() > 1 {
                segments.remove(lost.index(segments.len()));
            }
        }
        let read = |mut table: FlowTable| {
            push(&mut table, 1, isn, TcpFlags::SYN, &[]);
            for (frame, (start, end)) in (2..).zip(&segments) {
                let seq = isn + 1 + u32::try_from(*start).unwrap();
                push(&mut table, frame, seq, TcpFlags::ACK, &payload[*start..*end]);
            }
            table.finish().next().expect("a connection")
        };
        let whole = read(FlowTable::new());
        let hollow = read(FlowTable::asking(Scope { all: true, ..Scope::default() }));
        let classes = |flow: &Flow| flow.segments.iter().map(|segment| segment.class).collect::<Vec<_>>();
        prop_assert_eq!(classes(&whole), classes(&hollow));
        let (whole, hollow) = (&whole.from_client, &hollow.from_client);
        prop_assert_eq!((whole.retransmissions, whole.out_of_order), (hollow.retransmissions, hollow.out_of_order));
        let (whole, hollow) = (&whole.stream, &hollow.stream);
        prop_assert_eq!((whole.end(), whole.kept()), (hollow.end(), hollow.kept()));
        prop_assert_eq!(whole.gaps().collect::<Vec<_>>(), hollow.gaps().collect::<Vec<_>>());
        prop_assert_eq!(whole.conflict_count() + hollow.conflict_count(), 0);
        for at in 0..whole.end() {
            prop_assert_eq!(whole.at(at), hollow.at(at));
            prop_assert_eq!(whole.completed_at(at..whole.end()), hollow.completed_at(at..whole.end()));
            let ciphertext = records.iter().any(|record| record.contains(&at));
            let held = hollow.slice(at..at + 1);
            prop_assert!(held == whole.slice(at..at + 1) || ciphertext && held.is_none(), "octet {}", at);
        }
    }

    #[test]
    fn fragments_in_any_order_and_overlap_are_the_datagram(v6: bool, pieces in fragments()) {
        let (mut decoder, mut model) = (Decoder::new(), Datagram::default());
        for piece in &pieces {
            let data = if v6 { piece.ipv6() } else { piece.ipv4() };
            let at = At { frame: FrameNumber::new(1), time: Timestamp(0) };
            let original_len = u32::try_from(data.len()).unwrap();
            let packet = decoder.decode(Frame { at, link_type: LinkType::RAW, data: &data, original_len });
            let payload = match packet.content {
                Content::Udp(datagram) => Some(datagram.payload.to_vec()),
                _ => None,
            };
            prop_assert_eq!(payload, model.add(piece));
        }
    }
}

/// Octets, and the ranges of them that segments carry: all of them, in any order, some again and across others' borders.
#[derive(Debug, Clone)]
struct Stream {
    payload: Vec<u8>,
    isn: SeqNumber,
    segments: Vec<(usize, usize)>,
}

fn streams() -> impl Strategy<Value = Stream> {
    (1_usize..3000).prop_flat_map(|len| carried(noise(len)))
}

/// Eight octets in a row never come twice, so that a repetition is no keep-alive by chance.
fn noise(len: usize) -> Vec<u8> {
    (0_u32..).take(len).map(|at| at.wrapping_mul(0x9e37_79b1).to_be_bytes()[0]).collect()
}

/// TLS records of handshake messages and of application data; where the latter's octets stand, and the stream they are.
fn sessions() -> impl Strategy<Value = (Vec<std::ops::Range<u64>>, Stream)> {
    vec((prop::bool::weighted(0.7), 0_u16..600), 1..9).prop_flat_map(|records| {
        let (mut payload, mut data) = (Vec::new(), Vec::new());
        for (is_data, len) in records {
            let content_type = if is_data { 23 } else { 22 };
            payload.extend([&[content_type, 3, 3][..], &len.to_be_bytes()].concat());
            let start = payload.len() as u64;
            payload.extend(noise(len.into()));
            data.extend(is_data.then_some(start..payload.len() as u64));
        }
        (Just(data), carried(payload))
    })
}

/// `payload` in segments.
fn carried(payload: Vec<u8>) -> impl Strategy<Value = Stream> {
    let cuts = vec(any::<Index>(), 0..12);
    let again = vec((any::<Index>(), any::<Index>()), 0..6);
    (Just(payload), any::<u32>(), cuts, again).prop_flat_map(|(payload, isn, cuts, again)| {
        let len = payload.len();
        let mut borders: Vec<usize> = cuts.iter().map(|cut| cut.index(len)).chain([0, len]).collect();
        borders.sort_unstable();
        borders.dedup();
        let mut segments: Vec<(usize, usize)> = borders.windows(2).map(|pair| (pair[0], pair[1])).collect();
        segments.extend(again.iter().map(|(one, other)| {
            let (one, other) = (one.index(len), other.index(len));
            (one.min(other), one.max(other) + 1)
        }));
        (Just(payload), Just(SeqNumber(isn)), Just(segments).prop_shuffle())
            .prop_map(|(payload, isn, segments)| Stream { payload, isn, segments })
    })
}

/// A segment of the client's, ten milliseconds after the one before it.
fn push(table: &mut FlowTable, frame: u64, seq: SeqNumber, flags: u8, payload: &[u8]) {
    let time = Timestamp(i64::try_from(frame).unwrap() * 10_000_000);
    let segment = TcpSegment {
        source: Endpoint::new([10, 0, 0, 2].into(), 50_000),
        destination: Endpoint::new([10, 0, 0, 1].into(), 443),
        seq,
        ack: SeqNumber(1),
        flags: TcpFlags(flags),
        window: 1000,
        mss: None,
        window_scale: None,
        sack: None,
        payload,
        wire_len: u32::try_from(payload.len()).unwrap(),
        ttl: 64,
        ip_id: u16::try_from(frame).ok(),
        ip_len: 40,
    };
    table.push(&Packet {
        at: At { frame: FrameNumber::new(frame), time },
        source_mac: None,
        content: Content::Tcp(segment),
    });
}

/// One IP fragment of a UDP datagram.
#[derive(Debug, Clone)]
struct Piece {
    /// In units of eight octets.
    offset: u16,
    more: bool,
    octets: Vec<u8>,
}

/// Length 0 in the header: the IP length counts.
const UDP_HEADER: [u8; 8] = [0xc3, 0x50, 0, 99, 0, 0, 0, 0];

/// Fragments within forty units; whichever holds the datagram's start holds a UDP header there.
fn fragments() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (0_u16..40, 1_usize..16, any::<u8>(), prop::bool::weighted(0.8), 0_usize..8);
    let piece = piece.prop_map(|(offset, units, octet, more, tail)| {
        // Only the last fragment's length may be odd (RFC 791 §3.2).
        let mut octets = vec![octet; units * 8 - if more { 0 } else { tail }];
        if offset == 0 {
            octets.resize(octets.len().max(8), octet);
            octets[..8].copy_from_slice(&UDP_HEADER);
        }
        Piece { offset, more, octets }
    });
    vec(piece, 1..60)
}

impl Piece {
    fn ipv4(&self) -> Vec<u8> {
        let length = u16::try_from(20 + self.octets.len()).unwrap().to_be_bytes();
        let field = (self.offset | u16::from(self.more) << 13).to_be_bytes();
        let start = [0x45, 0, length[0], length[1], 0x12, 0x34, field[0], field[1], 64, 17, 0, 0];
        [&start[..], &[10, 0, 0, 1, 10, 0, 0, 2], &self.octets].concat()
    }

    fn ipv6(&self) -> Vec<u8> {
        let length = u16::try_from(8 + self.octets.len()).unwrap().to_be_bytes();
        let field = (self.offset << 3 | u16::from(self.more)).to_be_bytes();
        let address = |last| [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
        let fragment = [17, 0, field[0], field[1], 0, 0, 0x12, 0x34];
        let start = [0x60, 0, 0, 0, length[0], length[1], 44, 64];
        [&start[..], &address(1), &address(2), &fragment, &self.octets].concat()
    }
}

/// A datagram with a cell for each octet; the first octet for a cell stays.
#[derive(Default)]
struct Datagram {
    cells: BTreeMap<usize, u8>,
    total: Option<usize>,
}

impl Datagram {
    /// What is behind the UDP header, once the datagram is whole; then the next one begins. A packet that is no fragment is whole by
    /// itself.
    fn add(&mut self, piece: &Piece) -> Option<Vec<u8>> {
        if piece.offset == 0 && !piece.more {
            return Some(piece.octets[8..].to_vec());
        }
        let start = usize::from(piece.offset) * 8;
        for (at, &octet) in (start..).zip(&piece.octets) {
            self.cells.entry(at).or_insert(octet);
        }
        if !piece.more {
            self.total.get_or_insert(start + piece.octets.len());
        }
        let total = self.total?;
        let octets: Vec<u8> = (0..total).map_while(|at| self.cells.get(&at).copied()).collect();
        if octets.len() < total {
            return None;
        }
        *self = Self::default();
        Some(octets[8..].to_vec())
    }
}
