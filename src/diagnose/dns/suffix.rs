//! The name wanted, and what search suffixes make of it.

use crate::attempt::{Lookup, Query};

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

/// Whether the name wanted is asked for as it is.
fn asks_itself(lookup: &Lookup) -> bool {
    lookup.queries.iter().any(|query| !is_suffixed(lookup, query))
}

/// Whether `query` has a search suffix behind the name wanted, which has dots of its own.
pub(in crate::diagnose) fn is_suffixed(lookup: &Lookup, query: &Query) -> bool {
    lookup.name.as_str().contains('.') && extends(lookup, query)
}

/// Whether `query` has a search suffix behind the name wanted, whatever that is.
pub(in crate::diagnose) fn extends(lookup: &Lookup, query: &Query) -> bool {
    query.name.as_str().strip_prefix(lookup.name.as_str()).is_some_and(|rest| rest.starts_with('.'))
}
