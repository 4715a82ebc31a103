//! What a good engineer would also mention: codes that never decide the outcome.

pub(super) mod capture;
pub(super) mod dns;
pub(super) mod http;
pub(super) mod proxy;
pub(super) mod tcp;
pub(super) mod tls;
