//! What the switch's text proves of its own state, whatever the capture shows.

use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{GUIDE, HISTORY, NTP, SET_SMART_TRANSPORT, SHOW_CLOCK, STATUS, SYNC};
use crate::diagnose::{Finding, Party, Severity};
use crate::transcript::{ClockMark, Counters, Happening, Place, Transport};

use super::steps::LICENSING;
use super::view::View;

pub(in crate::diagnose) static TRANSPORT_OFF: Diagnostic = Diagnostic {
    code: "transport-off",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The licensing transport is switched off",
    explanation: "The transport is off, so the licensing agent sends nothing at all. Reports then go by \
        file, and a capture can hold nothing. This is a configuration and no fault of the network.",
    party: Party::Switch,
    reported_as: &[],
    confirm: &[STATUS],
    filter: LICENSING,
    fix: &[Action {
        text: "If the switch is meant to report by itself, set the transport.",
        commands: SET_SMART_TRANSPORT,
    }],
    references: &[GUIDE],
};

pub(in crate::diagnose) static SERVICE_REFUSED: Diagnostic = Diagnostic {
    code: "service-refused",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The service was reached and refused the request",
    explanation: "The switch counts failures in a row, and none of them as a failure of communication: \
        requests arrived and were answered, and the answer was a refusal. The network, the proxy and the \
        certificates do their work. An expired or used-up token, an account without the right, or a clock \
        that is off are the usual reasons.",
    party: Party::Service,
    reported_as: &["INVALID STATUS CODE"],
    confirm: &[HISTORY],
    filter: LICENSING,
    fix: &[
        HISTORY,
        Action {
            text: "Make a new token in the right virtual account and establish trust again.",
            commands: &["license smart trust idtoken TOKEN all force"],
        },
    ],
    references: &[GUIDE],
};

pub(in crate::diagnose) static NO_REPLY: Diagnostic = Diagnostic {
    code: "no-reply",
    stage: None,
    kind: Kind::Finding(Severity::Info),
    title: "The agent's last request got no reply",
    explanation: "The last response of an exchange is NO REPLY: no answer reached the licensing agent. Any \
        stage from the name to the answer can be the reason, so it takes the packets to say which. Without \
        a capture of such an attempt nothing more can be said.",
    party: Party::Unknown,
    reported_as: &["NO REPLY"],
    confirm: &[HISTORY],
    filter: LICENSING,
    fix: &[super::steps::ONE_ATTEMPT],
    references: &[GUIDE],
};

pub(in crate::diagnose) static CLOCK_NOT_SYNCHRONISED: Diagnostic = Diagnostic {
    code: "clock-not-synchronised",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The switch's clock is not synchronised",
    explanation: "The switch marks its own time as not authoritative or as no longer synchronised, or says \
        that no time source is followed. Certificates are judged by that clock, and CSSM tolerates a deviation of less than one \
        hour. Times in the text may be off as well.",
    party: Party::Switch,
    reported_as: &["%PKI-2-NON_AUTHORITATIVE_CLOCK"],
    confirm: &[SHOW_CLOCK],
    filter: "ntp",
    fix: &[NTP],
    references: &[GUIDE],
};

pub(in crate::diagnose) static CRYPTO_NOT_INITIALISED: Diagnostic = Diagnostic {
    code: "crypto-not-initialised",
    stage: None,
    kind: Kind::Finding(Severity::Warning),
    title: "The switch's cryptography is not initialised",
    explanation: "The licensing agent's log ends with a failed initialisation of cryptography and no later \
        success. Nothing can be sent before it succeeds. It is normal for a minute after a start; later, \
        the clock is the usual reason.",
    party: Party::Switch,
    reported_as: &["Communications init failure"],
    confirm: &[Action {
        text: "See whether a later line says success.",
        commands: &["show license eventlog 1"],
    }],
    filter: LICENSING,
    fix: &[SHOW_CLOCK, SYNC],
    references: &[GUIDE],
};

/// The transport is off.
pub(super) fn transport_off(view: &View<'_>) -> Vec<Finding> {
    let transport = view.facts.settings.transport.as_ref().filter(|said| said.value == Transport::Off);
    let told = transport.map(|said| {
        let seen = match view.judged.len() {
            0 => "",
            _ => " The capture's attempts are of another time or of another device.",
        };
        let message = format!("The licensing transport is off: the agent sends nothing.{seen}");
        let finding =
            Finding::on_capture(&TRANSPORT_OFF, message).said(view.quote(said.at, None, "transport off"));
        finding.maybe(view.judged.first().map(|judged| judged.attempt.first), "an attempt all the same")
    });
    told.into_iter().collect()
}

/// Failures, and none of communication.
pub(super) fn refused(view: &View<'_>) -> Vec<Finding> {
    let refused = |counters: &&Counters| {
        counters.overall.is_some_and(|overall| overall > 0) && counters.communication == Some(0)
    };
    let all: Vec<&Counters> = view.facts.counters.iter().filter(refused).collect();
    let Some(first) = all.first() else { return Vec::new() };
    let why =
        first.reason.as_ref().map(|reason| format!(" The reason given is '{reason}'.")).unwrap_or_default();
    let message = format!(
        "{}: {} in a row, none of them of communication. The server was reached and refused, so this is not a network case.{why}",
        first.section,
        crate::diagnose::words::count(first.overall.unwrap_or(0), "failure"),
    );
    let finding = Finding::on_capture(&SERVICE_REFUSED, message);
    vec![all.iter().fold(finding, |finding, counters| {
        let note = format!("{}: Overall={} Communication=0", counters.section, counters.overall.unwrap_or(0));
        let finding = finding.said(view.quote(counters.numbers_at, None, note));
        match &counters.last_response {
            Some(last) => finding.said(view.quote(last.at, None, format!("last response {}", last.value.0))),
            None => finding,
        }
    })]
}

/// `NO REPLY`, and nothing good noted since.
pub(super) fn no_reply(view: &View<'_>) -> Vec<Finding> {
    let silent = |counters: &&Counters| {
        let last = counters.last_response.as_ref().filter(|last| last.value.0 == "NO REPLY");
        let time = last.and_then(|last| view.time(last.value.1.as_ref()?));
        last.is_some() && super::since::well_since(view, time, None).is_none()
    };
    let all: Vec<&Counters> = view.facts.counters.iter().filter(silent).collect();
    let Some(first) = all.first() else { return Vec::new() };
    let seen = match view.judged.iter().rfind(|judged| judged.verdict.diagnostic.stage.is_some()) {
        Some(judged) => format!(" The capture shows the stage: {}.", judged.verdict.diagnostic.code),
        None => " The text cannot say in which stage it broke.".to_owned(),
    };
    let finding =
        Finding::on_capture(&NO_REPLY, format!("{}: the last response is NO REPLY.{seen}", first.section));
    vec![all.iter().filter_map(|counters| counters.last_response.as_ref().map(|last| (counters, last))).fold(
        finding,
        |finding, (counters, last)| {
            finding.said(view.quote(
                last.at,
                last.value.1.as_ref(),
                format!("{}: NO REPLY", counters.section),
            ))
        },
    )]
}

/// The latest word on the clock is that nobody sets it.
pub(super) fn clock_not_synchronised(view: &View<'_>) -> Vec<Finding> {
    let facts = view.facts;
    let shown = facts.clocks.last().map(|clock| {
        let mark = clock.value.stamp.mark;
        (clock.at, mark != ClockMark::Synchronised, format!("show clock marks {}", marked(mark)))
    });
    let ntp = facts
        .ntp
        .as_ref()
        .map(|ntp| (ntp.at, !ntp.value.synchronised, "NTP follows no time source".to_owned()));
    let noted = facts
        .events
        .iter()
        .rfind(|event| event.stamp.is_some() && event.source == crate::transcript::LogSource::Syslog);
    let noted = noted.and_then(|event| {
        let mark = event.stamp.as_ref()?.mark;
        Some((event.at, mark != ClockMark::Synchronised, format!("the log marks {}", marked(mark))))
    });
    let refused = facts.events.iter().rfind(|event| event.happening == Happening::ClockNotAuthoritative);
    let refused = refused.map(|event| (event.at, true, "PKI waits for an authoritative time".to_owned()));
    // What asks the clock itself counts before what a log line shows in passing.
    let asked: Vec<(Place, bool, String)> = [shown, ntp].into_iter().flatten().collect();
    let passing: Vec<(Place, bool, String)> = [noted, refused].into_iter().flatten().collect();
    let words = if asked.is_empty() { passing } else { asked };
    if words.is_empty() || words.iter().max_by_key(|(at, ..)| *at).is_some_and(|(_, unsure, _)| !unsure) {
        return Vec::new();
    }
    let unsure: Vec<_> = words.into_iter().filter(|(_, unsure, _)| *unsure).collect();
    let servers = match facts.settings.ntp_servers.first() {
        Some(server) => format!(" A time source is configured ({}), and is not followed.", server.value),
        None => String::new(),
    };
    let message = format!(
        "The switch's clock is not synchronised: {}.{servers}",
        unsure.iter().map(|(_, _, what)| what.as_str()).collect::<Vec<_>>().join("; ")
    );
    let finding = Finding::on_capture(&CLOCK_NOT_SYNCHRONISED, message);
    vec![
        unsure
            .iter()
            .fold(finding, |finding, (at, _, what)| finding.said(view.quote(*at, None, what.clone()))),
    ]
}

/// What the mark before a time says of it: a clock that was set and lost its source, or one that was never set.
fn marked(mark: ClockMark) -> &'static str {
    match mark {
        ClockMark::Lost => "its time as authoritative, but not synchronised by NTP ('.')",
        ClockMark::Never => "its time as not authoritative ('*')",
        ClockMark::Synchronised => "its time as authoritative",
    }
}

/// The last word on cryptography is that it is not there.
pub(super) fn crypto_not_initialised(view: &View<'_>) -> Vec<Finding> {
    let crypto = view.facts.events.iter().rfind(|event| matches!(event.happening, Happening::Crypto { .. }));
    let failed = crypto.filter(|event| event.happening == Happening::Crypto { ready: false });
    let told = failed.map(|event| {
        let message = "Cryptography is not initialised, and no later line says that it is.";
        Finding::on_capture(&CRYPTO_NOT_INITIALISED, message).said(view.quote(
            event.at,
            event.stamp.as_ref(),
            "SAEVT_INIT_CRYPTO success=\"False\"",
        ))
    });
    told.into_iter().collect()
}
