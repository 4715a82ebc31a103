//! Gathers look-ups out of DNS messages while packets pass.

mod answers;
mod over_tcp;

use std::collections::VecDeque;
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::smallvec;

use crate::limits::{LOOKUP_MEMORY, LOOKUPS, QUERIES_PER_LOOKUP};
use crate::model::{At, Endpoint, HostName, Span, Transmissions};
use crate::net::{IcmpError, UdpDatagram};
use crate::proto::dns::{DnsMessage, Question};

use super::neighbour::push_or_replace;
use super::services;
use super::{Lookup, Query};

/// The port of DNS (RFC 1035 §4.2).
pub(super) const DNS_PORT: u16 = 53;
/// A client repeats a query after a second or more: what comes sooner is a copy of the frame.
const COPY: Span = Span::millis(200);
/// Look-ups of one client that a further query is compared with.
const RECENT: usize = 16;

type Transaction = (Endpoint, Endpoint, u16);

/// Gathers look-ups.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    lookups: Vec<Lookup>,
    recent: FxHashMap<IpAddr, Vec<usize>>,
    pending: FxHashMap<Transaction, (usize, usize)>,
    /// Queries whose answer was truncated: a connection may follow. The latest last.
    truncated: VecDeque<(usize, usize)>,
    /// Octets that all of it holds.
    memory: usize,
    /// Look-ups and queries left out for a limit.
    pub omitted: u64,
}

/// Octets that a query takes, with its entries in the maps.
const QUERY_MEMORY: usize = size_of::<Query>() + 2 * size_of::<(Transaction, (usize, usize))>();

impl Resolver {
    /// Takes a datagram from or to port 53.
    pub fn take(&mut self, at: At, datagram: &UdpDatagram<'_>) {
        let Some(message) = DnsMessage::parse(datagram.payload) else { return };
        if message.is_response && datagram.source.port == DNS_PORT {
            self.response(at, (datagram.destination, datagram.source, message.id), &message);
        } else if !message.is_response && datagram.destination.port == DNS_PORT && message.opcode == 0 {
            let Some(question) = message.question else { return };
            self.query(at, (datagram.source, datagram.destination, message.id), question);
        }
    }

    /// Takes an ICMP error about a datagram from or to port 53.
    pub fn take_icmp(&mut self, at: At, error: &IcmpError) {
        let quoted = &error.quoted;
        let by_client = quoted.source.port == DNS_PORT;
        let ends =
            if by_client { (quoted.destination, quoted.source) } else { (quoted.source, quoted.destination) };
        let place = match quoted.udp_head {
            Some(id) => self.pending.get(&(ends.0, ends.1, id)).copied(),
            None => self.latest(ends),
        };
        let Some((lookup, query)) = place else { return };
        let Some(query) = self.lookups.get_mut(lookup).and_then(|lookup| lookup.queries.get_mut(query))
        else {
            return;
        };
        if by_client {
            query.refused_by_client.get_or_insert(at);
        } else if error.destination == query.client.ip {
            query.icmp.get_or_insert_with(|| Box::new((at, *error)));
        }
    }

    /// All look-ups, in order of their first frame.
    pub fn finish(mut self) -> Vec<Lookup> {
        // Those over TCP come when their connection is over.
        self.lookups.sort_by_key(|lookup| lookup.first().map(|at| at.frame));
        self.lookups
    }

    /// Who looked up a licensing service's name.
    pub fn service_lookers(&self) -> FxHashSet<IpAddr> {
        let of_service = self.lookups.iter().filter(|lookup| services::by_name(&lookup.name).is_some());
        of_service.map(|lookup| lookup.client).collect()
    }

    /// The latest query between two ends, for an error that quotes too little to tell its ID.
    fn latest(&self, ends: (Endpoint, Endpoint)) -> Option<(usize, usize)> {
        let recent = self.recent.get(&ends.0.ip)?.iter().rev();
        recent.copied().find_map(|index| {
            let queries = &self.lookups.get(index)?.queries;
            queries.iter().rposition(|query| (query.client, query.server) == ends).map(|query| (index, query))
        })
    }

    fn query(&mut self, at: At, transaction: Transaction, question: Question) {
        if let Some(query) = self.same(&transaction, &question) {
            let copy = |sent: &At| at.time - sent.time < COPY && sent.time - at.time < COPY;
            if query.sent.iter().any(copy) {
                return;
            }
            if query.response.is_none() && query.icmp.is_none() {
                push_or_replace(&mut query.sent, at);
                return;
            }
        }
        self.add(at, transaction, question, smallvec![at]);
    }

    /// The latest query of `transaction`, if it was for `question`.
    fn same(&mut self, transaction: &Transaction, question: &Question) -> Option<&mut Query> {
        let &(lookup, query) = self.pending.get(transaction)?;
        let query = self.lookups.get_mut(lookup)?.queries.get_mut(query)?;
        (query.name == question.name && query.record_type == question.kind).then_some(query)
    }

    fn add(&mut self, at: At, transaction: Transaction, question: Question, sent: Transmissions) {
        let (client, server, id) = transaction;
        let lookup = self.lookup_for(at, client.ip, &question);
        let Some(place) = lookup.and_then(|index| self.lookups.get_mut(index).map(|found| (index, found)))
        else {
            self.omitted += 1;
            return;
        };
        let (index, lookup) = place;
        if lookup.queries.len() >= QUERIES_PER_LOOKUP {
            self.omitted += 1;
            return;
        }
        self.memory += QUERY_MEMORY + question.name.as_str().len();
        self.pending.insert(transaction, (index, lookup.queries.len()));
        lookup.queries.push(Query {
            name: question.name,
            record_type: question.kind,
            client,
            server,
            id,
            sent,
            response: None,
            icmp: None,
            refused_by_client: None,
            over_tcp: None,
        });
    }

    /// The open look-up that a query belongs to, or a new one.
    fn lookup_for(&mut self, at: At, client: IpAddr, question: &Question) -> Option<usize> {
        let name = services::without_suffix(&question.name);
        let room = if name.is_some() { 2 } else { 1 };
        if self.memory > room * LOOKUP_MEMORY {
            return None;
        }
        let full = self.lookups.len() >= room * LOOKUPS;
        if full && !self.recent.contains_key(&client) {
            return None;
        }
        let recent = self.recent.entry(client).or_default();
        let belongs = |&&index: &&usize| {
            let lookup = self.lookups.get(index);
            lookup.is_some_and(|found| {
                related(found, &question.name, name.as_ref())
                    && found.goes_on(&question.name, question.kind, at)
            })
        };
        if let Some(&open) = recent.iter().rev().find(belongs) {
            return Some(open);
        }
        if full {
            return None;
        }
        let index = self.lookups.len();
        let name = name.unwrap_or_else(|| question.name.clone());
        self.memory += size_of::<Lookup>() + name.as_str().len();
        // Most have one query: a vector that grows by itself starts with room for four.
        self.lookups.push(Lookup { client, name, for_proxy: false, queries: Vec::with_capacity(1) });
        if recent.len() >= RECENT {
            recent.remove(0);
        }
        recent.push(index);
        Some(index)
    }
}

/// Whether a query for `name` can be part of `lookup`: the same name, or one with a search suffix behind the other; `service` is the
/// licensing service's name it holds.
fn related(lookup: &Lookup, name: &HostName, service: Option<&HostName>) -> bool {
    let extends = |long: &HostName, short: &HostName| {
        long.as_str()
            .strip_prefix(short.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let aliases = |query: &Query| {
        query.answer().is_some_and(|answer| answer.answers.iter().any(|a| a == name.as_str()))
    };
    if lookup.queries.iter().any(aliases) {
        return true;
    }
    let asked = lookup.queries.iter().map(|query| &query.name);
    service == Some(&lookup.name)
        || asked.chain([&lookup.name]).any(|known| extends(name, known) || extends(known, name))
}
