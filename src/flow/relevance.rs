//! Whether a connection is anybody's business: asked while its first octets come in, answered by whoever knows names.

use std::fmt;

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

/// Who is asked.
pub(super) struct Judge(Box<dyn Fn(&Opening<'_>) -> Relevance>);

impl Judge {
    pub fn new(judge: impl Fn(&Opening<'_>) -> Relevance + 'static) -> Self {
        Self(Box::new(judge))
    }

    pub fn ask(&self, opening: &Opening<'_>) -> Relevance {
        (self.0)(opening)
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Judge")
    }
}
