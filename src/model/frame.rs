//! Frame numbers, and the place of a fact in the capture.

use std::cmp::Ordering;
use std::fmt;
use std::num::NonZeroU64;

use smallvec::SmallVec;

use super::{Span, Timestamp};

/// Number of a packet record in the capture, counted from 1 over all sections and interfaces, as Wireshark does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameNumber(
    /// One more than the number: thus what may have no place takes no more room than what has one.
    NonZeroU64,
);

impl FrameNumber {
    /// Frame `number`; the highest number of all is taken for the one before it.
    pub fn new(number: u64) -> Self {
        Self(NonZeroU64::MIN.saturating_add(number))
    }

    /// The number.
    pub fn get(self) -> u64 {
        self.0.get() - 1
    }
}

impl fmt::Debug for FrameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FrameNumber").field(&self.get()).finish()
    }
}

impl fmt::Display for FrameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Where in the capture a fact stands: every fact carries one, so that every verdict can be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct At {
    /// The frame that completed the fact.
    pub frame: FrameNumber,
    /// That frame's time stamp.
    pub time: Timestamp,
}

/// Every time that something was sent, in capture order: mostly once.
pub type Transmissions = SmallVec<[At; 1]>;

impl At {
    /// A frame at most this much older than one in front of it was written late, as by a capture with several queues; a larger
    /// step back is a clock that was set, or the next file of a concatenation. NTP never sets a clock by less than an eighth of a
    /// second (RFC 5905 §11.3, STEPT); a queue is emptied well within half of that.
    pub const WRITTEN_LATE: Span = Span::millis(50);

    /// Whether this came before `other`: in the capture file, or in time where one of the two may have been written late.
    pub fn before(self, other: Self) -> bool {
        self.order(other).is_lt()
    }

    /// Which of the two came first. Good for pairs and the first of a few, not for sorting: a clock that was set makes it
    /// intransitive.
    pub fn order(self, other: Self) -> Ordering {
        let apart = self.time - other.time;
        let near = apart <= Self::WRITTEN_LATE && apart >= Span(-Self::WRITTEN_LATE.0);
        let by_frame = self.frame.cmp(&other.frame);
        if near { self.time.cmp(&other.time).then(by_frame) } else { by_frame }
    }
}
