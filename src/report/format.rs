//! The formats a report can be read in.

use std::io::{self, Write};

use super::html::Html;
use super::json::Json;
use super::markdown::Markdown;
use super::model::{Failure, Report, Summary};
use super::ndjson::Ndjson;
use super::text::{Page, Text};

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For a human being, on one screen.
    #[default]
    Text,
    /// For a ticket: GitHub-flavoured Markdown.
    Markdown,
    /// For a browser: one page with the ladder of each attempt.
    Html,
    /// One JSON document.
    Json,
    /// One JSON document on each line.
    Ndjson,
}

/// Writes a run's reports in one format: the pieces, one after the other, are the whole output.
pub trait Render {
    /// A capture's report.
    fn report(&mut self, report: Report) -> String;

    /// The same, written as it is made: a report may be longer than memory is wide.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    fn write_report(&mut self, report: Report, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.report(report).as_bytes())
    }

    /// An input that cannot be used.
    fn failure(&mut self, failure: Failure) -> String;

    /// What comes after the last of them.
    fn end(&mut self, summary: Summary) -> String;
}

impl Format {
    /// A renderer of this format; `several` when the run has, or could have had, more than one capture.
    pub fn renderer(self, several: bool, page: Page) -> Box<dyn Render> {
        match self {
            Self::Text => Box::new(Text::new(several, page)),
            Self::Markdown => Box::new(Markdown::new(several, page)),
            Self::Html => Box::new(Html::new(several, page.zone)),
            Self::Json => Box::new(Json::new(several)),
            Self::Ndjson => Box::new(Ndjson),
        }
    }
}
