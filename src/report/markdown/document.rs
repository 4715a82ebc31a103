//! One report or many as one document.

use super::escape::{Place, code, inline};
use super::section;
use crate::report::format::Render;
use crate::report::model::{Failure, Report, Summary};
use crate::report::text::batch::in_common;
use crate::report::text::headline::announce;
use crate::report::text::{Detail, Page};

/// Reports as Markdown: one, or behind a table of all of them one after the other.
pub(in crate::report) struct Markdown {
    several: bool,
    page: Page,
    /// Rows of the table, as they come.
    rows: String,
    sections: String,
}

impl Markdown {
    pub(in crate::report) fn new(several: bool, page: Page) -> Self {
        Self { several, page, rows: String::new(), sections: String::new() }
    }
}

impl Render for Markdown {
    fn report(&mut self, report: Report) -> String {
        if !self.several && self.page.detail != Detail::Line {
            return section::capture(&report, self.page, 1);
        }
        self.rows.push_str(&row(&report, self.page));
        if self.page.detail != Detail::Line {
            self.sections.push('\n');
            self.sections.push_str(&section::capture(&report, self.page, 2));
        }
        String::new()
    }

    fn failure(&mut self, failure: Failure) -> String {
        if self.several {
            let file = code(&failure.file, Place::Cell);
            let message = inline(&failure.message, Place::Cell);
            put!(self.rows, "| {file} | unusable | {message} | | |\n");
        }
        String::new()
    }

    fn end(&mut self, summary: Summary) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let mut common = String::new();
        for (what, list) in in_common(&summary) {
            put!(common, "\n{what}: {}\n", inline(&list, Place::Running));
        }
        let captures = summary.captures + summary.errors;
        let noun = if captures == 1 { "capture" } else { "captures" };
        let (rows, sections) = (std::mem::take(&mut self.rows), std::mem::take(&mut self.sections));
        format!(
            "# Smart Licensing in {captures} {noun}\n\n| Capture | Outcome | Verdict | Attempts | From ({}) |\n|---|---|---|--:|---|\n{rows}{common}{sections}",
            self.page.zone
        )
    }
}

/// A capture's line of the table.
fn row(report: &Report, page: Page) -> String {
    let verdict = &report.verdict.verdict;
    let (mark, word, _) = announce(report.outcome.0);
    let from = report.capture.first.map(|first| page.zone.to_the_microsecond(first)).unwrap_or_default();
    format!(
        "| {} | {mark} {word} | {}: {} | {} | {from} |\n",
        code(&report.capture.file, Place::Cell),
        code(verdict.code, Place::Cell),
        inline(verdict.title, Place::Cell),
        report.attempts_total,
    )
}
