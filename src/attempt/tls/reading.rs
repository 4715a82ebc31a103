//! Reads a TLS session out of a connection.

use crate::flow::Flow;
use crate::limits::TLS_ALERTS;
use crate::model::{At, Direction};
use crate::proto::tls::{Alert, ContentType, HandshakeType, Message, sslv2_client_hello};

use super::chains::Chains;
use super::messages::{Gatherer, HandshakeMessage, is_clear_hello};
use super::records::{self, Records, Stop};
use super::session::ApplicationData;
use super::{TlsAlert, TlsRecord, TlsSession};

/// A session as it is being read.
pub(in crate::attempt) struct Reading<'a> {
    pub session: TlsSession,
    /// Records, the client's first, at most `limits::TLS_RECORDS` each way.
    pub(super) records: Vec<TlsRecord>,
    /// Whether some records of the client, or of the server, were found behind a gap.
    pub(super) client_gap: bool,
    pub server_gap: bool,
    /// Offset behind the last record of the client, or of the server, that a limit of ours let be read.
    pub client_limit: Option<u64>,
    pub server_limit: Option<u64>,
    /// Offset behind the client's Finished under TLS 1.3.
    pub(super) client_finished_end: u64,
    /// The application data of the client behind its Finished.
    pub client_data: Vec<TlsRecord>,
    /// The server's application data behind the client's Finished; under TLS 1.3 session tickets too.
    pub server_data: Vec<TlsRecord>,
    pub flow: &'a Flow,
    chains: &'a mut Chains,
}

impl<'a> Reading<'a> {
    /// Reads the session that starts at offset `client` of the client's stream and `server` of the server's.
    pub fn of(flow: &'a Flow, client: u64, server: u64, chains: &'a mut Chains) -> Self {
        let session = TlsSession::default();
        let (client_data, server_data) = (Vec::new(), Vec::new());
        let mut reading = Self {
            session,
            records: Vec::new(),
            client_gap: false,
            server_gap: false,
            client_limit: None,
            server_limit: None,
            client_finished_end: 0,
            client_data,
            server_data,
            flow,
            chains,
        };
        reading.read_server(server);
        reading.read_client(client);
        reading.session.alerts.sort_by_key(|alert| alert.at.frame);
        reading.find_phases();
        reading.session.client_data = ApplicationData::of(&reading.client_data);
        reading.session.server_data = ApplicationData::of(&reading.server_data);
        reading
    }

    fn read_server(&mut self, start: u64) {
        let stream = &self.flow.from_server.stream;
        let Records { list: found, stop, gap } = records::read(stream, Direction::FromServer, start);
        self.server_gap = gap.is_some();
        self.server_limit = limit(&stop, &found);
        let pending = self.read_records(Direction::FromServer, &found, gap);
        self.session.server_unreadable =
            matches!(stop, Stop::Gap) || found.iter().any(|r| r.whole && !r.complete) || self.server_gap;
        self.session.server_partial = pending.is_some() || found.last().is_some_and(|r| !r.whole);
        if let Stop::Foreign(at, line) = stop {
            self.session.foreign = Some((at, line));
        }
        self.session.server_records = found.len();
        self.records = found;
    }

    fn read_client(&mut self, start: u64) {
        let stream = &self.flow.from_client.stream;
        // Up to TLS 1.2 the first hello may be one of SSL 2.0, without a record around it.
        let old_hello = sslv2_client_hello(stream.readable_from(start)).map(|(_, len)| len as u64);
        let records_start = start + old_hello.unwrap_or(0);
        let Records { list: mut found, stop, gap } =
            records::read(stream, Direction::FromClient, records_start);
        self.client_gap = gap.is_some();
        self.client_limit = limit(&stop, &found);
        let hello = |record: &&TlsRecord| {
            let kind =
                stream.slice(record.payload()..record.payload() + 1).and_then(|bytes| bytes.first().copied());
            record.content_type == ContentType::HANDSHAKE
                && kind.is_none_or(|kind| HandshakeType(kind) == HandshakeType::CLIENT_HELLO)
        };
        self.session.client_hello_started = match old_hello {
            Some(_) => stream.at(start),
            None => found.first().filter(hello).map(|record| record.first),
        };
        let pending = self.read_records(Direction::FromClient, &found, gap);
        if let Some(message) = pending {
            self.take_message(Direction::FromClient, &message);
        }
        self.session.client_records = found.len();
        self.session.client_partial = found.last().is_some_and(|record| !record.whole);
        found.append(&mut self.records);
        self.records = found;
    }

    /// Reads one direction's records, of which those behind `gap` were found again; gives back a message that was begun and not
    /// ended.
    fn read_records(
        &mut self,
        direction: Direction,
        found: &[TlsRecord],
        gap: Option<u64>,
    ) -> Option<HandshakeMessage> {
        let stream = &self.flow.half(direction).stream;
        let mut gatherer = Gatherer::default();
        let (mut ccs, mut level) = (None, None);
        for record in found {
            if gap.is_some_and(|gap| record.offset >= gap) {
                gatherer.lose();
            }
            match record.content_type {
                ContentType::CHANGE_CIPHER_SPEC => {
                    ccs.get_or_insert(record.at);
                }
                ContentType::HANDSHAKE if ccs.is_none() || is_clear_hello(stream, record) => {
                    gatherer.take(stream, record);
                }
                ContentType::HANDSHAKE => {
                    self.finished(direction).get_or_insert(record.at);
                }
                ContentType::ALERT => self.take_alert(direction, record, &mut level),
                _ => {}
            }
        }
        match direction {
            Direction::FromClient => self.session.client_ccs = ccs,
            Direction::FromServer => self.session.server_ccs = ccs,
        }
        let (messages, pending) = gatherer.unfinished();
        for message in &messages {
            self.take_message(direction, message);
        }
        pending
    }

    fn finished(&mut self, direction: Direction) -> &mut Option<At> {
        match direction {
            Direction::FromClient => &mut self.session.client_finished,
            Direction::FromServer => &mut self.session.server_finished,
        }
    }

    /// Takes an alert record; `level` is what a record before it held of an alert in two records (RFC 5246 §6.2.1).
    fn take_alert(&mut self, direction: Direction, record: &TlsRecord, level: &mut Option<u8>) {
        let payload = self.flow.half(direction).stream.readable_from(record.payload());
        let payload = payload.get(..record.len).unwrap_or(payload);
        let said = match (payload, level.take()) {
            ([description], Some(level)) => Alert::parse_all(&[level, *description]),
            ([first], None) if record.len == 1 => {
                *level = Some(*first);
                return;
            }
            _ => Alert::parse_all(payload),
        };
        let at = record.at;
        let alert = |alert| TlsAlert { at, direction, alert };
        if record.len == 2 && payload.len() < 2 {
            self.session.alert_cut.get_or_insert(at);
        } else if said.is_empty() && record.len != 1 && self.session.alerts.len() < 2 * TLS_ALERTS {
            self.session.alerts.push(alert(None));
        }
        let known = self.session.alerts.iter().filter(|known| known.direction == direction).count();
        let room = TLS_ALERTS.saturating_sub(known);
        self.session.alerts.extend(said.into_iter().take(room).map(|said| alert(Some(said))));
    }

    fn take_message(&mut self, direction: Direction, message: &HandshakeMessage) {
        let at = message.at;
        match (direction, message.parse()) {
            (Direction::FromClient, Some(Message::ClientHello(hello)))
                if self.session.client_hello.is_none() =>
            {
                self.session.client_hello = Some((at, *hello));
            }
            (Direction::FromServer, Some(Message::ServerHello(hello))) if hello.is_hello_retry_request => {
                self.session.hello_retry.get_or_insert(at);
            }
            (Direction::FromServer, Some(Message::ServerHello(hello)))
                if self.session.server_hello.is_none() =>
            {
                self.session.server_hello = Some((at, *hello));
            }
            (Direction::FromServer, Some(Message::Certificate(list)))
                if self.session.certificates.is_none() =>
            {
                self.session.certificates = Some((at, self.chains.read(message.octets(), list)));
            }
            (Direction::FromClient, Some(Message::Certificate(list))) => {
                self.session.client_certificate = Some((at, list.is_empty()));
            }
            (_, Some(Message::Other(kind))) => self.take_other(direction, kind, at),
            _ => {}
        }
    }

    fn take_other(&mut self, direction: Direction, kind: HandshakeType, at: At) {
        let place = match (direction, kind) {
            (Direction::FromServer, HandshakeType::CERTIFICATE_REQUEST) => {
                &mut self.session.certificate_request
            }
            (Direction::FromServer, HandshakeType::SERVER_HELLO_DONE) => &mut self.session.server_hello_done,
            (Direction::FromClient, HandshakeType::CLIENT_KEY_EXCHANGE) => {
                &mut self.session.client_key_exchange
            }
            _ => return,
        };
        place.get_or_insert(at);
    }
}

/// Where a limit ended reading behind `found`, if one did.
fn limit(stop: &Stop, found: &[TlsRecord]) -> Option<u64> {
    found.last().filter(|_| matches!(stop, Stop::Limit)).map(TlsRecord::end)
}
