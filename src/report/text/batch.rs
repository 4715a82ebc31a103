//! Many captures: a table with a line for each, and what they have in common.

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};

use super::canvas::Canvas;
use super::facts::day_and_time;
use super::headline::announce;
use super::numbers::count;
use super::page::Ink;
use crate::report::model::{Failure, NameCount, Report, Summary};
use crate::report::printable;
use crate::report::zone::Zone;

/// One capture's line.
#[derive(Debug, Clone)]
pub(super) struct Row {
    file: String,
    outcome: Option<(&'static str, Ink)>,
    verdict: String,
    attempts: String,
    time: String,
}

impl Row {
    /// The line of a report.
    pub(super) fn of(report: &Report, zone: Zone) -> Self {
        let (mark, _, ink) = announce(report.outcome.0);
        Self {
            file: report.capture.file.clone(),
            outcome: Some((mark, ink)),
            verdict: report.verdict.verdict.code.to_owned(),
            attempts: report.attempts_total.to_string(),
            time: report.capture.first.map(|first| day_and_time(zone, first)).unwrap_or_default(),
        }
    }

    /// The line of an input that cannot be used.
    pub(super) fn of_failure(failure: &Failure) -> Self {
        Self {
            file: failure.file.clone(),
            outcome: None,
            verdict: "cannot be used".to_owned(),
            attempts: String::new(),
            time: String::new(),
        }
    }
}

/// Columns that a file's name gets at least.
const SHORTEST_FILE: usize = 24;
/// Columns of mark and attempts, and between the columns.
const FIXED: usize = 1 + 8 + 4 * 2;

/// Draws a line for each capture. A path that is too long loses its start: its end tells files apart.
pub(super) fn table(canvas: &mut Canvas, rows: &[Row]) {
    let page = canvas.page();
    let widest = |text: fn(&Row) -> &str| rows.iter().map(|row| text(row).chars().count()).max().unwrap_or(0);
    let others = FIXED + widest(|row| &row.verdict) + widest(|row| &row.time);
    let room = page.width.saturating_sub(others).max(SHORTEST_FILE);
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled).set_header(
        ["File", "", "Verdict", "Attempts", "Time"]
            .map(|title| Cell::new(title).add_attribute(Attribute::Bold)),
    );
    if page.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    for row in rows {
        table.add_row(cells(row, room));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    canvas.block("", &table.to_string());
}

fn cells(row: &Row, room: usize) -> [Cell; 5] {
    let (mark, colour) = match row.outcome {
        Some((mark, Ink::Good)) => (mark, Color::DarkGreen),
        Some((mark, Ink::Bad)) => (mark, Color::DarkRed),
        Some((mark, _)) => (mark, Color::DarkYellow),
        None => ("!", Color::DarkRed),
    };
    [
        Cell::new(shortened(&printable(&row.file), room)),
        Cell::new(mark).fg(colour),
        Cell::new(&row.verdict).fg(colour),
        Cell::new(&row.attempts).set_alignment(CellAlignment::Right),
        Cell::new(&row.time),
    ]
}

/// The end of `path` in `room` columns.
fn shortened(path: &str, room: usize) -> String {
    let length = path.chars().count();
    if length <= room {
        return path.to_owned();
    }
    let end: String = path.chars().skip(length + 1 - room).collect();
    format!("…{end}")
}

/// How the captures came out and what they have in common.
pub(super) fn summary(canvas: &mut Canvas, summary: &Summary) {
    canvas.paragraph("", Ink::Strong, &outcomes(summary));
    for (what, list) in in_common(summary) {
        canvas.hanging(&[(Ink::Plain, what), (Ink::Plain, ": ")], "  ", Ink::Plain, &list);
    }
}

/// Which verdicts, proxies and issuers several captures have, the most frequent first.
pub(in crate::report) fn in_common(summary: &Summary) -> Vec<(&'static str, String)> {
    if summary.captures < 2 {
        return Vec::new();
    }
    let codes: Vec<String> =
        summary.verdicts.iter().map(|verdict| format!("{} ({})", verdict.code, verdict.count)).collect();
    let names = |names: &[NameCount]| {
        names.iter().map(|one| format!("{} ({})", one.name, one.count)).collect::<Vec<_>>().join(", ")
    };
    let told = [
        ("Verdicts", codes.join(", ")),
        ("Proxies where it failed", names(&summary.proxies)),
        ("Certificate issuers where it failed", names(&summary.issuers)),
    ];
    told.into_iter().filter(|(_, list)| !list.is_empty()).collect()
}

fn outcomes(summary: &Summary) -> String {
    let parts = [
        (summary.ok, "ok"),
        (summary.failed, "failed"),
        (summary.intermittent, "intermittent"),
        (summary.inconclusive, "inconclusive"),
        (summary.errors, "unusable"),
    ];
    let told: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    format!("{}: {}", count(summary.captures + summary.errors, "capture"), told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::format::Render;
    use crate::report::sample;
    use crate::report::text::{Page, Text};

    fn batch(width: usize) -> String {
        let mut text = Text::new(true, Page { width, ..Page::default() });
        let mut summary = Summary::default();
        summary.count_failure();
        for file in ["b/first.pcap", "b/second.pcap"] {
            let mut report = sample::report();
            report.capture.file = file.to_owned();
            summary.count(&report);
            assert_eq!(text.report(report), "");
        }
        let failure = Failure { file: "b/third\u{1b}.pcap".into(), message: "the input is empty".into() };
        assert_eq!(text.failure(failure), "");
        text.end(summary)
    }

    #[test]
    fn every_capture_has_its_line_in_order_and_the_counts_follow() {
        let text = batch(80);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("File"), "{text}");
        assert!(lines[1].starts_with("b/first.pcap") && lines[1].contains("✗"), "{text}");
        assert!(
            lines[1].contains("proxy-forbidden") && lines[1].contains("2025-01-24 15:41:58 UTC"),
            "{text}"
        );
        assert!(lines[2].starts_with("b/second.pcap"), "{text}");
        assert!(lines[3].starts_with("b/third\\u{1b}.pcap") && lines[3].contains("cannot be used"), "{text}");
        for part in [
            "3 captures: 2 failed, 1 unusable",
            "Verdicts: proxy-forbidden (2)",
            "Proxies where it failed: 192.168.217.105:80 (2)",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn the_table_stays_on_the_page() {
        assert!(batch(80).lines().all(|line| line.chars().count() <= 80));
        assert_eq!(shortened("berlin/core-sw1/flash-export.pcap", 18), "…flash-export.pcap");
    }
}
