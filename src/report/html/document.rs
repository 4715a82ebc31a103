//! One report or many as one page.

use askama::Template;

use super::section::Section;
use crate::report::format::Render;
use crate::report::model::{Failure, Report, Summary, Tool};
use crate::report::text::batch::in_common;
use crate::report::text::headline::announce;
use crate::report::{Zone, model};

/// Reports as a page: one, or behind a table of all of them one after the other.
pub(in crate::report) struct Html {
    several: bool,
    zone: Zone,
    rows: Vec<Row>,
    sections: Vec<String>,
}

/// The page around the captures.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'a> {
    title: &'a str,
    style: &'static str,
    /// What stands above the table of several captures.
    heading: Option<&'a str>,
    zone: String,
    rows: &'a [Row],
    /// What several captures have in common.
    common: Vec<(&'static str, String)>,
    /// Rendered already.
    sections: &'a [String],
    tool: Tool,
}

/// A capture in the table of several.
struct Row {
    file: String,
    /// The section that tells more; none of an unusable input.
    id: Option<String>,
    class: &'static str,
    outcome: String,
    code: &'static str,
    text: String,
    attempts: String,
    from: String,
}

impl Html {
    pub(in crate::report) fn new(several: bool, zone: Zone) -> Self {
        Self { several, zone, rows: Vec::new(), sections: Vec::new() }
    }

    fn page(&self, title: &str, heading: Option<&str>, common: Vec<(&'static str, String)>) -> String {
        let page = Page {
            title,
            style: include_str!("style.css"),
            heading,
            zone: self.zone.to_string(),
            rows: &self.rows,
            common,
            sections: &self.sections,
            tool: Tool::THIS,
        };
        rendered(&page) + "\n"
    }
}

/// A template's text; writing to memory cannot fail.
pub(super) fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

impl Render for Html {
    fn report(&mut self, report: Report) -> String {
        let number = self.rows.len() + 1;
        let level = if self.several { 2 } else { 1 };
        self.sections.push(rendered(&Section::new(&report, self.zone, number, level)));
        if self.several {
            self.rows.push(Row::new(&report, self.zone, number));
            return String::new();
        }
        let verdict = &report.verdict.verdict;
        let (_, word, _) = announce(report.outcome.0);
        self.page(&format!("{word}: {} ({})", verdict.title, report.capture.file), None, Vec::new())
    }

    fn failure(&mut self, failure: Failure) -> String {
        self.rows.push(Row::unusable(failure));
        String::new()
    }

    fn end(&mut self, summary: Summary) -> String {
        if !self.several || self.rows.is_empty() {
            return String::new();
        }
        let captures = summary.captures + summary.errors;
        let noun = if captures == 1 { "capture" } else { "captures" };
        let title = format!("Smart Licensing in {captures} {noun}");
        self.page(&title, Some(&title), in_common(&summary))
    }
}

impl Row {
    fn new(report: &Report, zone: Zone, number: usize) -> Self {
        let (mark, word, _) = announce(report.outcome.0);
        let model::CaptureVerdict { verdict, .. } = &report.verdict;
        Self {
            file: report.capture.file.clone(),
            id: Some(format!("c{number}")),
            class: super::section::class(report.outcome.0),
            outcome: format!("{mark} {word}"),
            code: verdict.code,
            text: verdict.title.to_owned(),
            attempts: report.attempts_total.to_string(),
            from: report.capture.first.map(|first| zone.to_the_second(first)).unwrap_or_default(),
        }
    }

    fn unusable(failure: Failure) -> Self {
        Self {
            file: failure.file,
            id: None,
            class: "warn",
            outcome: "unusable".to_owned(),
            code: "",
            text: failure.message,
            attempts: String::new(),
            from: String::new(),
        }
    }
}
