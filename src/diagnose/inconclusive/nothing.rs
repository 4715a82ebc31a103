//! No attempt at all.

use super::steps::{EVENTLOG, FIND_PORT};
use crate::diagnose::Party;
use crate::diagnose::diagnostic::{Action, Diagnostic, Kind};
use crate::diagnose::steps::{CAPTURE_CPU, CAPTURE_PORT, GUIDE, SET_SMART_TRANSPORT, STATUS};

pub(in crate::diagnose) static INCONCLUSIVE_UNIDENTIFIED: Diagnostic = Diagnostic {
    code: "inconclusive-unidentified",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "No licensing service was recognised",
    explanation: "No attempt on a licensing service was recognised, but there are candidates: look-ups or \
        connections that failed before they named a target. A connection that fails at TCP never shows a \
        host name, and a proxy on any port looks like any other host until it is named. The candidates are \
        listed with the option that turns each into an attempt. It does not mean that licensing works.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[STATUS, EVENTLOG],
    filter: "dns || tcp.flags.syn == 1",
    fix: &[
        Action {
            text: "Run again with --proxy and the proxy's address, or with --cssm and the service's name \
                or address.",
            commands: &[],
        },
        STATUS,
        CAPTURE_PORT,
    ],
    references: &[GUIDE],
};

pub(in crate::diagnose) static INCONCLUSIVE_NO_TRAFFIC: Diagnostic = Diagnostic {
    code: "inconclusive-no-traffic",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "No licensing traffic was captured",
    explanation: "The capture holds no attempt on a licensing service and nothing that could be one. Usual \
        causes are a capture on a port that the traffic does not use, a match filter that excludes it, no \
        attempt during the capture, or licensing in a mode that does not connect at all. It is no proof \
        that the switch did not try: packets made by its CPU may be missing.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[STATUS, EVENTLOG],
    filter: "",
    fix: &[
        FIND_PORT,
        CAPTURE_PORT,
        CAPTURE_CPU,
        Action { text: "See that the transport is the intended one.", commands: SET_SMART_TRANSPORT },
    ],
    references: &[GUIDE],
};
