//! The ladder: what passed between whom, frame by frame, in a few words each, and what is missing between the frames.

mod segments;
mod unseen;

use crate::attempt::{Attempt, Query, Scope};
use crate::limits::{RUNG_TEXT, RUNGS_LEAST, RUNGS_OF_ALL};
use crate::model::FrameNumber;

use super::{Event, EventKind, Verdict};

/// Most rungs of one ladder.
const RUNGS: usize = 200;

/// Most rungs of each ladder of so many attempts.
pub(super) fn most_rungs(attempts: usize, scope: &Scope) -> usize {
    let room = if scope.all { 10 * RUNGS_OF_ALL } else { RUNGS_OF_ALL };
    (room / attempts.max(1)).clamp(RUNGS_LEAST, RUNGS)
}

/// The rungs of `attempt`'s ladder in capture order, at most `most`, those that `verdict` cites marked.
pub(super) fn of(attempt: &Attempt, verdict: &Verdict, most: usize) -> Vec<Event> {
    let deciding: Vec<FrameNumber> = verdict.evidence.iter().map(|evidence| evidence.at.frame).collect();
    let mut events: Vec<Event> =
        attempt.lookups.iter().flat_map(|lookup| &lookup.queries).flat_map(query).collect();
    resolution(attempt, &mut events);
    if let Some(flow) = &attempt.flow {
        segments::add(attempt, flow, &mut events);
        for (at, error) in &flow.icmp {
            let text = format!("ICMP {}", super::icmp::words(error));
            events.push(Event::new(EventKind::Icmp, *at, (error.source, error.destination), text));
        }
    }
    events.sort_by_key(|event| event.at.frame);
    for event in &mut events {
        event.deciding = deciding.contains(&event.at.frame);
    }
    unseen::mark_silence(&mut events);
    shorten(&mut events, most);
    for event in &mut events {
        bound(&mut event.text);
    }
    events
}

/// Keeps the deciding rungs and as many of the others as fit: the first ones, for how it began, and the last, for how it
/// ended. What was left out is said on the next rung kept.
fn shorten(events: &mut Vec<Event>, most: usize) {
    if events.len() <= most {
        return;
    }
    let others = events.iter().filter(|event| !event.deciding).count();
    let room = most.saturating_sub(events.len() - others);
    let kept_first = room - room / 2;
    let left_out = kept_first..others.saturating_sub(room / 2);
    let (mut seen, mut omitted) = (0, 0);
    events.retain_mut(|event| {
        let drop = !event.deciding && left_out.contains(&seen);
        seen += usize::from(!event.deciding);
        if drop {
            omitted += 1 + event.before.as_ref().map_or(0, |before| before.omitted);
        } else if omitted > 0 {
            unseen::add_omitted(event, std::mem::take(&mut omitted));
        }
        !drop
    });
    events.truncate(most);
}

/// A rung is one line, whatever a packet says.
fn bound(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(RUNG_TEXT) {
        text.truncate(end);
        text.push('…');
        text.shrink_to_fit();
    }
}

/// A query, its repetitions, its answer and what came of it.
fn query(query: &Query) -> Vec<Event> {
    let (client, server) = (query.client.ip, query.server.ip);
    let mut events = Vec::new();
    for (index, at) in query.sent.iter().enumerate() {
        let again = if index == 0 { "" } else { " (again)" };
        let text = format!("DNS {} {}{again}", query.record_type, query.name);
        let mut event = Event::new(EventKind::Dns, *at, (client, server), text);
        event.class = (index > 0).then_some("retransmission");
        events.push(event);
    }
    if let Some(response) = &query.response {
        let answers = if response.answers.is_empty() {
            response.rcode.to_string()
        } else {
            response.answers.join(", ")
        };
        let text = format!("DNS answer: {answers}");
        events.push(Event::new(EventKind::Dns, response.at, (server, client), text));
    }
    if let Some((at, error)) = query.icmp.as_deref() {
        let text = format!("ICMP {}", super::icmp::words(error));
        events.push(Event::new(EventKind::Icmp, *at, (error.source, error.destination), text));
    }
    if let Some(at) = query.refused_by_client {
        let text = "ICMP port unreachable: the answer came too late";
        events.push(Event::new(EventKind::Icmp, at, (client, server), text));
    }
    events
}

fn resolution(attempt: &Attempt, events: &mut Vec<Event>) {
    let Some(arp) = &attempt.arp else { return };
    for (index, at) in arp.requests.iter().enumerate() {
        let again = if index == 0 { "" } else { " (again)" };
        let text = format!("who has {}?{again}", arp.target);
        let mut event = Event::new(EventKind::Arp, *at, (arp.client, arp.target), text);
        event.class = (index > 0).then_some("retransmission");
        events.push(event);
    }
    if let Some((at, _)) = arp.reply {
        let text = format!("{} answers", arp.target);
        events.push(Event::new(EventKind::Arp, at, (arp.target, arp.client), text));
    }
}
