//! The server's certificate that the switch does not accept.

mod inferred;
mod rejected;
mod revocation;
mod trust;
mod validity;

pub(in crate::diagnose) use inferred::*;
pub(in crate::diagnose) use rejected::*;
pub(in crate::diagnose) use revocation::*;
pub(in crate::diagnose) use trust::*;
pub(in crate::diagnose) use validity::*;
