//! The README shows what the program says: its table of codes comes from the registry, its screen from the first sample.

use std::fs;
use std::path::Path;
use std::process::Command;

use slp_pcap::diagnose::registry;

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// Every verdict by stage: code, title, whose move it usually is.
fn table() -> String {
    let mut text = String::from("| code | what it says |\n|---|---|\n");
    for verdict in registry::verdicts() {
        text.push_str(&format!("| `{}` | {} |\n", verdict.code, verdict.title));
    }
    text
}

fn screen() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_slp-pcap"))
        .args(["--color", "never", "samples/proxy-forbidden-squid.pcap"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// `text` with what stands between `start` and `end` replaced.
fn replaced(text: &str, (start, end): (&str, &str), inside: &str) -> String {
    let (before, rest) = text.split_once(start).expect("the start mark");
    let (_, after) = rest.split_once(end).expect("the end mark");
    format!("{before}{start}{inside}{end}{after}")
}

#[test]
fn readme_is_fresh() {
    let stored = fs::read_to_string(path()).expect("README.md");
    let fresh = replaced(&stored, ("<!-- codes -->\n", "<!-- /codes -->"), &table());
    let fresh = replaced(&fresh, ("The first prints:\n\n```text\n", "```\n"), &screen());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path(), &fresh).expect("README.md is written");
    }
    assert!(fresh == stored, "README.md is stale: UPDATE=1 cargo test --test readme");
}
