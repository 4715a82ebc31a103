//! Stage 5: an [`Attempt`](crate::attempt::Attempt) -> its [`Verdict`] and findings. One file per family of codes.

mod registry;
mod verdict;

pub use registry::{Action, Diagnostic};
pub use verdict::{Advice, CodeCount, Confidence, Evidence, Finding, Outcome, Party, Severity, Verdict};
