//! ARP and neighbour discovery: part of the attempt whose next hop they seek, else attempts of their own.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::attempt::services::Known;
use crate::attempt::{Attempt, FoundBy, Resolution, Service, ServiceKind};
use crate::flow::{Flow, Segment};
use crate::model::{At, Direction, Span};

use super::{Pieces, by_client};

/// A resolution starts at most so long before the packets that wait for it.
const LEAD: Span = Span::seconds(5);

/// An established connection's packets may wait so long for their next retransmission.
const REFRESH: Span = Span::seconds(60);

impl Pieces {
    /// Gives each attempt the resolution of its next hop.
    pub(super) fn attach_resolutions(&mut self, attempts: &mut [Box<Attempt>]) {
        let places = self.resolutions.iter().enumerate();
        let all: Vec<(IpAddr, usize)> =
            places.filter_map(|(index, resolution)| Some((resolution.as_ref()?.client, index))).collect();
        let of_client = by_client(all.iter().copied(), |(client, _)| *client);
        for attempt in attempts.iter_mut() {
            let own = of_client.get(&attempt.client).map(Vec::as_slice).unwrap_or_default();
            let among = if attempt.flow.is_some() { own } else { &all };
            let Some(index) = self.resolution_of(attempt, among) else { continue };
            if let Some(resolution) = self.resolutions.get_mut(index).and_then(Option::take) {
                attempt.take_resolution(resolution);
            }
        }
    }

    /// The latest resolution that leads to `attempt`, by its index; where there is a connection, its client made it.
    fn resolution_of(&self, attempt: &Attempt, among: &[(IpAddr, usize)]) -> Option<usize> {
        let peer = attempt.peer.map(|peer| peer.endpoint.ip);
        let waiting = attempt.flow.as_deref().map(|flow| flow.first);
        let leads = |resolution: &Resolution| {
            let Some(first) = resolution.first() else { return false };
            let near = |at: At| {
                (first.time - at.time).may_be_within(LEAD) && (at.time - first.time).may_be_within(LEAD)
            };
            let asker = resolution.client == attempt.client;
            if let Some(start) = waiting {
                // What an established connection still asks for is a refresh.
                return asker && first.before(start) && near(start) && resolution.fits(peer);
            }
            let answered = attempt.lookups.iter().any(|lookup| lookup.answered(resolution.target));
            let asker = asker || answered;
            asker && resolution.reply.is_none() && near(attempt.last) && attempt.last.before(first)
        };
        let held = |index: usize| self.resolutions.get(index).and_then(Option::as_ref);
        among.iter().rev().map(|(_, index)| *index).find(|&index| held(index).is_some_and(leads))
    }

    /// Resolutions of a switch that nothing answered and after which no packet left.
    pub(super) fn resolution_attempts(&mut self, attempts: &[Box<Attempt>]) -> Vec<Box<Attempt>> {
        let switches = self.switches(attempts);
        let targets = own_targets(attempts);
        let mut found = Vec::new();
        for index in 0..self.resolutions.len() {
            let Some(resolution) = self.resolutions.get(index).and_then(Option::as_ref) else { continue };
            let own =
                targets.contains(&resolution.target) || self.collector.scope.is_named(resolution.target);
            let hop = switches.contains(&resolution.client) && is_next_hop(resolution, attempts);
            if resolution.reply.is_none() && (own || hop) && !follows(resolution, attempts) {
                let resolution = self.resolutions.get_mut(index).and_then(Option::take);
                found.extend(resolution.and_then(|resolution| self.resolution_attempt(resolution)));
            }
        }
        found
    }

    /// Clients known as switches: by option, by their look-ups, by their attempts.
    fn switches(&self, attempts: &[Box<Attempt>]) -> HashSet<IpAddr> {
        let named = self.collector.scope.switches.iter().copied();
        named.chain(attempts.iter().map(|attempt| attempt.client)).collect()
    }

    fn resolution_attempt(&self, resolution: Resolution) -> Option<Box<Attempt>> {
        let service = Service { host: None, port: None, kind: ServiceKind::Other };
        let known = Known { service, found_by: FoundBy::Address };
        let mut attempt = self.bare(resolution.client, known, resolution.first()?);
        attempt.take_resolution(resolution);
        Some(Box::new(attempt))
    }
}

/// Addresses of services and proxies.
fn own_targets(attempts: &[Box<Attempt>]) -> HashSet<IpAddr> {
    let peers = attempts.iter().filter_map(|attempt| attempt.peer).map(|peer| peer.endpoint.ip);
    let lookups = attempts.iter().flat_map(|attempt| &attempt.lookups).flat_map(|lookup| &lookup.queries);
    peers.chain(lookups.filter_map(|query| query.usable()).flat_map(|r| r.addresses.clone())).collect()
}

/// Whether `resolution` seeks a next hop rather than some neighbour: it was one before, or nothing else is known of the
/// asker's.
fn is_next_hop(resolution: &Resolution, attempts: &[Box<Attempt>]) -> bool {
    let of_client = || attempts.iter().filter(|attempt| attempt.client == resolution.client);
    let hops: Vec<IpAddr> = of_client().filter_map(|attempt| Some(attempt.arp.as_ref()?.target)).collect();
    hops.contains(&resolution.target)
        || (hops.is_empty() && of_client().all(|attempt| attempt.flow.is_none()))
}

/// Whether a packet of the asker left in spite of the silence.
fn follows(resolution: &Resolution, attempts: &[Box<Attempt>]) -> bool {
    let (Some(first), Some(last)) = (resolution.first(), resolution.last()) else { return true };
    let within = |at: At, span| first.before(at) && (at.time - last.time).may_be_within(span);
    let soon = |at| within(at, LEAD);
    // A connection that goes on shows that the address was known: this only refreshed it.
    let sends = |flow: &Flow| {
        let ours =
            |segment: &Segment| segment.direction == Direction::FromClient && within(segment.at, REFRESH);
        let goes_on = flow.first.before(first) && first.before(flow.last);
        soon(flow.first) || goes_on && flow.segments.iter().any(|segment| ours(&segment))
    };
    attempts
        .iter()
        .filter(|attempt| attempt.client == resolution.client)
        .any(|attempt| attempt.flow.as_deref().map_or_else(|| soon(attempt.first), sends))
}

impl Resolution {
    /// Whether it can be for packets to `peer`: an answered one, or one for that very address.
    fn fits(&self, peer: Option<IpAddr>) -> bool {
        self.reply.is_some() || Some(self.target) == peer
    }
}

impl Attempt {
    fn take_resolution(&mut self, resolution: Resolution) {
        self.frames += resolution.requests.len() as u64 + u64::from(resolution.reply.is_some());
        let ends = [resolution.first(), resolution.last(), resolution.reply.map(|(at, _)| at)];
        for at in ends.into_iter().flatten() {
            if at.before(self.first) {
                self.first = at;
            }
            if self.flow.is_none() && self.last.before(at) {
                self.last = at;
            }
        }
        self.arp = Some(resolution);
    }
}
