//! What proves a clock wrong.

use crate::attempt::StageName;
use crate::diagnose::diagnostic::{Diagnostic, Kind};
use crate::diagnose::steps::{NTP, SHOW_CLOCK};
use crate::diagnose::tls::chain::Chain;
use crate::diagnose::words::{date, long};
use crate::diagnose::{Finding, Judged, Party, Severity};
use crate::model::{At, Clock, Span};
use crate::proto::http::parse_date;

pub(in crate::diagnose) static CLOCK_WRONG: Diagnostic = Diagnostic {
    code: "clock-wrong",
    stage: Some(StageName::Tls),
    kind: Kind::Finding(Severity::Warning),
    title: "A clock is wrong",
    explanation: "The time in the capture contradicts the certificate's dates or the Date header of an \
        answer. If the switch made the capture, it stamped it with its own clock, so that clock is \
        probably wrong. Certificates then look expired or not yet valid, and CSSM tolerates a deviation of \
        less than one hour only.",
    party: Party::Switch,
    reported_as: &["%PKI-2-NON_AUTHORITATIVE_CLOCK"],
    confirm: &[SHOW_CLOCK],
    filter: "tls.handshake.type == 11 || http.date",
    fix: &[SHOW_CLOCK, NTP],
    references: &["RFC 9110 section 6.6.1", "RFC 5280 section 4.1.2.5"],
};

/// CSSM tolerates less.
const TOLERANCE: Span = Span::seconds(3_600);

/// The capture's time contradicts a server's Date header, or the certificate's dates.
pub(super) fn wrong(judged: &Judged) -> Option<Finding> {
    by_header(judged).or_else(|| by_certificate(judged))
}

fn by_header(judged: &Judged) -> Option<Finding> {
    if judged.attempt.surroundings.clock != Clock::Absolute {
        return None;
    }
    let found = dates(judged).find_map(|(at, text)| {
        let apart = parse_date(text)? - at.time;
        (apart.is_known() && Span(apart.0.saturating_abs()) > TOLERANCE).then_some((at, text, apart))
    });
    let (at, text, apart) = found?;
    let side = if apart > Span::default() { "behind" } else { "ahead of" };
    let message = format!(
        "By the capture's clock an answer came at {}, but its Date header says {text}: the capture's clock is {} {side} the server's.",
        date(at.time),
        long(apart),
    );
    Some(Finding::on(judged, &CLOCK_WRONG, message).at(at, format!("Date: {text}")))
}

/// The Date headers of the answers, and where they stand.
fn dates(judged: &Judged) -> impl Iterator<Item = (At, &str)> {
    let http = judged
        .attempt
        .http
        .as_deref()
        .and_then(|http| Some((http.answer?, http.text().server_date.as_deref()?)));
    let responses = judged.attempt.proxy.iter().flat_map(|proxy| &proxy.responses);
    let dates = responses.filter_map(|response| {
        let (_, value) = response.headers.iter().find(|(name, _)| name == "date")?;
        Some((response.at, value.as_str()))
    });
    http.into_iter().chain(dates)
}

/// Not valid yet; or expired, and accepted all the same.
fn by_certificate(judged: &Judged) -> Option<Finding> {
    let tls = judged.attempt.tls.as_deref()?;
    let chain = Chain::of(&judged.attempt, tls)?;
    let expired = || chain.expired().filter(|_| super::tls::is_accepted(judged));
    let (certificate, fault) = match chain.not_yet_valid() {
        Some(young) => (young, format!("is valid only from {}", date(young.not_before))),
        None => expired().map(|old| (old, format!("expired on {} and was accepted", date(old.not_after))))?,
    };
    let name = certificate.common_name.as_deref().unwrap_or(&certificate.subject);
    let message = format!(
        "By the capture's clock it was {}, but the certificate '{name}' {fault}: one of the clocks is probably wrong.",
        date(chain.now?),
    );
    let shown = tls.certificates.as_ref().map(|(at, _)| *at);
    Some(Finding::on(judged, &CLOCK_WRONG, message).maybe(shown, format!("'{name}' {fault}")))
}
