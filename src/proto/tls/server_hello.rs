//! ServerHello and HelloRetryRequest (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3).

use tls_parser::{TlsExtension, parse_tls_handshake_server_hello};

use super::extension::{Extension, id, protocol_names};
use super::{CipherSuite, ClientHello, Version};
use crate::proto::cursor::Cursor;

/// What the server chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHello {
    /// The version chosen: supported_versions, else the version field.
    pub version: Version,
    /// The cipher suite chosen.
    pub cipher_suite: CipherSuite,
    /// It is a HelloRetryRequest: the client must send another hello.
    pub is_hello_retry_request: bool,
    /// Session ID, at most 32 octets.
    pub session_id: Vec<u8>,
    /// The protocol chosen, as far as it is in clear (TLS 1.2).
    pub alpn: Option<String>,
    /// A pre-shared key was chosen: the session is resumed (TLS 1.3).
    pub chose_psk: bool,
    /// A NewSessionTicket message will come before the server's Finished (TLS 1.2, RFC 5077 §3.2).
    pub will_send_ticket: bool,
    /// Extension numbers in order.
    pub extensions: Vec<u16>,
}

/// The random that marks a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

impl ServerHello {
    /// Reads a ServerHello's body (without the four octets of message header). A cut body gives what is there once the cipher
    /// suite is.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let parts = Parts::strict(body).or_else(|| Parts::lax(body))?;
        let mut hello = Self {
            version: parts.version,
            cipher_suite: parts.cipher_suite,
            is_hello_retry_request: parts.random == RETRY_RANDOM,
            session_id: parts.session_id.to_vec(),
            alpn: None,
            chose_psk: false,
            will_send_ticket: false,
            extensions: Vec::new(),
        };
        Extension::all(parts.extensions).for_each(|extension| hello.add(&extension));
        Some(hello)
    }

    /// Whether this resumes the session that `client` offered: a chosen PSK (TLS 1.3), or the client's session ID repeated
    /// (TLS 1.2, RFC 5246 §7.4.1.3; RFC 5077 §3.4 for tickets). A server that takes a ticket from a hello without session ID
    /// shows it only by sending no Certificate.
    pub fn resumes(&self, client: &ClientHello) -> bool {
        if self.version >= Version::TLS_1_3 {
            self.chose_psk
        } else {
            !self.session_id.is_empty() && self.session_id == client.session_id
        }
    }

    fn add(&mut self, extension: &Extension<'_>) {
        self.extensions.push(extension.id);
        match extension.id {
            id::PRE_SHARED_KEY => self.chose_psk = true,
            id::SESSION_TICKET => self.will_send_ticket = true,
            _ => {}
        }
        match extension.parsed() {
            Some(TlsExtension::SupportedVersions(chosen)) => {
                self.version = chosen.first().map_or(self.version, |version| Version(version.0));
            }
            Some(TlsExtension::ALPN(names)) => self.alpn = protocol_names(&names).into_iter().next(),
            _ => {}
        }
    }
}

/// The fixed part of a ServerHello.
struct Parts<'a> {
    version: Version,
    random: &'a [u8],
    session_id: &'a [u8],
    cipher_suite: CipherSuite,
    extensions: &'a [u8],
}

impl<'a> Parts<'a> {
    /// A whole message, as tls-parser reads it.
    fn strict(body: &'a [u8]) -> Option<Self> {
        let (left, hello) = parse_tls_handshake_server_hello(body).ok()?;
        left.is_empty().then(|| Self {
            version: Version(hello.version.0),
            random: hello.random,
            session_id: hello.session_id.unwrap_or_default(),
            cipher_suite: CipherSuite(hello.cipher.0),
            extensions: hello.ext.unwrap_or_default(),
        })
    }

    /// A message that was cut, has octets behind its end, or is SSL 3.0 with extensions.
    fn lax(body: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        let version = Version(cursor.u16().filter(|version| version >> 8 == 3)?);
        let random = cursor.take(32)?;
        let session_id = cursor.vector8()?.left();
        let cipher_suite = CipherSuite(cursor.u16()?);
        cursor.u8();
        let extensions = cursor.vector16().map(|extensions| extensions.left()).unwrap_or_default();
        Some(Self { version, random, session_id, cipher_suite, extensions })
    }
}
