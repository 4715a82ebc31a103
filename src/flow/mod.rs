//! Stage 3: TCP [`Packet`](crate::net::Packet)s -> [`Flow`]s: handshake, loss, close, ordered bytes and the frame of each.

mod connection;
mod facts;
mod log;
mod numbers;
mod octets;
mod pieces;
mod ranges;
mod relevance;
mod remnant;
mod roles;
mod segments;
mod sequence;
mod side;
mod stream;
mod table;
#[cfg(test)]
mod tests;

pub use facts::{Flow, Half, Reset, RoleEvidence, Segment, SegmentClass};
pub use relevance::{Needless, Opening, Reader, Relevance};
pub use segments::Segments;
pub use stream::{Conflict, Stream};
pub use table::{FlowLimits, FlowTable};
