//! Whether a connection is anybody's business: asked while its first octets come in, answered by whoever knows names.

use std::fmt;
use std::ops::Range;

use smallvec::SmallVec;

use crate::model::Endpoint;

/// What a connection's first octets say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relevance {
    /// Not yet enough: to be asked again with more octets.
    Open,
    /// To be followed to its end.
    Wanted,
    /// Nobody's business: nothing of it is kept, and none of its later segments is looked at.
    Unwanted,
}

/// The start of a connection whose handshake is in the capture.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// Who was called.
    pub server: Endpoint,
    /// The client's octets so far, from the first one on.
    pub octets: &'a [u8],
}

/// Who knows what the octets of a connection mean.
pub trait Reader {
    /// What a connection is that begins so.
    fn relevance(&self, opening: &Opening<'_>) -> Relevance;

    /// Which of a direction's octets nobody will read. `octets` are the first ones, or those from where it was to be asked again.
    fn needless(&self, octets: &[u8]) -> Needless;
}

/// Octets that nobody will read, by their offsets in those that the [`Reader`] was shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needless {
    /// In order and apart; the last may reach to octets that are still to come.
    pub ranges: SmallVec<[Range<u64>; 1]>,
    /// From where to ask again; never, where nothing tells which of the octets that follow are needed.
    pub again: Option<u64>,
}

/// Who is asked.
pub(super) struct Judge(pub Box<dyn Reader>);

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Judge")
    }
}
