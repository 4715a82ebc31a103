//! The switch's own text beside a capture, and alone: each conclusion fires where text and packets show it, and stays silent
//! where something looks like it and is not.

mod transcript {
    pub mod captures;
    pub mod cases;
    mod noted;
    mod redacted;
    mod times;
}

use std::fs;
use std::path::Path;

use serde_json::Value;
use slp_pcap::attempt::Scope;
use slp_pcap::diagnose::{self, Analysis, Confidence, Finding, Judged, registry};
use slp_pcap::report::{Detail, Format, Input, Page, Report, Summary};
use slp_pcap::transcript::{self as room, Kind, Transcript};

use transcript::captures::Source;
use transcript::cases::{FIRES, SILENT};

const NAME: &str = "switch.txt";

/// Four SYNs, and no frame to the switch: nothing proves that its inbound side is visible.
const SYNS: Source = Source::Only("tcp-syn-timeout.pcap", &[5, 6, 7, 10]);

fn facts(text: &[u8]) -> Transcript {
    let mut facts = Transcript::default();
    room::read(text, NAME, &mut facts).expect("memory can be read");
    facts
}

fn analysis(source: Source, text: &str) -> Analysis {
    analysis_with(source, text, &Scope::default())
}

fn analysis_with(source: Source, text: &str, scope: &Scope) -> Analysis {
    let facts = facts(text.as_bytes());
    match source.octets() {
        Some(octets) => {
            slp_pcap::analyze_beside(octets.as_slice(), scope, &facts).expect("a capture").analysis
        }
        None => diagnose::alone(&facts),
    }
}

fn found<'a>(analysis: &'a Analysis, code: &str) -> Vec<&'a Finding> {
    analysis.findings.iter().filter(|finding| finding.diagnostic.code == code).collect()
}

fn text(name: &str) -> String {
    fs::read_to_string(Path::new("tests/transcripts").join(name)).expect("a text")
}

#[test]
fn conclusions_have_their_frames_and_lines() {
    for case in FIRES {
        let analysis = analysis(case.source, case.text);
        let all = found(&analysis, case.code);
        let [one] = all.as_slice() else {
            panic!("{} in {:?}: {:?}", case.code, case.source, analysis.findings)
        };
        let frames: Vec<u64> = one.evidence.iter().map(|evidence| evidence.at.frame.get()).collect();
        let lines: Vec<u64> = one.lines.iter().map(|quote| quote.line).collect();
        assert_eq!(
            (frames.as_slice(), lines.as_slice()),
            (case.frames, case.lines),
            "{}: {one:?}",
            case.code
        );
        assert!(one.message.ends_with('.') && one.message.contains(case.says), "{}", one.message);
    }
}

#[test]
fn conclusions_stay_silent_where_they_do_not_apply() {
    for (code, source, text) in SILENT {
        let analysis = analysis(*source, text);
        assert!(found(&analysis, code).is_empty(), "{code} in {source:?}: {:?}", found(&analysis, code));
    }
}

#[test]
fn every_code_of_the_text_has_its_example_and_its_counterexample() {
    for code in registry::OF_TRANSCRIPT {
        assert!(registry::find(code).is_some_and(|known| known.severity().is_some()), "{code}");
        assert!(FIRES.iter().any(|case| case.code == *code), "{code}: an example");
        assert!(SILENT.iter().any(|(silent, ..)| silent == code), "{code}: a counterexample");
    }
}

#[test]
fn an_attempt_stands_beside_its_request_and_its_log_line() {
    let analysis = analysis(Source::Sample("tcp-syn-timeout.pcap"), &text("syn-timeout.txt"));
    let beside = analysis.transcript.as_ref().expect("the text");
    let [one] = beside.correlations.as_slice() else { panic!("{:?}", beside.correlations) };
    let lines: Vec<u64> = one.lines.iter().map(|quote| quote.line).collect();
    // REQUEST, RESPONSE, SAEVT_COMM_FAIL; the SYN and its last repetition.
    assert_eq!((one.attempt, one.response.as_deref(), lines), (Some(1), Some("empty"), vec![23, 27, 12]));
    assert_eq!(one.evidence.iter().map(|evidence| evidence.at.frame.get()).collect::<Vec<_>>(), [5, 10]);
    assert_eq!(one.request_type.as_deref(), Some("ID_TOKEN_TRUST"));
    assert!(one.message.contains("20.0 s after its start: 'Connection timed out'"), "{}", one.message);
    // The log agrees, and a pattern stays a pattern.
    assert_eq!(analysis.verdict.confidence, Confidence::Likely);
    assert!(analysis.verdict.summary.ends_with("The switch's own log agrees: 'Connection timed out'."));
    assert_eq!(analysis.verdict.lines.iter().map(|quote| quote.line).collect::<Vec<_>>(), [12]);
}

/// The switch's times in `text`, `minutes` later.
fn with_clock_ahead(text: &str, minutes: u32) -> String {
    let shifted = |word: &str| {
        let part = |at: usize| word.get(at..at + 2)?.parse::<u32>().ok();
        let is_time = word.len() >= 8 && word.as_bytes()[2] == b':' && word.as_bytes()[5] == b':';
        let (hour, minute) = is_time.then(|| Some((part(0)?, part(3)?))).flatten()?;
        let total = hour * 60 + minute + minutes;
        Some(format!("{:02}:{:02}{}", total / 60 % 24, total % 60, &word[5..]))
    };
    let line = |line: &str| {
        line.split(' ').map(|word| shifted(word).unwrap_or(word.to_owned())).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_clock_seven_minutes_off_is_found_and_allowed_for() {
    let source = Source::Apart("failed-three-times.pcap", 30);
    let text = text("three-attempts.txt");
    for (minutes, seconds) in [(0, 0.0), (7, 420.0)] {
        let analysis = analysis(source, &with_clock_ahead(&text, minutes));
        let beside = analysis.transcript.as_ref().expect("the text");
        let clock = beside.clock.as_ref().expect("an offset");
        // Requests are noted to the second.
        assert!((clock.offset.as_seconds() - seconds).abs() < 1.0, "{clock:?}");
        assert!(clock.spread.as_seconds() < 1.0, "{clock:?}");
        assert_eq!((clock.pairs, clock.failures, clock.confidence), (3, 2, Confidence::Likely));
        let told: Vec<_> = beside
            .correlations
            .iter()
            .map(|one| {
                (
                    one.attempt,
                    one.response.as_deref(),
                    one.lines.iter().map(|quote| quote.line).collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (Some(1), Some("empty"), vec![10, 16, 29]),
                (Some(2), None, vec![19, 30]),
                (Some(3), None, vec![27]),
            ]
        );
        assert_eq!(found(&analysis, "transcript-clock-offset").len(), usize::from(minutes > 0));
        assert_eq!(analysis.verdict.diagnostic.code, "tls-untrusted-ca");
        for code in [
            "request-without-packets",
            "attempt-without-request",
            "requests-at-another-time",
            "transcript-contradicts",
        ] {
            assert!(found(&analysis, code).is_empty(), "{code}: {:?}", analysis.findings);
        }
    }
}

#[test]
fn one_pair_far_apart_is_no_ground_for_more() {
    let text = " REQUEST: Nov 22 18:24:57 2026 UTC\n\n RESPONSE: Nov 22 18:25:00 2026 UTC\n\n{\"response\":\"{\\\"status_code\\\":\\\"OK\\\"}\"}\n";
    let analysis = analysis(Source::Sample("tcp-syn-timeout.pcap"), text);
    let clock = analysis.transcript.as_ref().and_then(|beside| beside.clock.clone()).expect("an offset");
    assert_eq!((clock.pairs, clock.confidence), (1, Confidence::Possible));
    assert!(found(&analysis, "transcript-contradicts").is_empty());
    assert_eq!(analysis.verdict.confidence, Confidence::Likely);
}

#[test]
fn a_contradiction_lowers_a_pattern_and_leaves_bytes_alone() {
    let open = "Switch#telnet smartreceiver.cisco.com 443\nTrying 203.0.113.81, 443 ... Open\n";
    let pattern = analysis(Source::Sample("tcp-syn-timeout.pcap"), open);
    assert_eq!(pattern.verdict.confidence, Confidence::Possible);
    assert!(pattern.verdict.summary.ends_with("The switch's own text contradicts it."));
    let empty = " REQUEST: Nov 22 18:19:33 2026 UTC\n RESPONSE: Nov 22 18:19:33 2026 UTC\n\n";
    let bytes = analysis(Source::Sample("ok-direct-13.pcap"), empty);
    assert_eq!(found(&bytes, "transcript-contradicts").len(), 1);
    assert_eq!((bytes.verdict.diagnostic.code, bytes.verdict.confidence), ("ok", Confidence::Certain));
}

#[test]
fn a_log_that_agrees_makes_a_guess_likely_and_never_certain() {
    // Without the DNS answer no frame to the switch is there: the verdict is a guess.
    let scope = Scope { services: vec!["203.0.113.81".parse().expect("a target")], ..Scope::default() };
    let alone = analysis_with(SYNS, "Trust Code Installed: <none>\n", &scope);
    assert_eq!(
        (alone.verdict.diagnostic.code, alone.verdict.confidence),
        ("tcp-syn-timeout", Confidence::Possible)
    );
    let log = "Nov 22 18:18:17.345: %SMART_LIC-3-COMM_FAILED: Communications failure with CSSM : Connection timed out\n";
    let agreed = analysis_with(SYNS, log, &scope);
    assert_eq!(agreed.verdict.confidence, Confidence::Likely);
}

#[test]
fn the_configuration_names_the_proxy_that_an_option_would() {
    let plain = analysis(Source::Sample("inconclusive-unidentified.pcap"), "Trust Code Installed: <none>\n");
    assert_eq!(plain.verdict.diagnostic.code, "inconclusive-unidentified");
    let candidate = plain.candidates.first().and_then(|candidate| candidate.peer).expect("a peer");
    let named = format!(
        "license smart proxy address {}\nlicense smart proxy port {}\n",
        candidate.ip, candidate.port
    );
    let known = analysis(Source::Sample("inconclusive-unidentified.pcap"), &named);
    assert_eq!(known.verdict.diagnostic.code, "tcp-syn-timeout");
}

#[test]
fn nothing_is_advised_that_is_configured_or_shown() {
    let commands = |text: &str| -> Vec<String> {
        let analysis = analysis(Source::Sample("tcp-syn-timeout.pcap"), text);
        let steps = analysis.attempts.iter().flat_map(Judged::actions).chain(analysis.actions);
        steps.flat_map(|step| step.commands).collect()
    };
    let without = commands("Trust Code Installed: <none>\n");
    let source = "ip http client source-interface INTERFACE".to_owned();
    assert!(without.contains(&source), "{without:?}");
    let with = commands(&text("syn-timeout.txt"));
    assert!(!with.contains(&source) && with.len() < without.len(), "{with:?}");
    assert!(
        !with
            .iter()
            .any(|command| command == "license smart transport smart" || command.contains("INTERFACE")),
        "{with:?}"
    );
    // Configured, and not heeded: then the advice stays.
    let vlan20 =
        "ip http client source-interface Vlan20\ninterface Vlan20\n ip address 10.31.122.1 255.255.255.0\n";
    assert!(commands(vlan20).iter().any(|command| command.starts_with("ip http client source-interface")));
}

#[test]
fn the_text_alone_says_what_it_proves() {
    let of = |text: &str| {
        let analysis = analysis(Source::None, text);
        (
            analysis.verdict.diagnostic.code,
            analysis.verdict.confidence,
            analysis.verdict.lines.iter().map(|quote| quote.line).collect::<Vec<_>>(),
        )
    };
    let answered = "REQUEST: Jan 24 23:18:59 2025 UTC\n\nRESPONSE: Jan 24 23:19:05 2025 UTC\n{\"response\":\"{\\\"status_code\\\":\\\"OK\\\"}\"}\n";
    assert_eq!(of(answered), ("ok", Confidence::Likely, vec![1, 3]));
    assert_eq!(
        of(&answered.replace("OK", "FAILED")),
        ("http-licensing-error", Confidence::Likely, vec![1, 3])
    );
    // A failure behind the answer leaves it open.
    let failed = format!(
        "{answered}Jan 24 2025 23:30:00.000 UTC: %SMART_LIC-3-COMM_FAILED: x : Connection timed out\n"
    );
    assert_eq!(of(&failed).0, "inconclusive-no-traffic");
    assert_eq!(of("Trust Establishment:\nLast Response: OK on Jan 24 23:19:05 2025 UTC\n").0, "ok");
    assert_eq!(
        of("Transport:\n  Type: Transport Off\n"),
        ("inconclusive-no-traffic", Confidence::Likely, vec![2])
    );
}

fn report(source: Source, text: &str) -> Report {
    let facts = facts(text.as_bytes());
    let input = Input { file: NAME.to_owned(), sha256: None };
    match source.octets() {
        Some(octets) => {
            let found =
                slp_pcap::analyze_beside(octets.as_slice(), &Scope::default(), &facts).expect("a capture");
            Report::new(found.analysis, &found.capture, input)
        }
        None => Report::of_transcript(&diagnose::alone(&facts), input),
    }
}

fn rendered(report: Report, format: Format, detail: Detail) -> String {
    let mut renderer = format.renderer(false, Page { detail, ..Page::default() });
    renderer.report(report) + &renderer.end(Summary::default())
}

#[test]
fn json_has_both_sides_of_every_conclusion() {
    let report = report(Source::Sample("tcp-syn-timeout.pcap"), &text("syn-timeout.txt"));
    let json: Value = serde_json::from_str(&rendered(report, Format::Json, Detail::Screen)).expect("JSON");
    assert_eq!(json["transcript"]["files"][0]["file"], NAME);
    assert_eq!(json["transcript"]["clock"]["pairs"], 1);
    assert_eq!(json["transcript"]["requests"][0]["response"], "empty");
    assert_eq!(json["transcript"]["requests"][0]["time"], "2026-11-22T18:17:57.000000000Z");
    let evidence = json["correlations"][0]["evidence"].as_array().expect("a list");
    assert_eq!((&evidence[0]["frame"], &evidence[0]["line"]), (&Value::from(5), &Value::Null));
    assert_eq!(
        (&evidence[2]["frame"], &evidence[2]["line"], &evidence[2]["file"]),
        (&Value::Null, &Value::from(23), &Value::from(NAME))
    );
    let settings = json["transcript"]["settings"].as_array().expect("a list");
    let transport = settings.iter().find(|setting| setting["name"] == "transport").expect("the transport");
    assert_eq!((&transport["value"], &transport["line"]), (&Value::from("smart"), &Value::from(64)));
}

#[test]
fn a_report_on_the_text_alone_has_the_text_in_the_capture_s_place() {
    let json: Value = serde_json::from_str(&rendered(
        report(Source::None, &text("collage.txt")),
        Format::Json,
        Detail::Screen,
    ))
    .expect("JSON");
    assert_eq!(
        (&json["capture"]["format"], &json["capture"]["frames"]),
        (&Value::from("transcript"), &Value::from(0))
    );
    assert_eq!((&json["capture"]["first"], &json["verdict"]["attempt"]), (&Value::Null, &Value::Null));
    assert_eq!(json["outcome"], "ok");
    let screen = rendered(report(Source::None, &text("collage.txt")), Format::Text, Detail::Screen);
    assert!(screen.contains("Likely: the switch's own text says so, no packet proves it."), "{screen}");
}

#[test]
fn no_secret_of_the_text_is_printed() {
    for name in ["syn-timeout.txt", "three-attempts.txt", "collage.txt"] {
        for source in [Source::None, Source::Sample("tcp-syn-timeout.pcap")] {
            for format in [Format::Json, Format::Text] {
                let printed = rendered(report(source, &text(name)), format, Detail::Full);
                for secret in ["TWFkZVVw", "b3JUZXN0", "FOC2026X0AB", "17639638978924380272"] {
                    assert!(!printed.contains(secret), "{secret} of {name}");
                }
            }
        }
    }
}

#[test]
fn the_collage_is_understood_but_for_its_greeting() {
    let facts = facts(text("collage.txt").as_bytes());
    assert_eq!(facts.files[0].unread.ranges, [(1, 1)], "{:?}", facts.files[0].unread);
    for kind in [
        Kind::Configuration,
        Kind::Syslog,
        Kind::Status,
        Kind::EventLog,
        Kind::Interfaces,
        Kind::Telnet,
        Kind::Clock,
        Kind::Cef,
        Kind::MacTable,
    ] {
        assert!(facts.has(kind), "{kind:?}");
    }
}

/// The vendor's own guide, where the project is developed: what its pages tear apart and annotate is read.
#[test]
fn the_vendor_s_guide_is_understood() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/spec/troubleshooting-guide.ko.txt");
    let Ok(guide) = fs::read(path) else { return };
    let facts = facts(&guide);
    let set = &facts.settings;
    assert_eq!(set.proxy_host().map(|said| said.value.to_string()).as_deref(), Some("192.168.217.105"));
    assert_eq!(set.proxy_port.as_ref().map(|port| port.value), Some(80));
    assert_eq!(set.name_servers.len(), 1);
    assert_eq!(set.lookup_source.as_ref().map(|name| name.value.as_str()), Some("Vlan10"));
    assert_eq!(
        facts
            .events
            .iter()
            .filter(|event| matches!(event.happening, room::Happening::CommunicationFailed(_)))
            .count(),
        2
    );
    assert_eq!(facts.clocks.len(), 2);
    assert_eq!(facts.trials.len(), 4);
    assert_eq!(facts.next_hops.len(), 1);
    assert_eq!(facts.ports.first().map(|port| port.value.port.as_str()), Some("Fi1/0/48"));
    assert_eq!(
        facts.interfaces.first().and_then(|interface| interface.value.ip),
        "10.31.121.118".parse().ok()
    );
    let times = facts.exchanges.len();
    assert!(times >= 9, "{times}");
    let accepted = facts.exchanges.iter().filter(|exchange| exchange.is_accepted()).count();
    let empty = facts.exchanges.iter().filter(|exchange| exchange.answer == room::Answer::Empty).count();
    assert_eq!((accepted, empty), (1, 1), "{:?}", facts.exchanges);
    assert!(
        facts.counters.iter().any(|counters| counters.section == "Trust Sync" && counters.success == Some(2))
    );
    // Every cut of it is read, and nothing of its token is kept.
    for cut in (0..guide.len()).step_by(11) {
        let part = self::facts(&guide[..cut]);
        drop(diagnose::alone(&part));
    }
    assert!(!format!("{facts:?}").contains("MzgwMDAw"));
}

/// Texts mutated and cut, beside a capture: nothing may panic, and every conclusion has its evidence.
#[test]
fn no_text_can_hurt_a_report() {
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = move |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 16).expect("64 bits") % most
    };
    let texts = ["syn-timeout.txt", "three-attempts.txt", "collage.txt"].map(text);
    for round in 0..150 {
        let mut octets = texts[round % texts.len()].clone().into_bytes();
        for _ in 0..random(40) {
            let place = random(octets.len());
            octets[place] = b" :\n\r\x08\x1b{}\"#%*=/\xff\x0009"[random(18)];
        }
        octets.truncate(random(octets.len()) + 1);
        let facts = facts(&octets);
        let capture = Source::Sample("intermittent-ok-then-timeout.pcap").octets().expect("a sample");
        let found =
            slp_pcap::analyze_beside(capture.as_slice(), &Scope::default(), &facts).expect("a capture");
        for finding in &found.analysis.findings {
            assert!(!finding.evidence.is_empty() || !finding.lines.is_empty(), "{finding:?}");
        }
    }
}
