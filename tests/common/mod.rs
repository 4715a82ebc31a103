//! The samples and what is known of them without the tool: `samples/expected.json`, written by the lab and checked with tshark.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use slp_pcap::attempt::Scope;

/// A sample and its label.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "every test takes its part")]
pub struct Sample {
    /// File name inside `samples/`.
    pub file: String,
    /// The capture's verdict.
    pub code: String,
    /// The capture's outcome.
    pub outcome: String,
    /// How many attempts it holds.
    pub attempts: usize,
    /// Frames of which the verdict must cite at least one.
    pub deciding: Vec<u64>,
    /// The surest the verdict may be.
    pub confidence_at_most: Option<String>,
    /// Options it is to be read with.
    #[serde(default)]
    pub options: Vec<String>,
}

impl Sample {
    /// Every sample, in the order of the list.
    pub fn all() -> Vec<Self> {
        let list = fs::read(folder().join("expected.json")).expect("the samples' labels");
        serde_json::from_slice(&list).expect("a list of labels")
    }

    /// Its octets.
    pub fn bytes(&self) -> Vec<u8> {
        fs::read(folder().join(&self.file)).expect("a sample")
    }

    /// Its options as the library takes them.
    pub fn scope(&self) -> Scope {
        let mut scope = Scope::default();
        let mut words = self.options.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("the option's value");
            match word.as_str() {
                "--all" => scope.all = true,
                "--cssm" => scope.services.push(value().parse().expect("a target")),
                "--proxy" => scope.proxies.push(value().parse().expect("a target")),
                "--switch" => scope.switches.push(value().parse().expect("an address")),
                other => panic!("{}: option {other}", self.file),
            }
        }
        scope
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}
