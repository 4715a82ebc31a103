//! Name resolution: the look-up that leads nowhere.

mod answer;
mod judge;
mod silence;
mod sinkhole;
mod steps;
mod suffix;
mod words;

pub(super) use answer::{DNS_NO_ADDRESS, DNS_NXDOMAIN, DNS_REFUSED, DNS_SERVER_FAILURE};
pub(super) use judge::judge;
pub(super) use silence::{DNS_TIMEOUT, DNS_UNREACHABLE};
pub(super) use sinkhole::{DNS_SINKHOLED, sinkholed};
pub(super) use suffix::{extends, telling};
