//! Name resolution: the look-up that leads nowhere.

use crate::attempt::StageName;
use crate::diagnose::Party;
use crate::diagnose::registry::{Action, Diagnostic};
use crate::diagnose::steps::{GUIDE, SOURCE_INTERFACE, STATUS, VRF};

const NAME_SERVERS: Action = Action {
    text: "Correct the name server that the switch asks.",
    commands: &["configure terminal", "ip domain lookup", "ip name-server ADDRESS", "end"],
};

const STATIC_NAME: Action = Action {
    text: "To get licensing going meanwhile, pin the name to an address; remove it later, because the \
        service's addresses change.",
    commands: &["configure terminal", "ip host {host} ADDRESS", "end"],
};

const PING_NAME: Action = Action {
    text: "Resolve the name on the switch; whether the ping itself is answered does not matter.",
    commands: &["ping {host} source INTERFACE"],
};

pub(in crate::diagnose) static DNS_TIMEOUT: Diagnostic = Diagnostic {
    code: "dns-timeout",
    stage: Some(StageName::Dns),
    severity: None,
    title: "The name server does not answer",
    explanation: "The switch asked for the name and got no reply from any server, or only one that came \
        after it had given up. Usual causes are a wrong name server address, a firewall that drops UDP or \
        TCP port 53, a source interface or VRF without a route to the server, or a server that ignores \
        this client. A truncated answer whose retry over TCP stays without an answer counts too. It is not \
        a problem of the licensing service: the switch never learned where to connect.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[
        PING_NAME,
        Action { text: "See where the queries leave to.", commands: &["show ip cef {dns}"] },
    ],
    filter: "dns.flags.response == 0 && !dns.response_in",
    fix: &[
        Action {
            text: "Check that the name server's address is right and reachable from the source interface.",
            commands: &["ping {dns} source INTERFACE"],
        },
        NAME_SERVERS,
        SOURCE_INTERFACE,
        VRF,
        Action {
            text: "Have the firewalls permit UDP and TCP port 53 from the switch to the name server.",
            commands: &[],
        },
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.2", "RFC 7766 section 5", GUIDE],
};

pub(in crate::diagnose) static DNS_NXDOMAIN: Diagnostic = Diagnostic {
    code: "dns-nxdomain",
    stage: Some(StageName::Dns),
    severity: None,
    title: "The name does not exist",
    explanation: "A name server answered NXDOMAIN (RCODE 3): the name asked for does not exist as far as \
        that server knows. Usual causes are a misspelt host name in the licensing URL or the proxy \
        setting, or an internal server that does not forward queries for public names. The server was \
        reached and works, so this is neither a firewall nor a routing fault. A look-up of cslu-local that \
        ends like this means that the default transport is still set and CSSM is never tried.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[STATUS, PING_NAME],
    filter: "dns.flags.response == 1 && dns.flags.rcode == 3",
    fix: &[
        Action {
            text: "Correct the spelling of the host name; for cloud CSSM the default URL is right.",
            commands: &[
                "configure terminal",
                "license smart transport smart",
                "license smart url default",
                "end",
            ],
        },
        NAME_SERVERS,
        Action {
            text: "Have the name server forward public names, or allow this name in its policy.",
            commands: &[],
        },
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.1.1", "RFC 2308 section 2.1", GUIDE],
};

pub(in crate::diagnose) static DNS_REFUSED: Diagnostic = Diagnostic {
    code: "dns-refused",
    stage: Some(StageName::Dns),
    severity: None,
    title: "The name server refuses the query",
    explanation: "A name server answered REFUSED (RCODE 5): it runs, it received the query, and its policy \
        does not let this client ask. Usual causes are an access list on the server that lacks the \
        switch's source address, recursion allowed for some networks only, or a forwarder without an \
        upstream server. It is not a statement about the name: another client may resolve it through the \
        same server.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[
        PING_NAME,
        Action {
            text: "See from which address the queries come; compare it with the server's access list.",
            commands: &["show ip interface brief | exclude unassigned"],
        },
    ],
    filter: "dns.flags.response == 1 && dns.flags.rcode == 5",
    fix: &[
        SOURCE_INTERFACE,
        Action {
            text: "Have the name server allow recursive queries from the switch's address.",
            commands: &[],
        },
        NAME_SERVERS,
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.1.1", GUIDE],
};

pub(in crate::diagnose) static DNS_SERVER_FAILURE: Diagnostic = Diagnostic {
    code: "dns-server-failure",
    stage: Some(StageName::Dns),
    severity: None,
    title: "The name server fails to resolve the name",
    explanation: "A name server answered with an error other than NXDOMAIN or REFUSED: usually SERVFAIL \
        (RCODE 2), else FORMERR (1), NOTIMP (4) or another code. Usual causes are a resolver that cannot \
        reach the servers further up, failed DNSSEC validation, or a server that does not understand the \
        query. The switch's own path to its name server works. It does not mean that the name is wrong.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[PING_NAME],
    filter: "dns.flags.response == 1 && dns.flags.rcode in {1, 2, 4, 6 .. 15}",
    fix: &[
        Action {
            text: "Ask the same server for the same name from another host: if it fails there too, the \
                server needs repair.",
            commands: &[],
        },
        NAME_SERVERS,
        Action {
            text: "Have the resolver's administrator check its forwarders and DNSSEC validation for this \
                name.",
            commands: &[],
        },
        STATIC_NAME,
    ],
    references: &["RFC 1035 section 4.1.1", "RFC 4035 section 5.5", GUIDE],
};

pub(in crate::diagnose) static DNS_NO_ADDRESS: Diagnostic = Diagnostic {
    code: "dns-no-address",
    stage: Some(StageName::Dns),
    severity: None,
    title: "The answer holds no usable address",
    explanation: "The name server answered without error but gave no address that the switch could use: no \
        A record, or only AAAA records while the switch does not use IPv6 for this. Usual causes are a \
        filtering resolver that empties the answer, a CNAME that leads nowhere, or a name that exists for \
        other record types only. It is not NXDOMAIN: the name exists. An empty answer for AAAA alone is \
        normal and is not reported when an A record came.",
    party: Party::Dns,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[PING_NAME],
    filter: "dns.flags.response == 1 && dns.flags.rcode == 0 && !dns.a",
    fix: &[
        Action {
            text: "Check that the configured name is a host name, not a bare domain.",
            commands: &["show license status"],
        },
        Action {
            text: "Ask another server for the A record of the name; if it has one, have the first server's \
                zone or filter corrected.",
            commands: &[],
        },
        NAME_SERVERS,
        STATIC_NAME,
    ],
    references: &["RFC 2308 section 2.2", GUIDE],
};

pub(in crate::diagnose) static DNS_UNREACHABLE: Diagnostic = Diagnostic {
    code: "dns-unreachable",
    stage: Some(StageName::Dns),
    severity: None,
    title: "The name server cannot be reached",
    explanation: "An ICMP or ICMPv6 error came back for the query. Port unreachable from the server itself \
        means that nothing listens on port 53 there; an error from a router or firewall means no route, an \
        administrative filter or a routing loop. The sender of the error and its code say which. It is not \
        silence: some device took the trouble to say no, and its address is in the frame.",
    party: Party::Network,
    reported_as: &["Unable to resolve server hostname/domain name"],
    confirm: &[
        Action { text: "See the route to the name server.", commands: &["show ip cef {dns}"] },
        Action { text: "Try the server from the same source.", commands: &["ping {dns} source INTERFACE"] },
    ],
    filter: "dns && (icmp.type in {3, 11} || icmpv6.type in {1, 3})",
    fix: &[
        Action {
            text: "Check the name server's address; on port unreachable, the host is up but is no name \
                server.",
            commands: &[],
        },
        NAME_SERVERS,
        SOURCE_INTERFACE,
        VRF,
        Action {
            text: "Have the device that sent the error permit or route UDP and TCP port 53 to the name \
                server.",
            commands: &[],
        },
    ],
    references: &["RFC 792", "RFC 4443 section 3.1", "RFC 1812 section 5.2.7.1", GUIDE],
};

pub(in crate::diagnose) static DNS_SINKHOLED: Diagnostic = Diagnostic {
    code: "dns-sinkholed",
    stage: Some(StageName::Dns),
    severity: None,
    title: "The answer points to a dead address",
    explanation: "The name server answered a public service's name with an address that cannot be the \
        service: 0.0.0.0, ::, loopback, link-local, multicast or 240.0.0.0/4. DNS filters and security \
        products answer like this to block a name; a stale test entry does the same. Nothing succeeded \
        through that address. The TCP failure that may follow is the consequence, not the cause.",
    party: Party::Dns,
    reported_as: &["Connection timed out"],
    confirm: &[PING_NAME, Action { text: "Compare with the answer of another name server.", commands: &[] }],
    filter: "dns.a in {0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 224.0.0.0/4, 240.0.0.0/4} || dns.aaaa in \
        {:: .. ::1, fe80::/10, ff00::/8}",
    fix: &[
        Action { text: "Have the DNS filter allow the licensing service's name.", commands: &[] },
        Action {
            text: "If no filter is meant to act, look for a static entry of the name on the switch and on \
                the server.",
            commands: &[],
        },
        NAME_SERVERS,
        STATIC_NAME,
    ],
    references: &["RFC 6890 section 2.2.2", "RFC 8914 section 4.16", GUIDE],
};
