//! What a connection carries: a proxy's tunnel, TLS, HTTP in clear, or a banner of something else.

use crate::flow::Flow;
use crate::model::{At, Direction};
use crate::proto::http::{RequestHead, ResponseHead, Target, looks_like_http_request};
use crate::proto::text;
use crate::proto::tls::{RecordHeader, RecordStart};

use super::http::HttpExchange;
use super::messages::{self, Message, Messages, Rest};
use super::opening::{self, Opening, Start};
use super::preamble::{self, Preamble};
use super::proxy::ProxyExchange;
use super::tls::{Chains, Reading, TlsSession};

/// The layers above TCP of one connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Conversation {
    pub proxy: Option<Box<ProxyExchange>>,
    pub tls: Option<Box<TlsSession>>,
    pub http: Option<Box<HttpExchange>>,
    /// Answers whose requests were not captured, as a proxy's refusal, which they are if the peer is known as a proxy.
    pub unasked: Option<Box<ProxyExchange>>,
    /// What the server sent before the client sent anything, or that is neither TLS nor HTTP.
    pub banner: Option<(At, String)>,
    /// Whether the client sent something that is neither TLS nor HTTP.
    pub other_protocol: bool,
}

impl Conversation {
    /// Reads what `flow` carries.
    pub fn read(flow: &Flow, chains: &mut Chains) -> Self {
        let client = Opening::of(flow, Direction::FromClient);
        let server = Opening::of(flow, Direction::FromServer);
        // The rest of a message that began before the capture says no more than nothing.
        let rest = client.start == Start::Other && flow.from_client.isn.is_none();
        match (client.start, server.start) {
            (Start::TlsClient, Start::Response) if is_tunnelled(flow, client, server) => {
                Self::http(flow, client.offset, server.offset, chains)
            }
            (Start::Request, _) => Self::answered(flow, client.offset, server, chains),
            (Start::Nothing, Start::Response) => Self::http(flow, 0, server.offset, chains),
            (Start::Other, Start::Response) if rest => Self::http(flow, 0, server.offset, chains),
            (Start::TlsClient, _) => {
                Self::tls(flow, client.offset, hello_answer(flow, client, server), chains)
            }
            (Start::Nothing | Start::TlsRecord, Start::TlsServer | Start::TlsRecord)
            | (Start::TlsRecord, Start::Nothing) => Self::tls(flow, 0, server.offset, chains),
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

    /// Requests from offset `client` on with their answers. Where others may have gone before them in packets that are missing, what
    /// the server had said by then answers none of these; but of a proxy's answers to CONNECT only the last counts.
    fn answered(flow: &Flow, client: u64, server: Opening, chains: &mut Chains) -> Self {
        let connect = RequestHead::parse(flow.from_client.stream.readable_from(client)).complete();
        if opening::is_first(flow, client) {
            return Self::http(flow, client, 0, chains);
        }
        if connect.is_some_and(|head| head.is_connect()) {
            let rest =
                server.start == Start::Response && flow.from_server.stream.has_seen(&(0..server.offset));
            return Self::http(flow, client, if rest { server.offset } else { 0 }, chains);
        }
        let heard = opening::heard(flow, client);
        let answer = opening::response_from(&flow.from_server.stream, heard);
        Self::http(flow, client, answer.unwrap_or(heard), chains)
    }

    fn http(flow: &Flow, client: u64, server: u64, chains: &mut Chains) -> Self {
        let requests = messages::requests(&flow.from_client, client);
        let mut methods: Vec<&str> =
            requests.list.iter().map(|request| request.head.method.as_str()).collect();
        let tunnelled = methods.is_empty() && opening::hello_from(flow, requests.end) == Some(requests.end);
        if tunnelled {
            methods.push("CONNECT");
        }
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
        let unasked =
            methods.is_empty().then(|| ProxyExchange::of(true, &[], &responses.list, responses.rest, None));
        let unasked = unasked.filter(|proxy| proxy.final_response().is_some() && !proxy.is_open());
        let (proxy, unasked) = (proxy.map(Box::new), unasked.map(Box::new));
        Self { proxy, http: Some(Box::new(http)), unasked, ..Self::default() }
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
        let asked = connects.last().map_or(requests.end, |request| request.end);
        let unseen = tunnel.is_none().then(|| unseen_tunnel(flow, asked, responses.end)).flatten();
        // What answers a hello that came too early is no answer to CONNECT.
        let early = tunnel.is_none() && unseen.is_none() && requests.rest == Rest::Other;
        let answers = if early { first_answers(&responses.list, connects.len()) } else { &responses.list };
        let mut proxy = ProxyExchange::of(true, &connects, answers, responses.rest, banner(flow));
        proxy.partial =
            (responses.rest == Rest::Partial).then(|| flow.from_server.stream.at(responses.end)).flatten();
        proxy.opened_unseen = unseen.and_then(|(hello, _)| flow.from_client.stream.at(hello));
        let proxy = Some(Box::new(proxy));
        let stands = tunnel.map(|server| (behind_missed(flow, asked), server));
        let Some((client, server)) = stands.or(unseen) else { return Self { proxy, ..Self::default() } };
        if looks_like_http_request(flow.from_client.stream.readable_from(client)) {
            let http = Some(Box::new(clear_inside(flow, client, server)));
            return Self { proxy, http, ..Self::default() };
        }
        let reading = Reading::of(flow, client, server, chains);
        let http = HttpExchange::under_tls(&reading);
        let tls = Some(reading.session).filter(|session| !session.is_empty()).map(Box::new);
        Self { proxy, tls, http: http.map(Box::new), ..Self::default() }
    }
}

/// HTTP in clear inside a tunnel that starts at these offsets, as to a CSLU behind a proxy.
fn clear_inside(flow: &Flow, client: u64, server: u64) -> HttpExchange {
    let requests = messages::requests(&flow.from_client, client);
    let methods: Vec<&str> = requests.list.iter().map(|request| request.head.method.as_str()).collect();
    let responses = messages::responses(&flow.from_server, server, &methods);
    HttpExchange::in_clear(&requests, &responses, flow)
}

/// A ClientHello behind `asked`, and how much of the server's the client had by then, where that is a response more than `answered` and
/// was not all captured: the proxy's 2xx was in it. (A hello that comes too early has heard nothing, or a FIN.)
fn unseen_tunnel(flow: &Flow, asked: u64, answered: u64) -> Option<(u64, u64)> {
    const SHORTEST: u64 = b"HTTP/1.1 200\r\n\r\n".len() as u64;
    let hello = opening::hello_from(flow, asked)?;
    let heard = opening::heard(flow, hello);
    let missed = flow.from_server.frames > 0
        && heard >= answered + SHORTEST
        && !flow.from_server.stream.has_seen(&(answered..heard));
    missed.then_some((hello, heard))
}

/// Where the client goes on behind `asked`: at its ClientHello, where more CONNECTs are missing in front of it.
fn behind_missed(flow: &Flow, asked: u64) -> u64 {
    let missed = flow.from_client.stream.readable_from(asked).is_empty();
    Some(asked).filter(|_| missed).and_then(|asked| opening::hello_from(flow, asked)).unwrap_or(asked)
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

/// Whether a ClientHello that may not be the client's first octet stands behind what a proxy said, which the client had already; or came
/// too early, and TLS follows the proxy's 2xx.
fn is_tunnelled(flow: &Flow, client: Opening, server: Opening) -> bool {
    let heard = || opening::heard(flow, client.offset) > server.offset;
    !opening::is_first(flow, client.offset) && (heard() || opens_tunnel(flow, server.offset))
}

/// Whether a 2xx with a TLS record behind it stands at `offset` of the server's.
fn opens_tunnel(flow: &Flow, offset: u64) -> bool {
    let bytes = flow.from_server.stream.readable_from(offset);
    let head = ResponseHead::parse(bytes).complete().filter(ResponseHead::is_success);
    let behind = head.and_then(|head| bytes.get(head.head_len..)).unwrap_or_default();
    matches!(RecordHeader::parse(behind), RecordStart::Header(_))
}

/// Where the answer to a ClientHello begins that may not be the client's first octet: behind what the client had by then.
fn hello_answer(flow: &Flow, client: Opening, server: Opening) -> u64 {
    let first = server.offset == 0 && !matches!(server.start, Start::Nothing | Start::Response);
    if first || opening::is_first(flow, client.offset) { 0 } else { opening::heard(flow, client.offset) }
}

/// Whether responses without captured requests are a proxy's refusal.
fn refused_connect(responses: &Messages<ResponseHead>) -> bool {
    let refused = |m: &Message<ResponseHead>| {
        m.head.status == 407 || crate::proto::http::has_proxy_marks(&m.head, &m.body.bytes)
    };
    responses.list.iter().any(refused)
}

/// First line of what the server sent, with its frame. Where the start of its stream is a guess, what looks like the first
/// line may be the middle of anything.
fn banner(flow: &Flow) -> Option<(At, String)> {
    flow.from_server.isn?;
    let stream = &flow.from_server.stream;
    stream.at(0).map(|at| (at, text::first_line(stream.readable_from(0))))
}
