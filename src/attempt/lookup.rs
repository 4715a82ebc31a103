//! DNS look-ups: all queries of one client for one wanted name.

use std::net::IpAddr;

use crate::model::{At, Endpoint, HostName};
use crate::net::IcmpError;
use crate::proto::dns::{Rcode, RecordType};

/// All queries of one client for one wanted name: every record type, every server, repetitions, with or without suffixes.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// Who asks.
    pub client: IpAddr,
    /// The name wanted, without search suffix.
    pub name: HostName,
    /// Whether it is the proxy's name rather than the service's.
    pub for_proxy: bool,
    /// Its queries in order of their first transmission.
    pub queries: Vec<Query>,
}

/// One question to one server.
#[derive(Debug, Clone)]
pub struct Query {
    /// The name as asked, suffix included.
    pub name: HostName,
    /// The type asked for.
    pub record_type: RecordType,
    /// The client's end.
    pub client: Endpoint,
    /// The server's end.
    pub server: Endpoint,
    /// DNS message ID.
    pub id: u16,
    /// Over TCP, after a truncated answer.
    pub over_tcp: bool,
    /// Each time it was sent (empty when only the response is in the capture).
    pub sent: Vec<At>,
    /// What came back first.
    pub response: Option<Response>,
    /// An ICMP error about it, sent to the client.
    pub icmp: Option<(At, IcmpError)>,
    /// The client's own ICMP port-unreachable to a response: it had given up.
    pub refused_by_client: Option<At>,
}

/// A DNS response.
#[derive(Debug, Clone)]
pub struct Response {
    /// Where.
    pub at: At,
    /// Response code, extended by EDNS.
    pub rcode: Rcode,
    /// The TC bit.
    pub truncated: bool,
    /// Addresses answered.
    pub addresses: Vec<IpAddr>,
    /// Answers as text, CNAMEs included.
    pub answers: Vec<String>,
}
