//! Failures that the log notes and that no attempt stands beside: what they say, the latest first, and what came of them.

use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, HISTORY, STATUS, SYNC};
use crate::diagnose::words::{count, times};
use crate::diagnose::{Advice, Finding, Party, Quote, Severity};
use crate::model::{Span, Timestamp};
use crate::transcript::{FAILURE_REASONS, Happening, LogEvent, Partner};

use super::reason::Reason;
use super::since;
use super::steps::{LICENSING, ONE_ATTEMPT};
use super::view::{View, may_concern};

pub(in crate::diagnose) static FAILURE_NOTED: Diagnostic = Diagnostic {
    code: "failure-noted",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The switch's log notes that communication failed",
    explanation: "The switch's log notes failures of communication with its licensing service, and no \
        packets stand beside them. The reason that it gives points to a stage, and leaves open who was at \
        fault there. A capture of one attempt shows that.",
    party: Party::Unknown,
    reported_as: FAILURE_REASONS,
    confirm: &[HISTORY],
    filter: LICENSING,
    fix: &[STATUS, ONE_ATTEMPT],
    references: &[GUIDE],
};

/// Reasons told one by one; further ones are only counted.
const REASONS: usize = 4;
/// Lines cited.
const LINES: usize = 8;

/// A failure, and its time where the log tells one.
type Noted<'v> = (Option<Timestamp>, &'v LogEvent);

/// The failures of which the capture has no attempt, the latest first; all of them without a capture.
fn failures<'v>(view: &'v View<'_>) -> Vec<Noted<'v>> {
    let failed = |event: &&LogEvent| matches!(event.happening, Happening::CommunicationFailed(_));
    let seen = |event: &LogEvent| view.judged.iter().any(|judged| may_concern(judged, event));
    let events = view.facts.events.iter().filter(failed).filter(|event| !seen(event));
    let time = |event: &LogEvent| view.time(event.stamp.as_ref()?);
    let mut all: Vec<Noted<'v>> = events.map(|event| (time(event), event)).collect();
    // A log goes on downwards: where some line has no time, its place tells.
    if all.iter().all(|(time, _)| time.is_some()) {
        all.sort_by_key(|(time, event)| (*time, event.at));
    }
    all.reverse();
    // Both logs note one failure.
    all.dedup_by(|one, other| {
        let apart = one.0.zip(other.0).map(|(one, other)| (other - one).0.saturating_abs());
        let silent = |noted: &Noted<'_>| noted.1.happening == Happening::CommunicationFailed(None);
        let alike = one.1.happening == other.1.happening || silent(one) || silent(other);
        let same =
            alike && one.1.source != other.1.source && apart.is_some_and(|apart| apart <= Span::seconds(1).0);
        if same && silent(other) {
            std::mem::swap(one, other);
        }
        same
    });
    all
}

/// Whether some failure has no time that can be compared.
pub(super) fn has_untimed(view: &View<'_>) -> bool {
    failures(view).iter().any(|(time, _)| time.is_none())
}

/// Every failure that is noted, by its reason.
pub(super) fn noted(view: &View<'_>) -> Vec<Finding> {
    let all = failures(view);
    let Some((latest, _)) = all.split_first() else { return Vec::new() };
    let (good, since) = since(view, latest);
    let message = format!("The log notes {}{since}", reasons(view, &all));
    let mut finding = Finding::on_capture(&FAILURE_NOTED, message);
    for (_, event) in all.iter().take(LINES) {
        finding = finding.said(view.quote(event.at, event.stamp.as_ref(), words(event)));
    }
    vec![good.into_iter().fold(finding, Finding::said)]
}

/// What to do about the latest of them.
pub(super) fn steps(view: &View<'_>) -> Vec<Advice> {
    let all = failures(view);
    let Some(latest) = all.first() else { return Vec::new() };
    let (_, event) = latest;
    let again = since(view, latest).0.map(|_| Advice {
        text: "It has worked since: see first whether it still does.".to_owned(),
        commands: SYNC.commands.iter().map(|command| (*command).to_owned()).collect(),
    });
    again.into_iter().chain(reason(event).steps(event.partner, &view.facts.settings)).collect()
}

fn reason(event: &LogEvent) -> Reason {
    let Happening::CommunicationFailed(words) = &event.happening else { return Reason::Other };
    Reason::of(words.as_deref())
}

fn words(event: &LogEvent) -> String {
    match &event.happening {
        Happening::CommunicationFailed(Some(words)) => words.clone(),
        _ => "no reason given".to_owned(),
    }
}

/// ` with CSSM`, where every line that names one names the same.
fn partner(all: &[Noted<'_>]) -> String {
    let mut named: Vec<Partner> = all.iter().filter_map(|(_, event)| event.partner).collect();
    named.dedup();
    match named.as_slice() {
        [one] => format!(" with {}", one.name()),
        _ => String::new(),
    }
}

/// How many, and each reason once, in order of its latest time, with what it means.
fn reasons(view: &View<'_>, all: &[Noted<'_>]) -> String {
    let mut kinds: Vec<(&LogEvent, usize)> = Vec::new();
    for (_, event) in all {
        match kinds.iter_mut().find(|(known, _)| known.happening == event.happening) {
            Some((_, times)) => *times += 1,
            None => kinds.push((event, 1)),
        }
    }
    let told = kinds.iter().take(REASONS).enumerate().map(|(index, (event, often))| {
        let when = event.stamp.as_ref().map(|stamp| format!(", at {}", view.when(stamp))).unwrap_or_default();
        let which = match (index, all.len()) {
            (0, 1) => format!("a failure of communication{}{when}", partner(all)),
            (0, more) => format!("{more} failures of communication{}. The latest{when}", partner(all)),
            _ => format!("Before that{when}"),
        };
        let often = if *often > 1 { format!(" ({} in all)", times(*often)) } else { String::new() };
        match &event.happening {
            Happening::CommunicationFailed(Some(words)) => {
                format!("{which}: '{words}'{often}, which means that {}.", reason(event).meaning())
            }
            _ => format!("{which}: no reason is given{often}."),
        }
    });
    let mut told: Vec<String> = told.collect();
    if kinds.len() > REASONS {
        told.push(format!(
            "{} before that are not told here.",
            count((kinds.len() - REASONS) as u64, "other reason")
        ));
    }
    told.join(" ")
}

/// Whether something worked since: the line that says so, and a sentence.
fn since(view: &View<'_>, (time, event): &Noted<'_>) -> (Option<Quote>, String) {
    if let Some((what, good)) = since::well_since(view, *time, event.partner) {
        let quote = view.quote(good.at, Some(good.stamp), what);
        return (Some(quote), format!(" {what} since, at {}.", view.when(good.stamp)));
    }
    // Where a line has no time to compare, its place tells.
    let untimed = |good: &LogEvent| good.stamp.as_ref().is_none_or(|stamp| view.time(stamp).is_none());
    let later = |good: &&LogEvent| good.at > event.at && (time.is_none() || untimed(good));
    let mut later = view.facts.events.iter().rev().filter(later);
    let well = later.find_map(|good| match good.happening {
        Happening::CommunicationRestored if Partner::may_be_same(good.partner, event.partner) => {
            Some((since::RESTORED, good))
        }
        Happening::TrustInstalled => Some((since::INSTALLED, good)),
        _ => None,
    });
    match well {
        Some((what, good)) => {
            (Some(view.quote(good.at, good.stamp.as_ref(), what)), format!(" {what} since."))
        }
        None => (None, " No later line says that communication was restored.".to_owned()),
    }
}
