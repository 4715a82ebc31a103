//! Heads: the start line by hand, because it is worth having when the rest is missing or wrong; the fields by httparse.

use httparse::{EMPTY_HEADER, ParserConfig, Request, Response, Status};

use super::Headers;
use crate::limits::{MAX_HTTP_HEAD, MAX_HTTP_HEADERS};

/// What stands where an HTTP head should start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed<H> {
    /// A whole head.
    Complete(H),
    /// The start of a head; `None` until the status or the request line is readable, then with the fields so far.
    Partial(Option<H>),
    /// Not HTTP.
    NotHttp,
}

impl<H> Parsed<H> {
    /// The head, whole or not.
    pub fn head(&self) -> Option<&H> {
        match self {
            Self::Complete(head) | Self::Partial(Some(head)) => Some(head),
            _ => None,
        }
    }

    /// The head, if it is whole.
    pub fn complete(self) -> Option<H> {
        match self {
            Self::Complete(head) => Some(head),
            _ => None,
        }
    }
}

/// Whether `bytes` begin as an HTTP/1.x response does; fewer octets than `HTTP/` count as far as they go, none do not.
pub fn looks_like_http_response(bytes: &[u8]) -> bool {
    let bytes = skip_empty_lines(bytes);
    !bytes.is_empty() && starts_alike(bytes, b"HTTP/")
}

/// Whether `bytes` begin as a request of a common method does, fewer octets as far as they go, or with a whole request line
/// of any method (WebDAV has its own, RFC 4918 §9); no octets do not.
pub fn looks_like_http_request(bytes: &[u8]) -> bool {
    let bytes = skip_empty_lines(bytes);
    let common = METHODS.iter().any(|method| starts_alike(bytes, method.as_bytes()));
    !bytes.is_empty() && (common || has_request_line(bytes))
}

/// Whether `bytes` begin with a method, a target and a version of HTTP (RFC 9112 §3).
fn has_request_line(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().take(MAX_HTTP_HEAD).position(|&octet| octet == b'\n') else { return false };
    let words: Vec<&[u8]> = bytes[..end].trim_ascii_end().split(|&octet| octet == b' ').collect();
    let [method, _, version] = words[..] else { return false };
    let token = !method.is_empty() && method.iter().all(|octet| octet.is_ascii_uppercase() || *octet == b'-');
    token && version.starts_with(b"HTTP/1.")
}

/// Methods of RFC 9110 §9 and RFC 5789, with the space behind them.
const METHODS: &[&str] =
    &["GET ", "POST ", "CONNECT ", "HEAD ", "PUT ", "OPTIONS ", "DELETE ", "PATCH ", "TRACE "];

/// Whether one is a prefix of the other.
fn starts_alike(bytes: &[u8], pattern: &[u8]) -> bool {
    bytes.iter().zip(pattern).all(|(a, b)| a == b)
}

/// Empty lines in front of a head, left over from the body before (RFC 9112 §2.2).
pub(super) fn skip_empty_lines(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|octet| !matches!(octet, b'\r' | b'\n')).unwrap_or(bytes.len());
    bytes.get(start.min(4)..).unwrap_or_default()
}

/// The first line of `bytes` without its end, and whether its end is there.
pub(super) fn start_line(bytes: &[u8]) -> (&[u8], bool) {
    let bytes = bytes.get(..MAX_HTTP_HEAD).unwrap_or(bytes);
    match bytes.iter().position(|&octet| octet == b'\n') {
        Some(end) => {
            let line = bytes.get(..end).unwrap_or_default();
            (line.strip_suffix(b"\r").unwrap_or(line), true)
        }
        None => (bytes.strip_suffix(b"\r").unwrap_or(bytes), false),
    }
}

/// The version `HTTP/1.1` as (major, minor); `HTTP/2` has the minor 0.
pub(super) fn version(word: &[u8]) -> Option<(u8, u8)> {
    match word.strip_prefix(b"HTTP/")? {
        [major @ b'0'..=b'9'] => Some((major - b'0', 0)),
        [major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9'] => Some((major - b'0', minor - b'0')),
        _ => None,
    }
}

/// Which kind of head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Response,
}

/// The fields of a head, and its length in octets if it is whole.
pub(super) fn fields(kind: Kind, bytes: &[u8]) -> (Headers, Option<usize>) {
    let bytes = bytes.get(..MAX_HTTP_HEAD).unwrap_or(bytes);
    let mut slots = [EMPTY_HEADER; MAX_HTTP_HEADERS];
    match strict(kind, bytes, &mut slots) {
        Ok((fields, Status::Complete(len))) => {
            let mut headers = Headers::default();
            for field in fields {
                headers.push(field.name.as_bytes(), field.value);
            }
            (headers, Some(len))
        }
        // Cut, too many fields, a stray CR or NUL, a version httparse does not know.
        _ => by_hand(bytes),
    }
}

type Fields<'h, 'b> = (&'h [httparse::Header<'b>], Status<usize>);

fn strict<'h, 'b>(
    kind: Kind,
    bytes: &'b [u8],
    slots: &'h mut [httparse::Header<'b>],
) -> Result<Fields<'h, 'b>, httparse::Error> {
    let mut config = ParserConfig::default();
    match kind {
        Kind::Request => {
            config
                .allow_multiple_spaces_in_request_line_delimiters(true)
                .ignore_invalid_headers_in_requests(true);
            let mut request = Request::new(slots);
            let status = config.parse_request(&mut request, bytes)?;
            Ok((request.headers, status))
        }
        Kind::Response => {
            config
                .allow_spaces_after_header_name_in_responses(true)
                .allow_obsolete_multiline_headers_in_responses(true)
                .allow_multiple_spaces_in_response_status_delimiters(true)
                .ignore_invalid_headers_in_responses(true);
            let mut response = Response::new(slots);
            let status = config.parse_response(&mut response, bytes)?;
            Ok((response.headers, status))
        }
    }
}

/// Fields line by line: whole lines up to the empty one, each split at its first colon.
fn by_hand(bytes: &[u8]) -> (Headers, Option<usize>) {
    let mut headers = Headers::default();
    let mut read = 0;
    for (index, line) in bytes.split_inclusive(|&octet| octet == b'\n').enumerate() {
        read += line.len();
        let Some(line) = line.strip_suffix(b"\n") else { break };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return (headers, Some(read));
        }
        if let Some(colon) = line.iter().position(|&octet| octet == b':').filter(|_| index > 0) {
            let (name, value) = line.split_at(colon);
            headers.push(name.trim_ascii(), value.get(1..).unwrap_or_default());
        }
    }
    (headers, None)
}
