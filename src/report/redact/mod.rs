//! Reports and frames that keep the diagnosis and drop the customer.
//!
//! It is done once, on the [`Report`], before any format sees it: [`Secrets`] holds what the facts say of the customer,
//! [`Redactor`] what is shown instead, the same in all of a run's reports and in its annotated capture.

mod addresses;
mod authorities;
mod body;
mod checksum;
mod clear;
mod dns;
mod frame;
mod http;
mod icmp;
mod json;
mod licensing;
mod names;
mod octets;
mod report;
mod secrets;
mod text;
mod tls;
mod transcript;
mod transport;
mod vocabulary;

pub use addresses::KEY;
pub use secrets::Secrets;

use std::collections::HashMap;

use addresses::Addresses;
use clear::Clear;
use names::Names;
use text::{Known, OMITTED};
use transport::Records;

use super::model::{Failure, Report};
use crate::model::Endpoint;

/// Characters of the shortest word that is looked for by itself: shorter ones are pieces of many sentences.
const SHORTEST_WORD: usize = 3;
/// What may stand around a word and is no part of it.
const EDGES: [char; 2] = ['.', '-'];

/// Shows one thing for another, always the same within one run and another in the next.
#[derive(Debug)]
pub struct Redactor {
    addresses: Addresses,
    names: Names,
    known: Known,
    /// Where in each direction of a connection the next TLS record goes on.
    records: HashMap<(Endpoint, Endpoint), Records>,
    /// What was said in clear so far, in each direction of a connection.
    clear: HashMap<(Endpoint, Endpoint), Clear>,
}

impl Redactor {
    /// With a key that nobody else has.
    pub fn new(key: [u8; KEY]) -> Self {
        let mut known = Known::default();
        known.settle();
        Self {
            addresses: Addresses::new(key),
            names: Names::default(),
            known,
            records: HashMap::new(),
            clear: HashMap::new(),
        }
    }

    /// Takes from `report` what names the customer. `secrets` are those of the analysis that it was made from.
    pub fn report(&mut self, report: &mut Report, secrets: &Secrets) {
        self.learn(secrets);
        self.learn_certificates(report);
        self.known.settle();
        report.redact(self);
    }

    /// The same for an input that could not be used.
    pub fn failure(&mut self, failure: &mut Failure) {
        let shown = self.names.file(&failure.file);
        failure.message = self.text(&failure.message.replace(&failure.file, &shown));
        failure.file = shown;
    }

    /// As many letters, always the same for the same octets: a label that keeps its place in a packet.
    fn letters(&self, octets: &[u8]) -> Vec<u8> {
        self.addresses.letters(octets)
    }

    fn learn(&mut self, secrets: &Secrets) {
        self.known = Known::default();
        for file in &secrets.files {
            let shown = self.names.file(file);
            self.known.add(file, shown);
        }
        // A name such as `proxy` is a word of many sentences.
        let telling = |host: &&String| host.contains('.') || !vocabulary::is_known(host);
        for host in secrets.hosts.iter().filter(telling) {
            let shown = self.names.host(host, &mut self.addresses);
            self.known.add(host, shown);
        }
        for path in &secrets.paths {
            self.learn_path(path);
        }
        for name in &secrets.interfaces {
            let shown = self.names.interface(name);
            self.known.add(name, shown);
        }
        for names in &secrets.certificates {
            self.learn_authority(names);
        }
        for text in &secrets.texts {
            self.learn_text(text);
        }
    }

    /// What a packet said: its words, but for those that everybody says; and the whole of it, with its short words.
    fn learn_text(&mut self, text: &str) {
        let mut whole = String::with_capacity(text.len());
        for (before, word) in vocabulary::pieces(text) {
            whole.push_str(before);
            whole.push_str(&self.word(word));
            let core = word.trim_matches(EDGES);
            if core.chars().count() >= SHORTEST_WORD && !vocabulary::is_known(core) {
                let shown = self.word(core);
                self.known.add(core, shown);
            }
        }
        self.known.add(text, whole);
    }

    /// What to show for a word of a packet: itself where everybody says it.
    fn word(&mut self, word: &str) -> String {
        let core = word.trim_matches(EDGES);
        if core.is_empty() || vocabulary::is_known(core) || names::is_public(&core.to_ascii_lowercase()) {
            return word.to_owned();
        }
        let mut shown = String::new();
        text::scan(word, &mut shown, &mut self.names, &mut self.addresses);
        // What does not look like a name may be one all the same.
        if shown == word { OMITTED.to_owned() } else { shown }
    }

    /// A path's segments: an On-Prem account stands in one.
    fn learn_path(&mut self, path: &str) {
        let unknown = vocabulary::split(path).filter(|word| !vocabulary::is_known(word));
        for word in unknown {
            let shown = self.names.account(word);
            self.known.add(word, shown);
        }
    }

    /// A display filter with other addresses; its other words are names of fields, which look like hosts.
    fn filter(&mut self, filter: &str) -> String {
        text::readdressed(filter, &mut self.addresses)
    }

    /// `text` without what names the customer.
    fn text(&mut self, text: &str) -> String {
        text::redacted(text, &self.known, &mut self.names, &mut self.addresses)
    }
}
