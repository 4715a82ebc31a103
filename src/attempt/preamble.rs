//! TLS or HTTP behind another protocol's octets: STARTTLS (RFC 3207, RFC 2595, RFC 4217 and the like), SOCKS (RFC 1928),
//! HAProxy's PROXY protocol.

use crate::flow::{Flow, Stream};
use crate::model::{At, Direction};
use crate::proto::http::{looks_like_http_request, looks_like_http_response};
use crate::proto::tls::{ContentType, HandshakeType, RecordHeader, RecordStart};

/// What follows, and where in both streams it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preamble {
    Tls { client: u64, server: u64 },
    Http { client: u64, server: u64 },
}

/// Finds a ClientHello, or behind SOCKS or PROXY a request, that starts a segment of the client's, all octets before it
/// having been captured. Whoever agrees on TLS waits for the answer first, so that its hello is not in the middle of one.
pub(super) fn read(flow: &Flow) -> Option<Preamble> {
    let stream = &flow.from_client.stream;
    if let Some(client) = proxy_header(stream.contiguous()) {
        let tls = is_hello(stream, client, HandshakeType::CLIENT_HELLO);
        let http = looks_like_http_request(stream.readable_from(client));
        return tls
            .then_some(Preamble::Tls { client, server: 0 })
            .or(http.then_some(Preamble::Http { client, server: 0 }));
    }
    let hello = |offset| is_hello(stream, offset, HandshakeType::CLIENT_HELLO);
    if let Some((at, client)) = starts(flow, Direction::FromClient).find(|(_, offset)| hello(*offset)) {
        let answer = &flow.from_server.stream;
        let server = starts(flow, Direction::FromServer).find(|(from, offset)| {
            at.before(*from)
                && (is_hello(answer, *offset, HandshakeType::SERVER_HELLO) || is_alert(answer, *offset))
        });
        return Some(Preamble::Tls { client, server: server.map_or(answer.end(), |(_, offset)| offset) });
    }
    let request = |offset| looks_like_http_request(stream.readable_from(offset));
    let (at, client) = starts(flow, Direction::FromClient)
        .find(|(_, offset)| is_socks(stream.contiguous()) && request(*offset))?;
    let answer = &flow.from_server.stream;
    let response = |offset| looks_like_http_response(answer.readable_from(offset));
    let server =
        starts(flow, Direction::FromServer).find(|(from, offset)| at.before(*from) && response(*offset));
    Some(Preamble::Http { client, server: server.map_or(answer.end(), |(_, offset)| offset) })
}

/// Where segments of one side begin, as far as nothing before them is missing.
fn starts(flow: &Flow, direction: Direction) -> impl Iterator<Item = (At, u64)> {
    let whole = flow.half(direction).stream.contiguous().len() as u64;
    flow.data_segments(direction).filter_map(move |segment| {
        let offset = u64::try_from(segment.offset).ok().filter(|offset| (1..whole).contains(offset))?;
        Some((segment.at, offset))
    })
}

fn is_hello(stream: &Stream, offset: u64, kind: HandshakeType) -> bool {
    let bytes = stream.readable_from(offset);
    let RecordStart::Header(header) = RecordHeader::parse(bytes) else { return false };
    header.content_type == ContentType::HANDSHAKE && bytes.get(RecordHeader::LEN) == Some(&kind.0)
}

fn is_alert(stream: &Stream, offset: u64) -> bool {
    let bytes = stream.readable_from(offset);
    matches!(RecordHeader::parse(bytes), RecordStart::Header(header) if header.content_type == ContentType::ALERT)
}

/// Version 4 or 5 and, in version 5, as many methods as it says.
fn is_socks(bytes: &[u8]) -> bool {
    matches!(bytes, [4, 1, ..] | [5, 1..=8, ..])
}

/// Length of HAProxy's header, version 1 in text or 2 in binary.
fn proxy_header(bytes: &[u8]) -> Option<u64> {
    const TEXT: &[u8] = b"PROXY ";
    const LONGEST_TEXT: usize = 107;
    const BINARY: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
    if bytes.starts_with(TEXT) {
        let line = bytes.iter().take(LONGEST_TEXT).position(|&octet| octet == b'\n')?;
        return Some(line as u64 + 1);
    }
    let length = bytes.strip_prefix(BINARY)?.get(2..)?.first_chunk::<2>()?;
    Some(BINARY.len() as u64 + 4 + u64::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_headers_end_where_they_say() {
        assert_eq!(proxy_header(b"PROXY TCP4 192.0.2.1 192.0.2.2 4000 443\r\n\x16\x03"), Some(41));
        assert_eq!(proxy_header(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c0123456789ab\x16"), Some(28));
        assert_eq!(proxy_header(b"PROXY without an end"), None);
        assert_eq!(proxy_header(b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0"), None);
        assert_eq!(proxy_header(b"EHLO switch\r\n"), None);
    }
}
