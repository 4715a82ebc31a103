//! Where a direction's sequence numbers stand in its stream.

use crate::model::SeqNumber;

/// How it is known which sequence number has offset 0, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Anchor {
    /// Not at all.
    #[default]
    None,
    /// It is the first one seen.
    Guess,
    /// The other side acknowledged the SYN, or an ICMP error quotes it.
    Ack,
    /// The SYN itself is in the capture.
    Syn,
}

/// Unwraps 32-bit sequence numbers into positions that stay comparable past 4 GiB, and positions into offsets.
/// Positions never change; the place of offset 0 may, while it is a guess.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sequence {
    /// A sequence number in use lately, and its position.
    near: (SeqNumber, i64),
    /// Position of offset 0.
    zero: i64,
    anchor: Anchor,
}

impl Default for Sequence {
    fn default() -> Self {
        Self { near: (SeqNumber(0), 0), zero: 0, anchor: Anchor::None }
    }
}

impl Sequence {
    /// How the place of offset 0 is known.
    pub fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// Position of `seq`; exact within 2 GiB of what was used lately.
    pub fn position(&self, seq: SeqNumber) -> i64 {
        self.near.1.saturating_add(i64::from(seq.distance(self.near.0)))
    }

    /// Offset of a position; negative before the stream's start.
    pub fn offset(&self, position: i64) -> i64 {
        position.saturating_sub(self.zero)
    }

    /// Offset of `seq`.
    pub fn offset_of(&self, seq: SeqNumber) -> i64 {
        self.offset(self.position(seq))
    }

    /// Initial sequence number: one before offset 0, unless that place is a guess.
    pub fn isn(&self) -> Option<SeqNumber> {
        let back = self.near.1.wrapping_sub(self.zero).wrapping_add(1);
        // Modulo 2^32 is what sequence numbers are counted in.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        (self.anchor >= Anchor::Ack).then(|| self.near.0 - back as u32)
    }

    /// Gives `seq` offset 0. Returns by how much offsets known so far grow.
    pub fn anchor_at(&mut self, seq: SeqNumber, anchor: Anchor) -> i64 {
        let position = if self.anchor == Anchor::None { 0 } else { self.position(seq) };
        let shift = self.zero.saturating_sub(position);
        *self = Self { near: (seq, position), zero: position, anchor };
        shift
    }

    /// Remembers that `seq` is in use, if it is ahead of what was before.
    pub fn advance(&mut self, seq: SeqNumber) {
        let position = self.position(seq);
        if position > self.near.1 {
            self.near = (seq, position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_unwrap_past_four_gibibytes() {
        let mut sequence = Sequence::default();
        assert_eq!(sequence.anchor_at(SeqNumber(u32::MAX), Anchor::Syn), 0);
        let mut seq = SeqNumber(u32::MAX);
        for _ in 0..10 {
            seq = seq + (1 << 30);
            sequence.advance(seq);
        }
        assert_eq!(sequence.offset_of(seq), 10 << 30);
        assert_eq!(sequence.offset_of(seq - 5), (10 << 30) - 5);
        assert_eq!(sequence.isn(), Some(SeqNumber(u32::MAX - 1)));
    }

    #[test]
    fn positions_follow_any_walk_of_less_than_two_gibibytes() {
        let mut state = 88_172_645_463_325_252_u64;
        for _ in 0..500 {
            let mut sequence = Sequence::default();
            let (mut seq, mut offset) = (SeqNumber(0), 0_i64);
            for step in 0..50 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let [ahead, back] =
                    [state >> 33, state & 0x3fff_ffff].map(|word| u32::try_from(word).unwrap());
                if step == 0 {
                    seq = SeqNumber(ahead);
                    sequence.anchor_at(seq, Anchor::Syn);
                    continue;
                }
                (seq, offset) = (seq + ahead, offset + i64::from(ahead));
                assert_eq!(sequence.offset_of(seq), offset);
                sequence.advance(seq);
                assert_eq!(sequence.offset_of(seq - back), offset - i64::from(back));
                sequence.advance(seq - back);
                assert_eq!(sequence.offset_of(seq), offset);
            }
        }
    }

    #[test]
    fn a_better_anchor_moves_offsets() {
        let mut sequence = Sequence::default();
        sequence.anchor_at(SeqNumber(110), Anchor::Guess);
        assert_eq!((sequence.offset_of(SeqNumber(120)), sequence.isn()), (10, None));
        assert_eq!(sequence.anchor_at(SeqNumber(101), Anchor::Syn), 9);
        assert_eq!((sequence.offset_of(SeqNumber(120)), sequence.isn()), (19, Some(SeqNumber(100))));
    }
}
