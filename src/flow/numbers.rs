//! The rule by which tshark counts TCP streams, so that numbers in the report are those of `tcp.stream`.

use crate::model::SeqNumber;
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
