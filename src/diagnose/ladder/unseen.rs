//! What the ladder must say though no frame shows it: silence, octets that the capture lacks, frames left out.

use std::ops::Range;

use super::segments::ends;
use crate::diagnose::{Event, Missing};
use crate::flow::{Flow, Segment};
use crate::model::{Direction, Span};

/// A pause that a reader should notice: longer than any round trip, about the first retransmission of a SYN or a query.
const SILENCE: Span = Span::seconds(1);

/// Marks the rungs that come after a pause.
pub(super) fn mark_silence(events: &mut [Event]) {
    let mut last = None;
    for event in events {
        let pause = last.map(|last| event.at.time - last).filter(|pause| *pause >= SILENCE);
        last = Some(event.at.time);
        let omitted = event.before.as_ref().is_some_and(|before| before.omitted > 0);
        if pause.is_some() && !omitted {
            event.before_mut().silence = pause;
        }
    }
}

/// Says on `event` that frames before it were left out; then nobody can see whether there was silence.
pub(super) fn add_omitted(event: &mut Event, frames: u64) {
    let before = event.before_mut();
    before.omitted += frames;
    before.silence = None;
}

/// Follows how far each side's octets are accounted for, captured or not.
pub(super) struct Tracker<'a> {
    flow: &'a Flow,
    /// Ranges of octets that no captured frame holds, from the client and from the server.
    uncaptured: [Vec<Range<u64>>; 2],
    told: [u64; 2],
}

impl<'a> Tracker<'a> {
    pub(super) fn new(flow: &'a Flow) -> Self {
        let of = |direction| flow.half(direction).stream.uncaptured().collect();
        Self { flow, uncaptured: [of(Direction::FromClient), of(Direction::FromServer)], told: [0; 2] }
    }

    /// Notes on `event` what `segment` proves to be missing: octets before its own, and those that it acknowledges.
    pub(super) fn mark(&mut self, event: &mut Event, segment: &Segment) {
        let own = segment.direction;
        self.tell(event, own, segment.offset);
        // What a RST acknowledges need not have been sent: middleboxes make them up.
        if let Some(acknowledged) = segment.ack.filter(|_| !segment.flags.rst()) {
            self.tell(event, own.reverse(), acknowledged);
        }
        let told = &mut self.told[index(own)];
        *told = (*told).max(u64::try_from(segment.offset + i64::from(segment.len)).unwrap_or(0));
    }

    fn tell(&mut self, event: &mut Event, direction: Direction, up_to: i64) {
        let side = index(direction);
        let (told, up_to) = (self.told[side], u64::try_from(up_to).unwrap_or(0));
        let held: u64 = self.uncaptured[side].iter().map(|range| overlap(range, told..up_to)).sum();
        // Acknowledged, and no captured frame of the sender comes so far. A single one may be its FIN (RFC 9293 §3.4).
        let end = self.flow.half(direction).stream.end();
        let beyond = up_to.saturating_sub(told.max(end));
        let octets = held + if beyond > 1 { beyond } else { 0 };
        self.told[side] = told.max(up_to);
        if octets > 0 {
            let (from, to) = ends(self.flow, direction);
            event.before_mut().missing.push(Missing { from, to, octets });
        }
    }
}

fn index(direction: Direction) -> usize {
    usize::from(direction == Direction::FromServer)
}

/// Octets in both ranges.
fn overlap(range: &Range<u64>, other: Range<u64>) -> u64 {
    range.end.min(other.end).saturating_sub(range.start.max(other.start))
}
