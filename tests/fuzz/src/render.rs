//! Every renderer: whatever a packet says, text cannot steer a terminal and JSON stays JSON.

use pulldown_cmark::{Event, Parser, Tag};
use serde_json::Value;
use slp_pcap::report::{Detail, Format, Input, Page, Report, Summary};

/// Renders the analysis of `data` in every format.
pub fn check(data: &[u8]) {
    let Ok(found) = slp_pcap::analyze(data, &super::analyze::scope(data)) else { return };
    let input = Input { file: "capture.pcap".to_owned(), sha256: None };
    every_format(&Report::new(found.analysis, &found.capture, input));
}

/// Renders `report` in every format.
pub fn every_format(report: &Report) {
    let rendered = |format: Format, width, detail| {
        let report = report.clone();
        let mut renderer = format.renderer(false, Page { width, detail, ..Page::default() });
        renderer.report(report) + &renderer.end(Summary::default())
    };
    for (width, detail) in [(80, Detail::Full), (20, Detail::Screen), (200, Detail::Line)] {
        let text = rendered(Format::Text, width, detail);
        assert!(!text.contains(steers), "{text:?}");
    }
    let page = rendered(Format::Html, 80, Detail::Full);
    assert!(!page.contains(steers), "{page:?}");
    assert!(!page.contains("<script"), "{page:?}");
    let page = rendered(Format::Markdown, 80, Detail::Full);
    assert!(!page.contains(steers), "{page:?}");
    assert!(!Parser::new(&page).any(|event| is_foreign(&event)), "{page:?}");
    let json = rendered(Format::Json, 80, Detail::Full);
    assert!(!json.contains(steers), "{json:?}");
    let report: Value = serde_json::from_str(&json).expect("one JSON document");
    assert_eq!(report["schema"], "slp-pcap.report.v1");
    let lines = rendered(Format::Ndjson, 80, Detail::Full);
    assert!(!lines.contains(steers), "{lines:?}");
    for line in lines.lines() {
        serde_json::from_str::<Value>(line).expect("a JSON document on each line");
    }
}

/// What no report has: HTML, links and pictures in Markdown.
fn is_foreign(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock)
    )
}

/// What moves the cursor, or turns the direction of writing.
fn steers(c: char) -> bool {
    c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
