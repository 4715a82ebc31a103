//! Words that tell nothing of a customer, so that the rest of what a packet says can be left out.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::diagnose::registry;

/// Words of protocols and products as they stand in status lines, headers, banners and licensing answers, lower case.
const PROTOCOL_WORDS: &str = "\
    http connect get post put head options via server proxy proxy-agent proxy-authenticate proxy-authorization \
    www-authenticate authorization proxy-connection connection content-length content-type content-encoding \
    transfer-encoding keep-alive close chunked gzip deflate identity date host user-agent accept cache-control \
    no-cache no-store pragma location retry-after expires x-squid-error x-cache x-cache-lookup x-proxy-error miss hit \
    none from \
    set-cookie cookie realm charset nonce basic digest ntlm negotiate kerberos bearer \
    continue switching protocols processing ok created accepted non-authoritative information content reset \
    partial multiple choices moved permanently found see other not modified use temporary redirect permanent bad \
    request unauthorized payment required forbidden method allowed acceptable authentication timeout conflict \
    gone length precondition failed entity too large uri unsupported media type requested range satisfiable \
    expectation misdirected unprocessable locked dependency early upgrade many requests fields unavailable for \
    legal reasons internal error implemented gateway service version supported variant also negotiates \
    insufficient storage loop detected extended network established tunnel connection filtered denied access \
    by policy blocked unable to resolve lookup no such domain cannot forward host unreachable refused \
    text html plain xml json application octet-stream ocsp-response pkix-crl utf-8 iso-8859-1 \
    squid squid-cache tinyproxy privoxy nginx apache iis haproxy envoy traefik lighttpd mitmproxy blue coat bluecoat \
    proxysg zscaler mcafee web gateway mwg skyhigh fortigate fortiproxy fortinet cisco-wsa ironport umbrella \
    forcepoint websense sophos barracuda palo alto networks check point netskope ccproxy wingate microsoft \
    forefront tmg isa varnish python simplehttp basehttp werkzeug gunicorn openssl gnutls openssh ssh telnet smtp \
    ftp esmtp linux debian ubuntu centos win64 win32 unix cisco cisco-ios ios mozilla compatible msie pki \
    err_cannot_forward err_dns_fail err_connect_fail err_secure_connect_fail err_read_timeout err_read_error \
    err_write_error err_zero_size_object err_gateway_failure err_access_denied err_cache_access_denied \
    licservice license its oddce services ddceservice smarttransport transportgateway devicerequesthandler cslu v1 pi \
    security trs crl ocsp ios_core id_token_trust utility ok_poll ok_try_again invalid status code data process \
    mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec gmt utc \
    success failure message token expired invalid the a an of in on is was and or with at it this that your";

/// Colons of a time of day: what has more of them is an address.
const GROUPED: usize = 2;

/// Every word of the registry's own texts, and those above.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut words: HashSet<String> = PROTOCOL_WORDS.split_whitespace().map(str::to_owned).collect();
    for entry in registry::ALL {
        let steps = entry.confirm.iter().chain(entry.fix);
        let steps = steps.flat_map(|step| step.commands.iter().copied().chain([step.text]));
        let texts = [entry.code, entry.title, entry.explanation, entry.filter];
        let texts = texts.into_iter().chain(steps).chain(entry.reported_as.iter().copied());
        words.extend(texts.flat_map(split).map(str::to_ascii_lowercase));
    }
    words
});

/// Whether `word` tells nothing of a customer: a word of protocols, of the registry, or a number.
pub(super) fn is_known(word: &str) -> bool {
    is_number(word)
        || WORDS.contains(&word.to_ascii_lowercase())
        || word.split('-').all(|part| part.len() > 1 && WORDS.contains(&part.to_ascii_lowercase()))
}

/// A number too short for an account's, or a version; not an address.
fn is_number(word: &str) -> bool {
    let dots = word.bytes().filter(|octet| *octet == b'.').count();
    let number = word.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.');
    number && word.len() <= if dots == 0 { 5 } else { 8 } && dots < 3
}

/// Whether `name`, which looks like a host's, is a word of the registry's own texts (a file name in a URL, a filter's field).
pub(super) fn is_own_name(name: &str) -> bool {
    static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let texts = registry::ALL.iter().flat_map(|entry| {
            let steps = entry.confirm.iter().chain(entry.fix);
            let steps = steps.flat_map(|step| step.commands.iter().copied().chain([step.text]));
            [entry.title, entry.explanation, entry.filter].into_iter().chain(steps)
        });
        let words =
            texts.flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || ".-_".contains(c))));
        words.map(|word| word.trim_matches('.').to_ascii_lowercase()).collect()
    });
    NAMES.contains(&name.to_ascii_lowercase())
}

/// The words of a text: letters, digits, `-`, `_`, and dots inside.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| !word.is_empty())
}

/// The words of a text, dots and all, each behind what stands before it; the last one may be empty. An address in groups
/// is one word: its groups would look like numbers.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = rest.find(|c| is_word(c) || c == ':').unwrap_or(rest.len());
        let (before, run) = rest.split_at(start);
        let run = run.split(|c| !is_word(c) && c != ':').next().unwrap_or_default();
        let (lead, word) = if run.contains("::") || run.matches(':').count() > GROUPED {
            ("", run)
        } else {
            let word = run.trim_start_matches(':');
            (run.strip_suffix(word).unwrap_or_default(), word.split(':').next().unwrap_or_default())
        };
        let (behind, end) = (before.len() + lead.len(), before.len() + lead.len() + word.len());
        let piece = (rest.get(..behind)?, rest.get(behind..end)?);
        rest = rest.get(end..)?;
        Some(piece)
    })
}

/// Whether `c` is part of a word.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_groups_is_one_word() {
        let text = "for=fd00:10:31::74, [::ffff:1.2.3.4]:80 at 15:41:58 of 00:11:22:33:44:55: Größe:";
        let words: Vec<&str> = pieces(text).map(|(_, word)| word).filter(|word| !word.is_empty()).collect();
        let expected = [
            "for",
            "fd00:10:31::74",
            "::ffff:1.2.3.4",
            "80",
            "at",
            "15",
            "41",
            "58",
            "of",
            "00:11:22:33:44:55:",
            "Größe",
        ];
        assert_eq!(words, expected);
        assert_eq!(pieces(text).map(|(before, word)| before.to_owned() + word).collect::<String>(), text);
    }

    #[test]
    fn protocols_are_known_and_customers_are_not() {
        for word in ["Proxy", "407", "1.1", "squid", "Keep-Alive", "licensing"] {
            assert!(is_known(word), "{word}");
        }
        for word in ["Acme", "jdoe", "proxy01", "FOC2332X0A1", "10.31.121.118", "10.1.2.3", "1234567890"] {
            assert!(!is_known(word), "{word}");
        }
        assert!(is_own_name("www.cisco.com"));
        assert!(!is_own_name("proxy.corp.local"));
    }
}
