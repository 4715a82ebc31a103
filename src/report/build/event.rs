//! One rung of the ladder.

use crate::diagnose;
use crate::model::Span;
use crate::net::TcpFlags;
use crate::report::model::{Before, Event, Missing};

use super::frames;

impl From<&diagnose::Event> for Event {
    fn from(event: &diagnose::Event) -> Self {
        Self {
            frame: frames::frame(event.at.frame),
            time: frames::time(event.at),
            source_index: None,
            from: event.from.to_string(),
            to: event.to.to_string(),
            text: event.text.clone(),
            deciding: event.deciding,
            kind: event.kind.name(),
            flags: event.flags.map(names),
            bytes: event.len,
            class: event.class,
            before: event.before.as_deref().map(Into::into),
        }
    }
}

impl From<&diagnose::Before> for Before {
    fn from(before: &diagnose::Before) -> Self {
        Self {
            silence_ms: before.silence.map(Span::as_millis),
            omitted_frames: before.omitted,
            missing: before.missing.iter().map(Into::into).collect(),
        }
    }
}

impl From<&diagnose::Missing> for Missing {
    fn from(missing: &diagnose::Missing) -> Self {
        Self { from: missing.from.to_string(), to: missing.to.to_string(), bytes: missing.octets }
    }
}

/// The bits of RFC 9293 §3.1 from the lowest, as Wireshark abbreviates them.
const NAMES: [&str; 8] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/// `SYN, ACK`.
fn names(flags: TcpFlags) -> String {
    let set = (0..).zip(NAMES).filter(|(bit, _)| flags.0 & (1 << bit) != 0);
    set.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}
