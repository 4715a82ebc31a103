//! Stage 4: flows, look-ups, ARP and ICMP -> [`Attempt`]s with their six stages.

mod arrivals;
mod assemble;
mod collect;
mod connection;
mod conversation;
mod facts;
mod http;
mod kept;
mod lookup;
mod memory;
mod messages;
mod neighbour;
mod opening;
mod preamble;
mod proxy;
mod relevance;
mod resolver;
mod scope;
mod services;
mod tls;

pub use assemble::Attempts;
pub use collect::{Collector, Inbound, Mention};
pub use facts::{
    Attempt, Fetch, FoundBy, LogOn, Peer, PeerRole, Service, ServiceKind, StageName, Surroundings, Visibility,
};
pub use http::{AnswerBody, ClearText, HttpExchange};
pub use lookup::{Lookup, Query, Response, Retry};
pub use neighbour::Resolution;
pub use proxy::{ProxyExchange, ProxyRequest, ProxyResponse};
pub use scope::Scope;
pub use services::{CSLU_LOCAL, is_management_port, is_trust_bundle};
pub use tls::{ApplicationData, DataRecord, TlsAlert, TlsSession};

/// Whether `host` is one of Cisco's public licensing services.
pub fn is_public_service(host: &crate::model::HostName) -> bool {
    matches!(services::by_name(host), Some(ServiceKind::SmartTransport | ServiceKind::CallHome))
}

/// Whether `ip` is an address of Cisco's known from documents, whatever a capture says.
pub fn is_known_address(ip: std::net::IpAddr) -> bool {
    services::by_address(ip).is_some()
}

/// Whether `host` is a public authority's that serves revocation data of CSSM's certificates.
pub fn is_revocation_authority(host: &str) -> bool {
    services::REVOCATION_HOSTS.contains(&host)
}
