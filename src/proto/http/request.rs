//! Request heads (RFC 9112 §3).

use std::fmt;
use std::net::IpAddr;

use super::parse::{Kind, Parsed, fields, looks_like_http_request, skip_empty_lines, start_line, version};
use super::{Framing, Headers};
use crate::limits::MAX_WORD;
use crate::model::HostName;
use crate::proto::text;

/// The head of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// Method as written, upper case.
    pub method: String,
    /// What is asked for.
    pub target: Target,
    /// Major and minor version; (0, 9) where the line has none.
    pub version: (u8, u8),
    /// Header fields.
    pub headers: Headers,
    /// Octets of the head, empty line included; 0 while it is partial.
    pub head_len: usize,
}

/// A request target (RFC 9112 §3.2). Queries and user names are not kept: they may be secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `/path`: to the server itself.
    Origin {
        /// Path without query.
        path: String,
    },
    /// `http://host/path`: through a proxy.
    Absolute {
        /// `http`, `https`, lower case.
        scheme: String,
        /// Host and port named.
        authority: Authority,
        /// Path without query; `/` when absent.
        path: String,
    },
    /// `host:port`, of CONNECT.
    Authority(Authority),
    /// `*`, and what else is none of the above.
    Other(String),
}

/// A host and, where stated, a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Authority {
    /// Name or address; an IPv6 address without its brackets.
    pub host: HostName,
    /// Port.
    pub port: Option<u16>,
}

impl RequestHead {
    /// Reads the head at the start of `bytes`. The request line may be known (`Partial(Some(_))`) before the head is whole.
    pub fn parse(bytes: &[u8]) -> Parsed<Self> {
        let head = skip_empty_lines(bytes);
        if !head.is_empty() && !looks_like_http_request(head) {
            return Parsed::NotHttp;
        }
        let (line, line_is_whole) = start_line(head);
        let has_version =
            line.rsplit(|&octet| octet == b' ').next().is_some_and(|word| version(word).is_some());
        if !line_is_whole && !has_version {
            return Parsed::Partial(None);
        }
        let Some((method, target, version)) = request_line(line) else { return Parsed::NotHttp };
        let (headers, len) = fields(Kind::Request, head);
        let head_len = len.map_or(0, |len| bytes.len() - head.len() + len);
        let head = Self { method, target, version, headers, head_len };
        if len.is_some() { Parsed::Complete(head) } else { Parsed::Partial(Some(head)) }
    }

    /// Whether it asks a proxy for a tunnel.
    pub fn is_connect(&self) -> bool {
        self.method == "CONNECT"
    }

    /// Where it wants to go: the target's authority, else the Host field (RFC 9112 §3.3).
    pub fn destination(&self) -> Option<Authority> {
        match &self.target {
            Target::Absolute { authority, .. } | Target::Authority(authority) => Some(authority.clone()),
            _ => Authority::parse(self.headers.first("host")?),
        }
    }

    /// The path asked for, without query.
    pub fn path(&self) -> Option<&str> {
        match &self.target {
            Target::Origin { path } | Target::Absolute { path, .. } => Some(path),
            _ => None,
        }
    }

    /// How its body ends (RFC 9112 §6.3).
    pub fn framing(&self) -> Framing {
        Framing::of_request(self)
    }
}

/// Method, target and version of a request line; words may be separated by several spaces.
fn request_line(line: &[u8]) -> Option<(String, Target, (u8, u8))> {
    let mut words = line.split(|&octet| octet == b' ').filter(|word| !word.is_empty());
    let method = words.next()?;
    let target = words.next()?;
    let version = words.next_back().map_or(Some((0, 9)), version)?;
    Some((text::bounded(method, MAX_WORD), Target::parse(method, target), version))
}

impl Target {
    fn parse(method: &[u8], target: &[u8]) -> Self {
        let target = target.split(|octet| matches!(octet, b'?' | b'#')).next().unwrap_or_default();
        let text = text::printable(target);
        let authority = if method == b"CONNECT" { Authority::parse(&text) } else { None };
        match authority {
            Some(authority) => Self::Authority(authority),
            None if text.starts_with('/') => Self::Origin { path: text },
            None => Self::absolute(&text).unwrap_or(Self::Other(without_user(&text).to_owned())),
        }
    }

    fn absolute(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Some(Self::Absolute {
            scheme: scheme.to_ascii_lowercase(),
            authority: Authority::parse(authority)?,
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        })
    }
}

/// What follows user name and password.
fn without_user(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, host)| host)
}

impl Authority {
    /// Reads `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address; drops `user:password@`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = without_user(text.trim());
        let (host, port) = if text.parse::<IpAddr>().is_ok() {
            (text, None)
        } else if let Some(bracketed) = text.strip_prefix('[') {
            let (host, port) = bracketed.split_once(']')?;
            (host, port.strip_prefix(':'))
        } else {
            text.rsplit_once(':').map_or((text, None), |(host, port)| (host, Some(port)))
        };
        let port = port.filter(|port| !port.is_empty()).map(str::parse).transpose().ok()?;
        let plausible = !host.is_empty() && !host.contains(['/', ' ']);
        plausible.then(|| Self { host: HostName::new(host), port })
    }

    /// The host as an address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.as_str().parse().ok()
    }
}

impl fmt::Display for Authority {
    /// `host:port`, `[2001:db8::1]:443`, or the host alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.ip(), self.port) {
            (Some(IpAddr::V6(ip)), Some(port)) => write!(f, "[{ip}]:{port}"),
            (_, Some(port)) => write!(f, "{}:{port}", self.host),
            (_, None) => self.host.fmt(f),
        }
    }
}
