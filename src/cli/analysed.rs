//! From an open capture to its report, and to what further outputs need.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use slp_pcap::attempt::Scope;
use slp_pcap::diagnose;
use slp_pcap::report::{Failure, Input as Named, Report, Secrets, Selection};
use slp_pcap::transcript::Transcript;

use super::arguments::Run;
use super::fingerprint::Fingerprint;
use super::inputs::{Input, cannot_open, failure};
use super::progress::Progress;
use super::second::{Again, Copied};

/// What came of a capture.
pub struct Analysed {
    /// Its report.
    pub report: Report,
    /// What the report must not say if it is to be redacted.
    pub secrets: Secrets,
    /// Which frames belong to an annotated capture, and where to read them again; if one is wanted.
    pub again: Option<(Selection, Again)>,
}

impl Input {
    /// The capture's report and what further outputs need.
    pub fn analyse(
        self,
        run: &Run,
        progress: &Progress,
        transcript: Option<&Transcript>,
    ) -> Result<Analysed, Failure> {
        let run = &Beside { run, transcript };
        match &self {
            Self::Text(input) => Ok(alone(input, run)),
            Self::Stdin => piped(Path::new("-"), io::stdin().lock(), run, progress),
            Self::File(path) => {
                let file = File::open(path).map_err(|error| failure(path, cannot_open(path, &error)))?;
                let data = file.metadata().ok();
                // A named pipe gives its octets once.
                match data.filter(std::fs::Metadata::is_file) {
                    None => piped(path, file, run, progress),
                    Some(data) => twice(path, file, data.len(), run, progress),
                }
            }
        }
    }
}

/// A run, and the switch's own text that each of its captures is set beside.
struct Beside<'a> {
    run: &'a Run,
    transcript: Option<&'a Transcript>,
}

impl Deref for Beside<'_> {
    type Target = Run;

    fn deref(&self) -> &Run {
        self.run
    }
}

/// The switch's own text without a capture.
fn alone(input: &Named, run: &Beside<'_>) -> Analysed {
    let analysis = diagnose::alone(run.transcript.unwrap_or(&Transcript::default()));
    let scope = run.named_scope();
    let mut secrets = if run.export.redact { Secrets::of(&analysis, &scope) } else { Secrets::default() };
    secrets.add_file(&input.file);
    Analysed { report: Report::of_transcript(&analysis, input.clone()), secrets, again: None }
}

impl Beside<'_> {
    /// Who is who, as far as the user and the text say.
    fn named_scope(&self) -> Scope {
        let scope = self.run.scope();
        self.transcript.map_or_else(|| scope.clone(), |transcript| diagnose::named_by(transcript, &scope))
    }
}

/// Reads a file that can be opened again.
fn twice(
    path: &Path,
    file: File,
    octets: u64,
    run: &Beside<'_>,
    progress: &Progress,
) -> Result<Analysed, Failure> {
    let source = Fingerprint::new(progress.count(file), run.hashed()).expecting(octets);
    let (analysed, _) = read(path, source, run)?;
    Ok(analysed.again(Again::File(path.to_owned())))
}

/// Reads what cannot be read twice; keeps a copy where it must be.
fn piped(path: &Path, source: impl Read, run: &Beside<'_>, progress: &Progress) -> Result<Analysed, Failure> {
    let source = progress.count(source);
    if run.export.annotate.is_none() {
        return Ok(read(path, Fingerprint::new(source, run.hashed()), run)?.0);
    }
    let no_copy = |error: io::Error| failure(path, format!("no copy for --annotate can be kept: {error}"));
    let copied = Copied::new(source).map_err(no_copy)?;
    let (analysed, copied) = read(path, Fingerprint::new(copied, run.hashed()), run)?;
    Ok(analysed.again(copied.finish().map_err(no_copy)?))
}

fn read<R: Read>(
    path: &Path,
    mut source: Fingerprint<R>,
    run: &Beside<'_>,
) -> Result<(Analysed, R), Failure> {
    let scope = run.named_scope();
    let found = slp_pcap::analyze(&mut source, &scope);
    let mut found = found.map_err(|error| failure(path, error.to_string()))?;
    if let Some(transcript) = run.transcript {
        diagnose::set_beside(&mut found.analysis, transcript, &found.capture);
    }
    let (sha256, source) = source.finish();
    let file = path.display().to_string();
    let mut secrets =
        if run.export.redact { Secrets::of(&found.analysis, &scope) } else { Secrets::default() };
    secrets.add_file(&file);
    let again = run.export.annotate.is_some().then(|| Selection::of(&found.analysis, found.capture.frames));
    let report = Report::new(found.analysis, &found.capture, Named { file, sha256 });
    let analysed = Analysed { report, secrets, again: again.map(|selection| (selection, Again::Nowhere)) };
    Ok((analysed, source))
}

impl Analysed {
    /// Says where the capture can be read again.
    fn again(mut self, place: Again) -> Self {
        self.again = self.again.map(|(selection, _)| (selection, place));
        self
    }
}
