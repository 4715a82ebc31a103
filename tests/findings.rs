//! Findings: each fires where its fact is, in the frame where tshark shows it too, and stays silent elsewhere.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use serde_json::Value;
use slp_pcap::attempt::Scope;
use slp_pcap::diagnose::{Diagnostic, Finding, registry};
use slp_pcap::limits::{FINDING_EVIDENCE, FINDINGS_ALIKE};

/// Code, sample, frames cited (each looked up in the sample with tshark).
const FIRES: &[(&str, &str, &[u64])] = &[
    // The first server is asked in 3 and 4; the second answers in 6.
    ("dns-server-failed-over", "ok-dns-second-server.pcap", &[3]),
    ("dns-server-silent", "ok-dns-second-server.pcap", &[3, 4]),
    ("dns-server-silent", "dns-refused-then-silent.pcap", &[5, 6]),
    // REFUSED for the service's name, then CONNECT to ncat.
    ("dns-service-name-unresolved", "ok-proxy-ncat.pcap", &[4]),
    // Sent last in 5 at 4.008 s, answered in 8 at 7.003 s.
    ("dns-slow", "dns-timeout-late-answer.pcap", &[5, 8]),
    ("dns-search-suffix", "ok-dns-aaaa-nxdomain.pcap", &[3]),
    ("dns-search-suffix", "ok-cslu-poll.pcap", &[5]),
    ("dns-asked-for-proxy", "ok-proxy-tinyproxy.pcap", &[3, 4]),
    ("dns-asked-for-proxy", "dns-nxdomain-proxy-name.pcap", &[3]),
    ("cslu-local-only", "dns-nxdomain-cslu-local.pcap", &[3]),
    ("tcp-syn-retried", "ok-syn-rejected-once.pcap", &[5, 7]),
    ("tcp-syn-retried", "ok-loss-and-reordering.pcap", &[5, 6]),
    ("tcp-icmp-error-survived", "ok-syn-rejected-once.pcap", &[6, 9]),
    ("tcp-loss", "ok-loss-and-reordering.pcap", &[19, 27]),
    ("tcp-reordering", "ok-loss-and-reordering.pcap", &[31]),
    // TTL 64 and IP ID 0, the proxy's packets have 63 and count on from 0x4a92.
    ("reset-by-middlebox", "tls-reset-proxy.pcap", &[11]),
    ("reset-by-middlebox", "http-reset-proxy.pcap", &[22]),
    ("proxy-log-on", "ok-proxy-auth-same-connection.pcap", &[8, 21]),
    ("proxy-log-on", "ok-proxy-auth-new-connection.pcap", &[8, 28]),
    // `Server: squid/5.7`.
    ("proxy-product", "proxy-forbidden-squid.pcap", &[8]),
    // Named only on its page, whose last segment is 33.
    ("proxy-product", "proxy-forbidden-privoxy.pcap", &[33]),
    ("revocation-fetch", "ok-crl-fetched.pcap", &[26]),
    // notBefore is five days after the capture; the Certificate is complete in 16.
    ("clock-wrong", "tls-certificate-not-yet-valid.pcap", &[16]),
    ("licensing-poll-pending", "ok-cslu-poll.pcap", &[16]),
    ("licensing-in-clear", "http-timeout-cslu.pcap", &[6]),
    ("licensing-in-clear", "ok-cslu-poll.pcap", &[10]),
    // Ack=537 where the peer's last captured octet is SYN-ACK's.
    ("capture-gaps", "inconclusive-unreadable-missing.pcap", &[8]),
    ("one-direction-missing", "ok-inbound-only.pcap", &[1]),
    ("one-direction-missing", "inconclusive-one-way-query.pcap", &[1]),
    ("cut-frames", "tls-untrusted-ca-cut.pcap", &[8]),
    ("starts-mid-attempt", "inconclusive-mid-stream.pcap", &[1]),
    ("ends-mid-attempt", "inconclusive-capture-ended-tls.pcap", &[9]),
    ("ends-mid-attempt", "proxy-timeout-silent.pcap", &[7]),
    // Every second frame has the IP ID and sequence number of the one before, and one hop less.
    ("duplicate-frames", "ok-linux-sll2.pcap", &[12, 14, 16, 18, 20, 22, 24, 26]),
    // 74 says NXDOMAIN in 4, 75 an address in 6.
    ("dns-answers-differ", "ok-dns-answers-differ.pcap", &[4, 6]),
    // Asked at 0 and at 1.0002 s, answered 0.6 ms later.
    ("arp-retried", "ok-arp-second-request.pcap", &[1, 2, 3]),
    ("tcp-zero-window", "ok-zero-window.pcap", &[20, 22, 25]),
    // The SYN to port 22.
    ("inbound-connection", "ok-inbound-ssh.pcap", &[3]),
    // The SYN of the connection whose ClientHello names devicehelper.cisco.com.
    ("other-cisco-service", "ok-beside-plug-and-play.pcap", &[5]),
    // SYN, and the segment with the answer's head.
    ("trust-bundle-fetch", "ok-trust-bundle-fetched.pcap", &[5, 10]),
    // 503 and 200 begin there.
    ("http-error-survived", "ok-error-survived.pcap", &[12, 18]),
    // ServerHello: 0x0302.
    ("tls-version-old", "ok-tls-11.pcap", &[10]),
    // The Certificate is complete in that frame.
    ("tls-inspection-accepted", "ok-inspected.pcap", &[18]),
    ("certificate-expiring-soon", "ok-certificate-expiring.pcap", &[16]),
    ("certificate-weak-key", "ok-certificate-weak-key.pcap", &[16]),
    ("certificate-weak-signature", "ok-certificate-sha1.pcap", &[16]),
    // ICMP, and the first segment that fits: 1,300 octets of IP.
    ("mtu-trouble-survived", "ok-smaller-after-icmp.pcap", &[18, 20]),
    // 3.8 s before the first frame.
    ("time-backwards", "ok-joined-in-wrong-order.pcap", &[30]),
];

/// Code, sample where something looks like it and is not.
const SILENT: &[(&str, &str)] = &[
    // AAAA is refused by the server that then answers A.
    ("dns-server-failed-over", "ok-dns-aaaa-nxdomain.pcap"),
    // Nothing was resolved, so nothing was survived.
    ("dns-server-failed-over", "dns-nxdomain-after-timeout.pcap"),
    // No server answers at all.
    ("dns-server-silent", "dns-timeout-two-servers.pcap"),
    ("dns-server-silent", "dns-timeout.pcap"),
    // No proxy took over.
    ("dns-service-name-unresolved", "dns-refused-dnsmasq.pcap"),
    ("dns-slow", "ok-padded-far-link.pcap"),
    ("dns-slow", "dns-timeout.pcap"),
    ("dns-answers-differ", "ok-dns-second-server.pcap"),
    ("dns-answers-differ", "dns-refused-then-silent.pcap"),
    // An alias is no suffix.
    ("dns-search-suffix", "ok-dns-cname.pcap"),
    ("dns-asked-for-proxy", "ok-proxy-ncat.pcap"),
    // A CSLU was found under that name.
    ("cslu-local-only", "ok-cslu-poll.pcap"),
    ("arp-retried", "arp-unresolved.pcap"),
    // Repeated, and never answered.
    ("tcp-syn-retried", "tcp-syn-timeout.pcap"),
    ("tcp-syn-retried", "ok-linux-sll2.pcap"),
    // Rejected for good.
    ("tcp-icmp-error-survived", "tcp-syn-rejected-host.pcap"),
    ("tcp-icmp-error-survived", "tcp-mtu-blackhole-icmp.pcap"),
    // Never acknowledged: a verdict, no survived loss.
    ("tcp-loss", "tls-timeout-dropped-hello.pcap"),
    ("tcp-loss", "tcp-mtu-blackhole-to-peer.pcap"),
    ("tcp-loss", "ok-duplicated-frames.pcap"),
    ("tcp-reordering", "ok-duplicated-frames.pcap"),
    ("tcp-zero-window", "http-reset-proxy.pcap"),
    ("mtu-trouble-survived", "tcp-mtu-blackhole-icmp.pcap"),
    ("mtu-trouble-survived", "tcp-mtu-blackhole-to-peer.pcap"),
    // The host's own RST; one of one hop less without any IP ID to compare; one with no other packet.
    ("reset-by-middlebox", "http-reset-cslu.pcap"),
    ("reset-by-middlebox", "tcp-reset.pcap"),
    ("reset-by-middlebox", "tcp-syn-refused-firewall.pcap"),
    // Nobody is known to be a switch.
    ("inbound-connection", "inconclusive-no-traffic-inbound-telnet.pcap"),
    // 407 to the end; and 13 s later, which is no log-on.
    ("proxy-log-on", "proxy-auth-required-wrong-password.pcap"),
    ("proxy-log-on", "intermittent-auth-much-later.pcap"),
    // haproxy names nothing.
    ("proxy-product", "proxy-upstream-failure-haproxy.pcap"),
    // Rejected, also after the handshake.
    ("tls-inspection-accepted", "tls-intercepted-direct.pcap"),
    ("tls-inspection-accepted", "tls-intercepted-nss-12.pcap"),
    ("tls-inspection-accepted", "ok-direct-12.pcap"),
    // Expired, which the verdict says.
    ("certificate-expiring-soon", "tls-certificate-expired-12.pcap"),
    ("certificate-expiring-soon", "ok-direct-12.pcap"),
    ("certificate-weak-signature", "ok-direct-12.pcap"),
    ("certificate-weak-key", "ok-direct-12.pcap"),
    // TLS 1.1 was chosen, and that is the verdict.
    ("tls-version-old", "tls-version-rejected-by-switch.pcap"),
    ("tls-version-old", "ok-direct-12.pcap"),
    // The verdict tells of the fetch.
    ("revocation-fetch", "tls-revocation-failed-404.pcap"),
    ("revocation-fetch", "ok-direct-12.pcap"),
    ("clock-wrong", "tls-certificate-expired-12.pcap"),
    ("clock-wrong", "ok-cslu.pcap"),
    // A log-on is no error survived.
    ("http-error-survived", "ok-onprem-absolute-form.pcap"),
    ("http-error-survived", "http-error-status-cslu.pcap"),
    ("licensing-poll-pending", "ok-cslu.pcap"),
    ("licensing-in-clear", "ok-direct-12.pcap"),
    ("licensing-in-clear", "proxy-forbidden-squid.pcap"),
    ("trust-bundle-fetch", "ok-crl-fetched.pcap"),
    ("other-cisco-service", "ok-crl-fetched.pcap"),
    // Another host's.
    ("other-cisco-service", "ok-beside-other-host.pcap"),
    // Lost on the way or cut, not by the capture.
    ("capture-gaps", "tcp-mtu-blackhole-from-peer.pcap"),
    ("capture-gaps", "tls-untrusted-ca-cut.pcap"),
    ("capture-gaps", "ok-inbound-only.pcap"),
    // Silence proves no missing direction.
    ("one-direction-missing", "tcp-syn-timeout-proxy.pcap"),
    ("one-direction-missing", "arp-unresolved.pcap"),
    ("cut-frames", "ok-padded-far-link.pcap"),
    // A RST or a SYN-ACK belongs to a beginning.
    ("starts-mid-attempt", "tcp-syn-refused-inbound-only.pcap"),
    ("starts-mid-attempt", "ok-inbound-only.pcap"),
    // Given up before the capture's end.
    ("ends-mid-attempt", "tls-timeout.pcap"),
    ("ends-mid-attempt", "ok-direct-13.pcap"),
    ("time-backwards", "ok-direct-12.pcap"),
    // The host repeats a SYN-ACK twice at once, without IP ID: two packets.
    ("duplicate-frames", "tcp-synack-unanswered.pcap"),
    ("duplicate-frames", "ok-loss-and-reordering.pcap"),
];

/// Codes that no sample fires, because the lab has no such case. Hand-made packets or facts must stand for those.
const GAPS: &[&str] = &[];

/// Those that need the switch's own text are held by `tests/transcript.rs`.
fn is_of_transcript(diagnostic: &Diagnostic) -> bool {
    registry::OF_TRANSCRIPT.contains(&diagnostic.code)
}

fn expected() -> Vec<Value> {
    let file = File::open("samples/expected.json").expect("the list of samples");
    serde_json::from_reader(file).expect("a list")
}

/// The options that a sample is to be read with.
fn scope(options: &Value) -> Scope {
    let words: Vec<&str> = options.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let mut scope = Scope::default();
    let mut words = words.into_iter();
    while let Some(option) = words.next() {
        let mut value = || words.next().expect("a value");
        match option {
            "--cssm" => scope.services.push(value().parse().expect("a target")),
            "--proxy" => scope.proxies.push(value().parse().expect("a target")),
            "--switch" => scope.switches.push(value().parse().expect("an address")),
            "--all" => scope.all = true,
            other => panic!("{other}"),
        }
    }
    scope
}

fn findings_of(sample: &str) -> Vec<Finding> {
    let all = expected();
    let entry = all.iter().find(|entry| entry["file"] == sample).unwrap_or_else(|| panic!("{sample}"));
    findings_with(sample, &scope(&entry["options"]))
}

fn findings_with(sample: &str, scope: &Scope) -> Vec<Finding> {
    let file = File::open(Path::new("samples").join(sample)).expect("a sample");
    slp_pcap::analyze(file, scope).expect("a capture").analysis.findings
}

fn frames(finding: &Finding) -> Vec<u64> {
    finding.evidence.iter().map(|evidence| evidence.at.frame.get()).collect()
}

fn one<'a>(findings: &'a [Finding], code: &str) -> &'a Finding {
    let found: Vec<&Finding> = findings.iter().filter(|finding| finding.diagnostic.code == code).collect();
    let [one] = found.as_slice() else { panic!("{code}: {found:?}") };
    one
}

#[test]
fn findings_fire_in_their_frames() {
    for (code, sample, cited) in FIRES {
        assert_eq!(frames(one(&findings_of(sample), code)), *cited, "{code} in {sample}");
    }
}

#[test]
fn findings_stay_silent_where_they_do_not_apply() {
    for (code, sample) in SILENT {
        let found = findings_of(sample);
        assert!(!found.iter().any(|finding| finding.diagnostic.code == *code), "{code} in {sample}");
    }
}

#[test]
fn every_code_has_its_example_and_its_counterexample() {
    for diagnostic in registry::findings().filter(|diagnostic| !is_of_transcript(diagnostic)) {
        let code = diagnostic.code;
        let fires = FIRES.iter().any(|(fired, ..)| *fired == code);
        assert_ne!(fires, GAPS.contains(&code), "{code}: a sample, or a gap");
        let silent = SILENT.iter().any(|(silent, _)| *silent == code);
        assert!(silent, "{code}: a sample where it stays silent");
    }
}

#[test]
fn the_gaps_are_those_that_no_sample_fills() {
    let mut fired = BTreeSet::new();
    for entry in expected() {
        let sample = entry["file"].as_str().expect("a name");
        let found = findings_with(sample, &scope(&entry["options"]));
        for finding in &found {
            assert!(!finding.evidence.is_empty(), "{sample}: {finding:?}");
            assert!(finding.evidence.len() <= FINDING_EVIDENCE, "{sample}: {finding:?}");
            assert!(finding.message.ends_with('.'), "{sample}: {}", finding.message);
        }
        fired.extend(found.iter().map(|finding| finding.diagnostic.code));
    }
    let own = registry::findings().filter(|diagnostic| !is_of_transcript(diagnostic));
    let missing = own.map(|diagnostic| diagnostic.code).filter(|code| !fired.contains(code));
    assert_eq!(missing.collect::<BTreeSet<_>>(), GAPS.iter().copied().collect());
}

#[test]
fn connections_towards_a_named_switch_are_mentioned() {
    let scope = Scope { switches: vec!["10.31.121.118".parse().expect("an address")], ..Scope::default() };
    let found = findings_with("inconclusive-no-traffic-inbound-telnet.pcap", &scope);
    let inbound = one(&found, "inbound-connection");
    // The SYNs to ports 22 and 23.
    assert_eq!(frames(inbound), [3, 5]);
    assert_eq!(inbound.message, "10.31.104.74 opened 2 connections towards the switch.");
}

/// A capture made by hand, where one detail is to vary: Ethernet, IPv4, TCP, no checksums.
#[derive(Default)]
struct Made {
    records: Vec<(u32, Vec<u8>)>,
}

const SWITCH: [u8; 4] = [10, 31, 121, 118];
const SERVER: [u8; 4] = [10, 31, 104, 80];

impl Made {
    /// A frame with the next second's time.
    fn frame(&mut self, from: ([u8; 4], u16), to: ([u8; 4], u16), numbers: [u32; 2], flags: u8, data: &[u8]) {
        let mut tcp = Vec::new();
        tcp.extend(from.1.to_be_bytes());
        tcp.extend(to.1.to_be_bytes());
        tcp.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        tcp.extend([0x50, flags, 0x10, 0x20, 0, 0, 0, 0]);
        tcp.extend(data);
        let length = u16::try_from(20 + tcp.len()).expect("short").to_be_bytes();
        let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
        frame.extend([0x45, 0, length[0], length[1], 0, 1, 0, 0, 64, 6, 0, 0]);
        frame.extend(from.0.iter().chain(&to.0));
        frame.extend(tcp);
        let time = 1_790_000_000 + u32::try_from(self.records.len()).expect("few");
        self.records.push((time, frame));
    }

    /// A connection of the switch's on which both sides speak by turns, the switch first.
    fn connection(&mut self, port: u16, server: u16, turns: &[&str]) {
        let (switch, peer) = ((SWITCH, port), (SERVER, server));
        self.frame(switch, peer, [99, 0], 0x02, b"");
        self.frame(peer, switch, [199, 100], 0x12, b"");
        let mut numbers = [100, 200];
        self.frame(switch, peer, numbers, 0x10, b"");
        for (index, turn) in turns.iter().enumerate() {
            let (from, to) = if index % 2 == 0 { (switch, peer) } else { (peer, switch) };
            self.frame(from, to, numbers, 0x18, turn.as_bytes());
            numbers[0] += u32::try_from(turn.len()).expect("short");
            numbers.swap(0, 1);
        }
        let closer = if turns.len().is_multiple_of(2) { (switch, peer) } else { (peer, switch) };
        self.frame(closer.0, closer.1, numbers, 0x11, b"");
    }

    fn findings(&self) -> Vec<Finding> {
        let mut file = Vec::new();
        for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
            file.extend(word.to_le_bytes());
        }
        for (time, frame) in &self.records {
            let length = u32::try_from(frame.len()).expect("short");
            for word in [*time, 0, length, length] {
                file.extend(word.to_le_bytes());
            }
            file.extend(frame);
        }
        slp_pcap::analyze(Cursor::new(file), &Scope::default()).expect("a capture").analysis.findings
    }
}

fn request() -> String {
    let body = r#"{"request":"{\"header\":{\"request_type\":\"ID_TOKEN_TRUST\"}}"}"#;
    let head = "POST /cslu/v1/pi HTTP/1.1\r\nHost: 10.31.104.80:8182";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn answer(fields: &str) -> String {
    let body = r#"{"response":"{\"status_code\":\"OK\",\"status_message\":\"OK\"}"}"#;
    format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn an_error_before_a_good_answer_was_survived() {
    let busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    let mut made = Made::default();
    made.connection(50_000, 8182, &[&request(), busy, &request(), &answer("")]);
    assert_eq!(frames(one(&made.findings(), "http-error-survived")), [5, 7]);
}

#[test]
fn a_date_header_hours_off_proves_a_clock_wrong() {
    // Frame 5 has the time 1,790,000,004: Mon, 21 Sep 2026 14:13:24 GMT.
    let found = |date: &str| {
        let mut made = Made::default();
        made.connection(50_000, 8182, &[&request(), &answer(&format!("Date: {date}\r\n"))]);
        made.findings().into_iter().find(|finding| finding.diagnostic.code == "clock-wrong")
    };
    let wrong = found("Mon, 21 Sep 2026 17:13:24 GMT").expect("three hours");
    assert_eq!(frames(&wrong), [5]);
    assert!(
        wrong.message.ends_with("the capture's clock is 3.0 hours behind the server's."),
        "{}",
        wrong.message
    );
    assert!(found("Mon, 21 Sep 2026 15:13:00 GMT").is_none(), "an hour is tolerated");
    assert!(found("yesterday").is_none());
}

#[test]
fn the_root_bundle_and_other_services_are_mentioned() {
    let mut made = Made::default();
    let get = |path: &str| format!("GET {path} HTTP/1.0\r\nHost: www.cisco.com\r\n\r\n");
    let missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    made.connection(50_001, 80, &[&get("/security/pki/trs/ios_core.p7b"), missing]);
    made.connection(50_002, 80, &[&get("/telemetry"), missing]);
    let alone = made.findings();
    let bundle = one(&alone, "trust-bundle-fetch");
    assert_eq!((frames(bundle), bundle.attempt), (vec![1, 5], None));
    assert!(bundle.message.ends_with("HTTP/1.1 404 Not Found."), "{}", bundle.message);
    assert!(
        !alone.iter().any(|f| f.diagnostic.code == "other-cisco-service"),
        "nobody is known to be a switch"
    );
    made.connection(50_003, 8182, &[&request(), &answer("")]);
    assert_eq!(frames(one(&made.findings(), "other-cisco-service")), [7]);
}

#[test]
fn a_clock_set_back_is_mentioned_and_a_jitter_is_not() {
    let mut made = Made::default();
    made.connection(50_000, 8182, &[&request(), &answer("")]);
    assert!(!made.findings().iter().any(|finding| finding.diagnostic.code == "time-backwards"));
    made.records[3].0 -= 3_600;
    let found = made.findings();
    assert_eq!(frames(one(&found, "time-backwards")), [4]);
    assert_eq!(one(&found, "time-backwards").message, "A frame is 3599 s earlier than the frame before it.");
}

#[test]
fn what_many_attempts_share_is_told_once() {
    let in_clear = |attempts: usize| {
        let mut made = Made::default();
        for index in 0..attempts {
            let port = 50_000 + u16::try_from(index).expect("few");
            made.connection(port, 8182, &[&request(), &answer("")]);
        }
        let clear = |finding: &Finding| finding.diagnostic.code == "licensing-in-clear";
        made.findings().into_iter().filter(clear).collect::<Vec<_>>()
    };
    assert_eq!(in_clear(FINDINGS_ALIKE).len(), FINDINGS_ALIKE);
    let many = in_clear(40);
    assert_eq!((many.len(), many[0].attempt), (1, None));
    assert_eq!(frames(&many[0]), [4, 10, 16, 22, 28, 34, 40, 46]);
    assert!(many[0].message.ends_with("The same holds for 39 more."), "{}", many[0].message);
}
