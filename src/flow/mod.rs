//! Stage 3: TCP [`Packet`](crate::net::Packet)s -> [`Flow`]s: handshake, loss, close, ordered bytes and the frame of each.

mod facts;
mod stream;

pub use facts::{Flow, Half, Reset, RoleEvidence, Segment, SegmentClass};
pub use stream::Stream;
