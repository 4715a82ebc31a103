//! How findings are put together, and kept from flooding a report.

use crate::diagnose::{Diagnostic, Evidence, Finding, Judged, Quote};
use crate::limits::{FINDING_EVIDENCE, FINDINGS_ALIKE};
use crate::model::At;

use super::{OF_ATTEMPT, OF_CAPTURE, Whole};

/// All findings: those on attempts in the order of the attempts, then those on the capture.
pub(in crate::diagnose) fn of(whole: &Whole<'_>) -> Vec<Finding> {
    let mut found = of_attempts(whole.judged);
    found.extend(OF_CAPTURE.iter().flat_map(|rule| rule(whole)));
    found.sort_by_key(|finding| finding.attempt.unwrap_or(usize::MAX));
    found
}

/// What the rules find, in their order; attempts that only `--all` shows must not drown those on services. Every rule looks at an
/// attempt before the next one is looked at: there may be many.
fn of_attempts(judged: &[Judged]) -> Vec<Finding> {
    let mut found: Vec<[Alike; 2]> = OF_ATTEMPT.iter().map(|_| Default::default()).collect();
    for judged in judged {
        for (rule, [on_services, others]) in OF_ATTEMPT.iter().zip(&mut found) {
            let alike = if judged.is_on_service() { on_services } else { others };
            alike.extend(rule(judged));
        }
    }
    found.into_iter().flatten().flat_map(Alike::told).collect()
}

/// One code's findings, or one line for all of them when there are too many.
pub(super) fn together(found: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut alike = Alike::default();
    alike.extend(found);
    alike.told()
}

/// Findings of one code: the first few, and how many there are.
#[derive(Default)]
struct Alike {
    kept: Vec<Finding>,
    total: usize,
}

impl Extend<Finding> for Alike {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, found: T) {
        for finding in found {
            self.total += 1;
            if self.kept.len() < FINDING_EVIDENCE {
                self.kept.push(finding);
            }
        }
    }
}

impl Alike {
    /// Each of them, or one line for all when there are too many.
    fn told(self) -> Vec<Finding> {
        let Self { kept, total } = self;
        if total <= FINDINGS_ALIKE {
            return kept;
        }
        let each: Vec<Evidence> =
            kept.iter().filter_map(|finding| finding.evidence.first().cloned()).collect();
        let first = kept.into_iter().next();
        first.map(|first| Finding { evidence: each, ..first.and_alike(total - 1) }).into_iter().collect()
    }
}

impl Finding {
    /// On the attempt `judged`, with this capture's facts in `message`.
    pub(in crate::diagnose) fn on(
        judged: &Judged,
        diagnostic: &'static Diagnostic,
        message: impl Into<String>,
    ) -> Self {
        Self { attempt: Some(judged.attempt.id), ..Self::on_capture(diagnostic, message) }
    }

    /// On the capture as a whole.
    pub(in crate::diagnose) fn on_capture(
        diagnostic: &'static Diagnostic,
        message: impl Into<String>,
    ) -> Self {
        Self { diagnostic, attempt: None, message: message.into(), evidence: Vec::new(), lines: Vec::new() }
    }

    /// With a frame that shows it, as long as there are few.
    pub(in crate::diagnose) fn at(mut self, at: At, note: impl Into<String>) -> Self {
        let new = self.evidence.iter().all(|evidence| evidence.at.frame != at.frame);
        if new && self.evidence.len() < FINDING_EVIDENCE {
            self.evidence.push(Evidence { at, note: note.into() });
        }
        self
    }

    /// With a frame that shows it, if there is one.
    pub(in crate::diagnose) fn maybe(self, at: Option<At>, note: impl Into<String>) -> Self {
        match at {
            Some(at) => self.at(at, note),
            None => self,
        }
    }

    /// With a line of the switch's own text that shows it, as long as there are few.
    pub(in crate::diagnose) fn said(mut self, quote: Quote) -> Self {
        if self.lines.len() < FINDING_EVIDENCE && !self.lines.contains(&quote) {
            self.lines.push(quote);
        }
        self
    }

    /// With all of these frames, in capture order.
    pub(super) fn each(self, mut places: Vec<(At, String)>) -> Self {
        places.sort_by_key(|(at, _)| at.frame);
        places.into_iter().fold(self, |finding, (at, note)| finding.at(at, note))
    }

    /// For this one and `more` attempts like it.
    fn and_alike(self, more: usize) -> Self {
        let first = self.attempt.map_or(String::new(), |id| format!("Attempt {id}: "));
        let message = format!("{first}{} The same holds for {more} more.", self.message);
        Self { attempt: None, message, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::findings::capture::CAPTURE_GAPS;
    use crate::model::{FrameNumber, Timestamp};

    fn alike(count: usize) -> Vec<Finding> {
        let finding = |id: usize| {
            let at = At { frame: FrameNumber::new(id as u64), time: Timestamp(0) };
            let finding = Finding::on_capture(&CAPTURE_GAPS, "Something is missing.").at(at, "here");
            Finding { attempt: Some(id), ..finding }
        };
        together((1..=count).map(finding))
    }

    #[test]
    fn few_are_told_one_by_one() {
        assert_eq!(alike(0).len(), 0);
        assert_eq!(alike(FINDINGS_ALIKE).len(), FINDINGS_ALIKE);
    }

    #[test]
    fn many_share_a_line_and_cite_a_frame_of_each_of_the_first() {
        let found = alike(1_000);
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(one.attempt, None);
        assert_eq!(one.message, "Attempt 1: Something is missing. The same holds for 999 more.");
        assert_eq!(one.evidence.len(), FINDING_EVIDENCE);
    }
}
