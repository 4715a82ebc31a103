//! Places in the capture as the report gives them.

use crate::model::{At, FrameNumber, Timestamp};
use crate::report::model::{Frame, Time};

pub(super) fn frame(frame: FrameNumber) -> Frame {
    number(frame).into()
}

/// The time of a frame that has one.
pub(super) fn time(at: At) -> Option<Time> {
    known(at.time)
}

/// A time that is one.
pub(super) fn known(time: Timestamp) -> Option<Time> {
    (time != Timestamp::UNKNOWN).then(|| time.into())
}

pub(super) fn number(frame: FrameNumber) -> u64 {
    frame.get()
}

pub(super) fn numbers(places: impl IntoIterator<Item = At>) -> Vec<u64> {
    places.into_iter().map(|at| number(at.frame)).collect()
}
