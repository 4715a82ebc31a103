//! `slp-pcap`: arguments, analyse, render, exit status.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use cli::{Arguments, Inputs, Output, Run, Status, complain, tools};
use slp_pcap::report::Summary;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.tool {
        Some(tool) => tools::run(tool, arguments.color),
        None => analyse(&arguments.run, arguments.color),
    };
    let status = done.unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        Status::Unusable
    });
    status.into()
}

/// Every capture's report, in the order given; one bad capture does not stop the others.
fn analyse(run: &Run, color: clap::ColorChoice) -> anyhow::Result<Status> {
    let inputs = Inputs::find(run);
    let mut output = Output::open(run.output.as_deref(), &inputs)?;
    let several = inputs.several && !run.merge;
    let mut renderer = run.format().renderer(several, output.page(color, run.detail()));
    let mut summary = Summary::default();
    for report in inputs.analyse(run) {
        let piece = match report {
            Ok(report) => {
                summary.count(report.outcome.0);
                renderer.report(report)
            }
            Err(failure) => {
                complain(&format!("{}: {}", failure.file, failure.message));
                summary.errors += 1;
                renderer.failure(failure)
            }
        };
        output.write(&piece)?;
    }
    output.write(&renderer.end(summary))?;
    output.finish()?;
    Ok(Status::of(summary))
}
