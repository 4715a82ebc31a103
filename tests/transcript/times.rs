//! Years and zones that nobody writes, and clocks that only one pair brings together.

use serde_json::Value;
use slp_pcap::diagnose::Confidence;
use slp_pcap::report::{Detail, Format};

use super::captures::Source;
use crate::{analysis, found, rendered, report};

/// Its attempt begins at 18:17:57.3 and sends its last SYN 7 s later.
const SYNS: Source = Source::Sample("tcp-syn-timeout.pcap");

fn json(source: Source, text: &str) -> Value {
    serde_json::from_str(&rendered(report(source, text), Format::Json, Detail::Screen)).expect("JSON")
}

#[test]
fn a_zone_that_nobody_explains_makes_no_instant() {
    let log = "Nov 23 03:18:17.345 KST: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n";
    let unknown = json(SYNS, log);
    assert_eq!(unknown["transcript"]["events"][0]["time"], Value::Null);
    let told = unknown["correlations"][0]["message"].as_str().expect("a sentence");
    assert!(told.contains("of Nov 23 03:18:17 KST, which fits if") && !told.contains("20.0 s"), "{told}");
    assert_eq!(unknown["correlations"][0]["confidence"], "possible");
    let known = json(SYNS, &format!("clock timezone KST 9 0\n{log}"));
    assert_eq!(known["transcript"]["events"][0]["time"], "2026-11-22T18:18:17.345000000Z");
    let told = known["correlations"][0]["message"].as_str().expect("a sentence");
    assert!(told.contains("20.0 s after its start"), "{told}");
}

#[test]
fn times_are_printed_as_they_are_written() {
    let text = " REQUEST: Nov 22 18:17:57 2026 UTC\n RESPONSE: Nov 22 18:17:57 2026 UTC\n\n REQUEST: Nov 22 18:25:00 2026 CET\n";
    let requests = &json(SYNS, text)["transcript"]["requests"];
    assert_eq!(requests[0]["time"], "2026-11-22T18:17:57.000000000Z");
    assert_eq!(requests[0]["response_time"], requests[0]["time"]);
    assert_eq!(requests[1]["time"], Value::Null);
}

#[test]
fn the_text_s_own_dates_tell_its_year() {
    let trust = "Jan 24 23:19:05.144: %SMART_LIC-6-TRUST_INSTALL_SUCCESS: x\n";
    let time = |text: &str| json(SYNS, text)["transcript"]["events"][0]["time"].clone();
    for dated in [
        "2025-01-24 23:19:05.144 UTC SAEVT_COMM_RESTORED\n",
        "Switch#show clock\n23:38:54.683 UTC Fri Jan 24 2025\n",
        " REQUEST: Jan 24 23:18:59 2025 UTC\n RESPONSE: Jan 24 23:19:05 2025 UTC\n\n",
    ] {
        assert_eq!(time(&format!("{trust}{dated}")), "2025-01-24T23:19:05.144000000Z", "{dated}");
    }
    // By the capture of November 2026, for the months around it; of others nobody knows the year.
    assert_eq!(time(&trust.replace("Jan", "Oct")), "2026-10-24T23:19:05.144000000Z");
    assert_eq!(time(trust), Value::Null);
    assert!(found(&analysis(SYNS, trust), "trust-installed-since").is_empty());
    // And by nothing: no year is made up.
    assert_eq!(json(Source::None, trust)["transcript"]["events"][0]["time"], Value::Null);
}

#[test]
fn one_pair_and_an_offset_made_for_it_claim_nothing() {
    // Seven seconds behind the good exchange.
    let text = " REQUEST: Nov 22 18:10:00 2026 UTC\n RESPONSE: Nov 22 18:10:00 2026 UTC\n\n REQUEST: Nov 22 18:19:40 2026 UTC\n RESPONSE: Nov 22 18:19:40 2026 UTC\n\n";
    let told = analysis(Source::Sample("ok-direct-13.pcap"), text);
    assert!(found(&told, "transcript-contradicts").is_empty());
    let beside = told.transcript.as_ref().expect("the text");
    let clock = beside.clock.as_ref().expect("an offset");
    assert_eq!((clock.pairs, clock.confidence), (1, Confidence::Possible));
    assert!(beside.correlations.iter().all(|one| one.confidence == Confidence::Possible));
    let [offset] = found(&told, "transcript-clock-offset")[..] else { panic!("{:?}", told.findings) };
    assert!(offset.message.contains("may be"), "{}", offset.message);
}

#[test]
fn clocks_that_agree_go_before_an_offset_that_agrees_better() {
    // An empty response for the earlier request would fit the failed attempt better, twelve minutes off.
    let text = " REQUEST: Nov 22 18:06:00 2026 UTC\n RESPONSE: Nov 22 18:06:00 2026 UTC\n\n REQUEST: Nov 22 18:17:57 2026 UTC\n RESPONSE: Nov 22 18:17:59 2026 UTC\n{\"response\":\"{\\\"status_code\\\":\\\"OK\\\"}\"}\n";
    let logged = "Nov 22 18:06:20.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n";
    for text in [text.to_owned(), format!("{text}{logged}")] {
        let told = analysis(SYNS, &text);
        let beside = told.transcript.as_ref().expect("the text");
        let clock = beside.clock.as_ref().expect("an offset");
        assert!(clock.offset.as_seconds().abs() < 2.0, "{clock:?}");
        assert_eq!(beside.correlations[0].lines[0].line, 4, "{:?}", beside.correlations);
        assert_eq!(found(&told, "transcript-contradicts").len(), 1);
    }
}
