//! What rests on something not being in the capture.

use crate::attempt::{Attempt, Visibility};
use crate::model::At;

use super::conclusion::Conclusion;
use super::ending::waited;
use super::inconclusive::{INCONCLUSIVE_CAPTURE_ENDED, INCONCLUSIVE_ONE_WAY};
use super::unheard::with_errors;
use super::{Confidence, Diagnostic};

/// `diagnostic` for something sent `count` times from `first` on that nothing answered. A sender's own repetition is
/// evidence that no answer had reached it; else 10 s must pass before the capture ends. It is `likely` when the capture
/// shows frames towards the client, else `possible`.
pub(super) fn silence(
    attempt: &Attempt,
    diagnostic: &'static Diagnostic,
    count: usize,
    first: At,
    summary: String,
) -> Conclusion {
    let visible = attempt.surroundings.inbound_visible || attempt.visibility == Visibility::InboundOnly;
    match (count > 1 || waited(attempt, first), visible) {
        (true, true) => Conclusion::new(diagnostic, Confidence::Likely, summary),
        (true, false) if count > 1 => Conclusion::new(diagnostic, Confidence::Possible, summary),
        (_, false) => one_way(attempt),
        (false, true) => ended(attempt, first),
    }
}

/// The capture ends before anything is decided.
pub(super) fn ended(attempt: &Attempt, since: At) -> Conclusion {
    let conclusion = too_early(attempt, since).at(since, "sent, and no answer before the capture ends");
    with_last(conclusion, attempt)
}

/// The same where an answer to what was sent at `since` begins with a line at a frame, and has no end.
pub(super) fn ended_within(attempt: &Attempt, since: Option<At>, (begun, line): (At, &str)) -> Conclusion {
    let conclusion = too_early(attempt, since.unwrap_or(begun))
        .maybe(since, "sent, and no whole answer before the capture ends")
        .at(begun, format!("the answer begins: '{line}'"));
    with_last(conclusion, attempt)
}

fn with_last(conclusion: Conclusion, attempt: &Attempt) -> Conclusion {
    let conclusion = conclusion.at(attempt.surroundings.capture_last, "last frame of the capture");
    with_errors(conclusion, attempt, attempt.first)
}

fn too_early(attempt: &Attempt, since: At) -> Conclusion {
    let left = attempt.surroundings.capture_last.time - since.time;
    let (client, peer) = (attempt.client, attempt.peer_text());
    let summary = if left.is_known() {
        format!(
            "The capture ends {} after {client} last sent something that waits for an answer from {peer}: too early to \
             call it a failure.",
            super::ending::seconds(left),
        )
    } else {
        format!(
            "The capture ends while {client} waits for an answer from {peer}; it has no times, so nobody can tell \
             whether it waited long enough to call it a failure."
        )
    };
    Conclusion::new(&INCONCLUSIVE_CAPTURE_ENDED, Confidence::Likely, summary).unexplained()
}

/// Only one direction is in the capture.
pub(super) fn one_way(attempt: &Attempt) -> Conclusion {
    let seen = if attempt.visibility == Visibility::InboundOnly { "towards" } else { "from" };
    let summary = format!(
        "The capture holds only packets {seen} {} of its exchange with {}; they do not show how it ended.",
        attempt.client,
        attempt.peer_text(),
    );
    let last = attempt.flow.as_deref().map_or(attempt.last, |flow| flow.last);
    let conclusion = Conclusion::new(&INCONCLUSIVE_ONE_WAY, Confidence::Likely, summary)
        .unexplained()
        .at(attempt.first, "first frame of the direction that is there")
        .at(last, "last frame of it");
    with_errors(conclusion, attempt, attempt.first)
}
