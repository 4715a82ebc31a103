//! How the handshake ended.

use super::{alert, certificate, client_certificate, ending};
use crate::attempt::{Attempt, FoundBy, PeerRole, TlsAlert, TlsSession, Visibility};
use crate::diagnose::Confidence;
use crate::diagnose::certainty::HTTPS;
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::ending::gave_up_before;
use crate::diagnose::ending::{
    Close, CloseKind, IDLE, PROMPT, client_missed, first_close, hidden_since, server_missed,
    server_missed_since, spoke_since,
};
use crate::diagnose::inconclusive;
use crate::diagnose::silence::{ended, one_way};
use crate::diagnose::tcp::gave_up_or_waited;
use crate::flow::Flow;
use crate::model::{At, Direction};
use crate::proto::tls::Alert;

/// Judges a handshake that did not finish, or that the switch finished only to reject the certificate.
pub(in crate::diagnose) fn judge(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    let Some(tls) = &attempt.tls else { return before_hello(attempt, flow) };
    let close = first_close(attempt);
    let alert = first_failure(tls);
    if let Some((at, line)) = &tls.foreign
        && !tls.is_finished()
        && starts_known(flow)
    {
        if let (Some(close), Some(hello)) = (gave_up_before(attempt, *at), tls.client_hello_started) {
            return Some(ending::timeout(attempt, tls, hello, Some(close)));
        }
        return Some(ending::plaintext_reply(attempt, *at, line));
    }
    if tls.foreign.is_some() && !tls.is_finished() && alert.is_none() {
        return Some(inconclusive::mid_stream(attempt));
    }
    if tls.client_hello_started.is_none() && tls.server_hello.is_none() && alert.is_none() {
        return Some(without_hello(attempt, flow));
    }
    if tls.is_finished() {
        return after_finish(attempt, flow, tls, close, alert);
    }
    let decides = |alert: &&TlsAlert| {
        close.is_none_or(|close| close.by == alert.direction || !flow.precedes(close.at, alert.at))
    };
    if let Some(alert) = alert.filter(decides) {
        return Some(judged_alert(attempt, flow, tls, alert));
    }
    Some(without_alert(attempt, flow, tls, close))
}

/// What a failing alert says. One of the switch's own that is sent about any octets, and not about a message of the handshake, says
/// nothing where the capture missed those octets: they may be a close, or no TLS at all.
fn judged_alert(attempt: &Attempt, flow: &Flow, tls: &TlsSession, alert: &TlsAlert) -> Conclusion {
    /// unexpected_message, record_overflow, decode_error (RFC 8446 §6.2).
    const ABOUT_ANYTHING: [u8; 3] = [10, 22, 50];
    let vague = alert.alert.is_some_and(|said| ABOUT_ANYTHING.contains(&said.description.0));
    let switch = alert.direction == Direction::FromClient && tls.server_hello.is_none();
    if vague && switch && server_missed_since(flow, tls.client_hello_started) {
        return inconclusive::unreadable(attempt, "what the switch's alert is about", Some(alert.at));
    }
    alert::judge(attempt, tls, alert)
}

/// Whether the server's first octet in the capture is the first it sent: its SYN is known, or the client's first data
/// acknowledges nothing of it.
fn starts_known(flow: &Flow) -> bool {
    let mut client = flow.data_segments(Direction::FromClient);
    flow.from_server.isn.is_some() || client.next().is_some_and(|first| first.ack == Some(0))
}

/// Records, and no hello of either side.
fn without_hello(attempt: &Attempt, flow: &Flow) -> Conclusion {
    if flow.syns.is_empty() && flow.syn_acks.is_empty() {
        return inconclusive::mid_stream(attempt);
    }
    if server_missed(flow) || client_missed(flow) {
        return inconclusive::unreadable(attempt, "the start of TLS", None);
    }
    if attempt.visibility == Visibility::Both { inconclusive::mid_stream(attempt) } else { one_way(attempt) }
}

/// The first alert in clear that is a failure.
fn first_failure(tls: &TlsSession) -> Option<&TlsAlert> {
    tls.alerts.iter().find(|alert| alert.alert.is_some_and(Alert::is_failure))
}

/// The tunnel stands, or the connection does, and no ClientHello is there.
fn before_hello(attempt: &Attempt, flow: &Flow) -> Option<Conclusion> {
    if let Some((at, line)) = attempt.banner.as_ref().filter(|_| attempt.http.is_none()) {
        return match attempt.found_by {
            _ if attempt.other_protocol => None,
            // Nothing says that TLS is wanted there.
            FoundBy::All => Some(inconclusive::other_protocol(attempt)),
            _ => Some(ending::plaintext_reply(attempt, *at, line)),
        };
    }
    if let Some(reply) = clear_answer(attempt) {
        return Some(reply);
    }
    let tunnel = attempt.proxy.as_deref().filter(|proxy| proxy.connect && attempt.http.is_none())?;
    let opened = tunnel.success()?.at;
    if server_missed(flow) || client_missed(flow) {
        return Some(inconclusive::unreadable(attempt, "what followed the proxy's 200", Some(opened)));
    }
    if attempt.visibility != Visibility::Both {
        return Some(one_way(attempt));
    }
    let close = first_close(attempt).filter(|close| !close.at.before(opened));
    Some(match close {
        Some(close) if close.by == Direction::FromServer => {
            ending::closed(attempt, opened, close, "the proxy's 200")
        }
        Some(close) => inconclusive::nothing_sent(attempt, opened, close.at, "the switch closes"),
        None if attempt.surroundings.capture_last.time - opened.time >= IDLE => {
            inconclusive::nothing_sent(attempt, opened, attempt.surroundings.capture_last, "the capture ends")
        }
        None => ended(attempt, opened),
    })
}

/// Handshake not finished, no failing alert in clear.
fn without_alert(attempt: &Attempt, flow: &Flow, tls: &TlsSession, close: Option<Close>) -> Conclusion {
    if let Some(at) = tls.alert_cut.filter(|at| close.is_none_or(|close| !close.at.before(*at))) {
        return inconclusive::unreadable(attempt, "an alert", Some(at));
    }
    if let Some(rejected) = certificate::inferred(attempt, flow, tls, close) {
        return rejected;
    }
    if let Some(missing) = client_certificate::client_certificate_missing(attempt, tls, close) {
        return missing;
    }
    let hello = tls.client_hello_started.or(tls.client_hello.as_ref().map(|(at, _)| *at));
    // What was missed before the hello may have been a refusal, or a close, unless what was read shows that TLS could begin.
    let tunnel = attempt.proxy.as_deref().is_some_and(|proxy| proxy.success().is_some());
    let read = |hello: &At| tls.server_hello.is_some() || tunnel && !spoke_since(flow, *hello);
    if hidden_since(flow, hello.filter(read), tls.server_unreadable) {
        return inconclusive::unreadable(attempt, "part of the handshake", hello);
    }
    if let Some(close) = close.filter(|close| close.by == Direction::FromServer) {
        if close.kind == CloseKind::Fin && certificate::may_have_ended(attempt, flow, tls, close.at) {
            return one_way(attempt);
        }
        if attempt.visibility == Visibility::InboundOnly && may_have_finished(flow, tls) {
            return one_way(attempt);
        }
        return closed_by_peer(attempt, flow, tls, hello, close);
    }
    if attempt.visibility != Visibility::Both {
        return one_way(attempt);
    }
    // A window that never opened lets only a part of it through.
    let begun = tls.client_hello.is_some() || tls.client_partial && flow.from_client.isn.is_some();
    let Some(hello) = hello.filter(|_| begun) else {
        return inconclusive::mid_stream(attempt);
    };
    if let Some(failed) = certificate::revocation(attempt, tls, close) {
        return failed;
    }
    if gave_up_or_waited(attempt, hello, close) {
        return ending::timeout(attempt, tls, hello, close);
    }
    ended(attempt, last_sent(flow).unwrap_or(hello))
}

/// Whether the server acknowledges more behind its flight than a Finished of TLS 1.3, which cannot be read.
fn may_have_finished(flow: &Flow, tls: &TlsSession) -> bool {
    /// ChangeCipherSpec, and a Finished of SHA-384 in its record.
    const FINISHED: i64 = 6 + 74;
    let heard = tls.server_flight.filter(|_| tls.is_tls13()).and_then(|at| flow.acknowledged_at(at));
    let all = i64::try_from(flow.from_client.acknowledged).unwrap_or(i64::MAX);
    heard.is_some_and(|heard| all.saturating_sub(heard) > FINISHED)
}

/// HTTP in clear from the port of HTTPS, where the capture cannot have the ClientHello that it answers.
fn clear_answer(attempt: &Attempt) -> Option<Conclusion> {
    let http = attempt.http.as_deref().filter(|http| http.is_clear() && http.request.is_none())?;
    let https =
        attempt.peer.is_some_and(|peer| peer.role == PeerRole::Service && peer.endpoint.port == HTTPS);
    let hidden = attempt.visibility == Visibility::InboundOnly && attempt.proxy.is_none();
    let (at, line) = (http.answer?, http.text().status_line.as_ref()?);
    (https && hidden).then(|| ending::plaintext_reply(attempt, at, line).at_most(Confidence::Likely))
}

fn closed_by_peer(
    attempt: &Attempt,
    flow: &Flow,
    tls: &TlsSession,
    hello: Option<At>,
    close: Close,
) -> Conclusion {
    let opened = attempt.proxy.as_deref().and_then(|proxy| proxy.success()).map(|response| response.at);
    let early = opened.filter(|_| hello.is_some_and(|hello| flow.precedes(close.at, hello)));
    let (since, after) = match early {
        Some(opened) => (opened, "the proxy's 200"),
        None if tls.server_hello.is_some() => (hello.unwrap_or(flow.first), "the ServerHello"),
        None => (hello.unwrap_or(flow.first), "the ClientHello"),
    };
    let conclusion = ending::closed(attempt, since, close, after);
    if attempt.visibility == Visibility::Both { conclusion } else { conclusion.at_most(Confidence::Likely) }
}

fn last_sent(flow: &Flow) -> Option<At> {
    flow.from_client.data.map(|(_, last)| last)
}

/// The handshake is finished: only a certificate that the switch rejects without a request is still a TLS failure, or a client
/// certificate that the server misses.
fn after_finish(
    attempt: &Attempt,
    flow: &Flow,
    tls: &TlsSession,
    close: Option<Close>,
    alert: Option<&TlsAlert>,
) -> Option<Conclusion> {
    let answered = attempt.http.as_deref().is_some_and(|http| http.answer.is_some());
    if answered {
        return None;
    }
    if let Some(alert) = alert {
        return Some(alert::judge(attempt, tls, alert));
    }
    client_certificate::client_certificate_missing(attempt, tls, close)
        .or_else(|| certificate::rejected_after_finish(attempt, flow, tls, close))
}

/// Whether the server's flight up to where the client must speak is whole.
pub(in crate::diagnose) fn flight_end(tls: &TlsSession) -> Option<At> {
    if tls.server_partial || tls.server_unreadable {
        return None;
    }
    if tls.is_tls13() { tls.server_flight } else { tls.server_hello_done }
}

/// Whether `close` came soon after `flight`.
pub(in crate::diagnose) fn prompt(flight: At, close: At) -> bool {
    (close.time - flight.time).may_be_within(PROMPT)
}
