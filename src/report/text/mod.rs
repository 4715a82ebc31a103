//! `text`: the report on one screen, for somebody who has looked at captures all day.
//!
//! Readable without colour, within 80 columns, and pasteable into a ticket. Only commands and filters may be longer:
//! a broken one would be useless.

mod also;
mod attempt;
mod canvas;
mod facts;
mod headline;
mod numbers;
mod page;
mod proof;
mod protocols;
mod screen;
mod stages;
mod transcript;

pub use canvas::Canvas;
pub use page::{Detail, Ink, Page};
pub(super) use screen::Text;
