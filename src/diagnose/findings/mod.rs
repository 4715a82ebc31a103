//! What a good engineer would also mention: codes that never decide the outcome. A new finding is one function beside its
//! text, and one line in a table here.

pub(super) mod capture;
pub(super) mod certificate;
pub(super) mod clock;
pub(super) mod connect;
pub(super) mod devices;
mod gather;
pub(super) mod http;
pub(super) mod lookup;
pub(super) mod proxy;
pub(super) mod servers;
#[cfg(test)]
mod tests;
pub(super) mod tls;
pub(super) mod transfer;

use crate::attempt::{Inbound, Mention};
use crate::capture::CaptureFacts;

use super::{Finding, Judged};

pub(super) use gather::of;

/// What rules about the whole capture look at.
pub(super) struct Whole<'a> {
    pub judged: &'a [Judged],
    pub mentions: &'a [Mention],
    pub inbound: &'a [Inbound],
    pub capture: &'a CaptureFacts,
}

/// A rule about one attempt; alike findings of many attempts are told once.
type OfAttempt = fn(&Judged) -> Option<Finding>;
/// A rule about the whole capture, which bounds its own findings.
type OfCapture = fn(&Whole<'_>) -> Vec<Finding>;

/// In the order of the registry.
const OF_ATTEMPT: &[OfAttempt] = &[
    servers::failed_over,
    lookup::service_name_unresolved,
    servers::slow,
    lookup::search_suffix,
    lookup::asked_for_proxy,
    connect::arp_retried,
    connect::syn_retried,
    connect::icmp_error_survived,
    transfer::loss,
    transfer::reordering,
    transfer::zero_window,
    devices::mtu_trouble_survived,
    devices::reset_by_middlebox,
    proxy::log_on,
    proxy::product,
    tls::inspection_accepted,
    certificate::expiring_soon,
    certificate::weak_signature,
    certificate::weak_key,
    tls::version_old,
    tls::revocation_fetch,
    clock::wrong,
    http::error_survived,
    http::poll_pending,
    http::in_clear,
    capture::gaps,
    capture::one_direction_missing,
    capture::starts_mid_attempt,
    capture::ends_mid_attempt,
    capture::duplicates,
];

/// In the order of the registry.
const OF_CAPTURE: &[OfCapture] = &[
    servers::silent,
    servers::answers_differ,
    lookup::cslu_local_only,
    connect::inbound,
    http::trust_bundle,
    http::other_cisco_service,
    capture::cut_frames,
    capture::time_backwards,
];
