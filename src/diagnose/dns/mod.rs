//! Name resolution: the look-up that leads nowhere.

mod answer;
mod judge;
mod silence;
mod sinkhole;
mod steps;

pub(super) use answer::*;
pub(super) use judge::judge;
pub(super) use silence::*;
pub(super) use sinkhole::*;
