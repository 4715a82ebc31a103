//! The TCP connection that is not made, is ended before a word is said, or loses large packets.

mod judge;
mod mtu;
mod open;
mod resets;
mod unused;

pub(super) use judge::{gave_up_or_waited, is_established, judge, to_proxy};
pub(super) use mtu::{LARGE, TCP_MTU_BLACKHOLE, blackhole};
pub(super) use open::{TCP_SYN_REFUSED, TCP_SYN_REJECTED, TCP_SYN_TIMEOUT, TCP_SYNACK_UNANSWERED};
pub(super) use unused::{TCP_CLOSED, TCP_RESET};
