//! The HTTPS proxy that does not open the way.

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{GUIDE, HISTORY, PROXY_SETTINGS, SYNC};

const PROXY_LOG: Action = Action {
    text: "Look for the switch's address in the proxy's access log: it names the rule or the error.",
    commands: &[],
};

const ALLOW_SWITCH: Action = Action {
    text: "Have the proxy let the switch's address reach the licensing service on port 443 with CONNECT.",
    commands: &[],
};

const TELNET_PROXY: Action = Action {
    text: "See that the proxy's port answers from the switch.",
    commands: &["telnet {proxy} {proxy_port} /ipv4 /source-interface INTERFACE"],
};

const PROXY_STATUS: Action = Action {
    text: "Compare the proxy's address and port with what its administrator gives.",
    commands: &["show license status"],
};

pub(in crate::diagnose) static PROXY_AUTH_REQUIRED: Diagnostic = Diagnostic {
    code: "proxy-auth-required",
    stage: Some(StageName::Proxy),
    severity: None,
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
    severity: None,
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
    severity: None,
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
            text: "Check the spelling of the service's host name: the proxy resolves it, not the switch.",
            commands: &["show license status"],
        },
        Action {
            text: "On the proxy, resolve the service's name and connect to its port 443; repair what fails \
                there.",
            commands: &[],
        },
        SYNC,
    ],
    references: &["RFC 9110 section 15.6.3", "RFC 9110 section 15.6.4", "RFC 9110 section 15.6.5", GUIDE],
};

pub(in crate::diagnose) static PROXY_REDIRECTED: Diagnostic = Diagnostic {
    code: "proxy-redirected",
    stage: Some(StageName::Proxy),
    severity: None,
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
    severity: None,
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

pub(in crate::diagnose) static PROXY_NOT_HTTP: Diagnostic = Diagnostic {
    code: "proxy-not-http",
    stage: Some(StageName::Proxy),
    severity: None,
    title: "The proxy's port does not speak HTTP",
    explanation: "The switch sent its request and the peer's bytes are not an HTTP response. Another \
        service listens on that port: a SOCKS proxy, SSH, mail, or a proxy port that expects TLS. The \
        address may be right and only the port wrong. It is neither a firewall fault nor a refusal by a \
        proxy.",
    party: Party::Switch,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[PROXY_STATUS, TELNET_PROXY],
    filter: r#"tcp.payload matches "^CONNECT ""#,
    fix: &[
        PROXY_STATUS,
        PROXY_SETTINGS,
        Action {
            text: "If the proxy offers SOCKS or TLS only, ask for a port with plain HTTP CONNECT.",
            commands: &[],
        },
        SYNC,
    ],
    references: &["RFC 9110 section 9.3.6", "RFC 9112 section 4", GUIDE],
};

pub(in crate::diagnose) static PROXY_TIMEOUT: Diagnostic = Diagnostic {
    code: "proxy-timeout",
    stage: Some(StageName::Proxy),
    severity: None,
    title: "The proxy does not answer the request",
    explanation: "The switch sent its request to the proxy and no final status came until the switch gave \
        up, or for ten seconds and more. The usual cause is a proxy that waits for something itself: its \
        DNS, or a connection to the service that a firewall behind it drops. A service on that port that \
        waits for another protocol looks the same. The TCP connection to the proxy works, so the path \
        between switch and proxy is not to blame unless data segments are repeated.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "NO REPLY"],
    confirm: &[PROXY_LOG, HISTORY],
    filter: r#"tcp.payload matches "^CONNECT ""#,
    fix: &[
        Action {
            text: "On the proxy, resolve the service's name and connect to its port 443; silence there is \
                the cause.",
            commands: &[],
        },
        PROXY_STATUS,
        Action {
            text: "If the proxy is only slow, let the switch wait longer.",
            commands: &["configure terminal", "ip http client response timeout SECONDS", "end"],
        },
        SYNC,
    ],
    references: &["RFC 9110 section 9.3.6", "RFC 9110 section 15.6.5", GUIDE],
};

pub(in crate::diagnose) static PROXY_RESET: Diagnostic = Diagnostic {
    code: "proxy-reset",
    stage: Some(StageName::Proxy),
    severity: None,
    title: "The proxy resets the connection",
    explanation: "The switch sent its request and a RST came from the peer's side before a final status. \
        Usual causes are a firewall or intrusion prevention that dislikes CONNECT or the name in it, a \
        service on that port that is no HTTP proxy, or a proxy process that died. The port is open, since \
        the handshake completed. It is not a decision of CSSM, which has not been contacted.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[
        PROXY_LOG,
        Action {
            text: "Compare TTL and IP ID of the RST with the proxy's other packets: a misfit points to a \
                device in between.",
            commands: &[],
        },
    ],
    filter: r#"tcp.payload matches "^CONNECT " || tcp.flags.reset == 1"#,
    fix: &[
        PROXY_STATUS,
        Action {
            text: "If the proxy's log does not know the request, search the firewall's log for the \
                connection.",
            commands: &[],
        },
        ALLOW_SWITCH,
        SYNC,
    ],
    references: &["RFC 9293 section 3.5.3", "RFC 9110 section 9.3.6", GUIDE],
};

pub(in crate::diagnose) static PROXY_CLOSED: Diagnostic = Diagnostic {
    code: "proxy-closed",
    stage: Some(StageName::Proxy),
    severity: None,
    title: "The proxy closes without an answer",
    explanation: "The switch sent its request and the peer closed the connection with FIN before a final \
        status. Usual causes are a TLS-only or other non-HTTP service on that port, a proxy that drops \
        clients it does not know without a word, or a load balancer without a live proxy behind it. It is \
        an orderly close by the peer, not a firewall's reset. CSSM has not been contacted.",
    party: Party::Proxy,
    reported_as: &["Connection timed out", "Communications failure", "NO REPLY"],
    confirm: &[PROXY_LOG, TELNET_PROXY],
    filter: r#"tcp.payload matches "^CONNECT " || tcp.flags.fin == 1"#,
    fix: &[PROXY_STATUS, PROXY_SETTINGS, ALLOW_SWITCH, SYNC],
    references: &["RFC 9293 section 3.6", "RFC 9110 section 9.3.6", GUIDE],
};
