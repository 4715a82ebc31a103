//! What there is to know of one code: a plain value, kept beside the rule that gives it.

use crate::attempt::StageName;

use super::{Party, Severity};

/// What there is to know of one code, before any capture.
///
/// `commands` and `filter` may hold placeholders that a verdict fills from the capture: `{host}` and `{port}` of the
/// service, `{peer}` and `{peer_port}` of the TCP connection, `{proxy}` and `{proxy_port}`, `{client}`, `{dns}`, `{next_hop}`.
/// A word in capitals in a command, such as `INTERFACE`, is for the reader to replace.
#[derive(Debug)]
pub struct Diagnostic {
    /// Stable code, as in a ticket: never renamed, never with another meaning.
    pub code: &'static str,
    /// The stage it belongs to; `None` for `ok`, `inconclusive-*` and findings about the capture.
    pub stage: Option<StageName>,
    /// `None` for a verdict, else how much a finding matters.
    pub severity: Option<Severity>,
    /// A few words that name the problem, not the fix.
    pub title: &'static str,
    /// What it means and what usually causes it: two to five sentences.
    pub explanation: &'static str,
    /// Whose it usually is.
    pub party: Party,
    /// What the switch's own logs usually say.
    pub reported_as: &'static [&'static str],
    /// How to confirm it on the switch or in the capture, cheapest first.
    pub confirm: &'static [Action],
    /// A Wireshark display filter that finds it in any capture.
    pub filter: &'static str,
    /// What to do, cheapest first.
    pub fix: &'static [Action],
    /// RFC sections and vendor documents.
    pub references: &'static [&'static str],
}

/// One step: what and why in a sentence, and the IOS XE commands for it.
#[derive(Debug)]
pub struct Action {
    /// The step in words.
    pub text: &'static str,
    /// Commands, in order; configuration commands begin with `configure terminal` and finish with `end`.
    pub commands: &'static [&'static str],
}
