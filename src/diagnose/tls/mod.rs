//! The TLS handshake's verdicts, by how it ended.

pub(super) mod alert;
pub(super) mod certificate;
pub(super) mod chain;
pub(super) mod client_certificate;
pub(super) mod ending;
pub(super) mod flaws;
mod judge;

pub(super) use judge::judge;
