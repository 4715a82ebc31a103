//! What was asked, and whom, in words.

use crate::attempt::{Lookup, Query, Response};

/// The queries that decide: where a name with dots was asked for as it is, no answer for what a search suffix makes of it, which is
/// another name and need not exist.
pub(in crate::diagnose) fn telling(lookup: &Lookup) -> impl Iterator<Item = &Query> {
    let own = asks_itself(lookup);
    let silent = |query: &Query| query.answer().is_none() && query.icmp.is_none();
    lookup.queries.iter().filter(move |query| !own || !is_suffixed(lookup, query) || silent(query))
}

/// What the name with a search suffix was answered, where that does not decide.
pub(in crate::diagnose) fn suffixed_answer(lookup: &Lookup) -> String {
    let other = |query: &&Query| asks_itself(lookup) && is_suffixed(lookup, query);
    let answer = lookup.queries.iter().filter(other).filter_map(Query::answer).next_back();
    answer.map_or_else(String::new, |answer| format!("; with a search suffix it was {}", answer.rcode))
}

/// Whether a name with dots is asked for as it is.
fn asks_itself(lookup: &Lookup) -> bool {
    lookup.name.as_str().contains('.') && lookup.queries.iter().any(|query| !is_suffixed(lookup, query))
}

/// Whether `query` has a search suffix behind the name wanted.
pub(in crate::diagnose) fn is_suffixed(lookup: &Lookup, query: &Query) -> bool {
    query.name.as_str().strip_prefix(lookup.name.as_str()).is_some_and(|rest| rest.starts_with('.'))
}

pub(in crate::diagnose) fn asked_names(lookup: &Lookup) -> String {
    let mut names: Vec<String> = telling(lookup).map(|query| query.name.to_string()).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    names.truncate(3);
    names.join(", ")
}

pub(in crate::diagnose) fn servers(lookup: &Lookup) -> String {
    let mut servers: Vec<String> = lookup.queries.iter().map(|query| query.server.ip.to_string()).collect();
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
