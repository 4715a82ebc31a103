//! Which frames are an attempt's.

use std::collections::HashSet;
use std::net::IpAddr;

use super::spans::Spans;
use crate::attempt::{Attempt, Lookup, Query, Retry};
use crate::capture::Frame;
use crate::diagnose::{Analysis, Evidence};
use crate::model::{At, Endpoint, FlowKey};
use crate::net::{Anatomy, Content, Packet};

/// Port of DNS over TCP.
const DNS_PORT: u16 = 53;
const TCP: u8 = 6;

/// Tells the frames of a capture's attempts from the others: by connection and time, so that it stays small however long a
/// connection is. The frames that a verdict cites belong to it by their number, whatever they are.
#[derive(Debug, Default)]
pub struct Selection {
    tcp: Spans<FlowKey>,
    udp: Spans<FlowKey>,
    /// Neighbour resolution: who asks for whom.
    neighbours: Spans<(IpAddr, IpAddr)>,
    /// Look-ups over TCP: client and server.
    lookups_over_tcp: Spans<(IpAddr, IpAddr)>,
    /// Both ends of every conversation, the lower first, for fragments without ports.
    hosts: Spans<(IpAddr, IpAddr)>,
    cited: HashSet<u64>,
    /// Frames that were in the capture when it was analysed.
    pub(super) frames: u64,
}

impl Selection {
    /// The frames of all attempts that `analysis` holds in full, of a capture of `frames` frames.
    pub fn of(analysis: &Analysis, frames: u64) -> Self {
        let mut selection = Self { frames, ..Self::default() };
        selection.cite(&analysis.verdict.evidence);
        for judged in &analysis.attempts {
            selection.attempt(&judged.attempt);
            selection.cite(&judged.verdict.evidence);
            let stages = judged.stages();
            selection.cited.extend(stages.iter().flat_map(|stage| &stage.frames).map(|frame| frame.get()));
        }
        selection.tcp.settle();
        selection.udp.settle();
        selection.neighbours.settle();
        selection.lookups_over_tcp.settle();
        selection.hosts.settle();
        selection
    }

    /// Whether `frame` is an attempt's; `packet` is what it carries.
    pub fn contains(&self, frame: &Frame<'_>, packet: &Packet<'_>) -> bool {
        let at = packet.at;
        self.cited.contains(&at.frame.get())
            || match &packet.content {
                Content::Tcp(segment) | Content::BrokenTcp(segment) => {
                    self.has_tcp(segment.source, segment.destination, at)
                }
                Content::Udp(datagram) => self.has_udp(datagram.source, datagram.destination, at),
                Content::IcmpError(error) if error.quoted.protocol == TCP => {
                    self.has_tcp(error.quoted.source, error.quoted.destination, at)
                }
                Content::IcmpError(error) => self.has_udp(error.quoted.source, error.quoted.destination, at),
                Content::Arp(arp) => {
                    self.neighbours.contain(&(arp.sender, arp.target), at)
                        || self.neighbours.contain(&(arp.target, arp.sender), at)
                }
                Content::Other => {
                    let ends = Anatomy::of(frame).fragment_of();
                    ends.is_some_and(|(a, b)| self.hosts.contain(&(a.min(b), a.max(b)), at))
                }
                Content::Encrypted | Content::NotIp => false,
            }
    }

    fn has_tcp(&self, source: Endpoint, destination: Endpoint, at: At) -> bool {
        self.tcp.contain(&FlowKey::new(source, destination), at)
            || destination.port == DNS_PORT && self.lookups_over_tcp.contain(&(source.ip, destination.ip), at)
            || source.port == DNS_PORT && self.lookups_over_tcp.contain(&(destination.ip, source.ip), at)
    }

    fn has_udp(&self, source: Endpoint, destination: Endpoint, at: At) -> bool {
        self.udp.contain(&FlowKey::new(source, destination), at)
    }

    fn cite(&mut self, evidence: &[Evidence]) {
        self.cited.extend(evidence.iter().map(|evidence| evidence.at.frame.get()));
    }

    fn attempt(&mut self, attempt: &Attempt) {
        if let Some(flow) = &attempt.flow {
            self.tcp.add(FlowKey::new(flow.client, flow.server), flow.first, flow.last);
            self.hosts(flow.client.ip, flow.server.ip, flow.first, flow.last);
            self.cited.extend(flow.icmp.iter().map(|(at, _)| at.frame.get()));
        }
        if let Some(arp) = &attempt.arp {
            let reply = arp.reply.map(|(at, _)| at);
            self.cited.extend(arp.requests.iter().copied().chain(reply).map(|at| at.frame.get()));
            if let Some((first, last)) = arp.first().zip(reply.or(arp.last())) {
                self.neighbours.add((arp.client, arp.target), first, last);
            }
        }
        attempt.lookups.iter().for_each(|lookup| self.lookup(lookup));
    }

    fn lookup(&mut self, lookup: &Lookup) {
        lookup.queries.iter().for_each(|query| self.query(query));
    }

    fn query(&mut self, query: &Query) {
        let icmp = query.icmp.as_deref().map(|(at, _)| *at);
        let answer = query.response.as_ref().map(|response| response.at);
        let places = query.sent.iter().copied().chain(answer).chain(icmp).chain(query.refused_by_client);
        self.cited.extend(places.map(|at| at.frame.get()));
        if let Some((first, last)) = query.first().zip(query.last()) {
            self.udp.add(FlowKey::new(query.client, query.server), first, last);
            self.hosts(query.client.ip, query.server.ip, first, last);
        }
        if let Some(Retry { at: first, response, .. }) = query.over_tcp.as_deref() {
            let last = response.as_ref().map_or(*first, |response| response.at);
            self.lookups_over_tcp.add((query.client.ip, query.server.ip), *first, last);
        }
    }

    fn hosts(&mut self, a: IpAddr, b: IpAddr, first: At, last: At) {
        self.hosts.add((a.min(b), a.max(b)), first, last);
    }
}
