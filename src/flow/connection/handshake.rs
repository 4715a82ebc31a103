//! What the handshake tells, or stands in for it: who is the client, and where the streams start.

use super::{Connection, both};
use crate::flow::RoleEvidence;
use crate::flow::sequence::Anchor;
use crate::flow::side::Side;
use crate::limits::REPEATS_PER_FLOW;
use crate::model::{At, Span};
use crate::net::{TcpFlags, TcpSegment};

impl Connection {
    pub(super) fn learn_roles(&mut self, side: usize, segment: &TcpSegment<'_>) {
        if segment.flags.syn() && !segment.flags.rst() && self.roles == RoleEvidence::Ports {
            self.client = if segment.flags.ack() { 1 - side } else { side };
            self.roles = RoleEvidence::Handshake;
        }
    }

    /// Learns where the streams start. Returns false for a SYN-ACK that acknowledges another SYN: it is a stray, or the
    /// answer of a host that remembers an older connection (RFC 9293 §3.5.1).
    pub(super) fn learn_starts(&mut self, at: At, side: usize, segment: &TcpSegment<'_>) -> bool {
        let flags = segment.flags;
        let (own, peer) = both(&mut self.sides, side);
        if flags.ack() && flags.syn() && peer.sequence.anchor() == Anchor::Syn {
            let offset = peer.sequence.offset_of(segment.ack);
            // More than 0 where data on the SYN is acknowledged (RFC 7413 §2).
            if u64::try_from(offset).is_ok_and(|offset| offset <= peer.half.stream.end()) {
                own.learn_syn(at, segment.seq);
                return true;
            }
            return false;
        }
        if flags.ack() {
            let anchor = anchor_of_ack(own, peer, segment);
            peer.learn_start(segment.ack, anchor);
            peer.choose_isn(segment.ack);
        }
        if flags.syn() && !flags.rst() {
            own.learn_syn(at, segment.seq);
        } else if !flags.rst() {
            own.learn_start(segment.seq, Anchor::Guess);
        }
        true
    }

    /// Returns the position that is acknowledged.
    pub(super) fn acknowledge(
        &mut self,
        at: At,
        side: usize,
        segment: &TcpSegment<'_>,
        acceptable: bool,
    ) -> Option<i64> {
        if !segment.flags.ack() {
            return None;
        }
        let plausible = acceptable && self.sides[1 - side].acknowledge(segment.ack).is_some();
        let opened =
            self.roles == RoleEvidence::Handshake && self.sides[1 - side].sequence.anchor() >= Anchor::Ack;
        if side == self.client && plausible && opened && self.established.is_none() && !segment.flags.rst() {
            self.established = Some(at);
        }
        Some(self.sides[1 - side].sequence.position(segment.ack))
    }

    /// From the last SYN to the end of the handshake: of several SYNs nobody knows which was answered, and a time too long
    /// would call retransmissions late.
    pub(super) fn round_trip(&self) -> Option<Span> {
        let syn = self.sides[self.client].syns.last()?;
        self.established.map(|established| established.time - syn.time)
    }

    pub(super) fn note_syn(&mut self, at: At, side: usize, flags: TcpFlags) {
        if !flags.ack() && !self.sides[side].syns.is_empty() && self.established.is_none() {
            self.sides[side].repeat_syn();
        }
        let list = if flags.ack() { &mut self.sides[side].syn_acks } else { &mut self.sides[side].syns };
        if list.len() < REPEATS_PER_FLOW {
            list.push(at);
        }
    }
}

/// How well the acknowledgement number of a segment of `own` tells where `peer` starts.
fn anchor_of_ack(own: &Side, peer: &Side, segment: &TcpSegment<'_>) -> Anchor {
    let flags = segment.flags;
    if flags.syn() {
        return Anchor::Ack;
    }
    if flags.rst() {
        // A RST with sequence number 0 answers a segment without ACK, a SYN (RFC 9293 §3.5.2).
        let answers_syn =
            segment.seq.0 == 0 && own.sequence.anchor() == Anchor::None && peer.half.frames == 0;
        return if answers_syn { Anchor::Ack } else { Anchor::Guess };
    }
    // The segment that ends the handshake, where the other direction is not in the capture.
    let ends_handshake = own.sequence.anchor() == Anchor::Syn && own.sequence.offset_of(segment.seq) == 0;
    let first = own.half.frames <= own.syns.len() as u64 + 1 + own.half.duplicates;
    if ends_handshake && first && peer.half.frames == 0 { Anchor::Ack } else { Anchor::Guess }
}
