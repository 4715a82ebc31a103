//! Which connections are attempts: those that name a service, and those whose peer is known from elsewhere.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use crate::attempt::connection::{Connection, Naming};
use crate::attempt::services::{self, Known};
use crate::attempt::{FoundBy, PeerRole, Scope, Service, ServiceKind};
use crate::limits::ANSWERS_PER_ADDRESS;
use crate::model::{At, Endpoint, HostName};

use super::Pieces;

/// What the rest of the capture tells of addresses.
pub(super) struct KnownTargets {
    /// Answers to look-ups of a service's name by address.
    resolved: HashMap<IpAddr, Vec<Resolved>>,
    /// Answers to every look-up by client and address: when, and whether it was for a service's name.
    led: HashMap<(IpAddr, IpAddr), Vec<(At, bool)>>,
    /// Clients that called an address that their own look-up of a service had answered.
    callers: HashSet<IpAddr>,
    /// Answers to look-ups of a named proxy's name.
    proxies: HashSet<IpAddr>,
    /// Clients and the proxies through which they asked for a service.
    evident: HashMap<(IpAddr, Endpoint), Service>,
    /// Those of them that asked with a request in absolute form, not with CONNECT.
    absolute: HashSet<(IpAddr, Endpoint)>,
    /// Clients that named a service.
    switches: HashSet<IpAddr>,
}

/// An answer to a look-up of a service's name.
struct Resolved {
    at: At,
    client: IpAddr,
    known: Known,
}

type Sorted = (Vec<(Connection, PeerRole, Known)>, Vec<Connection>, Vec<Connection>);

impl KnownTargets {
    pub fn of(pieces: &Pieces) -> Self {
        let mut known = Self {
            resolved: HashMap::new(),
            led: HashMap::new(),
            callers: HashSet::new(),
            proxies: HashSet::new(),
            evident: HashMap::new(),
            absolute: HashSet::new(),
            switches: pieces.collector.scope.switches.iter().copied().collect(),
        };
        known.take_lookups(pieces);
        for connection in &pieces.connections {
            let client = connection.flow.client.ip;
            let answers = known.resolved.get(&connection.flow.server.ip);
            if answers.is_some_and(|answers| answers.iter().any(|answer| answer.client == client)) {
                known.callers.insert(client);
            }
            if let Naming::Service(target) = &connection.naming {
                known.switches.insert(connection.flow.client.ip);
                if connection.role() == PeerRole::Proxy {
                    let key = (connection.flow.client.ip, connection.flow.server);
                    known.evident.insert(key, target.service.clone());
                    if connection.layers.proxy.as_deref().is_some_and(|proxy| !proxy.connect) {
                        known.absolute.insert(key);
                    }
                }
            }
        }
        known
    }

    fn take_lookups(&mut self, pieces: &Pieces) {
        let scope = &pieces.collector.scope;
        for lookup in pieces.lookups.iter().flatten() {
            let is_proxy = scope.names_proxy(&lookup.name);
            let service = service_named(&lookup.name, scope);
            if service.is_some() || is_proxy {
                self.switches.insert(lookup.client);
            }
            for response in lookup.queries.iter().filter_map(|query| query.answer()) {
                if is_proxy {
                    self.proxies.extend(&response.addresses);
                }
                for ip in &response.addresses {
                    let led = self.led.entry((lookup.client, *ip)).or_default();
                    if led.len() < ANSWERS_PER_ADDRESS {
                        led.push((response.at, service.is_some()));
                    }
                }
                for ip in response.addresses.iter().filter(|_| service.is_some()) {
                    let resolved = service.clone().map(|known| Resolved {
                        at: response.at,
                        client: lookup.client,
                        known,
                    });
                    let answers = self.resolved.entry(*ip).or_default();
                    if answers.len() < ANSWERS_PER_ADDRESS {
                        answers.extend(resolved);
                    }
                }
            }
        }
    }

    /// Sorts connections into attempts, those that named nothing, and revocation fetches; where every connection is judged,
    /// the latter two are attempts as well.
    pub fn sort(&self, connections: Vec<Connection>, scope: &Scope) -> Sorted {
        let (mut attempts, mut unnamed, mut fetches) = (Vec::new(), Vec::new(), Vec::new());
        for connection in connections {
            if let Some((role, known)) = self.target(&connection, scope) {
                let named = known.found_by == FoundBy::Option;
                let proxied = role == PeerRole::Proxy && self.is_tunnelled(&connection, named);
                let connection = if proxied { connection.answered_by_proxy() } else { connection };
                attempts.push((connection, role, known));
                continue;
            }
            let list = match connection.naming {
                Naming::Revocation(_) => Some(&mut fetches),
                Naming::Nothing => Some(&mut unnamed),
                Naming::Service(_) | Naming::Other(_) => None,
            };
            if scope.all {
                if let Some(list) = list {
                    list.push(connection.clone());
                }
                let (role, known) = (connection.role(), other(&connection));
                attempts.push((connection, role, known));
            } else if let Some(list) = list {
                list.push(connection);
            }
        }
        (attempts, unnamed, fetches)
    }

    /// Whether the client of `connection` asked its peer for tunnels, and for nothing else; `named` by an option, it is taken to.
    fn is_tunnelled(&self, connection: &Connection, named: bool) -> bool {
        let key = (connection.flow.client.ip, connection.flow.server);
        (named || self.evident.contains_key(&key)) && !self.absolute.contains(&key)
    }

    fn target(&self, connection: &Connection, scope: &Scope) -> Option<(PeerRole, Known)> {
        let role = connection.role();
        match &connection.naming {
            Naming::Service(known) => Some((role, known.clone())),
            Naming::Nothing => self.unnamed_target(connection, scope),
            Naming::Other(host) => self.named_by_address(connection, role, host),
            Naming::Revocation(_) => None,
        }
    }

    /// A CONNECT for an address that a look-up of a service had answered.
    fn named_by_address(
        &self,
        connection: &Connection,
        role: PeerRole,
        host: &HostName,
    ) -> Option<(PeerRole, Known)> {
        let ip = host.as_str().parse().ok().filter(|_| role == PeerRole::Proxy)?;
        let port = connection.layers.proxy.as_deref()?.last_request()?.port;
        let hint = port.and_then(|port| by_address(Endpoint::new(ip, port)));
        let mut known = self.resolved_target(ip, connection).or(hint)?;
        known.found_by = FoundBy::ConnectTarget;
        known.service.port = port;
        Some((role, known))
    }

    /// The service whose look-up answered `ip` to the client of `connection`, unless its latest look-up that led there was
    /// of another name: many names share an address.
    fn resolved_target(&self, ip: IpAddr, connection: &Connection) -> Option<Known> {
        let (client, start) = (connection.flow.client.ip, connection.first());
        if self.latest_led(client, ip, start) == Some(false) {
            return None;
        }
        let answers = self.resolved.get(&ip).map(Vec::as_slice).unwrap_or_default();
        let answers: Vec<&Resolved> = answers.iter().filter(|answer| self.may_use(answer, client)).collect();
        latest(&answers, start)
    }

    /// Whether the latest look-up of `client` before `start` that answered `ip` was of a service's name.
    fn latest_led(&self, client: IpAddr, ip: IpAddr, start: At) -> Option<bool> {
        let led = self.led.get(&(client, ip)).map(Vec::as_slice).unwrap_or_default();
        let before = led.iter().filter(|(at, _)| at.before(start));
        before.max_by(|(a, _), (b, _)| a.order(*b)).map(|(_, service)| *service)
    }

    /// What the peer of a connection that named nothing is known to be.
    fn unnamed_target(&self, connection: &Connection, scope: &Scope) -> Option<(PeerRole, Known)> {
        let (client, server) = (connection.flow.client.ip, connection.flow.server);
        if scope.is_proxy(server) || self.proxies.contains(&server.ip) {
            let service = Service { host: None, port: None, kind: ServiceKind::Other };
            let wanted = self.switches.is_empty() || self.switches.contains(&client);
            return wanted.then_some((PeerRole::Proxy, Known { service, found_by: FoundBy::Option }));
        }
        if scope.is_service(server) {
            let host = HostName::new(&server.ip.to_string());
            let service = Service { host: Some(host), port: Some(server.port), kind: ServiceKind::Other };
            return Some((PeerRole::Service, Known { service, found_by: FoundBy::Option }));
        }
        if let Some(service) = self.evident.get(&(client, server)) {
            let known = Known { service: service.clone(), found_by: FoundBy::ConnectTarget };
            return Some((PeerRole::Proxy, known));
        }
        // Somebody tries the host by hand.
        if services::is_management_port(server.port) {
            return None;
        }
        let stranger = !self.switches.is_empty() && !self.switches.contains(&client);
        let elsewhere = self.latest_led(client, server.ip, connection.first()) == Some(false);
        let hint = by_address(server).filter(|_| !elsewhere && !stranger);
        let known = self.resolved_target(server.ip, connection).or(hint)?;
        Some((PeerRole::Service, with_port(known, server.port)))
    }
}

impl KnownTargets {
    /// Whether `client` can be following `answer`: its own look-up's, or that of its address of the other family. A look-up whose
    /// client never calls what it was answered is made for others: a forwarder's, or one of another source address.
    fn may_use(&self, answer: &Resolved, client: IpAddr) -> bool {
        let same = answer.client == client || answer.client.is_ipv4() != client.is_ipv4();
        same || !self.callers.contains(&answer.client)
    }
}

/// The service that `name` is, by itself or by an option.
pub(super) fn service_named(name: &HostName, scope: &Scope) -> Option<Known> {
    let by_name = services::by_name(name).map(|kind| (kind, FoundBy::Dns));
    let named =
        by_name.or_else(|| scope.names_service(name, None).then_some((ServiceKind::Other, FoundBy::Option)));
    named.map(|(kind, found_by)| Known {
        service: Service { host: Some(name.clone()), port: None, kind },
        found_by,
    })
}

/// The latest answer before `start`, else the first one after it.
fn latest(answers: &[&Resolved], start: At) -> Option<Known> {
    let before = answers.iter().filter(|answer| answer.at.before(start)).max_by(|a, b| a.at.order(b.at));
    before.or(answers.first()).map(|answer| answer.known.clone())
}

/// A known address is a hint for the services' port alone.
fn by_address(server: Endpoint) -> Option<Known> {
    services::by_address(server.ip)
        .filter(|_| server.port == 443)
        .map(|service| Known { service, found_by: FoundBy::Address })
}

fn with_port(mut known: Known, port: u16) -> Known {
    known.service.port = Some(port);
    known
}

fn other(connection: &Connection) -> Known {
    let host = match &connection.naming {
        Naming::Other(host) | Naming::Revocation(host) => Some(host.clone()),
        _ => None,
    };
    let port = Some(connection.flow.server.port);
    Known { service: Service { host, port, kind: ServiceKind::Other }, found_by: FoundBy::All }
}
