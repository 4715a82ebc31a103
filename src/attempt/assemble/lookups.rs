//! Look-ups: part of the attempt they lead to, else attempts of their own.

use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::attempt::services::Known;
use crate::attempt::{Attempt, FoundBy, Lookup, PeerRole, Service, ServiceKind};
use crate::limits::{CONNECTIONS, CONNECTIONS_ALL};
use crate::model::{At, HostName, Span};
use crate::proto::dns::RecordType;

use super::known::service_named;
use super::{Pieces, proxy_of};

/// A look-up and a connection this far apart can belong to one attempt.
const LEAD: Span = Span::seconds(15);
/// A further look-up or a connection follows a failed look-up within this time.
const AFTER_FAILURE: Span = Span::seconds(5);

impl Pieces {
    /// Gives each connection the look-ups that led to it.
    pub(super) fn attach_lookups(&mut self, attempts: &mut [Box<Attempt>]) {
        let lookups = Places::of(&self.lookups);
        for attempt in attempts.iter_mut() {
            if let Some(direct) = self.leading_lookup(attempt, &lookups) {
                self.attach(attempt, direct);
            }
        }
        for attempt in attempts.iter_mut() {
            while let Some(beside) = self.lookup_beside(attempt, &lookups) {
                self.attach(attempt, beside);
            }
        }
    }

    fn attach(&mut self, attempt: &mut Attempt, index: usize) {
        let Some(mut lookup) = self.lookups.get_mut(index).and_then(Option::take) else { return };
        let proxied = attempt.peer.is_some_and(|peer| peer.role == PeerRole::Proxy);
        lookup.for_proxy = proxied && attempt.service.host.as_ref() != Some(&lookup.name);
        attempt.frames += lookup.frames();
        attempt.first = lookup
            .first()
            .into_iter()
            .chain([attempt.first])
            .min_by_key(|at| at.frame)
            .unwrap_or(attempt.first);
        attempt.lookups.push(lookup);
        attempt.lookups.sort_by_key(|lookup| lookup.first().map(|at| at.frame));
    }

    /// The latest look-up before the connection that answered its peer's address.
    fn leading_lookup(&self, attempt: &Attempt, places: &Places) -> Option<usize> {
        let start = attempt.flow.as_deref()?.first;
        let peer = attempt.peer?.endpoint.ip;
        let leads = |lookup: &Lookup| {
            let answer = lookup
                .queries
                .iter()
                .filter_map(|query| query.usable())
                .find(|r| r.addresses.contains(&peer));
            answer.is_some_and(|answer| answer.at.before(start))
        };
        let latest = |among: &[Place]| {
            let before = among.iter().rev().filter(|place| place.first.before(start));
            before
                .map(|place| place.index)
                .find(|&index| self.lookups.get(index).and_then(Option::as_ref).is_some_and(&leads))
        };
        latest(places.by(attempt.client)).max(latest(places.of_other_family(attempt.client)))
    }

    /// A look-up of the service's name just before what is already part of the attempt: repeated at once, or made although the
    /// switch then asked a proxy for that name.
    fn lookup_beside(&self, attempt: &Attempt, places: &Places) -> Option<usize> {
        let flow = attempt.flow.as_deref()?;
        let proxied = proxy_of(attempt).is_some();
        let names: Vec<&HostName> =
            attempt.service.host.iter().chain(attempt.lookups.iter().map(|lookup| &lookup.name)).collect();
        let known = attempt.lookups.first().and_then(Lookup::first).filter(|_| !proxied);
        let begin = known.unwrap_or(flow.first);
        let near = |place: &&Place| {
            place.first.before(flow.first) && (begin.time - place.last.time).may_be_within(LEAD)
        };
        let beside = |lookup: &Lookup, last: At| {
            let failed = lookup.usable().is_none();
            let pause = if failed || !proxied { AFTER_FAILURE } else { LEAD };
            let unnamed = attempt.found_by != FoundBy::All
                && attempt.service.host.as_ref().is_none_or(|host| host.as_str().parse::<IpAddr>().is_ok());
            let fits = names.contains(&&lookup.name)
                || (unnamed && service_named(&lookup.name, &self.collector.scope).is_some());
            fits && (begin.time - last.time).may_be_within(pause)
        };
        places.by(attempt.client).iter().rev().filter(near).find_map(|place| {
            let lookup = self.lookups.get(place.index)?.as_ref()?;
            beside(lookup, place.last).then_some(place.index)
        })
    }

    /// Look-ups of a service's or proxy's name that no connection followed, beside `others` attempts.
    pub(super) fn lookup_attempts(
        &mut self,
        others: usize,
        proxies: &FxHashSet<IpAddr>,
    ) -> Vec<Box<Attempt>> {
        let servers = self.name_servers();
        let most = if self.collector.scope.all { CONNECTIONS_ALL } else { CONNECTIONS };
        let mut room = most.saturating_sub(others);
        let mut found = Vec::new();
        for index in 0..self.lookups.len() {
            let Some(lookup) = self.lookups.get(index).and_then(Option::as_ref) else { continue };
            let wanted = service_named(&lookup.name, &self.collector.scope).is_some()
                || self.collector.scope.names_proxy(&lookup.name);
            // A proxy resolves names for its clients, a name server passes queries on: neither is the switch.
            let onward = proxies.contains(&lookup.client) || servers.contains(&lookup.client);
            if wanted && !onward && lookup.asks_for_address() {
                if room == 0 {
                    self.omitted += 1;
                    continue;
                }
                room -= 1;
                let lookup = self.lookups.get_mut(index).and_then(Option::take);
                found.extend(lookup.and_then(|lookup| self.lookup_attempt(lookup)));
            }
        }
        found
    }

    fn name_servers(&self) -> FxHashSet<IpAddr> {
        self.lookups
            .iter()
            .flatten()
            .flat_map(|lookup| &lookup.queries)
            .map(|query| query.server.ip)
            .collect()
    }

    /// The attempt that consists of `lookup` alone.
    pub(super) fn lookup_attempt(&self, mut lookup: Lookup) -> Option<Box<Attempt>> {
        let (first, last) = (lookup.first()?, lookup.last()?);
        lookup.for_proxy = self.collector.scope.names_proxy(&lookup.name);
        let fallback = Known {
            service: Service {
                host: Some(lookup.name.clone()).filter(|_| !lookup.for_proxy),
                port: None,
                kind: ServiceKind::Other,
            },
            found_by: FoundBy::Option,
        };
        let known = service_named(&lookup.name, &self.collector.scope).unwrap_or(fallback);
        let mut attempt = self.bare(lookup.client, known, first);
        attempt.last = last;
        attempt.frames = lookup.frames();
        attempt.lookups.push(lookup);
        Some(Box::new(attempt))
    }
}

/// A look-up's place among all, and its time.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    first: At,
    last: At,
}

/// The look-ups of each client, and of all clients with an IPv4 and with an IPv6 address: each list in order.
#[derive(Default)]
struct Places {
    by_client: FxHashMap<IpAddr, Vec<Place>>,
    v4: Vec<Place>,
    v6: Vec<Place>,
}

impl Places {
    fn of(lookups: &[Option<Lookup>]) -> Self {
        let mut places = Self::default();
        for (index, lookup) in lookups.iter().enumerate() {
            let Some(lookup) = lookup else { continue };
            let (Some(first), Some(last)) = (lookup.first(), lookup.last()) else { continue };
            let place = Place { index, first, last };
            places.by_client.entry(lookup.client).or_default().push(place);
            let family = if lookup.client.is_ipv4() { &mut places.v4 } else { &mut places.v6 };
            family.push(place);
        }
        places
    }

    fn by(&self, client: IpAddr) -> &[Place] {
        self.by_client.get(&client).map(Vec::as_slice).unwrap_or_default()
    }

    /// One client can have an address of each family.
    fn of_other_family(&self, client: IpAddr) -> &[Place] {
        if client.is_ipv4() { &self.v6 } else { &self.v4 }
    }
}

impl Lookup {
    /// Whether some query is for an address, not just for other records.
    pub(super) fn asks_for_address(&self) -> bool {
        self.queries.iter().any(|query| matches!(query.record_type, RecordType::A | RecordType::AAAA))
    }
}
