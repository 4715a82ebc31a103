//! Where the handshake ends and application data begins. Under TLS 1.3 that is told from positions and sizes, since
//! everything behind the ServerHello is encrypted.

use crate::model::{At, Direction};
use crate::proto::tls::{CipherSuite, ContentType};

use super::reading::Reading;
use super::{TlsAlert, TlsRecord};

/// Octets of payload around a TLS 1.3 message: content type and AEAD tag (RFC 8446 §5.2).
const OVERHEAD: usize = 17;
/// An empty Certificate message of a TLS 1.3 client: header, empty context, empty list (RFC 8446 §4.4.2).
const EMPTY_CERTIFICATE: usize = 8 + OVERHEAD;
/// What such a message adds to a record that it shares with the Finished (NSS).
const EMPTY_CERTIFICATE_MESSAGE: usize = 8;
/// Payload of an alert under a cipher suite whose tag has 8 octets (AES-CCM-8).
const SHORT_TAG_ALERT: usize = 2 + 1 + 8;
/// Longest payload taken for an alert: two octets and the overhead, padded to 16 octets by JSSE.
const ALERT_MOST: usize = 2 + OVERHEAD + PADDING;
/// What JSSE adds to each record of the handshake.
const PADDING: usize = 16;

impl TlsRecord {
    /// Whether its size is that of one encrypted alert under TLS 1.3 (19 octets of payload, 35 when padded).
    pub fn is_alert_sized(&self) -> bool {
        self.content_type == ContentType::APPLICATION_DATA
            && (self.len == SHORT_TAG_ALERT || (2 + OVERHEAD..=ALERT_MOST).contains(&self.len))
            && self.len != EMPTY_CERTIFICATE
    }
}

/// Whether its size is that of an empty Certificate message by itself under TLS 1.3.
fn is_empty_certificate(record: &TlsRecord) -> bool {
    [EMPTY_CERTIFICATE, EMPTY_CERTIFICATE + PADDING].contains(&record.len)
}

/// Payload octets of an encrypted TLS 1.3 Finished: header, a hash of the suite's length, overhead.
fn finished_len(suite: Option<CipherSuite>) -> usize {
    match suite {
        Some(CipherSuite(0x1302)) => 4 + 48 + OVERHEAD,
        _ => 4 + 32 + OVERHEAD,
    }
}

impl Reading<'_> {
    /// Finds the ends of the handshake and the application data behind it.
    pub(super) fn find_phases(&mut self) {
        if self.session.is_tls13() {
            self.find_tls13_finished();
            self.find_tls13_alerts();
            self.server_data = self.tls13_server_data();
            let first = self.server_data.first().map(|record| record.offset);
            let flight =
                self.protected(Direction::FromServer).filter(|r| first.is_none_or(|first| r.offset < first));
            let flight = flight.last().map(|record| (record.at, record.len));
            self.session.server_flight = flight.map(|(at, _)| at);
            let padded = finished_len(self.session.cipher_suite()) + PADDING;
            self.session.padded_finished = flight.filter(|(_, len)| *len == padded).map(|(at, _)| at);
            let last = self.protected(Direction::FromServer).last();
            self.session.server_alert = last.filter(|r| r.whole && r.is_alert_sized()).map(|r| r.at);
        } else {
            self.server_data = self.data_behind(Direction::FromServer);
        }
        self.client_data = match self.session.client_finished {
            Some(_) if self.session.is_tls13() => self.tls13_client_data(),
            _ => self.data_behind(Direction::FromClient),
        };
    }

    fn protected(&self, direction: Direction) -> impl Iterator<Item = &TlsRecord> {
        self.records
            .iter()
            .filter(move |r| r.direction == direction && r.content_type == ContentType::APPLICATION_DATA)
    }

    /// TLS 1.2 and before: every application-data record, once the handshake was finished; the capture may not show that.
    fn data_behind(&self, direction: Direction) -> Vec<TlsRecord> {
        let session = &self.session;
        let (own, gap) = match direction {
            Direction::FromClient => (session.client_finished, self.client_gap),
            Direction::FromServer => (session.server_finished, self.server_gap),
        };
        let finished = own.is_some()
            || match session.server_hello {
                Some(_) => gap,
                // Only before TLS 1.3 a Finished is a handshake record.
                None if session.server_unreadable => {
                    session.client_finished.is_some() || session.server_finished.is_some()
                }
                None => true,
            };
        if finished { self.data_records(|r| r.direction == direction) } else { Vec::new() }
    }

    /// The client's first records behind the ServerHello, up to its Finished.
    fn find_tls13_finished(&mut self) {
        let Some((hello, _)) = self.session.server_hello else { return };
        let wanted = finished_len(self.session.cipher_suite());
        let flight: Vec<TlsRecord> =
            self.protected(Direction::FromClient).filter(|r| !r.first.before(hello)).copied().collect();
        // A client certificate comes before: then the Finished is the first of exactly its size among the first few.
        let exact = flight.iter().take(4).find(|r| r.len == wanted || r.len == wanted + PADDING);
        let finished = exact.or_else(|| flight.iter().find(|r| r.len > wanted)).filter(|r| r.whole);
        if let Some(finished) = finished {
            self.session.client_finished = Some(finished.at);
            self.client_finished_end = finished.end();
            let certificate = flight.iter().find(|r| r.offset < finished.offset && !r.is_alert_sized());
            let certificate = certificate.map(|r| (r.at, is_empty_certificate(r)));
            let shared = finished.len == wanted + EMPTY_CERTIFICATE_MESSAGE;
            self.session.client_certificate = certificate.or(shared.then_some((finished.at, true)));
        } else {
            self.session.client_finished = None;
            let empty = flight.first().filter(|r| r.whole && is_empty_certificate(r));
            self.session.client_certificate = empty.map(|r| (r.at, true));
        }
    }

    /// An alert-sized record of the client behind the ServerHello and before any Finished is an alert.
    fn find_tls13_alerts(&mut self) {
        let Some((hello, _)) = self.session.server_hello else { return };
        let finished = self.session.client_finished;
        let early =
            |r: &&TlsRecord| finished.is_none_or(|finished| r.at.before(finished)) && !r.first.before(hello);
        let found =
            self.protected(Direction::FromClient).filter(early).find(|r| r.is_alert_sized() && r.whole);
        if let Some(at) = found.map(|r| r.at) {
            self.session.alerts.push(TlsAlert { at, direction: Direction::FromClient, alert: None });
            self.session.alerts.sort_by_key(|alert| alert.at.frame);
        }
    }

    fn tls13_client_data(&self) -> Vec<TlsRecord> {
        self.data_records(|r| r.direction == Direction::FromClient && r.offset >= self.client_finished_end)
    }

    /// The server's records behind the client's Finished: by frame order, or in a one-way capture by what the server
    /// acknowledges as it sends them.
    fn tls13_server_data(&self) -> Vec<TlsRecord> {
        if let Some(finished) = self.session.client_finished {
            return self.data_records(|r| r.direction == Direction::FromServer && finished.before(r.first));
        }
        if self.flow.from_client.frames > 0 {
            return Vec::new();
        }
        let acknowledged = |at: At| {
            let segment =
                self.flow.segments.iter().find(|s| s.at == at && s.direction == Direction::FromServer);
            segment.and_then(|s| s.ack)
        };
        let hello = self.session.server_hello.as_ref().and_then(|(at, _)| acknowledged(*at));
        let behind = |r: &TlsRecord| hello.is_some() && acknowledged(r.first) > hello;
        self.data_records(|r| r.direction == Direction::FromServer && behind(r))
    }

    fn data_records(&self, wanted: impl Fn(&TlsRecord) -> bool) -> Vec<TlsRecord> {
        let data = |r: &TlsRecord| r.content_type == ContentType::APPLICATION_DATA && r.whole && wanted(r);
        self.records.iter().filter(|r| data(r)).copied().collect()
    }
}
