//! One direction of a connection while it is being followed.

mod classify;

pub(super) use classify::Seen;

use crate::limits::REPEATS_PER_FLOW;
use crate::model::{At, Endpoint, SeqNumber, Transmissions};
use crate::net::TcpSegment;

use super::sequence::{Anchor, Sequence};
use super::{Half, Reset, SegmentClass, Stream};

/// Data further ahead than the largest window (RFC 7323 §2.3) does not belong to this connection.
const DATA_WINDOW: i64 = 1 << 30;

/// Acknowledgements, and sequence numbers of empty segments, may run ahead of the data captured by as much as a
/// capture could miss; beyond it they are strays of an older connection on the same ports.
const ACK_WINDOW: i64 = 16 << 20;

/// While the start is a guess, earlier octets this close move it back: the first frames were captured out of order.
const REBASE_OCTETS: i64 = 1 << 16;

/// Only the first data segments can: that keeps the work of moving within bounds.
const REBASE_SEGMENTS: u64 = 16;

/// Initial sequence numbers kept besides the one in use.
const OTHER_ISNS: usize = 4;

/// Everything known of one direction. Offsets in `half` are made from positions when the connection is over.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub endpoint: Endpoint,
    pub sequence: Sequence,
    /// Facts; `fin`, `resets`, `acknowledged` and `isn` are filled in by [`Side::finish`].
    pub half: Half,
    /// Transmissions of its SYN without ACK.
    pub syns: Transmissions,
    /// Transmissions of its SYN-ACK.
    pub syn_acks: Transmissions,
    /// SYN-ACKs with another initial sequence number.
    pub other_isns: Vec<(At, SeqNumber)>,
    /// Position of the FIN.
    pub fin: Option<(At, i64)>,
    /// Resets with positions in place of offsets.
    pub resets: Vec<Reset>,
    /// Highest position the other side acknowledged.
    acknowledged: Option<i64>,
    /// A position the other side acknowledged before this side repeated its SYN: it is an older connection's.
    refuted: Option<i64>,
    data_segments: u64,
    /// When a segment last ran ahead of a hole.
    hole_since: Option<At>,
    window_is_zero: bool,
}

impl Side {
    pub fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            sequence: Sequence::default(),
            half: Half::default(),
            syns: Transmissions::new(),
            syn_acks: Transmissions::new(),
            other_isns: Vec::new(),
            fin: None,
            resets: Vec::new(),
            acknowledged: None,
            refuted: None,
            data_segments: 0,
            hole_since: None,
            window_is_zero: false,
        }
    }

    /// Gives `seq` offset 0 if that is better known than what was believed.
    pub fn learn_start(&mut self, seq: SeqNumber, anchor: Anchor) {
        if anchor <= self.sequence.anchor() {
            return;
        }
        self.move_start(seq, anchor);
    }

    /// Takes the start from a SYN or SYN-ACK; another initial sequence number than before is noted.
    pub fn learn_syn(&mut self, at: At, isn: SeqNumber) {
        match self.sequence.isn() {
            Some(known) if self.sequence.anchor() == Anchor::Syn && known != isn => {
                self.note_other_isn(at, isn);
            }
            _ => self.learn_start(isn + 1, Anchor::Syn),
        }
    }

    /// The other side acknowledges `number`, nothing of this side having been acknowledged or received yet: of several
    /// initial sequence numbers this tells the one in use.
    pub fn choose_isn(&mut self, number: SeqNumber) {
        let unused = self.half.stream.end() == 0 && self.acknowledged.is_none();
        let Some(other) = self.other_isns.iter_mut().find(|(_, isn)| unused && *isn + 1 == number) else {
            return;
        };
        if let Some(isn) = self.sequence.isn() {
            other.1 = isn;
        }
        self.move_start(number, Anchor::Syn);
    }

    /// The other side acknowledges everything before `number`. Returns its offset, if that is plausible.
    pub fn acknowledge(&mut self, number: SeqNumber) -> Option<i64> {
        let position = self.sequence.position(number);
        let offset = self.sequence.offset(position);
        let highest = self.sequence.offset(self.acknowledged.unwrap_or(i64::MIN)).max(self.end());
        if !(0..=highest.saturating_add(ACK_WINDOW)).contains(&offset) || self.refuted == Some(position) {
            return None;
        }
        self.acknowledged = self.acknowledged.max(Some(position));
        self.sequence.advance(number);
        Some(offset)
    }

    /// This side repeats its SYN: what was acknowledged beyond it is none of its octets.
    pub fn repeat_syn(&mut self) {
        let beyond = |position: &i64| self.sequence.offset(*position) > 0;
        if self.half.stream.end() == 0 && self.acknowledged.as_ref().is_some_and(beyond) {
            self.refuted = self.acknowledged.take();
        }
    }

    /// Takes the payload of a segment whose first data octet has sequence number `seq`.
    pub fn take_data(
        &mut self,
        at: At,
        seq: SeqNumber,
        segment: &TcpSegment<'_>,
        seen: Seen,
    ) -> SegmentClass {
        let class = self.classify(at, seq, segment, seen);
        if segment.wire_len > 0 {
            self.note_data(at, segment, class);
        }
        let offset = self.sequence.offset_of(seq);
        let wild = offset - self.end() > if segment.wire_len > 0 { DATA_WINDOW } else { ACK_WINDOW };
        if wild || class == SegmentClass::KeepAlive || segment.flags.rst() {
            return class;
        }
        self.sequence.advance(seq + segment.wire_len);
        self.keep(at, offset, segment);
        class
    }

    /// Notes the FIN of a segment that ends before sequence number `seq`; the first one counts, and none from before the first octet:
    /// that is of an older connection, or somebody else's.
    pub fn take_fin(&mut self, at: At, seq: SeqNumber) {
        let strays = self.sequence.anchor() >= Anchor::Ack && self.sequence.offset_of(seq) < 0;
        if self.fin.is_none() && !strays {
            self.fin = Some((at, self.sequence.position(seq)));
        }
    }

    /// Notes a RST.
    pub fn take_reset(&mut self, at: At, segment: &TcpSegment<'_>, ack: Option<i64>) {
        if self.resets.len() < REPEATS_PER_FLOW {
            let known = self.sequence.anchor() != Anchor::None;
            let offset = known.then(|| self.sequence.position(segment.seq));
            self.resets.push(Reset {
                at,
                seq: segment.seq,
                offset,
                ack,
                ttl: segment.ttl,
                ip_id: segment.ip_id,
            });
        }
    }

    /// Notes window, TTL and IP ID of a segment other than a RST.
    pub fn take_header(&mut self, segment: &TcpSegment<'_>) {
        self.window_is_zero = segment.window == 0 && !segment.flags.syn();
        self.half.zero_windows += u64::from(self.window_is_zero);
        let (low, high) = self.half.ttl.unwrap_or((segment.ttl, segment.ttl));
        self.half.ttl = Some((low.min(segment.ttl), high.max(segment.ttl)));
        if !segment.flags.syn() {
            self.half.ip_id = segment.ip_id.or(self.half.ip_id);
        }
        if segment.flags.syn() && segment.mss.is_some() {
            self.half.mss = segment.mss;
        }
    }

    /// Whether the last window was zero.
    pub fn window_is_zero(&self) -> bool {
        self.window_is_zero
    }

    /// Whether the other side acknowledged its FIN.
    pub fn is_fin_acknowledged(&self) -> bool {
        self.fin.is_some_and(|(_, position)| self.acknowledged > Some(position))
    }

    /// Turns positions into offsets; `peer` is where the other side's stream starts.
    pub fn finish(mut self, peer: &Sequence) -> Half {
        let sequence = self.sequence;
        let offset = |position: i64| u64::try_from(sequence.offset(position)).unwrap_or(0);
        self.half.isn = sequence.isn();
        self.half.fin = self.fin.map(|(at, position)| (at, offset(position)));
        let acknowledged = self.acknowledged.map_or(0, offset);
        // The FIN counts as an octet to TCP, not to its reader.
        self.half.acknowledged = self.half.fin.map_or(acknowledged, |(_, fin)| acknowledged.min(fin));
        self.half.fin_acknowledged = self.half.fin.is_some_and(|(_, fin)| acknowledged > fin);
        for reset in &mut self.resets {
            reset.offset = reset.offset.map(|position| sequence.offset(position));
            reset.ack = reset.ack.map(|position| peer.offset(position));
        }
        self.half.resets = self.resets;
        self.half
    }

    /// Octets of memory it holds besides itself.
    pub fn memory(&self) -> usize {
        let places = self.syns.capacity() + self.syn_acks.capacity();
        self.half.stream.memory()
            + places * size_of::<At>()
            + self.other_isns.capacity() * size_of::<(At, SeqNumber)>()
            + self.resets.capacity() * size_of::<Reset>()
    }

    fn end(&self) -> i64 {
        i64::try_from(self.half.stream.end()).unwrap_or(i64::MAX)
    }

    fn note_other_isn(&mut self, at: At, isn: SeqNumber) {
        if self.other_isns.len() < OTHER_ISNS && self.other_isns.iter().all(|(_, other)| *other != isn) {
            self.other_isns.push((at, isn));
        }
    }

    fn move_start(&mut self, seq: SeqNumber, anchor: Anchor) {
        let shift = self.sequence.anchor_at(seq, anchor);
        if shift.abs() > REBASE_OCTETS {
            // What came before belongs to an older connection on the same ports.
            self.half.stream = Stream::default();
            self.acknowledged = None;
        } else if shift != 0 {
            self.half.stream.shift(shift);
        }
    }

    /// While the start is a guess: moves it to earlier octets, past a keep-alive that was taken for it, or to the sender's
    /// own octets where the other side's acknowledgement made no sense.
    fn adjust_guess(&mut self, seq: SeqNumber, wire_len: u32) {
        let offset = self.sequence.offset_of(seq);
        let earlier = (-REBASE_OCTETS..0).contains(&offset) && self.data_segments < REBASE_SEGMENTS;
        let after_keep_alive = offset == 1 && self.half.stream.end() == 0;
        let elsewhere = offset.abs() > DATA_WINDOW && self.half.stream.end() == 0;
        let moves = earlier || after_keep_alive || elsewhere;
        if self.sequence.anchor() == Anchor::Guess && wire_len > 0 && moves {
            self.move_start(seq, Anchor::Guess);
        }
    }

    fn note_data(&mut self, at: At, segment: &TcpSegment<'_>, class: SegmentClass) {
        self.data_segments += 1;
        self.half.retransmissions += u64::from(class == SegmentClass::Retransmission);
        self.half.out_of_order += u64::from(class == SegmentClass::OutOfOrder);
        if class == SegmentClass::KeepAlive {
            return;
        }
        self.half.cut |= (segment.payload.len() as u64) < u64::from(segment.wire_len);
        self.half.data = Some((self.half.data.map_or(at, |(first, _)| first), at));
    }

    /// Keeps the payload from offset 0 on.
    fn keep(&mut self, at: At, offset: i64, segment: &TcpSegment<'_>) {
        let before_start = u32::try_from(offset.saturating_neg().max(0)).unwrap_or(u32::MAX);
        if segment.wire_len > before_start {
            let skipped = usize::try_from(before_start).unwrap_or(usize::MAX);
            let payload = segment.payload.get(skipped..).unwrap_or(&[]);
            self.half.stream.insert(clip(offset), payload, segment.wire_len - before_start, at);
        } else if self.fin.is_none() {
            // An empty segment's sequence number says how much its sender has sent.
            self.half.stream.reached(clip(offset));
        }
    }
}

fn clip(offset: i64) -> u64 {
    u64::try_from(offset).unwrap_or(0)
}
