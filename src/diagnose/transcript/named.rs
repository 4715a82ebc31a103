//! Whom the switch's configuration names: its proxy and its service are known without an option.

use std::net::IpAddr;

use crate::attempt::{Scope, is_public_service};
use crate::model::{HostName, Pattern, Target};
use crate::transcript::Transcript;

/// `scope`, and the proxy and the service that `facts` name.
pub fn named_by(facts: &Transcript, scope: &Scope) -> Scope {
    let mut scope = scope.clone();
    let settings = &facts.settings;
    if let Some(host) = settings.proxy_host() {
        let target = target(host.value, settings.proxy_port.as_ref().map(|port| port.value));
        scope.proxies.push(target);
    }
    for url in settings.url().into_iter().filter(|url| !is_public_service(&url.value.host)) {
        let default = if url.value.tls { 443 } else { 80 };
        scope.services.push(target(&url.value.host, Some(url.value.port.unwrap_or(default))));
    }
    scope
}

fn target(host: &HostName, port: Option<u16>) -> Target {
    let pattern = match host.as_str().parse::<IpAddr>() {
        Ok(ip) => Pattern::Network { ip, prefix: if ip.is_ipv4() { 32 } else { 128 } },
        Err(_) => Pattern::Host(host.clone()),
    };
    Target { pattern, port }
}
