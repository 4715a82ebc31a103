//! How far the switch's clock is from the capture's: the offset that makes most requests and attempts meet.

use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, NTP, SHOW_CLOCK};
use crate::diagnose::{Confidence, Finding, Judged, Outcome, Party, Severity};
use crate::limits::CLOCK_PAIRS;
use crate::model::{Span, Timestamp};
use crate::transcript::{ClockMark, LogEvent, Stamp, Zone};

use super::requests::{Request, later};
use super::steps::LICENSING;
use super::view::{View, is_failure_of, long, may_concern, opening};

pub(in crate::diagnose) static TRANSCRIPT_CLOCK_OFFSET: Diagnostic = Diagnostic {
    code: "transcript-clock-offset",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "The switch's clock differs from the capture's",
    explanation: "The times in the switch's text and the times of the packets belong together only when a \
        constant difference is allowed for. It was estimated from all pairs of a request and an attempt. A \
        capture made on the switch has the switch's clock, so a difference means another capture point, \
        another zone, or a clock that was set in between. CSSM tolerates less than one hour.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[SHOW_CLOCK],
    filter: LICENSING,
    fix: &[SHOW_CLOCK, NTP],
    references: &[GUIDE],
};

/// Request and first packet are this close together.
const TOLERANCE: Span = Span::seconds(2);
/// The failure is stamped this long behind the request (seen).
const NOTED_BEHIND: Span = Span::seconds(20);
/// Differences up to this are ordinary between two clocks.
const NEAR: Span = Span::seconds(60);
/// A difference worth a mention.
const TELLING: Span = Span::seconds(3);
/// A clock that follows a source, with a known zone, is hardly further off.
const REACH: Span = Span::seconds(2 * 3_600);
/// The same with a zone whose offset nobody says.
const REACH_OF_ZONES: Span = Span::seconds(15 * 3_600);

/// Switch's clock minus capture's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockOffset {
    /// The difference; positive where the switch is ahead.
    pub offset: Span,
    /// The largest deviation of a pair from it.
    pub spread: Span,
    /// Pairs of a request and an attempt.
    pub pairs: usize,
    /// Noted failures that fit an attempt under it.
    pub failures: usize,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What can be paired, bounded.
struct Sides<'v> {
    requests: Vec<&'v Request<'v>>,
    failures: Vec<(Timestamp, &'v LogEvent)>,
    attempts: Vec<&'v Judged>,
}

/// What fits under an offset.
#[derive(Clone, Copy)]
struct Fit {
    /// Pairs of a request and an attempt.
    pairs: usize,
    /// Outcomes that agree, and noted failures that fit.
    support: usize,
    offset: Span,
}

impl Fit {
    /// What makes one offset better than another: two clocks are seldom apart, so it takes one pair more to believe that they
    /// are, whatever else fits; among equals, the smaller offset.
    fn rank(&self) -> (usize, bool, usize, i64, i64) {
        let near = self.offset.0.saturating_abs() <= NEAR.0;
        let size = self.offset.0.saturating_abs();
        (self.pairs + usize::from(near), near, self.support, size.saturating_neg(), self.offset.0)
    }
}

/// The offset that fits best; nothing where none fits.
pub(super) fn estimate(view: &View<'_>) -> Option<ClockOffset> {
    let sides = Sides {
        requests: last(&view.requests.iter().collect::<Vec<_>>()),
        failures: last(&view.failures),
        attempts: last(&view.judged),
    };
    let (reach, never_set) = reach(view);
    let candidates = sides.candidates().into_iter().filter(|offset| offset.0.saturating_abs() <= reach.0);
    let mut fits: Vec<Fit> =
        candidates.map(|offset| sides.fit(offset)).filter(|fit| fit.pairs + fit.support > 0).collect();
    fits.sort_by_key(Fit::rank);
    let best = fits.last()?;
    let found = sides.refine(best.offset);
    let far = found.offset.0.saturating_abs() > NEAR.0;
    if never_set && found.pairs < 2 && found.offset.0.saturating_abs() > REACH.0 {
        return None;
    }
    let rival = fits.iter().any(|fit| {
        (fit.pairs, fit.support) == (best.pairs, best.support)
            && (fit.offset.0.saturating_sub(best.offset.0)).saturating_abs() > 2 * TOLERANCE.0
    });
    // An offset that was made up to bring one pair together is no proof that the two belong together, nor one made from a
    // failure alone.
    let made_up = match found.pairs {
        0 => found.offset.0 != 0,
        1 => found.offset.0.saturating_abs() > TELLING.0 && found.failures == 0,
        _ => false,
    };
    let doubtful = made_up || far && (found.pairs < 2 || rival);
    let confidence = if doubtful { Confidence::Possible } else { Confidence::Likely };
    Some(ClockOffset { confidence, ..found })
}

/// How far the clocks may be apart, and whether the switch's was never set.
fn reach(view: &View<'_>) -> (Span, bool) {
    let asked =
        view.facts.exchanges.iter().filter_map(|exchange| exchange.request.as_ref().map(|said| &said.value));
    let noted = view.facts.events.iter().filter_map(|event| event.stamp.as_ref());
    let shown = view.facts.clocks.iter().map(|clock| &clock.value.stamp);
    let stamps: Vec<&Stamp> = asked.chain(noted).chain(shown).collect();
    let unknown_zone = stamps.iter().any(|stamp| match &stamp.zone {
        Zone::Named(name) => view.facts.settings.offset_of(name).is_none(),
        _ => false,
    });
    let never = stamps.iter().any(|stamp| stamp.mark == ClockMark::Never);
    match (never, unknown_zone) {
        (true, _) => (Span(i64::MAX), true),
        (_, true) => (REACH_OF_ZONES, false),
        _ => (REACH, false),
    }
}

fn last<T: Copy>(all: &[T]) -> Vec<T> {
    all.get(all.len().saturating_sub(CLOCK_PAIRS)..).unwrap_or_default().to_vec()
}

impl Sides<'_> {
    /// Every offset that makes one pair meet.
    fn candidates(&self) -> Vec<Span> {
        let starts = || self.attempts.iter().map(|judged| judged.attempt.first.time);
        let mut all: Vec<Span> =
            self.requests.iter().flat_map(|request| starts().map(|start| request.time - start)).collect();
        for (failure, _) in &self.failures {
            all.extend(starts().map(|start| *failure - later(start, NOTED_BEHIND)));
        }
        // As good as any other where only failures are noted, and the least to assume.
        all.push(Span::default());
        all.retain(|offset| offset.is_known());
        all.sort_unstable_by_key(|offset| offset.0);
        all.dedup();
        all
    }

    fn fit(&self, offset: Span) -> Fit {
        let pairs = self.pairs(offset);
        let agreeing = pairs.iter().filter(|(request, judged)| agree(request, judged)).count();
        Fit { pairs: pairs.len(), support: agreeing + self.failures_under(offset), offset }
    }

    /// Requests and the attempts that begin with them, one to one.
    fn pairs(&self, offset: Span) -> Vec<(&Request<'_>, &Judged)> {
        let mut found = Vec::new();
        let mut attempts = self.attempts.iter().peekable();
        for request in &self.requests {
            let time = Timestamp(request.time.0.saturating_sub(offset.0));
            let early = |judged: &&&Judged| judged.attempt.first.time.0 < time.0.saturating_sub(TOLERANCE.0);
            while attempts.next_if(|judged| early(judged)).is_some() {}
            let meets = |judged: &&&Judged| judged.attempt.first.time.0 <= time.0.saturating_add(TOLERANCE.0);
            if let Some(judged) = attempts.next_if(|judged| meets(judged)) {
                found.push((*request, *judged));
            }
        }
        found
    }

    fn failures_under(&self, offset: Span) -> usize {
        let fits = |(time, event): &&(Timestamp, &LogEvent)| {
            let time = Timestamp(time.0.saturating_sub(offset.0));
            let behind = self.attempts.partition_point(|judged| judged.attempt.first.time <= time);
            let judged = behind.checked_sub(1).and_then(|index| self.attempts.get(index));
            judged.is_some_and(|judged| {
                judged.outcome() != Outcome::Ok && may_concern(judged, event) && is_failure_of(judged, time)
            })
        };
        self.failures.iter().filter(fits).count()
    }

    /// The median of the pairs under `offset`, and how far they stray from it.
    fn refine(&self, offset: Span) -> ClockOffset {
        let pairs = self.pairs(offset);
        let mut each: Vec<i64> =
            pairs.iter().map(|(request, judged)| (request.time - judged.attempt.first.time).0).collect();
        each.sort_unstable();
        let median = each.get(each.len() / 2).copied().unwrap_or(offset.0);
        let spread = each.iter().map(|one| one.saturating_sub(median).saturating_abs()).max();
        ClockOffset {
            offset: Span(median),
            spread: Span(spread.unwrap_or(NOTED_BEHIND.0)),
            pairs: each.len(),
            failures: self.failures_under(Span(median)),
            confidence: Confidence::Possible,
        }
    }
}

/// Whether the response and the attempt came out alike.
fn agree(request: &Request<'_>, judged: &Judged) -> bool {
    use crate::transcript::Answer;
    matches!(
        (&request.exchange.answer, judged.outcome()),
        (Answer::Status { .. }, Outcome::Ok) | (Answer::Empty, Outcome::Failed)
    )
}

/// The difference, where it is more than that of two ordinary clocks.
pub(super) fn offset(view: &View<'_>) -> Vec<Finding> {
    let Some(clock) =
        view.clock.as_ref().filter(|clock| clock.pairs > 0 && clock.offset.0.saturating_abs() > TELLING.0)
    else {
        return Vec::new();
    };
    let side = if clock.offset.0 > 0 { "ahead of" } else { "behind" };
    let (are, doubt) = if clock.confidence == Confidence::Possible {
        ("may be", " That is too few, or too ambiguous, to be sure.")
    } else {
        ("are", "")
    };
    let message = format!(
        "The switch's times {are} {} {side} the capture's, by {} (largest deviation {}); all times are compared with that.{doubt}",
        long(clock.offset),
        crate::diagnose::words::count(clock.pairs as u64, "pair"),
        long(clock.spread),
    );
    let mut finding = Finding::on_capture(&TRANSCRIPT_CLOCK_OFFSET, message);
    for judged in &view.judged {
        if let Some(request) = view.request_of(judged) {
            finding = finding.at(opening(judged), format!("attempt {} starts", judged.attempt.id)).said(
                view.quote(
                    request.at,
                    Some(request.stamp),
                    format!("its request, {}", super::pairs::kind(request)),
                ),
            );
        }
    }
    vec![finding]
}
