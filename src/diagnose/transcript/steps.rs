//! Steps and filters that several of these codes share.

use crate::diagnose::diagnostic::Action;

/// Everything that concerns licensing.
pub(super) const LICENSING: &str = "dns.qry.name contains \"smartreceiver\" || \
    tls.handshake.extensions_server_name contains \"smartreceiver\" || http.request.method == \"CONNECT\" || tcp.port == 8182";

/// The commands whose output belongs beside a capture.
pub(super) const COLLECT: Action = Action {
    text: "Collect the switch's text again right after the capture, so that both cover the same minutes.",
    commands: &[
        "show clock",
        "show license history message",
        "show license eventlog 1",
        "show license tech support",
    ],
};

/// A capture of the same attempt as the text.
pub(super) const ONE_ATTEMPT: Action = Action {
    text: "Start the capture, trigger one attempt, and note the time of its request.",
    commands: &[
        "monitor capture CSSM start",
        "show clock",
        "license smart sync all",
        "show license history message",
        "monitor capture CSSM stop",
    ],
};
