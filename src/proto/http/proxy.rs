//! The marks that proxies leave, as data.

use super::ResponseHead;
use crate::limits::MAX_PAGE_SEARCHED;

/// A proxy product by what it writes about itself.
struct Product {
    /// How it is called in a report.
    name: &'static str,
    /// Words, lower case, in Server, Proxy-Agent, Via or X-Squid-Error; a version may follow.
    header_words: &'static [&'static str],
    /// Words, lower case, on its own pages; a version may follow. Long enough that no other page holds them by chance.
    page_words: &'static [&'static str],
}

/// Products by name. The words of squid, tinyproxy and privoxy were measured; those of the others are recalled from their pages
/// and documents, unproven: they name a product in the report and decide at most whose error page it is. Not here: haproxy and
/// nginx, which do not state themselves as proxies.
const PRODUCTS: &[Product] = &[
    Product {
        name: "squid",
        header_words: &["squid"],
        page_words: &["(squid/", "errpage(squid", "by squid"],
    },
    Product {
        name: "tinyproxy",
        header_words: &["tinyproxy"],
        page_words: &[
            "<em>tinyproxy</em> version",
            "tinyproxy version",
            "tinyproxy</a> version",
            "tinyproxy",
        ],
    },
    Product {
        name: "Privoxy",
        header_words: &["privoxy"],
        page_words: &["privoxy.org", "by privoxy", "privoxy@"],
    },
    Product {
        name: "Blue Coat",
        header_words: &["bluecoat", "blue coat", "proxysg", "x-bluecoat"],
        page_words: &["blue coat", "bluecoat", "proxysg", "network error (tcp_error)", "network error (dns_"],
    },
    Product { name: "Zscaler", header_words: &["zscaler"], page_words: &["zscaler"] },
    Product {
        name: "McAfee Web Gateway",
        header_words: &["mcafee web gateway", "mwg", "skyhigh"],
        page_words: &["mcafee web gateway", "skyhigh secure web gateway"],
    },
    Product {
        name: "FortiGate",
        header_words: &["fortigate", "fortiproxy"],
        page_words: &["fortigate", "fortiguard"],
    },
    Product {
        name: "Cisco Web Security Appliance",
        header_words: &["cisco-wsa", "ironport", "iws"],
        page_words: &["cisco web security appliance", "ironport", "cisco secure web appliance"],
    },
    Product {
        name: "Cisco Umbrella",
        header_words: &["cisco umbrella"],
        page_words: &["block.opendns.com", "umbrella.com/"],
    },
    Product {
        name: "Forcepoint",
        header_words: &["forcepoint", "websense"],
        page_words: &["forcepoint", "websense content gateway"],
    },
    Product {
        name: "Sophos",
        header_words: &["sophos"],
        page_words: &["sophos web appliance", "sophos utm"],
    },
    Product { name: "Barracuda", header_words: &["barracuda"], page_words: &["barracuda web"] },
    Product { name: "Palo Alto Networks", header_words: &[], page_words: &["palo alto networks"] },
    Product {
        name: "Check Point",
        header_words: &["check point"],
        page_words: &["check point usercheck", "usercheck"],
    },
    Product { name: "Apache Traffic Server", header_words: &["ats", "apachetrafficserver"], page_words: &[] },
    Product { name: "Netskope", header_words: &["netskope"], page_words: &["netskope"] },
    Product { name: "mitmproxy", header_words: &["mitmproxy"], page_words: &["mitmproxy"] },
    Product { name: "proxy.py", header_words: &["proxy.py"], page_words: &[] },
    Product { name: "CCProxy", header_words: &["ccproxy"], page_words: &["ccproxy"] },
    Product { name: "WinGate", header_words: &["wingate"], page_words: &["wingate"] },
    Product {
        name: "Microsoft Forefront TMG",
        header_words: &["isa server", "forefront tmg"],
        page_words: &["forefront tmg", "microsoft isa server"],
    },
];

/// Fields in which the author of a response names itself.
const OWN_FIELDS: &[&str] = &["server", "proxy-agent", "x-squid-error", "x-proxy-error"];

/// The proxy product that a response names, with its version where stated: `squid 5.7`. The response's own fields count
/// before its page, the page before Via (through which the answer only passed). Stated so far is enough: `body` may be cut.
pub fn proxy_product(head: &ResponseHead, body: &[u8]) -> Option<String> {
    own_product(head, body).or_else(|| product_in(head.headers.all("via"), |product| product.header_words))
}

fn own_product(head: &ResponseHead, body: &[u8]) -> Option<String> {
    let reason = (head.status >= 400).then_some(head.reason.as_str());
    let own = OWN_FIELDS.iter().flat_map(|name| head.headers.all(name)).chain(reason);
    let named = product_in(own, |product| product.header_words);
    let squid = || head.headers.has("x-squid-error").then(|| "squid".to_owned());
    let on_page = || product_in(std::iter::once(page(body).as_str()), |product| product.page_words);
    // A web server's page may mention anything; an error page is its author's.
    named.or_else(squid).or_else(|| if head.status >= 400 { on_page() } else { None })
}

/// The first product that one of `texts` names.
fn product_in<'a>(
    texts: impl Iterator<Item = &'a str>,
    words: impl Fn(&Product) -> &'static [&'static str],
) -> Option<String> {
    let texts: Vec<String> = texts.map(str::to_ascii_lowercase).collect();
    PRODUCTS.iter().find_map(|product| {
        let after =
            texts.iter().find_map(|text| words(product).iter().find_map(|word| after_word(text, word)))?;
        let version = version_in(after);
        Some(if version.is_empty() { product.name.to_owned() } else { format!("{} {version}", product.name) })
    })
}

/// What follows `word` in `text`, where `word` does not begin or end inside another word.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.match_indices(word).find_map(|(at, _)| {
        let after = text.get(at + word.len()..)?;
        let inside = text
            .get(..at)?
            .ends_with(|c: char| c.is_ascii_alphanumeric() && word.starts_with(char::is_alphanumeric))
            || word.ends_with(char::is_alphanumeric) && after.starts_with(|c: char| c.is_ascii_alphabetic());
        (!inside).then_some(after)
    })
}

/// A version right behind a product's name: `/5.7`, ` 1.11.1`, ` version 1.11.1`.
fn version_in(after: &str) -> &str {
    let start = after.trim_start_matches(['/', ' ']);
    let start = start.strip_prefix("version ").unwrap_or(start);
    let end = start.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(start.len()).min(16);
    let version = start.get(..end).unwrap_or_default().trim_end_matches('.');
    if version.starts_with(|c: char| c.is_ascii_digit()) { version } else { "" }
}

/// Whether a proxy, not the server behind it, wrote this response: a proxy names itself as its author, challenges for itself,
/// or shows its own error page. Via does not count: every answer that passed a proxy has it.
pub fn has_proxy_marks(head: &ResponseHead, body: &[u8]) -> bool {
    head.status == 407
        || ["proxy-authenticate", "proxy-agent", "x-squid-error", "x-proxy-error"]
            .iter()
            .any(|name| head.headers.has(name))
        || own_product(head, body).is_some()
        || contains_any(&head.reason.to_ascii_lowercase(), &["proxy"])
        || head.status >= 400 && contains_any(&page(body), PROXY_PAGES)
}

/// Sentences, lower case, on error pages that proxies without a product name write.
const PROXY_PAGES: &[&str] = &[
    "the proxy server received an invalid response",
    "the proxy server could not handle the request",
    "<title>proxy error</title>",
    "502 proxy error",
    "the requested url could not be retrieved",
];

/// Whether an error response says that the proxy could not resolve or reach the service: 502, 503 and 504 by their number,
/// others by X-Squid-Error, reason or page. A refusal (401, 403, 407, 451) never does.
pub fn says_upstream_failure(head: &ResponseHead, body: &[u8]) -> bool {
    match head.status {
        502..=504 => true,
        401 | 403 | 407 | 451 => false,
        400..=599 => {
            head.headers.all("x-squid-error").any(|value| contains_any(value, SQUID_UPSTREAM))
                || contains_any(&head.reason.to_ascii_lowercase(), UPSTREAM_REASONS)
                || blames_upstream(&page(body))
        }
        _ => false,
    }
}

/// Whether a page says that a name could not be resolved or a host not be reached, in whatever words.
fn blames_upstream(page: &str) -> bool {
    let sentences = || page.split(['!', '<']).flat_map(|part| part.split(". "));
    let says = |failing: &[&str], about: &[&str]| {
        sentences().any(|sentence| contains_any(sentence, failing) && contains_any(sentence, about))
    };
    contains_any(page, UPSTREAM_PAGES) || says(FAILING, RESOLVING) || says(FAILING, REACHING)
}

/// Squid's error names that blame the far side (squid `src/err_type.h`).
const SQUID_UPSTREAM: &[&str] = &[
    "ERR_CANNOT_FORWARD",
    "ERR_DNS_FAIL",
    "ERR_CONNECT_FAIL",
    "ERR_SECURE_CONNECT_FAIL",
    "ERR_READ_TIMEOUT",
    "ERR_READ_ERROR",
    "ERR_WRITE_ERROR",
    "ERR_ZERO_SIZE_OBJECT",
    "ERR_GATEWAY_FAILURE",
];

/// Reasons, lower case. `Not Found` and `Bad Request` are none of them.
const UPSTREAM_REASONS: &[&str] = &[
    "unable to connect",
    "connect failed",
    "connection failed",
    "cannot connect",
    "can't connect",
    "could not connect",
    "no such domain",
    "could not resolve",
    "cannot resolve",
    "unable to resolve",
    "unknown host",
    "host not found",
    "host unreachable",
    "dns error",
    "dns failure",
    "dns lookup",
    "name resolution",
    "no server or forwarder",
    "gateway time",
    "bad gateway",
];

/// Sentences, lower case, on error pages.
const UPSTREAM_PAGES: &[&str] = &[
    "err_cannot_forward",
    "err_dns_fail",
    "err_connect_fail",
    "unable to determine ip address from host name",
    "unable to forward this request",
    "unable to connect to the remote",
    "was unable to connect to the remote",
    "dns lookup failure",
    "no such domain",
    "could not be resolved",
    "could not resolve host",
    "dns_unresolved_hostname",
    "dns_server_failure",
    "network error (tcp_error)",
];

/// How a sentence says that something did not work.
const FAILING: &[&str] = &[
    "fail",
    "unable to",
    "could not",
    "couldn't",
    "cannot",
    "can't",
    "can not",
    "timed out",
    "refused",
    "unreachable",
];

/// What it may say it of: finding the service's address. `To resolve this problem` is about something else.
const RESOLVING: &[&str] = &[
    "resolve host",
    "resolve the host",
    "resolve name",
    "resolve the name",
    "resolve domain",
    "resolve the domain",
    "resolve address",
    "resolve the address",
    "resolve the server",
    "name resolution",
    "dns resolution",
    "dns lookup",
    "dns query",
    "dns request",
    "look up host",
    "look up the host",
    "find host",
    "find the host",
];

/// Or making a connection to it.
const REACHING: &[&str] = &[
    "connect to host",
    "connect to the host",
    "connect to server",
    "connect to the server",
    "connect to remote",
    "connect to the remote",
    "connect to the requested",
    "connect to the destination",
    "connect to the origin",
    "connection to the server",
    "connection to the remote",
    "connection to host",
    "reach the host",
    "reach host",
    "reach the server",
    "contact the server",
    "contact host",
];

/// The part of a page that is searched, lower case: its start, and its end, where signatures are.
fn page(body: &[u8]) -> String {
    let half = MAX_PAGE_SEARCHED / 2;
    let start = body.get(..MAX_PAGE_SEARCHED).unwrap_or(body);
    let end = body
        .get(MAX_PAGE_SEARCHED..)
        .map_or(&[][..], |rest| rest.get(rest.len().saturating_sub(half)..).unwrap_or(rest));
    let lower = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_ascii_lowercase();
    lower(start) + &lower(end)
}

fn contains_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}
