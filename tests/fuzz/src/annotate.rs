//! The second reading: an annotated capture, as it is and redacted, is a capture again and has the frames that were chosen.

use slp_pcap::capture::CaptureReader;
use slp_pcap::report::{Input, REDACTION_KEY, Redactor, Report, Secrets, Selection, Writer};

/// Annotates `data`, as it is and redacted.
pub fn check(data: &[u8]) {
    let scope = super::analyze::scope(data);
    let Ok(found) = slp_pcap::analyze(data, &scope) else { return };
    let selection = Selection::of(&found.analysis, found.capture.frames);
    let secrets = Secrets::of(&found.analysis, &scope);
    let mut report =
        Report::new(found.analysis, &found.capture, Input { file: "capture.pcap".to_owned(), sha256: None });
    let written = |report: &Report, redactor| {
        let mut writer = Writer::new(Vec::new());
        writer.section(data, &selection, report, redactor).expect("what was read once");
        writer.into_inner()
    };
    let plain = written(&report, None);
    let mut redactor = Redactor::new([7; REDACTION_KEY]);
    redactor.report(&mut report, &secrets);
    super::render::every_format(&report);
    let redacted = written(&report, Some(&mut redactor));
    assert_eq!(frames(&plain), frames(&redacted));
}

/// How many frames are in `capture`, and their octets on the wire.
fn frames(capture: &[u8]) -> (u64, u64) {
    let mut reader = CaptureReader::new(capture).expect("a capture");
    let (mut count, mut octets) = (0, 0);
    while let Some(frame) = reader.next_frame() {
        count += 1;
        octets += u64::from(frame.original_len);
    }
    (count, octets)
}
