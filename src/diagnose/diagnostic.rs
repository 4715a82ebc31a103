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
    /// A verdict, or a finding.
    pub kind: Kind,
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

/// What a code is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// The conclusion on an attempt or a capture, and what it rests on besides the frames that it cites.
    Verdict(&'static [Ground]),
    /// Worth knowing beside it: how much it matters.
    Finding(Severity),
}

/// What a verdict rests on, so that it is less sure where the capture does not hold that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// A connection that never stood: it need not be whole.
    NoConnection,
    /// Every octet before the deciding one: a close, an alert or a status without a name says what it is only together with them.
    EveryOctet,
    /// A RST that its receiver heeds.
    Reset,
    /// Something after which nothing follows on the connection, whatever the capture still holds of it.
    Final,
    /// A duration: without time stamps a repetition cannot be told from a copy, nor a prompt close from a late one.
    Duration,
    /// The date: a certificate may have been out of date, whatever else is wrong with it.
    Date,
}

impl Diagnostic {
    /// How much it matters, if it is a finding.
    pub const fn severity(&self) -> Option<Severity> {
        match self.kind {
            Kind::Verdict(_) => None,
            Kind::Finding(severity) => Some(severity),
        }
    }

    /// Whether it is a verdict that rests on `ground`.
    pub(super) fn rests_on(&self, ground: Ground) -> bool {
        matches!(self.kind, Kind::Verdict(grounds) if grounds.contains(&ground))
    }
}

/// One step: what and why in a sentence, and the IOS XE commands for it.
#[derive(Debug)]
pub struct Action {
    /// The step in words.
    pub text: &'static str,
    /// Commands, in order; configuration commands begin with `configure terminal` and finish with `end`.
    pub commands: &'static [&'static str],
}
