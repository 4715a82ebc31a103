//! The report's outermost layer: what concerns the capture as a whole.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Attempt, Attempts, Capture, CaptureVerdict, Correlation, FileName, Finding, Lookup, Open, Shortcoming,
    Time, Transcript,
};
use crate::diagnose::Outcome;

/// Where the Smart Licensing connections in one capture broke, with proof and next steps.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Report {
    /// Which contract this document follows.
    #[schemars(extend("const" = "slp-pcap.report.v1"))]
    pub schema: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// The input.
    pub capture: Capture,
    /// ok, failed, intermittent or inconclusive; more words may come.
    pub outcome: Open<Outcome>,
    /// The conclusion on the capture.
    pub verdict: CaptureVerdict,
    /// Every other failing code.
    pub other_codes: Vec<CodeCount>,
    /// The switches, with their own outcomes.
    pub clients: Vec<Client>,
    /// What would be an attempt under an option; at most 10, likeliest first.
    pub candidates: Vec<Candidate>,
    /// Number of attempts in the capture.
    pub attempts_total: u64,
    /// How many of them are not in `attempts`.
    pub attempts_omitted: u64,
    /// The attempts in order of time.
    pub attempts: Attempts,
    /// Under `--all`: look-ups that are part of no attempt.
    pub lookups: Vec<Lookup>,
    /// What a good engineer would also mention; never decides the outcome.
    pub findings: Vec<Finding>,
    /// Why the capture does not decide, in terms of how it was taken; empty unless the outcome is inconclusive.
    pub shortcomings: Vec<Shortcoming>,
    /// What the switch's own text told.
    pub transcript: Option<Transcript>,
    /// Attempts beside the requests and log lines that belong to them; empty without the switch's own text.
    pub correlations: Vec<Correlation>,
}

impl Report {
    /// The contract's name.
    pub const SCHEMA: &'static str = "slp-pcap.report.v1";

    /// The attempt that the capture's verdict speaks of.
    pub fn deciding_attempt(&self) -> Option<&Attempt> {
        let id = self.verdict.attempt?;
        self.attempts.find(id)
    }

    /// Whether `address` is the switch of `attempt`, which may have a second one: IPv4 for look-ups and IPv6 for the connection, say.
    pub(crate) fn is_switch(&self, attempt: &Attempt, address: &str) -> bool {
        let client = &attempt.client.ip;
        let has = |list: &[String], address: &str| list.iter().any(|one| one == address);
        let mut clients = self.clients.iter().map(|client| client.addresses.as_slice());
        client == address || clients.any(|list| has(list, client) && has(list, address))
    }

    /// Seconds from the capture's first frame to `time`, as Wireshark shows them.
    pub fn seconds_into_capture(&self, time: Time) -> Option<f64> {
        Some(time.seconds_since(self.capture.first?))
    }
}

/// The program that wrote a report.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tool {
    /// slp-pcap.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    /// This program.
    pub const THIS: Self = Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

/// A code and how often it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CodeCount {
    /// The code.
    pub code: &'static str,
    /// How many attempts have it.
    pub count: u64,
}

/// One switch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Client {
    /// Its addresses.
    pub addresses: Vec<String>,
    /// ok, failed, intermittent or inconclusive; more words may come.
    pub outcome: Open<Outcome>,
    /// Number of its attempts.
    pub attempts: u64,
    /// How many were good.
    pub ok: u64,
    /// How many failed.
    pub failed: u64,
}

/// Something that failed before it named its target.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Candidate {
    /// Whose it is.
    pub client: String,
    /// The name looked up.
    pub host: Option<String>,
    /// Address and port called.
    pub peer: Option<String>,
    /// What its verdict would be.
    pub code: &'static str,
    /// How many there are.
    pub count: u64,
    /// The first frame of the first one.
    pub first_frame: u64,
    /// With `--merge`: the file of that frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_file: Option<FileName>,
    /// The option that would make it an attempt.
    pub option: String,
}
