//! Several captures at once, and the lines of `ndjson`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{CodeCount, Report};
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
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
    /// Verdicts of the captures, the most frequent first.
    pub verdicts: Vec<CodeCount>,
    /// Proxies of attempts that failed, by captures, the most frequent first; at most 10.
    pub proxies: Vec<NameCount>,
    /// Issuers of the servers' certificates in attempts that failed, by captures, the most frequent first; at most 10.
    pub issuers: Vec<NameCount>,
    #[serde(skip)]
    tally: Tally,
}

/// A name and in how many captures it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// How many captures.
    pub count: u64,
}

/// The names of all captures, of which the summary shows the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tally {
    proxies: BTreeMap<String, u64>,
    issuers: BTreeMap<String, u64>,
}

/// Names shown of each kind.
const SHOWN: usize = 10;
/// Names counted of each kind; a folder of captures from one network has a few.
const COUNTED: usize = 4_096;

impl Summary {
    /// Counts one capture.
    pub fn count(&mut self, report: &Report) {
        self.count_outcome(report.outcome.0);
        let code = report.verdict.verdict.code;
        match self.verdicts.iter_mut().find(|verdict| verdict.code == code) {
            Some(verdict) => verdict.count += 1,
            None => self.verdicts.push(CodeCount { code, count: 1 }),
        }
        self.verdicts.sort_by_key(|verdict| (Reverse(verdict.count), verdict.code));
        let (mut proxies, mut issuers) = (BTreeSet::new(), BTreeSet::new());
        for (proxy, issuer) in report.attempts.blamed() {
            proxies.extend(proxy);
            issuers.extend(issuer);
        }
        self.proxies = tallied(&mut self.tally.proxies, proxies);
        self.issuers = tallied(&mut self.tally.issuers, issuers);
    }

    /// Counts an input that cannot be used.
    pub fn count_failure(&mut self) {
        self.errors += 1;
    }

    /// Counts how one capture came out.
    pub fn count_outcome(&mut self, outcome: Outcome) {
        self.captures += 1;
        *match outcome {
            Outcome::Ok => &mut self.ok,
            Outcome::Failed => &mut self.failed,
            Outcome::Intermittent => &mut self.intermittent,
            Outcome::Inconclusive => &mut self.inconclusive,
        } += 1;
    }
}

/// Counts `met`; the most frequent names so far.
fn tallied(tally: &mut BTreeMap<String, u64>, met: BTreeSet<String>) -> Vec<NameCount> {
    for name in met {
        if tally.len() < COUNTED || tally.contains_key(&name) {
            *tally.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<NameCount> =
        tally.iter().map(|(name, count)| NameCount { name: name.clone(), count: *count }).collect();
    names.sort_by_key(|one| Reverse(one.count));
    names.truncate(SHOWN);
    names
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
