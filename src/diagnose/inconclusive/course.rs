//! The attempt that is not there from start to end.

use super::steps::{BUFFER, EVENTLOG, FIND_PORT, START_BEFORE};
use crate::attempt::{Attempt, TlsSession};
use crate::diagnose::conclusion::Conclusion;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::ending::{in_the, seconds};
use crate::diagnose::steps::{CAPTURE_CPU, CAPTURE_PORT, GUIDE, HTTP_DEBUG, STATUS};
use crate::diagnose::words::count;
use crate::diagnose::{Confidence, Party};
use crate::flow::Flow;
use crate::model::{At, Span};

pub(in crate::diagnose) static INCONCLUSIVE_MID_STREAM: Diagnostic = Diagnostic {
    code: "inconclusive-mid-stream",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "The connection began before the capture",
    explanation: "The connection was already open when the capture began, and what is left of it does not \
        decide. Its start, with the request for the name and the handshake, is missing, as is usual with a \
        circular buffer or a capture that was started late. It is no sign of a fault. A new attempt with \
        the capture running gives the answer.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG],
    filter: "tcp && !(tcp.completeness & 1)",
    fix: &[START_BEFORE, BUFFER, CAPTURE_PORT],
    references: &["RFC 9293 section 3.5", GUIDE],
};

pub(in crate::diagnose) static INCONCLUSIVE_CAPTURE_ENDED: Diagnostic = Diagnostic {
    code: "inconclusive-capture-ended",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "The capture ends during the attempt",
    explanation: "The attempt was still in progress when the capture ended, and too little time had passed \
        to call the silence a failure. The next packet may have been the answer. Usual causes are a \
        capture stopped early, a full linear buffer, or an export copied before it was complete. It is no \
        sign of a fault.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG],
    filter: "(tcp && !(tcp.completeness & 48)) || (dns.flags.response == 0 && !dns.response_in) || \
        arp.opcode == 1",
    fix: &[
        START_BEFORE,
        Action {
            text: "Wait until the export is complete before the file is copied.",
            commands: &["monitor capture CSSM export location flash:cssm.pcap"],
        },
        BUFFER,
    ],
    references: &[GUIDE],
};

pub(in crate::diagnose) static INCONCLUSIVE_NOTHING_SENT: Diagnostic = Diagnostic {
    code: "inconclusive-nothing-sent",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "Connected, but the switch asked for nothing",
    explanation: "The TCP connection was made, and then the switch sent nothing for two seconds or closed \
        it first, or sent what is neither TLS nor HTTP. A telnet test to port 443 looks exactly like this, \
        and such a test is the usual cause. \
        It proves that address and port are reachable, and nothing more. It is neither a success nor a \
        failure of licensing.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG],
    filter: "tcp && !(tcp.completeness & 8)",
    fix: &[
        Action {
            text: "If this was a telnet test, trigger a real attempt while capturing.",
            commands: &["license smart sync all"],
        },
        STATUS,
        HTTP_DEBUG,
        CAPTURE_CPU,
    ],
    references: &["RFC 9293 section 3.5", GUIDE],
};

pub(in crate::diagnose) static INCONCLUSIVE_NO_CONNECTION: Diagnostic = Diagnostic {
    code: "inconclusive-no-connection",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "The name was resolved, but no connection follows",
    explanation: "The name of the service or proxy was resolved, and no connection to it follows in the \
        capture. A ping by name looks like this. Otherwise the traffic leaves through another interface \
        than the captured one, or its packets are made by the CPU and missed by the capture. It does not \
        prove that the switch did not try.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[EVENTLOG, FIND_PORT],
    filter: "dns",
    fix: &[
        Action {
            text: "If this was a ping, trigger a real attempt while capturing.",
            commands: &["license smart sync all"],
        },
        FIND_PORT,
        CAPTURE_PORT,
        CAPTURE_CPU,
    ],
    references: &[GUIDE],
};

/// The connection began before the capture.
pub(in crate::diagnose) fn mid_stream(attempt: &Attempt) -> Conclusion {
    let summary = format!(
        "The connection of {} with {} began before the capture, and what is in it does not show how it ended.",
        attempt.client,
        attempt.peer_text(),
    );
    Conclusion::new(&INCONCLUSIVE_MID_STREAM, Confidence::Likely, summary)
        .at(attempt.first, "first frame, no handshake before it")
        .at(attempt.last, "last frame")
}

/// Connected, and the switch says nothing.
pub(in crate::diagnose) fn nothing_sent(attempt: &Attempt, start: At, end: At, how: &str) -> Conclusion {
    let secured = attempt.tls.as_deref().is_some_and(TlsSession::is_finished);
    let (what, why) = if attempt.flow.as_deref().is_some_and(Flow::is_never_opened) {
        ("nothing", "the peer's window was closed from its SYN-ACK on, so that nothing could be sent")
    } else if secured {
        ("no request", "the TLS handshake was finished, and a connection kept in reserve looks like this")
    } else {
        ("nothing", "a telnet test looks like this")
    };
    let summary = format!(
        "{} connected to {} and sent {what}{} until {how}; {why}.",
        attempt.client,
        attempt.peer_text(),
        in_the(end.time - start.time),
    );
    let answer = attempt.flow.as_deref().and_then(|flow| flow.syn_acks.first().copied());
    Conclusion::new(&INCONCLUSIVE_NOTHING_SENT, Confidence::Likely, summary)
        .maybe(answer, "SYN-ACK")
        .at(start, if secured { "handshake finished" } else { "connected" })
        .at(end, format!("{what} sent until {how}"))
}

/// Connected, and the switch says something that is neither TLS nor HTTP.
pub(in crate::diagnose) fn not_tls(attempt: &Attempt, flow: &Flow) -> Conclusion {
    let summary = format!(
        "{} connected to {} and sent {}, neither TLS nor HTTP: a test by hand looks like this.",
        attempt.client,
        attempt.peer_text(),
        count(flow.from_client.stream.end(), "octet"),
    );
    Conclusion::new(&INCONCLUSIVE_NOTHING_SENT, Confidence::Likely, summary)
        .maybe(flow.established, "connected")
        .maybe(flow.from_client.data.map(|(first, _)| first), "first octets, neither TLS nor HTTP")
}

/// The name was resolved and no connection follows.
pub(in crate::diagnose) fn no_connection(attempt: &Attempt, answer: At, addresses: &str) -> Conclusion {
    let last = attempt.surroundings.capture_last;
    let name = attempt.lookups.last().map_or(attempt.service_text(), |lookup| lookup.name.to_string());
    if last.time - answer.time < Span::seconds(1) {
        let summary =
            format!("The capture ends {} after {name} was resolved.", seconds(last.time - answer.time));
        return Conclusion::new(&INCONCLUSIVE_CAPTURE_ENDED, Confidence::Likely, summary)
            .at(answer, "DNS answer");
    }
    let summary = format!(
        "{} resolved {name} to {addresses}, and no connection to it follows{} to the capture's end.",
        attempt.client,
        in_the(last.time - answer.time),
    );
    Conclusion::new(&INCONCLUSIVE_NO_CONNECTION, Confidence::Likely, summary)
        .at(answer, format!("DNS answer: {addresses}"))
}
