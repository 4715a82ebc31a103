//! Why to believe the verdict, and what to do about it.

use super::canvas::Canvas;
use super::numbers::into_capture;
use super::page::Ink;
use crate::report::model::{Action, Evidence, Report, Verdict};

/// The deciding frames.
pub(super) fn evidence(canvas: &mut Canvas, report: &Report, evidence: &[Evidence]) {
    if evidence.is_empty() {
        return;
    }
    canvas.heading(match (report.capture.files.is_empty(), report.capture.format, report.capture.clock) {
        (false, ..) => "Proof (file and frame number as in Wireshark, seconds from the first file's start)",
        (_, "hexdump", "none") => "Proof (frame number; the text has no times)",
        (_, "hexdump", _) => "Proof (frame number, seconds since the first frame)",
        _ => "Proof (frame number and seconds as in Wireshark)",
    });
    let rows: Vec<_> =
        evidence.iter().map(|item| (numbered(item), into_capture(report, item.time), item)).collect();
    let frame_width = rows.iter().map(|(frame, ..)| frame.len()).max().unwrap_or(0);
    let time_width = rows.iter().map(|(_, time, _)| time.len()).max().unwrap_or(0);
    for (frame, time, item) in &rows {
        let label = format!("    {frame:<frame_width$}  ");
        let time = format!("{time:>time_width$}  ");
        let hang = " ".repeat(label.len() + time.len());
        canvas.hanging(&[(Ink::Strong, &label), (Ink::Faint, &time)], &hang, Ink::Plain, &item.note);
    }
}

/// `frame 6`; with the dump's own index where that is another number.
fn numbered(item: &Evidence) -> String {
    match item.source_index.filter(|index| *index != item.frame.number) {
        Some(index) => format!("frame {} (index {index})", item.frame),
        None => format!("frame {}", item.frame),
    }
}

/// What to do, numbered, cheapest first.
pub(super) fn actions(canvas: &mut Canvas, actions: &[Action]) {
    if actions.is_empty() {
        return;
    }
    canvas.heading("What to do");
    for (number, action) in (1..).zip(actions) {
        canvas.step(number, &action.text, &action.commands);
    }
}

/// What the switch's own logs say of it.
pub(super) fn reported_as(canvas: &mut Canvas, verdict: &Verdict) {
    if verdict.reported_as.is_empty() {
        return;
    }
    let quoted: Vec<String> = verdict.reported_as.iter().map(|words| format!("\"{words}\"")).collect();
    canvas.gap();
    let label = [(Ink::Plain, "  "), (Ink::Strong, "The switch's own log usually says"), (Ink::Plain, " ")];
    canvas.hanging(&label, "    ", Ink::Plain, &quoted.join(" or "));
}

/// The filter that shows the attempt, whole, ready to paste.
pub(super) fn filter(canvas: &mut Canvas, verdict: &Verdict) {
    if let Some(filter) = &verdict.wireshark_filter {
        canvas.heading("Wireshark filter");
        canvas.line("    ", &[(Ink::Code, filter)]);
    }
}
