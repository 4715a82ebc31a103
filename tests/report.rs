//! Every sample in every format: what holds for one report must hold for all.

use std::fs::{self, File};
use std::path::PathBuf;

use serde_json::Value;
use slp_pcap::attempt::Scope;
use slp_pcap::report::{Detail, Format, Input, Page, Report, Summary};

fn samples() -> Vec<PathBuf> {
    let files = fs::read_dir("samples").expect("samples").map(|entry| entry.expect("a file").path());
    let capture = |path: &PathBuf| path.extension().is_some_and(|end| end == "pcap" || end == "pcapng");
    // What the program itself wrote is no sample.
    let written = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == "report-annotated");
    let mut captures: Vec<PathBuf> = files.filter(capture).filter(|path| !written(path)).collect();
    captures.sort();
    captures
}

fn report(path: &PathBuf) -> Report {
    report_within(path, &Scope::default())
}

fn report_within(path: &PathBuf, scope: &Scope) -> Report {
    let file = File::open(path).expect("a sample");
    let found = slp_pcap::analyze(file, scope).expect("a capture");
    let input = Input { file: path.display().to_string(), sha256: None };
    Report::new(found.analysis, &found.capture, input)
}

fn rendered(path: &PathBuf, format: Format, detail: Detail) -> String {
    let mut renderer = format.renderer(false, Page { detail, ..Page::default() });
    renderer.report(report(path)) + &renderer.end(Summary::default())
}

/// Commands are indented by nine, filters stand below their heading: both stay whole.
fn too_wide(text: &str) -> Option<&str> {
    let filters =
        text.lines().zip(text.lines().skip(1)).filter(|(above, _)| above.trim() == "Wireshark filter");
    let filters: Vec<&str> = filters.map(|(_, filter)| filter).collect();
    let whole = |line: &str| line.starts_with("         ") || filters.contains(&line);
    text.lines().find(|line| line.chars().count() > 80 && !whole(line))
}

#[test]
fn text_fits_80_columns_and_cannot_steer_a_terminal() {
    for path in samples() {
        for detail in [Detail::Screen, Detail::Full] {
            let text = rendered(&path, Format::Text, detail);
            assert_eq!(too_wide(&text), None, "{}", path.display());
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{}", path.display());
        }
        assert_eq!(rendered(&path, Format::Text, Detail::Line).lines().count(), 1);
    }
}

#[test]
fn judging_every_connection_leaves_none_out_and_changes_no_verdict() {
    for path in samples() {
        let (usual, all) = (report(&path), report_within(&path, &Scope { all: true, ..Scope::default() }));
        if usual.attempts_total > 0 {
            let codes = [&usual, &all].map(|report| (report.outcome.0, report.verdict.verdict.code));
            assert_eq!(codes[0], codes[1], "{}", path.display());
        }
        let mut streams: Vec<u32> = all.attempts.iter().filter_map(|attempt| attempt.tcp_stream).collect();
        streams.sort_unstable();
        streams.dedup();
        assert!(streams.iter().enumerate().all(|(n, &stream)| n == stream as usize), "{}", path.display());
    }
}

#[test]
fn json_names_its_deciding_attempt_and_all_six_stages() {
    for path in samples() {
        let report: Value =
            serde_json::from_str(&rendered(&path, Format::Json, Detail::Screen)).expect("JSON");
        let attempts = report["attempts"].as_array().expect("a list");
        let deciding = &report["verdict"]["attempt"];
        if !deciding.is_null() {
            let found = attempts.iter().find(|attempt| attempt["id"] == *deciding).expect("the attempt");
            assert_eq!(found["verdict"]["code"], report["verdict"]["code"], "{}", path.display());
        }
        for attempt in attempts {
            let stages: Vec<&String> = attempt["stages"].as_object().expect("stages").keys().collect();
            assert_eq!(stages.len(), 6, "{}", path.display());
        }
    }
}
