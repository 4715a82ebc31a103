//! What a conclusion must rest on to be called certain: a whole connection that is over, and a peer that is known.

use crate::attempt::{Attempt, FoundBy, is_public_service};
use crate::flow::{Flow, Half};
use crate::model::Direction;

use super::conclusion::Conclusion;
use super::ending::{in_reach, missed, waited};
use super::{Confidence, Diagnostic, Ground};

/// The port of every public licensing service.
pub(super) const HTTPS: u16 = 443;

/// `conclusion`, at most likely where what is not in the capture, or not yet, may say otherwise.
pub(super) fn humbled(attempt: &Attempt, conclusion: Conclusion) -> Conclusion {
    let diagnostic = conclusion.diagnostic;
    let guessed = is_guessed(attempt) || attempt.surroundings.serves;
    let doubtful = attempt.flow.as_deref().is_some_and(|flow| {
        let stood = !diagnostic.rests_on(Ground::NoConnection);
        stood && (!is_whole(flow, diagnostic) || !is_over(attempt, flow, diagnostic))
            || diagnostic.rests_on(Ground::Reset) && !reset_counts(flow)
    });
    if guessed || doubtful { conclusion.at_most(Confidence::Likely) } else { conclusion }
}

/// Whether only the peer's address says whom the attempt was for, and not by the switch's own look-up before it.
fn is_guessed(attempt: &Attempt) -> bool {
    let Some(peer) = attempt.peer.map(|peer| peer.endpoint) else { return false };
    let led = || attempt.lookups.iter().any(|lookup| lookup.answered(peer.ip));
    let public = attempt.service.host.as_ref().is_some_and(is_public_service);
    match attempt.found_by {
        FoundBy::Address => true,
        FoundBy::Dns => !led() || public && peer.port != HTTPS,
        _ => false,
    }
}

/// Whether both directions are in the capture from their start and without a hole, and without a cut where it matters.
fn is_whole(flow: &Flow, diagnostic: &Diagnostic) -> bool {
    let whole = |half: &Half| {
        let started = half.frames > 0 && half.isn.is_some();
        let cut = half.cut && diagnostic.rests_on(Ground::EveryOctet);
        started && !cut && !missed(half) && half.stream.uncaptured().next().is_none()
    };
    whole(&flow.from_client) && whole(&flow.from_server)
}

/// Whether nothing can follow on the connection: it was closed, the capture goes on for long without it, or what decides is final.
fn is_over(attempt: &Attempt, flow: &Flow, diagnostic: &Diagnostic) -> bool {
    let reset = Direction::BOTH.into_iter().any(|by| !flow.half(by).resets.is_empty());
    let closed = flow.from_client.fin.is_some() && flow.from_server.fin.is_some();
    diagnostic.rests_on(Ground::Final) || reset || closed || waited(attempt, flow.last)
}

/// Whether a RST of the server is one that the switch must heed: at exactly the number it expects next. Elsewhere in its
/// window it draws a challenge ACK (RFC 5961 §3.2), and the connection may go on.
fn reset_counts(flow: &Flow) -> bool {
    let half = &flow.from_server;
    let end = i64::try_from(half.stream.end()).unwrap_or(i64::MAX);
    let next = end.saturating_add(i64::from(half.fin.is_some()));
    let mut resets = half.resets.iter().filter(|reset| in_reach(half, reset));
    resets.any(|reset| reset.offset.is_some_and(|offset| offset == end || offset == next))
}
