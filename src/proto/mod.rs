//! Pure codecs, bytes to message: DNS, HTTP/1.x, TLS, X.509 and the licensing bodies. They know no flow and no frame.
//!
//! Every codec is lax: it returns what it understood of a cut or slightly wrong message, and says that it was cut. Text that
//! comes from a packet is escaped and bounded once, in `text`; untrusted bytes are sliced in one place, `cursor`.

mod cursor;
pub mod dns;
pub mod http;
pub mod licensing;
pub mod text;
pub mod tls;
pub mod x509;

#[cfg(test)]
mod noise;

pub use text::{first_line, looks_like_text, printable};
