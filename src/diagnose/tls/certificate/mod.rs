//! The server's certificate that the switch does not accept.

mod inferred;
mod rejected;
mod revocation;
mod trust;
mod validity;

pub(in crate::diagnose) use inferred::{inferred, may_have_ended, rejected_after_finish};
pub(in crate::diagnose) use rejected::{TLS_CERTIFICATE_REJECTED, rejected};
pub(in crate::diagnose) use revocation::{TLS_REVOCATION_FAILED, revocation, revocation_with};
pub(in crate::diagnose) use trust::{TLS_HOSTNAME_MISMATCH, TLS_INTERCEPTED, TLS_UNTRUSTED_CA};
pub(in crate::diagnose) use validity::{TLS_CERTIFICATE_EXPIRED, TLS_CERTIFICATE_NOT_YET_VALID};
