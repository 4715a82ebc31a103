//! What a rule concludes, before it is dressed as a verdict.

use crate::model::At;

use super::steps::PERMIT;
use super::{Action, Confidence, Diagnostic, Evidence, Party};

/// What one rule concludes of one attempt.
#[derive(Debug)]
pub(super) struct Conclusion {
    pub diagnostic: &'static Diagnostic,
    pub confidence: Confidence,
    pub summary: String,
    pub evidence: Vec<Evidence>,
    pub party: Party,
    /// It rests on silence, or on a close that gives no reason: large packets lost on the path would explain it.
    pub unexplained: bool,
    /// What to do before what the diagnostic says.
    pub first: Option<&'static Action>,
}

impl Conclusion {
    /// `diagnostic`, with the facts of this capture in `summary`.
    pub fn new(diagnostic: &'static Diagnostic, confidence: Confidence, summary: impl Into<String>) -> Self {
        let party = diagnostic.party;
        Self {
            diagnostic,
            confidence,
            summary: summary.into(),
            evidence: Vec::new(),
            party,
            unexplained: false,
            first: None,
        }
    }

    /// With a deciding frame.
    pub fn at(mut self, at: At, note: impl Into<String>) -> Self {
        if self.evidence.iter().all(|evidence| evidence.at.frame != at.frame) {
            self.evidence.push(Evidence { at, note: note.into() });
        }
        self
    }

    /// With a deciding frame, if there is one.
    pub fn maybe(self, at: Option<At>, note: impl Into<String>) -> Self {
        match at {
            Some(at) => self.at(at, note),
            None => self,
        }
    }

    /// With a numbered frame for each of `places`: the first few, and the last.
    pub fn each(mut self, places: &[At], note: impl Fn(usize) -> String) -> Self {
        const SHOWN: usize = 5;
        for (index, at) in places.iter().enumerate() {
            if index < SHOWN || index + 1 == places.len() {
                self = self.at(*at, note(index));
            }
        }
        self
    }

    /// With a further sentence, which begins with a space.
    pub fn adding(mut self, words: &str) -> Self {
        self.summary.push_str(words);
        self
    }

    /// Somebody else's move than usual.
    pub fn party(mut self, party: Party) -> Self {
        self.party = party;
        self
    }

    /// The path's rather than a peer's: who permits what comes first.
    pub fn of_the_path(mut self) -> Self {
        self.first = Some(&PERMIT);
        self.party(Party::Network)
    }

    /// Nothing the peer said decides it.
    pub fn unexplained(mut self) -> Self {
        self.unexplained = true;
        self
    }

    /// Not surer than `most`.
    pub fn at_most(mut self, most: Confidence) -> Self {
        self.confidence = self.confidence.min(most);
        self
    }
}
