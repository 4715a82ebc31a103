//! HTTP heads: the words of the protocol stay, every other becomes as many `x`.

use super::body::MASK;
use super::names::is_public;
use super::vocabulary;

const STARTS: &[&[u8]] =
    &[b"HTTP/", b"CONNECT ", b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ", b"PATCH "];

/// Fields of whose value only the first word, a scheme, is shown.
const CREDENTIALS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "proxy-authenticate",
    "www-authenticate",
    "authentication-info",
];
/// Fields that say where a message ends: shown also where a piece ends in their name.
const FRAMING: &[&str] = &["content-length", "content-encoding", "transfer-encoding"];
/// Fields of whose value nothing is shown.
const PRIVATE: &[&str] = &["cookie", "set-cookie", "x-forwarded-for", "forwarded", "from"];

/// What a head says of the body behind it.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub kind: Kind,
    pub length: Option<u64>,
    pub chunked: bool,
    /// Whether the body is packed: it cannot be read here, nor will it be when it was overwritten.
    pub coded: bool,
}

/// What its first line makes of a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// That line is not over.
    #[default]
    Unknown,
    Request,
    Response,
    /// A response of which the status allows no body (RFC 9110 §6.4.1).
    Bare,
}

/// Whether a message begins here.
pub(super) fn begins(octets: &[u8]) -> bool {
    STARTS.iter().any(|start| octets.starts_with(start))
}

/// The same, also of the first octets of one.
pub(super) fn may_begin(octets: &[u8]) -> bool {
    STARTS.iter().any(|start| octets.starts_with(start) || start.starts_with(octets))
}

impl Head {
    /// What to show for a line, as long as it is; `cut` says that it goes on. `None` for what is no text.
    pub(super) fn shown(&self, line: &[u8], cut: bool) -> Option<Vec<u8>> {
        // A line that is no ASCII has another length as text.
        let line = std::str::from_utf8(line).ok().filter(|line| line.is_ascii())?;
        let shown = match self.kind {
            Kind::Request | Kind::Response | Kind::Bare => field(line, cut),
            Kind::Unknown if STARTS.iter().any(|start| start.starts_with(line.as_bytes())) => line.to_owned(),
            // All of a status may be shown, and the version in front of it.
            Kind::Unknown if cut && line.split(' ').count() > 2 => {
                without_last_number(words(line, usize::MAX))
            }
            Kind::Unknown => words(line, usize::MAX),
        };
        Some(shown.into_bytes())
    }

    /// Takes a whole line.
    pub(super) fn take(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        if self.kind == Kind::Unknown {
            let status = line.strip_prefix("HTTP/").map(|line| line.split(' ').nth(1).unwrap_or_default());
            self.kind = match status {
                None => Kind::Request,
                Some(status) if status.starts_with('1') || matches!(status, "204" | "304") => Kind::Bare,
                Some(_) => Kind::Response,
            };
        } else if let Some((name, value)) = line.split_once(':') {
            let value = value.trim().to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "content-length" => self.length = value.parse().ok(),
                "transfer-encoding" => self.chunked = value.ends_with("chunked"),
                "content-encoding" => self.coded = value != "identity",
                _ => {}
            }
        }
    }
}

/// A field of the head.
fn field(line: &str, cut: bool) -> String {
    let Some((name, value)) = line.split_once(':') else {
        let begun = |field: &&str| cut && field.starts_with(&line.to_ascii_lowercase());
        return if FRAMING.iter().any(begun) { line.to_owned() } else { words(line, usize::MAX) };
    };
    let most = match name.trim().to_ascii_lowercase().as_str() {
        // A length, whatever it is.
        "content-length"
            if value.bytes().all(|octet| octet.is_ascii_digit() || octet.is_ascii_whitespace()) =>
        {
            return line.to_owned();
        }
        "transfer-encoding" if "chunked".starts_with(value.trim()) => return line.to_owned(),
        // Whoever unpacks what was overwritten would find nothing in it.
        "content-encoding" if !value.trim().eq_ignore_ascii_case("identity") => 0,
        lower if PRIVATE.contains(&lower) => 0,
        lower if CREDENTIALS.contains(&lower) => 1,
        _ => usize::MAX,
    };
    let shown = format!("{}:{}", words(name, usize::MAX), words(value, most));
    if cut { without_last_number(shown) } else { shown }
}

/// The number at the end may be the start of a longer one.
fn without_last_number(mut text: String) -> String {
    let kept = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let masked = text.len() - kept;
    text.truncate(kept);
    text.extend(std::iter::repeat_n(char::from(MASK), masked));
    text
}

/// `text` with its first `most` words shown where everybody says them.
fn words(text: &str, most: usize) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut rest, mut count) = (text, 0);
    while let Some(start) = rest.find(vocabulary::is_word) {
        let (between, word) = rest.split_at(start);
        let end = word.find(|c| !vocabulary::is_word(c)).unwrap_or(word.len());
        let (word, behind) = word.split_at(end);
        shown.extend(between.bytes().map(punctuation));
        count += 1;
        if count <= most && (vocabulary::is_known(word) || is_public(&word.to_ascii_lowercase())) {
            shown.push_str(word);
        } else {
            shown.extend(std::iter::repeat_n(char::from(MASK), word.len()));
        }
        rest = behind;
    }
    shown.extend(rest.bytes().map(punctuation));
    shown
}

/// What stands between words, as long as it is ASCII.
fn punctuation(octet: u8) -> char {
    if octet.is_ascii() { char::from(octet) } else { char::from(MASK) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> String {
        let mut head = Head::default();
        let lines = text.split_inclusive('\n').map(|line| {
            let shown = head.shown(line.as_bytes(), !line.ends_with('\n')).unwrap();
            head.take(line.as_bytes());
            String::from_utf8(shown).unwrap()
        });
        lines.collect()
    }

    #[test]
    fn the_protocol_stays_and_the_customer_goes() {
        let head = "CONNECT smartreceiver.cisco.com:443 HTTP/1.1\r\nHost: smartreceiver.cisco.com:443\r\n\
                    Proxy-Authorization: Basic amRvZTpzZWNyZXQ=\r\nCookie: id=of; basic\r\nX-Dept: Acme\r\n\r\n";
        let shown = rewritten(head);
        assert_eq!(shown.len(), head.len());
        assert!(shown.starts_with(
            "CONNECT smartreceiver.cisco.com:443 HTTP/1.1\r\nHost: smartreceiver.cisco.com:443"
        ));
        assert!(shown.contains("Proxy-Authorization: Basic xxxxxxxxxxxxxxx"), "{shown}");
        for secret in ["amRv", "of", "Acme"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        let answer = rewritten(
            "HTTP/1.1 407 Proxy Authentication Required\r\nVia: 1.1 proxy01 (squid/5.7)\r\nX-Room: 123",
        );
        assert_eq!(
            answer,
            "HTTP/1.1 407 Proxy Authentication Required\r\nVia: 1.1 xxxxxxx (squid/5.7)\r\nxxxxxx: xxx"
        );
    }
}
