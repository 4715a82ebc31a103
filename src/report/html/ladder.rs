//! The ladder diagram of an attempt: who takes part as lifelines, what passed as arrows, what is missing as such.

mod fold;
mod lanes;
mod layout;

use askama::Template;

use self::fold::fold;
use self::lanes::Lanes;
use self::layout::{Drawing, Row};
use crate::report::model::{Attempt, Event, Report};
use crate::report::text::numbers::{count, duration};

/// The diagram and the table that says the same.
#[derive(Template)]
#[template(path = "ladder.svg", config = "src/report/html/askama.toml")]
pub(super) struct Ladder<'a> {
    id: String,
    /// What the picture shows, for who cannot see it.
    description: String,
    drawing: Drawing,
    pub(super) rows: Vec<Line<'a>>,
    /// What its marks mean, of those that it has.
    pub(super) legend: Vec<&'static str>,
}

/// A rung in the table.
pub(super) struct Line<'a> {
    pub(super) event: &'a Event,
    pub(super) seconds: String,
    pub(super) from: String,
    pub(super) to: String,
    /// What lies before it.
    pub(super) before: Vec<String>,
}

impl<'a> Ladder<'a> {
    /// The ladder of `attempt`, if it has a rung; `id` makes its parts' ids unique.
    pub(super) fn new(report: &Report, attempt: &'a Attempt, id: &str) -> Option<Self> {
        if attempt.events.is_empty() {
            return None;
        }
        let lanes = Lanes::new(report, attempt);
        let mut rows = fold(report, &attempt.events);
        rows.extend(quiet_end(report, attempt).map(Row::Note));
        let legend = legend(attempt, &rows);
        Some(Self {
            id: id.to_owned(),
            description: description(attempt, &lanes),
            rows: attempt.events.iter().map(|event| line(report, &lanes, event)).collect(),
            drawing: Drawing::new(&lanes, rows),
            legend,
        })
    }
}

fn legend(attempt: &Attempt, rows: &[Row]) -> Vec<&'static str> {
    let any = |of: fn(&Event) -> bool| attempt.events.iter().any(of);
    let marks = [
        (any(|event| event.deciding), "◆ decides the verdict"),
        (any(|event| event.class == Some("retransmission")), "↻ sent again"),
        (rows.iter().any(|row| matches!(row, Row::Missing { .. })), "dashed: not in the capture"),
        (rows.iter().any(Row::is_folded), "thick: several frames in one line"),
    ];
    marks.into_iter().filter_map(|(has, words)| has.then_some(words)).collect()
}

/// What the capture says after the last rung of a connection that was not closed: nothing.
fn quiet_end(report: &Report, attempt: &Attempt) -> Option<String> {
    let closed = attempt.tcp.as_ref().is_some_and(|tcp| tcp.close.is_some());
    let (last, end) = (attempt.events.last()?.time?, report.capture.last?);
    let seconds = end.seconds_since(last);
    let shown = !closed && seconds >= 1.0;
    shown.then(|| format!("nothing more; the capture ends {} later", duration(seconds * 1000.0)))
}

fn description(attempt: &Attempt, lanes: &Lanes) -> String {
    let who: Vec<String> = lanes.all().iter().map(|lane| format!("{} {}", lane.role, lane.address)).collect();
    let decide: Vec<String> =
        attempt.events.iter().filter(|event| event.deciding).map(|event| event.frame.to_string()).collect();
    let decide = match decide.as_slice() {
        [] => String::new(),
        [one] => format!(" Frame {one} decides."),
        several => format!(" Frames {} decide.", several.join(", ")),
    };
    let packets = count(attempt.events.len() as u64, "packet");
    format!("{packets} in order of time between {}.{decide} The table below says the same.", who.join(", "))
}

fn line<'a>(report: &Report, lanes: &Lanes, event: &'a Event) -> Line<'a> {
    Line {
        event,
        seconds: fold::seconds(report, event),
        from: lanes.name(&event.from),
        to: lanes.name(&event.to),
        before: fold::before(event).iter().map(|row| row.words(lanes)).collect(),
    }
}
