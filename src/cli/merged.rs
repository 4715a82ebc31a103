//! Several captures as one.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::rc::Rc;

use slp_pcap::capture::{self, CaptureError};
use slp_pcap::diagnose::{named_by, set_beside};
use slp_pcap::report::{Failure, Input as Named, Report, Secrets};
use slp_pcap::transcript::Transcript;

use super::analysed::Analysed;
use super::arguments::Run;
use super::fingerprint::Fingerprint;
use super::inputs::{Input, cannot_open, failure};
use super::progress::Progress;

/// Where a capture's octets come from, and what keeps account of them.
type Source<'a> = Rc<RefCell<Fingerprint<Box<dyn Read + 'a>>>>;

/// A capture to merge.
struct Part<'a> {
    input: &'a Input,
    /// Octets up to which it is fingerprinted.
    hashed: u64,
    progress: &'a Progress,
    source: Option<Source<'a>>,
    sha256: Rc<RefCell<Option<String>>>,
}

/// What the reader holds of a part.
struct Octets<'a>(Source<'a>);

impl Read for Octets<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

impl<'a> capture::Input for Part<'a> {
    type Source = Octets<'a>;

    fn open(&mut self) -> io::Result<Octets<'a>> {
        let source: Box<dyn Read + 'a> = match self.input {
            Input::Stdin => Box::new(self.progress.count(io::stdin())),
            Input::File(path) => Box::new(self.progress.count(File::open(path)?)),
            // Only where no capture is named, and then nothing is merged.
            Input::Text(_) => Box::new(io::empty()),
        };
        let source = Rc::new(RefCell::new(Fingerprint::new(source, self.hashed)));
        self.source = Some(Rc::clone(&source));
        Ok(Octets(source))
    }

    fn opens_again(&self) -> bool {
        matches!(self.input, Input::File(path) if path.is_file())
    }

    fn close(&mut self, read: bool) {
        let source = self.source.take().and_then(Rc::into_inner).filter(|_| read);
        *self.sha256.borrow_mut() = source.and_then(|source| source.into_inner().finish().0);
    }
}

/// What cannot be read of `inputs`, then one report on all the others, if there are any.
pub fn analyse_merged(
    inputs: Vec<Result<Input, Failure>>,
    run: &Run,
    transcript: Option<&Transcript>,
    progress: &Progress,
) -> Vec<Result<Analysed, Failure>> {
    let mut results = Vec::new();
    let inputs: Vec<Input> = inputs
        .into_iter()
        .filter_map(|input| input.map_err(|failure| results.push(Err(failure))).ok())
        .collect();
    let digests: Vec<_> = inputs.iter().map(|_| Rc::default()).collect();
    let part = |(input, sha256)| Part {
        input,
        hashed: run.hashed(),
        progress,
        source: None,
        sha256: Rc::clone(sha256),
    };
    let parts = inputs.iter().zip(&digests).map(part).collect();
    let scope = transcript.map_or_else(|| run.scope(), |transcript| named_by(transcript, &run.scope()));
    let (found, unread) = match slp_pcap::analyze_merged(parts, &scope) {
        Ok((mut found, unread)) => {
            if let Some(transcript) = transcript {
                set_beside(&mut found.analysis, transcript, &found.capture);
            }
            (Some(found), unread)
        }
        Err(unread) => (None, unread),
    };
    results.extend(unread.iter().filter_map(|(index, error)| Some(Err(why(inputs.get(*index)?, error)))));
    let named = inputs
        .iter()
        .zip(&digests)
        .map(|(input, sha256)| Named { file: input.path().display().to_string(), sha256: sha256.take() });
    let named: Vec<Named> = named.collect();
    results.extend(found.map(|found| {
        let mut secrets =
            if run.export.redact { Secrets::of(&found.analysis, &scope) } else { Secrets::default() };
        for input in &named {
            secrets.add_file(&input.file);
        }
        let report = Report::merged(found.analysis, &found.capture, &named);
        Ok(Analysed { report, secrets, again: None })
    }));
    results
}

fn why(input: &Input, error: &CaptureError) -> Failure {
    let path = input.path();
    match error {
        CaptureError::Open(error) => failure(path, cannot_open(path, error)),
        error => failure(path, error.to_string()),
    }
}
