//! Whether a connection is anybody's business: asked while its first octets come in, answered by whoever knows names.

use std::fmt;
use std::ops::Range;

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

    /// Which of a direction's octets, all of which are here, nobody will read: in order and apart.
    fn needless(&self, octets: &[u8]) -> Vec<Range<u64>>;
}

/// Who is asked.
pub(super) struct Judge(pub Box<dyn Reader>);

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Judge")
    }
}
