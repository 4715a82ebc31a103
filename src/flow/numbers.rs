//! The rule by which tshark counts TCP streams, so that numbers in the report are those of `tcp.stream`.

use std::collections::VecDeque;

use crate::limits::FRAMES_AHEAD;
use crate::model::{FlowKey, FrameNumber, SeqNumber};
use crate::net::TcpSegment;

/// What tshark 4.0 remembers of a conversation: a SYN whose sequence number is not the base of its direction starts
/// the next conversation on the same ports; nothing else does, neither time nor FIN nor RST.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Numbers {
    /// `tcp.stream`; none while tshark has not counted the connection (an ICMP error quotes too little of it).
    pub stream: Option<u32>,
    /// First sequence number of each side, the low endpoint's first: of its SYN, else one before the first seen.
    base: [Option<SeqNumber>; 2],
}

impl Numbers {
    /// Whether a SYN of `side` with this sequence number starts another conversation.
    pub fn replaced_by_syn(&self, side: usize, seq: SeqNumber) -> bool {
        self.base[side].is_some_and(|base| base != seq)
    }

    /// Those of a connection of this number, nothing of which was read.
    pub fn counted(stream: u32) -> Self {
        Self { stream: Some(stream), ..Self::default() }
    }

    /// Takes the number that `renewed` gives for its own.
    pub fn renew(&mut self, renewed: impl Fn(u32) -> u32) {
        self.stream = self.stream.map(renewed);
    }

    /// Takes the base sequence numbers from a segment of `side`.
    pub fn note(&mut self, side: usize, segment: &TcpSegment<'_>) {
        let (syn, ack) = (segment.flags.syn(), segment.flags.ack());
        if self.base[side].is_none() || (syn && ack) {
            self.base[side] = Some(if syn { segment.seq } else { segment.seq - 1 });
        }
        if ack && self.base[1 - side].is_none() {
            self.base[1 - side] = Some(segment.ack - 1);
        }
    }
}

/// The connections counted last, for frames that are read in order of their times and not as they stand in the file: as many
/// as can begin between two such frames.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// Number and first frame of each, by number.
    latest: VecDeque<(FlowKey, u32, FrameNumber)>,
    /// The highest frame number read.
    highest: Option<FrameNumber>,
}

impl Arrivals {
    /// Notes a frame of connection `stream`. Returns old and new numbers where a frame in front of others in the file came
    /// behind them.
    pub fn note(
        &mut self,
        key: FlowKey,
        frame: FrameNumber,
        stream: u32,
    ) -> Option<Vec<(FlowKey, u32, u32)>> {
        let early = self.highest.is_some_and(|highest| frame < highest);
        self.highest = self.highest.max(Some(frame));
        if self.latest.back().is_none_or(|(_, number, _)| *number < stream) {
            self.latest.push_back((key, stream, frame));
            if self.latest.len() > FRAMES_AHEAD {
                self.latest.pop_front();
            }
        }
        if !early {
            return None;
        }
        let (_, _, first) = self.latest.iter_mut().find(|(_, number, _)| *number == stream)?;
        *first = frame.min(*first);
        Some(self.sort()).filter(|moved| !moved.is_empty())
    }

    /// Gives the numbers out anew, by first frame.
    fn sort(&mut self) -> Vec<(FlowKey, u32, u32)> {
        let numbers: Vec<u32> = self.latest.iter().map(|(_, number, _)| *number).collect();
        self.latest.make_contiguous().sort_by_key(|(_, _, first)| *first);
        let mut moved = Vec::new();
        for ((key, number, _), new) in self.latest.iter_mut().zip(numbers) {
            if *number != new {
                moved.push((*key, *number, new));
                *number = new;
            }
        }
        moved
    }
}
