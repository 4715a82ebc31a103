//! Stage 5: an [`Attempt`](crate::attempt::Attempt) -> its [`Verdict`] and findings. One file per family of codes.

mod analysis;
mod arp;
mod conclusion;
mod ending;
mod icmp;
mod silence;
mod words;
mod dns;
mod findings;
mod http;
mod inconclusive;
mod ok;
mod proxy;
pub mod registry;
mod steps;
mod tcp;
mod tls;
mod verdict;

pub use analysis::{Analysis, AnalysisWarning, Candidate, Client, Event, Judged, Stage, StageStatus};
pub use registry::{Action, Diagnostic};
pub use verdict::{Advice, CodeCount, Confidence, Evidence, Finding, Outcome, Party, Severity, Verdict};
