//! An answer that leads nowhere.

use super::steps::{NAME_SERVERS, PING_NAME, STATIC_NAME};
use super::words::server_of;
use std::net::IpAddr;

use crate::attempt::{Attempt, Query, StageName};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::ending::PROMPT;
use crate::diagnose::steps::GUIDE;
use crate::diagnose::{Confidence, Party};

pub(in crate::diagnose) static DNS_SINKHOLED: Diagnostic = Diagnostic {
    code: "dns-sinkholed",
    stage: Some(StageName::Dns),
    kind: Kind::Verdict(&[]),
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

/// An answer for a public service that leads nowhere, when nothing succeeded through it.
pub(in crate::diagnose) fn sinkholed(attempt: &Attempt) -> Option<Conclusion> {
    let lookup = attempt.lookups.iter().rev().find(|lookup| !lookup.for_proxy)?;
    let usable = lookup.usable()?;
    let addresses =
        || lookup.queries.iter().filter_map(Query::usable).flat_map(|response| &response.addresses);
    let public = crate::attempt::is_public_service(&lookup.name);
    if !public || !addresses().all(|ip| leads_nowhere(*ip)) {
        return None;
    }
    let listed: Vec<String> = addresses().map(ToString::to_string).collect();
    let server = server_of(lookup, usable);
    let summary = format!(
        "The name server {server} answered {} for {}: an address that no public service has. Something blocks the name.",
        listed.join(", "),
        lookup.name,
    );
    let note = format!("{server} answers {} for {}", listed.join(", "), lookup.name);
    let next = attempt.surroundings.next_connection.filter(|_| attempt.flow.is_none());
    let went_on = next.is_some_and(|next| next - usable.at.time < PROMPT);
    let seen = attempt.surroundings.capture_last.time - usable.at.time >= PROMPT;
    let confidence = if went_on || !seen { Confidence::Likely } else { Confidence::Certain };
    Some(Conclusion::new(&DNS_SINKHOLED, confidence, summary).at(usable.at, note))
}

/// 0.0.0.0, ::, loopback, link-local, multicast, 240.0.0.0/4.
fn leads_nowhere(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.octets()[0] == 0
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_multicast()
                || ip.octets()[0] >= 240
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => leads_nowhere(IpAddr::V4(mapped)),
            None => {
                ip.is_unspecified()
                    || ip.is_loopback()
                    || ip.is_multicast()
                    || ip.segments()[0] & 0xffc0 == 0xfe80
            }
        },
    }
}
