//! The binary as a child that reads standard input, with its peak memory and its processor time.

use std::io::{self, BufWriter, Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// What became of it.
pub struct Outcome {
    /// Most resident memory it was seen with, in MiB; `None` where the system does not tell.
    pub peak: Option<u64>,
    /// Processor time, which others on the machine do not lengthen as they do its run; that where the system does not tell.
    pub elapsed: Duration,
    /// Codes of the warnings in its report.
    pub warnings: Vec<String>,
    /// The verdict's code.
    pub verdict: String,
}

/// Runs the binary.
pub struct Child;

impl Child {
    /// Runs it with `options` on what `make` writes; it must end by itself with a report.
    pub fn run(options: &[&str], make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Outcome {
        let start = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_slp-pcap"))
            .args(options)
            .args(["--format", "json", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary");
        let (id, over) = (child.id(), AtomicBool::new(false));
        let mut input = BufWriter::with_capacity(1 << 20, child.stdin.take().expect("its input"));
        let mut output = child.stdout.take().expect("its output");
        let (peak, written, report) = thread::scope(|scope| {
            let watch = scope.spawn(|| {
                let mut peak = None;
                while !over.load(Ordering::Relaxed) {
                    peak = peak.max(resident(id));
                    thread::sleep(Duration::from_millis(2));
                }
                peak
            });
            let read = scope.spawn(move || {
                let mut report = String::new();
                output.read_to_string(&mut report).map(|_| report)
            });
            // Whatever fails here must not keep the watch waiting.
            let watched = Over(&over);
            let written = make(&mut input).and_then(|()| input.flush());
            drop(input.into_parts());
            let report = read.join().expect("a reader").expect("its report");
            drop(watched);
            (watch.join().expect("a watch"), written, report)
        });
        // It may stop reading before the end.
        let stopped = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        assert!(written.as_ref().err().is_none_or(stopped), "{written:?}");
        let elapsed = processor_time(id).unwrap_or_else(|| start.elapsed());
        let status = child.wait().expect("its end");
        assert!(status.code().is_some_and(|code| code < 4), "{status}");
        let report: Value = serde_json::from_str(&report).expect("a report");
        let warnings = report["capture"]["warnings"].as_array().cloned().unwrap_or_default();
        let warnings = warnings.iter().filter_map(|w| w["code"].as_str()).map(str::to_owned).collect();
        let verdict = report["verdict"]["code"].as_str().expect("a code").to_owned();
        Outcome { peak, elapsed, warnings, verdict }
    }
}

/// Ends the watch when it goes.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The most resident memory of process `id` so far, in MiB; Linux only.
fn resident(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024)
}

/// What process `id` has used of the processors so far, in user and kernel mode; Linux only, where a tick is 10 ms and what has ended
/// can be asked until it is waited for.
fn processor_time(id: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // Behind the name in parentheses: state, parent and so on; user and system time are fields 14 and 15 (proc(5)).
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().ok())
        .sum::<Option<u64>>()?;
    Some(Duration::from_millis((ticks * 10).max(10)))
}
