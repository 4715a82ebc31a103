//! What a capture cannot prove, and what would.

mod course;
mod nothing;
mod octets;
mod steps;

pub(super) use course::{
    INCONCLUSIVE_CAPTURE_ENDED, INCONCLUSIVE_MID_STREAM, INCONCLUSIVE_NO_CONNECTION,
    INCONCLUSIVE_NOTHING_SENT, mid_stream, no_connection, not_tls, nothing_sent,
};
pub(super) use nothing::{INCONCLUSIVE_NO_TRAFFIC, INCONCLUSIVE_UNIDENTIFIED};
pub(super) use octets::{
    INCONCLUSIVE_ONE_WAY, INCONCLUSIVE_OTHER_PROTOCOL, INCONCLUSIVE_UNREADABLE, other_protocol,
    switched_protocol, unreadable,
};
