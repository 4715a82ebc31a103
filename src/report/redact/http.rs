//! HTTP heads: the words of the protocol stay, every other becomes as many `x`. Bodies and whatever is no head go.

use super::names::is_public;
use super::octets::Octets;
use super::vocabulary;

/// What an octet becomes that must not be shown.
const MASK: u8 = b'x';

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
/// Fields of whose value nothing is shown.
const PRIVATE: &[&str] = &["cookie", "set-cookie", "x-forwarded-for", "forwarded", "from"];

/// Rewrites a segment's payload that begins a message; zeros stay for others.
pub(super) fn rewrite(octets: &mut Octets<'_>) {
    if !STARTS.iter().any(|start| octets.old.starts_with(start)) {
        return;
    }
    octets.new.fill(MASK);
    let mut at = 0;
    for line in octets.old.split_inclusive(|octet| *octet == b'\n') {
        let end = at + line.len();
        let blank = line.iter().all(|octet| matches!(octet, b'\r' | b'\n'));
        let shown = shown(&String::from_utf8_lossy(line), at == 0);
        // A line that is no ASCII has another length as text.
        if shown.len() == line.len() {
            octets.put(at, shown.as_bytes());
        }
        if blank {
            return;
        }
        at = end;
    }
}

/// A line of the head.
fn shown(line: &str, start: bool) -> String {
    let Some((name, value)) = line.split_once(':').filter(|_| !start) else { return words(line, usize::MAX) };
    let lower = name.trim().to_ascii_lowercase();
    let most = if PRIVATE.contains(&lower.as_str()) {
        0
    } else if CREDENTIALS.contains(&lower.as_str()) {
        1
    } else {
        usize::MAX
    };
    format!("{}:{}", words(name, usize::MAX), words(value, most))
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
        let mut new = vec![0; text.len()];
        rewrite(&mut Octets { old: text.as_bytes(), new: &mut new });
        String::from_utf8(new).unwrap()
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
            "HTTP/1.1 407 Proxy Authentication Required\r\nVia: 1.1 proxy01 (squid/5.7)\r\n\r\n<b>Acme</b>",
        );
        assert!(answer.starts_with(
            "HTTP/1.1 407 Proxy Authentication Required\r\nVia: 1.1 xxxxxxx (squid/5.7)\r\n\r\nxxxx"
        ));
        assert_eq!(rewritten("some of the rest"), "\0".repeat(16));
    }
}
