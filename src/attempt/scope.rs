//! What the user says about who is who.

use std::net::IpAddr;

use crate::model::{Endpoint, HostName, Target};

/// Which connections are attempts, beyond those that name a licensing service themselves.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Services named by the user.
    pub services: Vec<Target>,
    /// Proxies named by the user.
    pub proxies: Vec<Target>,
    /// Only attempts of these clients; all clients when empty.
    pub switches: Vec<IpAddr>,
    /// Judge every TCP connection.
    pub all: bool,
}

impl Scope {
    /// Whether the user named `host` (on `port`) a service.
    pub fn names_service(&self, host: &HostName, port: Option<u16>) -> bool {
        self.services.iter().any(|target| target.matches_host(host, port))
    }

    /// Whether the user named `endpoint` a service.
    pub fn is_service(&self, endpoint: Endpoint) -> bool {
        self.services.iter().any(|target| target.matches_ip(endpoint.ip, Some(endpoint.port)))
    }

    /// Whether the user named `host` a proxy.
    pub fn names_proxy(&self, host: &HostName) -> bool {
        self.proxies.iter().any(|target| target.matches_host(host, None))
    }

    /// Whether the user named `endpoint` a proxy.
    pub fn is_proxy(&self, endpoint: Endpoint) -> bool {
        self.proxies.iter().any(|target| target.matches_ip(endpoint.ip, Some(endpoint.port)))
    }

    /// Whether the user named `ip` a service or a proxy, on whatever port.
    pub fn is_named(&self, ip: IpAddr) -> bool {
        self.services.iter().chain(&self.proxies).any(|target| target.matches_ip(ip, None))
    }

    /// Whether attempts of `client` are wanted.
    pub fn wants(&self, client: IpAddr) -> bool {
        self.switches.is_empty() || self.switches.contains(&client)
    }
}
