//! Gathers everything that attempts are made of while packets pass.

use std::net::IpAddr;

use crate::flow::Flow;
use crate::limits::{CLOCK_STEPS, MENTIONS};
use crate::model::{At, Endpoint, HostName};
use crate::net::{Content, Packet};

use super::arrivals::Arrivals;
use super::connection::{Connection, Naming};
use super::kept::Kept;
use super::neighbour::Neighbours;
use super::resolver::{DNS_PORT, Resolver};
use super::tls::Chains;
use super::{Attempts, Scope, assemble, services};

/// Gathers look-ups, neighbour resolutions and the connections that may matter.
#[derive(Debug)]
pub struct Collector {
    pub(super) scope: Scope,
    pub(super) resolver: Resolver,
    pub(super) neighbours: Neighbours,
    pub(super) arrivals: Arrivals,
    pub(super) connections: Kept,
    /// Certificate lists that later connections may show again.
    chains: Chains,
    pub(super) mentions: Vec<Mention>,
    pub(super) first: Option<At>,
    /// The last frame in front of each step back of the clock, and of the capture.
    pub(super) ends: Vec<At>,
    pub(super) encrypted: Vec<At>,
    pub(super) encrypted_frames: u64,
    pub(super) packets: u64,
    pub(super) not_ip: u64,
}

/// A connection that is no attempt but worth a finding.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Who connected.
    pub client: IpAddr,
    /// First frame.
    pub at: At,
    /// Host it named.
    pub host: HostName,
    /// Path asked for, in clear.
    pub path: Option<String>,
    /// Status of the answer, in clear: where, and its status line.
    pub answer: Option<(At, String)>,
}

/// A connection that somebody opened towards the switch.
#[derive(Debug, Clone, Copy)]
pub struct Inbound {
    /// First frame.
    pub at: At,
    /// Who connected.
    pub from: IpAddr,
    /// The switch's end.
    pub to: Endpoint,
}

impl Collector {
    /// A collector for attempts within `scope`.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            resolver: Resolver::default(),
            neighbours: Neighbours::default(),
            arrivals: Arrivals::default(),
            connections: Kept::default(),
            chains: Chains::default(),
            mentions: Vec::new(),
            first: None,
            ends: Vec::new(),
            encrypted: Vec::new(),
            encrypted_frames: 0,
            packets: 0,
            not_ip: 0,
        }
    }

    /// Takes a packet (TCP is taken as finished flows).
    pub fn take(&mut self, packet: &Packet<'_>) {
        self.first.get_or_insert(packet.at);
        self.reach(packet.at);
        self.packets += 1;
        let at = packet.at;
        match &packet.content {
            Content::Tcp(segment) => self.arrivals.take(segment.destination.ip, at.time),
            Content::Udp(datagram) => {
                self.arrivals.take(datagram.destination.ip, at.time);
                if datagram.source.port == DNS_PORT || datagram.destination.port == DNS_PORT {
                    self.resolver.take(at, datagram);
                }
            }
            Content::IcmpError(error) => {
                self.arrivals.take(error.destination, at.time);
                if error.quoted.protocol == 17 {
                    self.resolver.take_icmp(at, error);
                }
            }
            Content::Arp(arp) => {
                self.arrivals.take(arp.target, at.time);
                self.neighbours.take(at, arp);
            }
            Content::Encrypted => self.take_encrypted(at),
            Content::NotIp => self.not_ip += 1,
            Content::BrokenTcp(_) | Content::Other => {}
        }
    }

    /// Notes that the capture reaches as far as `at`.
    fn reach(&mut self, at: At) {
        let room = self.ends.len() < CLOCK_STEPS;
        match self.ends.last_mut() {
            Some(last) if at.time >= last.time => *last = at,
            Some(last) if last.time - at.time > At::WRITTEN_LATE => {
                if room {
                    self.ends.push(at);
                } else {
                    *last = at;
                }
            }
            Some(_) => {}
            None => self.ends.push(at),
        }
    }

    /// Takes a connection that is over.
    pub fn take_flow(&mut self, flow: Flow) {
        if flow.server.port == DNS_PORT {
            self.resolver.take_flow(&flow);
            if !self.scope.all {
                return;
            }
        }
        if self.scope.was_refused_elsewhere(&flow) {
            return;
        }
        let connection = Connection::read(flow, &self.scope, &mut self.chains);
        if let Naming::Other(host) = &connection.naming {
            self.mention(&connection, host.clone());
            // An address may turn out to be a service's, by a look-up.
            let by_address = host.as_str().parse::<IpAddr>().is_ok() && connection.layers.proxy.is_some();
            if !self.scope.all && !by_address && !self.scope.is_proxy(connection.flow.server) {
                return;
            }
        }
        self.connections.add(connection, &self.scope, || self.resolver.service_lookers());
    }

    /// Joins what was gathered into attempts.
    pub fn finish(self) -> Attempts {
        assemble::assemble(self)
    }

    fn take_encrypted(&mut self, at: At) {
        self.encrypted_frames += 1;
        if self.encrypted.len() < 8 {
            self.encrypted.push(at);
        }
    }

    fn mention(&mut self, connection: &Connection, host: HostName) {
        if services::is_cisco(&host) && self.mentions.len() < MENTIONS {
            let http = connection.layers.http.as_deref();
            let path = http.and_then(|http| http.text().path.clone());
            let answer = http.and_then(|http| http.answer.zip(http.text().status_line.clone()));
            self.mentions.push(Mention {
                client: connection.flow.client.ip,
                at: connection.flow.first,
                host,
                path,
                answer,
            });
        }
    }
}
