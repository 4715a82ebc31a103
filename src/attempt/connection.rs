//! One TCP connection with its layers, and what it says of its own target.

use crate::flow::Flow;
use crate::model::{At, HostName};
use crate::proto::x509::Certificate;

use super::conversation::Conversation;
use super::opening;
use super::services::{self, Known};
use super::tls::Chains;
use super::{AnswerBody, FoundBy, PeerRole, Scope, Service, ServiceKind};

/// A connection and what it carries.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    pub flow: Box<Flow>,
    pub layers: Conversation,
    pub naming: Naming,
}

/// What a connection says of its own target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Naming {
    /// A service.
    Service(Known),
    /// A revocation list or OCSP responder: its host.
    Revocation(HostName),
    /// Some other site.
    Other(HostName),
    /// Nothing: it ended before, or does not name targets.
    Nothing,
}

impl Connection {
    /// Reads the layers of `flow` and what they name.
    pub fn read(flow: Flow, scope: &Scope, chains: &mut Chains) -> Self {
        let mut flow = Box::new(flow);
        opening::settle_roles(&mut flow);
        let layers = Conversation::read(&flow, chains);
        let naming = naming(&flow, &layers, scope);
        flow.release_octets();
        Self { flow, layers, naming }
    }

    /// Whether the peer is a proxy, by what was said to it.
    pub fn role(&self) -> PeerRole {
        if self.layers.proxy.is_some() { PeerRole::Proxy } else { PeerRole::Service }
    }

    /// Takes answers to requests that were not captured for those of the proxy that the peer is known to be.
    pub fn answered_by_proxy(mut self) -> Self {
        if let Some(refusal) = self.layers.unasked.take() {
            self.layers.proxy = Some(refusal);
            self.layers.http = None;
        }
        self
    }

    /// Frame and host of a plain HTTP request, for findings.
    pub fn first(&self) -> At {
        self.flow.first
    }
}

fn naming(flow: &Flow, layers: &Conversation, scope: &Scope) -> Naming {
    let mut others = Vec::new();
    let names = [by_connect(layers, scope), by_sni(flow, layers, scope), by_http(flow, layers, scope)];
    for name in names.into_iter().flatten() {
        match name {
            Naming::Other(host) => others.push(host),
            found => return found,
        }
    }
    let host_named = others.iter().any(|host| host.as_str().parse::<std::net::IpAddr>().is_err());
    if let Some(known) = by_certificate(layers).or_else(|| by_answer(flow, layers)).filter(|_| !host_named) {
        return Naming::Service(known);
    }
    if scope.is_service(flow.server) && (layers.proxy.is_none() || !host_named) {
        let service = option_service(flow, others.first().cloned());
        return Naming::Service(Known { service, found_by: FoundBy::Option });
    }
    others.into_iter().next().map_or(Naming::Nothing, Naming::Other)
}

/// What is known of a service that an option names by address.
fn option_service(flow: &Flow, host: Option<HostName>) -> Service {
    let host = host.unwrap_or_else(|| HostName::new(&flow.server.ip.to_string()));
    Service { host: Some(host), port: Some(flow.server.port), kind: ServiceKind::Other }
}

/// What `host` is, found by `found_by`.
fn host(host: &HostName, port: Option<u16>, found_by: FoundBy, scope: &Scope) -> Naming {
    let known = |kind, found_by| {
        Naming::Service(Known { service: Service { host: Some(host.clone()), port, kind }, found_by })
    };
    match services::by_name(host) {
        Some(kind) => known(kind, found_by),
        None if scope.names_service(host, port) => known(ServiceKind::Other, FoundBy::Option),
        None => Naming::Other(host.clone()),
    }
}

fn by_connect(layers: &Conversation, scope: &Scope) -> Option<Naming> {
    let request = layers.proxy.as_deref()?.last_request()?;
    let path = layers.http.as_deref().and_then(|http| http.text().path.as_deref());
    if let Some(kind) = path.and_then(|path| services::by_path(path, request.port)) {
        let service = Service { host: Some(request.host.clone()), port: request.port, kind };
        return Some(Naming::Service(Known { service, found_by: FoundBy::ConnectTarget }));
    }
    Some(host(&request.host, request.port, FoundBy::ConnectTarget, scope))
}

fn by_sni(flow: &Flow, layers: &Conversation, scope: &Scope) -> Option<Naming> {
    let (_, hello) = layers.tls.as_deref()?.client_hello.as_ref()?;
    let target =
        layers.proxy.as_deref().and_then(|proxy| proxy.last_request()).and_then(|request| request.port);
    let port = if layers.proxy.is_some() { target } else { Some(flow.server.port) };
    hello.server_name.as_ref().map(|name| host(name, port, FoundBy::Sni, scope))
}

fn by_http(flow: &Flow, layers: &Conversation, scope: &Scope) -> Option<Naming> {
    let http = layers.http.as_deref().filter(|http| http.is_clear() && layers.proxy.is_none())?;
    let said = http.text().host.clone();
    let name = said.clone().unwrap_or_else(|| HostName::new(&flow.server.ip.to_string()));
    let port = Some(flow.server.port);
    let path = http.text().path.as_deref()?;
    if let Some(kind) = services::by_path(path, port) {
        let service = Service { host: Some(name), port, kind };
        return Some(Naming::Service(Known { service, found_by: FoundBy::HttpHost }));
    }
    if services::is_revocation_path(path) || services::is_revocation_host(&name) {
        return Some(Naming::Revocation(name));
    }
    if scope.is_service(flow.server) && !scope.names_service(&name, port) {
        let service = option_service(flow, Some(name));
        return Some(Naming::Service(Known { service, found_by: FoundBy::Option }));
    }
    // A request without Host names nothing: HTTP/1.0, or one typed by hand.
    said.map(|name| host(&name, port, FoundBy::HttpHost, scope))
}

/// A licensing answer in clear to a request that is not in the capture.
fn by_answer(flow: &Flow, layers: &Conversation) -> Option<Known> {
    let http = layers.http.as_deref().filter(|http| http.is_clear() && http.request.is_none())?;
    matches!(http.text().body, AnswerBody::Licensing).then(|| {
        let known = services::by_address(flow.server.ip).map(|service| service.kind);
        let kind =
            if flow.server.port == services::CSLU_PORT { ServiceKind::Cslu } else { ServiceKind::OnPrem };
        let service = Service { kind: known.unwrap_or(kind), ..option_service(flow, None) };
        Known { service, found_by: FoundBy::HttpHost }
    })
}

/// A session without a name whose certificate is a licensing service's own.
fn by_certificate(layers: &Conversation) -> Option<Known> {
    let (_, certificates) = layers.tls.as_deref()?.certificates.as_ref()?;
    let leaf: &Certificate = certificates.first()?;
    let common_name = leaf.common_name.as_deref().map(HostName::new);
    let names = leaf.dns_names.iter().cloned().chain(common_name);
    let (name, kind) =
        names.into_iter().find_map(|name| services::by_name(&name).map(|kind| (name, kind)))?;
    let service = Service { host: Some(name), port: None, kind };
    Some(Known { service, found_by: FoundBy::Certificate })
}
