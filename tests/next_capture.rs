//! What an inconclusive capture lacks, and the commands for the next one; nothing of it where the capture decides.

#[allow(dead_code, reason = "each test uses part of it")]
mod common;

use common::Sample;
use slp_pcap::capture::CaptureReader;
use slp_pcap::diagnose::{Analysis, KnownPath};

fn analysis(sample: &Sample) -> Analysis {
    slp_pcap::analyze(&sample.bytes()[..], &sample.scope()).expect("a capture").analysis
}

fn commands(analysis: &Analysis) -> Vec<&str> {
    analysis.actions.iter().flat_map(|advice| &advice.commands).map(String::as_str).collect()
}

#[test]
fn every_inconclusive_sample_says_what_it_lacks() {
    let expected = [
        ("inconclusive-capture-ended", "capture-stopped-early"),
        ("inconclusive-mid-stream", "capture-started-late"),
        ("inconclusive-no-connection", "capture-elsewhere"),
        ("inconclusive-no-traffic", "capture-idle"),
        ("inconclusive-nothing-sent", "capture-of-a-test"),
        ("inconclusive-one-way-query", "capture-outbound-only"),
        ("inconclusive-one-way-synack", "capture-inbound-only"),
        ("inconclusive-unidentified", "capture-idle"),
        ("inconclusive-unreadable-missing", "capture-incomplete"),
        ("inconclusive-unreadable-cut", "capture-frames-cut"),
        ("inconclusive-unreadable-body-cut", "capture-frames-cut"),
    ];
    for sample in Sample::all() {
        let analysis = analysis(&sample);
        let codes: Vec<&str> = analysis.shortcomings.iter().map(|one| one.code).collect();
        if sample.outcome != "inconclusive" {
            assert!(codes.is_empty(), "{}: {codes:?}", sample.file);
            continue;
        }
        if let Some((_, code)) = expected.iter().find(|(start, _)| sample.file.starts_with(start)) {
            assert!(codes.contains(code), "{}: {codes:?}", sample.file);
        }
        let commands = commands(&analysis);
        let starts = |start: &str| commands.iter().any(|command| command.starts_with(start));
        for start in
            ["show ip cef ", "monitor capture CSSM interface PORT both match any", "license smart sync all"]
        {
            assert!(starts(start), "{}: {start} in {commands:?}", sample.file);
        }
        let places = ["{peer}", "{next_hop}", "INTERFACE"];
        assert!(
            !commands.iter().any(|command| places.iter().any(|place| command.contains(place))),
            "{commands:?}"
        );
    }
}

#[test]
fn what_the_capture_tells_is_filled_in() {
    let samples = Sample::all();
    let sample =
        samples.iter().find(|sample| sample.file == "inconclusive-nothing-sent.pcap").expect("a sample");
    let mut analysis = analysis(sample);
    // By tshark: the connection goes to 203.0.113.81; the ARP for 10.31.121.65 is answered by 00:00:0c:9f:f0:01.
    for command in [
        "show ip cef 203.0.113.81",
        "show ip arp 10.31.121.65",
        "show mac address-table address 0000.0c9f.f001",
    ] {
        assert!(commands(&analysis).contains(&command), "{command} in {:?}", commands(&analysis));
    }
    let bytes = sample.bytes();
    let mut reader = CaptureReader::new(&bytes[..]).expect("a capture");
    while reader.next_frame().is_some() {}
    let path = KnownPath { interface: Some("Gi1/0/48".to_owned()), next_hop: None };
    analysis.plan_next_capture(reader.facts(), &path);
    let commands = commands(&analysis);
    assert!(commands.contains(&"monitor capture CSSM interface Gi1/0/48 both match any"), "{commands:?}");
    assert!(!commands.iter().any(|command| command.starts_with("show ip cef")), "{commands:?}");
}
