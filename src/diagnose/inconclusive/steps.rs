//! Steps that several of these codes share.

use crate::diagnose::registry::Action;

pub(in crate::diagnose) const START_BEFORE: Action = Action {
    text: "Start the capture, then the attempt, and stop it only after the failure is logged.",
    commands: &[
        "monitor capture CSSM start",
        "license smart sync all",
        "show license eventlog 1",
        "monitor capture CSSM stop",
    ],
};

pub(in crate::diagnose) const FIND_PORT: Action = Action {
    text: "Find the port that leads to the service's address and capture there.",
    commands: &["show ip cef ADDRESS", "show ip arp NEXT-HOP", "show mac address-table address MAC"],
};

pub(in crate::diagnose) const BUFFER: Action = Action {
    text: "Use a linear buffer that is large enough, match only the peer, and set no packet length limit.",
    commands: &[],
};

pub(in crate::diagnose) const EVENTLOG: Action = Action {
    text: "See on the switch whether the attempt failed, and when.",
    commands: &["show license eventlog 1", "show license history message"],
};
