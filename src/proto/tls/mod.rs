//! TLS up to the point where it is encrypted: records, alerts, handshake messages, JA4.

mod alert;
mod cipher;
mod client_hello;
mod extension;
mod handshake;
mod ja4;
mod record;
mod server_hello;
mod version;

pub use alert::{Alert, AlertDescription, AlertLevel};
pub use cipher::CipherSuite;
pub use client_hello::ClientHello;
pub use handshake::{HandshakeType, Message, MessageHeader};
pub use ja4::ja4;
pub use record::{ContentType, RecordHeader, RecordStart, sslv2_client_hello};
pub use server_hello::ServerHello;
pub use version::Version;

#[cfg(test)]
mod tests;
