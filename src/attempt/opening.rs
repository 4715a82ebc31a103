//! Where a direction can be read from, and what stands there: its first octet, or, where the capture began later or missed
//! packets, the first message behind.

use crate::flow::{Flow, Stream};
use crate::limits::MESSAGE_STARTS;
use crate::model::Direction;
use crate::proto::http::{RequestHead, ResponseHead, looks_like_http_request, looks_like_http_response};
use crate::proto::tls::{
    ContentType, HandshakeType, MessageHeader, RecordHeader, RecordStart, sslv2_client_hello,
};

/// What octets look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Nothing,
    TlsClient,
    TlsServer,
    TlsRecord,
    Request,
    Response,
    Other,
}

/// Where a direction can be read from, and what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    pub offset: u64,
    pub start: Start,
}

impl Opening {
    /// At the first octet of `direction`; where that was not captured, or is the middle of a message that began before the capture,
    /// at the first segment that begins a message.
    pub fn of(flow: &Flow, direction: Direction) -> Self {
        let half = flow.half(direction);
        let start = start_at(&half.stream, 0);
        let first = Self { offset: 0, start };
        let lost = start == Start::Nothing || start == Start::Other && half.isn.is_none();
        if !lost {
            return first;
        }
        let mut behind = half.stream.starts_from(1).take(MESSAGE_STARTS);
        let found =
            behind.find_map(|offset| begun_at(&half.stream, offset).map(|start| Self { offset, start }));
        found.unwrap_or(first)
    }
}

/// Turns `flow` round where only its ports told client from server and its bytes say otherwise.
pub(super) fn settle_roles(flow: &mut Flow) {
    let client_like = |start| matches!(start, Start::TlsClient | Start::Request);
    let server_like = |start| matches!(start, Start::TlsServer | Start::Response);
    let [client, server] = Direction::BOTH.map(|direction| Opening::of(flow, direction).start);
    let reversed = client_like(server) && !client_like(client) || server_like(client) && !server_like(server);
    if flow.roles == crate::flow::RoleEvidence::Ports && reversed {
        flow.swap_roles();
    }
}

/// Whether the capture holds all that both sides sent before the client's offset `client`: then nothing was asked before it.
pub(super) fn is_first(flow: &Flow, client: u64) -> bool {
    flow.from_client.isn.is_some()
        && flow.from_server.isn.is_some()
        && flow.from_client.stream.uncaptured().all(|gap| gap.start >= client)
}

/// How much of the server's stream the client had acknowledged when it sent its octet at `client`: what answers that stands behind
/// (RFC 9293 §3.4).
pub(super) fn heard(flow: &Flow, client: u64) -> u64 {
    let at = flow.from_client.stream.at(client);
    let ack = at.and_then(|at| flow.acknowledged_at(at));
    ack.and_then(|ack| u64::try_from(ack).ok()).unwrap_or(0)
}

/// The first ClientHello that begins a segment at or behind `offset` of the client's stream.
pub(super) fn hello_from(flow: &Flow, offset: u64) -> Option<u64> {
    let stream = &flow.from_client.stream;
    let is_hello = |offset: &u64| begun_at(stream, *offset) == Some(Start::TlsClient);
    Some(offset).filter(is_hello).or_else(|| stream.starts_from(offset).take(MESSAGE_STARTS).find(is_hello))
}

/// The first response at or behind `offset`: it may share a segment with the rest of the body before it.
pub(super) fn response_from(stream: &Stream, offset: u64) -> Option<u64> {
    const VERSION: &[u8] = b"HTTP/1.";
    let bytes = stream.readable_from(offset);
    let is_response = |octets: &[u8]| ResponseHead::parse(octets).head().is_some();
    let mut places = bytes.windows(VERSION.len()).enumerate().filter(|(_, octets)| *octets == VERSION);
    let here = places.find(|(place, _)| bytes.get(*place..).is_some_and(is_response));
    here.map(|(place, _)| offset + place as u64).or_else(|| {
        let mut behind = stream.starts_from(offset + bytes.len() as u64).take(MESSAGE_STARTS);
        behind.find(|start| is_response(stream.readable_from(*start)))
    })
}

/// What looks like the octets at `offset`, of which there may be few.
fn start_at(stream: &Stream, offset: u64) -> Start {
    let bytes = stream.readable_from(offset);
    if bytes.is_empty() {
        return Start::Nothing;
    }
    match RecordHeader::parse(bytes) {
        RecordStart::Header(header) => tls_start(&header, bytes.get(RecordHeader::LEN).copied()),
        _ if sslv2_client_hello(bytes).is_some() => Start::TlsClient,
        _ if looks_like_http_request(bytes) => Start::Request,
        _ if looks_like_http_response(bytes) => Start::Response,
        RecordStart::Partial => Start::TlsRecord,
        RecordStart::NotTls => Start::Other,
    }
}

fn tls_start(header: &RecordHeader, kind: Option<u8>) -> Start {
    match (header.content_type, kind.map(HandshakeType)) {
        (ContentType::HANDSHAKE, Some(HandshakeType::CLIENT_HELLO)) => Start::TlsClient,
        (ContentType::HANDSHAKE, Some(HandshakeType::SERVER_HELLO)) => Start::TlsServer,
        _ => Start::TlsRecord,
    }
}

/// What certainly begins at `offset`, behind octets that are missing or not understood: a hello or a whole start line.
fn begun_at(stream: &Stream, offset: u64) -> Option<Start> {
    let bytes = stream.readable_from(offset);
    let first = ContentType(*bytes.first()?);
    if first != ContentType::HANDSHAKE && !first.0.is_ascii_uppercase() {
        return None;
    }
    let hello = || {
        bytes.get(RecordHeader::LEN..).and_then(MessageHeader::parse).is_some_and(MessageHeader::is_plausible)
    };
    match start_at(stream, offset) {
        start @ (Start::TlsClient | Start::TlsServer) => hello().then_some(start),
        Start::Request => RequestHead::parse(bytes).head().map(|_| Start::Request),
        Start::Response => ResponseHead::parse(bytes).head().map(|_| Start::Response),
        _ => None,
    }
}
