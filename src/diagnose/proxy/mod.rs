//! The HTTPS proxy that does not open the way.

mod judge;
mod no_answer;
mod refusal;
mod steps;

pub(super) use judge::judge;
pub(super) use no_answer::{PROXY_CLOSED, PROXY_NOT_HTTP, PROXY_RESET, PROXY_TIMEOUT};
pub(super) use refusal::{
    PROXY_AUTH_REQUIRED, PROXY_FORBIDDEN, PROXY_REDIRECTED, PROXY_REFUSED, PROXY_UPSTREAM_FAILURE,
};
