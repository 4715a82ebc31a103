//! The finished analysis of a capture: what every report is made from.

use std::net::IpAddr;

use crate::attempt::{Attempt, Lookup, StageName, Visibility};
use crate::model::{At, Endpoint, FrameNumber, HostName, Span};

use super::transcript::Beside;
use super::{Advice, CodeCount, Finding, Outcome, Shortcoming, Verdict};

/// Everything concluded from one capture.
#[derive(Debug)]
pub struct Analysis {
    /// The capture's outcome.
    pub outcome: Outcome,
    /// The capture's verdict: that of `deciding`, or one of its own when there is no attempt.
    pub verdict: Verdict,
    /// What to do about it, cheapest first.
    pub actions: Vec<Advice>,
    /// Selects its packets in Wireshark, never by `tcp.stream`.
    pub wireshark_filter: String,
    /// Id of the attempt whose verdict it is.
    pub deciding: Option<usize>,
    /// The other failing codes and how often each was given.
    pub other_codes: Vec<CodeCount>,
    /// Outcome of each client.
    pub clients: Vec<Client>,
    /// Connections and look-ups that would be attempts under an option; likeliest first, at most 10.
    pub candidates: Vec<Candidate>,
    /// Number of attempts, including those left out.
    pub attempts_total: usize,
    /// The attempts held in full, in order of start.
    pub attempts: Vec<Judged>,
    /// Most rungs of each attempt's ladder: fewer where there are many attempts.
    pub rungs: usize,
    /// Look-ups that are part of no attempt, when every connection is judged.
    pub lookups: Vec<Lookup>,
    /// Findings, attempts' first.
    pub findings: Vec<Finding>,
    /// Why the capture does not decide, where it does not.
    pub shortcomings: Vec<Shortcoming>,
    /// Which directions of the attempts' traffic are in the capture.
    pub visibility: Visibility,
    /// Limits that were reached and other trouble of the analysis, in words.
    pub warnings: Vec<AnalysisWarning>,
    /// What the switch's own text says, and how it goes with the attempts.
    pub transcript: Option<Beside>,
}

/// Something the reader must know about how far the analysis went.
#[derive(Debug, Clone)]
pub struct AnalysisWarning {
    /// Stable code, `limit-flows` for one.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

/// An attempt and what is concluded of it. Of what follows from these two nothing is held: there may be many attempts.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The facts.
    pub attempt: Box<Attempt>,
    /// The conclusion.
    pub verdict: Verdict,
    /// What to do, where the capture or the switch's own text changes what the verdict's diagnostic says.
    pub(super) adapted: Option<Vec<Advice>>,
}

/// How far an attempt came in one stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Which.
    pub name: StageName,
    /// How far.
    pub status: StageStatus,
    /// From its first to its last frame, where it has both.
    pub duration: Option<Span>,
    /// Its telling frames, at most 8.
    pub frames: Vec<FrameNumber>,
    /// What happened, in a few words; empty when nothing did.
    pub detail: String,
}

/// How a stage came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageStatus {
    /// Done.
    Ok,
    /// The attempt ended here.
    Failed,
    /// The capture ends in it.
    Unfinished,
    /// An earlier stage failed.
    NotReached,
    /// There is nothing to do (no proxy, say).
    NotNeeded,
    /// The capture cannot tell.
    NotSeen,
}

impl StageStatus {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::NotReached => "not-reached",
            Self::NotNeeded => "not-needed",
            Self::NotSeen => "not-seen",
        }
    }
}

/// A client and how its attempts came out.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its addresses (IPv4 and IPv6 that act on one look-up are one client).
    pub addresses: Vec<IpAddr>,
    /// Its outcome.
    pub outcome: Outcome,
    /// Number of attempts.
    pub attempts: usize,
    /// Of them, how many succeeded.
    pub ok: usize,
    /// Of them, how many failed.
    pub failed: usize,
}

/// What would be an attempt if the user named its target.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Who tried.
    pub client: IpAddr,
    /// The name it looked up, if it failed there.
    pub host: Option<HostName>,
    /// The address it called, if it came that far.
    pub peer: Option<Endpoint>,
    /// The verdict it would have.
    pub code: &'static str,
    /// How often.
    pub count: usize,
    /// The first frame of the first.
    pub first: At,
    /// The frame that decides the verdict it would have.
    pub deciding: At,
    /// The option that makes it an attempt, e.g. `--proxy 192.168.217.105:80`.
    pub option: String,
}
