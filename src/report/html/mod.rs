//! `html`: one self-contained page, without script and without a word to the network; its heart is the ladder.
//!
//! The views are the report's texts, chosen and ordered; the templates beside them hold the markup. Every text passes
//! [`escape::Escaper`], the default of every template.

mod certificate;
mod document;
mod escape;
mod ladder;
mod section;

pub(super) use document::Html;
