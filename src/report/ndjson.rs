//! `ndjson`: one line for each report and each error as they come, then the summary; each line with its `schema`.

use std::io::{self, Write};

use serde::Serialize;

use super::format::Render;
use super::json::written;
use super::model::{Failure, FailureLine, Report, Summary, SummaryLine};
use super::printable::PrintableJson;

/// One JSON document on each line.
pub(super) struct Ndjson;

impl Render for Ndjson {
    fn report(&mut self, report: Report) -> String {
        line(&report)
    }

    fn write_report(&mut self, report: Report, out: &mut dyn Write) -> io::Result<()> {
        write_line(out, &report)
    }

    fn failure(&mut self, failure: Failure) -> String {
        line(&FailureLine::new(&failure))
    }

    fn end(&mut self, summary: Summary) -> String {
        line(&SummaryLine::new(summary))
    }
}

fn line(value: &impl Serialize) -> String {
    written(|out| write_line(out, value))
}

fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    let mut json = PrintableJson::new(out);
    serde_json::to_writer(&mut json, value)?;
    json.end()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample;

    #[test]
    fn every_line_says_what_it_is() {
        let failure = Failure { file: "a\nb.pcap".into(), message: "the input is empty".into() };
        let text = [Ndjson.report(sample::report()), Ndjson.failure(failure), Ndjson.end(Summary::default())]
            .concat();
        let schemas: Vec<Value> =
            text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["schema"].clone()).collect();
        assert_eq!(schemas, ["slp-pcap.report.v1", "slp-pcap.error.v1", "slp-pcap.summary.v1"]);
    }
}
