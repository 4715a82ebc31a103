//! The request that gets no answer, or the wrong one.

mod answer;
mod judge;
mod no_answer;
mod steps;

pub(super) use answer::{HTTP_ERROR_STATUS, HTTP_LICENSING_ERROR, HTTP_UNUSABLE_ANSWER};
pub(super) use judge::{judge, request_words};
pub(super) use no_answer::{HTTP_CLOSED, HTTP_RESET, HTTP_TIMEOUT};
