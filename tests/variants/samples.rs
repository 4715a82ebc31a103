//! The samples, what is expected of them, and what is found in a variant.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use slp_pcap::attempt::Scope;
use slp_pcap::diagnose::{Analysis, Confidence, Verdict};
use slp_pcap::model::FrameNumber;

use super::capture::{self, Frame};

/// One sample capture.
pub struct Sample {
    pub file: String,
    pub code: String,
    pub frames: Vec<Frame>,
    /// The file itself.
    pub octets: Vec<u8>,
    pub options: Vec<String>,
    pub scope: Scope,
    /// What the tool finds in it as it is.
    pub found: Found,
    /// The expected deciding frames that the tool cites.
    pub deciding: BTreeSet<u64>,
}

/// What the tool finds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    pub code: &'static str,
    pub outcome: String,
    pub certain: bool,
    pub attempts: usize,
    /// Frames cited for the verdict.
    pub evidence: BTreeSet<u64>,
    /// Codes of all attempts.
    pub codes: BTreeSet<&'static str>,
    /// Codes of the attempts that are called certain.
    pub certain_codes: BTreeSet<&'static str>,
}

pub fn all() -> Vec<Sample> {
    let text = fs::read_to_string("samples/expected.json").expect("labels");
    let labels: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    labels.iter().map(sample).collect()
}

fn sample(label: &Value) -> Sample {
    let file = label["file"].as_str().expect("a name").to_owned();
    let path = Path::new("samples").join(&file);
    let octets = fs::read(&path).expect("a sample");
    let options: Vec<String> = label["options"]
        .as_array()
        .expect("options")
        .iter()
        .map(|option| option.as_str().expect("text").to_owned())
        .collect();
    let scope = scope(&options);
    let found = find(&octets, &scope);
    let expected = label["deciding"].as_array().expect("frames").iter().filter_map(Value::as_u64);
    let deciding = expected.filter(|frame| found.evidence.contains(frame)).collect();
    let code = label["code"].as_str().expect("a code").to_owned();
    Sample { file, code, frames: capture::read(&path), octets, options, scope, found, deciding }
}

/// The scope that command line options stand for.
pub fn scope(options: &[String]) -> Scope {
    let mut scope = Scope::default();
    let mut words = options.iter();
    while let Some(option) = words.next() {
        let mut value = || words.next().expect("a value");
        match option.as_str() {
            "--proxy" => scope.proxies.push(value().parse().expect("a target")),
            "--cssm" => scope.services.push(value().parse().expect("a target")),
            "--switch" => scope.switches.push(value().parse().expect("an address")),
            "--all" => scope.all = true,
            other => panic!("option {other} in expected.json is not known here"),
        }
    }
    scope
}

/// What the tool finds in a file.
pub fn find(file: &[u8], scope: &Scope) -> Found {
    let analysis = slp_pcap::analyze(file, scope).expect("a capture").analysis;
    found(&analysis, slp_pcap::model::FrameNumber::get)
}

/// What the tool found, its frames by the numbers that `number` has for them.
pub fn found(analysis: &Analysis, number: impl Fn(FrameNumber) -> u64) -> Found {
    let certain = |verdict: &Verdict| verdict.confidence == Confidence::Certain;
    let verdicts = || analysis.attempts.iter().map(|judged| &judged.verdict);
    let codes = verdicts().map(|verdict| verdict.diagnostic.code).collect();
    let certain_codes =
        verdicts().filter(|verdict| certain(verdict)).map(|verdict| verdict.diagnostic.code).collect();
    Found {
        code: analysis.verdict.diagnostic.code,
        outcome: format!("{:?}", analysis.outcome),
        certain: certain(&analysis.verdict),
        attempts: analysis.attempts_total,
        evidence: analysis.verdict.evidence.iter().map(|evidence| number(evidence.at.frame)).collect(),
        codes,
        certain_codes,
    }
}

pub fn is_inconclusive(code: &str) -> bool {
    code.starts_with("inconclusive-")
}

/// Frame numbers of a variant as numbers of the sample.
pub fn mapped_back(numbers: &BTreeSet<u64>, frames: &[Frame]) -> BTreeSet<u64> {
    let frame = |&number: &u64| frames.get(usize::try_from(number).ok()?.checked_sub(1)?);
    numbers.iter().filter_map(frame).flat_map(|frame| frame.origin.iter().copied()).collect()
}
