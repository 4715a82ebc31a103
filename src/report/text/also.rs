//! What does not decide but is worth a look.

use super::canvas::Canvas;
use super::page::Ink;
use crate::diagnose::Severity;
use crate::report::model::{Evidence, Finding, Frame, Report};

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
    for one in &report.shortcomings {
        let place = frames(&one.evidence).map(|place| format!(" ({place})")).unwrap_or_default();
        canvas.hanging(&[(Ink::Plain, "    - ")], "      ", Ink::Plain, &format!("{}{place}", one.message));
    }
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
    let notes: Vec<String> = attempt.into_iter().chain(frames(&finding.evidence)).collect();
    if notes.is_empty() {
        finding.message.clone()
    } else {
        format!("{} ({})", finding.message, notes.join(", "))
    }
}

/// `frame 5`, or the first few of several.
pub(in crate::report) fn frames(evidence: &[Evidence]) -> Option<String> {
    const SHOWN: usize = 4;
    let numbers: Vec<String> = evidence.iter().take(SHOWN).map(|item| item.frame.to_string()).collect();
    let more = if evidence.len() > SHOWN { ", ..." } else { "" };
    match numbers.as_slice() {
        [] => None,
        [frame] => Some(format!("frame {frame}")),
        frames => Some(format!("frames {}{more}", frames.join(", "))),
    }
}
