//! A bar on standard error for inputs that take their time; nothing where nobody is watching.

use std::io::{self, IsTerminal, Read};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nobody needs a bar for what is done by then.
const PATIENCE: Duration = Duration::from_secs(1);
/// A pipe's end is not known: no bar, no time left.
const OF_A_FILE: &str = "{bytes} of {total_bytes} {wide_bar} {bytes_per_sec}, {eta} left";
const OF_A_PIPE: &str = "{spinner} {bytes} {bytes_per_sec}";

/// How far the reading of all inputs has come.
pub struct Progress {
    bar: Option<ProgressBar>,
    begun: Instant,
    shown: OnceLock<()>,
}

impl Progress {
    /// For `octets` of input (unknown for pipes); only `wanted` ones are ever shown, and only on a terminal.
    pub fn new(octets: Option<u64>, wanted: bool) -> Self {
        let bar = (wanted && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(octets, ProgressDrawTarget::hidden());
            let template = if octets.is_some() { OF_A_FILE } else { OF_A_PIPE };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, begun: Instant::now(), shown: OnceLock::new() }
    }

    /// A reader whose octets count.
    pub fn count<R: Read>(&self, source: R) -> Counted<'_, R> {
        Counted { source, progress: self }
    }

    /// Does `work` while the bar is out of the way.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }

    fn advance(&self, octets: usize) {
        let Some(bar) = &self.bar else { return };
        bar.inc(octets as u64);
        if self.begun.elapsed() > PATIENCE {
            self.shown.get_or_init(|| bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
    }
}

/// A reader whose octets count.
pub struct Counted<'a, R> {
    source: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.progress.advance(count);
        Ok(count)
    }
}
