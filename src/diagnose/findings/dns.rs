//! What the look-ups show besides the verdict.

use crate::attempt::StageName;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{CISCO_SLP, GUIDE, STATUS, SYNC};
use crate::diagnose::{Party, Severity};

const ASK_EACH: Action =
    Action { text: "Ask each configured server for the same name from another host.", commands: &[] };

const ORDER_SERVERS: Action = Action {
    text: "Remove or replace the server that does not help.",
    commands: &["configure terminal", "no ip name-server ADDRESS", "ip name-server ADDRESS", "end"],
};

pub(in crate::diagnose) static DNS_SERVER_FAILED_OVER: Diagnostic = Diagnostic {
    code: "dns-server-failed-over",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Info),
    title: "A name server failed and another answered",
    explanation: "One name server gave an error or no answer, and the name was resolved in the same \
        look-up by another server or by another form of the query. The attempt lost time but did not fail \
        here. If the working server goes away too, this becomes a failure.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[ASK_EACH],
    filter: "dns.flags.rcode > 0 || (dns.flags.response == 0 && !dns.response_in)",
    fix: &[ASK_EACH, ORDER_SERVERS],
    references: &["RFC 1035 section 7.2"],
};

pub(in crate::diagnose) static DNS_SERVICE_NAME_UNRESOLVED: Diagnostic = Diagnostic {
    code: "dns-service-name-unresolved",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Info),
    title: "The service's name did not resolve, the proxy took over",
    explanation: "The look-up of the service's name failed, and the switch went on to a proxy that \
        resolves the name itself. With a proxy that is harmless: the switch needs only the proxy's own \
        address. Without the proxy the attempt would have ended here.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[STATUS],
    filter: "dns.flags.rcode > 0 || (dns.flags.response == 0 && !dns.response_in)",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action {
            text: "To spare the failing look-up, let the switch's name server resolve public names.",
            commands: &[],
        },
    ],
    references: &["RFC 9110 section 9.3.6"],
};

pub(in crate::diagnose) static DNS_SLOW: Diagnostic = Diagnostic {
    code: "dns-slow",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Warning),
    title: "The name server is slow",
    explanation: "A name server took more than one second to answer. The look-up's time comes on top of \
        every attempt, and a little more delay turns it into a timeout. Usual causes are an overloaded \
        server, a long way to it, or a forwarder that waits for a dead server of its own.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[Action { text: "Measure the answer times.", commands: &[] }],
    filter: "dns.time > 1",
    fix: &[ASK_EACH, ORDER_SERVERS],
    references: &["RFC 1035 section 7.2"],
};

pub(in crate::diagnose) static DNS_SERVER_SILENT: Diagnostic = Diagnostic {
    code: "dns-server-silent",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Warning),
    title: "A name server never answers",
    explanation: "The switch asked this server and no answer of it is in the capture, while other answers \
        to the switch are. The server may be down, filtered, or not a name server at all. Waiting for it \
        costs time in every look-up that asks it.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[Action {
        text: "Try the server from the switch.",
        commands: &["ping {dns} source INTERFACE", "show ip cef {dns}"],
    }],
    filter: "dns.flags.response == 0 && !dns.response_in",
    fix: &[ASK_EACH, ORDER_SERVERS],
    references: &["RFC 1035 section 7.2"],
};

pub(in crate::diagnose) static DNS_ANSWERS_DIFFER: Diagnostic = Diagnostic {
    code: "dns-answers-differ",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Info),
    title: "Name servers give different answers",
    explanation: "Two name servers answered the same question differently: other addresses, or an address \
        from one and an error from the other. For a service behind several addresses this can be normal. \
        It explains attempts that work or fail by turns, depending on who answers first.",
    party: Party::Dns,
    reported_as: &[],
    confirm: &[ASK_EACH],
    filter: "dns.flags.response == 1",
    fix: &[
        ASK_EACH,
        Action {
            text: "If one answer is private or filtered, find out whether that is meant.",
            commands: &[],
        },
        ORDER_SERVERS,
    ],
    references: &["RFC 1794"],
};

pub(in crate::diagnose) static DNS_SEARCH_SUFFIX: Diagnostic = Diagnostic {
    code: "dns-search-suffix",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Info),
    title: "The name was looked up with a domain suffix",
    explanation: "The switch asked for the name with its own domain appended. The NXDOMAIN that usually \
        follows is expected and not a fault of the server. If the suffixed name does resolve, the switch \
        may connect to the wrong host.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[Action {
        text: "Look for names in the queries that end in the switch's own domain.",
        commands: &[],
    }],
    filter: "dns.flags.response == 0",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action {
            text: "If the suffixed name resolves, correct the zone or the domain name.",
            commands: &["configure terminal", "ip domain name DOMAIN", "end"],
        },
    ],
    references: &["RFC 1535"],
};

pub(in crate::diagnose) static DNS_ASKED_FOR_PROXY: Diagnostic = Diagnostic {
    code: "dns-asked-for-proxy",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Info),
    title: "The proxy's name has to be resolved too",
    explanation: "The proxy is configured by name, and the switch asked its name server for that name. \
        Licensing then depends on this look-up as well: if it fails, the switch reports that it cannot \
        resolve the server, although the service's name is fine.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: "dns",
    fix: &[
        Action { text: "Nothing has to be done for this attempt.", commands: &[] },
        Action {
            text: "To be independent of the look-up, configure the proxy by address.",
            commands: &["configure terminal", "license smart proxy address {proxy}", "end"],
        },
    ],
    references: &[GUIDE],
};

pub(in crate::diagnose) static CSLU_LOCAL_ONLY: Diagnostic = Diagnostic {
    code: "cslu-local-only",
    stage: Some(StageName::Dns),
    severity: Some(Severity::Warning),
    title: "The switch looks only for cslu-local",
    explanation: "The only licensing look-ups in the capture are for cslu-local, the name used when the \
        default transport cslu is set and no URL is configured. The switch never tries CSSM. NXDOMAIN for \
        this name is no fault of DNS; the transport was never set. It repeats about hourly.",
    party: Party::Switch,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[STATUS],
    filter: r#"dns.qry.name contains "cslu-local""#,
    fix: &[
        Action {
            text: "For CSSM, set Smart Transport.",
            commands: &[
                "configure terminal",
                "license smart transport smart",
                "license smart url default",
                "end",
            ],
        },
        Action {
            text: "For a CSLU or On-Prem, give its URL.",
            commands: &["configure terminal", "license smart url cslu URL", "end"],
        },
        SYNC,
    ],
    references: &[CISCO_SLP, GUIDE],
};
