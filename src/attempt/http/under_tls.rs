//! What TLS lets be seen of HTTP: who spoke when, and how much.

use crate::flow::{Flow, Half, Segment, SegmentClass};
use crate::model::{At, Direction, Span};

use super::{CLOSE, HttpExchange, asks_again, past_limit, seen};
use crate::attempt::tls::{Reading, TlsAlert, TlsRecord, TlsSession};
use crate::proto::tls::Alert;

impl HttpExchange {
    /// What is seen of the exchange inside a finished TLS session; `None` when the handshake did not finish.
    pub(in crate::attempt) fn under_tls(reading: &Reading<'_>) -> Option<Self> {
        let (session, flow) = (&reading.session, reading.flow);
        let (client, server) = (reading.client_data.as_slice(), reading.server_data.as_slice());
        if !session.is_finished() {
            return None;
        }
        // Nothing of the client's data, or not all of it: then any answer answers.
        let acknowledged = flow.from_client.acknowledged;
        let hole = flow.from_client.stream.uncaptured().any(|gap| gap.start < acknowledged);
        let one_way = flow.from_client.frames == 0 || (client.is_empty() && hole);
        let requests = if session.may_be_tls13() { without_close(client) } else { client };
        let spoken = if session.may_be_tls13() { without_close(server) } else { server };
        let mut exchange = Self {
            request: requests.first().map(|record| record.at),
            last_request: last_turn(requests, spoken, reading),
            request_bytes: amount(requests, reading.client_limit, &flow.from_client),
            unreadable: session.server_unreadable,
            ..Self::default()
        };
        let answers = exchange.answers(reading, (requests, spoken));
        exchange.response_bytes = amount(answers, reading.server_limit, &flow.from_server);
        (exchange.exchanges, exchange.answered) = turns(requests, answers);
        let gave_up = client_closed(flow);
        // Something was asked behind an answer, and is missing.
        let missing = one_way || flow.from_client.stream.uncaptured().next().is_some();
        let wanted = |record: &&TlsRecord| {
            let behind = one_way && gave_up.is_none_or(|close| !close.before(record.first))
                || exchange.last_request.is_some_and(|request| !flow.precedes(record.at, request));
            let more = missing && asks_again(flow, record.at, CLOSE);
            behind && !more && !(session.may_be_tls13() && is_key_update(record))
        };
        exchange.answer = answers.iter().find(wanted).map(|record| record.at);
        if exchange.answer.is_none() {
            exchange.unread =
                reading.server_limit.and_then(|end| past_limit(flow, exchange.last_request, end));
            exchange.answered += u32::from(exchange.unread.is_some());
            exchange.answer = exchange.unread;
        }
        let closed =
            exchange.last_request.is_some_and(|request| server_closed(session, flow, server, request));
        let refused = exchange.last_request.is_some_and(|request| server_hangs_up(flow, answers, request));
        if exchange.answer.is_none() && !closed && !refused && closes_at_once(flow, exchange.last_request) {
            // The answer came in the middle of the request: nobody waits so short a time for another.
            let begun = |record: &&TlsRecord| {
                exchange.request.is_some_and(|request| !flow.precedes(record.at, request))
            };
            exchange.answer = answers.last().filter(begun).map(|record| record.at);
        }
        Some(exchange)
    }

    /// Which of the server's records, its close_notify not among them, answer: not what can only be session tickets.
    fn answers<'a>(
        &mut self,
        reading: &Reading<'_>,
        (client, server): (&[TlsRecord], &'a [TlsRecord]),
    ) -> &'a [TlsRecord] {
        let (session, flow) = (&reading.session, reading.flow);
        if !session.may_be_tls13() {
            return server;
        }
        let request = self.request;
        let before = |record: &&TlsRecord| request.is_none_or(|request| flow.precedes(record.at, request));
        let early = if flow.from_client.frames == 0 { 0 } else { server.iter().take_while(before).count() };
        let behind = server.get(early..).unwrap_or_default();
        if let Some(ticket) = server.first().filter(|_| early > 0) {
            // One server's tickets are alike; some may come in front of the request and some behind it.
            let more = behind
                .iter()
                .take(TICKETS_MOST.saturating_sub(early))
                .take_while(|r| r.len == ticket.len)
                .count();
            return behind.get(more..).unwrap_or_default();
        }
        let tickets = leading_tickets(behind, client);
        if tickets < behind.len() {
            return behind.get(tickets..).unwrap_or_default();
        }
        self.maybe_tickets = !behind.is_empty();
        // JSSE always sends one ticket behind a full handshake.
        let may_answer = tickets == 1
            && (session.padded_finished.is_none() || session.resumed())
            && !behind.iter().all(is_usual_ticket)
            && !reading.server_gap
            && (!gave_up_waiting(flow, behind) || session.is_late(flow, behind));
        if may_answer { behind } else { &[] }
    }
}

impl TlsSession {
    /// Whether the first of `records` came too late to be a ticket, which answers the client's Finished at once: the server
    /// had acknowledged that long before.
    fn is_late(&self, flow: &Flow, records: &[TlsRecord]) -> bool {
        let hellos = self.client_hello.as_ref().zip(self.server_hello.as_ref());
        let Some(((asked, _), (answered, _))) = hellos else { return false };
        let (Some(heard), Some(first)) = (self.finished_heard(flow), records.first()) else { return false };
        let round_trip = answered.time - asked.time;
        round_trip.is_known()
            && first.first.time - heard.time
                > Span(round_trip.0.saturating_mul(2).saturating_add(PROCESSING.0))
    }

    /// When the server first acknowledged the client's Finished, or must have.
    fn finished_heard(&self, flow: &Flow) -> Option<At> {
        let at = self.client_finished?;
        let finished = flow.segments.iter().find(|segment| segment.at == at)?;
        let end = finished.offset + i64::from(finished.len);
        let heard = |segment: &Segment| {
            segment.direction == Direction::FromServer && segment.ack.is_some_and(|ack| ack >= end)
        };
        let heard = flow.segments.iter().find(heard).map(|segment| segment.at);
        heard.into_iter().chain(heard_at_once(flow, &finished)).min_by(|a, b| a.order(*b))
    }
}

/// The time of `finished`, where the client sent nothing for so long behind it that it would have repeated what nobody
/// acknowledged: then somebody did at once.
fn heard_at_once(flow: &Flow, finished: &Segment) -> Option<At> {
    const REPEATS: Span = Span::millis(500);
    let again = |segment: &Segment| segment.offset == finished.offset && segment.at != finished.at;
    let mut sent = flow.data_segments(Direction::FromClient);
    let next = sent.find(|segment| finished.at.before(segment.at)).filter(|segment| !again(segment))?;
    (next.at.time - finished.at.time >= REPEATS).then_some(finished.at)
}

/// What a server takes at most to make its tickets.
const PROCESSING: Span = Span::millis(200);
/// Longest record that is taken for a session ticket (JSSE's are some 2.3 KB).
const TICKET_MOST: usize = 2_600;
/// Shortest record that is taken for one: header, lifetime, age, nonce and a 32-octet ticket in 17 octets of protection.
const TICKET_LEAST: usize = 70;
/// Most tickets a server sends at once (OpenSSL: 2 by default, 4 where set so).
const TICKETS_MOST: usize = 4;

/// Whether it has the length of a session ticket as OpenSSL and its kin make them (measured: 234 to 303 octets, by cipher suite,
/// names and client certificate); a licensing answer with its head is longer.
fn is_usual_ticket(record: &TlsRecord) -> bool {
    (230..=310).contains(&record.len)
}

/// How many records at the start can be session tickets: alike in size, as one server's tickets are, and not behind what `client`
/// sends next.
fn leading_tickets(records: &[TlsRecord], client: &[TlsRecord]) -> usize {
    let Some(first) = records.first() else { return 0 };
    // Tickets come together.
    let later = |at: &At| first.at.before(*at) && at.time - first.at.time > PROCESSING;
    let next = client.iter().map(|record| record.at).find(later);
    let ticket =
        |record: &&TlsRecord| record.len == first.len && (TICKET_LEAST..=TICKET_MOST).contains(&record.len);
    let ticket = |record: &&TlsRecord| ticket(record) && next.is_none_or(|next| record.at.before(next));
    records.iter().take(TICKETS_MOST).take_while(ticket).count()
}

/// Whether the client waited long behind `records` and then closed, or the server reset: then they were no answer.
fn gave_up_waiting(flow: &Flow, records: &[TlsRecord]) -> bool {
    let Some(last) = records.last().map(|record| record.at) else { return false };
    let gave_up = client_closed(flow);
    let server_closed = flow.from_server.fin.map(|(at, _)| at);
    let waited = gave_up.is_some_and(|at| at.time - last.time >= Span::seconds(5));
    let first = |at: At| server_closed.is_none_or(|server| at.before(server));
    waited && gave_up.is_some_and(first) || (server_closed.is_none() && !flow.from_server.resets.is_empty())
}

/// The client's first FIN or RST.
fn client_closed(flow: &Flow) -> Option<At> {
    let client = &flow.from_client;
    let closes = [client.fin.map(|(at, _)| at), client.resets.first().map(|reset| reset.at)];
    closes.into_iter().flatten().min_by(|a: &At, b| a.order(*b))
}

/// Whether the server had closed before `request`: it answered nothing any more.
fn server_closed(session: &TlsSession, flow: &Flow, server: &[TlsRecord], request: At) -> bool {
    let fin = flow.from_server.fin.map(|(at, _)| at);
    let closing = |alert: &&TlsAlert| {
        alert.direction == Direction::FromServer && alert.alert.is_none_or(Alert::is_closing)
    };
    let alerts = session.alerts.iter().filter(closing);
    let last = server.last().filter(|record| session.may_be_tls13() && record.is_alert_sized());
    let mut closes = fin.into_iter().chain(alerts.map(|alert| alert.at)).chain(last.map(|record| record.at));
    closes.any(|close| close.before(request))
}

/// Whether the server is the first to close behind `request`, which was sent when the last answer had been received.
fn server_hangs_up(flow: &Flow, answers: &[TlsRecord], request: At) -> bool {
    let first = |(fin, _): (At, _)| client_closed(flow).is_none_or(|close| fin.before(close));
    let earlier = answers.iter().rfind(|answer| answer.at.before(request));
    flow.from_server.fin.is_some_and(first)
        && earlier.is_some_and(|answer| flow.acknowledges(request, answer.at))
}

/// Whether its size is that of a KeyUpdate: 5 octets, the content type and a tag of 16 (RFC 8446 §4.6.3), too few for an answer.
fn is_key_update(record: &TlsRecord) -> bool {
    record.len == 22
}

/// Whether the client closes within a second of its last request.
fn closes_at_once(flow: &Flow, last_request: Option<At>) -> bool {
    client_closed(flow)
        .zip(last_request)
        .is_some_and(|(close, request)| close.time - request.time < Span::seconds(1))
}

/// Without final records of an alert's size: close_notify, perhaps with user_canceled before it (JSSE).
fn without_close(records: &[TlsRecord]) -> &[TlsRecord] {
    let closing = records.iter().rev().take(2).take_while(|record| record.is_alert_sized()).count();
    records.get(..records.len() - closing).unwrap_or_default()
}

/// Octets in `records`, and in what came behind `limit`, where reading them ended; there their headers are counted too.
fn amount(records: &[TlsRecord], limit: Option<u64>, half: &Half) -> Option<u64> {
    let read: u64 = records.iter().map(|record| record.len as u64).sum();
    seen(half, read + limit.map_or(0, |limit| half.stream.end().saturating_sub(limit)))
}

/// The client's turns, and how many of them the server answered.
fn turns(client: &[TlsRecord], server: &[TlsRecord]) -> (u32, u32) {
    let mut all: Vec<&TlsRecord> = client.iter().chain(server).collect();
    all.sort_by_key(|record| record.first.frame);
    let (mut asked, mut answered, mut last) = (0, 0, Direction::FromServer);
    for record in all {
        match (last, record.direction) {
            (Direction::FromServer, Direction::FromClient) => asked += 1,
            (Direction::FromClient, Direction::FromServer) => answered += 1,
            _ => {}
        }
        last = record.direction;
    }
    (asked, answered)
}

/// First frame of the client's last turn: its first record behind the last that the server said before the client's last.
fn last_turn(client: &[TlsRecord], server: &[TlsRecord], reading: &Reading<'_>) -> Option<At> {
    let last = client.last()?.at;
    let read = server.iter().filter(|record| record.at.before(last)).map(|record| record.at).next_back();
    // Behind a limit of ours only segments are known.
    let sent = reading.server_limit.map(|_| reading.flow.data_segments(Direction::FromServer));
    let sent = sent.into_iter().flatten().filter(|segment| segment.class == SegmentClass::Normal);
    let unread = sent.map(|segment| segment.at).filter(|at| at.before(last));
    let answered = unread.chain(read).max_by(|a, b| a.order(*b));
    client.iter().map(|record| record.at).find(|at| answered.is_none_or(|answer| answer.before(*at)))
}
