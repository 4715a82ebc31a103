//! What a capture cannot prove, and what would.

mod course;
mod nothing;
mod octets;
mod steps;

pub(super) use course::*;
pub(super) use nothing::*;
pub(super) use octets::*;
