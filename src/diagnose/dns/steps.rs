//! Steps that several of these codes share.

use crate::diagnose::registry::Action;

pub(in crate::diagnose) const NAME_SERVERS: Action = Action {
    text: "Correct the name server that the switch asks.",
    commands: &["configure terminal", "ip domain lookup", "ip name-server ADDRESS", "end"],
};

pub(in crate::diagnose) const STATIC_NAME: Action = Action {
    text: "To get licensing going meanwhile, pin the name to an address; remove it later, because the \
        service's addresses change.",
    commands: &["configure terminal", "ip host {host} ADDRESS", "end"],
};

pub(in crate::diagnose) const PING_NAME: Action = Action {
    text: "Resolve the name on the switch; whether the ping itself is answered does not matter.",
    commands: &["ping {host} source INTERFACE"],
};
