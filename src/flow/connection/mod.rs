//! One connection while it is being followed.

mod finish;
mod handshake;

use crate::limits::{CLOSED_IDLE, FINISHED_IDLE, ICMP_PER_FLOW};
use crate::model::{At, Endpoint, SeqNumber, Span};
use crate::net::{IcmpError, TcpFlags, TcpSegment};

use super::log::{Log, Record};
use super::numbers::Numbers;
use super::relevance::Judge;
use super::roles::sender_is_client;
use super::sequence::Anchor;
use super::side::{Seen, Side};
use super::{Opening, Relevance, RoleEvidence, SegmentClass};

/// A quoted packet longer than a SYN with all its options can be (60 octets of IPv4 or IPv6 header and extensions, 60 of TCP).
const LONGEST_SYN: u32 = 128;

/// What is gathered of one connection. Sides are told by address, the low endpoint's first: roles may change.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    pub numbers: Numbers,
    sides: [Side; 2],
    /// Index of the client.
    client: usize,
    roles: RoleEvidence,
    first: At,
    last: At,
    frames: u64,
    established: Option<At>,
    log: Log,
    icmp: Vec<(At, IcmpError)>,
    /// Whether somebody has said that it matters.
    wanted: bool,
    /// Octets of memory it held when they were last counted.
    counted: u64,
}

impl Connection {
    /// A connection whose first frame goes from `sides[sender]` to the other.
    pub fn new(sides: [Endpoint; 2], sender: usize, at: At) -> Self {
        let client = if sender_is_client(sides[sender], sides[1 - sender]) { sender } else { 1 - sender };
        Self {
            numbers: Numbers::default(),
            sides: sides.map(Side::new),
            client,
            roles: RoleEvidence::Ports,
            first: at,
            last: at,
            frames: 0,
            established: None,
            log: Log::default(),
            icmp: Vec::new(),
            wanted: false,
            counted: 0,
        }
    }

    /// Adds a segment sent by `side`.
    pub fn segment(&mut self, at: At, side: usize, segment: &TcpSegment<'_>) {
        self.numbers.note(side, segment);
        self.frames += 1;
        self.last = at;
        self.sides[side].half.frames += 1;
        if self.log.has_copy(at, side, segment) && self.payload_agrees(side, segment) {
            self.sides[side].half.duplicates += 1;
            let ack = segment.flags.ack().then(|| self.sides[1 - side].sequence.position(segment.ack));
            self.record(at, side, segment, SegmentClass::Duplicate, ack);
            return;
        }
        self.learn_roles(side, segment);
        let acceptable = self.learn_starts(at, side, segment);
        let ack = self.acknowledge(at, side, segment, acceptable);
        let class = self.take(at, side, segment, ack);
        if segment.flags.syn() && !segment.flags.rst() && acceptable {
            self.note_syn(at, side, segment.flags);
        }
        self.record(at, side, segment, class, ack);
    }

    /// Adds an ICMP error that quotes a packet sent by `side`.
    pub fn icmp(&mut self, at: At, side: usize, error: &IcmpError) {
        let quoted = &error.quoted;
        if let Some(seq) = quoted.seq {
            let syn = quoted.flags.map_or(quoted.total_len <= LONGEST_SYN, TcpFlags::syn);
            let sequence = &mut self.sides[side];
            if syn {
                sequence.learn_start(seq + 1, Anchor::Ack);
            } else {
                sequence.learn_start(seq, Anchor::Guess);
            }
        }
        if self.frames == 0 {
            self.last = at;
        }
        if self.icmp.len() < ICMP_PER_FLOW {
            self.icmp.push((at, *error));
        }
    }

    /// Whether a packet of `side` with sequence number `seq` can be of this connection.
    pub fn may_have_sent(&self, side: usize, seq: Option<SeqNumber>) -> bool {
        let sender = &self.sides[side];
        let (Some(seq), true) = (seq, sender.sequence.anchor() != Anchor::None) else { return true };
        let sent = sender.half.stream.end().saturating_add(1 << 20);
        (-1..=i64::try_from(sent).unwrap_or(i64::MAX)).contains(&sender.sequence.offset_of(seq))
    }

    /// Whether nothing but ICMP errors tells of it.
    pub fn is_quoted_only(&self) -> bool {
        self.frames == 0
    }

    /// Whether both sides have closed it, or the only one that is in the capture, or one has reset it.
    pub fn is_closed(&self) -> bool {
        let closed = |side: &Side| side.fin.is_some() || side.half.frames == 0;
        self.frames > 0 && self.sides.iter().all(closed)
            || self.sides.iter().any(|side| !side.resets.is_empty())
    }

    /// How long it may be idle once it is closed before it is over for good.
    pub fn afterlife(&self) -> Span {
        let finished = self.sides.iter().all(|side| side.resets.is_empty() && side.is_fin_acknowledged());
        if finished { FINISHED_IDLE } else { CLOSED_IDLE }
    }

    /// Whether `judge` says, with what `side` has just sent, that it is nobody's business. Asked only where the handshake tells the
    /// client from the server, until the answer is one.
    pub fn is_unwanted(&mut self, side: usize, judge: &Judge) -> bool {
        let known = self.roles == RoleEvidence::Handshake
            && self.sides.iter().all(|side| side.sequence.anchor() >= Anchor::Ack);
        if self.wanted || side != self.client || !known {
            return false;
        }
        let server = self.sides[1 - side].endpoint;
        let octets = self.sides[side].half.stream.contiguous();
        let relevance = judge.0.relevance(&Opening { server, octets });
        self.wanted = relevance == Relevance::Wanted;
        relevance == Relevance::Unwanted
    }

    /// How much it would be missed: whether it is somebody's business, and whether it carries octets.
    pub fn weight(&self) -> (bool, bool) {
        (self.wanted, self.sides.iter().any(|side| side.half.stream.end() > 0))
    }

    /// Its first frame.
    pub fn first(&self) -> At {
        self.first
    }

    /// Its last frame.
    pub fn last(&self) -> At {
        self.last
    }

    /// Octets of memory it held when they were last counted.
    pub fn counted(&self) -> u64 {
        self.counted
    }

    /// Counts the octets of memory that it holds; how many more they are than before.
    pub fn count(&mut self) -> i64 {
        let before = self.counted;
        self.counted = self.memory();
        self.counted.cast_signed() - before.cast_signed()
    }

    fn memory(&self) -> u64 {
        let sides: usize = self.sides.iter().map(Side::memory).sum();
        let icmp = self.icmp.capacity() * size_of::<(At, IcmpError)>();
        (sides + self.log.memory() + icmp + size_of::<Self>()) as u64
    }

    /// Keeps only the first `octets` of each direction, now and later.
    pub fn limit_octets(&mut self, octets: u64) {
        self.sides.iter_mut().for_each(|side| side.half.stream.limit(octets));
    }

    /// Lets go of the octets of `side` that `judge` has no use for, where the handshake tells where they start.
    pub fn drop_needless(&mut self, side: usize, judge: &Judge) {
        let sender = &mut self.sides[side];
        if sender.sequence.anchor() == Anchor::Syn {
            sender.half.stream.drop_needless(|octets| judge.0.needless(octets));
        }
    }

    /// A copy has the same payload too, as far as it was kept.
    fn payload_agrees(&self, side: usize, segment: &TcpSegment<'_>) -> bool {
        let sender = &self.sides[side];
        let offset = sender.sequence.offset_of(data_seq(segment));
        u64::try_from(offset).map_or(true, |offset| sender.half.stream.agrees(offset, segment.payload))
    }

    fn take(&mut self, at: At, side: usize, segment: &TcpSegment<'_>, ack: Option<i64>) -> SegmentClass {
        let flags = segment.flags;
        let round_trip = self.round_trip();
        let (own, peer) = both(&mut self.sides, side);
        let seq = data_seq(segment);
        if flags.syn() && own.sequence.isn() != Some(segment.seq) {
            // Of an older connection, or a second answer: its numbers mean nothing in this stream.
            return SegmentClass::Normal;
        }
        let seen = Seen { peer_window_is_zero: peer.window_is_zero(), round_trip };
        let class = own.take_data(at, seq, segment, seen);
        if flags.rst() {
            own.take_reset(at, segment, ack);
            return class;
        }
        own.take_header(segment);
        if flags.fin() {
            own.take_fin(at, seq + segment.wire_len);
        }
        class
    }

    fn record(
        &mut self,
        at: At,
        side: usize,
        segment: &TcpSegment<'_>,
        class: SegmentClass,
        ack: Option<i64>,
    ) {
        let (own, peer) = (&self.sides[side].sequence, &self.sides[1 - side].sequence);
        self.log.push(Record {
            at,
            side,
            flags: segment.flags,
            seq: segment.seq,
            ack_number: segment.ack,
            position: (own.anchor() != Anchor::None).then(|| own.position(segment.seq)),
            len: segment.wire_len,
            ack,
            sack: segment.sack.map(|(left, right)| (peer.position(left), peer.position(right))),
            window: segment.window,
            ip_len: segment.ip_len,
            ip_id: segment.ip_id,
            ttl: segment.ttl,
            class,
        });
    }
}

/// Sequence number of the first data octet: a SYN takes one itself (RFC 9293 §3.4).
fn data_seq(segment: &TcpSegment<'_>) -> SeqNumber {
    segment.seq + u32::from(segment.flags.syn())
}

/// The sender and the receiver.
fn both(sides: &mut [Side; 2], sender: usize) -> (&mut Side, &mut Side) {
    let [low, high] = sides;
    if sender == 0 { (low, high) } else { (high, low) }
}
