//! The switch's own words beside the attempts, in a few lines.

use super::also::places;
use super::canvas::Canvas;
use super::numbers::{count, duration};
use super::page::{Detail, Ink};
use crate::diagnose::Confidence;
use crate::limits::ATTEMPT_ROWS;
use crate::report::model::{Correlation, Report, SwitchClock, TranscriptFile};

/// Correlations shown on one screen; the others are only counted.
const SHOWN: usize = 6;

/// What was read, how the clocks stand, and what belongs to what.
pub(super) fn beside(canvas: &mut Canvas, report: &Report) {
    let Some(transcript) = &report.transcript else { return };
    canvas.heading("Beside the switch's own words");
    for file in &transcript.files {
        canvas.paragraph("    ", Ink::Faint, &read(file));
    }
    if let Some(clock) = transcript.clock.as_ref().filter(|clock| clock.pairs > 0) {
        canvas.paragraph("    ", Ink::Plain, &clock_text(clock));
    }
    let shown = if canvas.page().detail == Detail::Full { usize::MAX } else { SHOWN };
    for found in report.correlations.iter().take(shown) {
        let ink = if found.relation == "same" { Ink::Faint } else { Ink::Notice };
        let label = [(Ink::Plain, "    "), (ink, "-"), (Ink::Plain, " ")];
        canvas.hanging(&label, "      ", Ink::Plain, &sentence(found));
    }
    let hidden = report.correlations.len().saturating_sub(shown) as u64 + transcript.correlations_omitted;
    if hidden > 0 {
        canvas.paragraph("    ", Ink::Faint, &format!("{hidden} more, not shown here: -v or --format json"));
    }
}

/// The same for other renderers: a sentence for each file, for the clocks and for what belongs together.
pub(in crate::report) fn sentences(report: &Report) -> Vec<String> {
    let Some(transcript) = &report.transcript else { return Vec::new() };
    let clock = transcript.clock.as_ref().filter(|clock| clock.pairs > 0).map(clock_text);
    let files = transcript.files.iter().map(read);
    files.chain(clock).chain(report.correlations.iter().take(ATTEMPT_ROWS).map(sentence)).collect()
}

fn sentence(found: &Correlation) -> String {
    let place = places(&found.evidence).map(|places| format!(" ({places})")).unwrap_or_default();
    let doubt = if found.confidence.0 == Confidence::Possible { "Possibly: " } else { "" };
    format!("{doubt}{}{place}", found.message)
}

fn read(file: &TranscriptFile) -> String {
    let kinds: Vec<&str> = file.read.iter().map(|read| read.kind).collect();
    let cut = if file.cut { "; it is longer than was read" } else { "" };
    let unknown = match file.not_understood.lines {
        0 => String::new(),
        lines => format!("; {} not understood", count(lines, "line")),
    };
    format!("{}: {}, {}{unknown}{cut}", file.file, count(file.lines, "line"), kinds.join(", "))
}

fn clock_text(clock: &SwitchClock) -> String {
    let of =
        format!("({}, largest deviation {})", count(clock.pairs, "pair"), duration(clock.spread_s * 1000.0));
    if clock.offset_s.abs() < 1.0 {
        return format!("The switch's clock is the capture's within a second {of}.");
    }
    let side = if clock.offset_s > 0.0 { "ahead of" } else { "behind" };
    let doubt = if clock.confidence.0 == Confidence::Possible { " perhaps" } else { "" };
    format!("The switch's clock is{doubt} {} {side} the capture's {of}.", long(clock.offset_s.abs()))
}

/// Seconds, with minutes or hours from one on.
fn long(seconds: f64) -> String {
    if seconds < 60.0 {
        duration(seconds * 1000.0)
    } else if seconds < 3_600.0 {
        format!("{:.1} min", seconds / 60.0)
    } else {
        format!("{:.2} h", seconds / 3_600.0)
    }
}
