//! Stage 1: bytes of a capture file -> [`Frame`]s.

mod error;
mod frame;

pub use error::CaptureError;
pub use frame::{Frame, LinkType};
