//! The attempts' frames as pcapng, with what was concluded of them as comments.
//!
//! The capture is read a second time: [`Selection`] tells an attempt's frames from the others without having held their
//! numbers, [`Notes`] what is said of them, [`Writer`] makes blocks of it.

mod blocks;
mod notes;
mod selection;
mod spans;
mod writer;

pub use selection::Selection;
pub use writer::{AnnotateError, Writer};
