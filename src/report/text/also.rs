//! What does not decide but is worth a look.

use super::canvas::Canvas;
use super::page::Ink;
use crate::diagnose::Severity;
use crate::report::model::{Evidence, FileName, Finding, Frame, Location, Report};

/// Look-ups and connections that an option would turn into attempts.
pub(super) fn candidates(canvas: &mut Canvas, report: &Report) {
    if report.candidates.is_empty() {
        return;
    }
    canvas.heading("It may be one of these: run again with its option");
    for candidate in &report.candidates {
        let target = candidate.peer.as_deref().or(candidate.host.as_deref()).unwrap_or("?");
        let text = format!(
            "{} -> {target}, {} ({} x, first in frame {})",
            candidate.client,
            candidate.code,
            candidate.count,
            Frame { number: candidate.first_frame, file: candidate.first_file.clone() }
        );
        canvas.paragraph("    ", Ink::Plain, &text);
        canvas.line("      ", &[(Ink::Code, &candidate.option)]);
    }
}

/// Why the capture does not decide.
pub(super) fn shortcomings(canvas: &mut Canvas, report: &Report) {
    if report.shortcomings.is_empty() {
        return;
    }
    canvas.heading("Why this capture does not decide");
    for one in reasons(report) {
        canvas.hanging(&[(Ink::Plain, "    - ")], "      ", Ink::Plain, &one);
    }
}

/// Why the capture does not decide, a sentence each.
pub(in crate::report) fn reasons(report: &Report) -> impl Iterator<Item = String> {
    report.shortcomings.iter().map(|one| {
        let place = frames(&one.evidence).map(|place| format!(" ({place})")).unwrap_or_default();
        format!("{}{place}", one.message)
    })
}

/// The findings, warnings first.
pub(super) fn findings(canvas: &mut Canvas, report: &Report) {
    if report.findings.is_empty() {
        return;
    }
    canvas.heading("Also noticed");
    let (warnings, others): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| finding.severity.0 == Severity::Warning);
    for finding in warnings.into_iter().chain(others) {
        let (mark, ink) = match finding.severity.0 {
            Severity::Warning => ("!", Ink::Notice),
            Severity::Info => ("-", Ink::Faint),
        };
        let code = format!(" {}: ", finding.code);
        canvas.hanging(
            &[(Ink::Plain, "    "), (ink, mark), (Ink::Plain, &code)],
            "      ",
            Ink::Plain,
            &message(finding),
        );
    }
}

fn message(finding: &Finding) -> String {
    let attempt = finding.attempt.map(|attempt| format!("attempt {attempt}"));
    let notes: Vec<String> = attempt.into_iter().chain(places(&finding.evidence)).collect();
    if notes.is_empty() {
        finding.message.clone()
    } else {
        format!("{} ({})", finding.message, notes.join(", "))
    }
}

/// `frame 5`, or the first few of several; `line 12 of switch.txt`; or both.
pub(in crate::report) fn places(evidence: &[Evidence]) -> Option<String> {
    let both: Vec<String> = frames(evidence).into_iter().chain(lines(evidence)).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

fn frames(evidence: &[Evidence]) -> Option<String> {
    let framed = evidence.iter().filter(|item| item.place.frame.is_some());
    listed("frame", &framed.map(|item| item.place.to_string()).collect::<Vec<_>>())
}

fn lines(evidence: &[Evidence]) -> Option<String> {
    let lines: Vec<&Location> =
        evidence.iter().map(|item| &item.place).filter(|place| place.line.is_some()).collect();
    let mut files: Vec<&FileName> = Vec::new();
    for file in lines.iter().filter_map(|place| place.file.as_ref()) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let of = |file: &FileName| {
        let mine = lines.iter().filter(|place| place.file.as_ref() == Some(file));
        let numbers: Vec<String> = mine.filter_map(|place| place.line).map(|line| line.to_string()).collect();
        Some(format!("{} of {file}", listed("line", &numbers)?))
    };
    let all: Vec<String> = files.into_iter().filter_map(of).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The first few of several places.
fn listed(noun: &str, numbers: &[String]) -> Option<String> {
    const SHOWN: usize = 4;
    let more = if numbers.len() > SHOWN { ", ..." } else { "" };
    match numbers {
        [] => None,
        [one] => Some(format!("{noun} {one}")),
        all => {
            let few: Vec<&str> = all.iter().take(SHOWN).map(String::as_str).collect();
            Some(format!("{noun}s {}{more}", few.join(", ")))
        }
    }
}
