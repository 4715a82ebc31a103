//! A rejection that no alert in clear states.

use super::rejected::rejected;
use crate::attempt::{Attempt, TlsSession, Visibility};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::{Close, client_missed_since, sent_unseen_since, server_missed_since};
use crate::diagnose::tls::judge::{flight_end, prompt};
use crate::flow::{Flow, Segment};
use crate::model::{At, Direction};

/// A rejection that no alert in clear states: after the server's whole flight an encrypted alert or nothing at all from the
/// switch, then its close within 5 s.
pub(in crate::diagnose) fn inferred(
    attempt: &Attempt,
    flow: &Flow,
    tls: &TlsSession,
    close: Option<Close>,
) -> Option<Conclusion> {
    if attempt.visibility == Visibility::InboundOnly {
        return by_acknowledgement(attempt, flow, tls);
    }
    let flight = flight_end(tls).filter(|_| !tls.resumed())?;
    let alert = tls.alerts.iter().find(|a| a.direction == Direction::FromClient && a.alert.is_none());
    if let Some(alert) = alert.filter(|alert| prompt(flight, alert.at)) {
        return Some(rejected(attempt, tls, None, alert.at, "encrypted alert from the switch".to_owned()));
    }
    let close = close.filter(|close| close.by == Direction::FromClient && flight.before(close.at))?;
    let silent = tls.client_key_exchange.is_none() && tls.client_ccs.is_none_or(|_| tls.is_tls13());
    if !silent || !prompt(flight, close.at) || client_missed_since(flow, tls.client_hello_started) {
        return None;
    }
    let note = format!("{} from the switch after the server's flight", close.kind.noun());
    Some(rejected(attempt, tls, None, close.at, note))
}

/// Octets of an alert record in clear, of one encrypted by TLS 1.3, and of that behind the change_cipher_spec of its compatibility
/// mode (RFC 8446 §D.4).
const ALERT_RECORDS: [i64; 3] = [7, 24, 30];

/// Only the server's packets are there: it acknowledges as many octets after its flight as an alert has (and a FIN).
fn by_acknowledgement(attempt: &Attempt, flow: &Flow, tls: &TlsSession) -> Option<Conclusion> {
    let flight = flight_end(tls)?;
    let from_server = || flow.segments.iter().filter(|s| s.direction == Direction::FromServer);
    let before = from_server().find(|segment| segment.at == flight)?.ack?;
    let later = from_server().filter(|s| flight.before(s.at)).filter_map(|s| Some((s.at, s.ack? - before)));
    let steps: Vec<(At, i64)> = later.filter(|(_, octets)| *octets > 0).collect();
    let (at, octets) = steps.iter().max_by_key(|(_, octets)| *octets)?;
    if !ALERT_RECORDS.iter().any(|alert| *octets == *alert || *octets == alert + 1) {
        return None;
    }
    let note = format!("the server acknowledges {octets} octets after its flight, an alert's size");
    Some(rejected(attempt, tls, None, *at, note))
}

/// Whether, in a capture of the server's packets alone, the client sent no more behind the ServerHello than an alert and a FIN: then
/// it may have closed first.
pub(in crate::diagnose) fn may_have_ended(
    attempt: &Attempt,
    flow: &Flow,
    tls: &TlsSession,
    close: At,
) -> bool {
    let hello = tls.server_hello.as_ref().filter(|_| attempt.visibility == Visibility::InboundOnly);
    let Some((hello, _)) = hello else { return false };
    let between =
        |s: &Segment| s.direction == Direction::FromServer && !s.at.before(*hello) && !close.before(s.at);
    let acks = || flow.segments.iter().filter(between).filter_map(|segment| segment.ack);
    let sent = acks().max().zip(acks().next()).map(|(last, first)| last - first);
    let longest = ALERT_RECORDS.into_iter().max().unwrap_or_default();
    sent.is_some_and(|octets| (1..=longest + 1).contains(&octets))
}

/// The switch completed the handshake and then, without any request, sent an alert-sized record or closed.
pub(in crate::diagnose) fn rejected_after_finish(
    attempt: &Attempt,
    flow: &Flow,
    tls: &TlsSession,
    close: Option<Close>,
) -> Option<Conclusion> {
    let finished =
        tls.client_finished.filter(|_| !tls.resumed() && attempt.visibility == Visibility::Both)?;
    let data = &tls.client_data;
    let alert = data.first.filter(|record| data.records == 1 && tls.is_tls13() && record.alert_sized);
    let encrypted = tls.alerts.iter().find(|a| a.direction == Direction::FromClient && a.alert.is_none());
    let alert = alert.map(|record| record.at).or(encrypted.map(|alert| alert.at));
    let requested = !data.is_empty() && data.first.map(|record| record.at) != alert;
    if close
        .is_some_and(|close| close.by == Direction::FromServer && alert.is_none_or(|at| close.at.before(at)))
    {
        return None;
    }
    let close = close.filter(|close| close.by == Direction::FromClient);
    let at = alert.or(close.map(|close| close.at)).filter(|at| prompt(finished, *at))?;
    let first = close.is_none_or(|close| !close.at.before(at) || alert.is_none());
    let hello = tls.client_hello_started;
    let missed = client_missed_since(flow, hello) || server_missed_since(flow, hello);
    if requested || !first || missed || sent_unseen_since(flow, hello) {
        return None;
    }
    let note = if alert.is_some() {
        "alert-sized record from the switch, no request before it"
    } else {
        "the switch closes without a request"
    };
    Some(rejected(attempt, tls, None, at, note.to_owned()))
}
