//! What the log notes of failures, with no packets beside it.

use slp_pcap::diagnose::{Analysis, Confidence};

use super::captures::Source;
use crate::{analysis, found};

const TIMED_OUT: &str = "Connection timed out";
const UNRESOLVED: &str = "Unable to resolve server hostname/domain name";

fn failed(header: &str, partner: &str, reason: &str) -> String {
    format!("{header}%SMART_LIC-3-COMM_FAILED: Communications failure with the {partner} : {reason}\n")
}

fn cssm(header: &str, reason: &str) -> String {
    failed(header, "Cisco Smart Software Manager (CSSM)", reason)
}

fn lines(analysis: &Analysis) -> Vec<u64> {
    analysis.verdict.lines.iter().map(|quote| quote.line).collect()
}

/// The commands advised before those that find the port to capture on.
fn first_commands(analysis: &Analysis) -> Vec<&str> {
    let commands = analysis.actions.iter().flat_map(|step| &step.commands).map(String::as_str);
    commands.take_while(|command| *command != "show ip cef ADDRESS").collect()
}

#[test]
fn failures_are_told_the_latest_first_with_their_stage() {
    let text = cssm("Nov 23 08:52:00.341: ", UNRESOLVED) + &cssm("Nov 23 08:57:00.341: ", TIMED_OUT);
    let told = analysis(Source::None, &text);
    assert_eq!(told.verdict.diagnostic.code, "inconclusive-no-traffic");
    assert_eq!(lines(&told), [2, 1]);
    let summary = &told.verdict.summary;
    for part in [
        "2 failures of communication with CSSM. The latest, at Nov 23 08:57:00: 'Connection timed out'",
        "(stage tcp)",
        "Before that, at Nov 23 08:52:00: 'Unable to resolve server hostname/domain name'",
        "(stage dns)",
        "No later line says that communication was restored.",
    ] {
        assert!(summary.contains(part), "{part} in {summary}");
    }
    assert_eq!(
        first_commands(&told),
        ["telnet smartreceiver.cisco.com 443 /ipv4 /source-interface INTERFACE"]
    );
}

#[test]
fn each_reason_has_its_own_advice() {
    let advised = |reason: &str, more: &str| {
        let told = analysis(Source::None, &(cssm("Nov 23 08:52:00.341: ", reason) + more));
        first_commands(&told).join("; ")
    };
    let dns = advised(UNRESOLVED, "ip name-server 10.31.104.74\n");
    assert!(dns.starts_with("show running-config | include name-server|domain"), "{dns}");
    assert!(dns.ends_with("show ip cef 10.31.104.74"), "{dns}");
    let proxy = "license smart proxy address 192.0.2.7\nlicense smart proxy port 3128\n";
    assert!(advised(TIMED_OUT, proxy).starts_with("telnet 192.0.2.7 3128 "), "{}", advised(TIMED_OUT, proxy));
    let call_home = advised("Fail to send out Call Home HTTP message", "");
    assert!(call_home.starts_with("telnet tools.cisco.com 443 "), "{call_home}");
    assert!(call_home.contains("show crypto pki trustpool"), "{call_home}");
    let empty = advised("Received empty response from server", "");
    assert!(empty.contains("debug ip http client all") && !empty.contains("telnet"), "{empty}");
}

#[test]
fn what_was_restored_is_told_so() {
    let restored = "Nov 23 08:55:44.341: %SMART_LIC-5-COMM_RESTORED: Communications with the Cisco Smart Software Manager (CSSM) restored\n";
    let told = analysis(Source::None, &(cssm("Nov 23 08:51:59.341: ", TIMED_OUT) + restored));
    assert_eq!(lines(&told), [1, 2]);
    assert!(told.verdict.summary.contains("Communication was restored since, at Nov 23 08:55:44."));
    assert_eq!(first_commands(&told)[0], "license smart sync all");
    assert_eq!(found(&told, "communication-restored-since").len(), 1);
    // A trust code proves as much; without times, the place of a line does.
    let trust = "Trust Code Installed: Nov 23 09:10:00 2026 UTC\n";
    let text = cssm("Nov 23 2026 08:51:59.341 UTC: ", TIMED_OUT) + trust;
    let told = analysis(Source::None, &text);
    assert!(
        told.verdict.summary.contains("A trust code was installed since, at 2026-11-23 09:10:00 UTC."),
        "{}",
        told.verdict.summary
    );
    let told = analysis(Source::None, &(cssm("", TIMED_OUT) + "%SMART_LIC-6-TRUST_INSTALL_SUCCESS: x\n"));
    assert!(told.verdict.summary.ends_with("A trust code was installed since."), "{}", told.verdict.summary);
    let timeless = restored.split_once(": ").map_or("", |(_, rest)| rest);
    let told = analysis(Source::None, &(cssm("", TIMED_OUT) + timeless));
    assert_eq!(lines(&told), [1, 2]);
    // Before the failure, and with another service.
    let before = analysis(Source::None, &(restored.to_owned() + &cssm("Nov 23 08:59:00.341: ", TIMED_OUT)));
    let utility = failed("Nov 23 08:51:59.341: ", "Cisco Smart Licensing Utility (CSLU)", TIMED_OUT);
    let other = analysis(Source::None, &(utility + restored));
    for told in [before, other] {
        assert!(told.verdict.summary.contains("No later line says"), "{}", told.verdict.summary);
        assert!(found(&told, "communication-restored-since").is_empty());
    }
}

#[test]
fn the_event_log_and_lines_without_a_time_are_read_alike() {
    let event = "2025-01-24 14:00:27.432 UTC SAEVT_COMM_RESTORED\n2025-01-24 15:17:46.341 UTC SAEVT_COMM_FAIL error=\"Connection timed out\"\n";
    let told = analysis(Source::None, event);
    assert_eq!(lines(&told), [2]);
    assert!(told.verdict.summary.contains("a failure of communication, at 2025-01-24 15:17:46 UTC: 'Conn"));
    let timeless = analysis(Source::None, &(cssm("", TIMED_OUT) + &cssm("", UNRESOLVED)));
    assert_eq!(lines(&timeless), [2, 1]);
    // The same failure in both logs is one.
    let both = cssm("Jan 24 2025 15:17:46.300 UTC: ", TIMED_OUT) + event;
    assert_eq!(lines(&analysis(Source::None, &both)), [3]);
    // Also where the system's log was torn before the reason.
    let torn = "Jan 24 2025 15:17:46.345 UTC: %SMART_LIC-3-COMM_FAILED: Communications failure with the\n";
    assert_eq!(lines(&analysis(Source::None, &format!("{torn}{event}"))), [3]);
    // It may have come behind the answer.
    let answered = "Trust Sync:\n  Last Response: OK on Jan 24 23:19:05 2025 UTC\n";
    assert_eq!(analysis(Source::None, answered).verdict.diagnostic.code, "ok");
    let open = analysis(Source::None, &(cssm("", TIMED_OUT) + answered));
    assert_eq!(open.verdict.diagnostic.code, "inconclusive-no-traffic");
    // Over the turn of a year.
    let new_year = cssm("Dec 31 23:59:00.000: ", UNRESOLVED) + &cssm("Jan  1 00:04:00.000: ", TIMED_OUT);
    assert_eq!(lines(&analysis(Source::None, &new_year)), [2, 1]);
}

#[test]
fn a_line_about_another_service_is_not_of_this_attempt() {
    let capture = Source::Sample("tcp-syn-timeout.pcap");
    for reason in [UNRESOLVED, TIMED_OUT] {
        let header = "Nov 22 18:18:17.345 UTC: ";
        let utility = failed(header, "Cisco Smart License Utility (CSLU)", reason);
        let told = analysis(capture, &utility);
        assert!(found(&told, "transcript-contradicts").is_empty());
        assert_eq!(found(&told, "failure-noted").len(), 1);
        assert_eq!(told.verdict.confidence, Confidence::Likely);
        assert!(!told.verdict.summary.contains("own"), "{}", told.verdict.summary);
        assert!(told.transcript.is_some_and(|beside| beside.correlations.is_empty()));
        let own = analysis(capture, &cssm(header, reason));
        assert!(own.transcript.is_some_and(|beside| beside.correlations.len() == 1));
    }
}
