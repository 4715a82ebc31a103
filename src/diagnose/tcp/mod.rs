//! The TCP connection that is not made, is ended before a word is said, or loses large packets.

mod judge;
mod mtu;
mod open;
mod unused;

pub(super) use judge::{gave_up_or_waited, is_established, judge, to_proxy};
pub(super) use mtu::*;
pub(super) use open::*;
pub(super) use unused::*;
