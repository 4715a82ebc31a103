//! What makes a capture unusable as a whole. The caller adds the file's name.

use std::fmt;
use std::io;

use super::facts::Compression;
use crate::limits::MERGED_AT_ONCE;

/// Why no frame can be read at all. Anything less is a [`CaptureWarning`](super::CaptureWarning).
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The input cannot be opened.
    #[error("cannot open it: {0}; check the path and the medium")]
    Open(io::Error),
    /// A file of a merged capture has no times.
    #[error("not merged: its packets have no times to merge by; judge it by itself")]
    NoTimes,
    /// Too many files of a merged capture hold the same moment.
    #[error("not merged: {MERGED_AT_ONCE} other files hold the same moment; merge fewer captures at once")]
    TooManyAtOnce,
    /// The input cannot be read.
    #[error(
        "cannot read at offset {offset}: {error}; check that the file is readable and the medium is sound"
    )]
    Read {
        /// Octets read before the error.
        offset: u64,
        /// What the operating system said.
        error: io::Error,
    },
    /// There is nothing in the input.
    #[error("the input is empty (0 octets); export the capture again and wait until the export has finished")]
    Empty,
    /// The input ends inside the first header.
    #[error(
        "the input ends at offset {length}, inside the {format} header of {needed} octets; \
         export the capture again and wait until the export has finished"
    )]
    CutHeader {
        /// What the first octets say it is.
        format: &'static str,
        /// Octets in the input.
        length: u64,
        /// Octets the header takes.
        needed: u64,
    },
    /// The first header is there but says nothing usable.
    #[error("the pcapng section header at offset 0 is damaged ({reason}); export the capture again")]
    DamagedHeader {
        /// Which field, and how.
        reason: &'static str,
    },
    /// A compressed file.
    #[error("the input is {0}-compressed (offset 0); decompress it first, for example with `{tool}`", tool = .0.tool())]
    Compressed(Compression),
    /// Neither pcap nor pcapng.
    #[error("not a pcap or pcapng capture: at offset 0 it starts with {first}{hint}")]
    NotACapture {
        /// Its first octets.
        first: FirstOctets,
        /// What it may be instead and what to do, with the punctuation before it; may be empty.
        hint: &'static str,
    },
}

/// Up to eight octets, shown in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstOctets(Vec<u8>);

impl FirstOctets {
    /// The first octets of `data`.
    pub(super) fn of(data: &[u8]) -> Self {
        Self(data.iter().copied().take(8).collect())
    }
}

impl fmt::Display for FirstOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, octet) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{octet:02x}")?;
        }
        Ok(())
    }
}
