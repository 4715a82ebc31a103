//! Which look-up decides, and in which order its results count.

use super::answer::{answered, only_ipv6};
use super::silence::{late, retry_failed, unanswered, unreachable};
use super::sinkhole::sinkholed;
use crate::attempt::{Attempt, Response, Visibility};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::inconclusive;
use crate::diagnose::silence::one_way;

/// The name was resolved; where packets of the switch are missing, its connection may be among them.
fn not_followed(attempt: &Attempt, usable: &Response) -> Conclusion {
    if attempt.visibility == Visibility::InboundOnly {
        return one_way(attempt);
    }
    inconclusive::no_connection(attempt, usable.at, &usable.answers.join(", "))
}

/// Judges an attempt that has look-ups and nothing behind them.
pub(in crate::diagnose) fn judge(attempt: &Attempt) -> Option<Conclusion> {
    let lookup = attempt.lookups.last()?;
    if let Some(usable) = lookup.usable() {
        return sinkholed(attempt)
            .or_else(|| late(attempt, lookup, usable))
            .or_else(|| only_ipv6(attempt, lookup, usable))
            .or_else(|| Some(not_followed(attempt, usable)));
    }
    answered(attempt, lookup)
        .or_else(|| unreachable(attempt, lookup))
        .or_else(|| retry_failed(attempt, lookup))
        .or_else(|| unanswered(attempt, lookup))
}
