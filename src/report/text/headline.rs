//! What a tired engineer reads first.

use super::also::places;
use super::canvas::Canvas;
use super::page::Ink;
use crate::diagnose::{Confidence, Outcome, Party};
use crate::report::model::{Report, Verdict};

/// File, outcome, code, title, summary, how sure, whose move.
pub(super) fn headline(canvas: &mut Canvas, report: &Report) {
    let verdict = &report.verdict.verdict;
    let (mark, word, ink) = announce(report.outcome.0);
    canvas.paragraph("", Ink::Faint, &report.capture.file);
    let label = [(ink, mark), (Ink::Plain, " "), (ink, word), (Ink::Plain, "  ")];
    canvas.hanging(&label, "  ", Ink::Strong, &named(verdict));
    canvas.gap();
    canvas.paragraph("  ", Ink::Plain, &verdict.summary);
    canvas.paragraph("  ", Ink::Plain, &assessment(report.outcome.0, verdict));
    if let Some(text) = also_failing(report) {
        canvas.paragraph("  ", Ink::Plain, &text);
    }
}

/// `FILE: failed, proxy-auth-required (certain, frames 15, 17): title`.
pub(super) fn one_line(canvas: &mut Canvas, report: &Report) {
    let verdict = &report.verdict.verdict;
    let (_, _, ink) = announce(report.outcome.0);
    let place = places(&verdict.evidence).map(|places| format!(", {places}")).unwrap_or_default();
    let rest = format!(", {} ({}{place}): {}", verdict.code, verdict.confidence, verdict.title);
    let outcome = report.outcome.to_string();
    canvas.line(
        "",
        &[(Ink::Plain, &report.capture.file), (Ink::Plain, ": "), (ink, &outcome), (Ink::Plain, &rest)],
    );
}

/// Code and title; `ok` would only repeat the outcome.
pub(in crate::report) fn named(verdict: &Verdict) -> String {
    if verdict.code == "ok" {
        verdict.title.to_owned()
    } else {
        format!("{}: {}", verdict.code, verdict.title)
    }
}

/// Mark, word and colour of an outcome.
pub(in crate::report) fn announce(outcome: Outcome) -> (&'static str, &'static str, Ink) {
    match outcome {
        Outcome::Ok => ("✓", "OK", Ink::Good),
        Outcome::Failed => ("✗", "FAILED", Ink::Bad),
        Outcome::Intermittent => ("✗", "INTERMITTENT", Ink::Bad),
        Outcome::Inconclusive => ("?", "INCONCLUSIVE", Ink::Notice),
    }
}

/// How sure the verdict is, and who can do something about it.
pub(in crate::report) fn assessment(outcome: Outcome, verdict: &Verdict) -> String {
    let sure = match verdict.confidence.0 {
        Confidence::Certain => "Certain: bytes in the capture say so.",
        Confidence::Likely if is_text(verdict) => {
            "Likely: the switch's own text says so, no packet proves it."
        }
        Confidence::Likely => "Likely: the pattern says so, another cause is conceivable.",
        Confidence::Possible => "Possible: a best guess from partial data.",
    };
    match (outcome, whose_move(verdict.party.0)) {
        (Outcome::Ok, _) | (_, None) => sure.to_owned(),
        (_, Some(party)) => format!("{sure} Next move: {party}."),
    }
}

/// Whether nothing but lines of text speaks for it.
fn is_text(verdict: &Verdict) -> bool {
    !verdict.evidence.is_empty() && verdict.evidence.iter().all(|item| item.place.line.is_some())
}

fn whose_move(party: Party) -> Option<&'static str> {
    match party {
        Party::Switch => Some("the switch's configuration"),
        Party::Dns => Some("the name server"),
        Party::Network => Some("the network path (routing, firewall, MTU)"),
        Party::Proxy => Some("the proxy's administrator"),
        Party::Inspection => Some("whoever runs TLS inspection"),
        Party::Service => Some("the licensing service"),
        Party::Unknown => None,
    }
}

/// What the other attempts failed with.
pub(in crate::report) fn also_failing(report: &Report) -> Option<String> {
    let codes: Vec<String> =
        report.other_codes.iter().map(|other| format!("{} ({} x)", other.code, other.count)).collect();
    (!codes.is_empty()).then(|| format!("Other attempts failed with {}.", codes.join(", ")))
}
