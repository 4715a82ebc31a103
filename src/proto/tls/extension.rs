//! Hello extensions, one by one, so that a bad one costs only itself. (tls-parser's `many0` stops quietly at the first.)

use tls_parser::{TlsExtension, parse_tls_client_hello_extension};

use crate::limits::{MAX_HELLO_LIST, MAX_WORD};
use crate::proto::cursor::Cursor;
use crate::proto::text;

/// Extension numbers that matter here (IANA TLS ExtensionType Values).
pub(super) mod id {
    pub const SERVER_NAME: u16 = 0;
    pub const ALPN: u16 = 16;
    pub const SESSION_TICKET: u16 = 35;
    pub const PRE_SHARED_KEY: u16 = 41;
    pub const EARLY_DATA: u16 = 42;
    pub const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
}

/// One extension: its number and content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extension<'a> {
    pub(super) id: u16,
    /// The extension with its header, as tls-parser wants it.
    whole: &'a [u8],
    pub(super) content: &'a [u8],
}

impl<'a> Extension<'a> {
    /// The extensions in `bytes`, a hello's extension block without its length; one that is cut ends the list.
    pub(super) fn all(bytes: &'a [u8]) -> impl Iterator<Item = Self> {
        let mut cursor = Cursor::new(bytes);
        std::iter::from_fn(move || Self::next(&mut cursor)).take(MAX_HELLO_LIST)
    }

    fn next(cursor: &mut Cursor<'a>) -> Option<Self> {
        let mut header = *cursor;
        let (id, len) = (header.u16()?, usize::from(header.u16()?));
        let whole = cursor.take(4 + len)?;
        Some(Self { id, whole, content: whole.get(4..)? })
    }

    /// The content as tls-parser reads it.
    pub(super) fn parsed(&self) -> Option<TlsExtension<'a>> {
        parse_tls_client_hello_extension(self.whole).ok().map(|(_, extension)| extension)
    }
}

/// Protocol names as text.
pub(super) fn protocol_names(names: &[&[u8]]) -> Vec<String> {
    names.iter().take(MAX_HELLO_LIST).map(|name| text::bounded(name, MAX_WORD)).collect()
}
