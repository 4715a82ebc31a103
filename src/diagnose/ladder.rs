//! The ladder: what passed between whom, frame by frame, in a few words each.

use std::net::IpAddr;

use crate::attempt::{Attempt, Scope};
use crate::flow::{Flow, Segment, SegmentClass};
use crate::limits::{MESSAGES_PER_RUNG, RUNG_TEXT, RUNGS_LEAST, RUNGS_OF_ALL};
use crate::model::{At, Direction, FrameNumber};

use super::{Event, Judged};

/// Most rungs of one ladder.
const RUNGS: usize = 200;

/// Draws every attempt's ladder: in full as long as there is room for all.
pub(super) fn draw(attempts: &mut [Judged], scope: &Scope) {
    let mut room = if scope.all { 10 * RUNGS_OF_ALL } else { RUNGS_OF_ALL };
    for judged in attempts {
        let deciding: Vec<FrameNumber> = judged.verdict.evidence.iter().map(|e| e.at.frame).collect();
        judged.events = of(&judged.attempt, &deciding, room.clamp(RUNGS_LEAST, RUNGS));
        room = room.saturating_sub(judged.events.len());
    }
}

/// The rungs of `attempt`'s ladder in capture order, at most `most`, those in `deciding` marked.
fn of(attempt: &Attempt, deciding: &[FrameNumber], most: usize) -> Vec<Event> {
    let mut events = Vec::new();
    lookups(attempt, &mut events);
    resolution(attempt, &mut events);
    if let Some(flow) = &attempt.flow {
        segments(attempt, flow, &mut events);
        for (at, error) in &flow.icmp {
            events.push(event(
                *at,
                error.source,
                error.destination,
                format!("ICMP {}", super::icmp::words(error)),
            ));
        }
    }
    events.sort_by_key(|event| event.at.frame);
    for event in &mut events {
        event.deciding = deciding.contains(&event.at.frame);
    }
    shorten(&mut events, most);
    for event in &mut events {
        bound(&mut event.text);
    }
    events
}

fn event(at: At, from: IpAddr, to: IpAddr, text: impl Into<String>) -> Event {
    Event { at, from, to, direction: None, text: text.into(), deciding: false }
}

/// Keeps the deciding rungs and as many of the others as fit, the earliest first.
fn shorten(events: &mut Vec<Event>, most: usize) {
    let mut room = most.saturating_sub(events.iter().filter(|event| event.deciding).count());
    events.retain(|event| {
        let keep = event.deciding || room > 0;
        room -= usize::from(keep && !event.deciding);
        keep
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

fn lookups(attempt: &Attempt, events: &mut Vec<Event>) {
    for query in attempt.lookups.iter().flat_map(|lookup| &lookup.queries) {
        let (client, server) = (query.client.ip, query.server.ip);
        for (index, at) in query.sent.iter().enumerate() {
            let again = if index == 0 { "" } else { " (again)" };
            events.push(event(
                *at,
                client,
                server,
                format!("DNS {} {}{again}", query.record_type, query.name),
            ));
        }
        if let Some(response) = &query.response {
            let answers = if response.answers.is_empty() {
                response.rcode.to_string()
            } else {
                response.answers.join(", ")
            };
            events.push(event(response.at, server, client, format!("DNS answer: {answers}")));
        }
        if let Some((at, error)) = &query.icmp {
            events.push(event(
                *at,
                error.source,
                error.destination,
                format!("ICMP {}", super::icmp::words(error)),
            ));
        }
        if let Some(at) = query.refused_by_client {
            events.push(event(at, client, server, "ICMP port unreachable: the answer came too late"));
        }
    }
}

fn resolution(attempt: &Attempt, events: &mut Vec<Event>) {
    let Some(arp) = &attempt.arp else { return };
    for at in &arp.requests {
        events.push(event(*at, arp.client, arp.target, format!("who has {}?", arp.target)));
    }
    if let Some((at, _)) = arp.reply {
        events.push(event(at, arp.target, arp.client, format!("{} answers", arp.target)));
    }
}

fn segments(attempt: &Attempt, flow: &Flow, events: &mut Vec<Event>) {
    let mut acknowledged = [None; 2];
    for segment in &flow.segments {
        let (from, to) = match segment.direction {
            Direction::FromClient => (flow.client.ip, flow.server.ip),
            Direction::FromServer => (flow.server.ip, flow.client.ip),
        };
        let what = words(attempt, segment);
        let side = usize::from(segment.direction == Direction::FromServer);
        let repeats = acknowledged.get(side).copied().flatten() == segment.ack;
        if let Some(last) = acknowledged.get_mut(side) {
            *last = segment.ack;
        }
        let text = match what {
            Some(what) => what,
            None if repeats && segment.sack.is_some() => "ACK again, reporting a gap".to_owned(),
            None => "ACK".to_owned(),
        };
        events.push(Event { direction: Some(segment.direction), ..event(segment.at, from, to, text) });
    }
}

/// What a segment carries; `None` for a bare acknowledgement.
fn words(attempt: &Attempt, segment: &Segment) -> Option<String> {
    let flags = segment.flags;
    let control = match (flags.syn(), flags.ack(), flags.rst(), flags.fin()) {
        (true, true, ..) => Some("SYN-ACK"),
        (true, false, ..) => Some("SYN"),
        (_, _, true, _) => Some("RST"),
        (_, _, _, true) => Some("FIN"),
        _ => None,
    };
    let class = match segment.class {
        SegmentClass::Retransmission => " (again)",
        SegmentClass::Duplicate => " (copy of a frame)",
        SegmentClass::OutOfOrder => " (late)",
        SegmentClass::AfterGap => " (behind a gap)",
        SegmentClass::KeepAlive => " (keep-alive)",
        SegmentClass::ZeroWindowProbe => " (window probe)",
        SegmentClass::Normal => "",
    };
    let mut said = said(attempt, segment);
    said.truncate(MESSAGES_PER_RUNG);
    let data = (segment.len > 0 && said.is_empty()).then(|| format!("{} octets", segment.len));
    let parts: Vec<String> = said.into_iter().chain(data).chain(control.map(str::to_owned)).collect();
    match (parts.is_empty(), segment.class) {
        (true, SegmentClass::Normal) => None,
        (true, _) => Some(format!("ACK{class}")),
        (false, _) => Some(format!("{}{class}", parts.join(", "))),
    }
}

/// The messages that `segment`'s frame completes.
fn said(attempt: &Attempt, segment: &Segment) -> Vec<String> {
    let here = |at: At| at.frame == segment.at.frame;
    let from_client = segment.direction == Direction::FromClient;
    let mut said = Vec::new();
    if let Some(proxy) = &attempt.proxy {
        let requests = proxy.requests.iter().filter(|request| from_client && here(request.at));
        let method = if proxy.connect { "CONNECT" } else { "request for" };
        said.extend(requests.map(|r| {
            format!("{method} {}{}", r.host, r.port.map_or(String::new(), |port| format!(":{port}")))
        }));
        said.extend(
            proxy.responses.iter().filter(|r| !from_client && here(r.at)).map(|r| r.status_line.clone()),
        );
    }
    if let Some(tls) = &attempt.tls {
        let message = |at: Option<At>, client: bool, text: &str| {
            at.filter(|at| client == from_client && here(*at)).map(|_| text.to_owned())
        };
        let hello = tls.client_hello.as_ref().map(|(at, _)| *at);
        said.extend(message(hello, true, "ClientHello"));
        said.extend(message(tls.hello_retry, false, "HelloRetryRequest"));
        said.extend(message(tls.server_hello.as_ref().map(|(at, _)| *at), false, "ServerHello"));
        said.extend(message(tls.certificates.as_ref().map(|(at, _)| *at), false, "Certificate"));
        said.extend(message(tls.certificate_request, false, "CertificateRequest"));
        said.extend(message(tls.server_hello_done, false, "ServerHelloDone"));
        said.extend(message(tls.client_certificate.map(|(at, _)| at), true, "Certificate"));
        said.extend(message(tls.client_finished, true, "Finished"));
        said.extend(message(tls.server_finished, false, "Finished"));
        let alerts =
            tls.alerts.iter().filter(|a| (a.direction == Direction::FromClient) == from_client && here(a.at));
        said.extend(
            alerts.map(|a| a.alert.map_or("alert (encrypted)".to_owned(), |alert| format!("alert {alert}"))),
        );
    }
    if let Some(http) = attempt.http.as_ref().filter(|http| http.clear) {
        let request = http.last_request.filter(|at| from_client && here(*at));
        said.extend(request.map(|_| super::http::request_words(http)));
        let answer = http.answer.filter(|at| !from_client && here(*at));
        said.extend(answer.and_then(|_| http.status_line.clone()));
    }
    said
}
