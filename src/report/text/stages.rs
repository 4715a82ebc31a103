//! The six stages of an attempt as a table: the eye finds the one that broke.

use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, presets};

use super::canvas::Canvas;
use super::numbers::duration;
use crate::attempt::StageName;
use crate::diagnose::StageStatus;
use crate::report::model::{Stage, Stages};
use crate::report::printable;

const INDENT: &str = "  ";

/// Draws the stages, one on each line.
pub(super) fn stage_table(canvas: &mut Canvas, stages: &Stages) {
    let page = canvas.page();
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(page.width.saturating_sub(INDENT.len())).unwrap_or(u16::MAX));
    if page.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    for (name, stage) in stages.in_order() {
        table.add_row(row(name, stage));
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == 0 { 1 } else { 2 }));
    }
    canvas.block(INDENT, &table.to_string());
}

fn row(name: StageName, stage: &Stage) -> [Cell; 5] {
    let (mark, words) = mark_and_words(stage.status.0);
    let detail = stage.detail.as_deref().map(printable).unwrap_or_default();
    [
        inked(Cell::new(mark), stage.status.0),
        inked(Cell::new(name.name()), stage.status.0),
        inked(Cell::new(words), stage.status.0),
        Cell::new(stage.duration_ms.map(duration).unwrap_or_default()).set_alignment(CellAlignment::Right),
        Cell::new(detail),
    ]
}

fn mark_and_words(status: StageStatus) -> (&'static str, &'static str) {
    match status {
        StageStatus::Ok => ("✓", "ok"),
        StageStatus::Failed => ("✗", "FAILED"),
        StageStatus::Unfinished => ("…", "unfinished"),
        StageStatus::NotReached => ("·", "not reached"),
        StageStatus::NotNeeded => ("·", "not needed"),
        StageStatus::NotSeen => ("?", "not seen"),
    }
}

fn inked(cell: Cell, status: StageStatus) -> Cell {
    match status {
        StageStatus::Ok => cell.fg(Color::DarkGreen),
        StageStatus::Failed => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        StageStatus::Unfinished => cell.fg(Color::DarkYellow),
        _ => cell.add_attribute(Attribute::Dim),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use crate::report::text::Page;

    #[test]
    fn every_stage_has_its_line_and_a_word() {
        let mut canvas = Canvas::new(Page::default());
        stage_table(&mut canvas, &sample::report().attempts.find(2).unwrap().stages);
        let text = canvas.finish();
        let named = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
        assert_eq!(text.lines().filter(named).count(), 6, "{text}");
        assert!(text.contains("✓ tcp"), "{text}");
        let proxy = text.lines().find(|line| line.contains("✗ proxy")).unwrap();
        assert!(proxy.contains("FAILED") && proxy.contains("4.2 ms"), "{proxy}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn colour_does_not_move_the_columns() {
        let text = |colour| {
            let mut canvas = Canvas::new(Page { colour, ..Page::default() });
            stage_table(&mut canvas, &sample::report().attempts.find(2).unwrap().stages);
            canvas.finish()
        };
        assert!(text(true).contains("\u{1b}["));
        let coloured = anstream::adapter::strip_str(&text(true)).to_string();
        let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(&coloured), lines(&text(false)));
    }
}
