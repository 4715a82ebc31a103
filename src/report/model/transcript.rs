//! What the switch's own text told.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Evidence, Open, Time};
use crate::diagnose::Confidence;

/// What `--transcript` read. Of tokens, serial numbers and account names nothing is in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Transcript {
    /// The texts, in the order given.
    pub files: Vec<TranscriptFile>,
    /// How far the switch's clock is from the capture's; null where no pair tells.
    pub clock: Option<SwitchClock>,
    /// How the switch is set up, as far as it concerns licensing.
    pub settings: Vec<Setting>,
    /// The licensing agent's requests in order of time.
    pub requests: Vec<SwitchRequest>,
    /// What the logs note, in the order read.
    pub events: Vec<SwitchEvent>,
    /// Counters of each kind of exchange.
    pub counters: Vec<SwitchCounters>,
    /// Facts left out because there were too many.
    pub facts_omitted: u64,
    /// Correlations left out because there were too many.
    pub correlations_omitted: u64,
}

/// One text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TranscriptFile {
    /// Its path as given.
    pub file: String,
    /// Lines read.
    pub lines: u64,
    /// Octets read.
    pub bytes: u64,
    /// Whether there is more than was read.
    pub cut: bool,
    /// Kinds of output recognised.
    pub read: Vec<TextRead>,
    /// Lines that were not understood.
    pub not_understood: NotUnderstood,
}

/// A kind of output in a text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TextRead {
    /// license-history, license-eventlog, syslog, license-status, configuration, ...; more words may come.
    pub kind: &'static str,
    /// How many lines are of it.
    pub lines: u64,
    /// The first of them.
    pub first_line: u64,
}

/// Lines that no reader knows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotUnderstood {
    /// How many.
    pub lines: u64,
    /// First and last line of each run of them, at most 64.
    pub ranges: Vec<[u64; 2]>,
}

/// Switch's clock minus capture's clock.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SwitchClock {
    /// The difference in seconds; positive where the switch is ahead.
    pub offset_s: f64,
    /// The largest deviation of a pair from it, in seconds.
    pub spread_s: f64,
    /// Pairs of a request and an attempt that it was estimated from.
    pub pairs: u64,
    /// Noted failures that fit an attempt under it.
    pub failures: u64,
    /// likely or possible; more words may come.
    pub confidence: Open<Confidence>,
}

/// One setting and where it is said.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Setting {
    /// transport, url, proxy, proxy-port, vrf, name-server, ...; more words may come.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// The text.
    pub file: String,
    /// The line.
    pub line: u64,
}

/// A request of the licensing agent.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SwitchRequest {
    /// When, by the switch's clock, as the line has it; null where the text does not say which year or zone it is.
    pub time: Option<Time>,
    /// ID_TOKEN_TRUST, ...
    pub request_type: Option<String>,
    /// The heading it stands under.
    pub section: Option<&'static str>,
    /// When the response was noted, the same way.
    pub response_time: Option<Time>,
    /// The status code, `empty`, `unreadable`; null where the text shows nothing of it.
    pub response: Option<String>,
    /// The text.
    pub file: String,
    /// The line.
    pub line: u64,
}

/// What a log notes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SwitchEvent {
    /// When, by the switch's clock, as the line has it; null where the text does not say which year or zone it is.
    pub time: Option<Time>,
    /// In words.
    pub text: String,
    /// The text.
    pub file: String,
    /// The line.
    pub line: u64,
}

/// How one kind of exchange went.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SwitchCounters {
    /// Which.
    pub section: &'static str,
    /// Tries.
    pub total: Option<u64>,
    /// Those that succeeded.
    pub success: Option<u64>,
    /// Those that failed.
    pub fail: Option<u64>,
    /// Failures in a row, whatever the cause.
    pub overall: Option<u64>,
    /// Failures in a row of the transport.
    pub communication: Option<u64>,
    /// The last response.
    pub last_response: Option<String>,
    /// The text.
    pub file: String,
    /// The line of the numbers.
    pub line: u64,
}

/// An attempt beside the request and the log line that belong to it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Correlation {
    /// same, no-packets or no-request; more words may come.
    pub relation: &'static str,
    /// The attempt, by `id`; null for a request without packets.
    pub attempt: Option<u64>,
    /// When the request was made, the same way as in `requests`; null where the text has none.
    pub request: Option<Time>,
    /// ID_TOKEN_TRUST, ...
    pub request_type: Option<String>,
    /// The status code, `empty`, `unreadable`; null where the text shows nothing of it.
    pub response: Option<String>,
    /// How sure it is that they belong together: likely or possible; more words may come.
    pub confidence: Open<Confidence>,
    /// A sentence with the facts.
    pub message: String,
    /// Frames and lines.
    pub evidence: Vec<Evidence>,
}
