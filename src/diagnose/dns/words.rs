//! What was asked, and whom, in words.

use crate::attempt::{Lookup, Response};

use super::suffix::telling;

pub(in crate::diagnose) fn asked_names(lookup: &Lookup) -> String {
    let mut names: Vec<String> = telling(lookup).map(|query| query.name.to_string()).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    names.truncate(3);
    names.join(", ")
}

pub(in crate::diagnose) fn servers(lookup: &Lookup) -> String {
    // One that answers without being asked is none of them.
    let asked = lookup.queries.iter().any(|query| !query.sent.is_empty());
    let queries = lookup.queries.iter().filter(|query| !asked || !query.sent.is_empty());
    let mut servers: Vec<String> = queries.map(|query| query.server.ip.to_string()).collect();
    servers.sort_unstable();
    servers.dedup();
    let word = if servers.len() == 1 { "the name server" } else { "the name servers" };
    format!("{word} {}", servers.join(", "))
}

pub(in crate::diagnose) fn server_of(lookup: &Lookup, response: &Response) -> String {
    let query =
        lookup.queries.iter().find(|query| query.answer().is_some_and(|answer| answer.at == response.at));
    query.map_or("asked".to_owned(), |query| query.server.ip.to_string())
}
