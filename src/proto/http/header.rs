//! Header fields (RFC 9110 §5).

use crate::limits::{MAX_HTTP_HEADERS, MAX_WORD};
use crate::proto::text;

/// Header fields in order. Values that prove who someone is (credentials, cookies) are never kept: only their first word,
/// the scheme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    fields: Vec<(String, String)>,
}

/// Fields whose value is a secret; the scheme in front is not.
const SECRET: &[&str] =
    &["authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"];

impl Headers {
    /// Keeps one field, up to [`MAX_HTTP_HEADERS`].
    pub(super) fn push(&mut self, name: &[u8], value: &[u8]) {
        if self.fields.len() < MAX_HTTP_HEADERS {
            let name = text::bounded(name, MAX_WORD);
            let value = value.trim_ascii();
            let value = if SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret)) {
                scheme_only(value)
            } else {
                text::printable(value)
            };
            self.fields.push((name, value));
        }
    }

    /// The first value of `name`, whatever its case.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value of `name`, whatever its case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether there is a field `name`.
    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// All fields as written: name, value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The authentication schemes of every challenge in the fields `name` (Proxy-Authenticate, WWW-Authenticate), in order,
    /// each once (RFC 9110 §11.6.1).
    pub fn auth_schemes(&self, name: &str) -> Vec<String> {
        let mut schemes: Vec<String> = Vec::new();
        for part in self.all(name).flat_map(split_outside_quotes) {
            let scheme = scheme(part).map(|scheme| text::bounded(scheme.as_bytes(), MAX_WORD));
            schemes.extend(
                scheme.filter(|scheme| !schemes.iter().any(|seen| seen.eq_ignore_ascii_case(scheme))),
            );
        }
        schemes
    }
}

/// `Basic …` for a value that must not be kept.
fn scheme_only(value: &[u8]) -> String {
    let mut words = value.splitn(2, u8::is_ascii_whitespace);
    let first = words.next().unwrap_or_default();
    // A cookie, or a token without scheme: nothing of it may stay.
    let is_scheme =
        words.next().is_some() && first.iter().all(|octet| octet.is_ascii_alphanumeric() || *octet == b'-');
    if is_scheme { format!("{} …", text::bounded(first, MAX_WORD)) } else { "…".to_owned() }
}

/// The comma-separated parts of a challenge list; commas inside quotes do not count.
fn split_outside_quotes(value: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    value.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
}

/// The scheme that a part of a challenge list begins with; a part that is only a parameter (`realm="x"`) has none.
fn scheme(part: &str) -> Option<&str> {
    let mut words = part.split_ascii_whitespace();
    let first = words.next()?;
    let is_parameter = first.contains('=') || words.next().is_some_and(|next| next.starts_with('='));
    (!is_parameter).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::default();
        for (name, value) in fields {
            headers.push(name.as_bytes(), value.as_bytes());
        }
        headers
    }

    #[test]
    fn names_have_no_case_and_values_repeat() {
        let headers = headers(&[("via", "1.1 a"), ("Via", " 1.1 b ")]);
        assert_eq!(headers.all("VIA").collect::<Vec<_>>(), ["1.1 a", "1.1 b"]);
        assert_eq!(headers.first("server"), None);
    }

    #[test]
    fn every_challenge_gives_its_scheme() {
        let headers = headers(&[
            ("Proxy-Authenticate", "Negotiate"),
            ("proxy-authenticate", "NTLM, Basic realm=\"a, b\", charset=\"UTF-8\""),
            ("Proxy-Authenticate", "Digest realm=\"x\", qop = \"auth\", nonce=abc"),
            ("Proxy-Authenticate", "basic realm=\"again\""),
        ]);
        assert_eq!(headers.auth_schemes("Proxy-Authenticate"), ["Negotiate", "NTLM", "Basic", "Digest"]);
    }

    #[test]
    fn credentials_are_not_kept() {
        let headers = headers(&[
            ("Proxy-Authorization", "Basic dXNlcjpzZWNyZXQ="),
            ("Authorization", "bare-token"),
            ("Cookie", "session=secret; a=b"),
        ]);
        let values: Vec<_> = headers.iter().map(|(_, value)| value).collect();
        assert_eq!(values, ["Basic …", "…", "…"]);
    }
}
