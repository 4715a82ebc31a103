//! What a redacted report and capture must not hold: every private address, hardware address and name of every sample, and
//! secrets planted where packets carry them; in every format and every encoding.

#[allow(dead_code, reason = "labels are for the tests of verdicts")]
mod common;
#[path = "redaction/mutilated.rs"]
mod mutilated;
#[path = "redaction/pieces.rs"]
mod pieces;
#[path = "redaction/planted.rs"]
mod planted;
#[path = "common/secrets.rs"]
mod secrets;

use std::collections::BTreeSet;
use std::net::IpAddr;

use common::Sample;
use secrets::{Haystack, Secret, assert_absent};
use slp_pcap::attempt::Scope;
use slp_pcap::capture::CaptureReader;
use slp_pcap::diagnose::{Analysis, Confidence};
use slp_pcap::model::Timestamp;
use slp_pcap::net::{Content, Decoder};
use slp_pcap::report::{
    Detail, Format, Input, Page, REDACTION_KEY, Redactor, Report, Secrets, Selection, Summary, Writer,
};

const FORMATS: [Format; 5] = [Format::Text, Format::Markdown, Format::Html, Format::Json, Format::Ndjson];

/// Every output of one capture, redacted or not: what it is and its octets.
fn outputs(capture: &[u8], file: &str, scope: &Scope, redacted: bool) -> Vec<(String, Vec<u8>)> {
    let found = slp_pcap::analyze(capture, scope).expect("a capture");
    let input = Input { file: file.to_owned(), sha256: Some("5ec2e7".repeat(10)) };
    let mut secrets = Secrets::of(&found.analysis, scope);
    let selection = Selection::of(&found.analysis, found.capture.frames);
    let mut report = Report::new(found.analysis, &found.capture, input);
    let mut redactor = redacted.then(|| Redactor::new([0x5a; REDACTION_KEY]));
    if let Some(redactor) = &mut redactor {
        secrets.add_file(file);
        redactor.report(&mut report, &secrets);
    }
    let mut outputs = Vec::new();
    for format in FORMATS {
        let ways = [(false, Detail::Full), (true, Detail::Screen), (false, Detail::Line)];
        // One line is a way of the text alone; a line of JSON is the same with others.
        let count = if format == Format::Text { 3 } else { 2 - usize::from(format == Format::Ndjson) };
        for (several, detail) in ways.into_iter().take(count) {
            let mut renderer = format.renderer(several, Page { detail, ..Page::default() });
            let mut summary = Summary::default();
            summary.count(&report);
            let text = renderer.report(report.clone()) + &renderer.end(summary);
            outputs.push((format!("{file} as {format:?}, {detail:?}"), text.into_bytes()));
        }
    }
    let mut writer = Writer::new(Vec::new());
    writer.section(capture, &selection, &report, redactor.as_mut()).expect("an annotated capture");
    outputs.push((format!("{file} annotated"), writer.into_inner()));
    outputs
}

/// Private addresses and hardware addresses of a capture's packets.
fn addresses(capture: &[u8]) -> BTreeSet<Secret> {
    let (mut reader, mut decoder) = (CaptureReader::new(capture).expect("a capture"), Decoder::new());
    let mut secrets = BTreeSet::new();
    while let Some(frame) = reader.next_frame() {
        let packet = decoder.decode(frame);
        let ips: Vec<IpAddr> = match &packet.content {
            Content::Arp(arp) => vec![arp.sender, arp.target],
            Content::IcmpError(error) => vec![error.source, error.destination],
            Content::Udp(datagram) => vec![datagram.source.ip, datagram.destination.ip],
            Content::Tcp(segment) | Content::BrokenTcp(segment) => {
                vec![segment.source.ip, segment.destination.ip]
            }
            Content::Encrypted | Content::Other | Content::NotIp => Vec::new(),
        };
        secrets.extend(ips.into_iter().filter(is_private).map(Secret::Ip));
        secrets.extend(packet.source_mac.map(|mac| mac.0).filter(|mac| is_somebodys(*mac)).map(Secret::Mac));
    }
    secrets
}

fn is_private(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.octets()[0] == 0xfd || ip.octets().starts_with(&[0xfe, 0x80]),
    }
}

/// Neither a group's nor one of the addresses that HSRP, VRRP and documents use.
fn is_somebodys(mac: [u8; 6]) -> bool {
    let known = [&[0, 0, 0x0c, 0x9f, 0xf0][..], &[0, 0, 0x0c, 7, 0xac], &[0, 0, 0x5e]];
    mac[0] & 1 == 0 && mac != [0; 6] && !known.iter().any(|prefix| mac.starts_with(prefix))
}

/// Names that the report itself tells when it is not redacted.
fn names(report: &serde_json::Value) -> BTreeSet<Secret> {
    let mut found = BTreeSet::new();
    collect(report, &mut found);
    found
}

fn collect(value: &serde_json::Value, found: &mut BTreeSet<Secret>) {
    const HOSTS: [&str; 5] = ["host", "server_name", "name", "target", "names"];
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                let list = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
                for text in
                    list.iter().filter_map(|value| value.as_str()).filter(|_| HOSTS.contains(&key.as_str()))
                {
                    let port = text.rsplit_once(':').filter(|(name, _)| !name.contains(':'));
                    let name = port.map_or(text, |(name, _)| name).trim_start_matches("*.");
                    let public = ["cisco.com", "identrust.com", "slp-pcap", "cslu-local"];
                    let known = public.iter().any(|end| name.ends_with(end))
                        || name.contains(':')
                        || name.parse::<IpAddr>().is_ok();
                    found.extend((!known && name.len() > 4).then(|| Secret::Text(name.to_owned())));
                }
                collect(value, found);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn no_sample_tells_whose_it_is() {
    let mut count = 0;
    for sample in Sample::all() {
        let (capture, scope) = (sample.bytes(), sample.scope());
        let open = outputs(&capture, &sample.file, &scope, false);
        let json = open.iter().find(|(what, _)| what.contains("Json, Full")).expect("JSON");
        let mut secrets = addresses(&capture);
        secrets.extend(names(&serde_json::from_slice(&json.1).expect("JSON")));
        secrets.insert(Secret::Text("5ec2e7".repeat(10)));
        count += secrets.len();
        for (what, output) in outputs(&capture, &sample.file, &scope, true) {
            assert_absent(&what, &output, &secrets);
        }
    }
    assert!(count > 1_000, "only {count} secrets were looked for");
}

#[test]
fn what_is_looked_for_is_found_where_it_is_not_redacted() {
    let sample =
        Sample::all().into_iter().find(|sample| sample.code == "proxy-auth-required").expect("a sample");
    let capture = sample.bytes();
    let open = outputs(&capture, &sample.file, &sample.scope(), false);
    let secrets = addresses(&capture);
    for (what, output) in open.iter().filter(|(what, _)| what.contains("annotated") || what.contains("Json"))
    {
        let found =
            secrets.iter().filter(|secret| !Haystack::new(output).forms_of(secret).is_empty()).count();
        assert!(found >= 2, "{what}: {found}");
    }
}

#[test]
fn planted_secrets_are_in_no_output() {
    for (capture, options) in planted::captures() {
        let mut scope = Scope::default();
        scope.services.extend(options.iter().map(|target| target.parse().expect("a target")));
        let mut secrets: BTreeSet<Secret> =
            planted::SECRETS.iter().map(|text| Secret::Text((*text).to_owned())).collect();
        secrets.extend(addresses(&capture));
        for (what, output) in outputs(&capture, planted::FILE, &scope, true) {
            assert_absent(&what, &output, &secrets);
        }
    }
}

#[test]
fn credentials_and_tokens_are_in_no_report_at_all() {
    let secrets: BTreeSet<Secret> =
        planted::CREDENTIALS.iter().map(|text| Secret::Text((*text).to_owned())).collect();
    for (capture, options) in planted::captures() {
        let mut scope = Scope::default();
        scope.services.extend(options.iter().map(|target| target.parse().expect("a target")));
        // The annotated capture is a copy as long as nobody asks for another.
        for (what, output) in
            outputs(&capture, "a.pcap", &scope, false).iter().filter(|(what, _)| !what.contains("annotated"))
        {
            assert_absent(what, output, &secrets);
        }
    }
}

#[test]
fn the_verdict_survives_redaction() {
    for sample in Sample::all() {
        let (capture, scope) = (sample.bytes(), sample.scope());
        let report = |redacted| {
            let outputs = outputs(&capture, "a.pcap", &scope, redacted);
            let json = outputs.into_iter().find(|(what, _)| what.contains("Json, Full")).expect("JSON");
            serde_json::from_slice::<serde_json::Value>(&json.1).expect("JSON")
        };
        let (open, redacted) = (report(false), report(true));
        for place in ["/outcome", "/verdict/code", "/verdict/title", "/verdict/stage", "/attempts_total"] {
            assert_eq!(open.pointer(place), redacted.pointer(place), "{}: {place}", sample.file);
        }
        let commands = |report: &serde_json::Value| {
            let actions = report.pointer("/verdict/actions").and_then(|actions| actions.as_array().cloned());
            let lines = actions
                .unwrap_or_default()
                .into_iter()
                .filter_map(|action| action["commands"].as_array().cloned());
            lines
                .flatten()
                .filter_map(|line| line.as_str().map(without_addresses))
                .filter(|line| line.starts_with("show "))
                .collect::<Vec<_>>()
        };
        assert_eq!(commands(&open), commands(&redacted), "{}", sample.file);
    }
}

/// A command with `*` in the place of each address, which redaction gives another value in the same notation.
fn without_addresses(command: &str) -> String {
    let dotted_mac =
        |word: &str| word.len() == 14 && word.split('.').all(|group| u16::from_str_radix(group, 16).is_ok());
    let is_address = |word: &&str| word.parse::<IpAddr>().is_ok() || dotted_mac(word);
    command.split(' ').map(|word| if is_address(&word) { "*" } else { word }).collect::<Vec<_>>().join(" ")
}

/// Attempts of which the redacted copy is judged otherwise and with certainty: sample, number of the attempt, and what was left
/// out that decides.
const TOLD_OTHERWISE: &[(&str, usize, &str)] = &[];

/// A redacted annotated capture is still the same case: the whole and each attempt get the same verdict, or one that leaves the
/// question open; and a success never becomes a failure, nor the other way round.
#[test]
fn the_redacted_capture_tells_the_same_story() {
    let (mut same, mut all, mut otherwise) = (0, 0, Vec::new());
    for sample in Sample::all() {
        let (capture, scope) = (sample.bytes(), sample.scope());
        let judge = |octets: &[u8]| slp_pcap::analyze(octets, &scope).expect("a capture").analysis;
        let outputs = outputs(&capture, "a.pcap", &scope, true);
        let (open, redacted) = (judge(&capture), judge(&outputs.last().expect("the annotated capture").1));
        if open.verdict.diagnostic.code == redacted.verdict.diagnostic.code {
            same += 1;
        } else if !redacted.verdict.diagnostic.code.starts_with("inconclusive-") {
            assert_eq!(open.outcome, redacted.outcome, "{}", sample.file);
        }
        all += 1;
        let verdicts = |analysis: Analysis| {
            let each =
                analysis.attempts.into_iter().map(|judged| (judged.attempt.first.time, judged.verdict));
            std::iter::once((Timestamp(0), analysis.verdict)).chain(each).collect::<Vec<_>>()
        };
        let redacted = verdicts(redacted);
        for (number, (time, verdict)) in verdicts(open).into_iter().enumerate() {
            // What an option names has another address or name in the copy, and is found by that.
            if number > 0 && redacted.len() == 1 && !sample.options.is_empty() {
                continue;
            }
            let again = redacted.iter().find(|(again, _)| *again == time).map(|(_, verdict)| verdict);
            let code = again.map_or("none", |again| again.diagnostic.code);
            let alike = again.is_some_and(|again| {
                code == verdict.diagnostic.code
                    || code.starts_with("inconclusive-")
                    || again.confidence != Confidence::Certain
            });
            if !alike {
                otherwise.push(format!(
                    "{}, attempt {number}: {}, then {code}",
                    sample.file, verdict.diagnostic.code
                ));
            }
        }
    }
    let named = |line: &String| {
        TOLD_OTHERWISE.iter().any(|(file, number, _)| line.starts_with(&format!("{file}, attempt {number}:")))
    };
    let unnamed: Vec<&String> = otherwise.iter().filter(|line| !named(line)).collect();
    assert!(unnamed.is_empty(), "{unnamed:#?}");
    assert_eq!(otherwise.len(), TOLD_OTHERWISE.len(), "an exception that is none any more");
    assert!(same * 10 >= all * 8, "{same} of {all}");
}
