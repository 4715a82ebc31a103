//! The request that gets no answer, or the wrong one.

mod answer;
mod judge;
mod no_answer;
mod steps;

pub(super) use answer::*;
pub(super) use judge::{judge, request_words};
pub(super) use no_answer::*;
