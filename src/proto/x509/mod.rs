//! Certificates (RFC 5280) as far as a diagnosis needs them; nothing is verified.

mod certificate;
mod chain;
mod coverage;
mod key;
mod name;
mod parts;

pub use certificate::{Certificate, sha256_hex};
pub use chain::issuer_path;

#[cfg(test)]
mod tests;
