//! Conclusions, their proof and their advice.

use crate::diagnose::{self, Advice};
use crate::report::model::{Action, Evidence, Finding, Open, Shortcoming, Verdict};

use super::frames;

impl From<&diagnose::Verdict> for Verdict {
    fn from(verdict: &diagnose::Verdict) -> Self {
        let filter = &verdict.wireshark_filter;
        Self {
            code: verdict.diagnostic.code,
            stage: verdict.diagnostic.stage.map(Open),
            title: verdict.diagnostic.title,
            summary: verdict.summary.clone(),
            confidence: Open(verdict.confidence),
            party: Open(verdict.party),
            reported_as: verdict.diagnostic.reported_as.to_vec(),
            evidence: evidence(&verdict.evidence),
            actions: verdict.actions.iter().map(Action::from).collect(),
            wireshark_filter: (!filter.is_empty()).then(|| filter.clone()),
        }
    }
}

impl From<&diagnose::Finding> for Finding {
    fn from(finding: &diagnose::Finding) -> Self {
        Self {
            code: finding.diagnostic.code,
            severity: Open(finding.diagnostic.severity.unwrap_or(diagnose::Severity::Info)),
            attempt: finding.attempt.map(|id| id as u64),
            message: finding.message.clone(),
            evidence: evidence(&finding.evidence),
        }
    }
}

impl From<&diagnose::Shortcoming> for Shortcoming {
    fn from(one: &diagnose::Shortcoming) -> Self {
        Self { code: one.code, message: one.message.clone(), evidence: evidence(one.evidence.as_slice()) }
    }
}

impl From<&Advice> for Action {
    fn from(advice: &Advice) -> Self {
        Self { text: advice.text.clone(), commands: advice.commands.clone() }
    }
}

fn evidence(items: &[diagnose::Evidence]) -> Vec<Evidence> {
    let item = |item: &diagnose::Evidence| Evidence {
        frame: frames::frame(item.at.frame),
        time: Some(item.at.time.into()),
        source_index: None,
        note: item.note.clone(),
    };
    items.iter().map(item).collect()
}
