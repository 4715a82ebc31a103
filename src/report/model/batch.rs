//! Several captures at once, and the lines of `ndjson`.

use schemars::JsonSchema;
use serde::Serialize;

use super::Report;
use crate::diagnose::Outcome;

/// The reports of several captures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Batch {
    /// Which contract this document follows.
    #[schemars(extend("const" = "slp-pcap.batch.v1"))]
    pub schema: &'static str,
    /// One for each usable capture, in the order given.
    pub reports: Vec<Report>,
    /// One for each input that cannot be used.
    pub errors: Vec<Failure>,
    /// The counts.
    pub summary: Summary,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            schema: "slp-pcap.batch.v1",
            reports: Vec::new(),
            errors: Vec::new(),
            summary: Summary::default(),
        }
    }
}

/// An input that cannot be used.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Failure {
    /// Its path as given.
    pub file: String,
    /// What is wrong, where, and what to do.
    pub message: String,
}

/// How the captures came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Captures analysed.
    pub captures: u64,
    /// Captures whose outcome is ok.
    pub ok: u64,
    /// Captures whose outcome is failed.
    pub failed: u64,
    /// Captures whose outcome is intermittent.
    pub intermittent: u64,
    /// Captures whose outcome is inconclusive.
    pub inconclusive: u64,
    /// Inputs that cannot be used.
    pub errors: u64,
}

impl Summary {
    /// Counts one capture.
    pub fn count(&mut self, outcome: Outcome) {
        self.captures += 1;
        *match outcome {
            Outcome::Ok => &mut self.ok,
            Outcome::Failed => &mut self.failed,
            Outcome::Intermittent => &mut self.intermittent,
            Outcome::Inconclusive => &mut self.inconclusive,
        } += 1;
    }
}

/// An unusable input as a line of `ndjson`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FailureLine<'a> {
    /// Which contract this line follows.
    #[schemars(extend("const" = "slp-pcap.error.v1"))]
    schema: &'static str,
    /// What failed.
    #[serde(flatten)]
    failure: &'a Failure,
}

impl<'a> FailureLine<'a> {
    /// The line for `failure`.
    pub fn new(failure: &'a Failure) -> Self {
        Self { schema: "slp-pcap.error.v1", failure }
    }
}

/// The counts as the last line of `ndjson`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SummaryLine {
    /// Which contract this line follows.
    #[schemars(extend("const" = "slp-pcap.summary.v1"))]
    schema: &'static str,
    /// The counts.
    #[serde(flatten)]
    summary: Summary,
}

impl SummaryLine {
    /// The line for `summary`.
    pub fn new(summary: Summary) -> Self {
        Self { schema: "slp-pcap.summary.v1", summary }
    }
}
