//! What came right after the last failure.

use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, HISTORY, SYNC};
use crate::diagnose::{Finding, Judged, Outcome, Party, Severity};
use crate::model::{At, Timestamp};
use crate::transcript::{Answer, Happening, Place};

use super::steps::LICENSING;
use super::view::{View, moment};

pub(in crate::diagnose) static TRUST_INSTALLED_SINCE: Diagnostic = Diagnostic {
    code: "trust-installed-since",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "Trust was installed after the failure",
    explanation: "A trust code was installed after the last failure that the text or the capture knows. A \
        trust code comes over the same connection, so what failed has worked since. The failure is history \
        unless it comes back.",
    party: Party::Unknown,
    reported_as: &["%SMART_LIC-6-TRUST_INSTALL_SUCCESS"],
    confirm: &[HISTORY],
    filter: LICENSING,
    fix: &[SYNC],
    references: &[GUIDE],
};

pub(in crate::diagnose) static COMMUNICATION_RESTORED_SINCE: Diagnostic = Diagnostic {
    code: "communication-restored-since",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "Communication was restored after the failure",
    explanation: "The switch notes that communication with its service was restored after the last failure \
        that it noted. What failed has worked since. The failure is history unless it comes back.",
    party: Party::Unknown,
    reported_as: &["SAEVT_COMM_RESTORED", "%SMART_LIC-5-COMM_RESTORED"],
    confirm: &[HISTORY],
    filter: LICENSING,
    fix: &[SYNC],
    references: &[GUIDE],
};

/// A time by the switch's clock and where it stands.
type Mark = (Timestamp, Option<Place>, Option<At>);

/// The last failure that text or capture knows, by the switch's clock.
fn last_failure(view: &View<'_>) -> Option<Mark> {
    let noted = view.failures.iter().map(|(time, event)| (*time, Some(event.at), None));
    let silent = view.requests.iter().filter(|request| request.exchange.answer == Answer::Empty);
    let silent = silent.map(|request| (request.time, Some(request.at), None));
    let counted = view.facts.counters.iter().filter_map(|counters| {
        let last = counters.last_response.as_ref().filter(|last| last.value.0 == "NO REPLY")?;
        Some((view.time(last.value.1.as_ref()?)?, Some(last.at), None))
    });
    let offset = view.clock.as_ref().map_or(0, |clock| clock.offset.0);
    let failed = view.judged.iter().filter(|judged| judged.outcome() == Outcome::Failed);
    let seen = failed.map(|judged| {
        let end = judged.attempt.last;
        (Timestamp(end.time.0.saturating_add(offset)), None, deciding(judged).or(Some(end)))
    });
    noted.chain(silent).chain(counted).chain(seen).max_by_key(|(time, ..)| *time)
}

fn deciding(judged: &Judged) -> Option<At> {
    judged.verdict.evidence.last().map(|evidence| evidence.at)
}

/// When trust was installed last.
fn trust(view: &View<'_>) -> Option<(Timestamp, Place)> {
    let status = view.facts.trust.iter().filter_map(|said| Some((view.time(said.value.as_ref()?)?, said.at)));
    let noted = happened(view, &Happening::TrustInstalled);
    status.chain(noted).max_by_key(|(time, _)| *time)
}

fn happened<'v>(view: &'v View<'_>, what: &'v Happening) -> impl Iterator<Item = (Timestamp, Place)> + 'v {
    let events = view.facts.events.iter().filter(move |event| event.happening == *what);
    events.filter_map(|event| Some((view.time(event.stamp.as_ref()?)?, event.at)))
}

fn restored(view: &View<'_>) -> Option<(Timestamp, Place)> {
    happened(view, &Happening::CommunicationRestored).max_by_key(|(time, _)| *time)
}

/// Whether the text notes something good behind `time`.
pub(super) fn is_well_since(view: &View<'_>, time: Option<Timestamp>) -> bool {
    let accepted =
        view.requests.iter().filter(|request| request.exchange.is_accepted()).map(|request| request.time);
    let good = trust(view)
        .map(|(time, _)| time)
        .into_iter()
        .chain(restored(view).map(|(time, _)| time))
        .chain(accepted)
        .max();
    time.zip(good).is_some_and(|(failed, good)| good > failed)
}

fn told(
    view: &View<'_>,
    diagnostic: &'static Diagnostic,
    what: &str,
    good: Option<(Timestamp, Place)>,
) -> Vec<Finding> {
    let (Some((time, at)), Some((failed, place, frame))) = (good, last_failure(view)) else {
        return Vec::new();
    };
    if time <= failed {
        return Vec::new();
    }
    let message = format!(
        "{what} at {}, after the last failure at {}: what failed has worked since.",
        moment(time),
        moment(failed)
    );
    let finding = Finding::on_capture(diagnostic, message).maybe(frame, "the last failed attempt");
    let finding = match place {
        Some(place) => finding.said(view.quote(place, Some(failed), "the last failure")),
        None => finding,
    };
    vec![finding.said(view.quote(at, Some(time), what))]
}

/// A trust code was installed behind the last failure.
pub(super) fn trust_installed(view: &View<'_>) -> Vec<Finding> {
    told(view, &TRUST_INSTALLED_SINCE, "A trust code was installed", trust(view))
}

/// Communication was restored behind the last failure.
pub(super) fn communication_restored(view: &View<'_>) -> Vec<Finding> {
    told(view, &COMMUNICATION_RESTORED_SINCE, "Communication was restored", restored(view))
}
