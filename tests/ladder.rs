//! What the ladder's rungs say beyond their words: kinds, silence, and what the capture lacks; checked against tshark by hand.

mod common;

use common::Sample;
use slp_pcap::report::Input;
use slp_pcap::report::model::{Event, Report};

fn report(sample: &Sample) -> Report {
    let found = slp_pcap::analyze(sample.bytes().as_slice(), &sample.scope()).expect("a capture");
    Report::new(found.analysis, &found.capture, Input { file: sample.file.clone(), sha256: None })
}

fn events(file: &str) -> Vec<Event> {
    let samples = Sample::all();
    let report = report(samples.iter().find(|sample| sample.file == file).expect("the sample"));
    report.attempts.iter().flat_map(|attempt| attempt.events.clone()).collect()
}

fn rung(events: &[Event], frame: u64) -> &Event {
    events.iter().find(|event| event.frame.number == frame).unwrap_or_else(|| panic!("frame {frame}"))
}

#[test]
fn kinds_flags_and_octets_are_those_of_the_packets() {
    let events = events("tls-untrusted-ca-proxy-12.pcap");
    let told = |frame| {
        let event = rung(&events, frame);
        (event.kind, event.flags.as_deref(), event.bytes, event.class)
    };
    assert_eq!(told(1), ("arp", None, None, None));
    assert_eq!(told(3), ("tcp", Some("SYN"), Some(0), None));
    assert_eq!(told(4), ("tcp", Some("SYN, ACK"), Some(0), None));
    assert_eq!(told(5), ("ack", Some("ACK"), Some(0), None));
    assert_eq!(told(6), ("message", Some("PSH, ACK"), Some(106), None));
    assert_eq!(told(12), ("data", Some("ACK"), Some(536), None));
    assert_eq!(told(20), ("tcp", Some("RST, ACK"), Some(0), None));
}

#[test]
fn silence_is_told_from_one_second_on() {
    let events = events("arp-unresolved-after-dns.pcap");
    let silence = |frame| rung(&events, frame).before.as_ref().and_then(|before| before.silence_ms);
    assert_eq!(silence(5), None);
    for frame in [7, 8, 9] {
        assert!(silence(frame).is_some_and(|millis| (1000.0..1100.0).contains(&millis)), "{frame}");
        assert_eq!(rung(&events, frame).class, Some("retransmission"));
    }
}

#[test]
fn octets_that_only_an_acknowledgement_shows_are_missing() {
    let missing = |file: &str, frame| {
        let events = events(file);
        let before = rung(&events, frame).before.clone().expect("something before it");
        before.missing.iter().map(|missing| (missing.from.clone(), missing.bytes)).collect::<Vec<_>>()
    };
    assert_eq!(missing("inconclusive-unreadable-missing.pcap", 8), [("10.31.104.80".to_owned(), 536)]);
    assert_eq!(missing("ok-inbound-only.pcap", 2), [("10.31.121.118".to_owned(), 216)]);
}

#[test]
fn the_ladder_lacks_what_the_connection_lacks() {
    for sample in Sample::all() {
        for attempt in report(&sample).attempts.iter().filter(|attempt| attempt.direction == "both") {
            let before = attempt.events.iter().filter_map(|event| event.before.as_ref());
            let told: u64 = before.flat_map(|before| &before.missing).map(|missing| missing.bytes).sum();
            let tcp = attempt.tcp.as_ref().map_or(0, |tcp| tcp.missing_bytes);
            assert_eq!(told, tcp, "{} attempt {}", sample.file, attempt.id);
        }
    }
}

#[test]
fn certificates_carry_what_is_wrong_with_them() {
    let flaws = |file: &str| {
        let samples = Sample::all();
        let report = report(samples.iter().find(|sample| sample.file == file).expect("the sample"));
        let tls = report.attempts.iter().find_map(|attempt| attempt.tls.as_ref()).expect("a handshake");
        tls.certificates.iter().map(|certificate| certificate.flaws.clone()).collect::<Vec<_>>()
    };
    for (file, expected) in [
        ("tls-certificate-expired-issuer.pcap", [&[][..], &["expired"]]),
        ("tls-certificate-not-yet-valid.pcap", [&["not-yet-valid"], &[]]),
        ("tls-hostname-mismatch.pcap", [&["name-mismatch"], &[]]),
        ("tls-untrusted-ca-12.pcap", [&[], &["unknown-issuer"]]),
        ("ok-certificate-weak-key.pcap", [&["weak-key"], &[]]),
        ("ok-certificate-sha1.pcap", [&["weak-signature"], &[]]),
        ("ok-certificate-expiring.pcap", [&["expiring-soon"], &[]]),
        ("ok-direct-12.pcap", [&[], &[]]),
    ] {
        assert_eq!(flaws(file), expected, "{file}");
    }
    assert_eq!(flaws("tls-intercepted-proxy.pcap").first().map(Vec::as_slice), Some(&["foreign-issuer"][..]));
}
