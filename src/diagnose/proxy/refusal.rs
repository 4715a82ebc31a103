//! The proxy answers with a status that is not 2xx.

use super::steps::{ALLOW_SWITCH, PROXY_LOG, PROXY_STATUS, TELNET_PROXY};
use crate::attempt::{Attempt, ProxyExchange, ProxyResponse, StageName};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Ground, Kind};
use crate::diagnose::ending::{PATIENCE, waited};
use crate::diagnose::steps::{GUIDE, HISTORY, PROXY_SETTINGS, SYNC};
use crate::diagnose::{Confidence, Party};

pub(in crate::diagnose) static PROXY_AUTH_REQUIRED: Diagnostic = Diagnostic {
    code: "proxy-auth-required",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[]),
    title: "The proxy demands a log-on",
    explanation: "The proxy answered CONNECT with 407: it wants a user name and password, and no success \
        followed. The licensing proxy settings of the switch hold an address and a port, no credentials, \
        so the switch cannot log on. The proxy was reached and works; no firewall is in the way, and CSSM \
        has not been contacted. The schemes the proxy offers are in its Proxy-Authenticate headers.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[TELNET_PROXY, HISTORY],
    filter: r#"tcp.payload matches "^HTTP/1.[01] 407""#,
    fix: &[
        Action {
            text: "Have the proxy exempt the switch's address from authentication for the licensing \
                service.",
            commands: &[],
        },
        Action {
            text: "Do not look for a remedy in ip http client proxy-server: licensing does not use it. See \
                what licensing uses.",
            commands: &["show license status"],
        },
        Action {
            text: "Otherwise use a proxy that needs no log-on.",
            commands: &[
                "configure terminal",
                "license smart proxy address ADDRESS",
                "license smart proxy port PORT",
                "end",
            ],
        },
        SYNC,
    ],
    references: &["RFC 9110 section 15.5.8", "RFC 9110 section 11.7.1", GUIDE],
};

pub(in crate::diagnose) static PROXY_FORBIDDEN: Diagnostic = Diagnostic {
    code: "proxy-forbidden",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[]),
    title: "The proxy forbids the connection",
    explanation: "The proxy answered CONNECT with 403 or 451: a rule of its own denies this client, this \
        destination or this port. Usual causes are an allow-list without the licensing service, a URL \
        category, or a client network that is not known. It is a decision, not a fault: the proxy works \
        and has not tried to reach CSSM. Credentials would not help, or it would have asked for them with \
        407.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[PROXY_LOG],
    filter: r#"tcp.payload matches "^HTTP/1.[01] (403|451)""#,
    fix: &[
        Action {
            text: "Check that the host name asked for is the right one.",
            commands: &["show license status"],
        },
        ALLOW_SWITCH,
        SYNC,
    ],
    references: &["RFC 9110 section 15.5.4", "RFC 7725 section 3", GUIDE],
};

pub(in crate::diagnose) static PROXY_UPSTREAM_FAILURE: Diagnostic = Diagnostic {
    code: "proxy-upstream-failure",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[]),
    title: "The proxy cannot reach the service",
    explanation: "The proxy accepted the request and failed to resolve or reach the service: 502, 503 or \
        504, or another error whose header or body says so. Usual causes are the proxy's own DNS, its own \
        firewall rules or routing, or a missing parent proxy. The switch and its path to the proxy are \
        fine. Whether the service itself is down cannot be told from here: the proxy's log can.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[
        PROXY_LOG,
        Action {
            text: "Read the proxy's page for the error it names: name resolution, refused, timed out.",
            commands: &[],
        },
    ],
    filter: r#"tcp.payload matches "^HTTP/1.[01] (404|500|50[2-4])""#,
    fix: &[
        Action {
            text: "On the proxy, resolve the service's name and connect to its port 443; repair what fails \
                there.",
            commands: &[],
        },
        Action {
            text: "Check the spelling of the service's host name: the proxy resolves it, not the switch.",
            commands: &["show license status"],
        },
        SYNC,
    ],
    references: &["RFC 9110 section 15.6.3", "RFC 9110 section 15.6.4", "RFC 9110 section 15.6.5", GUIDE],
};

pub(in crate::diagnose) static PROXY_REDIRECTED: Diagnostic = Diagnostic {
    code: "proxy-redirected",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[]),
    title: "The proxy redirects to another page",
    explanation: "The proxy answered with a 3xx status: it wants the client to visit another page first, \
        usually a captive portal or a log-on page. A switch cannot use such a page. It is not a redirect \
        by CSSM, which has not been contacted. The Location header shows whose page it is.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[PROXY_LOG, Action { text: "Read the Location header of the answer.", commands: &[] }],
    filter: r#"tcp.payload matches "^HTTP/1.[01] 3[0-9][0-9]""#,
    fix: &[
        Action {
            text: "Have the portal or proxy exempt the switch's address from its log-on page.",
            commands: &[],
        },
        ALLOW_SWITCH,
        PROXY_SETTINGS,
        SYNC,
    ],
    references: &["RFC 9110 section 15.4", "RFC 9110 section 9.3.6", GUIDE],
};

pub(in crate::diagnose) static PROXY_REFUSED: Diagnostic = Diagnostic {
    code: "proxy-refused",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[Ground::EveryOctet]),
    title: "The proxy refuses the request",
    explanation: "The peer answered CONNECT with a final error status that is neither a demand to log on, \
        a ban, nor a failure further up: 400, 404, 405, 500, 501 or the like. Most often the address and \
        port belong to an ordinary web server or to a reverse proxy, which does not know CONNECT. Some \
        proxies answer so when they do not allow CONNECT to that port. The TCP path is fine, and CSSM has \
        not been contacted.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[
        PROXY_STATUS,
        Action {
            text: "Read the Server header and the page: a web server names itself there.",
            commands: &[],
        },
    ],
    filter: r#"tcp.payload matches "^HTTP/1.[01] [45]""#,
    fix: &[PROXY_STATUS, PROXY_SETTINGS, ALLOW_SWITCH, SYNC],
    references: &["RFC 9110 section 9.3.6", "RFC 9110 section 15.5", GUIDE],
};

/// A final status that is not 2xx.
pub(in crate::diagnose) fn refusal(
    attempt: &Attempt,
    proxy: &ProxyExchange,
    response: &ProxyResponse,
) -> Conclusion {
    let challenged = proxy.responses.iter().any(|response| response.status == 407);
    let unanswered = proxy.unanswered(attempt.flow.as_deref()).is_some();
    let diagnostic = if challenged && unanswered { &PROXY_AUTH_REQUIRED } else { code_of(response) };
    let unnamed = proxy.requests.is_empty() && attempt.service.host.is_none();
    let asked = if unnamed {
        format!("a request of {}", attempt.client)
    } else {
        format!("the request for {}", attempt.service_text())
    };
    let mut summary = format!(
        "{}{} answered {asked} with '{}'{}.",
        attempt.peer_start(),
        product(proxy),
        response.status_line,
        reason(response),
    );
    if proxy.requests.is_empty() {
        summary.push_str(" The request itself is not in the capture.");
    }
    let request = proxy.last_request().map(|request| request.at);
    // Credentials may follow within 10 s, on this connection or on another one.
    let went_on = attempt.surroundings.next_connection.is_some_and(|next| next - response.at.time < PATIENCE);
    let credentials = proxy.last_request().is_some_and(|request| request.credentials);
    let open = diagnostic.code == "proxy-auth-required"
        && (unanswered || !credentials && (went_on || !waited(attempt, response.at)));
    let unasked = proxy.requests.is_empty();
    let confidence =
        if proxy.unreadable || open || unasked { Confidence::Likely } else { Confidence::Certain };
    let party = if diagnostic.code == "proxy-upstream-failure" { Party::Proxy } else { diagnostic.party };
    Conclusion::new(diagnostic, confidence, summary)
        .maybe(request, format!("request to the proxy for {}", attempt.service_text()))
        .at(response.at, response.status_line.clone())
        .at(response.last, "last frame of that answer")
        .party(party)
}

fn code_of(response: &ProxyResponse) -> &'static Diagnostic {
    match response.status {
        407 => &PROXY_AUTH_REQUIRED,
        403 | 451 => &PROXY_FORBIDDEN,
        502..=504 => &PROXY_UPSTREAM_FAILURE,
        300..=399 => &PROXY_REDIRECTED,
        _ if response.upstream_failure => &PROXY_UPSTREAM_FAILURE,
        _ => &PROXY_REFUSED,
    }
}

fn product(proxy: &ProxyExchange) -> String {
    proxy.product.as_ref().map_or(String::new(), |product| format!(" ({product})"))
}

/// What the answer itself says beyond its status line.
fn reason(response: &ProxyResponse) -> String {
    let header =
        |name: &str| response.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value);
    if let Some(error) = header("x-squid-error") {
        return format!(", X-Squid-Error: {error}");
    }
    if let Some(location) = header("location").filter(|_| (300..400).contains(&response.status)) {
        return format!(", Location: {location}");
    }
    if !response.auth_schemes.is_empty() {
        return format!(", offering {}", response.auth_schemes.join(", "));
    }
    String::new()
}
