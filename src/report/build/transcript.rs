//! What the switch's own text told, and a report on that text alone.

use crate::diagnose::{self, Analysis, Beside, Relation};
use crate::report::model::{
    Attempts, Capture, CaptureVerdict, Correlation, NotUnderstood, Open, Report, Setting, SwitchClock,
    SwitchCounters, SwitchEvent, SwitchRequest, TextRead, Tool, Transcript, TranscriptFile, Verdict,
};
use crate::transcript::{Counters, FileRead, Place, Settings};

use super::overview::Input;
use super::verdict::evidence;

impl Report {
    /// The report on the switch's text without a capture: the text stands in the capture's place.
    pub fn of_transcript(analysis: &Analysis, input: Input) -> Self {
        let beside = analysis.transcript.as_ref();
        let files = beside.map(|beside| beside.facts.files.as_slice()).unwrap_or_default();
        Self {
            schema: Self::SCHEMA,
            tool: Tool::THIS,
            capture: text_as_capture(files, input),
            outcome: Open(analysis.outcome),
            verdict: CaptureVerdict {
                verdict: Verdict::of(&analysis.verdict, &analysis.actions, &analysis.wireshark_filter),
                attempt: None,
            },
            other_codes: Vec::new(),
            clients: Vec::new(),
            candidates: Vec::new(),
            attempts_total: 0,
            attempts_omitted: 0,
            attempts: Attempts::default(),
            lookups: Vec::new(),
            findings: analysis.findings.iter().map(Into::into).collect(),
            shortcomings: Vec::new(),
            transcript: beside.map(Into::into),
            correlations: correlations(analysis),
        }
    }
}

fn text_as_capture(files: &[FileRead], input: Input) -> Capture {
    Capture {
        file: input.file,
        files: Vec::new(),
        inputs: Vec::new(),
        sha256: input.sha256,
        format: Capture::TRANSCRIPT,
        compression: None,
        link_types: Vec::new(),
        frames: 0,
        bytes: files.iter().map(|file| file.octets).sum(),
        first: None,
        last: None,
        clock: "absolute",
        duration_s: None,
        cut_frames: 0,
        direction: None,
        warnings: Vec::new(),
    }
}

pub(super) fn correlations(analysis: &Analysis) -> Vec<Correlation> {
    analysis.transcript.iter().flat_map(|beside| &beside.correlations).map(Into::into).collect()
}

impl From<&Beside> for Transcript {
    fn from(beside: &Beside) -> Self {
        let facts = &beside.facts;
        let name = |at: Place| facts.file_name(at).to_owned();
        Self {
            files: facts.files.iter().map(Into::into).collect(),
            clock: beside.clock.as_ref().map(Into::into),
            settings: settings(&facts.settings, name),
            requests: beside.requests.iter().map(Into::into).collect(),
            events: beside.events.iter().map(Into::into).collect(),
            counters: facts.counters.iter().map(|one| counters(one, name(one.numbers_at))).collect(),
            facts_omitted: facts.omitted,
            correlations_omitted: beside.correlations_omitted,
        }
    }
}

fn counters(counters: &Counters, file: String) -> SwitchCounters {
    SwitchCounters {
        section: counters.section,
        total: counters.total,
        success: counters.success,
        fail: counters.fail,
        overall: counters.overall,
        communication: counters.communication,
        last_response: counters.last_response.as_ref().map(|last| last.value.0.clone()),
        file,
        line: counters.numbers_at.line,
    }
}

impl From<&FileRead> for TranscriptFile {
    fn from(file: &FileRead) -> Self {
        let read = file.kinds.iter().map(|(kind, lines, first)| TextRead {
            kind: kind.name(),
            lines: *lines,
            first_line: *first,
        });
        let ranges = file.unread.ranges.iter().map(|(first, last)| [*first, *last]).collect();
        Self {
            file: file.name.clone(),
            lines: file.lines,
            bytes: file.octets,
            cut: file.cut,
            read: read.collect(),
            not_understood: NotUnderstood { lines: file.unread.lines, ranges },
        }
    }
}

impl From<&diagnose::ClockOffset> for SwitchClock {
    fn from(clock: &diagnose::ClockOffset) -> Self {
        Self {
            offset_s: clock.offset.as_seconds(),
            spread_s: clock.spread.as_seconds(),
            pairs: clock.pairs as u64,
            failures: clock.failures as u64,
            confidence: Open(clock.confidence),
        }
    }
}

impl From<&diagnose::NotedRequest> for SwitchRequest {
    fn from(request: &diagnose::NotedRequest) -> Self {
        Self {
            time: request.line.time.map(Into::into),
            request_type: request.request_type.clone(),
            section: request.section,
            response_time: request.answered.map(Into::into),
            response: request.response.clone(),
            file: request.line.file.clone(),
            line: request.line.line,
        }
    }
}

impl From<&diagnose::Quote> for SwitchEvent {
    fn from(quote: &diagnose::Quote) -> Self {
        Self {
            time: quote.time.map(Into::into),
            text: quote.note.clone(),
            file: quote.file.clone(),
            line: quote.line,
        }
    }
}

impl From<&diagnose::Correlation> for Correlation {
    fn from(found: &diagnose::Correlation) -> Self {
        Self {
            relation: match found.relation {
                Relation::Same => "same",
                Relation::NoPackets => "no-packets",
                Relation::NoRequest => "no-request",
            },
            attempt: found.attempt.map(|id| id as u64),
            request: found.request.map(Into::into),
            request_type: found.request_type.clone(),
            response: found.response.clone(),
            confidence: Open(found.confidence),
            message: found.message.clone(),
            evidence: evidence(&found.evidence, &found.lines),
        }
    }
}

/// What is set, in the order in which an engineer looks at it.
fn settings(set: &Settings, file: impl Fn(Place) -> String) -> Vec<Setting> {
    let said = |(name, (value, at)): (&'static str, (String, Place))| Setting {
        name,
        value,
        file: file(at),
        line: at.line,
    };
    set.told().into_iter().map(said).collect()
}
