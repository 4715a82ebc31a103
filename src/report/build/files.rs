//! A report on several captures read as one: its frames by file and number there.

use crate::capture::{CaptureFacts, Merged};
use crate::diagnose::{Analysis, frame_range};
use crate::model::FrameNumber;
use crate::report::model::{
    Attempt, Evidence, FileName, Frame, Lookup, MergedFile, Query, Report, Stage, Verdict,
};

use super::overview::{Input, compression_name, format_name};

/// Files named in full in the report's heading.
const NAMED: usize = 3;

impl Report {
    /// The report on captures that were read as one; `inputs` in the order in which they were given.
    pub fn merged(analysis: Analysis, facts: &CaptureFacts, inputs: &[Input]) -> Self {
        let paths: Vec<&str> = inputs.iter().map(|input| input.file.as_str()).collect();
        let mut report = Self::new(analysis, facts, Input { file: String::new(), sha256: None });
        if let Some(merged) = &facts.merged {
            Files { merged, names: FileName::of(&paths) }.tell(&mut report, facts, inputs);
        }
        report.capture.file = heading(&report.capture.files);
        report
    }
}

/// What names all files to a reader.
fn heading(files: &[FileName]) -> String {
    let named = if files.len() > NAMED { NAMED - 1 } else { NAMED };
    let more = files.len().saturating_sub(named);
    let more = (more > 0).then(|| format!("{more} more"));
    let parts: Vec<String> =
        files.iter().take(named).map(|file| file.path().to_owned()).chain(more).collect();
    parts.join(" + ")
}

struct Files<'a> {
    merged: &'a Merged,
    names: Vec<FileName>,
}

impl Files<'_> {
    /// Gives every frame of the report its file, and its number there.
    fn tell(&self, report: &mut Report, facts: &CaptureFacts, inputs: &[Input]) {
        self.inputs(report, inputs);
        for (told, warning) in report.capture.warnings.iter_mut().zip(&facts.warnings) {
            told.file = warning.file.and_then(|file| self.names.get(file).cloned());
        }
        self.deciding(report);
        for candidate in &mut report.candidates {
            candidate.first_file = self.place(&mut candidate.first_frame);
        }
        report.attempts.iter_mut().for_each(|attempt| self.attempt(attempt));
        report.lookups.iter_mut().for_each(|lookup| self.lookup(lookup));
        let evidence = report.findings.iter_mut().flat_map(|finding| &mut finding.evidence);
        let correlated = report.correlations.iter_mut().flat_map(|found| &mut found.evidence);
        evidence.chain(correlated).for_each(|item| self.evidence(item));
    }

    fn inputs(&self, report: &mut Report, inputs: &[Input]) {
        let read = self.merged.files.iter().zip(&self.names).zip(inputs);
        let told = read.filter_map(|((facts, name), input)| {
            let facts = facts.as_ref()?;
            Some(MergedFile {
                file: name.clone(),
                sha256: input.sha256.clone(),
                format: format_name(facts.format),
                compression: facts.compression.map(compression_name),
                frames: facts.frames,
                bytes: facts.bytes,
                first: facts.first.map(Into::into),
                last: facts.last.map(Into::into),
            })
        });
        report.capture.inputs = told.collect();
        report.capture.files = report.capture.inputs.iter().map(|input| input.file.clone()).collect();
    }

    /// The capture's verdict, before the attempt that it is of.
    fn deciding(&self, report: &mut Report) {
        let bounds = report.deciding_attempt().map(|attempt| (attempt.first_frame, attempt.last_frame));
        self.verdict(&mut report.verdict.verdict, bounds);
    }

    fn attempt(&self, attempt: &mut Attempt) {
        self.verdict(&mut attempt.verdict, Some((attempt.first_frame, attempt.last_frame)));
        attempt.first_file = self.place(&mut attempt.first_frame);
        attempt.last_file = self.place(&mut attempt.last_frame);
        // tshark numbers the connections of each file anew.
        attempt.tcp_stream = None;
        attempt.stages.each_mut().into_iter().for_each(|stage| self.stage(stage));
        attempt.dns.lookups.iter_mut().for_each(|lookup| self.lookup(lookup));
        let alerts = attempt.tls.iter_mut().flat_map(|tls| &mut tls.alerts).map(|alert| &mut alert.frame);
        let errors = attempt.icmp.iter_mut().map(|error| &mut error.frame);
        let events = attempt.events.iter_mut().map(|event| &mut event.frame);
        alerts.chain(errors).chain(events).for_each(|frame| self.frame(frame));
    }

    /// The filter keeps its frame numbers only where they are those of one file.
    fn verdict(&self, verdict: &mut Verdict, bounds: Option<(u64, u64)>) {
        verdict.evidence.iter_mut().for_each(|item| self.evidence(item));
        let (Some(filter), Some((first, last))) = (&verdict.wireshark_filter, bounds) else { return };
        let (first, last) = (FrameNumber::new(first), FrameNumber::new(last));
        let Some(filter) = filter.strip_suffix(&frame_range(first, last)) else { return };
        let origins = &self.merged.origins;
        let one_file = origins.of(first).zip(origins.of(last)).filter(|_| origins.follow(first, last));
        verdict.wireshark_filter = match one_file {
            Some(((_, first), (_, last))) => Some(format!("{filter}{}", frame_range(first, last))),
            None => Some(filter.trim_end_matches(" && ").to_owned()).filter(|filter| !filter.is_empty()),
        };
    }

    fn stage(&self, stage: &mut Stage) {
        stage.files = self.list(&mut stage.frames);
    }

    fn lookup(&self, lookup: &mut Lookup) {
        lookup.queries.iter_mut().for_each(|query| self.query(query));
    }

    fn query(&self, query: &mut Query) {
        query.answer_file = query.answer_frame.as_mut().and_then(|frame| self.place(frame));
        query.files = self.list(&mut query.frames);
    }

    fn list(&self, frames: &mut [u64]) -> Vec<Option<FileName>> {
        frames.iter_mut().map(|frame| self.place(frame)).collect()
    }

    /// A line of text keeps its own file.
    fn evidence(&self, item: &mut Evidence) {
        if let Some(number) = &mut item.place.frame {
            item.place.file = self.place(number);
        }
    }

    fn frame(&self, frame: &mut Frame) {
        frame.file = self.place(&mut frame.number);
    }

    /// Makes `number` that of the frame in its file, which it returns; without a known file it stays what it is.
    fn place(&self, number: &mut u64) -> Option<FileName> {
        let (file, there) = self.merged.origins.of(FrameNumber::new(*number))?;
        let name = self.names.get(file).cloned();
        *number = there.get();
        name
    }
}
