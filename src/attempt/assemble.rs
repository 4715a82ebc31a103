//! Joins look-ups, resolutions and connections into attempts.

mod fetches;
mod known;
mod log_on;
mod lookups;
mod neighbours;
mod others;
mod strangers;

use std::collections::BTreeSet;
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::Flow;
use crate::model::{At, Clock, Direction, Endpoint, FrameNumber, Timestamp};

use super::collect::{Collector, Inbound, Mention};
use super::connection::Connection;
use super::services::Known;
use super::{Attempt, Lookup, Peer, PeerRole, Resolution, Service, ServiceKind, Surroundings, Visibility};

/// All attempts of a capture, and what stands beside them.
#[derive(Debug)]
pub struct Attempts {
    /// In order of start, numbered from 1.
    pub list: Vec<Box<Attempt>>,
    /// Connections and look-ups that failed before they named a target, as the attempts they would be; only when
    /// `list` is empty.
    pub candidates: Vec<Box<Attempt>>,
    /// Look-ups that are part of no attempt, when every connection is judged.
    pub lookups: Vec<Lookup>,
    /// Connections that are no attempts but worth a finding.
    pub mentions: Vec<Mention>,
    /// Connections opened towards a switch.
    pub inbound: Vec<Inbound>,
    /// Frames encrypted below TLS: how many, and the first few.
    pub encrypted: (u64, Vec<At>),
    /// Packets seen.
    pub packets: u64,
    /// Those of them in which neither IP nor ARP was found.
    pub not_ip: u64,
    /// Clients with attempts that the scope does not want.
    pub left_out: BTreeSet<IpAddr>,
    /// Connections and look-ups left out because of a limit.
    pub omitted: u64,
}

/// The pieces that attempts are made of, as they are used up.
struct Pieces {
    collector: Collector,
    connections: Vec<Connection>,
    lookups: Vec<Option<Lookup>>,
    resolutions: Vec<Option<Resolution>>,
    /// The capture's first frame.
    start: At,
    inbound: Vec<Inbound>,
    /// Clients whose attempts are not wanted.
    left_out: BTreeSet<IpAddr>,
    /// Connections and look-ups left out.
    omitted: u64,
}

/// Joins what `collector` gathered.
pub(super) fn assemble(mut collector: Collector) -> Attempts {
    let nowhere = At { frame: FrameNumber::new(0), time: Timestamp(0) };
    let start = collector.first.unwrap_or(nowhere);
    let omitted = collector.connections.omitted + collector.resolver.omitted + collector.neighbours.omitted;
    let mut connections = std::mem::take(&mut collector.connections).list;
    connections.sort_by_key(|connection| connection.flow.first.frame);
    let lookups = std::mem::take(&mut collector.resolver).finish().into_iter().map(Some).collect();
    let resolutions = std::mem::take(&mut collector.neighbours).finish().into_iter().map(Some).collect();
    let mut pieces = Pieces {
        collector,
        connections,
        lookups,
        resolutions,
        start,
        inbound: Vec::new(),
        left_out: BTreeSet::new(),
        omitted,
    };
    let (mut list, mut candidates) = pieces.attempts();
    list.sort_by_key(|attempt| attempt.first.frame);
    for (index, attempt) in list.iter_mut().enumerate() {
        attempt.id = index + 1;
    }
    if !list.is_empty() {
        candidates.clear();
    }
    let (inbound, left_out, omitted) = (pieces.inbound, pieces.left_out, pieces.omitted);
    let Collector { scope, mentions, encrypted, encrypted_frames, packets, not_ip, .. } = pieces.collector;
    let lookups =
        pieces.lookups.into_iter().flatten().filter(|lookup| scope.all && scope.wants(lookup.client));
    let (lookups, encrypted) = (lookups.collect(), (encrypted_frames, encrypted));
    Attempts { list, candidates, lookups, mentions, inbound, encrypted, packets, not_ip, left_out, omitted }
}

impl Pieces {
    /// Attempts on services, and candidates.
    fn attempts(&mut self) -> (Vec<Box<Attempt>>, Vec<Box<Attempt>>) {
        let known = known::KnownTargets::of(self);
        let (named, unnamed, fetches) =
            known.sort(std::mem::take(&mut self.connections), &self.collector.scope);
        let attempts = named
            .into_iter()
            .map(|(connection, role, target)| self.connection_attempt(connection, role, target))
            .collect();
        let (attempts, rounds) = log_on::join(attempts);
        let proxies: FxHashSet<IpAddr> =
            attempts.iter().filter_map(|attempt| proxy_of(attempt)).map(|endpoint| endpoint.ip).collect();
        let mut attempts = drop_onward(attempts, &proxies, self.collector.scope.all);
        self.attach_lookups(&mut attempts);
        attempts.extend(self.lookup_attempts(attempts.len(), &proxies));
        self.attach_resolutions(&mut attempts);
        attempts.extend(self.resolution_attempts(&attempts));
        attempts.extend(rounds.into_iter().filter(|_| self.collector.scope.all).map(Attempt::disregarded));
        let scope = &self.collector.scope;
        let unwanted = attempts.iter().map(|attempt| attempt.client).filter(|client| !scope.wants(*client));
        self.left_out = unwanted.collect();
        attempts.retain(|attempt| scope.wants(attempt.client));
        fetches::attach(&mut attempts, &fetches, &self.lookups, &unnamed);
        for attempt in &mut attempts {
            self.settle(attempt);
        }
        self.meet_strangers(&attempts, &unnamed);
        others::note_next_connections(&mut attempts, &unnamed);
        others::note_servers(&mut attempts, &unnamed);
        let candidates = if attempts.is_empty() { self.candidates(unnamed) } else { Vec::new() };
        (attempts, candidates)
    }

    fn connection_attempt(&self, connection: Connection, role: PeerRole, known: Known) -> Box<Attempt> {
        let flow = connection.flow;
        let layers = connection.layers;
        let peer = Peer { endpoint: flow.server, role };
        let errors = flow.icmp.iter().map(|(at, _)| *at);
        let last = errors.chain([flow.last]).max_by_key(|at| at.frame).unwrap_or(flow.last);
        Box::new(Attempt {
            peer: Some(peer),
            first: flow.first,
            last,
            frames: flow.frames + flow.icmp.len() as u64,
            visibility: Visibility::of(flow.from_client.frames, flow.from_server.frames),
            client_port: Some(flow.client.port),
            proxy: layers.proxy,
            tls: layers.tls,
            http: layers.http,
            banner: layers.banner,
            other_protocol: layers.other_protocol,
            ..self.bare(flow.client.ip, known, flow.first)
        })
        .with_flow(flow)
    }

    /// The last frame of the capture, or in front of the first step back of its clock behind `at`: no time is known across that.
    fn end_behind(&self, at: At) -> At {
        let ends = &self.collector.ends;
        let next = ends.partition_point(|end| end.frame < at.frame);
        ends.get(next).or(ends.last()).copied().unwrap_or(at)
    }

    /// An attempt of `client` on `known` of which nothing else is known yet.
    fn bare(&self, client: IpAddr, known: Known, at: At) -> Attempt {
        let surroundings = Surroundings {
            capture_first: self.start,
            capture_last: self.end_behind(at),
            inbound_visible: false,
            next_connection: None,
            serves: false,
            fetches: Vec::new(),
            clock: Clock::Absolute,
        };
        Attempt {
            id: 0,
            client,
            client_port: None,
            peer: None,
            service: known.service,
            found_by: known.found_by,
            first: at,
            last: at,
            frames: 0,
            visibility: Visibility::Both,
            lookups: Vec::new(),
            arp: None,
            flow: None,
            log_on: None,
            proxy: None,
            tls: None,
            http: None,
            banner: None,
            other_protocol: false,
            surroundings,
        }
    }

    /// Connections and look-ups that failed before they named a target.
    fn candidates(&self, unnamed: Vec<Connection>) -> Vec<Box<Attempt>> {
        let wanted =
            unnamed.into_iter().filter(|connection| self.collector.scope.wants(connection.flow.client.ip));
        let connections = wanted.map(|connection| {
            let known = Known {
                service: Service {
                    host: None,
                    port: Some(connection.flow.server.port),
                    kind: ServiceKind::Other,
                },
                found_by: super::FoundBy::Option,
            };
            let role = connection.role();
            self.connection_attempt(connection, role, known)
        });
        let lookups =
            self.lookups.iter().flatten().filter(|lookup| self.collector.scope.wants(lookup.client));
        let lookups = lookups.filter(|lookup| !super::services::is_plug_and_play(&lookup.name));
        let failed = lookups.filter(|lookup| lookup.usable().is_none() && lookup.asks_for_address());
        let lookups = failed.filter_map(|lookup| self.lookup_attempt(lookup.clone()));
        let mut all: Vec<Box<Attempt>> = connections.chain(lookups).collect();
        for attempt in &mut all {
            self.settle(attempt);
        }
        all
    }

    /// What depends on all other pieces being in place.
    fn settle(&self, attempt: &mut Attempt) {
        attempt.surroundings.capture_last = self.end_behind(attempt.last);
        let arrivals = &self.collector.arrivals;
        let near = |client| arrivals.near(client, attempt.first.time, attempt.last.time);
        attempt.surroundings.inbound_visible =
            near(attempt.client) || attempt.lookups.iter().any(|lookup| near(lookup.client));
        if attempt.flow.is_none() {
            let sent =
                attempt.lookups.iter().flat_map(|l| &l.queries).map(|q| q.sent.len() as u64).sum::<u64>();
            let asked = attempt.arp.as_ref().map_or(0, |arp| arp.requests.len() as u64);
            let answered = attempt.frames.saturating_sub(sent + asked);
            attempt.visibility = Visibility::of(sent + asked, answered);
            if attempt.visibility == Visibility::OutboundOnly && attempt.surroundings.inbound_visible {
                attempt.visibility = Visibility::Both;
            }
        }
    }
}

/// The onward leg of a proxy is not the switch's: its client is the proxy of another attempt. Where every connection is
/// judged it stays, as one that counts for nothing.
fn drop_onward(attempts: Vec<Box<Attempt>>, proxies: &FxHashSet<IpAddr>, all: bool) -> Vec<Box<Attempt>> {
    let onward = |attempt: &Attempt| proxies.contains(&attempt.client);
    let kept = attempts.into_iter().filter(|attempt| all || !onward(attempt));
    kept.map(|attempt| if onward(&attempt) { attempt.disregarded() } else { attempt }).collect()
}

/// Things by their client, each list in order.
fn by_client<T>(
    things: impl IntoIterator<Item = T>,
    client: impl Fn(&T) -> IpAddr,
) -> FxHashMap<IpAddr, Vec<T>> {
    let mut lists: FxHashMap<IpAddr, Vec<T>> = FxHashMap::default();
    for thing in things {
        lists.entry(client(&thing)).or_default().push(thing);
    }
    lists
}

/// The proxy that an attempt used.
fn proxy_of(attempt: &Attempt) -> Option<Endpoint> {
    attempt.peer.filter(|peer| peer.role == PeerRole::Proxy).map(|peer| peer.endpoint)
}

impl Attempt {
    fn with_flow(mut self: Box<Self>, flow: Box<Flow>) -> Box<Self> {
        self.flow = Some(flow);
        self
    }

    /// Makes it one that is only there because every connection is judged.
    fn disregarded(mut self: Box<Self>) -> Box<Self> {
        self.service.kind = ServiceKind::Other;
        self.found_by = super::FoundBy::All;
        self
    }

    /// Whether `direction` is in the capture at all.
    pub fn sees(&self, direction: Direction) -> bool {
        match direction {
            Direction::FromClient => self.visibility != Visibility::InboundOnly,
            Direction::FromServer => self.visibility != Visibility::OutboundOnly,
        }
    }
}
