//! Frame numbers, and the place of a fact in the capture.

use std::fmt;

use super::Timestamp;

/// Number of a packet record in the capture, counted from 1 over all sections and interfaces, as Wireshark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameNumber(pub u64);

impl fmt::Display for FrameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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

impl At {
    /// Whether this stands before `other` in the capture file.
    pub fn before(self, other: Self) -> bool {
        self.frame < other.frame
    }
}
