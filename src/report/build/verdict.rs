//! Conclusions, their proof and their advice.

use crate::diagnose::{self, Advice};
use crate::report::model::{Action, Evidence, Finding, Location, Open, Shortcoming, Verdict};

use super::frames;

impl Verdict {
    /// A conclusion with what to do about it, and what selects its packets.
    pub(super) fn of(verdict: &diagnose::Verdict, actions: &[Advice], filter: &str) -> Self {
        Self {
            code: verdict.diagnostic.code,
            stage: verdict.diagnostic.stage.map(Open),
            title: verdict.diagnostic.title,
            summary: verdict.summary.clone(),
            confidence: Open(verdict.confidence),
            party: Open(verdict.party),
            reported_as: verdict.diagnostic.reported_as.to_vec(),
            evidence: evidence(&verdict.evidence, &verdict.lines),
            actions: actions.iter().map(Action::from).collect(),
            wireshark_filter: (!filter.is_empty()).then(|| filter.to_owned()),
        }
    }
}

impl From<&diagnose::Finding> for Finding {
    fn from(finding: &diagnose::Finding) -> Self {
        Self {
            code: finding.diagnostic.code,
            severity: Open(finding.diagnostic.severity().unwrap_or(diagnose::Severity::Info)),
            attempt: finding.attempt.map(|id| id as u64),
            message: finding.message.clone(),
            evidence: evidence(&finding.evidence, &finding.lines),
        }
    }
}

impl From<&diagnose::Shortcoming> for Shortcoming {
    fn from(one: &diagnose::Shortcoming) -> Self {
        Self {
            code: one.code,
            message: one.message.clone(),
            evidence: evidence(one.evidence.as_slice(), &[]),
        }
    }
}

impl From<&Advice> for Action {
    fn from(advice: &Advice) -> Self {
        Self { text: advice.text.clone(), commands: advice.commands.clone() }
    }
}

/// Frames, then lines of the switch's own text.
pub(super) fn evidence(frames: &[diagnose::Evidence], lines: &[diagnose::Quote]) -> Vec<Evidence> {
    let frame = |item: &diagnose::Evidence| Evidence {
        place: frames::frame(item.at.frame).into(),
        time: frames::time(item.at),
        source_index: None,
        note: item.note.clone(),
    };
    let line = |quote: &diagnose::Quote| Evidence {
        place: Location::line(&quote.file, quote.line),
        time: quote.time.map(Into::into),
        source_index: None,
        note: quote.note.clone(),
    };
    frames.iter().map(frame).chain(lines.iter().map(line)).collect()
}
