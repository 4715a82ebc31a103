//! From the events to the rows of the picture: long runs of payload become one, what is missing gets its own.

use super::layout::{Arrow, Row};
use crate::diagnose::count;
use crate::limits::FOLDED_RUNGS;
use crate::report::model::{Event, Report};

/// The rows for `events`, in order.
pub(super) fn fold(report: &Report, events: &[Event]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut rest = events;
    let mut file = None;
    while let Some(event) = rest.first() {
        rows.extend(before(event));
        let joins =
            |next: &&Event| is_plain(next) && next.before.is_none() && next.frame.file == event.frame.file;
        let run = 1 + rest.iter().skip(1).take_while(joins).count();
        let run = if is_plain(event) && run >= FOLDED_RUNGS { run } else { 1 };
        let turned = std::mem::replace(&mut file, event.frame.file.as_ref()) != event.frame.file.as_ref();
        let (now, later) = rest.split_at_checked(run).unwrap_or((rest, &[]));
        rows.push(if run > 1 { folded(report, now) } else { one(report, event, turned) });
        rest = later;
    }
    rows
}

/// What is to be said before a rung.
pub(super) fn before(event: &Event) -> Vec<Row> {
    let Some(before) = &event.before else { return Vec::new() };
    let silence = before.silence_ms.map(Row::Silence);
    let omitted = (before.omitted_frames > 0).then_some(Row::Omitted(before.omitted_frames));
    let missing = before.missing.iter().map(|missing| Row::Missing {
        from: missing.from.clone(),
        to: missing.to.clone(),
        octets: missing.bytes,
    });
    silence.into_iter().chain(omitted).chain(missing).collect()
}

/// Payload or an acknowledgement of it, without a message of its own.
fn is_plain(event: &Event) -> bool {
    matches!(event.kind, "data" | "ack") && event.class.is_none() && !event.deciding
}

/// A rung of its own; says its file where that is `turned` to.
fn one(report: &Report, event: &Event, turned: bool) -> Row {
    let again = event.class == Some("retransmission");
    Row::Arrow(Arrow {
        frame: event.frame.number.to_string(),
        time: seconds(report, event),
        from: event.from.clone(),
        to: event.to.clone(),
        text: if again { format!("↻ {}", event.text) } else { event.text.clone() },
        note: note(event, turned),
        class: match event.class {
            Some("retransmission") => "again",
            Some("duplicate") => "copy",
            Some(_) => "odd",
            None if event.kind == "ack" => "ack",
            None => "",
        },
        deciding: event.deciding,
        both_ways: false,
        folded: false,
    })
}

/// Flags and octets, where the text does not say them.
fn note(event: &Event, turned: bool) -> String {
    let flags = event.flags.as_deref().filter(|flags| event.kind != "ack" && *flags != event.text);
    let said = event.kind == "data" || event.text.ends_with("octets");
    let octets = event
        .bytes
        .filter(|bytes| *bytes > 0 && !said)
        .map(|bytes| format!("{} octets", grouped(bytes.into())));
    let parts = flags.map(|flags| format!("[{flags}]")).into_iter().chain(octets);
    let file = event.frame.file.as_ref().filter(|_| turned).map(|file| format!("in {file}"));
    parts.chain(file).collect::<Vec<_>>().join(" ")
}

fn folded(report: &Report, run: &[Event]) -> Row {
    let octets = |event: &Event| u64::from(event.bytes.unwrap_or(0));
    let data = || run.iter().filter(|event| event.kind == "data");
    let (first, last) = (run.first(), run.last());
    let main = data().next().or(first);
    let (from, to) = main.map_or_else(Default::default, |event| (event.from.clone(), event.to.clone()));
    let of = |there: bool| {
        let sizes: Vec<u64> = data().filter(|event| (event.from == from) == there).map(octets).collect();
        (sizes.len(), sizes.iter().sum::<u64>())
    };
    let (out, back) = (of(true), of(false));
    let acks = run.len() - out.0 - back.0;
    let part = |(number, octets): (usize, u64), behind: &str| {
        (number > 0)
            .then(|| format!("{} with {} octets{behind}", count(number as u64, "segment"), grouped(octets)))
    };
    let both_ways = back.0 > 0;
    let parts = [part(out, ""), part(back, " back"), (acks > 0).then(|| count(acks as u64, "ACK"))];
    let frames = [first, last].into_iter().flatten().map(|event| event.frame.number.to_string());
    Row::Arrow(Arrow {
        frame: frames.collect::<Vec<_>>().join("–"),
        time: first.map_or_else(String::new, |event| seconds(report, event)),
        from,
        to,
        text: parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
        note: String::new(),
        class: "fold",
        deciding: false,
        both_ways,
        folded: true,
    })
}

/// Seconds since the capture's first frame with Wireshark's six digits.
pub(super) fn seconds(report: &Report, event: &Event) -> String {
    let seconds = event.time.and_then(|time| report.seconds_into_capture(time));
    seconds.map_or_else(String::new, |seconds| format!("{seconds:.6}"))
}

/// `58,112`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
