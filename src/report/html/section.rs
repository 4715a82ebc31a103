//! What one capture showed.

use askama::Template;

use super::certificate::Card;
use super::ladder::Ladder;
use crate::diagnose::{Outcome, Severity, StageStatus};
use crate::limits::HTML_ATTEMPTS;
use crate::report::Zone;
use crate::report::model::{self, Attempt, Evidence, Finding, Report};
use crate::report::text::also::{places, reasons};
use crate::report::text::attempt::{path_text, whereto};
use crate::report::text::facts::{self, span};
use crate::report::text::headline::{also_failing, announce, assessment};
use crate::report::text::numbers::{count, duration, into_capture};
use crate::report::text::protocols;
use crate::report::text::transcript::sentences;

/// A capture's section: the verdict, its proof, what to do, each attempt, the capture itself.
#[derive(Template)]
#[template(path = "section.html", config = "src/report/html/askama.toml")]
pub(super) struct Section<'a> {
    report: &'a Report,
    /// Makes its ids unique in the page.
    id: String,
    /// Level of its heading.
    level: usize,
    class: &'static str,
    mark: &'static str,
    word: &'static str,
    assessment: String,
    others_failing: Option<String>,
    deciding: Option<Deciding>,
    evidence: Vec<Proof<'a>>,
    attempts: Vec<Told<'a>>,
    omitted: Vec<Line<'a>>,
    /// Attempts that are not even listed.
    left_out: Option<String>,
    findings: Vec<Noted<'a>>,
    /// Why the capture does not decide.
    reasons: Vec<String>,
    /// What the switch's own words say beside it.
    beside: Vec<String>,
    facts: Vec<(&'static str, String)>,
    zone: Zone,
}

/// The attempt that the verdict speaks of.
struct Deciding {
    id: u64,
    path: String,
    stages: Vec<Step>,
}

/// A stage.
struct Step {
    name: &'static str,
    class: &'static str,
    mark: &'static str,
    words: &'static str,
    time: String,
    detail: String,
}

/// A frame that proves something.
struct Proof<'a> {
    frame: String,
    seconds: String,
    time: String,
    note: &'a str,
}

/// An attempt in full.
#[derive(Template)]
#[template(path = "attempt.html", config = "src/report/html/askama.toml")]
struct Told<'a> {
    attempt: &'a Attempt,
    level: usize,
    total: u64,
    /// Whether the capture's verdict is this attempt's.
    deciding: bool,
    class: &'static str,
    mark: &'static str,
    word: &'static str,
    assessment: String,
    path: String,
    span: String,
    stages: Vec<Step>,
    evidence: Vec<Proof<'a>>,
    ladder: Option<Ladder<'a>>,
    certificates: Vec<Card<'a>>,
    protocols: Vec<(&'static str, String)>,
    zone: Zone,
}

/// An attempt in a line.
struct Line<'a> {
    attempt: &'a Attempt,
    class: &'static str,
    mark: &'static str,
    word: &'static str,
    start: String,
    target: String,
}

/// A finding.
struct Noted<'a> {
    finding: &'a Finding,
    class: &'static str,
    place: String,
}

impl<'a> Section<'a> {
    /// The section of `report`, the `number`th of its page, with a heading of `level`.
    pub(super) fn new(report: &'a Report, zone: Zone, number: usize, level: usize) -> Self {
        let verdict = &report.verdict.verdict;
        let (mark, word, _) = announce(report.outcome.0);
        let id = format!("c{number}");
        let (told, lines) = chosen(report);
        let deciding = report.deciding_attempt();
        Self {
            class: class(report.outcome.0),
            mark,
            word,
            assessment: assessment(report.outcome.0, verdict),
            others_failing: also_failing(report),
            deciding: deciding.map(|one| Deciding {
                id: one.id,
                path: path(one),
                stages: steps(&one.stages),
            }),
            evidence: proof(report, zone, &verdict.evidence),
            attempts: told
                .into_iter()
                .map(|attempt| Told::new(report, attempt, zone, &id, level + 1))
                .collect(),
            omitted: lines.into_iter().map(|attempt| Line::new(report, attempt, zone)).collect(),
            left_out: (report.attempts_omitted > 0).then(|| count(report.attempts_omitted, "more attempt")),
            findings: noted(report),
            reasons: reasons(report).collect(),
            beside: sentences(report),
            facts: facts::rows(report, zone),
            report,
            id,
            level,
            zone,
        }
    }
}

/// Which attempts are told in full, and which in a line.
fn chosen(report: &Report) -> (Vec<&Attempt>, Vec<&Attempt>) {
    let earlier = report.attempts.len().saturating_sub(HTML_ATTEMPTS);
    let full =
        |index: usize, attempt: &Attempt| index >= earlier || Some(attempt.id) == report.verdict.attempt;
    let (told, lines): (Vec<_>, Vec<_>) =
        report.attempts.iter().enumerate().partition(|(index, attempt)| full(*index, attempt));
    (told.into_iter().map(|(_, one)| one).collect(), lines.into_iter().map(|(_, one)| one).collect())
}

impl<'a> Told<'a> {
    fn new(report: &'a Report, attempt: &'a Attempt, zone: Zone, capture: &str, level: usize) -> Self {
        let (mark, word, _) = announce(attempt.outcome.0);
        let id = format!("{capture}a{}", attempt.id);
        let certificates = attempt.tls.iter().flat_map(|tls| &tls.certificates);
        Self {
            attempt,
            level,
            total: report.attempts_total,
            deciding: report.verdict.attempt == Some(attempt.id),
            class: class(attempt.outcome.0),
            mark,
            word,
            assessment: assessment(attempt.outcome.0, &attempt.verdict),
            path: path(attempt),
            span: span(report, attempt),
            stages: steps(&attempt.stages),
            evidence: proof(report, zone, &attempt.verdict.evidence),
            ladder: Ladder::new(report, attempt, &id),
            certificates: certificates.map(|one| Card::new(one, zone)).collect(),
            protocols: protocols::lines(attempt, zone),
            zone,
        }
    }
}

impl<'a> Line<'a> {
    fn new(report: &Report, attempt: &'a Attempt, zone: Zone) -> Self {
        let (mark, word, _) = announce(attempt.outcome.0);
        Self {
            attempt,
            class: class(attempt.outcome.0),
            mark,
            word,
            start: attempt.start.map(|start| zone.to_the_second(start)).unwrap_or_default(),
            target: whereto(report, attempt),
        }
    }
}

fn path(attempt: &Attempt) -> String {
    path_text(attempt).replace("->", "→")
}

/// The colour of an outcome; its word and mark stand beside it.
pub(super) fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "good",
        Outcome::Failed | Outcome::Intermittent => "bad",
        Outcome::Inconclusive => "warn",
    }
}

fn steps(stages: &model::Stages) -> Vec<Step> {
    let step = |(name, stage): (crate::attempt::StageName, &model::Stage)| {
        let (class, mark, words) = match stage.status.0 {
            StageStatus::Ok => ("good", "✓", "ok"),
            StageStatus::Failed => ("bad", "✗", "failed"),
            StageStatus::Unfinished => ("warn", "…", "unfinished"),
            StageStatus::NotReached => ("faint", "·", "not reached"),
            StageStatus::NotNeeded => ("faint", "·", "not needed"),
            StageStatus::NotSeen => ("faint", "?", "not seen"),
        };
        let time = stage.duration_ms.map(duration).unwrap_or_default();
        let detail = stage.detail.clone().unwrap_or_default();
        Step { name: name.name(), class, mark, words, time, detail }
    };
    stages.in_order().into_iter().map(step).collect()
}

fn proof<'a>(report: &Report, zone: Zone, evidence: &'a [Evidence]) -> Vec<Proof<'a>> {
    let one = |item: &'a Evidence| Proof {
        frame: item.place.to_string(),
        seconds: into_capture(report, item.place.frame.and(item.time)),
        time: item.time.map(|time| zone.to_the_microsecond(time)).unwrap_or_default(),
        note: &item.note,
    };
    evidence.iter().map(one).collect()
}

/// Warnings first.
fn noted(report: &Report) -> Vec<Noted<'_>> {
    let mut noted: Vec<Noted<'_>> = report.findings.iter().map(Noted::new).collect();
    noted.sort_by_key(|one| one.finding.severity.0 != Severity::Warning);
    noted
}

impl<'a> Noted<'a> {
    fn new(finding: &'a Finding) -> Self {
        let attempt = finding.attempt.map(|attempt| format!("attempt {attempt}"));
        let place: Vec<String> = attempt.into_iter().chain(places(&finding.evidence)).collect();
        let class = if finding.severity.0 == Severity::Warning { "warn" } else { "faint" };
        Self { finding, class, place: place.join(", ") }
    }
}
