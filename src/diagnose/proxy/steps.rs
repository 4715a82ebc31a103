//! Steps that several of these codes share.

use crate::diagnose::registry::Action;

pub(in crate::diagnose) const PROXY_LOG: Action = Action {
    text: "Look for the switch's address in the proxy's access log: it names the rule or the error.",
    commands: &[],
};

pub(in crate::diagnose) const ALLOW_SWITCH: Action = Action {
    text: "Have the proxy let the switch's address reach the licensing service on port 443 with CONNECT.",
    commands: &[],
};

pub(in crate::diagnose) const TELNET_PROXY: Action = Action {
    text: "See that the proxy's port answers from the switch.",
    commands: &["telnet {proxy} {proxy_port} /ipv4 /source-interface INTERFACE"],
};

pub(in crate::diagnose) const PROXY_STATUS: Action = Action {
    text: "Compare the proxy's address and port with what its administrator gives.",
    commands: &["show license status"],
};
