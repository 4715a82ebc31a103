//! Where text and bytes agree or contradict each other. Bytes stand; confidence moves by one step at most.

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::GUIDE;
use crate::diagnose::{Analysis, Confidence, Finding, Judged, Outcome, Party, Quote, Severity, StageStatus};
use crate::transcript::{Answer, Happening, Reach};

use super::requests::Request;
use super::steps::{COLLECT, LICENSING, ONE_ATTEMPT};
use super::view::View;

pub(in crate::diagnose) static TRANSCRIPT_CONTRADICTS: Diagnostic = Diagnostic {
    code: "transcript-contradicts",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The switch's text and the packets contradict each other",
    explanation: "What the switch noted of an attempt and what its packets show do not go together. The \
        packets stand; they may however be of another process, another interface or another attempt than \
        the noted one. Where a verdict rested on a pattern, its confidence is lowered.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[COLLECT],
    filter: LICENSING,
    fix: &[ONE_ATTEMPT, COLLECT],
    references: &[GUIDE],
};

/// What the text says against the packets of one attempt.
struct Contradiction<'a> {
    judged: &'a Judged,
    message: String,
    lines: Vec<Quote>,
}

/// A change of how sure a verdict is.
pub(super) struct Change {
    attempt: usize,
    confidence: Confidence,
    sentence: String,
    line: Quote,
}

/// Every contradiction as a finding.
pub(super) fn contradicts(view: &View<'_>) -> Vec<Finding> {
    let told = |found: Contradiction<'_>| {
        let finding = Finding::on(found.judged, &TRANSCRIPT_CONTRADICTS, found.message);
        let deciding = found.judged.verdict.evidence.last();
        let finding = match deciding {
            Some(evidence) => finding.at(evidence.at, evidence.note.clone()),
            None => finding.at(found.judged.attempt.first, "first frame"),
        };
        found.lines.into_iter().fold(finding, Finding::said)
    };
    all(view).into_iter().take(crate::limits::FINDINGS_ALIKE).map(told).collect()
}

fn all<'v>(view: &'v View<'_>) -> Vec<Contradiction<'v>> {
    let judged = || view.judged.iter().copied();
    let mut found: Vec<Contradiction<'v>> = judged().filter_map(|judged| by_trial(view, judged)).collect();
    if view.clock_confidence() >= Confidence::Likely {
        found.extend(judged().filter_map(|judged| by_response(view, judged)));
        found.extend(judged().filter_map(|judged| by_reason(view, judged)));
    }
    found
}

/// The last attempt of a request came out otherwise than its response says.
fn by_response<'v>(view: &View<'_>, judged: &'v Judged) -> Option<Contradiction<'v>> {
    let request = view.request_of(judged)?;
    let last = view.attempts_of(request).last().map(|last| last.attempt.id);
    if last != Some(judged.attempt.id) {
        return None;
    }
    let said = request.exchange.response.as_ref()?;
    let id = judged.attempt.id;
    let message = match (&request.exchange.answer, judged.outcome()) {
        (Answer::Empty, Outcome::Ok) => {
            format!(
                "The service answered attempt {id}, but the switch's history has an empty response for its request."
            )
        }
        (Answer::Status { code, .. }, Outcome::Failed) if !same_refusal(request, judged) => {
            format!("Attempt {id} failed, but the switch's history has the response {code} for its request.")
        }
        _ => return None,
    };
    let lines = vec![
        view.quote(request.at, Some(request.stamp), "REQUEST"),
        view.quote(said.at, Some(&said.value), "its RESPONSE"),
    ];
    Some(Contradiction { judged, message, lines })
}

/// Whether the packets in clear and the history say the same of a request that was not taken.
fn same_refusal(request: &Request<'_>, judged: &Judged) -> bool {
    let licensing = judged.attempt.http.as_deref().and_then(|http| http.text().licensing.as_ref());
    request.exchange.refusal().is_some() && licensing.is_some_and(|answer| !answer.is_accepted())
}

/// The name was resolved on the wire, and the log says that it was not.
fn by_reason<'v>(view: &View<'_>, judged: &'v Judged) -> Option<Contradiction<'v>> {
    let (_, event) = view.failure_of(judged)?;
    let Happening::CommunicationFailed(Some(reason)) = &event.happening else { return None };
    let stages = judged.stages();
    let ended_well = |name| stages.iter().any(|stage| stage.name == name && stage.status == StageStatus::Ok);
    let called = judged.attempt.flow.is_some();
    let id = judged.attempt.id;
    let message = if reason.contains("Unable to resolve") && ended_well(StageName::Dns) && called {
        let (peer, code) = (judged.attempt.peer_text(), judged.verdict.diagnostic.code);
        let then = match judged.outcome() {
            _ if ended_well(StageName::Tcp) => " and connected".to_owned(),
            Outcome::Failed => format!("; what failed is its connection to {peer}: {code}"),
            _ => format!(" and called {peer}"),
        };
        format!("The log says '{reason}', but attempt {id} resolved the name{then}.")
    } else if judged.outcome() == Outcome::Ok {
        format!("The log notes the failure '{reason}' for attempt {id}, which the service answered.")
    } else {
        return None;
    };
    Some(Contradiction {
        judged,
        message,
        lines: vec![view.quote(event.at, event.stamp.as_ref(), reason.clone())],
    })
}

/// A telnet by hand got through to what did not answer the attempt.
fn by_trial<'v>(view: &View<'_>, judged: &'v Judged) -> Option<Contradiction<'v>> {
    let peer = judged.attempt.peer?.endpoint;
    let silent =
        matches!(judged.verdict.diagnostic.code, "tcp-syn-timeout" | "tcp-syn-refused" | "tcp-syn-rejected");
    let through = |trial: &&crate::transcript::Said<crate::transcript::Trial>| {
        let trial = &trial.value;
        trial.telnet
            && trial.result == Reach::Open
            && trial.ip == Some(peer.ip)
            && trial.port == Some(peer.port)
    };
    let trial = view.facts.trials.iter().rfind(through).filter(|_| silent)?;
    let message = format!(
        "A telnet from the switch to {peer} was connected, but attempt {} was not: the two were at different times, or from different sources.",
        judged.attempt.id,
    );
    Some(Contradiction {
        judged,
        message,
        lines: vec![view.quote(trial.at, None, format!("telnet to {peer}: Open"))],
    })
}

/// What moves the confidence of verdicts: never that of a certain one, never to certain.
pub(super) fn changes(view: &View<'_>) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for found in all(view) {
        let lower = found.judged.verdict.confidence == Confidence::Likely;
        if let (true, Some(line)) = (lower, found.lines.into_iter().last()) {
            let sentence = " The switch's own text contradicts it.".to_owned();
            changes.push(Change {
                attempt: found.judged.attempt.id,
                confidence: Confidence::Possible,
                sentence,
                line,
            });
        }
    }
    if view.clock_confidence() >= Confidence::Likely {
        let known: Vec<usize> = changes.iter().map(|change| change.attempt).collect();
        let new = view.judged.iter().filter(|judged| !known.contains(&judged.attempt.id));
        changes.extend(new.filter_map(|judged| agreement(view, judged)));
    }
    changes
}

/// The switch's own words are those that this verdict usually has.
fn agreement(view: &View<'_>, judged: &Judged) -> Option<Change> {
    let diagnostic = judged.verdict.diagnostic;
    let usual = |text: &str| diagnostic.reported_as.iter().any(|words| text.contains(words));
    let logged = view.failure_of(judged).and_then(|(_, event)| match &event.happening {
        Happening::CommunicationFailed(Some(reason)) if usual(reason) => {
            Some((reason.clone(), view.quote(event.at, event.stamp.as_ref(), reason.clone())))
        }
        _ => None,
    });
    let (words, line) = logged?;
    let raised = judged.verdict.confidence == Confidence::Possible && judged.outcome() == Outcome::Failed;
    let confidence = if raised { Confidence::Likely } else { judged.verdict.confidence };
    let sentence = format!(" The switch's own log agrees: '{words}'.");
    Some(Change { attempt: judged.attempt.id, confidence, sentence, line })
}

/// Changes the verdicts of attempts, and the capture's where it is theirs.
pub(super) fn apply(analysis: &mut Analysis, changes: &[Change]) {
    for change in changes {
        let Some(judged) = analysis.attempts.iter_mut().find(|judged| judged.attempt.id == change.attempt)
        else {
            continue;
        };
        let deciding = analysis.deciding == Some(change.attempt);
        let verdicts = std::iter::once(&mut judged.verdict).chain(deciding.then_some(&mut analysis.verdict));
        for verdict in verdicts {
            verdict.confidence = change.confidence;
            verdict.summary.push_str(&change.sentence);
            verdict.lines.push(change.line.clone());
        }
    }
}
