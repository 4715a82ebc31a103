//! Which look-up decides, and in which order its results count.

use super::answer::answered;
use super::silence::{late, retry_failed, unanswered, unreachable};
use super::sinkhole::sinkholed;
use crate::attempt::Attempt;
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
