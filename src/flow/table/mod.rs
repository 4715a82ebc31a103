//! All connections of a capture.

mod entry;
mod room;

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::limits::{FLOW_MEMORY, FLOWS, SWEEP_PACKETS};
use crate::model::{At, FlowKey, SeqNumber};
use crate::net::{Content, IcmpError, Packet, TcpSegment};

use super::connection::Connection;
use super::numbers::{Arrivals, Numbers};
use super::relevance::Judge;
use super::remnant::Remnant;
use super::{Flow, Reader};
use entry::Entry;

/// IP protocol number of TCP.
const TCP: u8 = 6;

/// Follows every TCP connection of a capture, within bounds. [`drain_finished`](Self::drain_finished) is to be called
/// often: what is over waits there.
#[derive(Debug, Default)]
pub struct FlowTable {
    entries: FxHashMap<FlowKey, Entry>,
    finished: Vec<Flow>,
    /// Connections that were closed, in the order in which they were.
    closed: VecDeque<FlowKey>,
    /// Who says which connections matter; all do without.
    judge: Option<Judge>,
    /// The next connection's number, and the latest ones.
    next_stream: u32,
    arrivals: Arrivals,
    /// Number of [`Entry::Live`], and the octets they hold.
    live: usize,
    memory: u64,
    /// Packets since the last search for closed connections.
    packets: usize,
    limits: FlowLimits,
}

/// Which bounds were reached; each deserves a warning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlowLimits {
    /// Connections handed over before their end, since [`FLOWS`] or [`FLOW_MEMORY`] was reached; a later frame
    /// starts a new flow with the same number.
    pub evicted: u64,
    /// Times that every connection was cut down to the start of its octets, since [`FLOW_MEMORY`] was reached.
    pub shortened: u64,
    /// Frames without payload that came after their connection was handed over; they are in no flow.
    pub late_frames: u64,
    /// Whether numbers of old connections were forgotten, so that later numbers may differ from tshark's.
    pub numbers_forgotten: bool,
}

impl FlowTable {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty table that asks `reader` about each connection while its first octets come in, and lets go of those that are
    /// nobody's business: they are never handed over. Of the others it holds no octets that it says are needless.
    pub fn asking(reader: impl Reader + 'static) -> Self {
        Self { judge: Some(Judge(Box::new(reader))), ..Self::default() }
    }

    /// Adds a packet; whatever is neither TCP nor an ICMP error about TCP is ignored.
    /// Returns the number of the connection it belongs to, as tshark counts.
    pub fn push(&mut self, packet: &Packet<'_>) -> Option<u32> {
        self.packets += 1;
        if self.packets >= SWEEP_PACKETS.max(self.closed.len()) {
            self.packets = 0;
            self.hand_over_closed(packet.at);
        }
        match &packet.content {
            Content::Tcp(segment) => self.segment(packet.at, segment),
            Content::BrokenTcp(segment) => self.broken(packet.at, segment),
            Content::IcmpError(error) if error.quoted.protocol == TCP => self.icmp(packet.at, error),
            _ => None,
        }
    }

    /// Connections that are over: replaced by a new one on the same ports, closed and idle, or evicted.
    /// In no particular order.
    pub fn drain_finished(&mut self) -> impl Iterator<Item = Flow> {
        self.finished.drain(..)
    }

    /// The bounds that were reached so far.
    pub fn limits_reached(&self) -> FlowLimits {
        self.limits
    }

    /// The remaining connections, at the end of the capture, by first frame, made one by one: all at once would take their
    /// memory twice.
    pub fn finish(mut self) -> impl Iterator<Item = Flow> {
        let over = |entry| match entry {
            Entry::Live(connection) => Some(connection),
            Entry::Gone(_) => None,
        };
        let mut live: Vec<Box<Connection>> = self.entries.into_values().filter_map(over).collect();
        live.sort_by_key(|connection| connection.first().frame);
        self.finished.sort_by_key(|flow| flow.first.frame);
        self.finished.into_iter().chain(live.into_iter().map(|connection| connection.finish()))
    }

    fn segment(&mut self, at: At, segment: &TcpSegment<'_>) -> Option<u32> {
        let (key, side) = FlowKey::from_sender(segment.source, segment.destination);
        let syn = segment.flags.syn() && !segment.flags.ack();
        let numbers = match self.entries.get_mut(&key) {
            Some(Entry::Live(connection)) if !(syn && replaces(connection, side, segment.seq)) => {
                let was_closed = connection.is_closed();
                let stream = *connection.numbers.stream.get_or_insert_with(|| count(&mut self.next_stream));
                connection.segment(at, side, segment);
                let judge = self.judge.as_ref().filter(|_| !segment.payload.is_empty());
                if let Some(judge) = judge {
                    connection.drop_needless(side, judge);
                }
                if connection.is_closed() && !was_closed {
                    self.closed.push_back(key);
                }
                self.memory = self.memory.saturating_add_signed(connection.count());
                if judge.is_some_and(|judge| connection.is_unwanted(side, judge)) {
                    self.drop_unwanted(&key);
                } else if self.memory > FLOW_MEMORY {
                    self.make_room();
                }
                return Some(self.number(key, at, stream));
            }
            Some(Entry::Gone(remnant)) if !(syn && remnant.numbers.replaced_by_syn(side, segment.seq)) => {
                remnant.note(at.time, side, segment.flags);
                if remnant.unwanted {
                    return remnant.numbers.stream;
                }
                if segment.wire_len == 0 && !syn {
                    self.limits.late_frames += 1;
                    return remnant.numbers.stream;
                }
                remnant.numbers
            }
            _ => Numbers::default(),
        };
        let mut connection = Connection::new(key.ends(), side, at);
        connection.numbers = numbers;
        let number = *connection.numbers.stream.get_or_insert_with(|| count(&mut self.next_stream));
        connection.segment(at, side, segment);
        if connection.is_closed() {
            self.closed.push_back(key);
        }
        self.follow(key, connection);
        Some(self.number(key, at, number))
    }

    /// Counts the connection of a segment that cannot be read, as tshark does, and follows it no further.
    fn broken(&mut self, at: At, segment: &TcpSegment<'_>) -> Option<u32> {
        let (key, side) = FlowKey::from_sender(segment.source, segment.destination);
        let syn = segment.flags.syn() && !segment.flags.ack();
        match self.entries.get(&key) {
            Some(Entry::Live(connection)) if !(syn && replaces(connection, side, segment.seq)) => {
                return connection.numbers.stream;
            }
            Some(Entry::Gone(remnant)) if !(syn && remnant.numbers.replaced_by_syn(side, segment.seq)) => {
                return remnant.numbers.stream;
            }
            _ => {}
        }
        let number = count(&mut self.next_stream);
        let mut numbers = Numbers::counted(number);
        numbers.note(side, segment);
        let entry = Entry::Gone(Remnant::handed_over(numbers, at.time, true));
        if let Some(Entry::Live(old)) = self.entries.insert(key, entry) {
            self.live -= 1;
            self.memory = self.memory.saturating_sub(old.counted());
            self.finished.push(old.finish());
        }
        Some(self.number(key, at, number))
    }

    /// The number of a connection, of which a frame was read at `at`. Frames are read in order of their times, and numbers go
    /// by their order in the file: where these differ, the latest numbers change places.
    fn number(&mut self, key: FlowKey, at: At, stream: u32) -> u32 {
        let Some(moved) = self.arrivals.note(key, at.frame, stream) else { return stream };
        let renewed =
            |stream: u32| moved.iter().find(|(_, old, _)| *old == stream).map_or(stream, |(_, _, new)| *new);
        for (index, (key, ..)) in moved.iter().enumerate() {
            let again = moved[..index].iter().any(|(other, ..)| other == key);
            match self.entries.get_mut(key).filter(|_| !again) {
                Some(Entry::Live(connection)) => connection.numbers.renew(renewed),
                Some(Entry::Gone(remnant)) => remnant.numbers.renew(renewed),
                None => {}
            }
        }
        for flow in &mut self.finished {
            flow.stream = flow.stream.map(renewed);
        }
        renewed(stream)
    }

    /// Lets go of a connection that is nobody's business, but for its number.
    fn drop_unwanted(&mut self, key: &FlowKey) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        if let Entry::Live(connection) = entry {
            self.live -= 1;
            self.memory = self.memory.saturating_sub(connection.counted());
            *entry = Entry::Gone(Remnant::unwanted(connection.numbers, connection.last().time));
        }
    }

    fn icmp(&mut self, at: At, error: &IcmpError) -> Option<u32> {
        let quoted = &error.quoted;
        let (key, side) = FlowKey::from_sender(quoted.source, quoted.destination);
        match self.entries.get_mut(&key) {
            Some(Entry::Live(connection)) if connection.may_have_sent(side, quoted.seq) => {
                connection.icmp(at, side, error);
                return connection.numbers.stream;
            }
            Some(Entry::Live(connection)) if !connection.is_quoted_only() => {
                // It quotes an older connection on these ports.
                return None;
            }
            Some(Entry::Gone(remnant)) => return remnant.numbers.stream,
            _ => {}
        }
        let mut connection = Connection::new(key.ends(), side, at);
        connection.numbers.stream = quoted.flags.map(|_| count(&mut self.next_stream));
        connection.icmp(at, side, error);
        let stream = connection.numbers.stream;
        self.follow(key, connection);
        stream
    }

    /// Puts a new connection in the place of whatever had its ports.
    fn follow(&mut self, key: FlowKey, mut connection: Connection) {
        if self.entries.len() == self.entries.capacity() {
            self.forget(connection.first());
        }
        self.live += 1;
        self.memory = self.memory.saturating_add_signed(connection.count());
        if let Some(Entry::Live(old)) = self.entries.insert(key, Entry::Live(Box::new(connection))) {
            self.live -= 1;
            self.memory = self.memory.saturating_sub(old.counted());
            self.finished.push(old.finish());
        }
        if self.live > FLOWS || self.memory > FLOW_MEMORY {
            self.make_room();
        }
    }
}

/// Whether a SYN of `side` with this sequence number starts a new connection on the ports of `connection`.
fn replaces(connection: &Connection, side: usize, seq: SeqNumber) -> bool {
    connection.numbers.replaced_by_syn(side, seq)
        || connection.is_quoted_only() && !connection.may_have_sent(side, Some(seq))
}

fn count(next: &mut u32) -> u32 {
    let number = *next;
    *next = next.saturating_add(1);
    number
}
