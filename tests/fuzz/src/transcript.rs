//! The switch's own text: no panic, places that are in it, and reports that can be printed; alone and beside a capture.

use slp_pcap::attempt::Scope;
use slp_pcap::diagnose;
use slp_pcap::report::{Input, REDACTION_KEY, Redactor, Report, Secrets};
use slp_pcap::transcript::{self, Transcript};

/// Three attempts of one switch, all of them failed.
const CAPTURE: &[u8] = include_bytes!("../../../samples/failed-three-times.pcap");

/// Reads `data` as text and sets it beside a capture; every second length alone.
pub fn check(data: &[u8]) {
    let mut facts = Transcript::default();
    transcript::read(data, "show.txt", &mut facts).expect("octets in memory");
    let file = facts.files.last().expect("the file read");
    assert_eq!(file.octets, data.len() as u64);
    let exchanges = facts.exchanges.iter().flat_map(|exchange| [&exchange.request, &exchange.response]);
    let times = exchanges.flatten().map(|said| said.at);
    for place in facts.events.iter().map(|event| event.at).chain(times) {
        assert!((1..=file.lines).contains(&place.line), "line {} of {}", place.line, file.lines);
    }
    let input = Input { file: "show.txt".to_owned(), sha256: None };
    let scope = diagnose::named_by(&facts, &Scope::default());
    let (secrets, mut report) = if data.len().is_multiple_of(2) {
        let found = slp_pcap::analyze_beside(CAPTURE, &Scope::default(), &facts).expect("a sample");
        (Secrets::of(&found.analysis, &scope), Report::new(found.analysis, &found.capture, input))
    } else {
        let analysis = diagnose::alone(&facts);
        (Secrets::of(&analysis, &scope), Report::of_transcript(&analysis, input))
    };
    super::render::every_format(&report);
    Redactor::new([7; REDACTION_KEY]).report(&mut report, &secrets);
    super::render::every_format(&report);
}
