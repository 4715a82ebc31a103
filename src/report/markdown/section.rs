//! What one capture showed, in the order in which an engineer asks.

use super::escape::{Place, block, code, code_block, inline};
use super::{attempt, facts};
use crate::diagnose::StageStatus;
use crate::report::model::{Attempt, Evidence, Finding, Frame, Report, Stages, Verdict};
use crate::report::text::also::{places, reasons};
use crate::report::text::attempt::path_text;
use crate::report::text::headline::{also_failing, announce, assessment};
use crate::report::text::numbers::{duration, into_capture};
use crate::report::text::transcript::sentences;
use crate::report::text::{Detail, Page};

/// A heading of `level` with an empty line on either side.
pub(super) fn heading(level: usize, title: &str) -> String {
    format!("\n{} {title}\n\n", "#".repeat(level))
}

/// The whole of it, its own heading of `level`.
pub(super) fn capture(report: &Report, page: Page, level: usize) -> String {
    let verdict = &report.verdict.verdict;
    let mut text = title(report, level);
    text.push_str(&conclusion(report, verdict));
    if let Some(deciding) = report.deciding_attempt() {
        put!(text, "\n{}\n", block(&whose_path(report, deciding)));
        text.push_str(&heading(level + 1, "Stages"));
        text.push_str(&stages(&deciding.stages));
    }
    if !verdict.evidence.is_empty() {
        text.push_str(&heading(level + 1, "Evidence"));
        text.push_str(&evidence(report, page, &verdict.evidence));
    }
    text.push_str(&filter(verdict));
    text.push_str(&candidates(report, level + 1));
    text.push_str(&list("Why this capture does not decide", reasons(report), level + 1));
    text.push_str(&next_steps(verdict, level + 1));
    text.push_str(&match page.detail {
        Detail::Full => attempt::all_in_full(report, page, level + 1),
        _ => attempt::others(report, page, level + 1),
    });
    text.push_str(&list("Beside the switch's own words", sentences(report), level + 1));
    text.push_str(&findings(report, level + 1));
    text + &facts::capture(report, page, level + 1)
}

/// Who talked to whom, and in which attempt where there are several.
fn whose_path(report: &Report, deciding: &Attempt) -> String {
    let path = path_text(deciding).replace("->", "→");
    match report.attempts_total {
        0 | 1 => path,
        total => format!("Attempt {} of {total}: {path}", deciding.id),
    }
}

fn title(report: &Report, level: usize) -> String {
    let verdict = &report.verdict.verdict;
    let (mark, word, _) = announce(report.outcome.0);
    let title = inline(verdict.title, Place::Running);
    let file = code(&report.capture.file, Place::Running);
    let code = code(verdict.code, Place::Running);
    format!("{} {mark} {word}: {title}\n\n{code} in {file}\n", "#".repeat(level))
}

fn conclusion(report: &Report, verdict: &Verdict) -> String {
    let mut text = format!("\n{}\n", block(&verdict.summary));
    put!(text, "\n{}\n", block(&assessment(report.outcome.0, verdict)));
    if let Some(others) = also_failing(report) {
        put!(text, "\n{}\n", block(&others));
    }
    if !verdict.reported_as.is_empty() {
        let said: Vec<String> = verdict.reported_as.iter().map(|words| code(words, Place::Running)).collect();
        put!(text, "\nThe switch's own log usually says {}.\n", said.join(" or "));
    }
    text
}

/// The six stages; the one that broke stands out.
pub(super) fn stages(stages: &Stages) -> String {
    let mut text = "| Stage | Result | Time | What happened |\n|---|---|--:|---|\n".to_owned();
    for (name, stage) in stages.in_order() {
        let (mark, words) = match stage.status.0 {
            StageStatus::Ok => ("✓", "ok"),
            StageStatus::Failed => ("✗", "**failed**"),
            StageStatus::Unfinished => ("…", "unfinished"),
            StageStatus::NotReached => ("·", "not reached"),
            StageStatus::NotNeeded => ("·", "not needed"),
            StageStatus::NotSeen => ("?", "not seen"),
        };
        let time = inline(&stage.duration_ms.map(duration).unwrap_or_default(), Place::Cell);
        let detail = inline(stage.detail.as_deref().unwrap_or_default(), Place::Cell);
        put!(text, "| {} | {mark} {words} | {time} | {detail} |\n", name.name());
    }
    text
}

/// The deciding frames with their times.
pub(super) fn evidence(report: &Report, page: Page, evidence: &[Evidence]) -> String {
    let zone = page.zone;
    let mut text = format!(
        "Frame numbers and seconds as in Wireshark.\n\n| Frame | Seconds | Time ({zone}) | What it shows |\n|--:|--:|---|---|\n"
    );
    for item in evidence {
        let seconds = into_capture(report, item.place.frame.and(item.time));
        let time = item.time.map(|time| zone.to_the_microsecond(time)).unwrap_or_default();
        let note = inline(&item.note, Place::Cell);
        let frame = inline(&item.place.to_string(), Place::Cell);
        put!(text, "| {frame} | {} | {time} | {note} |\n", seconds.trim_end_matches(" s"));
    }
    text
}

/// The filter that shows the attempt.
pub(super) fn filter(verdict: &Verdict) -> String {
    let Some(filter) = &verdict.wireshark_filter else { return String::new() };
    format!("\nIn Wireshark:\n\n{}", code_block("", &[filter]))
}

fn next_steps(verdict: &Verdict, level: usize) -> String {
    if verdict.actions.is_empty() {
        return String::new();
    }
    let mut text = heading(level, "Next steps");
    for (number, action) in (1..).zip(&verdict.actions) {
        let label = format!("{number}. ");
        put!(text, "{label}{}\n", block(&action.text));
        if !action.commands.is_empty() {
            let indent = " ".repeat(label.len());
            put!(text, "\n{}\n", code_block(&indent, &action.commands));
        }
    }
    text.trim_end().to_owned() + "\n"
}

/// Look-ups and connections that an option would turn into attempts.
fn candidates(report: &Report, level: usize) -> String {
    if report.candidates.is_empty() {
        return String::new();
    }
    let mut text = heading(level, "It may be one of these");
    text.push_str("Run again with its option.\n\n| Switch | Target | Verdict | Times | First frame | Option |\n|---|---|---|--:|--:|---|\n");
    for candidate in &report.candidates {
        let first = Frame { number: candidate.first_frame, file: candidate.first_file.clone() };
        let target = candidate.peer.as_deref().or(candidate.host.as_deref()).unwrap_or("?");
        put!(
            text,
            "| {} | {} | {} | {} | {} | {} |\n",
            inline(&candidate.client, Place::Cell),
            inline(target, Place::Cell),
            code(candidate.code, Place::Cell),
            candidate.count,
            inline(&first.to_string(), Place::Cell),
            code(&candidate.option, Place::Cell)
        );
    }
    text
}

/// A list of sentences under a heading; nothing without any.
fn list(title: &str, sentences: impl IntoIterator<Item = String>, level: usize) -> String {
    let mut items = String::new();
    for one in sentences {
        put!(items, "- {}\n", inline(&one, Place::Running));
    }
    if items.is_empty() { items } else { heading(level, title) + &items }
}

fn findings(report: &Report, level: usize) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let line = |finding: &Finding| {
        let attempt = finding.attempt.map(|attempt| format!("attempt {attempt}"));
        let notes: Vec<String> = attempt.into_iter().chain(places(&finding.evidence)).collect();
        let notes = if notes.is_empty() {
            String::new()
        } else {
            format!(" ({})", inline(&notes.join(", "), Place::Running))
        };
        let code = code(finding.code, Place::Running);
        let message = inline(&finding.message, Place::Running);
        format!("- **{}** {code}: {message}{notes}\n", finding.severity)
    };
    heading(level, "Also noticed") + &report.findings.iter().map(line).collect::<String>()
}
