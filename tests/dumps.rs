//! Every sample printed as text in every layout, and read again: with its times the verdict is the same, without them it is
//! the same, a humbler one, or at least not called certain.

#[allow(dead_code, reason = "each test uses part of it")]
mod common;
#[path = "dumps/writer.rs"]
mod writer;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use common::Sample;
use slp_pcap::Findings;
use slp_pcap::capture::{CaptureFormat, CaptureReader};
use slp_pcap::diagnose::Confidence;
use slp_pcap::model::Clock;
use writer::Frame;

fn frames(sample: &Sample) -> Vec<Frame> {
    let bytes = sample.bytes();
    let mut reader = CaptureReader::new(&bytes[..]).expect("a capture");
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let wire = usize::try_from(frame.original_len).expect("a length");
        frames.push(Frame { nanos: frame.at.time.0, data: frame.data.to_vec(), wire });
    }
    frames
}

fn read(text: impl AsRef<[u8]>, sample: &Sample) -> Findings {
    slp_pcap::analyze(text.as_ref(), &sample.scope())
        .unwrap_or_else(|error| panic!("{}: {error}", sample.file))
}

/// Runs `check` on every sample that has packets, on all cores; what it returns is wrong.
fn for_every_sample(check: impl Fn(&Sample, &[Frame]) -> Vec<String> + Sync) {
    let samples = Sample::all();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(sample) = samples.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let frames = frames(sample);
                    let found = if frames.is_empty() { Vec::new() } else { check(sample, &frames) };
                    wrong
                        .lock()
                        .unwrap()
                        .extend(found.into_iter().map(|what| format!("{}: {what}", sample.file)));
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Verdicts that hold a certificate against the date.
fn is_dated(code: &str) -> bool {
    matches!(code, "tls-certificate-expired" | "tls-certificate-not-yet-valid")
}

/// The verdict of `found` is the sample's.
fn same(sample: &Sample, found: &Findings) -> bool {
    let analysis = &found.analysis;
    let outcome = format!("{:?}", analysis.outcome).to_lowercase();
    (analysis.verdict.diagnostic.code, outcome.as_str(), analysis.attempts_total)
        == (sample.code.as_str(), sample.outcome.as_str(), sample.attempts)
}

/// Nothing else is called certain: the sample's codes, an inconclusive one, or a guess.
fn humbler(sample: &Sample, full: &Findings, found: &Findings) -> bool {
    let codes: Vec<&str> =
        full.analysis.attempts.iter().map(|judged| judged.verdict.diagnostic.code).collect();
    let fits = |code: &str| code == sample.code || code.starts_with("inconclusive-") || codes.contains(&code);
    let verdicts =
        found.analysis.attempts.iter().map(|judged| &judged.verdict).chain([&found.analysis.verdict]);
    verdicts
        .into_iter()
        .all(|verdict| verdict.confidence < Confidence::Certain || fits(verdict.diagnostic.code))
}

fn told(layout: &str, found: &Findings) -> String {
    let verdict = &found.analysis.verdict;
    format!(
        "{layout}: {} {:?} {:?}, {} attempts: {}",
        verdict.diagnostic.code,
        verdict.confidence,
        found.analysis.outcome,
        found.analysis.attempts_total,
        verdict.summary
    )
}

#[test]
fn with_times_and_dates_the_verdict_is_the_same() {
    for_every_sample(|sample, frames| {
        let found = read(writer::layout_a(frames), sample);
        assert_eq!((found.capture.format, found.capture.clock), (CaptureFormat::HexDump, Clock::Absolute));
        assert_eq!(found.capture.frames, frames.len() as u64, "{}", sample.file);
        if same(sample, &found) { Vec::new() } else { vec![told("A", &found)] }
    });
}

#[test]
fn with_spans_of_time_the_verdict_is_the_same() {
    for_every_sample(|sample, frames| {
        let (b, c, list) = (writer::layout_b(frames), writer::layout_c(frames, false), writer::brief(frames));
        let layouts = [
            ("C with summaries", writer::layout_c(frames, true)),
            ("C in a stamped log", writer::stamped(&writer::layout_c(frames, true))),
            ("tcpdump -xx", writer::tcpdump(frames, false)),
            ("tcpdump -XX", writer::tcpdump(frames, true)),
            ("D, B", format!("{list}Switch#\n{b}")),
            ("B, D", format!("{b}Switch#\n{list}")),
            ("D, C", format!("{list}Switch#\n{c}")),
            ("C, D", format!("{c}Switch#\n{list}")),
        ];
        let full = slp_pcap::analyze(&sample.bytes()[..], &sample.scope()).expect("a capture");
        let mut wrong = Vec::new();
        for (layout, text) in layouts {
            let found = read(text, sample);
            assert_eq!(found.capture.clock, Clock::Relative, "{} {layout}", sample.file);
            assert_eq!(found.capture.frames, frames.len() as u64, "{} {layout}", sample.file);
            let right =
                if is_dated(&sample.code) { humbler(sample, &full, &found) } else { same(sample, &found) };
            if !right {
                wrong.push(told(layout, &found));
            }
        }
        wrong
    });
}

#[test]
fn without_times_the_verdict_is_humbler_never_wrong() {
    for_every_sample(|sample, frames| {
        let full = slp_pcap::analyze(&sample.bytes()[..], &sample.scope()).expect("a capture");
        let mut wrong = Vec::new();
        for (layout, text) in [("B", writer::layout_b(frames)), ("C", writer::layout_c(frames, false))] {
            let found = read(text, sample);
            assert_eq!(found.capture.clock, Clock::Absent, "{} {layout}", sample.file);
            assert_eq!(found.capture.frames, frames.len() as u64, "{} {layout}", sample.file);
            let timed = found.analysis.verdict.summary.contains(" ms")
                || found.analysis.verdict.summary.contains(" s ");
            if !humbler(sample, &full, &found) || timed {
                wrong.push(told(layout, &found));
            }
        }
        wrong
    });
}

#[test]
fn a_session_around_them_changes_nothing() {
    for_every_sample(|sample, frames| {
        let layouts = [
            ("A", writer::layout_a(frames)),
            ("B", writer::layout_b(frames)),
            ("C", writer::layout_c(frames, false)),
        ];
        let mut wrong = Vec::new();
        for (layout, text) in layouts {
            let (bare, session) = (read(&text, sample), read(writer::in_a_session(&text), sample));
            let verdicts = [&bare, &session].map(|found| {
                let verdict = &found.analysis.verdict;
                (verdict.diagnostic.code, verdict.summary.clone(), verdict.confidence, found.capture.frames)
            });
            if verdicts[0] != verdicts[1] || bare.capture.warnings != session.capture.warnings {
                wrong.push(told(layout, &session));
            }
        }
        wrong
    });
}

/// What tshark 4.0.17 printed of two samples: `-x`, `-P -x` and `-P -V -x`.
#[test]
fn texts_of_tshark_are_read() {
    let texts: [(&str, &str, u64, Clock); 4] = [
        (include_str!("dumps/tshark-x.txt"), "tcp-syn-refused", 6, Clock::Absent),
        (include_str!("dumps/tshark-summary.txt"), "tcp-syn-refused", 6, Clock::Relative),
        (include_str!("dumps/tshark-details.txt"), "tcp-syn-refused", 6, Clock::Absolute),
        // With octets put together from several packets, which are none.
        (include_str!("dumps/tshark-reassembled.txt"), "proxy-forbidden", 22, Clock::Relative),
    ];
    for (text, code, frames, clock) in texts {
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let found =
                slp_pcap::analyze(text.as_bytes(), &slp_pcap::attempt::Scope::default()).expect("a dump");
            let told = (found.analysis.verdict.diagnostic.code, found.capture.frames, found.capture.clock);
            assert_eq!(told, (code, frames, clock));
            assert_eq!(found.analysis.verdict.confidence, Confidence::Certain);
        }
    }
}

/// Small samples of several kinds for the tests that read each text many times.
fn small_samples() -> Vec<Sample> {
    let names = [
        "tcp-syn-timeout.pcap",
        "dns-nxdomain.pcap",
        "proxy-forbidden-tinyproxy.pcap",
        "arp-unresolved.pcap",
    ];
    let small: Vec<Sample> =
        Sample::all().into_iter().filter(|sample| names.contains(&sample.file.as_str())).collect();
    assert_eq!(small.len(), names.len());
    small
}

#[test]
fn a_text_cut_at_any_octet_is_never_certainly_wrong() {
    for sample in small_samples() {
        let frames = frames(&sample);
        let full = slp_pcap::analyze(&sample.bytes()[..], &sample.scope()).expect("a capture");
        let layouts = [writer::layout_a(&frames), writer::layout_b(&frames), writer::layout_c(&frames, true)];
        // Longer ones take minutes.
        for text in layouts.into_iter().filter(|text| text.len() < 6_000) {
            let mut read = 0;
            for end in 0..text.len() {
                let Ok(found) = slp_pcap::analyze(&text.as_bytes()[..end], &sample.scope()) else {
                    // The cut may go through the only packet so far.
                    assert!(read <= 1, "{} cut at {end}", sample.file);
                    continue;
                };
                // The packet that the cut goes through may be lost again.
                assert!(found.capture.frames + 1 >= read, "{} cut at {end}", sample.file);
                read = found.capture.frames.max(read);
                assert!(
                    humbler(&sample, &full, &found),
                    "{} cut at {end}: {}",
                    sample.file,
                    told("", &found)
                );
            }
        }
    }
}

#[test]
fn damage_never_panics_and_the_rest_is_read() {
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut roll = |below: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).expect("31 bits") % below
    };
    for sample in small_samples() {
        let frames = frames(&sample);
        let list = writer::brief(&frames);
        for text in [
            writer::layout_a(&frames),
            writer::layout_b(&frames) + &list,
            list + &writer::layout_c(&frames, false),
        ] {
            for _ in 0..300 {
                let mut damaged = writer::in_a_session(&text);
                for _ in 0..=roll(8) {
                    let (at, octet) = (roll(damaged.len()), roll(256));
                    match roll(3) {
                        0 => damaged[at] = u8::try_from(octet).expect("an octet"),
                        1 => drop(damaged.remove(at)),
                        _ => damaged.insert(at, b"0aF: \n\r\x08"[octet % 8]),
                    }
                }
                if let Ok(found) = slp_pcap::analyze(&damaged[..], &sample.scope()) {
                    assert!(found.capture.frames <= frames.len() as u64 + 9);
                }
            }
        }
    }
}

#[test]
fn a_packed_text_is_read_and_other_texts_are_not() {
    let sample = &small_samples()[0];
    let text = writer::in_a_session(&writer::layout_a(&frames(sample)));
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, &text).expect("memory");
    let octets = packer.finish().expect("memory");
    assert!(same(sample, &read(&octets, sample)));
    // Half of it: what could be read is judged.
    let half = read(&octets[..octets.len() / 2], sample);
    assert!(
        half.capture.frames > 0
            && half.capture.warnings.iter().any(|warning| warning.code == "capture-read-error")
    );
    for (other, hint) in [
        (&include_bytes!("../README.md")[..], "looks like text"),
        (
            b"Switch#show license eventlog 1\r\n2026-11-22 18:17:08.845 UTC SAEVT_COMM_FAIL\r\n",
            "--transcript",
        ),
    ] {
        let error = slp_pcap::analyze(other, &sample.scope()).map(drop).expect_err("no capture").to_string();
        assert!(error.contains(hint), "{error}");
    }
}
