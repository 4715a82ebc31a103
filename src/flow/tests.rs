//! The hard cases of TCP, with segments made by hand.

use std::net::IpAddr;

use crate::limits::{FLOWS, SEGMENTS_HEAD, SEGMENTS_TAIL, STREAM_OCTETS};
use crate::model::{At, Endpoint, FrameNumber, SeqNumber, Timestamp};
use crate::net::{Content, IcmpError, Packet, Quoted, TcpFlags, TcpSegment};

use super::SegmentClass::{AfterGap, KeepAlive, Normal, OutOfOrder, Retransmission, ZeroWindowProbe};
use super::{Flow, FlowTable, RoleEvidence, Segment, SegmentClass};

const SYN: u8 = TcpFlags::SYN;
const ACK: u8 = TcpFlags::ACK;
const FIN: u8 = TcpFlags::FIN;
const RST: u8 = TcpFlags::RST;
/// The client's and the server's initial sequence number; the client's wraps soon.
const C: u32 = u32::MAX - 3;
const S: u32 = 7000;

/// A capture in the making: frames one millisecond apart, each with its own IP identification.
struct Tape {
    table: FlowTable,
    frame: u64,
    millis: i64,
    window: u16,
    port: u16,
    streams: Vec<Option<u32>>,
}

impl Tape {
    fn new() -> Self {
        Self { table: FlowTable::new(), frame: 0, millis: 0, window: 4128, port: 50000, streams: Vec::new() }
    }

    fn client(&self) -> Endpoint {
        Endpoint::new([10, 0, 0, 1].into(), self.port)
    }

    fn server() -> Endpoint {
        Endpoint::new([10, 0, 0, 2].into(), 443)
    }

    fn at(&mut self) -> At {
        self.frame += 1;
        self.millis += 1;
        At { frame: FrameNumber::new(self.frame), time: Timestamp(self.millis * 1_000_000) }
    }

    fn segment<'a>(&self, client: bool, seq: u32, ack: u32, flags: u8, payload: &'a [u8]) -> TcpSegment<'a> {
        let (source, destination) =
            if client { (self.client(), Self::server()) } else { (Self::server(), self.client()) };
        TcpSegment {
            source,
            destination,
            seq: SeqNumber(seq),
            ack: SeqNumber(ack),
            flags: TcpFlags(flags),
            window: self.window,
            mss: None,
            window_scale: None,
            sack: None,
            payload,
            wire_len: u32::try_from(payload.len()).unwrap(),
            ttl: 255,
            ip_id: Some(u16::try_from(self.frame % 60000).unwrap() + 1),
            ip_len: 40 + u32::try_from(payload.len()).unwrap(),
        }
    }

    fn push(&mut self, segment: TcpSegment<'_>) -> &mut Self {
        let at = self.at();
        let stream = self.table.push(&Packet { at, source_mac: None, content: Content::Tcp(segment) });
        self.streams.push(stream);
        self
    }

    /// From the client; sequence numbers relative to the ISNs.
    fn c(&mut self, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> &mut Self {
        self.push(self.segment(true, C.wrapping_add(seq), S.wrapping_add(ack), flags, payload))
    }

    /// From the server.
    fn s(&mut self, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> &mut Self {
        self.push(self.segment(false, S.wrapping_add(seq), C.wrapping_add(ack), flags, payload))
    }

    fn handshake(&mut self) -> &mut Self {
        self.c(0, 0, SYN, b"").s(0, 1, SYN | ACK, b"").c(1, 1, ACK, b"")
    }

    fn pause(&mut self, millis: i64) -> &mut Self {
        self.millis += millis;
        self
    }

    fn icmp(&mut self, quoted: Quoted) -> &mut Self {
        let at = self.at();
        let source: IpAddr = [10, 0, 0, 9].into();
        let destination = quoted.source.ip;
        let error = IcmpError { source, destination, v6: false, kind: 3, code: 13, mtu: None, quoted };
        let stream = self.table.push(&Packet { at, source_mac: None, content: Content::IcmpError(error) });
        self.streams.push(stream);
        self
    }

    fn quote(&self, seq: u32, flags: Option<u8>) -> Quoted {
        Quoted {
            protocol: 6,
            source: self.client(),
            destination: Self::server(),
            seq: Some(SeqNumber(C.wrapping_add(seq))),
            flags: flags.map(TcpFlags),
            udp_head: None,
            total_len: 44,
        }
    }

    fn flows(&mut self) -> Vec<Flow> {
        std::mem::take(&mut self.table).finish().collect()
    }

    fn flow(&mut self) -> Flow {
        let mut flows = self.flows();
        assert_eq!(flows.len(), 1);
        flows.remove(0)
    }
}

fn frames(list: &[At]) -> Vec<u64> {
    list.iter().map(|at| at.frame.get()).collect()
}

fn classes(flow: &Flow) -> Vec<SegmentClass> {
    flow.segments.iter().map(|segment| segment.class).collect()
}

fn segment(flow: &Flow, index: usize) -> Segment {
    flow.segments.iter().nth(index).expect("a segment")
}

#[test]
fn a_whole_connection_across_the_sequence_wrap() {
    let flow = Tape::new()
        .handshake()
        .c(1, 1, ACK, b"hello ")
        .c(7, 1, ACK, b"world")
        .s(1, 12, ACK, b"hi")
        .c(12, 3, FIN | ACK, b"")
        .s(3, 13, FIN | ACK, b"")
        .c(13, 4, ACK, b"")
        .flow();
    assert_eq!((flow.client.port, flow.server.port, flow.roles), (50000, 443, RoleEvidence::Handshake));
    assert_eq!((frames(&flow.syns), frames(&flow.syn_acks)), (vec![1], vec![2]));
    assert_eq!(flow.established.unwrap().frame.get(), 3);
    let (client, server) = (&flow.from_client, &flow.from_server);
    assert_eq!((client.stream.contiguous(), server.stream.contiguous()), (&b"hello world"[..], &b"hi"[..]));
    assert_eq!((client.isn, server.isn), (Some(SeqNumber(C)), Some(SeqNumber(S))));
    assert_eq!((client.acknowledged, server.acknowledged), (11, 2));
    assert!(client.fin_acknowledged && server.fin_acknowledged);
    assert_eq!((client.fin.unwrap().1, client.fin.unwrap().0.frame.get(), server.fin.unwrap().1), (11, 7, 2));
    assert_eq!(client.stream.completed_at(0..11).unwrap().frame.get(), 5);
    let offsets: Vec<_> = flow.segments.iter().map(|segment| (segment.offset, segment.ack)).collect();
    assert_eq!(offsets[..4], [(-1, None), (-1, Some(0)), (0, Some(0)), (0, Some(0))]);
    assert!(classes(&flow).iter().all(|class| *class == Normal));
}

#[test]
fn a_reset_alone() {
    let flow = Tape::new().push(Tape::new().segment(false, 0, C.wrapping_add(1), RST | ACK, b"")).flow();
    assert_eq!((flow.client.port, flow.roles), (50000, RoleEvidence::Ports));
    let reset = flow.from_server.resets[0];
    assert_eq!((reset.offset, reset.ack), (None, Some(0)));
    // Sequence number 0 says that a SYN was refused: so its number is known.
    assert_eq!((flow.from_client.isn, flow.from_server.isn), (Some(SeqNumber(C)), None));
}

#[test]
fn a_refused_syn() {
    let mut tape = Tape::new();
    let flow =
        tape.c(0, 0, SYN, b"").push(Tape::new().segment(false, 0, C.wrapping_add(1), RST | ACK, b"")).flow();
    assert_eq!(flow.from_server.resets[0].ack, Some(0));
    assert_eq!((flow.established, flow.from_client.acknowledged), (None, 0));
    // A firewall's reset: sequence ISN+1, no ACK.
    let flow = Tape::new().c(0, 0, SYN, b"").s(1, 0, RST, b"").flow();
    assert_eq!((flow.from_server.resets[0].offset, flow.from_server.resets[0].ack), (None, None));
}

#[test]
fn data_before_the_syn_and_instead_of_it() {
    let mut tape = Tape::new();
    let flow = tape.c(1, 1, ACK, b"abc").c(0, 0, SYN, b"").s(0, 4, SYN | ACK, b"").flow();
    assert_eq!(
        (flow.from_client.stream.contiguous(), flow.from_client.isn),
        (&b"abc"[..], Some(SeqNumber(C)))
    );
    assert_eq!(
        (frames(&flow.syns), frames(&flow.syn_acks), tape.streams.clone()),
        (vec![2], vec![3], vec![Some(0); 3])
    );
    let flow = Tape::new().s(501, 301, ACK, b"late").c(301, 505, ACK, b"x").flow();
    assert_eq!((flow.client.port, flow.from_server.stream.contiguous()), (50000, &b"late"[..]));
    assert_eq!((flow.from_server.isn, flow.from_server.acknowledged, flow.established), (None, 4, None));
}

#[test]
fn a_gap_at_the_start_and_a_guess_moved_back() {
    let flow = Tape::new().handshake().c(6, 1, ACK, b"tail").flow();
    assert_eq!(flow.from_client.stream.contiguous(), b"");
    assert_eq!(flow.from_client.stream.readable_from(5), b"tail");
    assert_eq!(flow.from_client.stream.gaps().collect::<Vec<_>>(), vec![0..5; 1]);
    assert_eq!(segment(&flow, 3).class, AfterGap);
    let flow = Tape::new().c(106, 1, ACK, b"tail").c(101, 1, ACK, b"head ").s(1, 110, ACK, b"").flow();
    assert_eq!(flow.from_client.stream.contiguous(), b"head tail");
    assert_eq!((segment(&flow, 0).offset, segment(&flow, 1).offset, segment(&flow, 2).ack), (5, 0, Some(9)));
    assert_eq!(flow.from_client.acknowledged, 9);
}

#[test]
fn zero_window_probes_and_keep_alives() {
    let mut tape = Tape::new();
    tape.handshake().c(1, 1, ACK, b"abc").window = 0;
    tape.s(1, 4, ACK, b"").window = 4128;
    tape.c(4, 1, ACK, b"d").c(4, 1, ACK, b"d").s(1, 4, ACK, b"").c(4, 1, ACK, b"def").s(1, 7, ACK, b"");
    let flow = tape.c(6, 1, ACK, b"\0").c(6, 1, ACK, b"").s(1, 7, ACK, b"").s(0, 7, ACK, b"").flow();
    assert_eq!(flow.from_client.stream.contiguous(), b"abcdef");
    assert_eq!((flow.from_client.stream.conflict_count(), flow.from_server.zero_windows), (0, 1));
    let expected =
        [ZeroWindowProbe, ZeroWindowProbe, Normal, Normal, Normal, KeepAlive, KeepAlive, Normal, KeepAlive];
    assert_eq!(classes(&flow)[5..], expected);
}

#[test]
fn late_packets_and_retransmissions() {
    let mut tape = Tape::new();
    tape.handshake().c(1, 1, ACK, b"aa").c(5, 1, ACK, b"cc").c(3, 1, ACK, b"bb");
    tape.pause(300).c(5, 1, ACK, b"cc").c(9, 1, ACK, b"ee").pause(300).c(7, 1, ACK, b"dd");
    let flow = tape.flow();
    assert_eq!(flow.from_client.stream.contiguous(), b"aabbccddee");
    assert_eq!(classes(&flow)[3..], [Normal, AfterGap, OutOfOrder, Retransmission, AfterGap, Retransmission]);
    assert_eq!((flow.from_client.out_of_order, flow.from_client.retransmissions), (1, 2));
    assert_eq!([4, 6].map(|octet| flow.from_client.stream.at(octet).unwrap().frame.get()), [5, 9]);
}

#[test]
fn copies_of_a_frame_are_no_retransmissions() {
    let mut tape = Tape::new();
    let syn = tape.segment(true, C, 0, SYN, b"");
    tape.push(syn).push(TcpSegment { ttl: 254, ..syn }).pause(2000);
    let again = tape.segment(true, C, 0, SYN, b"");
    tape.push(again).push(again);
    // No identification: the copy comes at once, the retransmission after its timer.
    let syn_ack = TcpSegment { ip_id: Some(0), ..tape.segment(false, S, C.wrapping_add(1), SYN | ACK, b"") };
    let flow = tape.push(syn_ack).push(syn_ack).pause(200).push(syn_ack).flow();
    assert_eq!((frames(&flow.syns), frames(&flow.syn_acks)), (vec![1, 3], vec![5, 7]));
    assert_eq!((flow.from_client.duplicates, flow.from_server.duplicates, flow.frames), (2, 1, 7));
    assert_eq!(flow.from_client.ttl, Some((255, 255)));
    let mut tape = Tape::new();
    tape.handshake();
    let data = TcpSegment { ip_id: None, ..tape.segment(true, C.wrapping_add(1), S + 1, ACK, b"data") };
    let reset =
        TcpSegment { ip_id: Some(9), ..tape.segment(false, S + 1, C.wrapping_add(5), RST | ACK, b"") };
    tape.push(data).push(data).pause(250).push(data).push(reset).push(reset);
    let flow = tape.push(TcpSegment { ip_id: Some(10), ..reset }).flow();
    assert_eq!((flow.from_client.duplicates, flow.from_client.retransmissions), (1, 1));
    assert_eq!((flow.from_server.duplicates, flow.from_server.resets.len()), (1, 2));
}

#[test]
fn data_on_syn_and_syn_ack() {
    let mut tape = Tape::new();
    let flow = tape.c(0, 0, SYN, b"early").s(0, 6, SYN | ACK, b"quick").c(6, 6, ACK, b" more").flow();
    assert_eq!(flow.from_client.stream.contiguous(), b"early more");
    assert_eq!(flow.from_server.stream.contiguous(), b"quick");
    assert_eq!((frames(&flow.syn_acks), flow.established.unwrap().frame.get()), (vec![2], 3));
    // The server may take only the SYN: the data comes again.
    let flow = Tape::new().c(0, 0, SYN, b"early").s(0, 1, SYN | ACK, b"").c(1, 1, ACK, b"early").flow();
    assert_eq!((flow.from_client.retransmissions, flow.from_client.stream.contiguous()), (1, &b"early"[..]));
}

#[test]
fn fin_before_data_data_after_fin_and_fin_then_reset() {
    let mut tape = Tape::new();
    let flow = tape.handshake().s(6, 1, FIN | ACK, b"").s(1, 1, ACK, b"hello").c(1, 7, ACK, b"").flow();
    assert_eq!((flow.from_server.fin.unwrap().1, flow.from_server.stream.contiguous()), (5, &b"hello"[..]));
    assert_eq!((segment(&flow, 3).class, flow.from_server.acknowledged), (AfterGap, 5));
    let flow = Tape::new().handshake().s(6, 1, FIN | ACK, b"").flow();
    assert_eq!(flow.from_server.stream.gaps().collect::<Vec<_>>(), vec![0..5; 1]);
    // One from before the first octet is none of this connection's.
    let flow = Tape::new().handshake().s(u32::MAX - 5000, 1, FIN | ACK, b"").s(1, 1, FIN | ACK, b"").flow();
    assert_eq!(flow.from_server.fin.map(|(at, offset)| (at.frame.get(), offset)), Some((5, 0)));
    let mut tape = Tape::new();
    tape.handshake().c(1, 1, FIN | ACK, b"").pause(300).c(1, 1, FIN | ACK, b"").c(2, 1, ACK, b"no");
    let flow = tape.c(2, 0, RST, b"").s(1, 2, ACK, b"half-open").flow();
    assert_eq!((flow.from_client.fin.unwrap().0.frame.get(), segment(&flow, 4).class), (4, Retransmission));
    assert_eq!(
        (flow.from_client.resets[0].offset, flow.from_server.stream.contiguous()),
        (Some(1), &b"half-open"[..])
    );
}

#[test]
fn ports_used_again() {
    let mut tape = Tape::new();
    tape.handshake().s(1, 1, RST | ACK, b"").pause(1).c(1, 1, ACK, b"");
    tape.c(5000, 0, SYN, b"").c(5000, 0, SYN, b"").s(9000, 5001, SYN | ACK, b"").c(6000, 0, SYN, b"");
    assert_eq!(tape.streams, [0, 0, 0, 0, 0, 1, 1, 1, 2].map(Some));
    assert_eq!(tape.table.drain_finished().count(), 2);
    let flow = tape.flow();
    assert_eq!((flow.stream, flow.frames), (Some(2), 1));
    // The old connection's host answers the new SYN with its own numbers (RFC 9293 §3.5.1).
    let mut tape = Tape::new();
    tape.handshake().c(70_000_000, 0, SYN, b"").s(1, 1, ACK, b"").c(1, 0, RST, b"").pause(1000);
    tape.c(70_000_000, 0, SYN, b"").s(800_000_000, 70_000_001, SYN | ACK, b"").s(
        800_000_001,
        70_000_001,
        ACK,
        b"x",
    );
    let flow = tape.flows().remove(1);
    assert_eq!((flow.syns.len(), flow.syn_acks.len(), flow.from_client.acknowledged), (2, 1, 0));
    assert_eq!(
        (flow.from_server.isn, flow.from_server.stream.contiguous()),
        (Some(SeqNumber(S + 800_000_000)), &b"x"[..])
    );
}

#[test]
fn a_second_syn_ack_with_another_number() {
    let mut tape = Tape::new();
    tape.c(0, 0, SYN, b"").s(0, 1, SYN | ACK, b"").s(100_000_000, 1, SYN | ACK, b"").c(
        1,
        100_000_001,
        ACK,
        b"",
    );
    let flow = tape.s(100_000_001, 1, ACK, b"yes").flow();
    assert_eq!(
        (flow.from_server.isn, flow.from_server.stream.contiguous()),
        (Some(SeqNumber(S + 100_000_000)), &b"yes"[..])
    );
    assert_eq!((flow.other_isns[0].1, flow.syn_acks.len()), (SeqNumber(S), 2));
    // A SYN-ACK that acknowledges another SYN is no answer.
    let flow = Tape::new().c(0, 0, SYN, b"").s(0, 500, SYN | ACK, b"").flow();
    assert_eq!((flow.syn_acks.len(), flow.from_server.isn, flow.from_client.acknowledged), (0, None, 0));
}

#[test]
fn acknowledged_but_not_captured() {
    let mut tape = Tape::new();
    let flow = tape.s(0, 1, SYN | ACK, b"").s(1, 518, ACK, b"").s(1, 518, ACK, b"answer").flow();
    assert_eq!(
        (flow.from_client.frames, flow.from_client.acknowledged, flow.from_client.isn),
        (0, 517, Some(SeqNumber(C)))
    );
    assert_eq!((flow.client.port, frames(&flow.syn_acks), flow.established), (50000, vec![1], None));
    // Data from the other side, not acknowledging: nothing is proved.
    let flow = Tape::new().handshake().s(1, 1, ACK, b"banner").c(1, 900_000_000, ACK, b"").flow();
    assert_eq!((flow.from_client.acknowledged, flow.from_server.acknowledged), (0, 0));
    // Only the client's side: its first ACK tells the server's initial sequence number.
    let flow =
        Tape::new().c(0, 0, SYN, b"").c(1, 1, ACK, b"").c(1, 1, ACK, b"hello").c(6, 301, ACK, b"").flow();
    assert_eq!((flow.from_server.isn, flow.from_server.acknowledged), (Some(SeqNumber(S)), 300));
    assert_eq!(flow.established.unwrap().frame.get(), 2);
}

#[test]
fn the_first_of_conflicting_octets_stays() {
    let mut tape = Tape::new();
    let flow = tape.handshake().c(1, 1, ACK, b"first").c(1, 1, ACK, b"fiRST+").flow();
    let stream = &flow.from_client.stream;
    assert_eq!((stream.contiguous(), stream.conflict_count()), (&b"first+"[..], 1));
    let conflict = &stream.conflicts()[0];
    assert_eq!(
        (conflict.range.clone(), conflict.kept.frame.get(), conflict.dropped.frame.get()),
        (2..5, 4, 5)
    );
    assert_eq!((stream.at(4).unwrap().frame.get(), stream.at(5).unwrap().frame.get()), (4, 5));
}

#[test]
fn octets_far_from_an_acknowledged_number_are_kept() {
    let flow = Tape::new().c(1, 1_600_000_000, ACK, b"question").s(1, 9, ACK, b"answer").flow();
    assert_eq!(flow.from_server.stream.contiguous(), b"answer");
}

#[test]
fn cut_frames_leave_gaps() {
    let mut tape = Tape::new();
    tape.handshake();
    let cut = TcpSegment { wire_len: 10, ..tape.segment(true, C.wrapping_add(1), S + 1, ACK, b"abc") };
    let flow = tape.push(cut).c(11, 1, ACK, b"z").pause(300).push(cut).flow();
    assert!(flow.from_client.cut);
    assert_eq!(flow.from_client.stream.gaps().collect::<Vec<_>>(), vec![3..10; 1]);
    assert_eq!((flow.from_client.stream.uncaptured().count(), flow.from_client.retransmissions), (0, 1));
    assert_eq!(flow.from_client.stream.slice(0..4), None);
}

#[test]
fn simultaneous_open() {
    let mut tape = Tape::new();
    let flow =
        tape.c(0, 0, SYN, b"").s(0, 0, SYN, b"").c(0, 1, SYN | ACK, b"").s(0, 1, SYN | ACK, b"").flow();
    assert_eq!((flow.client.port, flow.syns.len(), flow.syn_acks.len()), (50000, 1, 1));
    assert_eq!((flow.from_client.isn, flow.from_server.isn), (Some(SeqNumber(C)), Some(SeqNumber(S))));
}

#[test]
fn icmp_errors_find_their_connection() {
    let mut tape = Tape::new();
    let (short, full) = (tape.quote(0, None), tape.quote(0, Some(SYN)));
    tape.c(0, 0, SYN, b"").icmp(short).c(0, 0, SYN, b"").icmp(full);
    assert_eq!(tape.streams, [Some(0); 4]);
    let flow = tape.flow();
    assert_eq!((flow.icmp.len(), flow.frames, flow.from_client.acknowledged), (2, 2, 0));
    // A SYN never seen: tshark counts a stream only if enough of it is quoted.
    let mut tape = Tape::new();
    tape.icmp(short);
    tape.port = 50001;
    let full = tape.quote(0, Some(SYN));
    tape.icmp(full);
    assert_eq!(tape.streams, [None, Some(0)]);
    let flows = tape.flows();
    assert_eq!(
        (flows[0].client.port, flows[0].syns.len(), flows[0].from_client.isn),
        (50000, 0, Some(SeqNumber(C)))
    );
    // The SYN comes later after all.
    let mut tape = Tape::new();
    tape.icmp(short).c(0, 0, SYN, b"").icmp(Quoted { seq: Some(SeqNumber(C - 900)), ..short });
    assert_eq!((tape.streams.clone(), tape.flow().icmp.len()), (vec![None, Some(0), None], 1));
}

#[test]
fn roles_can_be_swapped() {
    let mut flow = Tape::new().c(1, 1, ACK, b"abc").s(1, 4, ACK, b"d").flow();
    flow.swap_roles();
    assert_eq!((flow.client.port, flow.from_server.stream.contiguous()), (443, &b"abc"[..]));
    assert_eq!(segment(&flow, 0).direction, crate::model::Direction::FromServer);
}

#[test]
fn long_connections_keep_head_and_tail() {
    let mut tape = Tape::new();
    tape.handshake();
    for n in 0..3000 {
        tape.c(1 + n * 1000, 1, ACK, &[7; 1000]);
    }
    let flow = tape.flow();
    assert_eq!(flow.segments.len(), SEGMENTS_HEAD + SEGMENTS_TAIL);
    assert_eq!(flow.segments_omitted, flow.frames - flow.segments.len() as u64);
    assert_eq!((flow.from_client.stream.kept(), flow.from_client.stream.end()), (STREAM_OCTETS, 3_000_000));
    assert!(flow.from_client.stream.overflowed());
    assert_eq!(flow.from_client.retransmissions + flow.from_client.out_of_order, 0);
}

#[test]
fn closed_connections_leave_and_keep_their_number() {
    let mut tape = Tape::new();
    tape.handshake().c(1, 1, RST, b"").pause(120_000);
    tape.port = 50001;
    for _ in 0..crate::limits::SWEEP_PACKETS {
        tape.c(0, 0, SYN, b"");
    }
    let flows: Vec<_> = tape.table.drain_finished().collect();
    assert_eq!((flows.len(), flows[0].stream), (1, Some(0)));
    tape.port = 50000;
    tape.streams.clear();
    tape.s(1, 1, ACK, b"").c(9999, 0, SYN, b"");
    assert_eq!((tape.streams, tape.table.limits_reached().late_frames), (vec![Some(0), Some(2)], 1));
}

#[test]
fn a_connection_of_which_one_direction_is_captured_leaves_when_that_one_closes() {
    let mut tape = Tape::new();
    tape.s(0, 1, SYN | ACK, b"").s(1, 1, ACK, b"answer").s(7, 1, FIN | ACK, b"").pause(120_000);
    tape.port = 50001;
    for _ in 0..crate::limits::SWEEP_PACKETS {
        tape.c(0, 0, SYN, b"");
    }
    let flows: Vec<_> = tape.table.drain_finished().collect();
    assert_eq!((flows.len(), flows[0].stream, flows[0].from_server.stream.end()), (1, Some(0), 6));
}

#[test]
fn the_number_of_connections_is_bounded() {
    let mut tape = Tape::new();
    let mut drained = 0;
    for n in 0..u32::try_from(FLOWS).unwrap() * 2 {
        let mut syn = tape.segment(true, n, 0, SYN, b"");
        syn.source.ip = IpAddr::from(n.to_be_bytes());
        tape.push(syn);
        drained += tape.table.drain_finished().count();
    }
    assert_eq!(tape.table.limits_reached().evicted, drained as u64);
    assert_eq!(drained + tape.flows().len(), FLOWS * 2);
    assert_eq!(tape.streams.last(), Some(&Some(u32::try_from(FLOWS).unwrap() * 2 - 1)));
}

#[test]
fn a_flood_of_syns_leaves_a_connection_that_waits() {
    let mut tape = Tape::new();
    tape.handshake().c(1, 1, ACK, b"request");
    for n in 0..u32::try_from(FLOWS).unwrap() * 2 {
        let mut syn = tape.segment(true, n, 0, SYN, b"");
        syn.source.ip = IpAddr::from(n.to_be_bytes());
        tape.push(syn);
        tape.table.drain_finished().for_each(drop);
    }
    tape.s(1, 8, ACK, b"answer");
    assert!(tape.table.limits_reached().evicted > 0);
    let flows = tape.flows();
    let waiting = flows.iter().find(|flow| flow.stream == Some(0)).unwrap();
    assert_eq!(waiting.from_client.stream.contiguous(), b"request");
    assert_eq!((waiting.from_server.stream.contiguous(), waiting.frames), (&b"answer"[..], 5));
}

#[test]
fn random_segments_never_panic() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let payload = [0u8; 300];
    for _ in 0..300 {
        let mut tape = Tape::new();
        for _ in 0..200 {
            let near = |n: u64| u32::try_from(n % 600).unwrap();
            let wild = |n: u64| u32::try_from(n & 0xffff_ffff).unwrap();
            let number = |a: u64, b: u64| if a.is_multiple_of(8) { wild(b) } else { C.wrapping_add(near(b)) };
            let flags = u8::try_from(random() & 31).unwrap() & u8::try_from(random() & 31).unwrap();
            let len = usize::try_from(random() % 300).unwrap() * usize::from(random().is_multiple_of(2));
            tape.window = u16::try_from(random() % 3).unwrap();
            let client = random().is_multiple_of(2);
            let mut segment = tape.segment(
                client,
                number(random(), random()),
                number(random(), random()),
                flags,
                &payload[..len],
            );
            segment.wire_len += near(random()) * u32::from(random().is_multiple_of(9));
            tape.pause(i64::try_from(random() % 100).unwrap() - 20).push(segment);
            if random().is_multiple_of(20) {
                let quote = tape.quote(near(random()), (random().is_multiple_of(2)).then_some(flags));
                tape.icmp(quote);
            }
        }
        for flow in tape.flows() {
            for half in [&flow.from_client, &flow.from_server] {
                assert!(half.stream.kept() <= half.stream.end());
                assert_eq!(
                    half.stream.gaps().map(|gap| gap.end - gap.start).sum::<u64>() + half.stream.kept(),
                    half.stream.end().min(STREAM_OCTETS)
                );
            }
        }
    }
}

#[test]
fn numbers_go_by_the_order_in_the_file() {
    let mut tape = Tape::new();
    // Read in order of their times: the file has 50001 first, then 50000, whose second frame stands before 50002's.
    for (port, frame) in [(50000, 2), (50001, 1), (50002, 5), (50000, 4), (50002, 3)] {
        tape.port = port;
        let syn = tape.segment(true, C, 0, SYN, b"");
        let at = At { frame: FrameNumber::new(frame), time: Timestamp(0) };
        tape.table.push(&Packet { at, source_mac: None, content: Content::Tcp(syn) });
    }
    let mut numbers: Vec<_> =
        tape.flows().iter().map(|flow| (flow.client.port, flow.stream.unwrap())).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [(50000, 1), (50001, 0), (50002, 2)]);
}

#[test]
fn a_broken_header_takes_a_number_and_nothing_else() {
    let mut tape = Tape::new();
    let broken = tape.segment(true, C, 0, SYN, b"");
    let at = tape.at();
    let push = |tape: &mut Tape, content| tape.table.push(&Packet { at, source_mac: None, content });
    assert_eq!(push(&mut tape, Content::BrokenTcp(broken)), Some(0));
    assert_eq!(push(&mut tape, Content::BrokenTcp(broken)), Some(0));
    tape.port = 50001;
    tape.handshake();
    let flow = tape.flow();
    assert_eq!((flow.client.port, flow.stream), (50001, Some(1)));
}

#[test]
fn a_segment_that_repeats_and_goes_on_was_sent_again() {
    let mut tape = Tape::new();
    tape.handshake().c(1, 1, ACK, b"aa").pause(300).c(1, 1, ACK, b"aabb").c(5, 1, ACK, b"cc");
    let flow = tape.flow();
    assert_eq!(classes(&flow)[3..], [Normal, Retransmission, Normal]);
    assert_eq!(flow.from_client.stream.contiguous(), b"aabbcc");
}
