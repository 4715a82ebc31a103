//! Stage 5: an [`Attempt`](crate::attempt::Attempt) -> its [`Verdict`] and findings. One file or folder per family of codes:
//! explanation, message and rule together.

mod analysis;
mod arp;
mod capture;
mod certainty;
mod conclusion;
mod diagnostic;
mod dns;
mod ending;
mod event;
mod filter;
mod findings;
mod http;
mod icmp;
mod inconclusive;
mod judge;
mod ladder;
mod limits;
mod next_capture;
mod ok;
mod proxy;
pub mod registry;
mod silence;
mod stages;
mod steps;
mod tcp;
mod timeless;
mod tls;
mod transcript;
mod unheard;
mod verdict;
mod words;

pub use analysis::{Analysis, AnalysisWarning, Candidate, Client, Judged, Stage, StageStatus};
pub use capture::analyze;
pub use diagnostic::{Action, Diagnostic, Ground, Kind};
pub use event::{Before, Event, EventKind, Missing};
pub use filter::frame_range;
pub use next_capture::{KnownPath, Shortcoming};
pub use tls::flaws::CertificateFlaw;
pub use transcript::{Beside, ClockOffset, Correlation, NotedRequest, Relation, alone, named_by, set_beside};
pub use verdict::{
    Advice, CodeCount, Confidence, Evidence, Finding, Outcome, Party, Quote, Severity, Verdict,
};
pub use words::count;
