//! From the paths on the command line to open captures.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use slp_pcap::capture::CaptureReader;
use slp_pcap::report::{Failure, Input as Named};
use slp_pcap::transcript::Transcript;

use super::arguments::Run;
use super::suggestion::nearest;
use super::transcripts::Transcripts;

/// What the command line asks to analyse.
pub struct Inputs {
    /// Each capture, or why there is none, in the order given.
    pub list: Vec<Result<Input, Failure>>,
    /// Whether there is, or could have been, more than one.
    pub several: bool,
    /// The switch's own text, set beside each of them.
    pub transcript: Option<Transcript>,
    texts: Vec<PathBuf>,
}

/// One capture.
#[derive(Debug)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// No capture: the switch's own text alone.
    Text(Named),
}

impl Input {
    /// Its path as given, `-` for standard input.
    pub fn path(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("-"),
            Self::File(path) => path,
            Self::Text(input) => Path::new(&input.file),
        }
    }
}

impl Inputs {
    /// Octets to read, if all inputs are files.
    pub fn octets(&self, run: &Run) -> Option<u64> {
        let length = |input: &Input| match input {
            Input::Stdin => None,
            Input::Text(_) => Some(0),
            Input::File(path) => {
                fs::metadata(path).map_or(Some(0), |data| data.is_file().then_some(data.len()))
            }
        };
        let once: u64 = self.list.iter().flatten().map(length).sum::<Option<u64>>()?;
        Some(if run.export.annotate.is_some() { once.saturating_mul(2) } else { once })
    }

    /// The captures that `run` names, of a folder its own files, sorted by name; and the switch's own text, alone where no
    /// capture is named.
    pub fn find(run: &Run) -> Self {
        let mut inputs = Self::captures(&run.captures);
        let texts = Transcripts::read(&run.transcript, run.hashed());
        if run.captures.is_empty() {
            inputs.list.extend(texts.input.map(|input| Ok(Input::Text(input))));
        }
        inputs.list.extend(texts.failures.into_iter().map(Err));
        Self { transcript: texts.facts, texts: run.transcript.clone(), ..inputs }
    }

    fn captures(paths: &[PathBuf]) -> Self {
        let folder = |path: &PathBuf| path.as_os_str() != "-" && path.is_dir();
        let several = paths.len() > 1 || paths.iter().any(folder);
        let of = |path: &PathBuf| {
            if path.as_os_str() == "-" {
                vec![Ok(Input::Stdin)]
            } else if folder(path) {
                in_folder(path)
            } else {
                vec![Ok(Input::File(path.clone()))]
            }
        };
        Self { list: paths.iter().flat_map(of).collect(), several, transcript: None, texts: Vec::new() }
    }

    /// Whether `path` is one of the captures.
    pub fn contain(&self, path: &Path) -> bool {
        let Ok(path) = path.canonicalize() else { return false };
        if self.texts.iter().any(|text| text.canonicalize().is_ok_and(|text| text == path)) {
            return true;
        }
        let same = |input: &Input| matches!(input, Input::File(file) if file.canonicalize().is_ok_and(|file| file == path));
        self.list.iter().flatten().any(same)
    }
}

fn in_folder(folder: &Path) -> Vec<Result<Input, Failure>> {
    let captures = match files(folder) {
        Ok(files) => {
            files.into_iter().filter(|file| is_capture(file)).map(|file| Ok(Input::File(file))).collect()
        }
        Err(error) => {
            return vec![Err(failure(
                folder,
                format!("cannot list the folder: {error}; check its permissions"),
            ))];
        }
    };
    let captures: Vec<_> = captures;
    if captures.is_empty() {
        let message =
            "no capture in this folder (folders in it are not searched); name the files or another folder";
        return vec![Err(failure(folder, message.to_owned()))];
    }
    captures
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// By its name, which damage does not change, or by its content.
fn is_capture(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    matches!(extension.as_deref(), Some("pcap" | "pcapng" | "cap"))
        || File::open(path).is_ok_and(|file| CaptureReader::new(file).is_ok())
}

pub(super) fn failure(path: &Path, message: String) -> Failure {
    Failure { file: path.display().to_string(), message }
}

pub(super) fn cannot_open(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => match path.to_str().and_then(|word| nearest(word, super::tools::NAMES)) {
            Some(tool) => format!("no such file; did you mean `slp-pcap {tool}`?"),
            None => "no such file; check the path".to_owned(),
        },
        io::ErrorKind::PermissionDenied => {
            "permission denied; make the file readable for this user".to_owned()
        }
        _ => format!("cannot open it: {error}; check the path and the medium"),
    }
}
