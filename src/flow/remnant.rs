//! What stays in the table of a connection that is followed no longer.

use crate::limits::NUMBER_LIFETIME;
use crate::model::Timestamp;
use crate::net::TcpFlags;

use super::numbers::Numbers;

/// The number of a connection that was handed over, or that is nobody's business.
#[derive(Debug, Clone, Copy)]
pub(super) struct Remnant {
    pub numbers: Numbers,
    /// Nobody's business: its segments are no longer looked at, with payload or without.
    pub unwanted: bool,
    last: Timestamp,
    /// Which side sent FIN; both after a RST.
    closed: [bool; 2],
}

impl Remnant {
    /// Of a connection that was handed over at its end or, for lack of room, before.
    pub fn handed_over(numbers: Numbers, last: Timestamp, closed: bool) -> Self {
        Self { numbers, unwanted: false, last, closed: [closed; 2] }
    }

    /// Of one that is open and nobody's business.
    pub fn unwanted(numbers: Numbers, last: Timestamp) -> Self {
        Self { numbers, unwanted: true, last, closed: [false; 2] }
    }

    /// Notes a segment sent by `side`.
    pub fn note(&mut self, time: Timestamp, side: usize, flags: TcpFlags) {
        self.last = time;
        if flags.rst() {
            self.closed = [true; 2];
        } else if flags.fin() {
            self.closed[side] = true;
        }
    }

    /// Whether further segments may come: it was not closed, and what they carry is still to be left alone.
    pub fn is_open(&self) -> bool {
        self.unwanted && self.closed != [true; 2]
    }

    /// Whether nothing of it can be on its way any more.
    pub fn is_forgettable(&self, now: Timestamp) -> bool {
        !self.is_open() && now - self.last > NUMBER_LIFETIME
    }
}
