//! Stage 1: bytes of a capture file -> [`Frame`]s.
//!
//! [`CaptureReader`] reads pcap, pcapng and packets printed as text from any [`std::io::Read`], front to back, with one bounded
//! buffer; what is packed with gzip or zstd is unpacked on the way. Only a file
//! without a readable header is a [`CaptureError`]; whatever comes later is a [`CaptureWarning`] in [`CaptureFacts`].
//! [`MergedReader`] reads several files as one, in order of time.

mod dump;
mod error;
mod facts;
mod frame;
mod input;
mod interface;
mod merge;
mod origins;
mod pcap;
mod pcapng;
mod probe;
mod reader;
mod record;
mod source;
#[cfg(test)]
mod tests;
mod unpack;

pub use error::{CaptureError, FirstOctets};
pub use facts::{CaptureFacts, CaptureFormat, CaptureWarning, Compression, Merged};
pub use frame::{Frame, Frames, LinkType};
pub use merge::{Input, MergedReader};
pub use origins::Origins;
pub use reader::CaptureReader;
