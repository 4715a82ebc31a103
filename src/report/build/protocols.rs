//! What each protocol told.

use crate::attempt::{self, HttpExchange, ProxyExchange, Resolution, TlsSession};
use crate::flow::Flow;
use crate::model::{At, Direction, Endpoint, Span};
use crate::net::IcmpError;
use crate::proto::licensing::LicensingResponse;
use crate::proto::x509;
use crate::report::model::{
    Arp, Certificate, Http, Icmp, Licensing, Lookup, Proxy, Query, Tcp, Tls, TlsAlert,
};

use super::frames;

impl From<&attempt::Lookup> for Lookup {
    fn from(lookup: &attempt::Lookup) -> Self {
        Self {
            name: lookup.name.to_string(),
            purpose: if lookup.for_proxy { "proxy" } else { "service" },
            queries: lookup.queries.iter().map(Query::from).collect(),
        }
    }
}

impl From<&attempt::Query> for Query {
    fn from(query: &attempt::Query) -> Self {
        let response = query.answer().or(query.response.as_ref());
        let answers = [query.response.as_ref(), response].into_iter().flatten().map(|response| response.at);
        let icmp = query.icmp.as_deref().map(|(at, _)| *at);
        let mut places: Vec<At> = query.sent.iter().copied().chain(answers).chain(icmp).collect();
        places.dedup();
        Self {
            name: query.name.to_string(),
            record_type: query.record_type.to_string(),
            server: query.server.ip.to_string(),
            rcode: response.map(|response| response.rcode.to_string()),
            answers: response.map(|response| response.answers.clone()).unwrap_or_default(),
            answer_frame: response.map(|response| frames::number(response.at.frame)),
            answer_file: None,
            frames: frames::numbers(places),
            files: Vec::new(),
        }
    }
}

impl From<&Resolution> for Arp {
    fn from(arp: &Resolution) -> Self {
        let mac = arp.reply.and_then(|(_, mac)| mac);
        Self {
            target: arp.target.to_string(),
            requests: arp.requests.len() as u64,
            mac: mac.map(|mac| mac.to_string()),
        }
    }
}

impl From<&(At, IcmpError)> for Icmp {
    fn from((at, error): &(At, IcmpError)) -> Self {
        Self {
            frame: frames::frame(at.frame),
            from: error.source.to_string(),
            kind: error.kind,
            code: error.code,
            mtu: error.mtu,
        }
    }
}

impl From<&Flow> for Tcp {
    fn from(flow: &Flow) -> Self {
        let halves = [&flow.from_client, &flow.from_server];
        let sum = |count: fn(&crate::flow::Half) -> u64| halves.into_iter().map(count).sum();
        let close = close(flow);
        Self {
            syn_count: flow.syns.len() as u64,
            rtt_ms: round_trip(flow).map(Span::as_millis),
            mss: flow.from_client.mss.into_iter().chain(flow.from_server.mss).min(),
            retransmissions: sum(|half| half.retransmissions),
            out_of_order: sum(|half| half.out_of_order),
            duplicates: sum(|half| half.duplicates),
            missing_bytes: sum(|half| half.stream.uncaptured().map(|gap| gap.end - gap.start).sum()),
            client_bytes: flow.from_client.stream.end(),
            server_bytes: flow.from_server.stream.end(),
            closed_by: close.map(|(direction, _)| side(direction)),
            close: close.map(|(_, how)| how),
        }
    }
}

/// From the SYN that was answered to its answer.
fn round_trip(flow: &Flow) -> Option<Span> {
    let answer = flow.syn_acks.first()?;
    let syn = flow.syns.iter().rfind(|syn| syn.before(*answer))?;
    Some(answer.time - syn.time).filter(|span| span.is_known())
}

/// The first FIN or RST of the connection.
fn close(flow: &Flow) -> Option<(Direction, &'static str)> {
    let of = |direction: Direction| {
        let half = flow.half(direction);
        let fin = half.fin.map(|(at, _)| (at.frame, direction, "fin"));
        fin.into_iter().chain(half.resets.first().map(|reset| (reset.at.frame, direction, "rst")))
    };
    let first = Direction::BOTH.into_iter().flat_map(of).min_by_key(|(frame, ..)| *frame);
    first.map(|(_, direction, how)| (direction, how))
}

fn side(direction: Direction) -> &'static str {
    match direction {
        Direction::FromClient => "client",
        Direction::FromServer => "server",
    }
}

impl From<&ProxyExchange> for Proxy {
    fn from(exchange: &ProxyExchange) -> Self {
        let response = exchange.final_response();
        Self {
            target: exchange.last_request().map(|request| target(request.host.as_str(), request.port)),
            status: response.map(|response| response.status),
            reason: response.map(|response| response.reason.clone()),
            headers: response.map(|response| response.headers.iter().cloned().collect()).unwrap_or_default(),
            auth_schemes: response.map(|response| response.auth_schemes.clone()).unwrap_or_default(),
            product: exchange.product.clone(),
        }
    }
}

/// Host and port as in a CONNECT request.
fn target(host: &str, port: Option<u16>) -> String {
    match (host.parse(), port) {
        (_, None) => host.to_owned(),
        (Ok(ip), Some(port)) => Endpoint::new(ip, port).to_string(),
        (Err(_), Some(port)) => format!("{host}:{port}"),
    }
}

impl From<&TlsSession> for Tls {
    fn from(session: &TlsSession) -> Self {
        let client = session.client_hello.as_ref().map(|(_, hello)| hello);
        let server = session.server_hello.as_ref().map(|(_, hello)| hello);
        let offered_versions = client.map(|hello| hello.versions.iter().map(ToString::to_string).collect());
        let offered_suites =
            client.map(|hello| hello.cipher_suites.iter().map(ToString::to_string).collect());
        let certificates = session.certificates.as_ref().map(|(_, list)| list.as_ref()).unwrap_or_default();
        Self {
            server_name: client.and_then(|hello| hello.server_name.as_ref()).map(ToString::to_string),
            offered_versions: offered_versions.unwrap_or_default(),
            version: session.version().map(|version| version.to_string()),
            cipher_suite: session.cipher_suite().map(|suite| suite.to_string()),
            offered_cipher_suites: offered_suites.unwrap_or_default(),
            alpn: server.and_then(|hello| hello.alpn.clone()),
            resumed: server.map(|_| session.resumed()),
            ja4: client.map(crate::proto::tls::ja4),
            alerts: session.alerts.iter().map(TlsAlert::from).collect(),
            certificates: certificates.iter().map(Certificate::from).collect(),
        }
    }
}

impl From<&attempt::TlsAlert> for TlsAlert {
    fn from(alert: &attempt::TlsAlert) -> Self {
        Self {
            frame: frames::frame(alert.at.frame),
            from: side(alert.direction),
            level: alert.alert.map(|alert| alert.level.to_string()),
            description: alert.alert.map(|alert| alert.description.to_string()),
            encrypted: alert.alert.is_none(),
        }
    }
}

impl From<&x509::Certificate> for Certificate {
    fn from(certificate: &x509::Certificate) -> Self {
        Self {
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            common_name: certificate.common_name.clone(),
            issuer_common_name: certificate.issuer_common_name.clone(),
            names: certificate.names(),
            not_before: Some(certificate.not_before.into()),
            not_after: Some(certificate.not_after.into()),
            key: Some(certificate.key.clone()),
            signature: Some(certificate.signature.clone()),
            sha256: Some(certificate.sha256.clone()),
            flaws: Vec::new(),
        }
    }
}

impl From<&HttpExchange> for Http {
    fn from(http: &HttpExchange) -> Self {
        Self {
            exchanges: http.exchanges.into(),
            answered: http.answered.into(),
            method: http.text().method.clone(),
            path: http.text().path.clone(),
            status: http.text().status,
            request_bytes: http.request_bytes,
            response_bytes: http.response_bytes,
            licensing: licensing(http),
        }
    }
}

fn licensing(http: &HttpExchange) -> Option<Licensing> {
    let answer: Option<&LicensingResponse> = http.text().licensing.as_ref();
    let request_type =
        http.text().request_type.clone().or_else(|| answer.and_then(|answer| answer.request_type.clone()));
    let status_code = answer.and_then(|answer| answer.status_code.clone());
    let status_message = answer.and_then(|answer| answer.status_message.clone());
    let told = request_type.is_some() || status_code.is_some() || status_message.is_some();
    told.then_some(Licensing { request_type, status_code, status_message })
}
