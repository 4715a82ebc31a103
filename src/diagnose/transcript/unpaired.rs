//! Requests without packets, and attempts without a request.

use super::pairs::{kind, unasked, unseen};
use super::requests::{Request, earlier, later};
use super::steps::{COLLECT, LICENSING, ONE_ATTEMPT};
use super::view::{View, long, opening};
use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{CAPTURE_PORT, GUIDE, SOURCE_INTERFACE, VRF};
use crate::diagnose::{Finding, Party, Severity};
use crate::model::Span;

pub(in crate::diagnose) static REQUEST_WITHOUT_PACKETS: Diagnostic = Diagnostic {
    code: "request-without-packets",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The switch noted a request that left no packet here",
    explanation: "The licensing agent noted a request while the capture ran, and the capture holds no \
        attempt for it. The packets then left through another interface or VRF than the captured one, or \
        the CPU's packets are missing from the capture, or nothing was sent at all. It tells more of the \
        capture than of the service.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[COLLECT],
    filter: LICENSING,
    fix: &[CAPTURE_PORT, SOURCE_INTERFACE, VRF],
    references: &[GUIDE],
};

pub(in crate::diagnose) static REQUESTS_AT_ANOTHER_TIME: Diagnostic = Diagnostic {
    code: "requests-at-another-time",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "Text and capture are of different times",
    explanation: "The requests in the switch's text are of another time than the capture, and no plausible \
        difference of the clocks brings them together. What the text says of its requests does not concern \
        these packets. Configuration and status may still apply.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[COLLECT],
    filter: LICENSING,
    fix: &[ONE_ATTEMPT, COLLECT],
    references: &[GUIDE],
};

pub(in crate::diagnose) static ATTEMPT_WITHOUT_REQUEST: Diagnostic = Diagnostic {
    code: "attempt-without-request",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "An attempt that the licensing agent did not note",
    explanation: "The capture holds an attempt in a time that the switch's history covers, and the history \
        has no request for it. A test by hand looks like this, as does another device behind the same \
        address. The attempt's verdict stands, but it may not be licensing's own.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[COLLECT],
    filter: LICENSING,
    fix: &[ONE_ATTEMPT],
    references: &[GUIDE],
};

/// Requests noted while the capture ran, and no packets.
pub(super) fn without_packets(view: &View<'_>) -> Vec<Finding> {
    let unseen = unseen(view);
    let Some(first) = unseen.first() else { return Vec::new() };
    let settings = &view.facts.settings;
    let vrf = settings.vrf.as_ref().map(|vrf| format!(" Licensing is set to VRF {}.", vrf.value));
    let source =
        settings.http_source.as_ref().map(|name| format!(" Its connections leave from {}.", name.value));
    let sure = if view.clock.is_some() { "" } else { ", if the two clocks agree" };
    let message = format!(
        "{} noted while the capture ran left no attempt in it{sure}, the first at {}.{}{}",
        crate::diagnose::words::count(unseen.len() as u64, "request"),
        view.when(first.stamp),
        vrf.as_deref().unwrap_or_default(),
        source.as_deref().unwrap_or_default(),
    );
    let mut finding = Finding::on_capture(&REQUEST_WITHOUT_PACKETS, message);
    for request in &unseen {
        finding =
            finding.said(view.quote(request.at, Some(request.stamp), format!("REQUEST, {}", kind(request))));
    }
    for said in [&settings.vrf, &settings.http_source].into_iter().flatten() {
        finding = finding.said(view.quote(said.at, None, said.value.clone()));
    }
    // A frame on the other side, where there is one: what the capture does hold of this switch.
    let seen = view.judged.first().map(|judged| judged.attempt.first);
    vec![finding.maybe(seen, "the capture's first attempt")]
}

/// No request of the text is of the capture's time.
pub(super) fn at_another_time(view: &View<'_>) -> Vec<Finding> {
    let Some((first, last)) = view.capture else { return Vec::new() };
    let paired = view.clock.as_ref().is_some_and(|clock| clock.pairs > 0);
    let near = |request: &&Request<'_>| {
        request.time >= earlier(first, Span::seconds(60)) && request.time <= later(last, Span::seconds(60))
    };
    if paired || view.requests.is_empty() || view.requests.iter().any(|request| near(&request)) {
        return Vec::new();
    }
    let distance = |request: &&Request<'_>| {
        if request.time < first { first - request.time } else { request.time - last }
    };
    let Some(nearest) = view.requests.iter().min_by_key(|request| distance(request).0) else {
        return Vec::new();
    };
    let side = if nearest.time < first { "before the capture begins" } else { "after the capture's end" };
    let message = format!(
        "None of {} in the text is of the capture's time: the nearest, of {}, is {} {side}.",
        crate::diagnose::words::count(view.requests.len() as u64, "request"),
        view.when(nearest.stamp),
        long(distance(&nearest)),
    );
    let finding = Finding::on_capture(&REQUESTS_AT_ANOTHER_TIME, message);
    let finding = finding.said(view.quote(nearest.at, Some(nearest.stamp), "the nearest REQUEST"));
    vec![finding.maybe(view.judged.first().map(|judged| judged.attempt.first), "the capture's first attempt")]
}

/// Attempts in the history's time that it does not have.
pub(super) fn without_request(view: &View<'_>) -> Vec<Finding> {
    let unasked = unasked(view);
    let Some(first) = unasked.first() else { return Vec::new() };
    let message = format!(
        "{} no request in the switch's history, though it covers their time; the first is attempt {}.",
        match unasked.len() {
            1 => "One attempt has".to_owned(),
            more => format!("{more} attempts have"),
        },
        first.attempt.id,
    );
    let mut finding = Finding::on_capture(&ATTEMPT_WITHOUT_REQUEST, message);
    for judged in &unasked {
        finding = finding.at(opening(judged), format!("attempt {} starts", judged.attempt.id));
    }
    let ends = [view.requests.first(), view.requests.last()].into_iter().flatten();
    vec![ends.fold(finding, |finding, request| {
        finding.said(view.quote(request.at, Some(request.stamp), "the history has this REQUEST"))
    })]
}
