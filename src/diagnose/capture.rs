//! From the attempts' verdicts to the capture's: outcome, verdict, clients, candidates.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::attempt::{Attempt, Attempts, Scope, Visibility, is_management_port};
use crate::capture::CaptureFacts;
use crate::limits::{ATTEMPTS_IN_FULL, ATTEMPTS_IN_FULL_ALL};
use crate::model::{At, Target};

use super::findings::Whole;
use super::inconclusive::{INCONCLUSIVE_NO_TRAFFIC, INCONCLUSIVE_UNIDENTIFIED, INCONCLUSIVE_UNREADABLE};
use super::{
    Advice, Analysis, AnalysisWarning, Candidate, Client, CodeCount, Confidence, Diagnostic, Evidence,
    Judged, KnownPath, Outcome, Verdict, findings, judge, ladder,
};

/// Most candidates listed.
const CANDIDATES: usize = 10;

/// Most clients named of those that are left out.
const NAMED: usize = 4;

/// Code of the warning about attempts that all are of other clients than wanted.
pub(super) const LEFT_OUT: &str = "clients-left-out";

/// Code of the warning about a capture in which nothing is IP.
pub(super) const NOT_DECODED: &str = "nothing-decoded";

/// Judges every attempt and the capture as a whole.
pub fn analyze(attempts: Attempts, scope: &Scope, capture: &CaptureFacts) -> Analysis {
    let Attempts {
        list,
        candidates,
        lookups,
        mentions,
        inbound,
        encrypted,
        packets,
        not_ip,
        left_out,
        omitted,
    } = attempts;
    let timed = |mut attempt: Box<Attempt>| {
        attempt.surroundings.clock = capture.clock;
        attempt
    };
    let judged: Vec<Judged> = list.into_iter().map(timed).map(judge::judge).collect();
    let counted: Vec<&Judged> = counted(&judged);
    let clients = clients(&counted);
    let outcome = outcome(&clients);
    let deciding = deciding(&counted, outcome);
    let candidates = candidates_of(candidates.into_iter().map(timed));
    let (verdict, actions, wireshark_filter) = if let Some(judged) = deciding {
        (judged.verdict.clone(), judged.actions(), judged.wireshark_filter())
    } else {
        let verdict = without_attempt(&candidates, &encrypted, packets, &left_out, capture);
        let diagnostic = verdict.diagnostic;
        (verdict, bare_advice(diagnostic), diagnostic.filter.to_owned())
    };
    let other_codes = other_codes(&counted, verdict.diagnostic.code);
    let visibility = visibility(&counted);
    let findings = findings::of(&Whole { judged: &judged, mentions: &mentions, inbound: &inbound, capture });
    let deciding = deciding.map(|judged| judged.attempt.id);
    let attempts_total = judged.len();
    let attempts = shorten(judged, deciding, scope);
    let rungs = ladder::most_rungs(attempts.len(), scope);
    let warnings = warnings(attempts_total, (packets, not_ip), &left_out, omitted, capture);
    let mut analysis = Analysis {
        outcome,
        verdict,
        actions,
        wireshark_filter,
        deciding,
        other_codes,
        clients,
        candidates,
        attempts_total,
        attempts,
        rungs,
        lookups,
        findings,
        shortcomings: Vec::new(),
        visibility,
        warnings,
        transcript: None,
    };
    analysis.plan_next_capture(capture, &KnownPath::default());
    analysis
}

/// What was left out, or could not be looked at; `packets` are all, and those without IP.
fn warnings(
    attempts: usize,
    (packets, not_ip): (u64, u64),
    left_out: &BTreeSet<IpAddr>,
    omitted: u64,
    capture: &CaptureFacts,
) -> Vec<AnalysisWarning> {
    let mut warnings = Vec::new();
    if omitted > 0 {
        let message = format!("{omitted} connections or look-ups were left out because a limit was reached.");
        warnings.push(AnalysisWarning { code: "limit-attempts", message });
    }
    if packets > 0 && not_ip == packets {
        warnings.push(not_decoded(packets, capture));
    }
    if attempts == 0 && !left_out.is_empty() {
        let message =
            format!("The only attempts in it are those of {}, which --switch leaves out.", listed(left_out));
        warnings.push(AnalysisWarning { code: LEFT_OUT, message });
    }
    warnings
}

/// `10.0.0.1, 10.0.0.2 and 3 others`.
fn listed(clients: &BTreeSet<IpAddr>) -> String {
    let named: Vec<String> = clients.iter().take(NAMED).map(ToString::to_string).collect();
    let others = clients.len().saturating_sub(NAMED);
    let others = if others > 0 {
        format!(" and {}", super::words::count(others as u64, "other"))
    } else {
        String::new()
    };
    named.join(", ") + &others
}

/// Of a capture in which nothing is IP: a wrong link type looks like that, and so does a port with nothing but the neighbours'
/// own protocols.
fn not_decoded(packets: u64, capture: &CaptureFacts) -> AnalysisWarning {
    let types: Vec<String> = capture.link_types.iter().map(|link_type| link_type.0.to_string()).collect();
    let message = format!(
        "Neither IP nor ARP is in {}, as far as the file's link type ({}) says how to read them: if it should be, the link \
         type is wrong or not one that this tool knows.",
        if packets == 1 { "its one frame".to_owned() } else { format!("any of its {packets} frames") },
        types.join(", "),
    );
    AnalysisWarning { code: NOT_DECODED, message }
}

/// The attempts that outcome and verdict come from: those on services whenever there is one (`--all` shows others too).
fn counted(judged: &[Judged]) -> Vec<&Judged> {
    let services: Vec<&Judged> = judged.iter().filter(|judged| judged.is_on_service()).collect();
    if services.is_empty() { judged.iter().collect() } else { services }
}

fn clients(counted: &[&Judged]) -> Vec<Client> {
    let mut groups: Vec<(Vec<IpAddr>, Vec<Outcome>)> = Vec::new();
    for judged in counted {
        let addresses = addresses(&judged.attempt);
        let known = groups.iter().position(|(group, _)| addresses.iter().any(|ip| group.contains(ip)));
        match known.and_then(|index| groups.get_mut(index)) {
            Some((group, outcomes)) => {
                group.extend(addresses.into_iter().filter(|ip| !group.contains(ip)).collect::<Vec<_>>());
                outcomes.push(judged.outcome());
            }
            None => groups.push((addresses, vec![judged.outcome()])),
        }
    }
    groups.into_iter().map(|(addresses, outcomes)| client(addresses, &outcomes)).collect()
}

/// The addresses that act together in one attempt: IPv4 for the look-up and IPv6 for the connection, say.
fn addresses(attempt: &Attempt) -> Vec<IpAddr> {
    let mut all = vec![attempt.client];
    for lookup in &attempt.lookups {
        if !all.contains(&lookup.client) {
            all.push(lookup.client);
        }
    }
    all
}

fn client(addresses: Vec<IpAddr>, outcomes: &[Outcome]) -> Client {
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    let (ok, failed) = (count(Outcome::Ok), count(Outcome::Failed));
    let outcome = match (ok, failed) {
        (0, 0) => Outcome::Inconclusive,
        (_, 0) => Outcome::Ok,
        (0, _) => Outcome::Failed,
        _ => Outcome::Intermittent,
    };
    Client { addresses, outcome, attempts: outcomes.len(), ok, failed }
}

fn outcome(clients: &[Client]) -> Outcome {
    let any = |wanted| clients.iter().any(|client| client.outcome == wanted);
    [Outcome::Intermittent, Outcome::Failed, Outcome::Ok]
        .into_iter()
        .find(|outcome| any(*outcome))
        .unwrap_or(Outcome::Inconclusive)
}

/// The attempt whose verdict is the capture's.
fn deciding<'a>(counted: &[&'a Judged], outcome: Outcome) -> Option<&'a Judged> {
    let latest = |wanted: &dyn Fn(&Judged) -> bool| counted.iter().copied().rfind(|judged| wanted(judged));
    match outcome {
        Outcome::Failed | Outcome::Intermittent => {
            let failed = |judged: &Judged| judged.outcome() == Outcome::Failed;
            let sure = |judged: &Judged| failed(judged) && judged.verdict.confidence >= Confidence::Likely;
            latest(&sure).or_else(|| latest(&failed))
        }
        Outcome::Ok => latest(&|judged| judged.outcome() == Outcome::Ok),
        Outcome::Inconclusive => latest(&|_| true),
    }
}

fn other_codes(counted: &[&Judged], code: &str) -> Vec<CodeCount> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for judged in counted.iter().filter(|judged| judged.outcome() == Outcome::Failed) {
        *counts.entry(judged.verdict.diagnostic.code).or_default() += 1;
    }
    let others = counts.into_iter().filter(|(other, _)| *other != code);
    others.map(|(code, count)| CodeCount { code, count }).collect()
}

fn visibility(counted: &[&Judged]) -> Visibility {
    let is = |wanted| !counted.is_empty() && counted.iter().all(|judged| judged.attempt.shown() == wanted);
    [Visibility::InboundOnly, Visibility::OutboundOnly]
        .into_iter()
        .find(|v| is(*v))
        .unwrap_or(Visibility::Both)
}

/// The first and last halves of the attempts, and the deciding one.
fn shorten(judged: Vec<Judged>, deciding: Option<usize>, scope: &Scope) -> Vec<Judged> {
    let most = if scope.all { ATTEMPTS_IN_FULL_ALL } else { ATTEMPTS_IN_FULL };
    let total = judged.len();
    let kept = |judged: &Judged| {
        let id = judged.attempt.id;
        total <= most || id <= most / 2 || id > total - most / 2 || Some(id) == deciding
    };
    judged.into_iter().filter(kept).collect()
}

/// Candidates as they are listed: alike ones together, the likeliest first.
fn candidates_of(candidates: impl Iterator<Item = Box<Attempt>>) -> Vec<Candidate> {
    let mut found: Vec<(u32, Candidate)> = Vec::new();
    for attempt in candidates {
        let marks = marks(&attempt);
        let judged = judge::judge(attempt);
        if judged.outcome() != Outcome::Failed
            || judged.attempt.peer.is_some_and(|peer| is_management_port(peer.endpoint.port))
        {
            continue;
        }
        let candidate = candidate(&judged);
        // Not every name that is asked for is one that an option takes.
        if candidate.host.as_ref().is_some_and(|host| host.as_str().parse::<Target>().is_err()) {
            continue;
        }
        let alike = |(_, other): &(u32, Candidate)| {
            other.client == candidate.client && other.option == candidate.option
        };
        match found.iter().position(alike).and_then(|index| found.get_mut(index)) {
            Some((_, known)) => known.count += 1,
            None => found.push((marks, candidate)),
        }
    }
    found.sort_by_key(|(marks, candidate)| (std::cmp::Reverse(*marks), candidate.first.frame));
    found.into_iter().map(|(_, candidate)| candidate).take(CANDIDATES).collect()
}

fn candidate(judged: &Judged) -> Candidate {
    let attempt = &judged.attempt;
    let host = attempt.lookups.first().filter(|_| attempt.flow.is_none()).map(|lookup| lookup.name.clone());
    let peer = attempt.peer.map(|peer| peer.endpoint);
    let option = match (&host, peer) {
        (_, Some(peer)) if matches!(peer.port, 443 | 8182) => format!("--cssm {peer}"),
        (_, Some(peer)) => format!("--proxy {peer}"),
        (Some(host), None) => format!("--proxy {host}"),
        (None, None) => format!("--switch {}", attempt.client),
    };
    let (client, first, code) = (attempt.client, attempt.first, judged.verdict.diagnostic.code);
    let deciding = judged.verdict.evidence.iter().map(|e| e.at).max_by(|a, b| a.order(*b)).unwrap_or(first);
    Candidate { client, host, peer, code, count: 1, first, deciding, option }
}

/// How much an attempt looks like a switch's: TTL 255, a window of 4128, a port that services and proxies use.
fn marks(attempt: &Attempt) -> u32 {
    let Some(flow) = &attempt.flow else { return 1 };
    let ttl = flow.from_client.ttl.is_some_and(|(low, high)| low == 255 && high == 255);
    let window =
        flow.segments.iter().any(|s| s.direction == crate::model::Direction::FromClient && s.window == 4128);
    let port = matches!(flow.server.port, 443 | 80 | 8080 | 3128 | 8182 | 8888 | 8443 | 8000);
    4 * u32::from(ttl) + 4 * u32::from(window) + 2 * u32::from(port)
}

/// The verdict of a capture without an attempt.
fn without_attempt(
    candidates: &[Candidate],
    encrypted: &(u64, Vec<At>),
    packets: u64,
    left_out: &BTreeSet<IpAddr>,
    capture: &CaptureFacts,
) -> Verdict {
    let (count, frames) = encrypted;
    if *count * 2 > packets {
        let summary = format!(
            "{count} of {packets} packets are encrypted below TLS (MACsec or IPsec): nothing of licensing can be read."
        );
        let evidence = frames.iter().map(|at| Evidence { at: *at, note: "encrypted below TLS".to_owned() });
        return bare(&INCONCLUSIVE_UNREADABLE, summary, evidence.collect());
    }
    if candidates.is_empty() && !left_out.is_empty() {
        let summary = format!(
            "No look-up and no connection to a licensing service is of the address that --switch names; {} tried in this capture.",
            listed(left_out)
        );
        return bare(&INCONCLUSIVE_NO_TRAFFIC, summary, Vec::new());
    }
    if candidates.is_empty() {
        let found = match capture.cut_frames {
            0 => "is in the capture".to_owned(),
            cut => format!(
                "can be recognised in the capture: {cut} of its {} frames are cut, and names may be cut off with them",
                capture.frames
            ),
        };
        let summary =
            format!("No look-up of, and no connection to, a licensing service or its proxy {found}.");
        return bare(&INCONCLUSIVE_NO_TRAFFIC, summary, Vec::new());
    }
    let cited = |candidate: &Candidate| {
        let first = Evidence { at: candidate.first, note: candidate_words(candidate) };
        let last = Evidence { at: candidate.deciding, note: format!("decides it: {}", candidate.code) };
        if first.at == last.at { vec![first] } else { vec![first, last] }
    };
    let evidence = candidates.iter().flat_map(cited);
    let summary = format!(
        "Nothing names a licensing service, but {} would be a failed attempt under an option: if one of them is the switch's, \
         run again with the option given for it.",
        if candidates.len() == 1 {
            "one connection or look-up".to_owned()
        } else {
            format!("{} connections or look-ups", candidates.len())
        },
    );
    bare(&INCONCLUSIVE_UNIDENTIFIED, summary, evidence.collect())
}

fn candidate_words(candidate: &Candidate) -> String {
    let target =
        candidate.peer.map(|peer| peer.to_string()).or(candidate.host.as_ref().map(ToString::to_string));
    format!(
        "{} to {}: {} ({}), {}",
        candidate.client,
        target.unwrap_or_default(),
        candidate.code,
        super::words::times(candidate.count),
        candidate.option,
    )
}

/// What to do about a capture without an attempt.
pub(super) fn bare_advice(diagnostic: &Diagnostic) -> Vec<Advice> {
    let advice = |action: &super::Action| Advice {
        text: action.text.to_owned(),
        commands: action.commands.iter().map(|command| super::words::fill_unknown(command)).collect(),
    };
    diagnostic.fix.iter().map(advice).collect()
}

/// The verdict on a capture without an attempt.
pub(super) fn bare(diagnostic: &'static Diagnostic, summary: String, evidence: Vec<Evidence>) -> Verdict {
    let (confidence, party) = (Confidence::Likely, diagnostic.party);
    Verdict { diagnostic, summary, confidence, party, evidence, lines: Vec::new() }
}
