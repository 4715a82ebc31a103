//! Handshake messages (RFC 8446 §4, RFC 5246 §7.4).

use std::fmt;

use tls_parser::{TlsMessage, TlsMessageHandshake, parse_tls_message_handshake};

use super::{ClientHello, ServerHello};
use crate::limits::{MAX_CERTIFICATES, MAX_HANDSHAKE_MESSAGE};
use crate::proto::cursor::Cursor;

/// The kind of a handshake message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandshakeType(pub u8);

macro_rules! handshake_types {
    ($($constant:ident = $number:literal $name:literal,)*) => {
        impl HandshakeType {
            $(#[doc = concat!("`", $name, "` (", stringify!($number), ").")]
            pub const $constant: Self = Self($number);)*

            /// The name in the IANA registry.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

handshake_types! {
    HELLO_REQUEST = 0 "hello_request",
    CLIENT_HELLO = 1 "client_hello",
    SERVER_HELLO = 2 "server_hello",
    NEW_SESSION_TICKET = 4 "new_session_ticket",
    END_OF_EARLY_DATA = 5 "end_of_early_data",
    ENCRYPTED_EXTENSIONS = 8 "encrypted_extensions",
    CERTIFICATE = 11 "certificate",
    SERVER_KEY_EXCHANGE = 12 "server_key_exchange",
    CERTIFICATE_REQUEST = 13 "certificate_request",
    SERVER_HELLO_DONE = 14 "server_hello_done",
    CERTIFICATE_VERIFY = 15 "certificate_verify",
    CLIENT_KEY_EXCHANGE = 16 "client_key_exchange",
    FINISHED = 20 "finished",
    CERTIFICATE_URL = 21 "certificate_url",
    CERTIFICATE_STATUS = 22 "certificate_status",
    SUPPLEMENTAL_DATA = 23 "supplemental_data",
    KEY_UPDATE = 24 "key_update",
    COMPRESSED_CERTIFICATE = 25 "compressed_certificate",
}

impl fmt::Display for HandshakeType {
    /// The registered name, else `handshake type 99`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "handshake type {}", self.0),
        }
    }
}

/// The four octets before a handshake message's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageHeader {
    /// Its kind.
    pub kind: HandshakeType,
    /// Octets of body behind the header.
    pub length: usize,
}

impl MessageHeader {
    /// Length of the header in octets.
    pub const LEN: usize = 4;

    /// The header at the start of `bytes`, if four octets are there.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        Some(Self { kind: HandshakeType(cursor.u8()?), length: cursor.u24()? })
    }

    /// Octets of the whole message, header included.
    pub fn message_len(self) -> usize {
        Self::LEN + self.length
    }

    /// Whether this can be a message in clear: a registered kind and a believable length. Encrypted handshake bytes (after
    /// ChangeCipherSpec) rarely pass, but can: track ChangeCipherSpec.
    pub fn is_plausible(self) -> bool {
        self.kind.name().is_some() && self.length <= MAX_HANDSHAKE_MESSAGE
    }
}

/// A handshake message in clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<'a> {
    /// ClientHello.
    ClientHello(Box<ClientHello>),
    /// ServerHello or HelloRetryRequest.
    ServerHello(Box<ServerHello>),
    /// Certificate of TLS 1.2 and before: DER certificates, the sender's own first, perhaps none.
    Certificate(Vec<&'a [u8]>),
    /// Any other, known by its kind; also one whose body makes no sense.
    Other(HandshakeType),
}

impl<'a> Message<'a> {
    /// Reads the message at the start of `bytes`, header included. The body may be cut: hellos and certificate lists give what
    /// is there. `None` without a whole header.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let header = MessageHeader::parse(bytes)?;
        let mut cursor = Cursor::new(bytes);
        cursor.take(MessageHeader::LEN)?;
        let body = cursor.take_lax(header.length);
        let message = match header.kind {
            HandshakeType::CLIENT_HELLO => {
                ClientHello::parse(body).map(|hello| Self::ClientHello(hello.into()))
            }
            HandshakeType::SERVER_HELLO => {
                ServerHello::parse(body).map(|hello| Self::ServerHello(hello.into()))
            }
            HandshakeType::CERTIFICATE => {
                certificates(bytes).or_else(|| certificates_lax(body)).map(Self::Certificate)
            }
            _ => None,
        };
        Some(message.unwrap_or(Self::Other(header.kind)))
    }

    /// Its kind.
    pub fn kind(&self) -> HandshakeType {
        match self {
            Self::ClientHello(_) => HandshakeType::CLIENT_HELLO,
            Self::ServerHello(_) => HandshakeType::SERVER_HELLO,
            Self::Certificate(_) => HandshakeType::CERTIFICATE,
            Self::Other(kind) => *kind,
        }
    }
}

/// The list of a whole Certificate message, as tls-parser reads it.
fn certificates(message: &[u8]) -> Option<Vec<&[u8]>> {
    match parse_tls_message_handshake(message) {
        Ok((_, TlsMessage::Handshake(TlsMessageHandshake::Certificate(list)))) => {
            Some(list.cert_chain.iter().take(MAX_CERTIFICATES).map(|certificate| certificate.data).collect())
        }
        _ => None,
    }
}

/// The whole certificates at the start of a cut list.
fn certificates_lax(body: &[u8]) -> Option<Vec<&[u8]>> {
    let mut cursor = Cursor::new(body);
    let len = cursor.u24()?;
    let mut list = Cursor::new(cursor.take_lax(len));
    let next = std::iter::from_fn(move || {
        let len = list.u24()?;
        list.take(len)
    });
    Some(next.take(MAX_CERTIFICATES).collect())
}
