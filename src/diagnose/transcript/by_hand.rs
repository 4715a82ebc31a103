//! Attempts that are tests by hand: the text has the ping or the telnet.

use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, SYNC};
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::transcript::{Said, Trial};

use super::steps::{LICENSING, ONE_ATTEMPT};
use super::view::{View, opening};

pub(in crate::diagnose) static TEST_BY_HAND: Diagnostic = Diagnostic {
    code: "test-by-hand",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "An attempt that was a ping or a telnet by hand",
    explanation: "The capture holds a connection or a look-up that looks like a test by hand, and the \
        switch's text has that test. It says nothing of licensing beyond that the address and the port can \
        be reached. A real attempt is needed.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[ONE_ATTEMPT],
    filter: LICENSING,
    fix: &[SYNC],
    references: &[GUIDE],
};

/// A connection without a word beside a telnet, a look-up without a connection beside a ping.
pub(super) fn by_hand(view: &View<'_>) -> Vec<Finding> {
    let found = view.judged.iter().filter_map(|judged| {
        let trial = match judged.verdict.diagnostic.code {
            "inconclusive-nothing-sent" => trial(view, judged, true)?,
            "inconclusive-no-connection" => trial(view, judged, false)?,
            _ => return None,
        };
        let what = if trial.value.telnet { "telnet" } else { "ping" };
        let message = format!(
            "Attempt {} is probably the {what} by hand that the switch's text shows.",
            judged.attempt.id
        );
        let finding = Finding::on(judged, &TEST_BY_HAND, message).at(opening(judged), "the attempt starts");
        Some(finding.said(view.quote(trial.at, None, format!("result of the {what}"))))
    });
    found.take(crate::limits::FINDINGS_ALIKE).collect()
}

/// The trial of that kind that went to where the attempt went.
fn trial<'v>(view: &View<'v>, judged: &Judged, telnet: bool) -> Option<&'v Said<Trial>> {
    let attempt = &judged.attempt;
    let peer = attempt.peer.map(|peer| peer.endpoint);
    let names: Vec<_> =
        attempt.lookups.iter().map(|lookup| &lookup.name).chain(&attempt.service.host).collect();
    let same = |trial: &&Said<Trial>| {
        let trial = &trial.value;
        let address = peer.is_some_and(|peer| trial.ip == Some(peer.ip));
        let name = trial.target.as_ref().is_some_and(|target| names.contains(&target));
        let port = !telnet || peer.is_some_and(|peer| trial.port == Some(peer.port));
        trial.telnet == telnet && (address || name) && port
    };
    view.facts.trials.iter().find(same)
}
