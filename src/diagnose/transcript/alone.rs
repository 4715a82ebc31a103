//! The text without a capture: what it proves, and what it does not.

use crate::attempt::Visibility;
use crate::diagnose::http::HTTP_LICENSING_ERROR;
use crate::diagnose::inconclusive::INCONCLUSIVE_NO_TRAFFIC;
use crate::diagnose::ok::OK;
use crate::diagnose::{Advice, Analysis, Diagnostic, Finding, Quote, Severity, Verdict, capture};
use crate::transcript::{Answer, Stamp, Transcript};

use super::noted::{self, FAILURE_NOTED};
use super::view::View;
use super::{Beside, RULES, advice, pairs};

/// Judges `facts` alone: at most `likely`, since no packet proves it.
pub fn alone(facts: &Transcript) -> Analysis {
    let view = View::of(&[], facts, None);
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&view)).collect();
    let (correlations, correlations_omitted) = pairs::correlations(&view);
    let verdict = verdict(&view, &findings);
    let beside = Beside::of(&view, correlations, correlations_omitted);
    let mut analysis = Analysis {
        outcome: verdict.outcome(),
        actions: actions(&view, &verdict),
        wireshark_filter: String::new(),
        verdict,
        deciding: None,
        other_codes: Vec::new(),
        clients: Vec::new(),
        candidates: Vec::new(),
        attempts_total: 0,
        attempts: Vec::new(),
        rungs: 0,
        lookups: Vec::new(),
        findings: Vec::new(),
        shortcomings: Vec::new(),
        visibility: Visibility::Both,
        warnings: Vec::new(),
        transcript: None,
    };
    advice::adapt(&mut analysis, facts, &findings);
    analysis.findings = findings;
    analysis.transcript = Some(beside);
    analysis
}

/// What the log's own words advise first where they are all there is.
fn actions(view: &View<'_>, verdict: &Verdict) -> Vec<Advice> {
    let bare = capture::bare_advice(verdict.diagnostic);
    if verdict.diagnostic.code != INCONCLUSIVE_NO_TRAFFIC.code {
        return bare;
    }
    let mut all = noted::steps(view);
    let new =
        |step: &Advice| step.commands.is_empty() || all.iter().all(|known| known.commands != step.commands);
    let bare: Vec<Advice> = bare.into_iter().filter(new).collect();
    all.extend(bare);
    all
}

/// What the agent noted last: an answer with a status decides; silence does not say where it broke.
fn verdict(view: &View<'_>, findings: &[Finding]) -> Verdict {
    match last_answer(view) {
        Some((code, stamp, quotes)) if matches!(code.as_str(), "OK" | "OK_POLL") => {
            let summary = format!(
                "By the switch's own text its service answered {code} at {}, and nothing failed since. No capture was given.",
                view.when(stamp),
            );
            of(&OK, summary, quotes)
        }
        Some((code, stamp, quotes)) => {
            let summary = format!(
                "By the switch's own text its service answered {code} at {}: it was reached and did not take the request. \
                 No capture was given.",
                view.when(stamp),
            );
            of(&HTTP_LICENSING_ERROR, summary, quotes)
        }
        None => undecided(findings),
    }
}

/// The latest status that came back, unless a failure was noted behind it.
fn last_answer<'v>(view: &'v View<'_>) -> Option<(String, &'v Stamp, Vec<Quote>)> {
    let answered =
        view.requests.iter().rfind(|request| matches!(request.exchange.answer, Answer::Status { .. }));
    let history = answered.and_then(|request| {
        let Answer::Status { code, .. } = &request.exchange.answer else { return None };
        let said = request.exchange.response.as_ref()?;
        let time = view.time(&said.value)?;
        let quotes = vec![
            view.quote(request.at, Some(request.stamp), "REQUEST"),
            view.quote(said.at, Some(&said.value), format!("RESPONSE, {code}")),
        ];
        Some((code.clone(), time, &said.value, quotes))
    });
    let counted = view.facts.counters.iter().filter_map(|counters| {
        let last = counters.last_response.as_ref()?;
        let stamp = last.value.1.as_ref()?;
        let time = view.time(stamp)?;
        let quotes = vec![view.quote(
            last.at,
            Some(stamp),
            format!("{}: last response {}", counters.section, last.value.0),
        )];
        Some((last.value.0.clone(), time, stamp, quotes))
    });
    let (code, time, stamp, quotes) = history.into_iter().chain(counted).max_by_key(|(_, time, ..)| *time)?;
    let noted = view.failures.last().map(|(time, _)| *time);
    // A failure without a time may be the latest of all.
    if noted::has_untimed(view) {
        return None;
    }
    let silent = view.requests.iter().rfind(|request| request.exchange.answer == Answer::Empty);
    let failed = noted.into_iter().chain(silent.map(|request| request.time)).max();
    let local = ["NO REPLY", "NO DATA TO PROCESS", "BUILD REQUEST ERROR"].contains(&code.as_str());
    (!local && failed.is_none_or(|failed| failed <= time)).then_some((code, stamp, quotes))
}

fn of(diagnostic: &'static Diagnostic, summary: String, lines: Vec<Quote>) -> Verdict {
    Verdict { lines, ..capture::bare(diagnostic, summary, Vec::new()) }
}

/// The text alone decides nothing; what it does prove comes first.
fn undecided(findings: &[Finding]) -> Verdict {
    let failed = findings.iter().find(|finding| finding.diagnostic.code == FAILURE_NOTED.code);
    let warning = findings.iter().find(|finding| finding.diagnostic.severity() == Some(Severity::Warning));
    let telling = failed.or(warning).or(findings.first());
    let summary = match telling {
        Some(finding) => format!("No capture was given. The switch's own text says: {}", finding.message),
        None => "No capture was given, and the switch's own text does not say how its attempts came out."
            .to_owned(),
    };
    let lines = telling.map(|finding| finding.lines.clone()).unwrap_or_default();
    of(&INCONCLUSIVE_NO_TRAFFIC, summary, lines)
}
