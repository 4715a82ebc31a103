//! What the program does besides analysing: its own documentation.

use anyhow::bail;
use clap::ColorChoice;
use slp_pcap::diagnose::registry;
use slp_pcap::report::{Detail, code_list, explanation, schema_json};

use super::arguments::Tool;
use super::output::Output;
use super::status::Status;
use super::suggestion::nearest;

/// The subcommands' names.
pub const NAMES: [&str; 5] = ["explain", "codes", "schema", "guide", "help"];

/// Runs one of them.
pub fn run(tool: &Tool, color: ColorChoice) -> anyhow::Result<Status> {
    let mut output = Output::stdout();
    let page = output.page(color, Detail::Screen);
    output.write(&match tool {
        Tool::Explain { code } => match registry::find(&code.to_ascii_lowercase()) {
            Some(entry) => explanation(entry, page),
            None => bail!("{}", unknown(code)),
        },
        Tool::Codes => code_list(registry::ALL, page),
        Tool::Schema => schema_json(),
        Tool::Guide => include_str!("guide.txt").to_owned(),
    })?;
    Ok(Status::Ok)
}

fn unknown(code: &str) -> String {
    let known = registry::ALL.iter().map(|entry| entry.code);
    match nearest(code, known) {
        Some(code_meant) => format!("explain: no code '{code}'; did you mean '{code_meant}'?"),
        None => format!("explain: no code '{code}'; `slp-pcap codes` lists them all"),
    }
}
