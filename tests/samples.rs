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
