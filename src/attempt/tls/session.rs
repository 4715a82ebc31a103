//! What was seen of a TLS session.

use std::sync::Arc;

use crate::model::{At, Direction};
use crate::proto::tls::{Alert, CipherSuite, ClientHello, ServerHello, Version};
use crate::proto::x509::Certificate;

use super::TlsRecord;

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
    pub certificates: Option<(At, Arc<[Certificate]>)>,
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
    /// The server's Finished where it is padded, as JSSE's is (TLS 1.3).
    pub padded_finished: Option<At>,
    /// The server's last record where it has the size of an alert (TLS 1.3).
    pub server_alert: Option<At>,
    /// Alerts, in clear or encrypted, in capture order.
    pub alerts: Vec<TlsAlert>,
    /// An alert in clear whose two octets the capture does not hold.
    pub alert_cut: Option<At>,
    /// The client's records of any kind, at most `limits::TLS_RECORDS`.
    pub client_records: usize,
    /// The server's, likewise.
    pub server_records: usize,
    /// The application data of the client behind its Finished.
    pub client_data: ApplicationData,
    /// The server's application data behind the client's Finished; under TLS 1.3 session tickets too.
    pub server_data: ApplicationData,
    /// First octets from the server that are not TLS.
    pub foreign: Option<(At, String)>,
    /// Whether a hole in the server's octets, or a cut, hides part of what it sent.
    pub server_unreadable: bool,
    /// Whether the server's octets end inside a record or message.
    pub server_partial: bool,
    /// Whether the client's octets end inside a record.
    pub client_partial: bool,
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

/// The whole records of application data that one side sent: how many, the first and the last.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplicationData {
    /// Their number.
    pub records: usize,
    /// The first.
    pub first: Option<DataRecord>,
    /// The last.
    pub last: Option<DataRecord>,
}

/// A record of application data.
#[derive(Debug, Clone, Copy)]
pub struct DataRecord {
    /// The frame that completes it.
    pub at: At,
    /// Whether its size is that of an encrypted alert.
    pub alert_sized: bool,
}

impl ApplicationData {
    pub(super) fn of(records: &[TlsRecord]) -> Self {
        let data = |record: &TlsRecord| DataRecord { at: record.at, alert_sized: record.is_alert_sized() };
        Self { records: records.len(), first: records.first().map(data), last: records.last().map(data) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }
}

impl TlsSession {
    /// The version chosen, if the ServerHello is there.
    pub fn version(&self) -> Option<Version> {
        self.server_hello.as_ref().map(|(_, hello)| hello.version)
    }

    /// The cipher suite chosen.
    pub fn cipher_suite(&self) -> Option<CipherSuite> {
        self.server_hello.as_ref().map(|(_, hello)| hello.cipher_suite)
    }

    /// Whether TLS 1.3 was chosen. No older version has a HelloRetryRequest.
    pub fn is_tls13(&self) -> bool {
        self.version().map_or(self.hello_retry.is_some(), |version| version >= Version::TLS_1_3)
    }

    /// Whether TLS 1.3 was chosen, or perhaps: the ServerHello that answers the ClientHello cannot be read.
    pub fn may_be_tls13(&self) -> bool {
        let unread = self.server_hello.is_none() && self.client_hello_started.is_some();
        unread && self.server_unreadable || self.is_tls13()
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
            // In a full handshake the server's Finished answers the client's (RFC 5246 §7.3), whose packets may not be there.
            (None, Some(_)) if self.server_hello_done.is_some() && self.client_records == 0 => true,
            // One direction only: application data shows that the other side finished too.
            _ => !self.server_data.is_empty() || !self.client_data.is_empty(),
        }
    }

    /// Whether nothing of TLS was seen.
    pub fn is_empty(&self) -> bool {
        self.client_records + self.server_records == 0 && self.foreign.is_none()
    }
}
