//! Where everything stands in the picture, in CSS pixels.

use super::fold::grouped;
use super::lanes::{Lane, Lanes};
use crate::report::printable;
use crate::report::text::numbers::{count, duration};

/// A row of the picture.
#[derive(Debug, Clone)]
pub(super) enum Row {
    /// One packet, or a run of them.
    Arrow(Arrow),
    /// Nothing for so many milliseconds.
    Silence(f64),
    /// Frames that the ladder leaves out.
    Omitted(u64),
    /// Octets that were sent and not captured.
    Missing { from: String, to: String, octets: u64 },
    /// Anything else there is to say.
    Note(String),
}

/// One packet, or a run of them.
#[derive(Debug, Clone)]
pub(super) struct Arrow {
    pub(super) frame: String,
    pub(super) time: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) text: String,
    /// Flags and size, less important.
    pub(super) note: String,
    /// How it is drawn.
    pub(super) class: &'static str,
    pub(super) deciding: bool,
    pub(super) both_ways: bool,
    pub(super) folded: bool,
}

impl Row {
    pub(super) fn is_folded(&self) -> bool {
        matches!(self, Self::Arrow(arrow) if arrow.folded)
    }

    /// The row in words; an arrow has its own.
    pub(super) fn words(&self, lanes: &Lanes) -> String {
        match self {
            Self::Arrow(arrow) => arrow.text.clone(),
            Self::Silence(millis) => format!("{} of silence", duration(*millis)),
            Self::Omitted(frames) => format!("{} not shown", count(*frames, "frame")),
            Self::Missing { from, octets, .. } => {
                format!("{} octets from {} are not in the capture", grouped(*octets), lanes.name(from))
            }
            Self::Note(text) => text.clone(),
        }
    }
}

/// Everything with its place.
pub(super) struct Drawing {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) heads: Vec<Head>,
    pub(super) marks: Vec<Mark>,
}

/// A lifeline and what stands above it.
pub(super) struct Head {
    pub(super) x: usize,
    pub(super) role: String,
    pub(super) address: Vec<Text>,
    pub(super) beyond: bool,
}

/// A line of text.
pub(super) struct Text {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) words: String,
    /// Behind it, less important.
    pub(super) note: String,
}

/// A row with its place.
pub(super) struct Mark {
    /// Top and bottom of the row.
    pub(super) top: usize,
    pub(super) height: usize,
    pub(super) class: &'static str,
    pub(super) deciding: bool,
    pub(super) frame: String,
    pub(super) time: String,
    pub(super) texts: Vec<Text>,
    /// None where nothing passed.
    pub(super) line: Option<Shaft>,
}

/// The line of an arrow.
pub(super) struct Shaft {
    pub(super) x1: usize,
    pub(super) x2: usize,
    pub(super) y: usize,
    /// Points of the heads.
    pub(super) heads: Vec<String>,
}

/// From the left edge to the first lifeline: the column of frame and time.
const LEFT: usize = 112;
/// From the last lifeline to the right edge: half of its name.
const RIGHT: usize = 84;
/// Height of a line of text.
const LINE: usize = 17;
/// Width allowed for a character: system fonts stay below it on average.
const CHARACTER: usize = 8;
/// The same for an address, which is smaller.
const SMALL_CHARACTER: usize = 7;
/// Top of the first row.
const TOP: usize = 64;

impl Drawing {
    pub(super) fn new(lanes: &Lanes, rows: Vec<Row>) -> Self {
        let lanes_count = lanes.all().len();
        let plan = Plan { gap: gap(lanes_count), lanes: lanes_count };
        let mut y = TOP;
        let mut marks = Vec::with_capacity(rows.len());
        for row in rows {
            let mark = plan.mark(lanes, row, y);
            y += mark.height;
            marks.push(mark);
        }
        let heads = lanes.all().iter().enumerate().map(|(index, lane)| plan.head(index, lane)).collect();
        Self { width: plan.width(), height: y + 12, heads, marks }
    }
}

/// Pixels between two lifelines: enough to read by, and no wider than a page for the usual number.
fn gap(lanes: usize) -> usize {
    match lanes {
        0..=2 => 380,
        3 => 280,
        4 => 210,
        _ => 170,
    }
}

struct Plan {
    gap: usize,
    lanes: usize,
}

impl Plan {
    fn x(&self, lane: usize) -> usize {
        LEFT + lane * self.gap
    }

    fn width(&self) -> usize {
        self.x(self.lanes.saturating_sub(1)) + RIGHT
    }

    fn head(&self, index: usize, lane: &Lane) -> Head {
        let x = self.x(index);
        let columns = self.gap.min(2 * RIGHT) / SMALL_CHARACTER;
        let address = printable(&lane.address);
        let lines = textwrap::wrap(&address, textwrap::Options::new(columns).break_words(true));
        let address = lines.iter().take(2).zip(1..);
        let address = address.map(|(line, row)| Text {
            x,
            y: 16 + row * 15,
            words: line.to_string(),
            note: String::new(),
        });
        Head { x, role: lane.role.clone(), address: address.collect(), beyond: lane.beyond }
    }

    fn mark(&self, lanes: &Lanes, row: Row, top: usize) -> Mark {
        let words = row.words(lanes);
        match row {
            Row::Arrow(arrow) => self.arrow(lanes, arrow, top),
            Row::Missing { from, to, octets } => {
                let text = format!("{} octets, not in the capture", grouped(octets));
                let ends = (lanes.of(&from), lanes.of(&to));
                self.between(ends, top, "missing", (&text, ""), false)
            }
            Row::Silence(_) => self.pause(top, "silence", &words),
            Row::Omitted(_) | Row::Note(_) => self.pause(top, "pause", &words),
        }
    }

    fn arrow(&self, lanes: &Lanes, arrow: Arrow, top: usize) -> Mark {
        let ends = (lanes.of(&arrow.from), lanes.of(&arrow.to));
        let mark = self.between(ends, top, arrow.class, (&arrow.text, &arrow.note), arrow.both_ways);
        Mark { frame: arrow.frame, time: arrow.time, deciding: arrow.deciding, ..mark }
    }

    /// A row without an arrow: its words stand across the lifelines.
    fn pause(&self, top: usize, class: &'static str, words: &str) -> Mark {
        let x = usize::midpoint(self.x(0), self.x(self.lanes.saturating_sub(1)));
        let texts = vec![Text { x, y: top + 25, words: words.to_owned(), note: String::new() }];
        let (frame, time) = (String::new(), String::new());
        Mark { top, height: 40, class, deciding: false, frame, time, texts, line: None }
    }

    /// A row with an arrow below its words.
    fn between(
        &self,
        (from, to): (usize, usize),
        top: usize,
        class: &'static str,
        (text, note): (&str, &str),
        both_ways: bool,
    ) -> Mark {
        let left = self.x(from.min(to)) + 10;
        let lines = self.lines(left, text, note);
        let texts: Vec<Text> = (1..)
            .zip(lines)
            .map(|(row, (x, words, note))| Text { x, y: top + 2 + row * LINE, words, note })
            .collect();
        let y = top + 9 + texts.len() * LINE;
        let (x1, x2) = (self.x(from), self.x(to));
        let mut heads = vec![head(x1, x2, y)];
        heads.extend(both_ways.then(|| head(x2, x1, y)));
        let line = Some(Shaft { x1, x2, y, heads });
        let (frame, time) = (String::new(), String::new());
        Mark { top, height: y + 9 - top, class, deciding: false, frame, time, texts, line }
    }

    /// The words in lines that stay inside the picture: from `left`, or from further left where they are long.
    fn lines(&self, left: usize, text: &str, note: &str) -> Vec<(usize, String, String)> {
        let room = (self.width() - self.x(0)) / CHARACTER - 1;
        let (text, note) = (printable(text), printable(note));
        let together = format!("{text}  {note}");
        let wide = |text: &str| textwrap::core::display_width(text);
        let place = |text: &str| {
            left.min(self.width().saturating_sub(8 + wide(text) * CHARACTER)).max(self.x(0) + 10)
        };
        if wide(&together) <= room && text.len() + note.len() < 48 {
            let x = place(&together);
            return vec![(x, text.to_string(), note.to_string())];
        }
        let options = textwrap::Options::new(room).break_words(true);
        let lines = textwrap::wrap(&text, &options);
        let x = lines.iter().map(|line| place(line)).min().unwrap_or(left);
        let mut lines: Vec<_> = lines.iter().map(|line| (x, line.to_string(), String::new())).collect();
        if !note.is_empty() {
            lines.push((x, String::new(), note.to_string()));
        }
        lines
    }
}

/// The points of an arrow's head at `to`.
fn head(from: usize, to: usize, y: usize) -> String {
    let back = if from <= to { to.saturating_sub(9) } else { to + 9 };
    format!("{to},{y} {back},{} {back},{}", y - 5, y + 5)
}
