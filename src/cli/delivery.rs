//! Where everything goes that a run finds: the report's format, the annotated capture, standard error.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use clap::ColorChoice;
use slp_pcap::report::{Failure, REDACTION_KEY, Redactor, Render, Summary, Writer};

use super::analysed::Analysed;
use super::arguments::Run;
use super::complaint::complain;
use super::inputs::{Input, Inputs};
use super::merged::analyse_merged;
use super::output::Output;
use super::parallel::in_order;
use super::progress::Progress;
use super::status::Status;

/// Analyses every input and delivers what comes of each in the order given; with `--merge` one report on all of them.
pub fn deliver(inputs: Inputs, run: &Run, color: ColorChoice) -> anyhow::Result<Status> {
    let progress = Progress::new(inputs.octets(run), !run.is_quiet());
    let mut delivery = Delivery::open(run, &inputs, color, &progress)?;
    let transcript = inputs.transcript.as_ref();
    if run.merge && !run.captures.is_empty() {
        let results = analyse_merged(inputs.list, run, transcript, &progress);
        results.into_iter().try_for_each(|result| delivery.take(result))?;
    } else {
        let analyse =
            |input: Result<Input, Failure>| input.and_then(|input| input.analyse(run, &progress, transcript));
        in_order(inputs.list, analyse, |result| delivery.take(result))?;
    }
    delivery.finish()
}

/// A run's open outputs.
struct Delivery<'a> {
    progress: &'a Progress,
    output: Output,
    renderer: Box<dyn Render>,
    redactor: Option<Redactor>,
    annotated: Option<Annotated>,
    summary: Summary,
    /// Whether something that was asked for could not be written.
    incomplete: bool,
}

/// The annotated capture while it is being written.
struct Annotated {
    name: String,
    writer: Writer<BufWriter<Output>>,
}

impl<'a> Delivery<'a> {
    /// Opens what the command line asks for, before anything is analysed in vain.
    fn open(run: &Run, inputs: &Inputs, color: ColorChoice, progress: &'a Progress) -> anyhow::Result<Self> {
        let output = Output::open(run.output.as_deref(), inputs)?;
        let annotated =
            run.export.annotate.as_deref().map(|path| Annotated::open(path, run, inputs)).transpose()?;
        let page = output.page(color, run.detail(), run.time_zone);
        let renderer = run.format().renderer(inputs.several && !run.merge, page);
        let redactor = if run.export.redact { Some(redactor()?) } else { None };
        let summary = Summary::default();
        Ok(Self { progress, output, renderer, redactor, annotated, summary, incomplete: false })
    }

    /// Takes what came of one input.
    fn take(&mut self, result: Result<Analysed, Failure>) -> anyhow::Result<()> {
        match result {
            Ok(analysed) => self.report(analysed),
            Err(failure) => {
                let piece = self.failure(failure);
                self.progress.aside(|| self.output.write(&piece))
            }
        }
    }

    /// Writes what comes last and puts files in their places.
    fn finish(mut self) -> anyhow::Result<Status> {
        self.progress.finish();
        let status = Status::of(&self.summary);
        self.output.write(&self.renderer.end(self.summary))?;
        self.output.finish()?;
        if let Some(annotated) = self.annotated {
            annotated.finish()?;
        }
        Ok(if self.incomplete { Status::Unusable } else { status })
    }

    fn report(&mut self, analysed: Analysed) -> anyhow::Result<()> {
        let Analysed { mut report, secrets, again } = analysed;
        if let Some(redactor) = &mut self.redactor {
            redactor.report(&mut report, &secrets);
        }
        if let (Some(annotated), Some((selection, again))) = (&mut self.annotated, again) {
            let written = again.open().context("cannot read the capture again").and_then(|source| {
                let source = self.progress.count(source);
                Ok(annotated.writer.section(source, &selection, &report, self.redactor.as_mut())?)
            });
            if let Err(error) = written {
                let name = annotated.name.clone();
                self.progress.aside(|| complain(&format!("{name}: {error:#}; it is not written")));
                // Half of it would look like all of it.
                self.annotated = None;
                self.incomplete = true;
            }
        }
        self.summary.count(&report);
        let Self { renderer, output, progress, .. } = self;
        progress.aside(|| output.write_as_made(|out| renderer.write_report(report, out)))
    }

    fn failure(&mut self, mut failure: Failure) -> String {
        self.progress.aside(|| complain(&format!("{}: {}", failure.file, failure.message)));
        self.summary.count_failure();
        if let Some(redactor) = &mut self.redactor {
            redactor.failure(&mut failure);
        }
        self.renderer.failure(failure)
    }
}

impl Annotated {
    fn open(path: &Path, run: &Run, inputs: &Inputs) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let output = Output::open(Some(path), inputs)?;
        if run.output.as_deref() == Some(path) {
            anyhow::bail!("{name}: the report goes there; name another file for --annotate");
        }
        if !run.export.redact {
            complain(&format!(
                "{name}: packets are copied unchanged, with addresses, names and payload; --redact rewrites them"
            ));
        }
        Ok(Self { name, writer: Writer::new(BufWriter::new(output)) })
    }

    fn finish(self) -> anyhow::Result<()> {
        let mut buffer = self.writer.into_inner();
        buffer.flush().with_context(|| format!("{}: cannot write", self.name))?;
        let output = buffer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        output.finish()
    }
}

fn redactor() -> anyhow::Result<Redactor> {
    let mut key = [0; REDACTION_KEY];
    getrandom::fill(&mut key).context("--redact: the system gives no random numbers")?;
    Ok(Redactor::new(key))
}
