//! What came right after the last failure.

use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, HISTORY, SYNC};
use crate::diagnose::{Finding, Judged, Outcome, Party, Severity};
use crate::model::{At, Timestamp};
use crate::transcript::{Answer, Happening, Partner, Place, Stamp};

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

pub(super) const INSTALLED: &str = "A trust code was installed";
pub(super) const RESTORED: &str = "Communication was restored";

/// A failure that the text or the capture knows.
struct Failure<'v> {
    /// By the switch's clock.
    time: Timestamp,
    /// In words.
    when: String,
    /// Its line and what stands there of the time.
    line: Option<(Place, Option<&'v Stamp>)>,
    /// Its frame.
    frame: Option<At>,
    /// Whom the log names.
    partner: Option<Partner>,
}

/// Something good that the text notes.
#[derive(Clone, Copy)]
pub(super) struct Good<'v> {
    /// By the switch's clock, for comparison.
    pub time: Timestamp,
    /// As it is written.
    pub stamp: &'v Stamp,
    /// Where.
    pub at: Place,
    /// Whom the log names.
    pub partner: Option<Partner>,
}

/// The last failure that text or capture knows, by the switch's clock.
fn last_failure<'v>(view: &'v View<'_>) -> Option<Failure<'v>> {
    let written = |time, stamp: &'v Stamp, at, partner| Failure {
        time,
        when: view.when(stamp),
        line: Some((at, Some(stamp))),
        frame: None,
        partner,
    };
    let noted = view
        .failures
        .iter()
        .filter_map(|(time, event)| Some(written(*time, event.stamp.as_ref()?, event.at, event.partner)));
    let silent = view.requests.iter().filter(|request| request.exchange.answer == Answer::Empty);
    let silent = silent.map(|request| written(request.time, request.stamp, request.at, None));
    let counted = view.facts.counters.iter().filter_map(|counters| {
        let last = counters.last_response.as_ref().filter(|last| last.value.0 == "NO REPLY")?;
        let stamp = last.value.1.as_ref()?;
        Some(written(view.time(stamp)?, stamp, last.at, None))
    });
    let offset = view.clock.as_ref().map_or(0, |clock| clock.offset.0);
    let failed = view.judged.iter().filter(|judged| judged.outcome() == Outcome::Failed);
    let seen = failed.map(|judged| {
        let end = judged.attempt.last;
        Failure {
            time: Timestamp(end.time.0.saturating_add(offset)),
            when: moment(end.time),
            line: None,
            frame: deciding(judged).or(Some(end)),
            partner: None,
        }
    });
    noted.chain(silent).chain(counted).chain(seen).max_by_key(|failure| failure.time)
}

fn deciding(judged: &Judged) -> Option<At> {
    judged.verdict.evidence.last().map(|evidence| evidence.at)
}

/// When trust was installed last.
fn trust<'v>(view: &'v View<'_>) -> Option<Good<'v>> {
    let status = view.facts.trust.iter().filter_map(|said| {
        let stamp = said.value.as_ref()?;
        Some(Good { time: view.time(stamp)?, stamp, at: said.at, partner: None })
    });
    status.chain(happened(view, &Happening::TrustInstalled)).max_by_key(|good| good.time)
}

fn happened<'v>(view: &'v View<'_>, what: &'static Happening) -> impl Iterator<Item = Good<'v>> {
    let events = view.facts.events.iter().filter(move |event| event.happening == *what);
    events.filter_map(|event| {
        let stamp = event.stamp.as_ref()?;
        Some(Good { time: view.time(stamp)?, stamp, at: event.at, partner: event.partner })
    })
}

/// When communication was restored last; with `partner`, where it and the line name one.
fn restored<'v>(view: &'v View<'_>, partner: Option<Partner>) -> Option<Good<'v>> {
    happened(view, &Happening::CommunicationRestored)
        .filter(|good| Partner::may_be_same(good.partner, partner))
        .max_by_key(|good| good.time)
}

/// The latest good thing that the text notes behind `time`, and what it is: where both name a partner, of `partner`.
pub(super) fn well_since<'v>(
    view: &'v View<'_>,
    time: Option<Timestamp>,
    partner: Option<Partner>,
) -> Option<(&'static str, Good<'v>)> {
    let accepted = view.requests.iter().filter(|request| request.exchange.is_accepted());
    let accepted = accepted.map(|request| {
        let good = Good { time: request.time, stamp: request.stamp, at: request.at, partner: None };
        ("A request was accepted", good)
    });
    let trust = trust(view).map(|good| (INSTALLED, good));
    let restored = restored(view, partner).map(|good| (RESTORED, good));
    let latest = accepted.chain(trust).chain(restored).max_by_key(|(_, good)| good.time);
    latest.filter(|(_, good)| time.is_some_and(|failed| good.time > failed))
}

fn told<'a>(
    view: &View<'_>,
    diagnostic: &'static Diagnostic,
    what: &str,
    good: impl Fn(&Failure<'_>) -> Option<Good<'a>>,
) -> Vec<Finding> {
    let Some(failure) = last_failure(view) else { return Vec::new() };
    let Some(good) = good(&failure).filter(|good| good.time > failure.time) else { return Vec::new() };
    let message = format!(
        "{what} at {}, after the last failure at {}: what failed has worked since.",
        view.when(good.stamp),
        failure.when
    );
    let finding = Finding::on_capture(diagnostic, message).maybe(failure.frame, "the last failed attempt");
    let finding = match failure.line {
        Some((place, stamp)) => finding.said(view.quote(place, stamp, "the last failure")),
        None => finding,
    };
    vec![finding.said(view.quote(good.at, Some(good.stamp), what))]
}

/// A trust code was installed behind the last failure.
pub(super) fn trust_installed(view: &View<'_>) -> Vec<Finding> {
    told(view, &TRUST_INSTALLED_SINCE, INSTALLED, |_| trust(view))
}

/// Communication was restored behind the last failure.
pub(super) fn communication_restored(view: &View<'_>) -> Vec<Finding> {
    told(view, &COMMUNICATION_RESTORED_SINCE, RESTORED, |failure| restored(view, failure.partner))
}
