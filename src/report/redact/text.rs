//! Texts without what names the customer: first every secret that is known, the longest first, then whatever looks like one.

use std::net::IpAddr;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::addresses::Addresses;
use super::names::{Names, is_public};
use super::vocabulary;
use crate::model::MacAddress;

/// What stands where something was left out.
pub(super) const OMITTED: &str = "[redacted]";

/// The known secrets of one report and what to show for each.
#[derive(Debug, Default)]
pub(super) struct Known {
    pairs: Vec<(String, String)>,
    search: Option<AhoCorasick>,
}

impl Known {
    /// Adds a secret, unless it is shown as it is.
    pub(super) fn add(&mut self, secret: &str, shown: String) {
        if !secret.is_empty() && secret != shown {
            self.pairs.push((secret.to_owned(), shown));
        }
    }

    /// Makes the secrets searchable.
    pub(super) fn settle(&mut self) {
        let patterns = self.pairs.iter().map(|(secret, _)| secret);
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
        self.search = builder.build(patterns).ok();
    }

    /// Whether every secret can be found; if not, no text may be shown.
    pub(super) fn is_searchable(&self) -> bool {
        self.search.is_some()
    }

    /// The first secret of `text` at or behind `from`: where it begins and ends, and what to show for it.
    fn next(&self, text: &str, from: usize) -> Option<(usize, usize, &str)> {
        let search = self.search.as_ref()?;
        let mut at = from;
        loop {
            let found = search.find(Input::new(text).range(at..))?;
            if stands_alone(text, found.start(), found.end()) {
                let shown = self.pairs.get(found.pattern().as_usize()).map_or(OMITTED, |(_, shown)| shown);
                return Some((found.start(), found.end(), shown));
            }
            at = text.char_indices().map(|(at, _)| at).find(|at| *at > found.start())?;
        }
    }
}

/// Whether `text[start..end]` is not a piece of a longer name.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let joined = |c: char| c.is_alphanumeric() || c == '_';
    let mut behind = after.chars();
    let continues = match behind.next() {
        Some('.' | '-') => behind.next().is_some_and(joined),
        next => next.is_some_and(joined),
    };
    let mut ahead = before.chars().rev();
    let begins = match ahead.next() {
        Some('.' | '-') => ahead.next().is_some_and(joined),
        last => last.is_some_and(joined),
    };
    !continues && !begins
}

/// `text` without secrets.
pub(super) fn redacted(text: &str, known: &Known, names: &mut Names, addresses: &mut Addresses) -> String {
    if !known.is_searchable() {
        return OMITTED.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    while let Some((start, end, instead)) = known.next(text, from) {
        scan(text.get(from..start).unwrap_or_default(), &mut shown, names, addresses);
        shown.push_str(instead);
        from = end;
    }
    scan(text.get(from..).unwrap_or_default(), &mut shown, names, addresses);
    shown
}

/// Replaces what looks like an address, a name, an account, a serial number or a token.
pub(super) fn scan(text: &str, shown: &mut String, names: &mut Names, addresses: &mut Addresses) {
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, token) = rest.split_at(start);
        let end = token.find(|c| !is_part(c)).unwrap_or(token.len());
        let (token, behind) = token.split_at(end);
        shown.push_str(before);
        // A sentence's stop or colon is no part of what stands before it.
        let core = token.trim_end_matches(['.', ':', '=']);
        let lead = core.len() - core.trim_start_matches(['.', '=']).len();
        let (lead, core) = core.split_at(lead);
        shown.push_str(lead);
        shown.push_str(&replaced(core, names, addresses));
        shown.push_str(token.get(lead.len() + core.len()..).unwrap_or_default());
        rest = behind;
    }
    shown.push_str(rest);
}

/// `text` with other addresses and nothing else changed.
pub(super) fn readdressed(text: &str, addresses: &mut Addresses) -> String {
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c| !is_part(c)) {
        let token = piece.trim_end_matches(|c| !is_part(c));
        shown.push_str(&address(token, addresses).unwrap_or_else(|| token.to_owned()));
        shown.push_str(piece.get(token.len()..).unwrap_or_default());
    }
    shown
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_' | '@' | '\\' | '%' | '+' | '=')
}

fn replaced(token: &str, names: &mut Names, addresses: &mut Addresses) -> String {
    if let Some(other) = address(token, addresses) {
        return other;
    }
    if token.contains('=') {
        let shown: Vec<String> = token.split('=').map(|part| replaced(part, names, addresses)).collect();
        let shown = shown.join("=");
        // Otherwise all of it may be pieces of something longer.
        if shown != token {
            return shown;
        }
    }
    if let Some((account, host)) = token.split_once('@').filter(|(_, host)| !host.is_empty()) {
        return format!("{}@{}", names.account(account), names.host(host, addresses));
    }
    if let Some((domain, account)) = token.split_once('\\')
        && !account.is_empty()
        && !domain.is_empty()
        && !account.starts_with("u{")
    {
        return names.account(token);
    }
    if let Some((host, port)) = token.rsplit_once(':').filter(|(_, port)| is_number(port)) {
        return format!("{}:{port}", replaced(host, names, addresses));
    }
    if looks_like_host(token) {
        return names.host(token, addresses);
    }
    if is_serial(token) || token.split_once(':').is_some_and(|(kind, _)| kind.eq_ignore_ascii_case("sn")) {
        return names.serial(token);
    }
    if looks_random(token) { OMITTED.to_owned() } else { token.to_owned() }
}

/// Another address for an IP address, perhaps with zone or port, or for a hardware address in any notation.
fn address(token: &str, addresses: &mut Addresses) -> Option<String> {
    if let Some(mac) = mac(token) {
        return Some(written_as(token, MacAddress(addresses.mac(mac))));
    }
    let bare = token.split_once('%').map_or(token, |(bare, _)| bare);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Some(addresses.ip(ip).to_string());
    }
    let (ip, port) = token.rsplit_once(':').filter(|(_, port)| is_number(port))?;
    let ip: IpAddr = ip.parse::<std::net::Ipv4Addr>().ok()?.into();
    Some(format!("{}:{port}", addresses.ip(ip)))
}

/// `mac` in the notation of `token`: a command takes no other.
fn written_as(token: &str, mac: MacAddress) -> String {
    match token {
        token if token.contains('.') => mac.dotted(),
        token if token.contains('-') => mac.hyphenated(),
        _ => mac.to_string(),
    }
}

/// `00:1b:..`, `00-1B-..` or `001b.2c3d.4e5f`.
fn mac(token: &str) -> Option<[u8; 6]> {
    let groups: Vec<&str> = token.split([':', '-', '.']).collect();
    let shape = match groups.len() {
        6 if !token.contains('.') => 2,
        3 if token.contains('.') => 4,
        _ => return None,
    };
    let hex = |group: &&str| group.len() == shape && group.bytes().all(|octet| octet.is_ascii_hexdigit());
    if !groups.iter().all(hex) {
        return None;
    }
    let value = u64::from_str_radix(&groups.concat(), 16).ok()?;
    let [_, _, mac @ ..] = value.to_be_bytes();
    Some(mac)
}

fn is_number(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_digit())
}

/// Labels with dots between them, the last one a word; and not one of ours.
fn looks_like_host(token: &str) -> bool {
    let labels: Vec<&str> = token.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty()
            && label.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
    };
    let word = |label: &&str| {
        label.len() >= 2 && label.bytes().all(|octet| octet.is_ascii_alphabetic() || octet == b'-')
    };
    let punycode = |label: &&str| label.starts_with("xn--");
    labels.len() >= 2
        && labels.iter().all(label)
        && labels.last().is_some_and(|last| word(last) || punycode(last))
        && !is_public(&token.to_ascii_lowercase())
        && !vocabulary::is_own_name(token)
}

/// Cisco's: three letters, four digits, four more (`FOC2332X0A1`).
fn is_serial(token: &str) -> bool {
    let octets = token.as_bytes();
    octets.len() == 11
        && octets.iter().take(3).all(u8::is_ascii_uppercase)
        && octets.iter().skip(3).take(4).all(u8::is_ascii_digit)
        && octets.iter().skip(7).all(|octet| octet.is_ascii_uppercase() || octet.is_ascii_digit())
}

/// Long, with letters and digits mixed, as tokens, hashes and base64 are. Cipher suites, signatures and times are none.
fn looks_random(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let letters = token.bytes().filter(u8::is_ascii_alphabetic).count();
    let known = token.starts_with("TLS_")
        || token.starts_with("sha")
        || token.starts_with("ecdsa-with")
        || is_time(token)
        || vocabulary::is_known(token);
    token.len() >= 20 && letters >= 3 && digits >= 2 && !known
}

fn is_time(token: &str) -> bool {
    let shape = |octet: u8| octet.is_ascii_digit() || matches!(octet, b'-' | b':' | b'.' | b'T' | b'Z');
    token.len() <= 30 && token.bytes().all(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, secrets: &[(&str, &str)]) -> String {
        let mut known = Known::default();
        for (secret, instead) in secrets {
            known.add(secret, (*instead).to_owned());
        }
        known.settle();
        redacted(text, &known, &mut Names::default(), &mut Addresses::new([9; 32]))
    }

    #[test]
    fn sentences_keep_everything_else() {
        for text in [
            "HTTP/1.1 407 Proxy Authentication Required",
            "TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "ping smartreceiver.cisco.com source INTERFACE",
            "crypto pki trustpool import url http://www.cisco.com/security/pki/trs/ios_core.p7b",
            "Run a release with the new root: 16.12.6, 17.3.4 or later.",
            "valid from 2025-01-24 15:41 UTC, 1,234 octets; 5.3 s",
        ] {
            assert_eq!(shown(text, &[]), text);
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_replaced() {
        let text = "ip=10.31.121.118 at=proxy.acme.example nonce=TlRMTVNTUAAC40a 10.31.121.118:443, [fd00::7]:80, 6c:5e:3b:01:02:03, 6c5e.3b01.0203 jane@acme.example ACME\\jane \
                    proxy.acme.example:3128 FOC2332X0A1 SN:AAA1 MzA1NjEwNTgtOWY3Yi00ZDA2.";
        let shown = shown(text, &[]);
        for secret in [
            "10.31.121.118",
            "fd00::7",
            "6c:5e",
            "6c5e",
            "jane",
            "acme",
            "ACME",
            "FOC2332X0A1",
            "AAA1",
            "MzA1",
            "TlRM",
        ] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        for part in [
            ":443",
            ":80",
            "at=host-1.domain-1.example",
            "host-1.domain-1.example:3128",
            "account-1@",
            "[serial 1]",
            OMITTED,
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }

    #[test]
    fn known_secrets_are_found_whole_the_longest_first() {
        let secrets = [("corp", "A"), ("proxy corp", "B"), ("Größe", "C")];
        assert_eq!(
            shown("via proxy Corp, corporate, (corp) größe Größe.", &secrets),
            "via B, corporate, (A) C C."
        );
        assert_eq!(shown("proxy corporation", &[("proxy corp", "B"), ("corporation", "D")]), "proxy D");
    }

    #[test]
    fn a_filter_keeps_its_fields() {
        let filter = "(ip.addr == 203.0.113.7 && tcp.port == 443) || ipv6.addr == fd00::1";
        let shown = readdressed(filter, &mut Addresses::new([9; 32]));
        assert!(
            shown.starts_with("(ip.addr == 203.0.113.7 && tcp.port == 443) || ipv6.addr == fd"),
            "{shown}"
        );
        assert!(!shown.contains("fd00::1"));
    }

    #[test]
    fn without_a_search_nothing_is_shown() {
        let text =
            redacted("anything", &Known::default(), &mut Names::default(), &mut Addresses::new([9; 32]));
        assert_eq!(text, OMITTED);
    }
}
