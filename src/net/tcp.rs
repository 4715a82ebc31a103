//! TCP headers (RFC 9293 §3.1) and the options that matter.

use etherparse::tcp_option::{
    KIND_END, KIND_MAXIMUM_SEGMENT_SIZE, KIND_NOOP, KIND_SELECTIVE_ACK, KIND_WINDOW_SCALE,
};

use super::ip::IpPacket;
use super::packet::{TcpFlags, TcpSegment};
use crate::model::{Endpoint, SeqNumber};

/// Octets of a header without options.
const MIN_HEADER: usize = 20;

/// The segment in an IP packet of protocol TCP; `None` where the header is cut before its options or its length cannot be.
#[inline]
pub(super) fn parse<'a>(packet: &IpPacket<'a>) -> Option<TcpSegment<'a>> {
    let octets = packet.payload;
    let (header, options) = octets.header::<MIN_HEADER>()?;
    let header_len = usize::from(header[12] >> 4) * 4;
    if header_len < MIN_HEADER || header_len > octets.wire as usize {
        return None;
    }
    let payload = octets.after_cut(header_len);
    let options = options.captured.get(..header_len - MIN_HEADER).unwrap_or(options.captured);
    let &[s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, _, flags, w0, w1, ..] = header;
    let ack = SeqNumber(u32::from_be_bytes([a0, a1, a2, a3]));
    let options = Options::read(options, ack);
    Some(TcpSegment {
        source: Endpoint::new(packet.source, u16::from_be_bytes([s0, s1])),
        destination: Endpoint::new(packet.destination, u16::from_be_bytes([d0, d1])),
        seq: SeqNumber(u32::from_be_bytes([q0, q1, q2, q3])),
        ack,
        flags: TcpFlags(flags),
        window: u16::from_be_bytes([w0, w1]),
        mss: options.mss,
        window_scale: options.window_scale,
        sack: options.sack,
        payload: payload.captured,
        wire_len: payload.wire,
        ttl: packet.ttl,
        ip_id: packet.id,
        ip_len: packet.total_len(),
    })
}

#[derive(Default)]
struct Options {
    mss: Option<u16>,
    window_scale: Option<u8>,
    sack: Option<(SeqNumber, SeqNumber)>,
}

impl Options {
    /// Reads what is readable. By hand: etherparse's iterator stops at the first option it does not know.
    fn read(octets: &[u8], ack: SeqNumber) -> Self {
        let mut options = Self::default();
        let mut rest = octets;
        while let Some((&kind, after)) = rest.split_first() {
            match kind {
                KIND_END => break,
                KIND_NOOP => rest = after,
                _ => {
                    let length = after.first().copied().map_or(0, usize::from);
                    let Some((option, next)) = rest.split_at_checked(length) else { break };
                    let Some(value) = option.get(2..) else { break };
                    options.note(kind, value, ack);
                    rest = next;
                }
            }
        }
        options
    }

    fn note(&mut self, kind: u8, value: &[u8], ack: SeqNumber) {
        match (kind, value) {
            (KIND_MAXIMUM_SEGMENT_SIZE, &[high, low]) => self.mss = Some(u16::from_be_bytes([high, low])),
            (KIND_WINDOW_SCALE, &[shift]) => self.window_scale = Some(shift),
            (KIND_SELECTIVE_ACK, blocks) => self.sack = first_sack(blocks, ack),
            _ => {}
        }
    }
}

/// The first block, unless it reports a duplicate (RFC 2883 §4): then it lies below the acknowledgement or inside the
/// second block, which is the one that tells of a gap.
fn first_sack(blocks: &[u8], ack: SeqNumber) -> Option<(SeqNumber, SeqNumber)> {
    let edge = |index: usize| {
        let octets = blocks.get(index * 4..)?.first_chunk::<4>()?;
        Some(SeqNumber(u32::from_be_bytes(*octets)))
    };
    let block = |index: usize| Some((edge(2 * index)?, edge(2 * index + 1)?));
    let (first, second) = (block(0)?, block(1));
    let inside = |outer: (SeqNumber, SeqNumber)| !first.0.before(outer.0) && !outer.1.before(first.1);
    if first.0.before(ack) || second.is_some_and(inside) { second } else { Some(first) }
}
