//! Reassembly against a model with one cell per octet.

use slp_pcap::flow::{Flow, FlowTable, Stream};
use slp_pcap::model::{At, Endpoint, FrameNumber, SeqNumber, Timestamp};
use slp_pcap::net::{Content, Packet, TcpFlags, TcpSegment};

/// Most segments of one run: what goes wrong needs few.
const SEGMENTS: usize = 200;

/// The same octets as inserts into a stream, and as segments of a connection.
pub fn check(data: &[u8]) {
    stream(data);
    connection(data);
}

/// Where and when frame `number` is.
fn at(number: u64) -> At {
    let millis = i64::try_from(number).unwrap_or(0);
    At { frame: FrameNumber::new(number), time: Timestamp(millis * 1_000_000) }
}

/// One cell per octet: what was there first, and its frame.
#[derive(Default)]
struct Naive(Vec<Option<(u8, u64)>>);

impl Naive {
    fn insert(&mut self, offset: usize, bytes: &[u8], wire_len: usize, frame: u64) {
        let end = offset + wire_len;
        self.0.resize(self.0.len().max(end), None);
        for (cell, byte) in self.0[offset..end].iter_mut().zip(bytes) {
            cell.get_or_insert((*byte, frame));
        }
    }

    fn agrees(&self, stream: &Stream) {
        assert_eq!(stream.kept(), self.0.iter().flatten().count() as u64);
        for (offset, cell) in (0..).zip(&self.0) {
            assert_eq!(stream.at(offset).map(|at| at.frame.get()), cell.map(|(_, frame)| frame));
            assert_eq!(stream.slice(offset..offset + 1).map(|octet| octet[0]), cell.map(|(octet, _)| octet));
        }
        let run: Vec<u8> = self.0.iter().map_while(|cell| cell.map(|(octet, _)| octet)).collect();
        assert_eq!(stream.contiguous(), run);
        let half = self.0.len() / 2;
        let frames =
            |cells: &[Option<(u8, u64)>]| cells.iter().flatten().map(|(_, at)| *at).collect::<Vec<_>>();
        let (head, tail) = (frames(&self.0[..half]), frames(&self.0[half..]));
        let border = half as u64;
        assert_eq!(stream.completed_at(0..border).map(|at| at.frame.get()), head.into_iter().max());
        let behind = stream.first_at(border..self.0.len() as u64);
        assert_eq!(behind.map(|at| at.frame.get()), tail.into_iter().min());
        let missing: u64 = stream.gaps().map(|gap| gap.end - gap.start).sum();
        assert_eq!(missing, stream.end() - stream.kept());
    }
}

fn stream(data: &[u8]) {
    let (mut stream, mut naive) = (Stream::default(), Naive::default());
    let mut end = 0;
    for (frame, step) in (1..).zip(data.chunks_exact(4).take(SEGMENTS)) {
        let offset = usize::from(step[0]) * 4 + usize::from(step[3] & 3);
        let wire_len = usize::from(step[1] % 64);
        let captured =
            if step[2] & 0x80 == 0 { wire_len } else { wire_len * usize::from(step[2] & 0x7f) / 128 };
        let bytes: Vec<u8> = (0..captured).map(|index| (step[3] ^ u8::from(index % 2 == 1)) & 3).collect();
        if step[2] == 7 {
            stream.reached(offset as u64);
            end = end.max(offset);
            continue;
        }
        let before = stream.kept();
        let added = stream.insert(offset as u64, &bytes, u32::from(step[1] % 64), at(frame));
        naive.insert(offset, &bytes, wire_len, frame);
        end = end.max(offset + wire_len);
        assert_eq!(stream.kept(), before + added);
    }
    assert_eq!(stream.end(), end as u64);
    naive.agrees(&stream);
    let known = stream.conflicts().len() as u64;
    assert!(known <= stream.conflict_count());
    for conflict in stream.conflicts() {
        assert!(conflict.range.start < conflict.range.end && conflict.kept.frame != conflict.dropped.frame);
    }
}

/// Octet `index` of what the client sends: no eight in a row come twice.
fn octet(index: u32) -> u8 {
    index.wrapping_mul(0x9e37_79b1).to_be_bytes()[0]
}

/// A client's segments in the order, the sizes and with the repetitions that `data` says, from a server that may acknowledge.
fn connection(data: &[u8]) {
    let Some((head, steps)) = data.split_first_chunk::<6>() else { return };
    let isn = SeqNumber(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
    let (with_syn, with_acks) = (head[4] & 1 == 1, head[5] & 1 == 1);
    let (mut table, mut naive) = (FlowTable::new(), Naive::default());
    let client = Endpoint::new([10, 0, 0, 2].into(), 50_000);
    let server = Endpoint::new([10, 0, 0, 1].into(), 443);
    let mut frame = 0;
    let mut push = |table: &mut FlowTable, segment: TcpSegment<'_>| {
        frame += 1;
        table.push(&Packet { at: at(frame), source_mac: None, content: Content::Tcp(segment) });
        frame
    };
    if with_syn {
        push(&mut table, TcpSegment { seq: isn, flags: TcpFlags(TcpFlags::SYN), ..bare(client, server) });
    }
    for (id, step) in (1..).zip(steps.chunks_exact(3).take(SEGMENTS)) {
        let start = u32::from(step[0]) * 8 + u32::from(step[2] & 7);
        let len = u32::from(step[1] % 100);
        let payload: Vec<u8> = (start..start + len).map(octet).collect();
        if with_acks && step[2] & 0x40 != 0 {
            let ack = isn + 1 + start;
            push(&mut table, TcpSegment { ack, ..bare(server, client) });
            continue;
        }
        let seq = isn + 1 + start;
        let ip_id = Some(id);
        let number = push(
            &mut table,
            TcpSegment { seq, payload: &payload, wire_len: len, ip_id, ..bare(client, server) },
        );
        naive.insert(start as usize, &payload, payload.len(), number);
    }
    let flows: Vec<Flow> = table.finish().collect();
    let Some(flow) = flows.first() else { return };
    assert_eq!(flows.len(), 1);
    assert!(!flow.from_client.stream.overflowed());
    sane(flow);
    let stream = &flow.from_client.stream;
    if with_syn && !with_acks {
        naive.agrees(stream);
    } else if with_syn {
        // A repeated last octet that was acknowledged is a keep-alive, so less may be kept: never anything else.
        assert!(
            (0..stream.end())
                .zip(0..)
                .all(|(at, index)| { stream.slice(at..at + 1).is_none_or(|there| there[0] == octet(index)) })
        );
    } else {
        let kept = stream.contiguous();
        let sent: Vec<u8> = (0..8 * 256 + 107).map(octet).collect();
        assert!(kept.is_empty() || sent.windows(kept.len()).any(|window| window == kept));
    }
}

/// What holds for any flow.
fn sane(flow: &Flow) {
    assert_eq!(flow.frames, flow.from_client.frames + flow.from_server.frames);
    assert!(flow.segments.len() as u64 + flow.segments_omitted <= flow.frames);
    for half in [&flow.from_client, &flow.from_server] {
        let missing: u64 = half.stream.uncaptured().map(|gap| gap.end - gap.start).sum();
        assert!(missing <= half.stream.end());
        assert!(half.retransmissions + half.out_of_order <= half.frames);
    }
}

fn bare(source: Endpoint, destination: Endpoint) -> TcpSegment<'static> {
    TcpSegment {
        source,
        destination,
        seq: SeqNumber(0),
        ack: SeqNumber(0),
        flags: TcpFlags(if source.port == 443 { TcpFlags::ACK } else { 0 }),
        window: 1000,
        mss: None,
        window_scale: None,
        sack: None,
        payload: &[],
        wire_len: 0,
        ttl: 64,
        ip_id: None,
        ip_len: 40,
    }
}
