//! Response heads (RFC 9112 §4).

use super::parse::{Kind, Parsed, fields, looks_like_http_response, skip_empty_lines, start_line, version};
use super::{Framing, Headers};
use crate::proto::text;

/// The head of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// Major and minor version.
    pub version: (u8, u8),
    /// Status code.
    pub status: u16,
    /// Reason phrase, printable; often empty.
    pub reason: String,
    /// Header fields.
    pub headers: Headers,
    /// Octets of the head, empty line included; 0 while it is partial.
    pub head_len: usize,
}

impl ResponseHead {
    /// Reads the head at the start of `bytes`. The status may be known (`Partial(Some(_))`) before the head is whole.
    pub fn parse(bytes: &[u8]) -> Parsed<Self> {
        let head = skip_empty_lines(bytes);
        if !head.is_empty() && !looks_like_http_response(head) {
            return Parsed::NotHttp;
        }
        let (line, line_is_whole) = start_line(head);
        let Some((version, status, reason)) = status_line(line, line_is_whole) else {
            return if line_is_whole || !is_status_line_start(line) {
                Parsed::NotHttp
            } else {
                Parsed::Partial(None)
            };
        };
        let (headers, len) = fields(Kind::Response, head);
        let head_len = len.map_or(0, |len| bytes.len() - head.len() + len);
        let head = Self { version, status, reason, headers, head_len };
        if len.is_some() { Parsed::Complete(head) } else { Parsed::Partial(Some(head)) }
    }

    /// 1xx: another response follows (except 101).
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How the body of this answer to a request of `method` ends (RFC 9112 §6.3).
    pub fn framing(&self, method: Option<&str>) -> Framing {
        Framing::of_response(self, method)
    }

    /// The status line as it would be quoted: `HTTP/1.1 407 Proxy Authentication Required`.
    pub fn status_line(&self) -> String {
        let (major, minor) = self.version;
        format!("HTTP/{major}.{minor} {} {}", self.status, self.reason).trim_end().to_owned()
    }
}

/// Version, status and reason of a status line; the reason may be missing, with or without its space. In a line whose end is
/// not there yet, something must follow the three digits.
fn status_line(line: &[u8], is_whole: bool) -> Option<((u8, u8), u16, String)> {
    let space = line.iter().position(|&octet| octet == b' ')?;
    let (word, rest) = line.split_at_checked(space)?;
    let version = version(word)?;
    let rest = rest.trim_ascii_start();
    let digits: &[u8; 3] = rest.first_chunk()?;
    let after = rest.get(3..)?;
    let delimited = after.first().map_or(is_whole, |octet| matches!(octet, b' ' | b'\t'));
    let digits =
        std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|octet| octet.is_ascii_digit()))?;
    let status = digits.parse().ok().filter(|status| (100..=999).contains(status) && delimited)?;
    Some((version, status, text::printable(after.trim_ascii())))
}

/// Whether an unfinished line can still become a status line: `HTTP/`, digits and dots, spaces, at most three digits.
fn is_status_line_start(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"HTTP/") else { return b"HTTP/".starts_with(line) };
    let version_end =
        rest.iter().position(|octet| !octet.is_ascii_digit() && *octet != b'.').unwrap_or(rest.len());
    let after = rest.get(version_end..).unwrap_or_default();
    let digits = after.trim_ascii_start();
    version_end <= 3
        && digits.len() <= 3
        && digits.iter().all(u8::is_ascii_digit)
        && after.first().is_none_or(|&octet| octet == b' ')
}
