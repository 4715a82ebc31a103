//! Where the report goes: standard output, or a file that is never half written.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ColorChoice;
use slp_pcap::report::{Detail, Page, Zone};
use tempfile::NamedTempFile;

use super::inputs::Inputs;

/// An open output.
pub struct Output {
    target: Target,
    begun: bool,
}

enum Target {
    Stdout,
    /// Whoever read standard output has seen enough.
    Closed,
    /// A device or pipe: written as it comes.
    Device(File, PathBuf),
    /// Renamed to its place at the end.
    File(NamedTempFile, PathBuf),
}

impl Output {
    /// Opens `path`, standard output without one, before anything is analysed in vain.
    pub fn open(path: Option<&Path>, inputs: &Inputs) -> anyhow::Result<Self> {
        let target = match path {
            None => Target::Stdout,
            Some(path) if inputs.contain(path) => {
                bail!("{}: this is one of the captures; name another output file", path.display())
            }
            Some(path) => open_file(path).with_context(|| cannot_write(path))?,
        };
        Ok(Self { target, begun: false })
    }

    /// Standard output.
    pub fn stdout() -> Self {
        Self { target: Target::Stdout, begun: false }
    }

    /// What to draw the text for.
    pub fn page(&self, choice: ColorChoice, detail: Detail, zone: Zone) -> Page {
        let stdout = io::stdout();
        let terminal = matches!(self.target, Target::Stdout);
        let colour = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                terminal && anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never
            }
        };
        // Wider lines than 100 columns are hard to read, narrower ones than 60 break every name.
        let columns = terminal_size::terminal_size_of(&stdout).filter(|_| terminal);
        let width = columns.map_or(80, |(width, _)| usize::from(width.0).clamp(60, 100));
        Page { width, colour, detail, zone }
    }

    /// Writes a piece; a closed pipe takes it all in silence.
    pub fn write(&mut self, text: &str) -> anyhow::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.begun = true;
        let written = match &mut self.target {
            Target::Closed => Ok(()),
            Target::Stdout => to_stdout(text),
            Target::Device(file, _) => file.write_all(text.as_bytes()),
            Target::File(file, _) => file.write_all(text.as_bytes()),
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.target = Target::Closed,
            written => written.with_context(|| self.target.complaint())?,
        }
        Ok(())
    }

    /// Writes what `write` makes, as it is made.
    pub fn write_as_made(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let written = write(&mut *self).and_then(|()| self.flush());
        written.with_context(|| self.target.complaint())
    }

    /// Puts a file in its place; one that got nothing leaves what was there.
    pub fn finish(self) -> anyhow::Result<()> {
        match self.target {
            Target::File(file, path) if self.begun => {
                file.as_file().sync_all().with_context(|| cannot_write(&path))?;
                file.persist(&path).with_context(|| cannot_write(&path))?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// The same for what is no text.
impl io::Write for Output {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.begun |= !octets.is_empty();
        let written = match &mut self.target {
            Target::Closed => Ok(octets.len()),
            Target::Stdout => io::stdout().write(octets),
            Target::Device(file, _) => file.write(octets),
            Target::File(file, _) => file.write(octets),
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.target = Target::Closed;
                Ok(octets.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.target {
            Target::Stdout => io::stdout().flush(),
            _ => Ok(()),
        }
    }
}

impl Target {
    fn complaint(&self) -> String {
        match self {
            Self::Stdout | Self::Closed => "standard output: cannot write".to_owned(),
            Self::Device(_, path) | Self::File(_, path) => cannot_write(path),
        }
    }
}

fn cannot_write(path: &Path) -> String {
    format!("{}: cannot write", path.display())
}

fn to_stdout(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn open_file(path: &Path) -> io::Result<Target> {
    // A link stays a link: what it points to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder; name a file"));
    }
    if path.exists() && !path.is_file() {
        let file = OpenOptions::new().write(true).open(&path)?;
        return Ok(Target::Device(file, path));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    readable_by_others(builder.prefix(".slp-pcap-"));
    Ok(Target::File(builder.tempfile_in(folder)?, path))
}

/// As any other new file: what the user's mask allows.
#[cfg(unix)]
fn readable_by_others(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable_by_others(_: &mut tempfile::Builder<'_, '_>) {}
