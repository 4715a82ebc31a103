//! What was concluded.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Frame, Open, Time};
use crate::attempt::StageName;
use crate::diagnose::{Confidence, Party, Severity};

/// The conclusion on one attempt.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Verdict {
    /// Stable code; `slp-pcap explain CODE` tells more.
    pub code: &'static str,
    /// dns, arp, tcp, proxy, tls or http; null for ok and inconclusive codes.
    pub stage: Option<Open<StageName>>,
    /// A few words that name the problem.
    pub title: &'static str,
    /// One or two sentences with the facts of this capture in them.
    pub summary: String,
    /// certain, likely or possible; more words may come.
    pub confidence: Open<Confidence>,
    /// Whose move it is: switch, dns, network, proxy, inspection, service or unknown; more words may come.
    pub party: Open<Party>,
    /// What the switch's own logs usually say.
    pub reported_as: Vec<&'static str>,
    /// The deciding frames.
    pub evidence: Vec<Evidence>,
    /// What to do, cheapest first.
    pub actions: Vec<Action>,
    /// Selects the attempt's packets in Wireshark.
    pub wireshark_filter: Option<String>,
}

/// The conclusion on the capture: that of one of its attempts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaptureVerdict {
    /// The conclusion.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The attempt it speaks of, by `id`; null when there is none.
    pub attempt: Option<u64>,
}

/// A frame that decides, and what it shows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Evidence {
    /// Which frame.
    #[serde(flatten)]
    pub frame: Frame,
    /// Its time stamp; null where the capture has no dates.
    pub time: Option<Time>,
    /// The index that a text dump gives it; null where it gives none, and for every other format.
    pub source_index: Option<u64>,
    /// One line on what it shows.
    pub note: String,
}

/// A next step.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Action {
    /// The step in words.
    pub text: String,
    /// IOS XE commands for it, in order.
    pub commands: Vec<String>,
}

/// One way in which a capture was taken so that it does not decide.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Shortcoming {
    /// Stable code, such as capture-started-late; more may come.
    pub code: &'static str,
    /// A sentence with this capture's facts.
    pub message: String,
    /// The frame that shows it.
    pub evidence: Vec<Evidence>,
}

/// Something worth a mention that does not decide.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Finding {
    /// Stable code; `slp-pcap explain CODE` tells more.
    pub code: &'static str,
    /// info or warning; more words may come.
    pub severity: Open<Severity>,
    /// The attempt it belongs to, by `id`; null for the capture.
    pub attempt: Option<u64>,
    /// A sentence with this capture's facts.
    pub message: String,
    /// The frames that show it.
    pub evidence: Vec<Evidence>,
}
