//! The facts behind the verdict: the capture's at the end of the screen, an attempt's under `-v`.

use super::canvas::Canvas;
use super::numbers::{count, duration, into_capture, size};
use super::page::Ink;
use crate::report::Zone;
use crate::report::model::{Attempt, Capture, Client, Event, Frame, Report, Time};

/// What the capture holds, what is wrong with it, and where to read more.
pub(super) fn capture(canvas: &mut Canvas, report: &Report) {
    let zone = canvas.page().zone;
    canvas.gap();
    for warning in &report.capture.warnings {
        let frame = warning.frame.map(|frame| format!(" (frame {frame})")).unwrap_or_default();
        let whose = warning.file.as_ref().map_or_else(|| "capture".to_owned(), ToString::to_string);
        let whose = format!(" {whose}: ");
        let label = [(Ink::Plain, "  "), (Ink::Notice, "!"), (Ink::Plain, &whose)];
        canvas.hanging(&label, "    ", Ink::Plain, &format!("{}{frame}", warning.message));
    }
    if report.capture.format != Capture::TRANSCRIPT {
        canvas.paragraph("  ", Ink::Faint, &capture_text(&report.capture, zone));
        canvas.paragraph("  ", Ink::Faint, &attempts_text(report));
    }
    canvas.paragraph(
        "  ",
        Ink::Faint,
        &format!("slp-pcap explain {} tells more", report.verdict.verdict.code),
    );
}

fn capture_text(capture: &Capture, zone: Zone) -> String {
    let mut parts = vec![
        format!("{} {}", capture.format, capture.link_types.join("+")).trim_end().to_owned(),
        count(capture.frames, "frame"),
        size(capture.bytes),
    ];
    if !capture.files.is_empty() {
        parts.insert(0, count(capture.files.len() as u64, "merged file"));
    }
    if let Some(first) = capture.first.filter(Time::is_dated) {
        parts.push(format!("from {}", day_and_time(zone, first)));
    }
    if capture.clock == "none" {
        parts.push("times unknown".to_owned());
    }
    parts.extend(capture.duration_s.map(|seconds| format!("{} long", duration(seconds * 1000.0))));
    parts.extend(capture.direction.map(directions).map(str::to_owned));
    if capture.cut_frames > 0 {
        parts.push(format!("{} cut", count(capture.cut_frames, "frame")));
    }
    format!("Capture: {}", parts.join(", "))
}

/// Which directions were captured, in words.
pub(in crate::report) fn directions(direction: &'static str) -> &'static str {
    if direction == "both" { "both directions" } else { direction }
}

/// `2025-01-24 15:41:58 UTC`, without a line break in it.
pub(super) fn day_and_time(zone: Zone, time: Time) -> String {
    zone.to_the_second(time).replace(' ', "\u{a0}")
}

/// How many attempts, and how each switch fared.
pub(in crate::report) fn attempts_text(report: &Report) -> String {
    let clients: Vec<String> = report.clients.iter().map(client_text).collect();
    let total = count(report.attempts_total, "attempt");
    if clients.is_empty() { total } else { format!("{total}: {}", clients.join("; ")) }
}

fn client_text(client: &Client) -> String {
    let Client { addresses, outcome, ok, failed, .. } = client;
    format!("switch {} {outcome} ({ok} ok, {failed} failed)", addresses.join(" and "))
}

/// The capture's facts by name, for a list of them.
pub(in crate::report) fn rows(report: &Report, zone: Zone) -> Vec<(&'static str, String)> {
    let capture = &report.capture;
    let kinds = [capture.format].into_iter().chain(capture.compression);
    let kinds: Vec<&str> = kinds.chain(capture.link_types.iter().map(String::as_str)).collect();
    let mut rows = vec![("File", capture.file.clone())];
    rows.extend(capture.files.iter().map(|file| ("Merged", file.path().to_owned())));
    rows.push(("Format", kinds.join(", ")));
    rows.push(("Size", format!("{}, {}", count(capture.frames, "frame"), size(capture.bytes))));
    let dated = |time: Option<Time>| time.filter(Time::is_dated).map(|time| zone.to_the_second(time));
    rows.extend(dated(capture.first).map(|first| ("From", first)));
    rows.extend(dated(capture.last).map(|last| ("To", last)));
    rows.extend(capture.duration_s.map(|seconds| ("Length", duration(seconds * 1000.0))));
    rows.extend(capture.direction.map(|direction| ("Seen", directions(direction).to_owned())));
    if capture.cut_frames > 0 {
        rows.push(("Cut", count(capture.cut_frames, "frame")));
    }
    rows.push(("Attempts", attempts_text(report)));
    rows.extend(capture.sha256.clone().map(|hash| ("SHA-256", hash)));
    rows
}

/// When and in which frames.
pub(in crate::report) fn span(report: &Report, attempt: &Attempt) -> String {
    let from = into_capture(report, attempt.start);
    let to = into_capture(report, attempt.end);
    let stream = attempt.tcp_stream.map(|stream| format!(", tcp.stream {stream}")).unwrap_or_default();
    format!(
        "{} ({} to {}), {from} to {to}, {}{stream}",
        count(attempt.frames, "frame"),
        Frame { number: attempt.first_frame, file: attempt.first_file.clone() },
        Frame { number: attempt.last_frame, file: attempt.last_file.clone() },
        directions(attempt.direction)
    )
}

/// The ladder: what went from whom to whom.
pub(super) fn events(canvas: &mut Canvas, report: &Report, attempt: &Attempt) {
    if attempt.events.is_empty() {
        return;
    }
    canvas.heading("What happened");
    let rungs: Vec<(&str, &str)> =
        attempt.events.iter().map(|event| seen_from_switch(report, attempt, event)).collect();
    let width = rungs.iter().map(|(_, other)| other.len()).max().unwrap_or(0);
    let frame_width =
        attempt.events.iter().map(|event| event.frame.to_string().len()).max().unwrap_or(0).max(6);
    for (event, (arrow, other)) in attempt.events.iter().zip(rungs) {
        let (mark, ink) = if event.deciding { ("*", Ink::Bad) } else { (" ", Ink::Plain) };
        let label = format!(
            " {:>frame_width$} {:>10}  {arrow} {other:<width$}  ",
            event.frame,
            into_capture(report, event.time)
        );
        let hang = " ".repeat(label.len() + 3);
        canvas.hanging(&[(Ink::Plain, "  "), (ink, mark), (Ink::Faint, &label)], &hang, ink, &event.text);
    }
}

/// Which way it went, and who was at the other end.
fn seen_from_switch<'a>(report: &Report, attempt: &Attempt, event: &'a Event) -> (&'static str, &'a str) {
    if report.is_switch(attempt, &event.from) { ("->", &event.to) } else { ("<-", &event.from) }
}
