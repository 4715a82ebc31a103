//! Whether a connection can be an attempt, or worth a finding, told from the client's first octets: most of an uplink's are neither.

use std::net::IpAddr;

use crate::flow::{Flow, Needless, Opening, Reader, Relevance, RoleEvidence};
use crate::model::HostName;
use crate::proto::http::{RequestHead, Target, looks_like_http_request};
use crate::proto::tls::{ClientHello, ContentType, HandshakeType, MessageHeader, RecordHeader, RecordStart};

use super::resolver::DNS_PORT;
use super::tls::ciphertext;
use super::{Scope, services};

/// More than a CONNECT with credentials and a large ClientHello take: who has not named a target by then is followed.
const OPENING_OCTETS: usize = 16 << 10;

impl Reader for Scope {
    /// Whether a connection that begins so has to be followed. It need not if it names another site, in words: that name goes
    /// before whatever follows. (Several requests of one connection are taken to be for one site, but for those to a proxy.)
    fn relevance(&self, opening: &Opening<'_>) -> Relevance {
        let server = opening.server;
        if self.all || server.port == DNS_PORT || self.is_proxy(server) || self.is_service(server) {
            return Relevance::Wanted;
        }
        match self.of_octets(opening.octets, server.port) {
            Relevance::Open if opening.octets.len() > OPENING_OCTETS => Relevance::Wanted,
            relevance => relevance,
        }
    }

    /// What application data records hold.
    fn needless(&self, octets: &[u8]) -> Needless {
        ciphertext(octets)
    }
}

impl Scope {
    /// Whether a connection that is over asked a proxy for other sites only, and said nothing through it: what came of it is
    /// nobody's business either.
    pub(super) fn was_refused_elsewhere(&self, flow: &Flow) -> bool {
        let octets = flow.from_client.stream.contiguous();
        let opening = Opening { server: flow.server, octets };
        let whole = flow.roles == RoleEvidence::Handshake
            && flow.from_server.isn.is_some()
            && flow.from_client.stream.end() == octets.len() as u64;
        whole && self.relevance(&opening) == Relevance::Open && asks_elsewhere(octets)
    }

    fn of_octets(&self, octets: &[u8], port: u16) -> Relevance {
        match RecordHeader::parse(octets) {
            RecordStart::Header(header) => self.of_hello(octets, header, Some(port)),
            RecordStart::Partial => Relevance::Open,
            RecordStart::NotTls if looks_like_http_request(octets) => self.of_request(octets, port),
            RecordStart::NotTls => Relevance::Wanted,
        }
    }

    /// A ClientHello, as every client sends it: in one record.
    fn of_hello(&self, octets: &[u8], header: RecordHeader, port: Option<u16>) -> Relevance {
        let payload = octets.get(RecordHeader::LEN..).unwrap_or_default();
        let Some(record) = payload.get(..header.length) else { return Relevance::Open };
        let hello = MessageHeader::parse(record).filter(|message| {
            header.content_type == ContentType::HANDSHAKE && message.kind == HandshakeType::CLIENT_HELLO
        });
        let body = hello.and_then(|hello| record.get(MessageHeader::LEN..hello.message_len()));
        let Some(body) = body else { return Relevance::Wanted };
        self.of_name(ClientHello::name_in(body).as_ref(), port)
    }

    fn of_request(&self, octets: &[u8], port: u16) -> Relevance {
        let Some(head) = RequestHead::parse(octets).complete() else { return Relevance::Open };
        match &head.target {
            Target::Authority(target) if head.is_connect() => {
                let named = self.of_name(Some(&target.host), target.port);
                let behind = octets.get(head.head_len..).unwrap_or_default();
                match RecordHeader::parse(behind) {
                    _ if named == Relevance::Wanted => named,
                    RecordStart::Header(header) => self.of_hello(behind, header, target.port),
                    RecordStart::Partial => Relevance::Open,
                    // Once more, with credentials.
                    RecordStart::NotTls if looks_like_http_request(behind) => self.of_request(behind, port),
                    RecordStart::NotTls => Relevance::Wanted,
                }
            }
            Target::Origin { path } if !is_telling(path, port) => {
                let host = head.destination().map(|authority| authority.host);
                self.of_name(host.as_ref().filter(|host| !services::is_revocation_host(host)), Some(port))
            }
            _ => Relevance::Wanted,
        }
    }

    /// What a connection that names `host` is. An address may be a service's; Cisco's other names are worth a finding.
    fn of_name(&self, host: Option<&HostName>, port: Option<u16>) -> Relevance {
        let wanted = host.is_none_or(|host| {
            host.as_str().parse::<IpAddr>().is_ok()
                || services::is_cisco(host)
                || services::by_name(host).is_some()
                || self.names_service(host, port)
        });
        if wanted { Relevance::Wanted } else { Relevance::Unwanted }
    }
}

/// Whether `octets` are whole CONNECTs for other sites, and nothing else.
fn asks_elsewhere(octets: &[u8]) -> bool {
    let mut rest = octets;
    while let Some(head) = RequestHead::parse(rest).complete().filter(RequestHead::is_connect) {
        rest = rest.get(head.head_len.max(1)..).unwrap_or_default();
    }
    rest.is_empty() && !octets.is_empty()
}

/// Whether a path alone tells what a request is for.
fn is_telling(path: &str, port: u16) -> bool {
    services::by_path(path, Some(port)).is_some()
        || services::is_revocation_path(path)
        || services::is_trust_bundle(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Endpoint;

    fn of(octets: &[u8]) -> Relevance {
        let server = Endpoint::new([192, 0, 2, 1].into(), 443);
        Scope::default().relevance(&Opening { server, octets })
    }

    /// A ClientHello with nothing but a name.
    fn hello(name: &str) -> Vec<u8> {
        let len = |octets: &[u8], more: usize| u16::try_from(octets.len() + more).unwrap().to_be_bytes();
        let name = name.as_bytes();
        let extension = [&[0, 0][..], &len(name, 5), &len(name, 3), &[0], &len(name, 0), name].concat();
        let body =
            [&[3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0], &len(&extension, 0), &extension].concat();
        let message = [&[1, 0][..], &len(&body, 0), &body].concat();
        [&[22, 3, 1][..], &len(&message, 0), &message].concat()
    }

    #[test]
    fn a_hello_is_read_when_it_is_whole() {
        let other = hello("www.example.com");
        assert_eq!(of(&other), Relevance::Unwanted);
        assert!((0..other.len()).all(|cut| of(&other[..cut]) == Relevance::Open));
        for name in ["smartreceiver.cisco.com", "tools.cisco.com", "www.cisco.com", "cslu-local", "192.0.2.7"]
        {
            assert_eq!(of(&hello(name)), Relevance::Wanted, "{name}");
        }
    }

    #[test]
    fn every_connect_and_the_hello_behind_it_count() {
        let connect = |name: &str| format!("CONNECT {name}:443 HTTP/1.1\r\n\r\n").into_bytes();
        let other = connect("www.example.com");
        assert_eq!(of(&other), Relevance::Open, "the tunnel may name a service");
        assert_eq!(of(&[other.clone(), hello("www.example.com")].concat()), Relevance::Unwanted);
        assert_eq!(of(&[other.clone(), hello("tools.cisco.com")].concat()), Relevance::Wanted);
        assert_eq!(of(&[other.clone(), connect("tools.cisco.com")].concat()), Relevance::Wanted);
        assert_eq!(of(&[other.clone(), other, hello("www.example.com")].concat()), Relevance::Unwanted);
        assert_eq!(of(&connect("192.0.2.7")), Relevance::Wanted);
    }

    #[test]
    fn requests_in_clear_tell_by_path_and_host() {
        let get =
            |path: &str, host: &str| of(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
        assert_eq!(get("/", "www.example.com"), Relevance::Unwanted);
        assert_eq!(get("/ca.crl", "www.example.com"), Relevance::Wanted);
        assert_eq!(get("/x", "ocsp.example.com"), Relevance::Wanted);
        assert_eq!(get("/SmartTransport", "www.example.com"), Relevance::Wanted);
        assert_eq!(
            get("http://www.example.com/", "www.example.com"),
            Relevance::Wanted,
            "a proxy's clients ask for many"
        );
        assert_eq!(of(b"GET / HTTP/1.0\r\n\r\n"), Relevance::Wanted, "no name");
        assert_eq!(of(b"SSH-2.0-x\r\n"), Relevance::Wanted);
    }

    #[test]
    fn options_name_services_too() {
        let scope = Scope { services: vec!["example.com".parse().unwrap()], ..Scope::default() };
        let server = Endpoint::new([192, 0, 2, 1].into(), 443);
        let octets = hello("example.com");
        assert_eq!(scope.relevance(&Opening { server, octets: &octets }), Relevance::Wanted);
        let all = Scope { all: true, ..Scope::default() };
        assert_eq!(all.relevance(&Opening { server, octets: &hello("www.example.com") }), Relevance::Wanted);
    }
}
