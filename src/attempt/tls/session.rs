//! What was seen of a TLS session, and how it is read out of a connection.

use crate::flow::Flow;
use crate::limits::TLS_ALERTS;
use crate::model::{At, Direction};
use crate::proto::tls::{
    Alert, CipherSuite, ClientHello, ContentType, HandshakeType, Message, ServerHello, Version,
};
use crate::proto::x509::Certificate;

use super::messages::{Gatherer, HandshakeMessage, is_clear_hello};
use super::records::{self, Stop, TlsRecord};

/// What was seen of a TLS session.
#[derive(Debug, Clone, Default)]
pub struct TlsSession {
    /// The first ClientHello.
    pub client_hello: Option<(At, ClientHello)>,
    /// First frame of the first ClientHello, whole or not.
    pub client_hello_started: Option<At>,
    /// A HelloRetryRequest.
    pub hello_retry: Option<At>,
    /// The ServerHello.
    pub server_hello: Option<(At, ServerHello)>,
    /// The server's certificates that could be read, its own first.
    pub certificates: Option<(At, Vec<Certificate>)>,
    /// The server's CertificateRequest.
    pub certificate_request: Option<At>,
    /// ServerHelloDone.
    pub server_hello_done: Option<At>,
    /// The client's Certificate message, and whether it was empty.
    pub client_certificate: Option<(At, bool)>,
    /// ClientKeyExchange.
    pub client_key_exchange: Option<At>,
    /// The client's change_cipher_spec.
    pub client_ccs: Option<At>,
    /// The server's change_cipher_spec.
    pub server_ccs: Option<At>,
    /// The client's Finished, by position (it is encrypted).
    pub client_finished: Option<At>,
    /// The server's Finished, by position (TLS 1.2 and before).
    pub server_finished: Option<At>,
    /// The last record of the server's encrypted flight (TLS 1.3).
    pub server_flight: Option<At>,
    /// Alerts, in clear or encrypted, in capture order.
    pub alerts: Vec<TlsAlert>,
    /// An alert in clear whose two octets the capture does not hold.
    pub alert_cut: Option<At>,
    /// Records, the client's first, at most `limits::TLS_RECORDS` each way.
    pub records: Vec<TlsRecord>,
    /// Indices of the application data of the client behind its Finished.
    pub client_data: Vec<usize>,
    /// Indices of the server's application data behind the client's Finished; under TLS 1.3 session tickets too.
    pub server_data: Vec<usize>,
    /// First octets from the server that are not TLS.
    pub foreign: Option<(At, String)>,
    /// Whether a hole in the server's octets, or a cut, hides part of what it sent.
    pub server_unreadable: bool,
    /// Whether the server's octets end inside a record or message.
    pub server_partial: bool,
}

/// An alert.
#[derive(Debug, Clone, Copy)]
pub struct TlsAlert {
    /// Where.
    pub at: At,
    /// Who sent it.
    pub direction: Direction,
    /// Level and description; `None` when encrypted.
    pub alert: Option<Alert>,
}

impl TlsSession {
    /// Reads the session that starts at offset `client` of the client's stream and `server` of the server's.
    pub fn read(flow: &Flow, client: u64, server: u64) -> Self {
        let mut session = Self::default();
        session.read_server(flow, server);
        session.read_client(flow, client);
        session.alerts.sort_by_key(|alert| alert.at.frame);
        session.find_phases(flow);
        session.records.shrink_to_fit();
        session
    }

    /// The version chosen, if the ServerHello is there.
    pub fn version(&self) -> Option<Version> {
        self.server_hello.as_ref().map(|(_, hello)| hello.version)
    }

    /// The cipher suite chosen.
    pub fn cipher_suite(&self) -> Option<CipherSuite> {
        self.server_hello.as_ref().map(|(_, hello)| hello.cipher_suite)
    }

    /// Whether TLS 1.3 was chosen.
    pub fn is_tls13(&self) -> bool {
        self.version().is_some_and(|version| version >= Version::TLS_1_3)
    }

    /// Whether the session is a resumed one, which has no certificate.
    pub fn resumed(&self) -> bool {
        let (Some((_, client)), Some((_, server))) = (&self.client_hello, &self.server_hello) else {
            return false;
        };
        server.resumes(client)
            || (!self.is_tls13()
                && client.offers_ticket
                && self.certificates.is_none()
                && self.server_ccs.is_some())
    }

    /// Whether the handshake is finished, as far as the capture shows: both Finished under TLS 1.2, the client's under TLS 1.3.
    pub fn is_finished(&self) -> bool {
        match (self.client_finished, self.server_finished) {
            (Some(_), _) if self.is_tls13() => true,
            (Some(_), Some(_)) => true,
            // One direction only: application data shows that the other side finished too.
            _ => !self.server_data.is_empty() || !self.client_data.is_empty(),
        }
    }

    /// The records at `indices`.
    pub fn picked(&self, indices: &[usize]) -> Vec<&TlsRecord> {
        indices.iter().filter_map(|&index| self.records.get(index)).collect()
    }

    /// Whether nothing of TLS was seen.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.foreign.is_none()
    }

    fn read_server(&mut self, flow: &Flow, start: u64) {
        let stream = &flow.from_server.stream;
        let (mut found, stop) = records::read(stream, Direction::FromServer, start);
        let pending = self.read_records(flow, Direction::FromServer, &mut found);
        self.server_unreadable = matches!(stop, Stop::Gap) || found.iter().any(|r| r.whole && !r.complete);
        self.server_partial = pending.is_some() || found.last().is_some_and(|r| !r.whole);
        if let Stop::Foreign(at, line) = stop {
            self.foreign = Some((at, line));
        }
        self.records.append(&mut found);
    }

    fn read_client(&mut self, flow: &Flow, start: u64) {
        let stream = &flow.from_client.stream;
        let (mut found, _) = records::read(stream, Direction::FromClient, start);
        let hello = |record: &&TlsRecord| {
            let kind =
                stream.slice(record.payload()..record.payload() + 1).and_then(|bytes| bytes.first().copied());
            record.content_type == ContentType::HANDSHAKE
                && kind.is_none_or(|kind| HandshakeType(kind) == HandshakeType::CLIENT_HELLO)
        };
        self.client_hello_started = found.first().filter(hello).map(|record| record.first);
        let pending = self.read_records(flow, Direction::FromClient, &mut found);
        if let Some(message) = pending {
            self.take_message(Direction::FromClient, &message);
        }
        found.append(&mut self.records);
        self.records = found;
    }

    /// Reads one direction's records; gives back a message that was begun and not ended.
    fn read_records(
        &mut self,
        flow: &Flow,
        direction: Direction,
        found: &mut [TlsRecord],
    ) -> Option<HandshakeMessage> {
        let stream = &flow.half(direction).stream;
        let mut gatherer = Gatherer::default();
        let mut ccs = None;
        for record in found.iter_mut() {
            match record.content_type {
                ContentType::CHANGE_CIPHER_SPEC => {
                    ccs.get_or_insert(record.at);
                }
                ContentType::HANDSHAKE if ccs.is_none() || is_clear_hello(stream, record) => {
                    gatherer.take(stream, record);
                }
                ContentType::HANDSHAKE => {
                    record.encrypted = true;
                    self.finished(direction).get_or_insert(record.at);
                }
                ContentType::ALERT => self.take_alert(flow, direction, record),
                _ => record.encrypted = true,
            }
        }
        match direction {
            Direction::FromClient => self.client_ccs = ccs,
            Direction::FromServer => self.server_ccs = ccs,
        }
        let (messages, pending) = gatherer.unfinished();
        for message in &messages {
            self.take_message(direction, message);
        }
        pending
    }

    fn finished(&mut self, direction: Direction) -> &mut Option<At> {
        match direction {
            Direction::FromClient => &mut self.client_finished,
            Direction::FromServer => &mut self.server_finished,
        }
    }

    fn take_alert(&mut self, flow: &Flow, direction: Direction, record: &mut TlsRecord) {
        let payload = flow.half(direction).stream.readable_from(record.payload());
        let payload = payload.get(..record.len).unwrap_or(payload);
        let said = Alert::parse_all(payload);
        let at = record.at;
        let alert = |alert| TlsAlert { at, direction, alert };
        record.encrypted = said.is_empty() && record.len > 2;
        if record.len == 2 && payload.len() < 2 {
            self.alert_cut.get_or_insert(at);
        } else if said.is_empty() && record.len != 1 && self.alerts.len() < 2 * TLS_ALERTS {
            self.alerts.push(alert(None));
        }
        let known = self.alerts.iter().filter(|known| known.direction == direction).count();
        let room = TLS_ALERTS.saturating_sub(known);
        self.alerts.extend(said.into_iter().take(room).map(|said| alert(Some(said))));
    }

    fn take_message(&mut self, direction: Direction, message: &HandshakeMessage) {
        let at = message.at;
        match (direction, message.parse()) {
            (Direction::FromClient, Some(Message::ClientHello(hello))) if self.client_hello.is_none() => {
                self.client_hello = Some((at, *hello));
            }
            (Direction::FromServer, Some(Message::ServerHello(hello))) if hello.is_hello_retry_request => {
                self.hello_retry.get_or_insert(at);
            }
            (Direction::FromServer, Some(Message::ServerHello(hello))) if self.server_hello.is_none() => {
                self.server_hello = Some((at, *hello));
            }
            (Direction::FromServer, Some(Message::Certificate(list))) if self.certificates.is_none() => {
                self.certificates = Some((at, list.into_iter().map_while(Certificate::parse).collect()));
            }
            (Direction::FromClient, Some(Message::Certificate(list))) => {
                self.client_certificate = Some((at, list.is_empty()));
            }
            (_, Some(Message::Other(kind))) => self.take_other(direction, kind, at),
            _ => {}
        }
    }

    fn take_other(&mut self, direction: Direction, kind: HandshakeType, at: At) {
        let place = match (direction, kind) {
            (Direction::FromServer, HandshakeType::CERTIFICATE_REQUEST) => &mut self.certificate_request,
            (Direction::FromServer, HandshakeType::SERVER_HELLO_DONE) => &mut self.server_hello_done,
            (Direction::FromClient, HandshakeType::CLIENT_KEY_EXCHANGE) => &mut self.client_key_exchange,
            _ => return,
        };
        place.get_or_insert(at);
    }
}
