//! Message bodies: where they end (RFC 9112 §6.3), and what is in them.

use httparse::{Status, parse_chunk_size};

use super::{RequestHead, ResponseHead};
use crate::proto::cursor::Cursor;

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// After so many octets.
    Length(u64),
    /// With the last chunk.
    Chunked,
    /// With the connection.
    UntilClose,
}

impl Framing {
    pub(super) fn of_response(head: &ResponseHead, method: Option<&str>) -> Self {
        let tunnel = head.is_success() && method == Some("CONNECT");
        if matches!(head.status, 100..=199 | 204 | 304) || method == Some("HEAD") || tunnel {
            return Self::None;
        }
        if head.headers.has("transfer-encoding") {
            return if is_chunked(&head.headers) { Self::Chunked } else { Self::UntilClose };
        }
        content_length(&head.headers).map_or(Self::UntilClose, Self::Length)
    }

    pub(super) fn of_request(head: &RequestHead) -> Self {
        if is_chunked(&head.headers) {
            return Self::Chunked;
        }
        content_length(&head.headers).filter(|&len| len > 0).map_or(Self::None, Self::Length)
    }
}

/// Whether `chunked` is the last transfer coding.
fn is_chunked(headers: &super::Headers) -> bool {
    let codings = headers.all("transfer-encoding").flat_map(|value| value.split(','));
    codings.last().is_some_and(|coding| coding.trim().eq_ignore_ascii_case("chunked"))
}

/// The length stated; `None` where it is absent, no number, or stated differently twice.
fn content_length(headers: &super::Headers) -> Option<u64> {
    let mut lengths =
        headers.all("content-length").flat_map(|value| value.split(',')).map(|value| value.trim().parse());
    let first = lengths.next()?.ok()?;
    lengths.all(|length| length == Ok(first)).then_some(first)
}

/// Whether a body is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEnd {
    /// All of it is there.
    Complete,
    /// More should follow; for [`Framing::UntilClose`] always, since only the connection's end completes it.
    More,
    /// The chunks make no sense from here on.
    Malformed,
}

/// A body as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its content, chunks joined, at most the `max` octets asked for.
    pub bytes: Vec<u8>,
    /// Octets of content read, also those beyond `max`.
    pub total: u64,
    /// Octets of input that belong to this body, chunk lines and trailers included; what follows is the next message.
    pub consumed: usize,
    /// Whether it is over.
    pub end: BodyEnd,
}

impl Body {
    /// Reads the body at the start of `input`, keeping at most `max` octets of its content.
    pub fn read(framing: Framing, input: &[u8], max: usize) -> Self {
        let mut body = Self { bytes: Vec::new(), total: 0, consumed: 0, end: BodyEnd::More };
        match framing {
            Framing::None => body.end = BodyEnd::Complete,
            Framing::Length(len) => {
                let mut cursor = Cursor::new(input);
                body.add(cursor.take_lax(usize::try_from(len).unwrap_or(usize::MAX)), max);
                body.consumed = input.len() - cursor.left().len();
                body.end = if body.total == len { BodyEnd::Complete } else { BodyEnd::More };
            }
            Framing::Chunked => body.read_chunks(input, max),
            Framing::UntilClose => {
                body.add(input, max);
                body.consumed = input.len();
            }
        }
        body
    }

    fn add(&mut self, content: &[u8], max: usize) {
        let room = max.saturating_sub(self.bytes.len()).min(content.len());
        self.bytes.extend_from_slice(content.get(..room).unwrap_or_default());
        self.total += content.len() as u64;
    }

    /// Chunks (RFC 9112 §7.1), then trailers up to an empty line.
    fn read_chunks(&mut self, input: &[u8], max: usize) {
        let mut cursor = Cursor::new(input);
        self.end = loop {
            self.consumed = input.len() - cursor.left().len();
            match chunk_size(&mut cursor) {
                Ok(Some(0)) => break read_trailers(&mut cursor),
                Ok(Some(size)) => {
                    let content = cursor.take_lax(usize::try_from(size).unwrap_or(usize::MAX));
                    self.add(content, max);
                    self.consumed = input.len() - cursor.left().len();
                    match cursor.left() {
                        [b'\r', b'\n', ..] => _ = cursor.take(2),
                        [] | [b'\r'] => break BodyEnd::More,
                        _ => break BodyEnd::Malformed,
                    }
                }
                Ok(None) => break BodyEnd::More,
                Err(()) => break BodyEnd::Malformed,
            }
        };
        if self.end != BodyEnd::Malformed {
            self.consumed = input.len() - cursor.left().len();
        }
    }
}

/// Trailer fields up to the empty line; they are not kept.
fn read_trailers(cursor: &mut Cursor<'_>) -> BodyEnd {
    while let Some(end) = cursor.left().iter().position(|&octet| octet == b'\n') {
        if matches!(cursor.take_lax(end + 1), b"\r\n" | b"\n") {
            return BodyEnd::Complete;
        }
    }
    BodyEnd::More
}

/// The next chunk's size in octets; `None` while its line is not whole.
fn chunk_size(cursor: &mut Cursor<'_>) -> Result<Option<u64>, ()> {
    // httparse takes a line without digits for size 0.
    if cursor.left().first().is_some_and(|octet| !octet.is_ascii_hexdigit()) {
        return Err(());
    }
    match parse_chunk_size(cursor.left()) {
        Ok(Status::Complete((line, size))) => {
            cursor.take_lax(line);
            Ok(Some(size))
        }
        Ok(Status::Partial) => Ok(None),
        Err(_) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::noise::torture;

    #[test]
    fn chunks_are_joined() {
        let input = b"4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\nTrailer: a\r\n\r\nHTTP/1.1";
        let body = Body::read(Framing::Chunked, input, 100);
        assert_eq!((body.bytes.as_slice(), body.end), (&b"Wikipedia "[..], BodyEnd::Complete));
        assert_eq!(&input[body.consumed..], b"HTTP/1.1");
        torture(input, |bytes| drop(Body::read(Framing::Chunked, bytes, 8)));
    }

    #[test]
    fn a_body_is_cut_bounded_or_malformed() {
        let body = Body::read(Framing::Chunked, b"ff\r\nabc", 2);
        assert_eq!((body.bytes.as_slice(), body.total, body.end), (&b"ab"[..], 3, BodyEnd::More));
        assert_eq!(Body::read(Framing::Chunked, b"\r\n", 9).end, BodyEnd::Malformed);
        assert_eq!(Body::read(Framing::Chunked, b"1\r\nabc", 9).end, BodyEnd::Malformed);
        assert_eq!(Body::read(Framing::Chunked, b"fffffffffffffffff\r\n", 9).end, BodyEnd::Malformed);
        assert_eq!(Body::read(Framing::Length(2), b"abc", 9).consumed, 2);
        assert_eq!(Body::read(Framing::Length(u64::MAX), b"abc", 9).end, BodyEnd::More);
    }

    #[test]
    fn framing_follows_the_rfc() {
        let framing = |head: &str, method| {
            ResponseHead::parse(head.as_bytes()).head().map(|head| head.framing(method)).unwrap()
        };
        let chunked = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n";
        assert_eq!(framing(chunked, Some("GET")), Framing::Chunked);
        assert_eq!(framing(chunked, Some("CONNECT")), Framing::None);
        assert_eq!(framing(chunked, Some("HEAD")), Framing::None);
        assert_eq!(framing("HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n", None), Framing::None);
        assert_eq!(framing("HTTP/1.1 200 x\r\nContent-Length: 5, 5\r\n\r\n", None), Framing::Length(5));
        assert_eq!(framing("HTTP/1.0 200 x\r\n\r\n", None), Framing::UntilClose);
        let request =
            |head: &str| RequestHead::parse(head.as_bytes()).head().map(RequestHead::framing).unwrap();
        assert_eq!(request("GET / HTTP/1.1\r\n\r\n"), Framing::None);
        assert_eq!(request("POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\n"), Framing::Length(7));
    }
}
