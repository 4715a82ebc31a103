//! The switch's own text, from the paths on the command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use slp_pcap::report::{Failure, Input};
use slp_pcap::transcript::{self, Transcript};

use super::fingerprint::Fingerprint;

/// All texts together.
#[derive(Default)]
pub struct Transcripts {
    /// What they say; `None` where there is none.
    pub facts: Option<Transcript>,
    /// How a report on them alone names its input.
    pub input: Option<Input>,
    /// Those that cannot be used.
    pub failures: Vec<Failure>,
}

const NOTHING: &str = "nothing in it looks like a switch's output; give the text of show commands or logs";

impl Transcripts {
    /// Reads `paths`, `-` is standard input; fingerprints up to `hashed` octets of each.
    pub fn read(paths: &[PathBuf], hashed: u64) -> Self {
        let mut all = Self::default();
        let mut facts = Transcript::default();
        let mut names = Vec::new();
        let mut prints = Vec::new();
        for path in paths {
            let file = path.display().to_string();
            let message = match read(path, hashed, &mut facts) {
                Ok(print) if facts.files.last().is_some_and(|read| !read.kinds.is_empty()) => {
                    names.push(file);
                    prints.push(print);
                    continue;
                }
                Ok(_) => NOTHING.to_owned(),
                Err(error) => format!("cannot read it: {error}; check the path and its permissions"),
            };
            all.failures.push(Failure { file, message });
        }
        if !names.is_empty() {
            let sha256 = if prints.len() == 1 { prints.pop().flatten() } else { None };
            all.input = Some(Input { file: names.join(", "), sha256 });
            all.facts = Some(facts);
        }
        all
    }
}

fn read(path: &Path, hashed: u64, facts: &mut Transcript) -> io::Result<Option<String>> {
    let name = path.display().to_string();
    if path.as_os_str() == "-" {
        return from(io::stdin().lock(), &name, hashed, facts);
    }
    from(File::open(path)?, &name, hashed, facts)
}

fn from(source: impl Read, name: &str, hashed: u64, facts: &mut Transcript) -> io::Result<Option<String>> {
    let mut source = Fingerprint::new(source, hashed);
    transcript::read(&mut source, name, facts)?;
    Ok(source.finish().0)
}
