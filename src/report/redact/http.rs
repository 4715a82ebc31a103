//! HTTP heads, by lists of what may be shown: words of the protocol, numbers where the protocol has them, and values of fields
//! that the verdict needs. Every other octet becomes an `x`.

use super::body::MASK;
use super::names::is_public;
use super::vocabulary;

const STARTS: &[&[u8]] =
    &[b"HTTP/", b"CONNECT ", b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ", b"PATCH "];

/// Fields of whose value words and numbers are shown: who speaks, and how.
const TELLING: &[&str] = &[
    "host",
    "via",
    "server",
    "proxy-agent",
    "user-agent",
    "x-squid-error",
    "x-proxy-error",
    "x-cache",
    "date",
    "connection",
    "proxy-connection",
    "content-type",
];
/// Fields of whose value only schemes are shown.
const CREDENTIALS: &[&str] =
    &["authorization", "proxy-authorization", "proxy-authenticate", "www-authenticate"];
const SCHEMES: &[&str] = &["basic", "digest", "ntlm", "negotiate", "kerberos", "bearer"];
/// Fields that say where a message ends.
const FRAMING: &[&str] = &[LENGTH, TRANSFER, CODING];
const LENGTH: &str = "content-length";
const TRANSFER: &str = "transfer-encoding";
const CODING: &str = "content-encoding";
/// Digits of a version or a status.
const SHORT: usize = 3;

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
    /// What to show for a line, as long as it is; `cut` says that it goes on. `None` where nothing may be shown.
    pub(super) fn shown(&self, line: &[u8], cut: bool) -> Option<String> {
        // A line that is no ASCII has another length as text.
        let line = std::str::from_utf8(line).ok().filter(|line| line.is_ascii())?;
        match self.kind {
            Kind::Request | Kind::Response | Kind::Bare => field(line, cut),
            Kind::Unknown if begins(line.as_bytes()) => Some(first_line(line)),
            // Its first letters.
            Kind::Unknown => may_begin(line.as_bytes()).then(|| line.to_owned()),
        }
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
                LENGTH => self.length = value.parse().ok(),
                TRANSFER => self.chunked = value.ends_with("chunked"),
                CODING => self.coded = value != "identity",
                _ => {}
            }
        }
    }
}

/// A request's or a status line: numbers only as version, status and port.
fn first_line(line: &str) -> String {
    words(line, |before, word, after| {
        let version = before.ends_with("HTTP/") && word.len() <= SHORT;
        let status = before.starts_with("HTTP/") && before.ends_with(' ') && before.matches(' ').count() == 1;
        let port = before.ends_with(':') && after.starts_with([' ', '/']);
        // In front of an `@` stands who logs on.
        let account = !before.is_empty() && after.contains('@');
        version
            || status && word.len() <= SHORT
            || !account && (port || word.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}

/// A field of the head; `None` where nothing of it may be shown.
fn field(line: &str, cut: bool) -> Option<String> {
    let Some((name, value)) = line.split_once(':') else {
        let lower = line.to_ascii_lowercase();
        let begun = |list: &[&str]| list.iter().any(|field| cut && field.starts_with(&lower));
        return [TELLING, CREDENTIALS, FRAMING].into_iter().any(begun).then(|| line.to_owned());
    };
    let lower = name.to_ascii_lowercase();
    let shown = match lower.as_str() {
        // A length, whatever it is.
        LENGTH if value.bytes().all(|octet| octet.is_ascii_digit() || octet.is_ascii_whitespace()) => {
            value.to_owned()
        }
        TRANSFER if "chunked".starts_with(&value.trim().to_ascii_lowercase()) => value.to_owned(),
        // Whoever unpacks what was overwritten would find nothing in it.
        CODING if value.trim().eq_ignore_ascii_case("identity") => value.to_owned(),
        lower if CREDENTIALS.contains(&lower) => {
            words(value, |_, word, _| SCHEMES.contains(&word.to_ascii_lowercase().as_str()))
                .replace(['+', '/'], "x")
        }
        lower if TELLING.contains(&lower) => {
            let shown = words(value, |_, _, _| true);
            if cut { without_last_number(shown) } else { shown }
        }
        _ => value.chars().map(|c| if c.is_ascii_whitespace() { c } else { char::from(MASK) }).collect(),
    };
    let known = vocabulary::is_known(name) && name.starts_with(|c: char| c.is_ascii_alphabetic());
    let name = if known { name.to_owned() } else { mask(name) };
    Some(format!("{name}:{shown}"))
}

/// The number at the end may be the start of a longer one, or of an address.
fn without_last_number(mut text: String) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_');
    let last = text.split_off(text.trim_end_matches(part).len());
    text + &last.replace(|c: char| c.is_ascii_digit(), "x")
}

/// `text` with what stands between its words, and the words that everybody says if `may` allows them: it is asked with what
/// stands before and behind.
fn words(text: &str, may: impl Fn(&str, &str, &str) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for (between, word) in vocabulary::pieces(text) {
        shown.push_str(between);
        let at = shown.len();
        let (before, after) = (text.get(..at), text.get(at + word.len()..));
        let known = vocabulary::is_known(word) || is_public(&word.to_ascii_lowercase());
        let may = known && may(before.unwrap_or_default(), word, after.unwrap_or_default());
        shown.push_str(&if may { word.to_owned() } else { mask(word) });
    }
    shown
}

/// As many `x`.
fn mask(text: &str) -> String {
    text.bytes().map(|_| char::from(MASK)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> String {
        let mut head = Head::default();
        let lines = text.split_inclusive('\n').map(|line| {
            let masked = || super::mask(line.trim_end()) + "\r\n";
            let shown = head.shown(line.as_bytes(), !line.ends_with('\n')).unwrap_or_else(masked);
            head.take(line.as_bytes());
            shown
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

    #[test]
    fn numbers_and_words_are_shown_where_the_protocol_has_them() {
        let shown = rewritten(
            "GET http://cisco:12345@proxy:3128/licservice/12345?id=token HTTP/1.1\r\nX-Password: cisco\r\n \
             folded: 12345\r\n12345: basic\r\nVia: 1.1 fd00:10:31::74\r\nAuthorization: NTLM ab/12345/of+in\r\n\r\n",
        );
        assert_eq!(
            shown,
            "GET xxxx://xxxxx:xxxxx@proxy:3128/licservice/xxxxx?id=token HTTP/1.1\r\nxxxxxxxxxx: xxxxx\r\n\
             xxxxxxx: xxxxx\r\nxxxxx: xxxxx\r\nVia: 1.1 xxxxxxxxxxxxxx\r\nAuthorization: NTLM xxxxxxxxxxxxxx\r\n\r\n"
        );
        assert_eq!(
            rewritten("HTTP/1.1 200 12345 to fd00:10::74\r\n"),
            "HTTP/1.1 200 xxxxx to xxxxxxxxxxx\r\n"
        );
        assert!(Head::default().shown(b"Password: cisco", false).is_none());
    }
}
