//! What a connection carries: a proxy's tunnel, TLS, HTTP in clear, or a banner of something else.

use crate::flow::Flow;
use crate::model::{At, Direction};
use crate::proto::http::{
    RequestHead, ResponseHead, Target, looks_like_http_request, looks_like_http_response,
};
use crate::proto::text;
use crate::proto::tls::{ContentType, HandshakeType, RecordHeader, RecordStart, sslv2_client_hello};

use super::http::HttpExchange;
use super::messages::{self, Message, Messages, Rest};
use super::preamble::{self, Preamble};
use super::proxy::ProxyExchange;
use super::tls::{Chains, Reading, TlsSession};

/// The layers above TCP of one connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Conversation {
    pub proxy: Option<Box<ProxyExchange>>,
    pub tls: Option<Box<TlsSession>>,
    pub http: Option<Box<HttpExchange>>,
    /// What the server sent before the client sent anything, or that is neither TLS nor HTTP.
    pub banner: Option<(At, String)>,
    /// Whether the client sent something that is neither TLS nor HTTP.
    pub other_protocol: bool,
}

/// What the first octets of a stream look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Nothing,
    TlsClient,
    TlsServer,
    TlsRecord,
    Request,
    Response,
    Other,
}

/// Turns `flow` round where only its ports told client from server and its bytes say otherwise.
pub(super) fn settle_roles(flow: &mut Flow) {
    let client_like = |start| matches!(start, Start::TlsClient | Start::Request);
    let server_like = |start| matches!(start, Start::TlsServer | Start::Response);
    let [client, server] = Direction::BOTH.map(|direction| start(flow, direction));
    let reversed = client_like(server) && !client_like(client) || server_like(client) && !server_like(server);
    if flow.roles == crate::flow::RoleEvidence::Ports && reversed {
        flow.swap_roles();
    }
}

impl Conversation {
    /// Reads what `flow` carries.
    pub fn read(flow: &Flow, chains: &mut Chains) -> Self {
        let client = start(flow, Direction::FromClient);
        let server = start(flow, Direction::FromServer);
        match (client, server) {
            (Start::TlsClient, Start::Response) if opens_with_tunnel(flow) => Self::http(flow, 0, 0, chains),
            (Start::Request, _) | (Start::Nothing, Start::Response) => Self::http(flow, 0, 0, chains),
            (Start::TlsClient, _)
            | (Start::Nothing | Start::TlsRecord, Start::TlsServer | Start::TlsRecord)
            | (Start::TlsRecord, Start::Nothing) => Self::tls(flow, 0, 0, chains),
            (Start::Nothing, Start::Other) => Self { banner: banner(flow), ..Self::default() },
            (Start::Nothing, _) => Self::default(),
            (Start::Other, _) => Self::behind_preamble(flow, chains),
            _ => Self { other_protocol: true, banner: banner(flow), ..Self::default() },
        }
    }

    /// What follows another protocol's octets, which are named too.
    fn behind_preamble(flow: &Flow, chains: &mut Chains) -> Self {
        let inner = match preamble::read(flow) {
            Some(Preamble::Tls { client, server }) => Self::tls(flow, client, server, chains),
            Some(Preamble::Http { client, server }) => Self::http(flow, client, server, chains),
            None => Self::default(),
        };
        Self { other_protocol: true, banner: banner(flow), ..inner }
    }

    fn tls(flow: &Flow, client: u64, server: u64, chains: &mut Chains) -> Self {
        let reading = Reading::of(flow, client, server, chains);
        let http = HttpExchange::under_tls(&reading);
        Self { tls: Some(Box::new(reading.session)), http: http.map(Box::new), ..Self::default() }
    }

    fn http(flow: &Flow, client: u64, server: u64, chains: &mut Chains) -> Self {
        let requests = messages::requests(&flow.from_client, client);
        let methods: Vec<&str> = requests.list.iter().map(|request| request.head.method.as_str()).collect();
        let responses = messages::responses(&flow.from_server, server, &methods);
        let connect = methods.first() == Some(&"CONNECT");
        let tunnel = responses.list.last().filter(|last| last.head.is_success() && responses.tunnel(connect));
        if connect || (methods.is_empty() && (tunnel.is_some() || refused_connect(&responses))) {
            let tunnel = tunnel.map(|response| response.end);
            return Self::tunnel(flow, &requests, &responses, tunnel, chains);
        }
        let absolute = requests.list.iter().any(|r| matches!(r.head.target, Target::Absolute { .. }));
        let proxy = absolute
            .then(|| ProxyExchange::of(false, &requests.list, &responses.list, responses.rest, banner(flow)));
        let http = HttpExchange::in_clear(&requests, &responses, flow);
        Self { proxy: proxy.map(Box::new), http: Some(Box::new(http)), ..Self::default() }
    }

    fn tunnel(
        flow: &Flow,
        requests: &Messages<RequestHead>,
        responses: &Messages<ResponseHead>,
        tunnel: Option<u64>,
        chains: &mut Chains,
    ) -> Self {
        let connects: Vec<Message<RequestHead>> =
            requests.list.iter().take_while(|request| request.head.is_connect()).cloned().collect();
        // What answers a hello that came too early is no answer to CONNECT.
        let early = tunnel.is_none() && requests.rest == Rest::Other;
        let answers = if early { first_answers(&responses.list, connects.len()) } else { &responses.list };
        let mut proxy = ProxyExchange::of(true, &connects, answers, responses.rest, banner(flow));
        proxy.partial =
            (responses.rest == Rest::Partial).then(|| flow.from_server.stream.at(responses.end)).flatten();
        let proxy = Some(Box::new(proxy));
        let Some(server) = tunnel else { return Self { proxy, ..Self::default() } };
        let client = connects.last().map_or(0, |request| request.end);
        let reading = Reading::of(flow, client, server, chains);
        let http = HttpExchange::under_tls(&reading);
        let tls = Some(reading.session).filter(|session| !session.is_empty()).map(Box::new);
        Self { proxy, tls, http: http.map(Box::new), ..Self::default() }
    }
}

/// The final responses to the first `requests` requests, and the interim ones before them.
fn first_answers(responses: &[Message<ResponseHead>], requests: usize) -> &[Message<ResponseHead>] {
    let finals = responses.iter().enumerate().filter(|(_, response)| !response.head.is_interim());
    let last = finals.map(|(index, _)| index).nth(requests.saturating_sub(1));
    last.and_then(|last| responses.get(..=last)).unwrap_or(responses)
}

impl Messages<ResponseHead> {
    /// Whether the last response can have opened a tunnel: to CONNECT, or, when the request was not captured, one that nothing
    /// but a tunnel follows.
    fn tunnel(&self, connect: bool) -> bool {
        connect || (self.list.last().is_some_and(|last| last.body.total == 0) && self.rest != Rest::Partial)
    }
}

/// Whether the capture begins at a proxy's 2xx: a TLS record stands behind its head.
fn opens_with_tunnel(flow: &Flow) -> bool {
    let bytes = flow.from_server.stream.readable_from(0);
    let Some(head) = ResponseHead::parse(bytes).complete().filter(ResponseHead::is_success) else {
        return false;
    };
    let behind = bytes.get(head.head_len..).unwrap_or_default();
    flow.from_server.isn.is_none() && matches!(RecordHeader::parse(behind), RecordStart::Header(_))
}

/// Whether responses without captured requests are a proxy's refusal.
fn refused_connect(responses: &Messages<ResponseHead>) -> bool {
    let refused = |m: &Message<ResponseHead>| {
        m.head.status == 407 || crate::proto::http::has_proxy_marks(&m.head, &m.body.bytes)
    };
    responses.list.iter().any(refused)
}

fn start(flow: &Flow, direction: Direction) -> Start {
    let stream = &flow.half(direction).stream;
    let bytes = stream.readable_from(0);
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

/// First line of what the server sent, with its frame. Where the start of its stream is a guess, what looks like the first
/// line may be the middle of anything.
fn banner(flow: &Flow) -> Option<(At, String)> {
    flow.from_server.isn?;
    let stream = &flow.from_server.stream;
    stream.at(0).map(|at| (at, text::first_line(stream.readable_from(0))))
}
