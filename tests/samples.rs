//! The samples against their labels, and every sample cut at every octet.

mod common;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use common::Sample;
use slp_pcap::diagnose::{Confidence, registry};

#[test]
fn every_sample_has_its_verdict_outcome_attempts_and_proof() {
    let wrong: Vec<String> = Sample::all().iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{} samples differ from their labels:\n{}", wrong.len(), wrong.join("\n"));
}

/// How the analysis of `sample` differs from its label.
fn differs(sample: &Sample) -> Option<String> {
    let found = slp_pcap::analyze(sample.bytes().as_slice(), &sample.scope()).expect("a capture").analysis;
    let frames: Vec<u64> = found.verdict.evidence.iter().map(|evidence| evidence.at.frame.get()).collect();
    let (code, outcome) = (found.verdict.diagnostic.code, format!("{:?}", found.outcome).to_lowercase());
    let proved = sample.deciding.is_empty() || sample.deciding.iter().any(|frame| frames.contains(frame));
    let same = (code, outcome.as_str(), found.attempts_total, proved)
        == (sample.code.as_str(), sample.outcome.as_str(), sample.attempts, true);
    (!same).then(|| {
        format!(
            "{}: {} {} {} {:?}, but {code} {outcome} {} {frames:?}: {}",
            sample.file,
            sample.code,
            sample.outcome,
            sample.attempts,
            sample.deciding,
            found.attempts_total,
            found.verdict.summary,
        )
    })
}

#[test]
fn no_verdict_is_surer_than_its_label_allows() {
    let mut surer = Vec::new();
    for sample in Sample::all() {
        let Some(most) = &sample.confidence_at_most else { continue };
        let found =
            slp_pcap::analyze(sample.bytes().as_slice(), &sample.scope()).expect("a capture").analysis;
        let most = match most.as_str() {
            "possible" => Confidence::Possible,
            "likely" => Confidence::Likely,
            _ => Confidence::Certain,
        };
        if found.verdict.confidence > most {
            surer.push(format!("{}: {:?}", sample.file, found.verdict.confidence));
        }
    }
    assert!(surer.is_empty(), "{surer:?}");
}

#[test]
fn every_verdict_has_a_sample() {
    let fired: BTreeSet<String> = Sample::all().into_iter().map(|sample| sample.code).collect();
    let silent: Vec<&str> =
        registry::verdicts().map(|d| d.code).filter(|code| !fired.contains(*code)).collect();
    assert!(silent.is_empty(), "no sample has the verdict {silent:?}");
}

#[test]
fn a_verdict_has_evidence_unless_there_is_no_traffic() {
    for sample in Sample::all() {
        let found =
            slp_pcap::analyze(sample.bytes().as_slice(), &sample.scope()).expect("a capture").analysis;
        for judged in &found.attempts {
            assert!(!judged.verdict.evidence.is_empty(), "{}: attempt {}", sample.file, judged.attempt.id);
        }
        let bare = found.verdict.evidence.is_empty();
        assert!(!bare || found.verdict.diagnostic.code == "inconclusive-no-traffic", "{}", sample.file);
    }
}

/// A cut sample ends in a report with the frames before the cut, or in an error while its header is not whole.
#[test]
fn every_sample_cut_at_every_octet_ends_in_a_report_or_a_clear_error() {
    let samples = Sample::all();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(sample) = samples.get(next.fetch_add(1, Ordering::Relaxed)) {
            cut_everywhere(sample);
        }
    };
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
}

fn cut_everywhere(sample: &Sample) {
    let (bytes, scope) = (sample.bytes(), sample.scope());
    let mut read = 0;
    for end in 0..bytes.len() {
        match slp_pcap::analyze(&bytes[..end], &scope) {
            Ok(found) => {
                assert!(found.capture.frames >= read, "{} cut at {end}: fewer frames", sample.file);
                read = found.capture.frames;
            }
            Err(error) => {
                assert_eq!(read, 0, "{} cut at {end}: {error}", sample.file);
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

/// What the verdict's evidence says of a sample's first frames, its answer's head without the blank line that ends it.
fn notes_without_end(file: &str, frames: usize) -> Vec<(u64, String)> {
    const FILE_HEADER: usize = 24;
    const RECORD_HEADER: usize = 16;
    let samples = Sample::all();
    let sample = samples.iter().find(|sample| sample.file == file).expect("the sample");
    let mut capture = sample.bytes();
    let place = |text: &[u8], from: usize| {
        let rest = capture[from..].windows(text.len()).position(|octets| octets == text);
        from + rest.expect("an answer in clear")
    };
    let end = place(b"\r\n\r\n", place(b"HTTP/1.1 200", 0));
    capture[end + 2..end + 4].fill(b'x');
    let mut length = FILE_HEADER;
    for _ in 0..frames {
        let captured = capture.get(length + 8..length + 12).map_or(0, |field| {
            usize::try_from(u32::from_le_bytes(field.try_into().expect("four octets"))).expect("a length")
        });
        length += RECORD_HEADER + captured;
    }
    capture.truncate(length);
    let verdict = slp_pcap::analyze(capture.as_slice(), &sample.scope()).expect("a capture").analysis.verdict;
    verdict.evidence.iter().map(|evidence| (evidence.at.frame.get(), evidence.note.clone())).collect()
}

#[test]
fn an_answer_whose_fields_never_end_is_told_where_it_begins() {
    let begins = "the answer begins: 'HTTP/1.1 200 OK'";
    let given_up = notes_without_end("ok-cslu.pcap", 1_000);
    assert_eq!(given_up.get(..2), Some(&[(6, "POST /cslu/v1/pi".to_owned()), (12, begins.to_owned())][..]));
    let ended = notes_without_end("ok-cslu.pcap", 13);
    let sent = "sent, and no whole answer before the capture ends";
    assert_eq!(ended.get(..2), Some(&[(6, sent.to_owned()), (12, begins.to_owned())][..]));
    let proxy = notes_without_end("ok-proxy-12.pcap", 8);
    let begins = "the answer begins: 'HTTP/1.1 200 Connection established'";
    assert_eq!(proxy.get(..2), Some(&[(6, sent.to_owned()), (8, begins.to_owned())][..]));
}
