//! `slp-pcap`: arguments, analyse, render, exit status.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use cli::{Arguments, Delivery, Inputs, Progress, Run, Status, complain, in_order, tools};

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
    let inputs = Inputs::find(&run.captures);
    let progress = Progress::new(inputs.octets(run), !run.is_quiet());
    let mut delivery = Delivery::open(run, &inputs, color, &progress)?;
    let analyse = |input: Result<_, _>| input.and_then(|input: cli::Input| input.analyse(run, &progress));
    in_order(inputs.list, analyse, |result| delivery.take(result))?;
    delivery.finish()
}
