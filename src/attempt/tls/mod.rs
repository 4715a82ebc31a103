//! The TLS session inside a connection or tunnel: records, handshake messages and alerts, each with its frame.

mod chains;
mod messages;
mod phases;
mod reading;
mod records;
mod session;

pub(super) use chains::Chains;
pub(super) use reading::Reading;
pub(super) use records::{TlsRecord, ciphertext};
pub use session::{ApplicationData, DataRecord, TlsAlert, TlsSession};
