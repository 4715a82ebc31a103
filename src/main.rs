//! `slp-pcap`: arguments, analyse, render, exit status.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use cli::{Arguments, Inputs, Status, complain, deliver, tools};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.tool {
        Some(tool) => tools::run(tool, arguments.color),
        None => deliver(Inputs::find(&arguments.run), &arguments.run, arguments.color),
    };
    let status = done.unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        Status::Unusable
    });
    status.into()
}
