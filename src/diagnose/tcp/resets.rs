//! The resets of a side.

use crate::flow::{Flow, Reset};
use crate::model::Direction;

pub(in crate::diagnose) fn reset_of(flow: &Flow, direction: Direction) -> Option<&Reset> {
    flow.half(direction).resets.first()
}
