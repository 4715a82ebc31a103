//! What a capture without times, or without dates, allows to conclude.

use crate::attempt::Attempt;
use crate::model::Clock;

use super::Confidence;
use super::conclusion::Conclusion;

/// Without times, what rests on a duration is a best guess: a repetition cannot be told from a copy by its distance, nor a
/// prompt close from a late one. Without dates, a certificate may have been out of date, whatever else is wrong with it.
pub(super) fn timeless(attempt: &Attempt, conclusion: Conclusion) -> Conclusion {
    let code = conclusion.diagnostic.code;
    let dated = [
        "tls-hostname-mismatch",
        "tls-intercepted",
        "tls-untrusted-ca",
        "tls-certificate-rejected",
        "tls-certificate-expired",
        "tls-certificate-not-yet-valid",
    ];
    let timed = ["arp-unresolved", "tcp-reset", "tcp-closed", "tcp-synack-unanswered", "tcp-mtu-blackhole"];
    match attempt.surroundings.clock {
        Clock::Absolute => conclusion,
        Clock::Absent if timed.contains(&code) || code.ends_with("-timeout") => {
            conclusion.at_most(Confidence::Possible)
        }
        Clock::Absent if dated.contains(&code) && conclusion.confidence < Confidence::Certain => {
            conclusion.at_most(Confidence::Possible)
        }
        // Without times, a challenge long before is taken for one just answered.
        Clock::Absent if attempt.log_on.is_some() => conclusion.at_most(Confidence::Likely),
        _ if dated.contains(&code) => conclusion.at_most(Confidence::Likely),
        _ => conclusion,
    }
}
