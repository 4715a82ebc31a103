//! The report's strings, one type after the other. Every field is named, so that a new one cannot be forgotten.

mod attempt;
mod protocols;

use super::Redactor;
use crate::report::model::{
    Action, Candidate, Capture, CaptureVerdict, CaptureWarning, Client, Evidence, FileName, Finding, Frame,
    Location, MergedFile, Report, Shortcoming, Verdict,
};

/// Something with strings in it that may name the customer.
pub(in crate::report::redact) trait Redact {
    fn redact(&mut self, by: &mut Redactor);
}

impl Redact for String {
    fn redact(&mut self, by: &mut Redactor) {
        *self = by.text(self);
    }
}

impl<T: Redact> Redact for Option<T> {
    fn redact(&mut self, by: &mut Redactor) {
        if let Some(one) = self {
            one.redact(by);
        }
    }
}

impl<T: Redact> Redact for Vec<T> {
    fn redact(&mut self, by: &mut Redactor) {
        for one in self {
            one.redact(by);
        }
    }
}

impl Redact for FileName {
    fn redact(&mut self, by: &mut Redactor) {
        let shown = by.names.file(self.path());
        self.clone_from(&Self::one(&shown));
    }
}

impl Redact for Frame {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { number: _, file } = self;
        file.redact(by);
    }
}

impl Redact for Location {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { frame: _, file, line: _ } = self;
        file.redact(by);
    }
}

impl Report {
    /// Takes out what names the customer.
    pub(in crate::report::redact) fn redact(&mut self, by: &mut Redactor) {
        let Self {
            schema: _,
            tool: _,
            capture,
            outcome: _,
            verdict,
            other_codes: _,
            clients,
            candidates,
            attempts_total: _,
            attempts_omitted: _,
            attempts,
            lookups,
            findings,
            shortcomings,
            transcript,
            correlations,
        } = self;
        capture.redact(by);
        let CaptureVerdict { verdict, attempt: _ } = verdict;
        verdict.redact(by);
        clients.redact(by);
        candidates.redact(by);
        attempts.iter_mut().for_each(|attempt| attempt.redact(by));
        lookups.redact(by);
        findings.redact(by);
        for Shortcoming { code: _, message, evidence } in shortcomings {
            message.redact(by);
            evidence.redact(by);
        }
        transcript.redact(by);
        correlations.redact(by);
    }
}

impl Redact for Capture {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            file,
            files,
            inputs,
            sha256,
            format: _,
            compression: _,
            link_types: _,
            frames: _,
            bytes: _,
            first: _,
            last: _,
            clock: _,
            duration_s: _,
            cut_frames: _,
            direction: _,
            warnings,
        } = self;
        files.redact(by);
        inputs.redact(by);
        *file = match files.as_slice() {
            [] => by.names.file(file),
            several => several.iter().map(FileName::path).collect::<Vec<_>>().join(" + "),
        };
        *sha256 = None;
        for CaptureWarning { code: _, message, frame: _, file } in warnings {
            message.redact(by);
            file.redact(by);
        }
    }
}

impl Redact for MergedFile {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { file, sha256, format: _, compression: _, frames: _, bytes: _, first: _, last: _ } = self;
        file.redact(by);
        *sha256 = None;
    }
}

impl Redact for Verdict {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            code: _,
            stage: _,
            title: _,
            summary,
            confidence: _,
            party: _,
            reported_as: _,
            evidence,
            actions,
            wireshark_filter,
        } = self;
        summary.redact(by);
        evidence.redact(by);
        for Action { text, commands } in actions {
            text.redact(by);
            commands.redact(by);
        }
        if let Some(filter) = wireshark_filter {
            *filter = by.filter(filter);
        }
    }
}

impl Redact for Evidence {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { place, time: _, source_index: _, note } = self;
        place.redact(by);
        note.redact(by);
    }
}

impl Redact for Finding {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { code: _, severity: _, attempt: _, message, evidence } = self;
        message.redact(by);
        evidence.redact(by);
    }
}

impl Redact for Client {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { addresses, outcome: _, attempts: _, ok: _, failed: _ } = self;
        addresses.redact(by);
    }
}

impl Redact for Candidate {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { client, host, peer, code: _, count: _, first_frame: _, first_file, option } = self;
        first_file.redact(by);
        client.redact(by);
        host.redact(by);
        peer.redact(by);
        option.redact(by);
    }
}
