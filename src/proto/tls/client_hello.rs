//! ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2).

use tls_parser::{SNIType, TlsExtension, parse_tls_handshake_client_hello};

use super::extension::{Extension, id, protocol_names};
use super::version::is_grease;
use super::{CipherSuite, Version};
use crate::limits::MAX_HELLO_LIST;
use crate::model::HostName;
use crate::proto::cursor::Cursor;
use crate::proto::text;

/// What a client offers. GREASE is left out everywhere but in `extensions`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one message, not a state")]
pub struct ClientHello {
    /// The version field, which TLS 1.3 freezes at 1.2.
    pub legacy_version: Version,
    /// Versions offered, in the client's order: supported_versions, else the version field alone.
    pub versions: Vec<Version>,
    /// Cipher suites offered, in the client's order.
    pub cipher_suites: Vec<CipherSuite>,
    /// The first host name of server_name; may be an address, which RFC 6066 §3 forbids and clients send.
    pub server_name: Option<HostName>,
    /// Protocols offered, in the client's order.
    pub alpn: Vec<String>,
    /// Session ID, at most 32 octets; in TLS 1.3 only for middleboxes.
    pub session_id: Vec<u8>,
    /// A pre-shared key is offered: the client wants to resume (TLS 1.3).
    pub offers_psk: bool,
    /// A session ticket is offered: the client wants to resume (TLS 1.2, RFC 5077).
    pub offers_ticket: bool,
    /// Data follows behind this hello (0-RTT).
    pub early_data: bool,
    /// The real hello may be inside, encrypted; then `server_name` is the front's.
    pub encrypted_client_hello: bool,
    /// Extension numbers in order, GREASE and all.
    pub extensions: Vec<u16>,
    /// signature_algorithms in order.
    pub signature_algorithms: Vec<u16>,
    /// Whether all of the message was read; a cut one gives what came before the cut.
    pub complete: bool,
}

impl ClientHello {
    /// Reads a ClientHello's body (without the four octets of message header). A cut body gives what is there once version,
    /// random and session ID are.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let parts = Parts::strict(body).or_else(|| Parts::lax(body))?;
        let mut hello = Self::new(&parts);
        for extension in Extension::all(parts.extensions) {
            hello.add(&extension);
        }
        if hello.versions.is_empty() {
            hello.versions.push(parts.version);
        }
        Some(hello)
    }

    /// The first host name alone, of a body as [`parse`](Self::parse) takes it: most connections are told by it and need no more read.
    pub fn name_in(body: &[u8]) -> Option<HostName> {
        let parts = Parts::strict(body).or_else(|| Parts::lax(body))?;
        let mut extensions =
            Extension::all(parts.extensions).filter(|extension| extension.id == id::SERVER_NAME);
        extensions.find_map(|extension| match extension.parsed() {
            Some(TlsExtension::SNI(names)) => host_name(&names),
            _ => None,
        })
    }

    /// The highest version offered.
    pub fn highest_version(&self) -> Version {
        self.versions.iter().copied().max().unwrap_or(self.legacy_version)
    }

    fn new(parts: &Parts<'_>) -> Self {
        let suites = parts.cipher_suites.iter().copied().filter(|&suite| !is_grease(suite));
        Self {
            legacy_version: parts.version,
            versions: Vec::new(),
            cipher_suites: suites.take(MAX_HELLO_LIST).map(CipherSuite).collect(),
            server_name: None,
            alpn: Vec::new(),
            session_id: parts.session_id.to_vec(),
            offers_psk: false,
            offers_ticket: false,
            early_data: false,
            encrypted_client_hello: false,
            extensions: Vec::new(),
            signature_algorithms: Vec::new(),
            complete: parts.complete,
        }
    }

    fn add(&mut self, extension: &Extension<'_>) {
        self.extensions.push(extension.id);
        match extension.id {
            id::PRE_SHARED_KEY => self.offers_psk = true,
            id::EARLY_DATA => self.early_data = true,
            id::ENCRYPTED_CLIENT_HELLO => self.encrypted_client_hello = true,
            id::SESSION_TICKET => self.offers_ticket = !extension.content.is_empty(),
            _ => {}
        }
        match extension.parsed() {
            Some(TlsExtension::SNI(names)) if self.server_name.is_none() => {
                self.server_name = host_name(&names);
            }
            Some(TlsExtension::ALPN(names)) => self.alpn = protocol_names(&names),
            Some(TlsExtension::SupportedVersions(offered)) => {
                let real = offered.iter().map(|version| version.0).filter(|&version| !is_grease(version));
                self.versions = real.take(MAX_HELLO_LIST).map(Version).collect();
            }
            Some(TlsExtension::SignatureAlgorithms(algorithms)) => {
                let real = algorithms.into_iter().filter(|&algorithm| !is_grease(algorithm));
                self.signature_algorithms = real.take(MAX_HELLO_LIST).collect();
            }
            _ => {}
        }
    }
}

fn host_name(names: &[(SNIType, &[u8])]) -> Option<HostName> {
    let (_, name) = names.iter().find(|(kind, name)| *kind == SNIType::HostName && !name.is_empty())?;
    Some(HostName::new(&text::printable(name)))
}

/// The fixed part of a ClientHello.
struct Parts<'a> {
    version: Version,
    session_id: &'a [u8],
    cipher_suites: Vec<u16>,
    extensions: &'a [u8],
    complete: bool,
}

impl<'a> Parts<'a> {
    /// A whole message, as tls-parser reads it.
    fn strict(body: &'a [u8]) -> Option<Self> {
        let (left, hello) = parse_tls_handshake_client_hello(body).ok()?;
        // tls-parser gives no extensions where their length is wrong: leave those to the lax reader.
        left.is_empty().then(|| Self {
            version: Version(hello.version.0),
            session_id: hello.session_id.unwrap_or_default(),
            cipher_suites: hello.ciphers.iter().map(|suite| suite.0).collect(),
            extensions: hello.ext.unwrap_or_default(),
            complete: true,
        })
    }

    /// A message that was cut, or that has octets behind its end.
    fn lax(body: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        let version = Version(cursor.u16().filter(|version| version >> 8 == 3)?);
        cursor.take(32)?;
        let session_id = cursor.vector8()?.left();
        let suites = cursor.vector16();
        let has_compression = cursor.vector8().is_some();
        let extensions_len =
            Cursor::left(&cursor).first_chunk().map(|&len| usize::from(u16::from_be_bytes(len)));
        let extensions = cursor.vector16().map(|extensions| extensions.left()).unwrap_or_default();
        let complete = has_compression && extensions_len.is_none_or(|len| len == extensions.len());
        let cipher_suites = suites.map(|suites| suites.all_u16().collect()).unwrap_or_default();
        Some(Self { version, session_id, cipher_suites, extensions, complete })
    }
}
