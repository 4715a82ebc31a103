//! Which look-up decides, and in which order its results count.

use super::answer::answered;
use super::silence::{late, retry_failed, unanswered, unreachable};
use super::sinkhole::sinkholed;
use crate::attempt::{Attempt, Lookup, Response};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::inconclusive;

/// Judges an attempt that has look-ups and nothing behind them.
pub(in crate::diagnose) fn judge(attempt: &Attempt) -> Option<Conclusion> {
    let lookup = attempt.lookups.last()?;
    if let Some(usable) = lookup.usable() {
        return sinkholed(attempt)
            .or_else(|| late(attempt, lookup, usable))
            .or_else(|| Some(inconclusive::no_connection(attempt, usable.at, &usable.answers.join(", "))));
    }
    answered(attempt, lookup)
        .or_else(|| unreachable(lookup))
        .or_else(|| retry_failed(attempt, lookup))
        .or_else(|| unanswered(attempt, lookup))
}

pub(in crate::diagnose) fn asked_names(lookup: &Lookup) -> String {
    let mut names: Vec<String> = lookup.queries.iter().map(|query| query.name.to_string()).collect();
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
