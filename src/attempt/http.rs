//! The request and its answer: HTTP in clear, or what TLS lets be seen of it.

use crate::flow::Flow;
use crate::limits::HTTP_BODY;
use crate::model::{At, Direction, HostName, Span};
use crate::proto::http::{BodyEnd, Framing, RequestHead, ResponseHead, decode_content, is_known_coding};
use crate::proto::licensing::{Licensing, LicensingRequest, LicensingResponse};
use crate::proto::text;

use super::messages::{Message, Messages, Rest};
use super::tls::{Reading, TlsRecord, TlsSession};

/// The request and its answer.
#[derive(Debug, Clone, Default)]
pub struct HttpExchange {
    /// What was said, in clear; `None` under TLS.
    pub clear: Option<Box<ClearText>>,
    /// Requests seen (under TLS: turns of the client).
    pub exchanges: u32,
    /// Requests that were answered.
    pub answered: u32,
    /// First frame of the first request.
    pub request: Option<At>,
    /// First frame of the last request.
    pub last_request: Option<At>,
    /// First frame of the answer to the last request.
    pub answer: Option<At>,
    /// Octets of application data from the client, heads included.
    pub request_bytes: u64,
    /// Octets of application data from the server, heads included.
    pub response_bytes: u64,
    /// Whether all there is of an answer under TLS 1.3 may be session tickets.
    pub maybe_tickets: bool,
    /// Whether octets of the answer are missing from the capture.
    pub unreadable: bool,
}

/// What only an exchange in clear tells.
#[derive(Debug, Clone, Default)]
pub struct ClearText {
    /// The last request's method.
    pub method: Option<String>,
    /// The last request's path.
    pub path: Option<String>,
    /// The last request's Host, without its port.
    pub host: Option<HostName>,
    /// The last answer's final status.
    pub status: Option<u16>,
    /// Its status line as sent.
    pub status_line: Option<String>,
    /// The last answer's body.
    pub body: AnswerBody,
    /// Type of the last licensing request.
    pub request_type: Option<String>,
    /// The last licensing answer.
    pub licensing: Option<LicensingResponse>,
    /// The answer's Date header.
    pub server_date: Option<String>,
    /// First octets from the server that are not HTTP.
    pub not_http: Option<(At, String)>,
    /// The latest error before the last answer: where, and its status line. A proxy's 407 is none.
    pub earlier_error: Option<(At, String)>,
}

/// What is known of an answer's body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AnswerBody {
    /// No answer.
    #[default]
    Unknown,
    /// Whole, and empty.
    Empty,
    /// A licensing answer, whole or with its status in what was captured.
    Licensing,
    /// Whole, and something else: its first line.
    Other(String),
    /// In a content coding that is not undone here.
    Coded(String),
    /// Not whole, and no licensing status in what there is of it.
    Partial,
}

impl HttpExchange {
    /// From messages in clear.
    pub(super) fn in_clear(
        requests: &Messages<RequestHead>,
        responses: &Messages<ResponseHead>,
        flow: &Flow,
    ) -> Self {
        let last = requests.list.last();
        let finals: Vec<_> = responses.list.iter().filter(|response| !response.head.is_interim()).collect();
        let answers = u32::try_from(finals.len()).unwrap_or(u32::MAX);
        let exchanges = u32::try_from(requests.list.len()).unwrap_or(u32::MAX);
        let one_way = requests.list.is_empty();
        let answer = finals.last().filter(|_| one_way || answers >= exchanges);
        let unreadable = responses.rest == Rest::Gap;
        let mut clear = ClearText {
            method: last.map(|request| request.head.method.clone()),
            path: last.and_then(|request| request.head.path().map(str::to_owned)),
            host: last.and_then(|request| request.head.destination()).map(|authority| authority.host),
            request_type: last.and_then(|request| request_type(&request.body.bytes)),
            earlier_error: earlier_error(&finals),
            ..ClearText::default()
        };
        if let Some(answer) = answer {
            let closed = flow.from_server.fin.is_some() && !unreadable;
            clear.take_answer(answer, last.map(|request| request.head.method.as_str()), closed);
        } else if responses.rest == Rest::Other {
            let stream = &flow.from_server.stream;
            let line = text::first_line(stream.readable_from(responses.end));
            clear.not_http = stream.at(responses.end).map(|at| (at, line));
        }
        Self {
            clear: Some(Box::new(clear)),
            exchanges,
            answered: answers.min(exchanges),
            request: requests.list.first().map(|request| request.at),
            last_request: last.map(|request| request.at),
            answer: answer.map(|answer| answer.line_at),
            request_bytes: flow.from_client.stream.end(),
            response_bytes: flow.from_server.stream.end(),
            maybe_tickets: false,
            unreadable,
        }
    }

    /// Whether it is in clear rather than under TLS.
    pub fn is_clear(&self) -> bool {
        self.clear.is_some()
    }

    /// What it says; nothing under TLS.
    pub fn text(&self) -> &ClearText {
        self.clear.as_deref().unwrap_or(&ClearText::NOTHING)
    }
}

impl ClearText {
    const NOTHING: Self = Self {
        method: None,
        path: None,
        host: None,
        status: None,
        status_line: None,
        body: AnswerBody::Unknown,
        request_type: None,
        licensing: None,
        server_date: None,
        not_http: None,
        earlier_error: None,
    };

    /// `closed`: the server closed, and all that it sent before is there.
    fn take_answer(&mut self, answer: &Message<ResponseHead>, method: Option<&str>, closed: bool) {
        self.status = Some(answer.head.status);
        self.status_line = Some(answer.head.status_line());
        self.server_date = answer.head.headers.first("date").map(str::to_owned);
        let framing = if answer.whole_head { answer.head.framing(method) } else { Framing::UntilClose };
        let whole = answer.whole_head
            && (answer.body.end == BodyEnd::Complete || (framing == Framing::UntilClose && closed));
        let content = decode_content(&answer.head, &answer.body.bytes, HTTP_BODY);
        let coding = answer.head.headers.first("content-encoding").filter(|coding| !is_known_coding(coding));
        if let Some(coding) = coding {
            self.body = AnswerBody::Coded(coding.to_owned());
            return;
        }
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
        let said = LicensingResponse::parse(content);
        self.body = match (&said, whole) {
            (Licensing::Whole(_), _) => AnswerBody::Licensing,
            (Licensing::Cut(message), _) if message.status_code.is_some() => AnswerBody::Licensing,
            (_, false) => AnswerBody::Partial,
            _ if content.trim_ascii().is_empty() => AnswerBody::Empty,
            _ => AnswerBody::Other(text::first_line(content)),
        };
        self.licensing = said.message().filter(|message| message.status_code.is_some()).cloned();
    }
}

impl HttpExchange {
    /// What is seen of the exchange inside a finished TLS session; `None` when the handshake did not finish.
    pub(super) fn under_tls(reading: &Reading<'_>) -> Option<Self> {
        let (session, flow) = (&reading.session, reading.flow);
        let client: Vec<&TlsRecord> = reading.client_data.iter().collect();
        let server: Vec<&TlsRecord> = reading.server_data.iter().collect();
        if !session.is_finished() {
            return None;
        }
        // Nothing of the client's data, or not all of it: then any answer answers.
        let acknowledged = flow.from_client.acknowledged;
        let hole = flow.from_client.stream.uncaptured().any(|gap| gap.start < acknowledged);
        let one_way = flow.from_client.frames == 0 || (client.is_empty() && hole);
        let requests = if session.is_tls13() { without_close(&client) } else { client };
        let spoken = if session.is_tls13() { without_close(&server) } else { server.clone() };
        let mut exchange = Self {
            request: requests.first().map(|record| record.at),
            last_request: last_turn(&requests, &spoken),
            request_bytes: requests.iter().map(|record| record.len as u64).sum(),
            unreadable: session.server_unreadable,
            ..Self::default()
        };
        let answers = exchange.answers(session, flow, &server);
        exchange.response_bytes = answers.iter().map(|record| record.len as u64).sum();
        (exchange.exchanges, exchange.answered) = turns(&requests, &answers);
        let wanted = |record: &&TlsRecord| {
            one_way || exchange.last_request.is_some_and(|request| !record.at.before(request))
        };
        exchange.answer = answers.iter().copied().find(wanted).map(|record| record.at);
        if exchange.answer.is_none() && closes_at_once(flow, exchange.last_request) {
            // The answer came in the middle of the request: nobody waits so short a time for another.
            exchange.answer = answers.last().map(|record| record.at);
        }
        Some(exchange)
    }

    /// The server's records that answer: not its close_notify, nor what can only be session tickets.
    fn answers<'a>(
        &mut self,
        session: &TlsSession,
        flow: &Flow,
        server: &[&'a TlsRecord],
    ) -> Vec<&'a TlsRecord> {
        if !session.is_tls13() {
            return server.to_vec();
        }
        let server = without_close(server);
        let request = self.request;
        let before = |record: &&&TlsRecord| request.is_none_or(|request| record.at.before(request));
        let early = if flow.from_client.frames == 0 { 0 } else { server.iter().take_while(before).count() };
        let behind = server.get(early..).unwrap_or_default();
        if let Some(ticket) = server.first().filter(|_| early > 0) {
            // One server's tickets are alike; some may come in front of the request and some behind it.
            let more = behind
                .iter()
                .take(TICKETS_MOST.saturating_sub(early))
                .take_while(|r| r.len == ticket.len)
                .count();
            return behind.get(more..).unwrap_or_default().to_vec();
        }
        let tickets = leading_tickets(behind);
        if tickets < behind.len() || session.is_late(behind) {
            let kept = if tickets < behind.len() { tickets } else { 0 };
            return behind.get(kept..).unwrap_or_default().to_vec();
        }
        self.maybe_tickets = !behind.is_empty();
        if tickets > 1 || gave_up_waiting(flow, behind) { Vec::new() } else { behind.to_vec() }
    }
}

impl TlsSession {
    /// Whether the first of `records` came too late to be a ticket, which answers the client's Finished at once.
    fn is_late(&self, records: &[&TlsRecord]) -> bool {
        const PROCESSING: Span = Span::millis(200);
        let hellos = self.client_hello.as_ref().zip(self.server_hello.as_ref());
        let Some(((asked, _), (answered, _))) = hellos else { return false };
        let (Some(finished), Some(first)) = (self.client_finished, records.first()) else { return false };
        let round_trip = answered.time - asked.time;
        round_trip.is_known()
            && first.first.time - finished.time
                > Span(round_trip.0.saturating_mul(2).saturating_add(PROCESSING.0))
    }
}

/// Longest record that is taken for a session ticket (JSSE's are some 2.3 KB).
const TICKET_MOST: usize = 2_600;
/// Shortest record that is taken for one: header, lifetime, age, nonce and a 32-octet ticket in 17 octets of protection.
const TICKET_LEAST: usize = 70;
/// Most tickets a server sends at once (OpenSSL: 2 by default, 4 where set so).
const TICKETS_MOST: usize = 4;

/// How many records at the start can be session tickets: alike in size, as one server's tickets are.
fn leading_tickets(records: &[&TlsRecord]) -> usize {
    let Some(first) = records.first() else { return 0 };
    let ticket =
        |record: &&&TlsRecord| record.len == first.len && (TICKET_LEAST..=TICKET_MOST).contains(&record.len);
    records.iter().take(TICKETS_MOST).take_while(ticket).count()
}

/// Whether the client waited long behind `records` and then closed, or the server reset: then they were no answer.
fn gave_up_waiting(flow: &Flow, records: &[&TlsRecord]) -> bool {
    let Some(last) = records.last().map(|record| record.at) else { return false };
    let closes =
        [flow.from_client.fin.map(|(at, _)| at), flow.from_client.resets.first().map(|reset| reset.at)];
    let gave_up = closes.into_iter().flatten().min_by(|a: &At, b| a.order(*b));
    let server_closed = flow.from_server.fin.map(|(at, _)| at);
    let waited = gave_up.is_some_and(|at| at.time - last.time >= Span::seconds(5));
    let first = |at: At| server_closed.is_none_or(|server| at.before(server));
    waited && gave_up.is_some_and(first) || (server_closed.is_none() && !flow.from_server.resets.is_empty())
}

/// Whether the client closes within a second of its last request.
fn closes_at_once(flow: &Flow, last_request: Option<At>) -> bool {
    let closes =
        [flow.from_client.fin.map(|(at, _)| at), flow.from_client.resets.first().map(|reset| reset.at)];
    let close = closes.into_iter().flatten().min_by(|a, b| a.order(*b));
    close.zip(last_request).is_some_and(|(close, request)| close.time - request.time < Span::seconds(1))
}

/// Without final records of an alert's size: close_notify, perhaps with user_canceled before it (JSSE).
fn without_close<'a>(records: &[&'a TlsRecord]) -> Vec<&'a TlsRecord> {
    let closing = records.iter().rev().take(2).take_while(|record| record.is_alert_sized()).count();
    records.get(..records.len() - closing).unwrap_or_default().to_vec()
}

/// The client's turns, and how many of them the server answered.
fn turns(client: &[&TlsRecord], server: &[&TlsRecord]) -> (u32, u32) {
    let mut all: Vec<&TlsRecord> = client.iter().chain(server).copied().collect();
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

/// First frame of the client's last turn: its first record behind the last server record that something of the client follows.
fn last_turn(client: &[&TlsRecord], server: &[&TlsRecord]) -> Option<At> {
    let last = client.last()?.at;
    let answered = server.iter().filter(|record| record.at.before(last)).map(|record| record.at).next_back();
    client.iter().map(|record| record.at).find(|at| answered.is_none_or(|answer| answer.before(*at)))
}

/// The latest of `finals` but the last that is an error.
fn earlier_error(finals: &[&Message<ResponseHead>]) -> Option<(At, String)> {
    let (_, earlier) = finals.split_last()?;
    let error = earlier.iter().rfind(|answer| answer.head.status >= 300 && answer.head.status != 407)?;
    Some((error.line_at, error.head.status_line()))
}

fn request_type(body: &[u8]) -> Option<String> {
    LicensingRequest::parse(body).message().and_then(|message| message.request_type.clone())
}
