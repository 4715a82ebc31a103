//! What the program does besides analysing: its own documentation.

use anyhow::bail;
use clap::{ColorChoice, CommandFactory};
use slp_pcap::diagnose::registry;
use slp_pcap::report::{Detail, Zone, code_list, explanation, schema_json};

use super::arguments::{Arguments, Tool};
use super::output::Output;
use super::status::Status;
use super::suggestion::nearest;

/// The subcommands' names.
pub const NAMES: [&str; 7] = ["explain", "codes", "schema", "completions", "man", "guide", "help"];

/// Runs one of them.
pub fn run(tool: &Tool, color: ColorChoice) -> anyhow::Result<Status> {
    let mut output = Output::stdout();
    let page = output.page(color, Detail::Screen, Zone::Utc);
    output.write(&match tool {
        Tool::Explain { code } => match registry::find(&code.to_ascii_lowercase()) {
            Some(entry) => explanation(entry, page),
            None => bail!("{}", unknown(code)),
        },
        Tool::Codes => code_list(registry::ALL, page),
        Tool::Schema => schema_json(),
        Tool::Completions { shell } => completions(*shell)?,
        Tool::Man => manual()?,
        Tool::Guide => include_str!("guide.txt").to_owned(),
    })?;
    Ok(Status::Ok)
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<String> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "slp-pcap", &mut script);
    Ok(String::from_utf8(script)?)
}

fn manual() -> anyhow::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
    Ok(String::from_utf8(page)?)
}

fn unknown(code: &str) -> String {
    let known = registry::ALL.iter().map(|entry| entry.code);
    match nearest(code, known) {
        Some(code_meant) => format!("explain: no code '{code}'; did you mean '{code_meant}'?"),
        None => format!("explain: no code '{code}'; `slp-pcap codes` lists them all"),
    }
}
