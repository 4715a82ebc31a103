//! The octets of one direction, each with the frame it came in. Gaps stay gaps.

use std::ops::Range;

use crate::model::At;

/// Octets of one direction from offset 0, up to a limit; what was not captured is a gap, never invented.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// Octets from offset 0; zero where missing.
    bytes: Vec<u8>,
    /// What was captured: ordered, disjoint.
    pieces: Vec<Piece>,
    /// One past the highest octet seen on the wire, kept or not.
    end: u64,
}

#[derive(Debug, Clone)]
struct Piece {
    range: Range<u64>,
    at: At,
}
