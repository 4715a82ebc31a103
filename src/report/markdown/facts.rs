//! The capture itself, and who wrote the report.

use super::escape::{Place, code, inline};
use super::section::heading;
use crate::report::model::{CaptureWarning, Report};
use crate::report::text::Page;
use crate::report::text::facts::rows;

/// Facts, warnings, the tool's version.
pub(super) fn capture(report: &Report, page: Page, level: usize) -> String {
    let mut text = heading(level, "Capture");
    text.push_str("| | |\n|---|---|\n");
    for (name, value) in rows(report, page.zone) {
        let value = match name {
            "File" | "Merged" | "SHA-256" => code(&value, Place::Cell),
            _ => inline(&value, Place::Cell),
        };
        put!(text, "| {name} | {value} |\n");
    }
    if !report.capture.warnings.is_empty() {
        put!(text, "\n{}", report.capture.warnings.iter().map(warning).collect::<String>());
    }
    let (tool, verdict) = (&report.tool, report.verdict.verdict.code);
    text + &format!("\n{} {}; `slp-pcap explain {verdict}` tells more.\n", tool.name, tool.version)
}

fn warning(warning: &CaptureWarning) -> String {
    let frame = warning.frame.map(|frame| format!(" (frame {frame})")).unwrap_or_default();
    let message = inline(&warning.message, Place::Running);
    let whose = warning.file.as_ref().map_or_else(|| "capture".to_owned(), ToString::to_string);
    format!(
        "- **{}** {}: {message}{frame}\n",
        inline(&whose, Place::Running),
        code(warning.code, Place::Running)
    )
}
