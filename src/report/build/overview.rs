//! The report's outermost layer.

use crate::capture::{CaptureFacts, CaptureFormat, Compression, LinkType};
use crate::diagnose::{self, Analysis};
use crate::report::model::{
    Attempts, Candidate, Capture, CaptureVerdict, CaptureWarning, Client, CodeCount, Finding, Lookup, Open,
    Report, Shortcoming, Tool, Verdict,
};

use super::{dump, frames};

/// What only the reader of the input knows of it.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its path as given, `-` for standard input.
    pub file: String,
    /// SHA-256 of its octets in hexadecimal, unless it was too large.
    pub sha256: Option<String>,
}

impl Report {
    /// The report on one capture.
    pub fn new(mut analysis: Analysis, facts: &CaptureFacts, input: Input) -> Self {
        let attempts = Attempts::of(std::mem::take(&mut analysis.attempts), analysis.rungs);
        let mut report = Self {
            schema: Self::SCHEMA,
            tool: Tool::THIS,
            capture: capture(&analysis, facts, input, !attempts.is_empty()),
            outcome: Open(analysis.outcome),
            verdict: CaptureVerdict {
                verdict: Verdict::of(&analysis.verdict, &analysis.actions, &analysis.wireshark_filter),
                attempt: analysis.deciding.map(|id| id as u64),
            },
            other_codes: analysis.other_codes.iter().map(CodeCount::from).collect(),
            clients: analysis.clients.iter().map(Client::from).collect(),
            candidates: analysis.candidates.iter().map(Candidate::from).collect(),
            attempts_total: analysis.attempts_total as u64,
            attempts_omitted: analysis.attempts_total.saturating_sub(attempts.len()) as u64,
            attempts,
            lookups: analysis.lookups.iter().map(Lookup::from).collect(),
            findings: analysis.findings.iter().map(Finding::from).collect(),
            shortcomings: analysis.shortcomings.iter().map(Shortcoming::from).collect(),
            transcript: analysis.transcript.as_ref().map(Into::into),
            correlations: super::transcript::correlations(&analysis),
        };
        dump::settle(&mut report, facts);
        report
    }
}

fn capture(analysis: &Analysis, facts: &CaptureFacts, input: Input, tried: bool) -> Capture {
    Capture {
        file: input.file,
        files: Vec::new(),
        inputs: Vec::new(),
        sha256: input.sha256,
        format: format_name(facts.format),
        compression: facts.compression.map(compression_name),
        link_types: facts.link_types.iter().map(|link_type| link_type_name(*link_type)).collect(),
        frames: facts.frames,
        bytes: facts.bytes,
        clock: facts.clock.name(),
        first: facts.first.and_then(frames::known),
        last: facts.last.and_then(frames::known),
        duration_s: facts.first.zip(facts.last).map(|(first, last)| (last - first).as_seconds()),
        cut_frames: facts.cut_frames,
        direction: tried.then(|| analysis.visibility.name()),
        warnings: warnings(analysis, facts),
    }
}

fn warnings(analysis: &Analysis, facts: &CaptureFacts) -> Vec<CaptureWarning> {
    let of_capture = facts.warnings.iter().map(|warning| CaptureWarning {
        code: warning.code,
        message: warning.message.clone(),
        frame: warning.frame.map(frames::number),
        file: None,
    });
    let omitted = (facts.warnings_omitted > 0).then(|| CaptureWarning {
        code: "limit-capture-warnings",
        message: format!("{} more warnings about the capture are not listed", facts.warnings_omitted),
        frame: None,
        file: None,
    });
    let of_analysis = analysis.warnings.iter().map(|warning| CaptureWarning {
        code: warning.code,
        message: warning.message.clone(),
        frame: None,
        file: None,
    });
    of_capture.chain(omitted).chain(of_analysis).collect()
}

pub(super) fn format_name(format: CaptureFormat) -> &'static str {
    match format {
        CaptureFormat::Pcap => "pcap",
        CaptureFormat::PcapNg => "pcapng",
        CaptureFormat::HexDump => "hexdump",
    }
}

pub(super) fn compression_name(compression: Compression) -> &'static str {
    match compression {
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
        Compression::Xz => "xz",
        Compression::Bzip2 => "bzip2",
        Compression::Zip => "zip",
    }
}

/// Short names of the tcpdump group's link types, `linktype-N` for the others.
fn link_type_name(link_type: LinkType) -> String {
    let name = match link_type {
        LinkType::NULL => "null",
        LinkType::ETHERNET => "ethernet",
        LinkType::RAW => "raw",
        LinkType::LOOP => "loop",
        LinkType::LINUX_SLL => "linux-sll",
        LinkType::IPV4 => "ipv4",
        LinkType::IPV6 => "ipv6",
        LinkType::NFLOG => "nflog",
        LinkType::IPOIB => "ipoib",
        LinkType::LINUX_SLL2 => "linux-sll2",
        LinkType(other) => return format!("linktype-{other}"),
    };
    name.to_owned()
}

impl From<&diagnose::CodeCount> for CodeCount {
    fn from(other: &diagnose::CodeCount) -> Self {
        Self { code: other.code, count: other.count as u64 }
    }
}

impl From<&diagnose::Client> for Client {
    fn from(client: &diagnose::Client) -> Self {
        Self {
            addresses: client.addresses.iter().map(ToString::to_string).collect(),
            outcome: Open(client.outcome),
            attempts: client.attempts as u64,
            ok: client.ok as u64,
            failed: client.failed as u64,
        }
    }
}

impl From<&diagnose::Candidate> for Candidate {
    fn from(candidate: &diagnose::Candidate) -> Self {
        Self {
            client: candidate.client.to_string(),
            host: candidate.host.as_ref().map(ToString::to_string),
            peer: candidate.peer.map(|peer| peer.to_string()),
            code: candidate.code,
            count: candidate.count as u64,
            first_frame: frames::number(candidate.first.frame),
            first_file: None,
            option: candidate.option.clone(),
        }
    }
}
