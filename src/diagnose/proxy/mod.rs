//! The HTTPS proxy that does not open the way.

mod judge;
mod no_answer;
mod refusal;
mod steps;

pub(super) use judge::judge;
pub(super) use no_answer::*;
pub(super) use refusal::*;
