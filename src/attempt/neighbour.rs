//! ARP and IPv6 neighbour discovery for the switch's next hop.

use std::net::IpAddr;

use crate::model::At;

/// One try to find a hardware address.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// Who asks.
    pub client: IpAddr,
    /// Whose hardware address is wanted.
    pub target: IpAddr,
    /// Requests, in order.
    pub requests: Vec<At>,
    /// The first reply and the address in it.
    pub reply: Option<(At, Option<[u8; 6]>)>,
}
