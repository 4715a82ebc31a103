//! Reports as somebody has read them: of a few samples, and the sample reports. `UPDATE=1 cargo test --test snapshots` writes them;
//! read the difference before it is committed.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::Sample;
use slp_pcap::report::{Format, Input, Page, Report, Summary, Zone};

/// One of each sort: DNS, next hop, loss, silence, several attempts, nothing recognised, something missing.
const SAMPLES: &[&str] = &[
    "arp-unresolved-after-dns",
    "dns-timeout-two-servers",
    "inconclusive-unidentified",
    "inconclusive-unreadable-missing",
    "intermittent-proxy-503-then-ok",
    "ok-loss-and-reordering",
];
/// The capture of the sample reports.
const SHOWN: &str = "tls-untrusted-ca-proxy-12";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rendered(name: &str, format: Format, zone: Zone) -> String {
    let file = format!("{name}.pcap");
    let sample = Sample::all().into_iter().find(|sample| sample.file == file).expect("the sample");
    let found = slp_pcap::analyze(sample.bytes().as_slice(), &sample.scope()).expect("a capture");
    let input = Input { file: format!("samples/{file}"), sha256: None };
    let mut renderer = format.renderer(false, Page { zone, ..Page::default() });
    renderer.report(Report::new(found.analysis, &found.capture, input)) + &renderer.end(Summary::default())
}

/// Holds `text` against what was stored.
fn hold(path: &PathBuf, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    let stored = fs::read_to_string(path).unwrap_or_default();
    let differs = stored.lines().zip(text.lines()).find(|(stored, now)| stored != now);
    assert!(stored == text, "{} is stale: UPDATE=1 cargo test --test snapshots; {differs:?}", path.display());
}

/// A page without its style, which says nothing of the capture.
fn unstyled(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").expect("a style");
    let (_, after) = rest.split_once("</style>").expect("its end");
    format!("{before}<style></style>{after}")
}

#[test]
fn reports_are_as_they_were_read() {
    let folder = root().join("tests/snapshots");
    let zone: Zone = "Europe/Berlin".parse().expect("a zone");
    for name in SAMPLES {
        hold(&folder.join(name).with_extension("md"), &rendered(name, Format::Markdown, zone));
        hold(&folder.join(name).with_extension("html"), &unstyled(&rendered(name, Format::Html, zone)));
    }
}

#[test]
fn sample_reports_are_fresh() {
    for (format, ending) in [(Format::Markdown, "md"), (Format::Html, "html")] {
        hold(&root().join("samples/report").with_extension(ending), &rendered(SHOWN, format, Zone::Utc));
    }
}
