//! Says from a packet capture where a Catalyst 9000 switch's Smart Licensing connection broke, and proves it.
//!
//! A capture walks through the stages once, front to back:
//!
//! | stage | room | from | to |
//! |---|---|---|---|
//! | 1 | [`capture`] | bytes | frames |
//! | 2 | [`net`] | frames | packets: ARP, ICMP, UDP, TCP |
//! | 3 | [`flow`] | TCP segments | connections, each octet with its frame |
//! | 4 | [`attempt`] | connections, look-ups, ARP | attempts to reach a licensing service |
//! | - | [`transcript`] | the switch's own text | facts with their lines |
//! | 5 | [`diagnose`] | attempts, and those facts | verdicts and findings |
//! | 6 | [`report`] | what was concluded | text, Markdown, HTML, JSON, an annotated capture |
//!
//! [`proto`] holds the codecs (DNS, HTTP, TLS, X.509, licensing), [`model`] the vocabulary, [`limits`] every bound.
//! [`analyze`] is the whole of it.

pub mod attempt;
pub mod capture;
pub mod diagnose;
pub mod flow;
pub mod limits;
pub mod model;
pub mod net;
pub mod proto;
pub mod report;
pub mod transcript;

use std::io::Read;

use attempt::{Collector, Scope};
use capture::{CaptureError, CaptureFacts, CaptureReader, Frames, Input, MergedReader};
use diagnose::Analysis;
use flow::FlowTable;
use net::Decoder;
use transcript::Transcript;

/// What was read, and what is concluded from it.
#[derive(Debug)]
pub struct Findings {
    /// The capture itself.
    pub capture: CaptureFacts,
    /// The conclusions.
    pub analysis: Analysis,
}

/// Reads a capture to its end and judges it.
///
/// # Errors
///
/// A source that cannot be read, or is no capture. A damaged capture is judged as far as it goes, with a warning.
pub fn analyze(source: impl Read, scope: &Scope) -> Result<Findings, CaptureError> {
    Ok(judge(&mut CaptureReader::new(source)?, scope))
}

/// Reads several captures as one, in order of time, and judges it. With it, the inputs that could not be read, by their index.
///
/// # Errors
///
/// Those inputs, where none could be read.
pub fn analyze_merged<I: Input>(inputs: Vec<I>, scope: &Scope) -> Result<(Findings, Failures), Failures> {
    let count = inputs.len();
    let mut reader = MergedReader::new(inputs);
    if reader.failures().len() == count {
        return Err(reader.into_failures());
    }
    let findings = judge(&mut reader, scope);
    Ok((findings, reader.into_failures()))
}

/// Reads a capture to its end and judges it beside the switch's own text, which also names proxy and service.
///
/// # Errors
///
/// As [`analyze`].
pub fn analyze_beside(
    source: impl Read,
    scope: &Scope,
    transcript: &Transcript,
) -> Result<Findings, CaptureError> {
    let mut found = analyze(source, &diagnose::named_by(transcript, scope))?;
    diagnose::set_beside(&mut found.analysis, transcript, &found.capture);
    Ok(found)
}

/// Inputs that could not be read, by their index in the order given, and why.
pub type Failures = Vec<(usize, CaptureError)>;

fn judge(frames: &mut impl Frames, scope: &Scope) -> Findings {
    let mut decoder = Decoder::new();
    let mut table = FlowTable::asking(scope.clone());
    let mut collector = Collector::new(scope.clone());
    while let Some(frame) = frames.next_frame() {
        let packet = decoder.decode(frame);
        collector.take(&packet);
        table.push(&packet);
        table.drain_finished().for_each(|flow| collector.take_flow(flow));
    }
    let limits = table.limits_reached();
    table.finish().for_each(|flow| collector.take_flow(flow));
    let capture = frames.take_facts();
    let mut analysis = diagnose::analyze(collector.finish(), scope, &capture);
    analysis.warn_of_limits(limits, decoder.fragments());
    Findings { capture, analysis }
}
