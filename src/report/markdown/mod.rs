//! `markdown`: the report as an engineer would have written it into the case; GitHub-flavoured.
//!
//! Nothing from a packet becomes markup: every text goes through [`escape`].

mod attempt;
mod document;
mod escape;
mod facts;
mod section;

pub(super) use document::Markdown;
