//! `text`: the report on one screen, for somebody who has looked at captures all day.
//!
//! Readable without colour, within 80 columns, and pasteable into a ticket. Only commands and filters may be longer:
//! a broken one would be useless.

pub(super) mod also;
pub(super) mod attempt;
pub(super) mod batch;
mod canvas;
pub(super) mod facts;
pub(super) mod headline;
pub(super) mod numbers;
mod page;
mod proof;
pub(super) mod protocols;
mod screen;
mod stages;
pub(super) mod transcript;

pub use canvas::Canvas;
pub use page::{Detail, Ink, Page};
pub(super) use screen::Text;
