//! What is concluded: verdicts, findings, and how sure they are.

use crate::model::{At, Timestamp};

use super::Diagnostic;

/// How sure a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A best guess from partial data.
    Possible,
    /// The pattern says so; another cause is conceivable.
    Likely,
    /// Bytes in the capture say so.
    Certain,
}

/// Whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The switch or its configuration.
    Switch,
    /// A name server.
    Dns,
    /// The path: routing, firewall, MTU.
    Network,
    /// The HTTPS proxy.
    Proxy,
    /// A device that inspects TLS.
    Inspection,
    /// CSSM, CSLU or On-Prem.
    Service,
    /// Nobody can tell from this.
    Unknown,
}

/// How an attempt, a client or a capture came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The service answered.
    Ok,
    /// It failed.
    Failed,
    /// Some attempts of one client failed and some did not; never of an attempt.
    Intermittent,
    /// Nothing is proved.
    Inconclusive,
}

/// A frame that decides, and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Which frame.
    pub at: At,
    /// One line on what it shows.
    pub note: String,
}

/// A line of the switch's own text that shows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The text's name as given.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// When, by the switch's clock.
    pub time: Option<Timestamp>,
    /// One line on what it shows.
    pub note: String,
}

/// A next step with this capture's names and addresses filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The step in words.
    pub text: String,
    /// IOS XE commands.
    pub commands: Vec<String>,
}

/// The conclusion on one attempt.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Which one: code, stage, title and explanation.
    pub diagnostic: &'static Diagnostic,
    /// One or two sentences with the facts of this capture in them.
    pub summary: String,
    /// How sure.
    pub confidence: Confidence,
    /// Whose move it is.
    pub party: Party,
    /// The deciding frames.
    pub evidence: Vec<Evidence>,
    /// Lines of the switch's own text beside them.
    pub lines: Vec<Quote>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth acting on.
    Warning,
}

/// What a good engineer would also mention; never decides the outcome.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which one.
    pub diagnostic: &'static Diagnostic,
    /// The attempt it belongs to, by id; `None` for the capture.
    pub attempt: Option<usize>,
    /// A sentence with this capture's facts.
    pub message: String,
    /// The frames that show it.
    pub evidence: Vec<Evidence>,
    /// The lines of the switch's own text that show it.
    pub lines: Vec<Quote>,
}

/// A code and how often it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCount {
    /// The code.
    pub code: &'static str,
    /// How many attempts have it.
    pub count: usize,
}

impl Verdict {
    /// The outcome that this verdict's code stands for.
    pub fn outcome(&self) -> Outcome {
        match self.diagnostic.code {
            "ok" => Outcome::Ok,
            code if code.starts_with("inconclusive-") => Outcome::Inconclusive,
            _ => Outcome::Failed,
        }
    }
}
