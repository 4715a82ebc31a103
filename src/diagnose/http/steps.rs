//! Steps that several of these codes share.

use crate::diagnose::registry::Action;

pub(in crate::diagnose) const SERVER_LOG: Action = Action {
    text: "Search the logs of the proxy, the inspecting device and the server for the request's time.",
    commands: &[],
};
