//! Silence on a connection that was made, and what the network says of it: octets that nobody acknowledged, ICMP errors.

use super::conclusion::Conclusion;
use super::icmp;
use super::words::times;
use crate::attempt::{Attempt, Visibility};
use crate::flow::{Flow, Segment, SegmentClass};
use crate::model::{At, Direction};
use crate::net::{IcmpError, TcpFlags};

/// A conclusion from silence behind what the client sent at `at`: where that was not acknowledged either, or an error came back,
/// it is the network's.
pub(super) fn explained(conclusion: Conclusion, attempt: &Attempt, at: At) -> Conclusion {
    let conclusion = match never_acknowledged(attempt, at) {
        Some((what, sent)) => {
            let words = format!(
                " {what} was sent {} and never acknowledged: it did not arrive, or nothing comes back from where it did.",
                times(sent)
            );
            conclusion.adding(&words).of_the_path()
        }
        None => conclusion,
    };
    with_errors(conclusion, attempt, at)
}

/// Adds what ICMP errors say that came back since `at` about octets that were never acknowledged: others were survived.
pub(super) fn with_errors(conclusion: Conclusion, attempt: &Attempt, at: At) -> Conclusion {
    let Some(flow) = attempt.flow.as_deref() else { return conclusion };
    let about = |(when, error): &&(At, IcmpError)| !when.before(at) && quotes_unheard(flow, error);
    let errors: Vec<&(At, IcmpError)> = icmp::refusals(flow).filter(about).collect();
    let Some((first, error)) = errors.first() else { return conclusion };
    let words = icmp::words(error);
    let said = format!(" {} answered with ICMP '{words}' {}.", error.source, times(errors.len()));
    conclusion.adding(&said).at(*first, format!("ICMP from {}: {words}", error.source)).of_the_path()
}

/// Whether an error quotes octets of the client's that the server never acknowledged.
fn quotes_unheard(flow: &Flow, error: &IcmpError) -> bool {
    let client = &flow.from_client;
    let Some((isn, seq)) = client.isn.zip(error.quoted.seq) else { return false };
    let Ok(offset) = u64::try_from(i64::from(seq.distance(isn)) - 1) else { return false };
    let data = client.frames == 0 || offset < client.stream.end();
    data && offset >= client.acknowledged && !error.quoted.flags.is_some_and(TcpFlags::syn)
}

/// How often the client sent the octets whose frame is `at`, or the first part of them that is open, where it repeated them and the
/// server, whose direction is in the capture, acknowledged none of them, nor said anything else but its SYN-ACK again.
fn never_acknowledged(attempt: &Attempt, at: At) -> Option<(&'static str, usize)> {
    let flow = attempt.flow.as_deref().filter(|_| attempt.visibility == Visibility::Both)?;
    let mut sent = flow.data_segments(Direction::FromClient);
    let given = sent.find(|segment| segment.at == at)?;
    let answers = |s: &Segment| s.direction == Direction::FromServer && !s.flags.syn() && at.before(s.at);
    if flow.segments.iter().any(|segment| answers(&segment)) {
        return None;
    }
    let known = i64::try_from(flow.from_client.acknowledged).unwrap_or(i64::MAX);
    let open = flow.data_segments(Direction::FromClient).filter(|segment| segment.offset >= known);
    let first = open.map(|segment| segment.offset).min().filter(|first| *first <= given.offset)?;
    let same = |segment: &Segment| {
        (segment.offset..segment.offset + i64::from(segment.len)).contains(&first)
            && segment.class != SegmentClass::Duplicate
    };
    let times = flow.data_segments(Direction::FromClient).filter(same).count();
    let what = if first == given.offset { "It" } else { "Part of it" };
    (times > 1).then_some((what, times))
}
