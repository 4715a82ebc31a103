//! The strings of what the switch's own text told. Every field is named, so that a new one cannot be forgotten.

use super::Redactor;
use super::report::Redact;
use crate::report::model::{
    Correlation, Setting, SwitchCounters, SwitchEvent, SwitchRequest, Transcript, TranscriptFile,
};

/// A text's name, as everywhere else.
fn file(name: &mut String, by: &mut Redactor) {
    *name = by.names.file(name);
}

impl Redact for Transcript {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            files,
            clock: _,
            settings,
            requests,
            events,
            counters,
            facts_omitted: _,
            correlations_omitted: _,
        } = self;
        files.redact(by);
        settings.redact(by);
        requests.redact(by);
        events.redact(by);
        counters.redact(by);
    }
}

impl Redact for TranscriptFile {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { file: name, lines: _, bytes: _, cut: _, read: _, not_understood: _ } = self;
        file(name, by);
    }
}

impl Redact for Setting {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { name: _, value, file: name, line: _ } = self;
        value.redact(by);
        file(name, by);
    }
}

impl Redact for SwitchRequest {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { time: _, request_type, section: _, response_time: _, response, file: name, line: _ } =
            self;
        request_type.redact(by);
        response.redact(by);
        file(name, by);
    }
}

impl Redact for SwitchEvent {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { time: _, text, file: name, line: _ } = self;
        text.redact(by);
        file(name, by);
    }
}

impl Redact for SwitchCounters {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            section: _,
            total: _,
            success: _,
            fail: _,
            overall: _,
            communication: _,
            last_response,
            file: name,
            line: _,
        } = self;
        last_response.redact(by);
        file(name, by);
    }
}

impl Redact for Correlation {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            relation: _,
            attempt: _,
            request: _,
            request_type,
            response,
            confidence: _,
            message,
            evidence,
        } = self;
        request_type.redact(by);
        response.redact(by);
        message.redact(by);
        evidence.redact(by);
    }
}
