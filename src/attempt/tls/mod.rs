//! The TLS session inside a connection or tunnel: records, handshake messages and alerts, each with its frame.

mod messages;
mod phases;
mod records;
mod session;

pub use records::TlsRecord;
pub(super) use records::ciphertext;
pub use session::{TlsAlert, TlsSession};
