//! What is said in the annotated capture, from the finished report: of a frame, of the section, of an address.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::IpAddr;

use crate::limits::COMMENT;
use crate::report::model::{Attempt, Report, Stage, Verdict};

/// What is said of one report's capture.
pub(super) struct Notes<'a> {
    report: &'a Report,
    /// For each frame what is said of it.
    frames: BTreeMap<u64, Vec<Note<'a>>>,
}

/// One statement about a frame.
enum Note<'a> {
    /// It decides an attempt's verdict, or the capture's.
    Deciding(Option<u64>, &'a Verdict, &'a str),
    /// A stage of an attempt begins.
    Begins(u64, &'static str, &'a Stage),
}

impl<'a> Notes<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut notes = Self { report, frames: BTreeMap::new() };
        for attempt in report.attempts.iter() {
            notes.stages(attempt);
            notes.verdict(Some(attempt.id), &attempt.verdict);
        }
        // The verdict of an attempt that is not in the report, or of none.
        if report.deciding_attempt().is_none() {
            notes.verdict(report.verdict.attempt, &report.verdict.verdict);
        }
        notes
    }

    fn stages(&mut self, attempt: &'a Attempt) {
        for (name, stage) in attempt.stages.in_order() {
            if let Some(first) = stage.frames.first() {
                self.add(*first, Note::Begins(attempt.id, name.name(), stage));
            }
        }
    }

    fn verdict(&mut self, attempt: Option<u64>, verdict: &'a Verdict) {
        for evidence in &verdict.evidence {
            if let Some(frame) = evidence.place.frame {
                self.add(frame, Note::Deciding(attempt, verdict, &evidence.note));
            }
        }
    }

    fn add(&mut self, frame: u64, note: Note<'a>) {
        self.frames.entry(frame).or_default().push(note);
    }

    /// The comments on `frame`, each one an option of its own.
    pub(super) fn comments(&self, frame: u64) -> Vec<String> {
        let notes = self.frames.get(&frame).map(Vec::as_slice).unwrap_or_default();
        notes.iter().map(|note| bounded(&self.place(frame, note))).collect()
    }

    fn place(&self, frame: u64, note: &Note<'_>) -> String {
        let of = |attempt: Option<u64>| attempt.map_or(String::new(), |id| format!("attempt {id}, "));
        let said = match note {
            Note::Deciding(attempt, verdict, note) => {
                format!("{}decides {}: {note}", of(*attempt), verdict.code)
            }
            Note::Begins(id, name, stage) => {
                let detail = stage.detail.as_deref().map_or(String::new(), |detail| format!(": {detail}"));
                format!("attempt {id}, stage {name} begins ({}{detail})", stage.status)
            }
        };
        format!("frame {frame} of {}: {said}", self.report.capture.file)
    }

    /// The verdict, for the section.
    pub(super) fn section(&self) -> String {
        let Report { capture, tool, verdict, outcome, .. } = self.report;
        let conclusion = &verdict.verdict;
        let mut text = format!(
            "{}: {outcome}, {}: {}\n{}\n",
            capture.file, conclusion.code, conclusion.title, conclusion.summary
        );
        text.push_str(match verdict.attempt {
            Some(_) => {
                "Frames of the attempts only, at their original times; comments name the original frame.\n"
            }
            None => "No attempt; only the frames that the verdict cites, at their original times.\n",
        });
        if self.report.attempts_omitted > 0 {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} attempts are left out.", self.report.attempts_omitted);
        }
        bounded(&format!("{text}{} {}", tool.name, tool.version))
    }

    /// Each address that a look-up answered, with the names asked for.
    pub(super) fn names(&self) -> BTreeMap<IpAddr, BTreeSet<String>> {
        let mut names: BTreeMap<IpAddr, BTreeSet<String>> = BTreeMap::new();
        let lookups = self.report.attempts.iter().flat_map(|attempt| &attempt.dns.lookups);
        for query in lookups.chain(&self.report.lookups).flat_map(|lookup| &lookup.queries) {
            for ip in query.answers.iter().filter_map(|answer| answer.parse::<IpAddr>().ok()) {
                names.entry(ip).or_default().insert(query.name.clone());
            }
        }
        names
    }
}

/// A comment's length is a 16-bit number.
fn bounded(text: &str) -> String {
    text.chars().take(COMMENT).collect()
}
