//! How a connection ended, and what its end and its gaps allow to conclude.

use smallvec::SmallVec;

use crate::attempt::{Attempt, TlsSession, Visibility};
use crate::flow::{Flow, Half, Reset, Segment, SegmentClass};
use crate::model::{At, Direction, Span};
use crate::proto::tls::Alert;

use super::words::long;

/// Silence of this length before the capture's end counts as no answer.
pub(super) const PATIENCE: Span = Span::seconds(10);
/// A switch that rejects a certificate closes within this time.
pub(super) const PROMPT: Span = Span::seconds(5);
/// A switch that has something to send sends it within this time.
pub(super) const IDLE: Span = Span::seconds(2);

/// How a side closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CloseKind {
    Fin,
    Rst,
    CloseNotify,
}

/// A close of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Close {
    pub by: Direction,
    pub kind: CloseKind,
    pub at: At,
}

impl CloseKind {
    /// In words, as in 'sent a RST'.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Fin => "a FIN",
            Self::Rst => "a RST",
            Self::CloseNotify => "a close_notify alert",
        }
    }
}

/// The first close of the connection; what follows from it is consequence (a RST in answer to a FIN, say).
pub(super) fn first_close(attempt: &Attempt) -> Option<Close> {
    let flow = attempt.flow.as_deref()?;
    let tcp = Direction::BOTH.into_iter().flat_map(|by| closes(flow, by));
    let all: SmallVec<[Close; 4]> = tcp.chain(close_notifies(attempt)).collect();
    let first = *all.iter().min_by(|a, b| {
        let later_kind = |close: &Close| close.kind != CloseKind::CloseNotify;
        a.at.order(b.at).then(later_kind(a).cmp(&later_kind(b)))
    })?;
    // What it acknowledges came before it, wherever it stands in the capture.
    let mut others = all.into_iter().filter(|other| other.by != first.by);
    Some(others.find(|other| flow.precedes(other.at, first.at)).unwrap_or(first))
}

fn closes(flow: &Flow, by: Direction) -> impl Iterator<Item = Close> {
    let half = flow.half(by);
    let fin = half.fin.map(|(at, _)| Close { by, kind: CloseKind::Fin, at });
    let rst = half.resets.iter().find(|reset| in_reach(half, reset)).map(|reset| Close {
        by,
        kind: CloseKind::Rst,
        at: reset.at,
    });
    fin.into_iter().chain(rst).filter(move |close| !is_survived(flow, *close))
}

/// Whether its sender went on, and the other side took what it sent: a FIN or RST of an older connection on the same ports, or a
/// forged one, which nobody heeds (RFC 5961 §3).
fn is_survived(flow: &Flow, close: Close) -> bool {
    let half = flow.half(close.by);
    if half.data.is_none_or(|(_, last)| !close.at.before(last)) {
        return false;
    }
    let fin = half.fin.filter(|(at, _)| *at == close.at && half.fin_acknowledged);
    let taken = |segment: &Segment| {
        let offset = u64::try_from(segment.offset).ok().filter(|offset| *offset < half.acknowledged);
        let again = matches!(segment.class, SegmentClass::Duplicate | SegmentClass::Retransmission);
        // Before a FIN that was accepted it only fills a hole.
        offset.is_some() && !again && fin.is_none_or(|_| segment.class == SegmentClass::Normal)
    };
    flow.data_segments(close.by).any(|segment| close.at.before(segment.at) && taken(&segment))
}

/// Whether a RST can be of this connection: far outside the window nobody heeds it (RFC 9293 §3.10.7.4).
pub(super) fn in_reach(half: &Half, reset: &Reset) -> bool {
    const REACH: u64 = 1 << 20;
    let end = i64::try_from(half.stream.end()).unwrap_or(i64::MAX);
    reset.offset.is_none_or(|offset| offset.abs_diff(end) <= REACH)
}

/// close_notify and user_canceled in clear, before or instead of a FIN.
fn close_notifies(attempt: &Attempt) -> impl Iterator<Item = Close> {
    let alerts = attempt.tls.iter().flat_map(|tls| &tls.alerts);
    let closing = alerts.filter(|alert| alert.alert.is_some_and(Alert::is_closing));
    let clear =
        closing.map(|alert| Close { by: alert.direction, kind: CloseKind::CloseNotify, at: alert.at });
    // By its size alone a record is a close only where one follows.
    let flow = attempt.flow.as_deref();
    let over =
        flow.is_some_and(|flow| Direction::BOTH.into_iter().any(|by| closes(flow, by).next().is_some()));
    let encrypted = attempt.tls.as_deref().into_iter().flat_map(encrypted_close_notifies);
    let said =
        attempt.http.as_deref().filter(|http| http.answer.is_none()).and_then(|http| http.last_request);
    // A switch waits longer than that: the last record of a request can have an alert's size.
    let asks = move |close: &Close| {
        close.by == Direction::FromClient
            && said
                .is_some_and(|said| said.before(close.at) && (close.at.time - said.time) < Span::millis(100))
    };
    clear.chain(encrypted.filter(move |close| over && !asks(close)))
}

/// Alerts that cannot be read: up to TLS 1.2 a record says that it is one; in TLS 1.3 the last record of a side behind the
/// handshake, if it has an alert's size.
fn encrypted_close_notifies(tls: &TlsSession) -> impl Iterator<Item = Close> {
    let old = tls.alerts.iter().filter(|alert| alert.alert.is_none() && !tls.is_tls13());
    let old = old.map(|alert| Close { by: alert.direction, kind: CloseKind::CloseNotify, at: alert.at });
    let last = [(Direction::FromClient, tls.client_data.last), (Direction::FromServer, tls.server_data.last)];
    let closing = last.into_iter().filter_map(|(by, last)| Some((by, last?)));
    let closing = closing.filter(|(_, record)| tls.is_tls13() && record.alert_sized);
    old.chain(closing.map(|(by, record)| Close { by, kind: CloseKind::CloseNotify, at: record.at }))
}

/// The switch's own close in front of what the server sent at `at`, when that was not accepted any more: no acknowledgement
/// covers it. (A client that only half-closes still acknowledges its answer.)
pub(super) fn gave_up_before(attempt: &Attempt, at: At) -> Option<Close> {
    let flow = attempt.flow.as_deref().filter(|_| attempt.visibility == Visibility::Both)?;
    let close =
        first_close(attempt).filter(|close| close.by == Direction::FromClient && close.at.before(at))?;
    let late = flow.data_segments(Direction::FromServer).find(|segment| segment.at == at)?;
    let accepted = i64::try_from(flow.from_server.acknowledged).unwrap_or(i64::MAX) > late.offset;
    (!accepted).then_some(close)
}

/// Whether so much time passed between `start` and the capture's end that silence means something.
pub(super) fn waited(attempt: &Attempt, start: At) -> bool {
    attempt.surroundings.capture_last.time - start.time >= PATIENCE
}

/// Whether octets of `half` were acknowledged, or passed over, and are not in the capture: it missed packets.
pub(super) fn missed(half: &Half) -> bool {
    missed_behind(half, 0)
}

/// The same behind `offset` alone.
fn missed_behind(half: &Half, offset: u64) -> bool {
    // A keep-alive repeats the octet before, which was sent before the capture began (RFC 9293 §3.8.4).
    if half.isn.is_none() && half.data.is_none() && half.acknowledged <= 1 && half.resets.is_empty() {
        return false;
    }
    let acknowledged = half.acknowledged;
    // A RST beyond the last octet (and a FIN) tells of octets that were sent before it.
    let end = i64::try_from(half.stream.end()).unwrap_or(i64::MAX).saturating_add(1);
    let beyond = |reset: &Reset| in_reach(half, reset) && reset.offset.is_some_and(|offset| offset > end);
    half.stream.uncaptured().any(|gap| gap.start < acknowledged && gap.end > offset)
        || (half.isn.is_some() && half.resets.iter().any(beyond))
        || acknowledged > half.stream.end()
}

/// Whether something the server sent is missing from a capture that has its direction, or is cut short.
pub(super) fn server_missed(flow: &Flow) -> bool {
    flow.from_server.frames > 0 && (missed(&flow.from_server) || flow.from_server.cut)
}

/// Whether the capture hides something that the switch had from the server; `unreadable` says that what it sent cannot all be
/// read. What the switch closed without having received was lost on the way to it, not by the capture.
pub(super) fn server_hidden(flow: &Flow, unreadable: bool) -> bool {
    server_missed(flow) || unreadable && !never_arrived(flow)
}

/// Whether packets of the client are missing behind what it sent at `start`.
pub(super) fn client_missed_since(flow: &Flow, start: Option<At>) -> bool {
    missed_behind(&flow.from_client, place(flow, start).0)
}

/// Whether the client sent octets behind `start` that the capture does not hold, acknowledged or not; a FIN takes one.
pub(super) fn sent_unseen_since(flow: &Flow, start: Option<At>) -> bool {
    let from = place(flow, start).0;
    flow.from_client.stream.uncaptured().any(|gap| gap.end - gap.start > 1 && gap.start >= from)
}

/// Whether packets of the server are missing behind what the client had when it sent what it did at `start`.
pub(super) fn server_missed_since(flow: &Flow, start: Option<At>) -> bool {
    missed_behind(&flow.from_server, place(flow, start).1)
}

/// Whether the server sends data behind `start`.
pub(super) fn spoke_since(flow: &Flow, start: At) -> bool {
    flow.data_segments(Direction::FromServer).any(|segment| start.before(segment.at))
}

/// Where the client's segment at `start` stands in its stream, and how much of the server's it acknowledges.
fn place(flow: &Flow, start: Option<At>) -> (u64, u64) {
    let sent = start.and_then(|start| flow.segments.iter().find(|segment| segment.at == start));
    let sent = sent.filter(|segment| segment.direction == Direction::FromClient);
    let offset = |offset: Option<i64>| offset.and_then(|offset| u64::try_from(offset).ok()).unwrap_or(0);
    (offset(sent.map(|segment| segment.offset)), offset(sent.and_then(|segment| segment.ack)))
}

/// Whether the capture hides something that either side sent behind what the client sent at `start`, when it had all that it
/// acknowledged there: what was missed before has no part in what follows.
pub(super) fn hidden_since(flow: &Flow, start: Option<At>, unreadable: bool) -> bool {
    let (own, heard) = place(flow, start);
    let lost = |half: &Half, from| half.frames > 0 && (missed_behind(half, from) || half.cut);
    lost(&flow.from_client, own) || lost(&flow.from_server, heard) || unreadable && !never_arrived(flow)
}

/// Whether the switch's own close acknowledges no more of what the server sent than what stands before the first gap.
fn never_arrived(flow: &Flow) -> bool {
    let stream = &flow.from_server.stream;
    let whole = stream.uncaptured().next().map_or(stream.end(), |gap| gap.start);
    let client = &flow.from_client;
    let closes = client.fin.map(|(at, _)| at).into_iter().chain(client.resets.first().map(|reset| reset.at));
    let mut acknowledged = closes.filter_map(|at| flow.acknowledged_at(at));
    acknowledged.next().is_some_and(|ack| u64::try_from(ack).unwrap_or_default() <= whole)
}

/// The same for what the client sent.
pub(super) fn client_missed(flow: &Flow) -> bool {
    flow.from_client.frames > 0 && (missed(&flow.from_client) || flow.from_client.cut)
}

/// How long something took: ` in 12 s`; nothing where that is not known.
pub(super) fn during(span: Span) -> String {
    // What happened once took no time.
    if span.is_known() && span.0 != 0 { format!(" in {}", seconds(span)) } else { String::new() }
}

/// The same up to an event: ` in the 12 s`.
pub(super) fn in_the(span: Span) -> String {
    match span {
        _ if !span.is_known() => String::new(),
        // `in the under 0.1 ms` is no English.
        _ if span.as_seconds() < 0.000_1 => " within 0.1 ms".to_owned(),
        _ => format!(" in the {}", seconds(span)),
    }
}

/// The time from `start` to `end` in words: `0.4 s`, `12 s`; `some time` where the capture does not tell.
pub(super) fn seconds(span: Span) -> String {
    if !span.is_known() {
        return "some time".to_owned();
    }
    let seconds = span.as_seconds().abs();
    if seconds < 0.000_1 {
        "under 0.1 ms".to_owned()
    } else if seconds < 0.01 {
        format!("{:.1} ms", span.as_millis().abs())
    } else if seconds < 10.0 {
        format!("{seconds:.2} s")
    } else if seconds < 2.0 * 3_600.0 {
        format!("{seconds:.0} s")
    } else {
        long(span)
    }
}
