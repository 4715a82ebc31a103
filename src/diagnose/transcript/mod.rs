//! The switch's own words beside the attempts. They explain, sharpen or lower confidence; they never overrule the bytes.

pub(super) mod by_hand;
pub(super) mod clock;
pub(super) mod contradiction;
pub(super) mod noted;
pub(super) mod proxy;
pub(super) mod servers;
pub(super) mod service;
pub(super) mod since;
pub(super) mod source;
pub(super) mod state;
pub(super) mod unpaired;

mod advice;
mod alone;
mod dates;
mod named;
mod pairs;
mod reason;
mod requests;
mod steps;
mod view;

pub use alone::alone;
pub use clock::ClockOffset;
pub use named::named_by;
pub use pairs::{Correlation, Relation};

use crate::capture::CaptureFacts;
use crate::model::Timestamp;
use crate::transcript::{Happening, LogEvent, Transcript};

use super::{Analysis, Finding, Quote};
use view::View;

/// What the switch's text says, and how it goes with the capture.
#[derive(Debug)]
pub struct Beside {
    /// What was read.
    pub facts: Transcript,
    /// How far the switch's clock is from the capture's, where some pair tells.
    pub clock: Option<ClockOffset>,
    /// The agent's requests, in order of time.
    pub requests: Vec<NotedRequest>,
    /// What the logs note of licensing, in the order read.
    pub events: Vec<Quote>,
    /// Attempts beside requests and log lines, in order of time.
    pub correlations: Vec<Correlation>,
    /// Correlations left out because there are too many.
    pub correlations_omitted: u64,
}

/// A request as the text has it, with its time.
#[derive(Debug, Clone)]
pub struct NotedRequest {
    /// Where and when.
    pub line: Quote,
    /// `ID_TOKEN_TRUST`, ...
    pub request_type: Option<String>,
    /// The heading it stands under.
    pub section: Option<&'static str>,
    /// When the response was noted.
    pub answered: Option<Timestamp>,
    /// Its status, `empty`, `unreadable`; `None` where nothing is shown.
    pub response: Option<String>,
}

impl Beside {
    fn of(view: &View<'_>, correlations: Vec<Correlation>, correlations_omitted: u64) -> Self {
        let request = |request: &requests::Request<'_>| {
            let exchange = request.exchange;
            let answered = exchange.response.as_ref().and_then(|said| view.instant(&said.value));
            NotedRequest {
                line: view.quote(request.at, Some(request.stamp), "REQUEST"),
                request_type: exchange.request_type.clone(),
                section: exchange.section,
                answered,
                response: pairs::response(&exchange.answer),
            }
        };
        let event = |event: &LogEvent| view.quote(event.at, event.stamp.as_ref(), words(&event.happening));
        Self {
            facts: view.facts.clone(),
            clock: view.clock.clone(),
            requests: view.requests.iter().map(request).collect(),
            events: view.facts.events.iter().map(event).collect(),
            correlations,
            correlations_omitted,
        }
    }
}

/// An event in words.
fn words(happening: &Happening) -> String {
    match happening {
        Happening::CommunicationFailed(Some(reason)) => format!("communication failed: {reason}"),
        Happening::CommunicationFailed(None) => "communication failed".to_owned(),
        Happening::CommunicationRestored => "communication restored".to_owned(),
        Happening::ReportStarted => "usage report started".to_owned(),
        Happening::Crypto { ready: true } => "cryptography initialised".to_owned(),
        Happening::Crypto { ready: false } => "cryptography not initialised".to_owned(),
        Happening::TrustInstalled => "trust code installed".to_owned(),
        Happening::CrlFetchFailed => "revocation list not fetched".to_owned(),
        Happening::ClockNotAuthoritative => "clock not authoritative".to_owned(),
    }
}

/// A rule: what the text and the attempts show together, or the text alone.
type Rule = fn(&View<'_>) -> Vec<Finding>;

/// In the order of the registry.
const RULES: &[Rule] = &[
    clock::offset,
    unpaired::without_packets,
    unpaired::at_another_time,
    unpaired::without_request,
    contradiction::contradicts,
    by_hand::by_hand,
    noted::noted,
    proxy::not_used,
    proxy::other,
    servers::not_asked,
    servers::other,
    source::other,
    service::still_cslu,
    service::other_url,
    service::address,
    state::transport_off,
    state::refused,
    state::no_reply,
    state::clock_not_synchronised,
    state::crypto_not_initialised,
    since::trust_installed,
    since::communication_restored,
];

/// Sets `facts` beside what was concluded from the capture.
pub fn set_beside(analysis: &mut Analysis, facts: &Transcript, capture: &CaptureFacts) {
    let view = View::of(&analysis.attempts, facts, capture.first.zip(capture.last));
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&view)).collect();
    let (correlations, correlations_omitted) = pairs::correlations(&view);
    let changes = contradiction::changes(&view);
    let beside = Beside::of(&view, correlations, correlations_omitted);
    contradiction::apply(analysis, &changes);
    analysis.plan_next_capture(capture, &advice::path(facts));
    advice::adapt(analysis, facts, &findings);
    analysis.findings.extend(findings);
    analysis.findings.sort_by_key(|finding| finding.attempt.unwrap_or(usize::MAX));
    analysis.transcript = Some(beside);
}
