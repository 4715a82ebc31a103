//! Stage 3: TCP [`Packet`](crate::net::Packet)s -> [`Flow`]s: handshake, loss, close, ordered bytes and the frame of each.

mod facts;
mod ranges;
mod stream;
mod table;

pub use facts::{Flow, Half, Reset, RoleEvidence, Segment, SegmentClass};
pub use stream::{Conflict, Stream};
pub use table::{FlowLimits, FlowTable};
