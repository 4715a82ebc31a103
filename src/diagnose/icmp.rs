//! ICMP errors in words (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7, RFC 4443).

use crate::flow::Flow;
use crate::model::At;
use crate::net::IcmpError;

/// Type and code in words: `communication administratively prohibited (type 3 code 13)`.
pub(super) fn words(error: &IcmpError) -> String {
    let name = if error.v6 { v6(error.kind, error.code) } else { v4(error.kind, error.code) };
    format!("{name} (type {} code {})", error.kind, error.code)
}

/// Whether it says that a packet was too big for a link.
pub(super) fn too_big(error: &IcmpError) -> bool {
    if error.v6 { error.kind == 2 } else { (error.kind, error.code) == (3, 4) }
}

/// The errors that told the client of a connection that it goes no further, whatever they quote.
pub(super) fn refusals(flow: &Flow) -> impl Iterator<Item = &(At, IcmpError)> {
    flow.icmp.iter().filter(|(_, error)| error.destination == flow.client.ip && !too_big(error))
}

fn v4(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed",
        (3, 5) => "source route failed",
        (3, 6) => "destination network unknown",
        (3, 7) => "destination host unknown",
        (3, 9) => "network administratively prohibited",
        (3, 10) => "host administratively prohibited",
        (3, 13) => "communication administratively prohibited",
        (3, _) => "destination unreachable",
        (11, 0) => "time to live exceeded in transit",
        (11, _) => "time exceeded",
        (12, _) => "parameter problem",
        _ => "ICMP error",
    }
}

fn v6(kind: u8, code: u8) -> &'static str {
    match (kind, code) {
        (1, 0) => "no route to destination",
        (1, 1) => "communication administratively prohibited",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (1, 5) => "source address failed policy",
        (1, 6) => "reject route to destination",
        (1, _) => "destination unreachable",
        (2, _) => "packet too big",
        (3, _) => "hop limit exceeded in transit",
        (4, _) => "parameter problem",
        _ => "ICMPv6 error",
    }
}
