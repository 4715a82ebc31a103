//! What a capture without times, or without dates, allows to conclude.

use crate::attempt::Attempt;
use crate::model::Clock;

use super::conclusion::Conclusion;
use super::{Confidence, Ground};

/// Without times, what rests on a duration is a best guess: a repetition cannot be told from a copy by its distance, nor a
/// prompt close from a late one. Without dates, a certificate may have been out of date, whatever else is wrong with it.
pub(super) fn timeless(attempt: &Attempt, conclusion: Conclusion) -> Conclusion {
    let rests_on = |ground| conclusion.diagnostic.rests_on(ground);
    let (timed, dated) = (rests_on(Ground::Duration), rests_on(Ground::Date));
    match attempt.surroundings.clock {
        Clock::Absolute => conclusion,
        Clock::Absent if timed => conclusion.at_most(Confidence::Possible),
        Clock::Absent if dated && conclusion.confidence < Confidence::Certain => {
            conclusion.at_most(Confidence::Possible)
        }
        // Without times, a challenge long before is taken for one just answered.
        Clock::Absent if attempt.log_on.is_some() => conclusion.at_most(Confidence::Likely),
        _ if dated => conclusion.at_most(Confidence::Likely),
        _ => conclusion,
    }
}
