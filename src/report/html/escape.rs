//! The escaper of every template.

use std::fmt::{self, Write};

use crate::report::printable;

/// HTML and SVG text: no markup comes through, and nothing that hides or turns text.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::report::html) struct Escaper;

impl askama::filters::Escaper for Escaper {
    fn write_escaped_str<W: Write>(&self, dest: W, text: &str) -> fmt::Result {
        askama::filters::Html.write_escaped_str(dest, &printable(text))
    }
}
