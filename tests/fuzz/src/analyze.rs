//! The whole way from a capture's bytes to its verdict: no panic, and a report that does not contradict itself.

use slp_pcap::attempt::Scope;

/// Analyses `data` as a capture; every second length judges all connections.
pub fn check(data: &[u8]) {
    let Ok(found) = slp_pcap::analyze(data, &scope(data)) else { return };
    let analysis = &found.analysis;
    assert!(analysis.attempts.len() <= analysis.attempts_total);
    if let Some(deciding) = analysis.deciding {
        assert!(analysis.attempts.iter().any(|judged| judged.attempt.id == deciding));
    }
    let verdicts = analysis.attempts.iter().map(|judged| &judged.verdict).chain([&analysis.verdict]);
    for evidence in verdicts.flat_map(|verdict| &verdict.evidence) {
        let frame = evidence.at.frame.get();
        assert!(frame >= 1, "a frame is cited that is none");
    }
}

/// With `--all` for every second length, so that a capture without a service reaches the rules too.
pub fn scope(data: &[u8]) -> Scope {
    Scope { all: data.len() % 2 == 1, ..Scope::default() }
}
