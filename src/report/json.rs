//! `json`: one capture's report, or all of a run's in a batch; pretty.

use std::io::{self, Write};

use serde::Serialize;

use super::format::Render;
use super::model::{Batch, Failure, Report, Summary};
use super::printable::PrintableJson;

/// One JSON document.
pub(super) enum Json {
    /// The report itself.
    Single,
    /// Every report, once all are there.
    Batch(Box<Batch>),
}

impl Json {
    pub(super) fn new(several: bool) -> Self {
        if several { Self::Batch(Box::default()) } else { Self::Single }
    }
}

impl Render for Json {
    fn report(&mut self, report: Report) -> String {
        written(|out| self.write_report(report, out))
    }

    fn write_report(&mut self, report: Report, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Single => write_pretty(out, &report),
            Self::Batch(batch) => {
                batch.reports.push(report);
                Ok(())
            }
        }
    }

    fn failure(&mut self, failure: Failure) -> String {
        if let Self::Batch(batch) = self {
            batch.errors.push(failure);
        }
        String::new()
    }

    fn end(&mut self, summary: Summary) -> String {
        match self {
            Self::Single => String::new(),
            Self::Batch(batch) => {
                batch.summary = summary;
                pretty(batch)
            }
        }
    }
}

/// `value` as indented JSON, with a final line break.
pub(super) fn pretty(value: &impl Serialize) -> String {
    written(|out| write_pretty(out, value))
}

fn write_pretty(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut json = PrintableJson::new(out);
    serde_json::to_writer_pretty(&mut json, value)?;
    json.end()
}

/// What `write` writes: the report's types have string keys only, and writing to memory cannot fail.
pub(super) fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut octets = Vec::new();
    write(&mut octets).map_or_else(|_| String::new(), |()| String::from_utf8(octets).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample;

    fn parsed(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_single_report_has_the_contract_s_keys_in_order() {
        let json = Json::new(false).report(sample::report());
        let top: Vec<&str> = json.lines().filter_map(top_level_key).collect();
        assert_eq!(
            top,
            [
                "schema",
                "tool",
                "capture",
                "outcome",
                "verdict",
                "other_codes",
                "clients",
                "candidates",
                "attempts_total",
                "attempts_omitted",
                "attempts",
                "lookups",
                "findings",
                "shortcomings",
                "transcript",
                "correlations"
            ]
        );
        let report = parsed(&json);
        assert_eq!(report["schema"], "slp-pcap.report.v1");
        assert_eq!(report["verdict"]["code"], "proxy-forbidden");
        assert_eq!(report["verdict"]["stage"], "proxy");
        assert_eq!(report["verdict"]["attempt"], 2);
        assert!(report["attempts"][0]["verdict"].get("attempt").is_none());
        assert!(report["transcript"].is_null());
        assert_eq!(report["capture"]["first"], "2025-01-24T15:41:58.123456000Z");
    }

    fn top_level_key(line: &str) -> Option<&str> {
        line.strip_prefix("  \"")?.split('"').next()
    }

    #[test]
    fn all_six_stages_are_always_there() {
        let report = parsed(&Json::new(false).report(sample::report()));
        for attempt in report["attempts"].as_array().unwrap() {
            let stages: Vec<&String> = attempt["stages"].as_object().unwrap().keys().collect();
            assert_eq!(stages.len(), 6, "{stages:?}");
            assert!(attempt["stages"]["arp"].get("duration_ms").unwrap().is_null());
        }
    }

    #[test]
    fn several_captures_make_a_batch() {
        let mut json = Json::new(true);
        let mut summary = Summary::default();
        assert_eq!(json.report(sample::report()), "");
        summary.count(&sample::report());
        summary.errors = 1;
        json.failure(Failure { file: "x.pcap".into(), message: "the input is empty".into() });
        let batch = parsed(&json.end(summary));
        assert_eq!(batch["schema"], "slp-pcap.batch.v1");
        assert_eq!(batch["reports"][0]["schema"], "slp-pcap.report.v1");
        assert_eq!(batch["errors"][0]["file"], "x.pcap");
        assert_eq!(
            (batch["summary"]["failed"].as_u64(), batch["summary"]["errors"].as_u64()),
            (Some(1), Some(1))
        );
    }
}
