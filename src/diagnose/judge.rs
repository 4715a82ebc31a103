//! The order in which the families are asked: the stage in which the attempt ended decides.

use crate::attempt::{Attempt, FoundBy, ServiceKind, Visibility};
use crate::flow::Flow;

use super::certainty::humbled;
use super::conclusion::Conclusion;
use super::silence::one_way;
use super::timeless::timeless;
use super::{
    Advice, CertificateFlaw, Diagnostic, Event, Judged, Outcome, Stage, Verdict, arp, dns, http,
    inconclusive, ladder, proxy, stages, tcp, tls,
};

/// Judges `attempt`.
pub(super) fn judge(attempt: Box<Attempt>) -> Judged {
    let conclusion = conclude(&attempt);
    let adapted = conclusion.first.map(|first| attempt.advice_behind(first, conclusion.diagnostic));
    let verdict = verdict(conclusion);
    Judged { attempt, verdict, adapted }
}

/// The conclusion of the stage in which the attempt ended, or the cause of it from elsewhere.
fn conclude(attempt: &Attempt) -> Conclusion {
    let conclusion = by_stage(attempt);
    if conclusion.diagnostic.code == "ok" {
        return humbled(attempt, conclusion);
    }
    timeless(attempt, elsewhere_or_here(attempt, conclusion))
}

fn elsewhere_or_here(attempt: &Attempt, conclusion: Conclusion) -> Conclusion {
    let elsewhere = if conclusion.unexplained { tcp::blackhole(attempt) } else { None };
    let elsewhere = elsewhere.or_else(|| dns::sinkholed(attempt).filter(|_| attempt.uses_answer()));
    humbled(attempt, elsewhere.unwrap_or(conclusion))
}

fn by_stage(attempt: &Attempt) -> Conclusion {
    let Some(flow) = &attempt.flow else {
        let before = arp::judge(attempt).or_else(|| dns::judge(attempt));
        return before.unwrap_or_else(|| inconclusive::mid_stream(attempt));
    };
    tcp::judge(attempt, flow)
        .or_else(|| proxy::judge(attempt))
        .or_else(|| tls::judge(attempt, flow))
        .or_else(|| http::judge(attempt, flow))
        .unwrap_or_else(|| undecided(attempt, flow))
}

/// Octets were exchanged, and no codec makes sense of them.
fn undecided(attempt: &Attempt, flow: &Flow) -> Conclusion {
    if attempt.other_protocol && flow.from_client.isn.is_some() {
        return match attempt.found_by {
            FoundBy::All => inconclusive::other_protocol(attempt),
            _ => inconclusive::not_tls(attempt, flow),
        };
    }
    if super::ending::client_missed(flow) || super::ending::server_missed(flow) {
        return inconclusive::unreadable(attempt, "what was said", None);
    }
    if attempt.visibility != Visibility::Both {
        return one_way(attempt);
    }
    inconclusive::mid_stream(attempt)
}

fn verdict(conclusion: Conclusion) -> Verdict {
    let Conclusion { diagnostic, confidence, summary, mut evidence, party, .. } = conclusion;
    evidence.sort_by_key(|evidence| evidence.at.frame);
    Verdict { diagnostic, summary, confidence, party, evidence, lines: Vec::new() }
}

impl Judged {
    /// The outcome of the attempt.
    pub fn outcome(&self) -> Outcome {
        self.verdict.outcome()
    }

    /// What to do, cheapest first.
    pub fn actions(&self) -> Vec<Advice> {
        self.adapted.clone().unwrap_or_else(|| self.attempt.advice(self.verdict.diagnostic))
    }

    /// Selects the attempt's packets in Wireshark, never by `tcp.stream`.
    pub fn wireshark_filter(&self) -> String {
        self.attempt.wireshark_filter()
    }

    /// How far each stage came, in order.
    pub fn stages(&self) -> [Stage; 6] {
        stages::of(&self.attempt, &self.verdict)
    }

    /// The ladder's rungs in capture order, at most `most`.
    pub fn events(&self, most: usize) -> Vec<Event> {
        ladder::of(&self.attempt, &self.verdict, most)
    }

    /// What is wrong with each of the server's certificates, in their order.
    pub fn certificate_flaws(&self) -> Vec<Vec<CertificateFlaw>> {
        tls::flaws::of(&self.attempt)
    }

    /// Whether its verdict is `diagnostic`.
    pub(super) fn is(&self, diagnostic: &Diagnostic) -> bool {
        self.verdict.diagnostic.code == diagnostic.code
    }

    /// Whether it aims at a service, rather than being shown only because `--all` shows everything.
    pub(super) fn is_on_service(&self) -> bool {
        self.attempt.service.kind != ServiceKind::Other || self.attempt.found_by != FoundBy::All
    }
}

impl Attempt {
    /// Whether its connection, if there is one, goes to an address that its look-ups answered.
    fn uses_answer(&self) -> bool {
        let peer = self.peer.map(|peer| peer.endpoint.ip);
        peer.is_none_or(|peer| self.lookups.iter().any(|lookup| lookup.answered(peer)))
    }
}
