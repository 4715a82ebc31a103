//! Attempts: a table of the others, or all of them in full.

use super::escape::{Place, block, code, inline};
use super::section::{evidence, filter, heading, stages};
use crate::limits::ATTEMPT_ROWS;
use crate::report::model::{Attempt, Event, Report};
use crate::report::text::Page;
use crate::report::text::attempt::{path_text, whereto};
use crate::report::text::facts::span;
use crate::report::text::headline::{announce, assessment};
use crate::report::text::numbers::{count, into_capture};
use crate::report::text::protocols;

/// One line for each attempt but the deciding one.
pub(super) fn others(report: &Report, page: Page, level: usize) -> String {
    // The latest ones matter most.
    let (others, skipped) = report.attempts.latest_but(report.verdict.attempt, ATTEMPT_ROWS);
    if others.is_empty() {
        return String::new();
    }
    let mut text = heading(level, "Other attempts");
    let earlier = skipped as u64 + report.attempts_omitted;
    if earlier > 0 {
        let earlier = inline(&count(earlier, "more attempt"), Place::Running);
        put!(text, "{earlier}, not shown here: `-f json` has them.\n\n");
    }
    let zone = page.zone;
    put!(text, "| # | Start ({zone}) | Outcome | Verdict | Target |\n|--:|---|---|---|---|\n");
    for attempt in others {
        let (mark, word, _) = announce(attempt.outcome.0);
        let start = attempt.start.map(|start| zone.to_the_microsecond(start)).unwrap_or_default();
        put!(
            text,
            "| {} | {start} | {mark} {word} | {} | {} |\n",
            attempt.id,
            code(attempt.verdict.code, Place::Cell),
            inline(&whereto(report, attempt), Place::Cell)
        );
    }
    text
}

/// Every attempt with its stages, proof and facts.
pub(super) fn all_in_full(report: &Report, page: Page, level: usize) -> String {
    report.attempts.iter().map(|attempt| in_full(report, page, attempt, level)).collect()
}

fn in_full(report: &Report, page: Page, attempt: &Attempt, level: usize) -> String {
    let (mark, word, _) = announce(attempt.outcome.0);
    let verdict = &attempt.verdict;
    let title = inline(verdict.title, Place::Running);
    let title = format!("Attempt {} of {}: {mark} {word}, {title}", attempt.id, report.attempts_total);
    let mut text = heading(level, &title);
    let facts = format!("{}\n\n", block(&span(report, attempt)));
    if report.verdict.attempt == Some(attempt.id) {
        text.push_str("The verdict above is that of this attempt.\n\n");
        text.push_str(&facts);
    } else {
        put!(text, "{}: {}\n\n", code(verdict.code, Place::Running), block(&verdict.summary));
        put!(text, "{}\n\n", block(&assessment(attempt.outcome.0, verdict)));
        put!(text, "{}\n\n", block(&path_text(attempt).replace("->", "→")));
        text.push_str(&facts);
        text.push_str(&stages(&attempt.stages));
        if !verdict.evidence.is_empty() {
            put!(text, "\n{}", evidence(report, page, &verdict.evidence));
        }
        text.push_str(&filter(verdict));
        text.push('\n');
    }
    text.push_str(&told(attempt, page));
    text + &events(report, attempt)
}

fn told(attempt: &Attempt, page: Page) -> String {
    let mut text = String::new();
    for (name, line) in protocols::lines(attempt, page.zone) {
        put!(text, "- {name}: {}\n", inline(&line, Place::Running));
    }
    text
}

/// The ladder as a table, the deciding frames marked.
fn events(report: &Report, attempt: &Attempt) -> String {
    if attempt.events.is_empty() {
        return String::new();
    }
    let row = |event: &Event| {
        let mark = if event.deciding { "**" } else { "" };
        let seconds = into_capture(report, event.time);
        format!(
            "| {mark}{}{mark} | {} | {} | {} | {} |\n",
            inline(&event.frame.to_string(), Place::Cell),
            seconds.trim_end_matches(" s"),
            inline(&event.from, Place::Cell),
            inline(&event.to, Place::Cell),
            inline(&event.text, Place::Cell)
        )
    };
    let head = "\n| Frame | Seconds | From | To | What |\n|--:|--:|---|---|---|\n";
    head.to_owned() + &attempt.events.iter().map(row).collect::<String>()
}
