//! The first and last segments of a connection, and which frame is a copy of which.

use std::collections::VecDeque;

use crate::limits::{SEGMENTS_HEAD, SEGMENTS_TAIL};
use crate::model::{At, SeqNumber, Span};
use crate::net::{TcpFlags, TcpSegment};

use super::SegmentClass;

/// Copies of a frame with the same, non-zero IP identification, or with another TTL (as behind a router, while a sender
/// keeps to one), come at most this long after it. Every stack numbers a retransmission anew, and none retransmits
/// sooner but by fast retransmit.
const COPY_TELLING: Span = Span::millis(100);

/// Without an identification (IPv6; zero with 'don't fragment', RFC 6864) only time tells: a second capture point adds
/// microseconds, a retransmission comes after 200 ms (Linux) or more, a fast one after a round trip.
const COPY_WITHOUT_ID: Span = Span::millis(2);

/// How many segments back a copy is looked for: a burst and then its copies.
const COPY_DISTANCE: usize = 16;

/// A segment as kept; positions as in [`Sequence`](super::sequence::Sequence).
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub at: At,
    /// Index of the sender.
    pub side: usize,
    pub flags: TcpFlags,
    pub seq: SeqNumber,
    pub ack_number: SeqNumber,
    pub position: Option<i64>,
    pub len: u32,
    pub ack: Option<i64>,
    pub sack: Option<(i64, i64)>,
    pub window: u16,
    pub ip_len: u32,
    pub ip_id: Option<u16>,
    pub ttl: u8,
    pub class: SegmentClass,
}

impl Record {
    /// Whether `segment` may be the same frame captured again. MAC addresses, VLAN tags and options are not looked at:
    /// they differ between capture points, as the TTL may.
    fn is_copied_by(&self, at: At, side: usize, segment: &TcpSegment<'_>) -> bool {
        let same = self.seq == segment.seq
            && self.ack_number == segment.ack
            && self.side == side
            && self.flags == segment.flags
            && self.len == segment.wire_len
            && self.window == segment.window
            && self.ip_id == segment.ip_id;
        let telling = self.ip_id.is_some_and(|id| id != 0) || self.ttl != segment.ttl;
        let longest = if telling { COPY_TELLING } else { COPY_WITHOUT_ID };
        let apart = at.time - self.at.time;
        if !apart.is_known() {
            return same && telling;
        }
        // A second capture point's clock may be behind the first one's.
        same && apart.0.unsigned_abs() <= longest.0.unsigned_abs()
    }
}

/// Head and tail of a connection's segments.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    head: Vec<Record>,
    tail: VecDeque<Record>,
    omitted: u64,
    /// Sequence numbers of the latest segments, in no order: few segments have one of them and need be compared.
    latest: [u32; COPY_DISTANCE],
}

impl Log {
    /// Adds a segment, dropping the oldest of the tail when that is full.
    pub fn push(&mut self, record: Record) {
        let before = self.head.len() + self.tail.len() + usize::try_from(self.omitted).unwrap_or(0);
        self.latest[before % COPY_DISTANCE] = record.seq.0;
        if self.head.len() < SEGMENTS_HEAD {
            self.head.push(record);
            return;
        }
        if self.tail.len() >= SEGMENTS_TAIL {
            self.tail.pop_front();
            self.omitted += 1;
        }
        self.tail.push_back(record);
    }

    /// Whether one of the latest segments is the same frame as `segment`, by its headers.
    pub fn has_copy(&self, at: At, side: usize, segment: &TcpSegment<'_>) -> bool {
        if !self.latest.contains(&segment.seq.0) {
            return false;
        }
        let latest = self.tail.iter().rev().chain(self.head.iter().rev()).take(COPY_DISTANCE);
        latest.into_iter().any(|record| record.is_copied_by(at, side, segment))
    }

    /// All segments kept, in capture order.
    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        self.head.iter().chain(&self.tail)
    }

    /// Segments dropped between head and tail.
    pub fn omitted(&self) -> u64 {
        self.omitted
    }

    /// Octets of memory in use.
    pub fn memory(&self) -> usize {
        (self.head.capacity() + self.tail.capacity()) * size_of::<Record>()
    }
}
