//! The rungs of a TCP connection.

use std::net::IpAddr;

use super::unseen;
use crate::attempt::Attempt;
use crate::diagnose::{Event, EventKind};
use crate::flow::{Flow, Segment, SegmentClass};
use crate::limits::{MESSAGES_PER_RUNG, SEGMENTS_HEAD};
use crate::model::{At, Direction};

/// Adds a rung for each segment of `flow`.
pub(super) fn add(attempt: &Attempt, flow: &Flow, events: &mut Vec<Event>) {
    let mut acknowledged = [None; 2];
    let mut missing = unseen::Tracker::new(flow);
    for (index, segment) in flow.segments.iter().enumerate() {
        let side = usize::from(segment.direction == Direction::FromServer);
        let repeats = acknowledged.get(side).copied().flatten() == segment.ack;
        if let Some(last) = acknowledged.get_mut(side) {
            *last = segment.ack;
        }
        let mut event = rung(attempt, flow, &segment, repeats);
        if index == SEGMENTS_HEAD && flow.segments_omitted > 0 {
            unseen::add_omitted(&mut event, flow.segments_omitted);
        }
        missing.mark(&mut event, &segment);
        events.push(event);
    }
}

fn rung(attempt: &Attempt, flow: &Flow, segment: &Segment, repeats: bool) -> Event {
    let (kind, words) = words(attempt, segment);
    let (class, note) = class(segment.class);
    let reports_gap = kind == EventKind::Ack && note.is_empty() && repeats && segment.sack.is_some();
    let (class, text) = if reports_gap {
        (Some("duplicate-ack"), "ACK again, reporting a gap".to_owned())
    } else {
        (class, format!("{words}{note}"))
    };
    let mut event = Event::new(kind, segment.at, ends(flow, segment.direction), text);
    event.direction = Some(segment.direction);
    event.flags = Some(segment.flags);
    event.len = Some(segment.len);
    event.class = class;
    event
}

/// Sender and receiver.
pub(super) fn ends(flow: &Flow, direction: Direction) -> (IpAddr, IpAddr) {
    match direction {
        Direction::FromClient => (flow.client.ip, flow.server.ip),
        Direction::FromServer => (flow.server.ip, flow.client.ip),
    }
}

/// What a segment carries.
fn words(attempt: &Attempt, segment: &Segment) -> (EventKind, String) {
    let flags = segment.flags;
    let control = match (flags.syn(), flags.ack(), flags.rst(), flags.fin()) {
        (true, true, ..) => Some("SYN-ACK"),
        (true, false, ..) => Some("SYN"),
        (_, _, true, _) => Some("RST"),
        (_, _, _, true) => Some("FIN"),
        _ => None,
    };
    let mut said = said(attempt, segment);
    said.truncate(MESSAGES_PER_RUNG);
    let kind = match (said.is_empty(), control, segment.len) {
        (false, ..) => EventKind::Message,
        (_, Some(_), _) => EventKind::Tcp,
        (_, _, 1..) => EventKind::Data,
        _ => return (EventKind::Ack, "ACK".to_owned()),
    };
    let data = (segment.len > 0 && said.is_empty()).then(|| format!("{} octets", segment.len));
    let parts: Vec<String> = said.into_iter().chain(data).chain(control.map(str::to_owned)).collect();
    (kind, parts.join(", "))
}

/// What sets a segment apart: its name in the report, and in words.
fn class(class: SegmentClass) -> (Option<&'static str>, &'static str) {
    match class {
        SegmentClass::Retransmission => (Some("retransmission"), " (again)"),
        SegmentClass::Duplicate => (Some("duplicate"), " (copy of a frame)"),
        SegmentClass::OutOfOrder => (Some("out-of-order"), " (late)"),
        SegmentClass::AfterGap => (Some("after-gap"), " (after a gap)"),
        SegmentClass::KeepAlive => (Some("keep-alive"), " (keep-alive)"),
        SegmentClass::ZeroWindowProbe => (Some("window-probe"), " (window probe)"),
        SegmentClass::Normal => (None, ""),
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
    if let Some(http) = attempt.http.as_deref().filter(|http| http.is_clear()) {
        let request = http.last_request.filter(|at| from_client && here(*at));
        said.extend(request.map(|_| crate::diagnose::http::request_words(http)));
        let answer = http.answer.filter(|at| !from_client && here(*at));
        said.extend(answer.and_then(|_| http.text().status_line.clone()));
    }
    said
}
