//! Places in the capture as the report gives them.

use crate::model::{At, FrameNumber};
use crate::report::model::Frame;

pub(super) fn frame(frame: FrameNumber) -> Frame {
    number(frame).into()
}

pub(super) fn number(frame: FrameNumber) -> u64 {
    frame.0
}

pub(super) fn numbers(places: impl IntoIterator<Item = At>) -> Vec<u64> {
    places.into_iter().map(|at| number(at.frame)).collect()
}
