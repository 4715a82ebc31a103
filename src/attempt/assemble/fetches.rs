//! The switch's CRL and OCSP fetches while it checks a certificate.

use std::net::IpAddr;

use crate::attempt::connection::{Connection, Naming};
use crate::attempt::services;
use crate::attempt::{AnswerBody, Attempt, Fetch, Lookup};
use crate::limits::FETCHES_PER_ATTEMPT;
use crate::model::{At, Endpoint, HostName};
use crate::proto::http::Authority;

use super::by_client;

/// Gives each attempt the revocation fetches of its client that began after the server's certificate and before the end.
pub(super) fn attach(
    attempts: &mut [Box<Attempt>],
    fetches: &[Connection],
    lookups: &[Option<Lookup>],
    unnamed: &[Connection],
) {
    let lookups_of = by_client(lookups.iter().flatten(), |lookup| lookup.client);
    let fetches_of = by_client(fetches.iter(), |connection| connection.flow.client.ip);
    let unnamed_of = by_client(unnamed.iter(), |connection| connection.flow.client.ip);
    for attempt in attempts.iter_mut() {
        let of_client = (
            lookups_of.get(&attempt.client).map(Vec::as_slice).unwrap_or_default(),
            fetches_of.get(&attempt.client).map(Vec::as_slice).unwrap_or_default(),
            unnamed_of.get(&attempt.client).map(Vec::as_slice).unwrap_or_default(),
        );
        if let ([], [], []) = of_client {
            continue;
        }
        let (lookups, fetches, unnamed) = of_client;
        let Some(flight) =
            attempt.tls.as_deref().and_then(|tls| tls.server_hello.as_ref()).map(|(at, _)| *at)
        else {
            continue;
        };
        let within = |at: At| flight.before(at) && at.before(attempt.last);
        let mut lookups: Vec<&Lookup> =
            lookups.iter().copied().filter(|lookup| lookup.first().is_some_and(within)).collect();
        if !lookups.is_empty() {
            let hosts = responders(attempt);
            lookups.retain(|l| hosts.contains(&l.name) || services::is_revocation_host(&l.name));
        }
        let mine = |connection: &&&Connection| within(connection.flow.first);
        let named = fetches.iter().filter(mine);
        let resolved =
            |ip: IpAddr| lookups.iter().find(|lookup| lookup.answered(ip)).map(|lookup| lookup.name.clone());
        // While it checks a certificate a switch calls port 80 for nothing else.
        let by_address = |server: Endpoint| {
            resolved(server.ip).or_else(|| (server.port == 80).then(|| HostName::new(&server.ip.to_string())))
        };
        let mut found: Vec<Fetch> = named
            .map(|connection| Fetch::of(connection, host_of(connection)))
            .take(FETCHES_PER_ATTEMPT)
            .collect();
        let silent = unnamed.iter().filter(mine).filter_map(|connection| {
            by_address(connection.flow.server).map(|host| Fetch::of(connection, host))
        });
        found.extend(silent.take(FETCHES_PER_ATTEMPT));
        let failed = lookups.iter().filter(|lookup| lookup.usable().is_none());
        found.extend(failed.filter_map(|lookup| Fetch::of_lookup(lookup)).take(FETCHES_PER_ATTEMPT));
        found.sort_by_key(|fetch| fetch.first.frame);
        attempt.surroundings.fetches = found;
    }
}

/// Hosts named in the certificates' CRL and OCSP addresses.
fn responders(attempt: &Attempt) -> Vec<HostName> {
    let certificates = attempt.tls.as_deref().and_then(|tls| tls.certificates.as_ref());
    let urls = certificates
        .iter()
        .flat_map(|(_, list)| list.iter())
        .flat_map(|c| c.crl_urls.iter().chain(&c.ocsp_urls));
    let host = |url: &String| Some(Authority::parse(url.split_once("://")?.1.split('/').next()?)?.host);
    urls.filter_map(host).collect()
}

fn host_of(connection: &Connection) -> HostName {
    match &connection.naming {
        Naming::Revocation(host) => host.clone(),
        _ => HostName::new(&connection.flow.server.ip.to_string()),
    }
}

impl Fetch {
    fn of(connection: &Connection, host: HostName) -> Self {
        let flow = &connection.flow;
        let http = connection.layers.http.as_deref();
        let status = http.and_then(|http| http.text().status);
        let useless = http.and_then(|http| useless(&http.text().body));
        let answered = status.is_some_and(|status| (200..300).contains(&status)) && useless.is_none();
        let (deciding, result) =
            match http.and_then(|http| Some((http.answer?, http.text().status_line.clone()?))) {
                Some((at, line)) => {
                    (at, useless.map_or_else(|| line.clone(), |what| format!("{line} with {what}")))
                }
                None => unanswered(connection),
            };
        // What the capture missed may have been the answer.
        let server = &flow.from_server;
        let missed = server.acknowledged > server.stream.end() || server.stream.uncaptured().next().is_some();
        let ok = (status.is_some() || !missed).then_some(answered);
        Self { first: flow.first, last: flow.last, host, result, deciding, ok }
    }

    fn of_lookup(lookup: &Lookup) -> Option<Self> {
        let answer = lookup.queries.iter().filter_map(|query| query.answer()).next_back();
        let result =
            answer.map_or("no DNS answer".to_owned(), |answer| format!("DNS answered {}", answer.rcode));
        let deciding = answer.map(|answer| answer.at).or(lookup.last())?;
        let (first, last) = (lookup.first()?, lookup.last()?);
        Some(Self { first, last, host: lookup.name.clone(), result, deciding, ok: Some(false) })
    }
}

/// What a body is that can be neither a CRL nor an OCSP response, which are DER (RFC 5280 §4.2.1.13, RFC 6960 appendix A.2).
fn useless(body: &AnswerBody) -> Option<&'static str> {
    match body {
        AnswerBody::Empty => Some("an empty body"),
        AnswerBody::Other(line) if line.trim_start().starts_with('<') => Some("a web page"),
        _ => None,
    }
}

/// What came of a fetch without an HTTP answer.
fn unanswered(connection: &Connection) -> (At, String) {
    let flow = &connection.flow;
    if let Some(reset) = flow.from_server.resets.first() {
        return (reset.at, "reset".to_owned());
    }
    if let Some((at, _)) = flow.icmp.first() {
        return (*at, "rejected by ICMP".to_owned());
    }
    if flow.syn_acks.is_empty() {
        return (flow.last, format!("no answer to {} SYN", flow.syns.len()));
    }
    (flow.last, "no HTTP answer".to_owned())
}
