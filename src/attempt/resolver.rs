//! Gathers look-ups out of DNS messages while packets pass.

use std::collections::VecDeque;
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::smallvec;

use crate::flow::{Flow, Half};
use crate::limits::{LOOKUP_MEMORY, LOOKUPS, QUERIES_PER_LOOKUP, TRUNCATED_ANSWERS};
use crate::model::{At, Endpoint, HostName, Span, Transmissions};
use crate::net::{IcmpError, UdpDatagram};
use crate::proto::dns::{DnsMessage, Question, RecordType, tcp_messages};

use super::neighbour::push_or_replace;
use super::services;
use super::{Lookup, Query, Response, Retry};

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
/// Octets that an answered address takes, here and where connections are told by it.
const ADDRESS_MEMORY: usize = 128;

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

    /// Takes a TCP connection to port 53: the retry after a truncated response, or a client that asks over TCP at once
    /// (RFC 7766 §5).
    pub fn take_flow(&mut self, flow: &Flow) {
        let asked: Vec<DnsMessage> = messages(flow.from_client.stream.contiguous());
        let answered = messages(flow.from_server.stream.contiguous());
        let truncated = |query: &Query| {
            query.server.ip == flow.server.ip
                && query.client.ip == flow.client.ip
                && query.over_tcp.is_none()
                && query.response.as_ref().is_some_and(|r| r.truncated && r.at.before(flow.first))
                && (asked.is_empty() || asked.iter().any(|m| names(m, query)))
        };
        let of = |&(lookup, query): &(usize, usize)| self.lookups.get(lookup)?.queries.get(query);
        let place = self.truncated.iter().rposition(|place| of(place).is_some_and(truncated));
        match place.and_then(|index| self.truncated.remove(index)) {
            Some(place) => self.retried(place, flow, &answered),
            None => self.asked_over_tcp(flow, asked, &answered),
        }
    }

    fn retried(&mut self, (lookup, query): (usize, usize), flow: &Flow, answered: &[DnsMessage]) {
        let Some(query) = self.lookups.get_mut(lookup).and_then(|lookup| lookup.queries.get_mut(query))
        else {
            return;
        };
        let answer = answered.iter().find(|m| m.is_response && names(m, query));
        let at = flow.from_server.data.map_or(flow.last, |(first, _)| first);
        let response = answer.map(|message| response(at, message));
        self.memory += size_of::<Retry>() + response.as_ref().map_or(0, Response::memory);
        query.over_tcp = Some(Box::new(Retry { at: flow.first, response }));
    }

    fn asked_over_tcp(&mut self, flow: &Flow, asked: Vec<DnsMessage>, answered: &[DnsMessage]) {
        let at = |half: &Half| half.data.map_or(flow.last, |(first, _)| first);
        for message in asked.into_iter().filter(|message| !message.is_response && message.opcode == 0) {
            let Some(question) = message.question else { continue };
            self.query(at(&flow.from_client), (flow.client, flow.server, message.id), question);
        }
        for message in answered.iter().filter(|message| message.is_response) {
            self.response(at(&flow.from_server), (flow.client, flow.server, message.id), message);
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

    fn response(&mut self, at: At, transaction: Transaction, message: &DnsMessage) {
        let asked = |query: &&mut Query| {
            message.question.as_ref().is_none_or(|q| q.name == query.name && q.kind == query.record_type)
        };
        let place = self.pending.get(&transaction).copied();
        let query = place.and_then(|(lookup, query)| self.lookups.get_mut(lookup)?.queries.get_mut(query));
        let (Some(query), Some(place)) = (query.filter(asked), place) else {
            return self.unasked(at, transaction, message);
        };
        if query.response.is_none() {
            let answer = response(at, message);
            self.take_answer(place, answer);
        }
    }

    /// Keeps the answer to the query at `place`; past the bound of memory, without its records.
    fn take_answer(&mut self, place: (usize, usize), mut answer: Response) {
        let Some(lookup) = self.lookups.get_mut(place.0) else { return };
        let room = if services::by_name(&lookup.name).is_some() { 2 } else { 1 };
        if self.memory + answer.memory() > room * LOOKUP_MEMORY {
            (answer.addresses, answer.answers) = (Vec::new(), Vec::new());
            answer.complete = false;
            self.omitted += 1;
        }
        self.memory += answer.memory();
        if answer.truncated {
            if self.truncated.len() >= TRUNCATED_ANSWERS {
                self.truncated.pop_front();
            }
            self.truncated.push_back(place);
        }
        if let Some(query) = lookup.queries.get_mut(place.1) {
            query.response = Some(answer);
        }
    }

    /// A response whose query is not in the capture, or was of another name on the same ports and ID.
    fn unasked(&mut self, at: At, transaction: Transaction, message: &DnsMessage) {
        let Some(question) = &message.question else { return };
        let (client, server, id) = transaction;
        let recent = self.recent.get(&client.ip).map_or(&[][..], Vec::as_slice);
        let earlier = recent.iter().rev().find_map(|&index| {
            let same = |q: &Query| {
                (q.client, q.server, q.id) == (client, server, id)
                    && q.response.is_none()
                    && (&q.name, q.record_type) == (&question.name, question.kind)
            };
            Some((index, self.lookups.get(index)?.queries.iter().position(same)?))
        });
        // A resolver takes no answer with another ID than its query's.
        let other_id = |q: &Query| {
            (q.client, q.server) == (client, server)
                && q.id != id
                && q.name == question.name
                && !q.sent.is_empty()
        };
        let mut recent = recent.iter().filter_map(|&index| self.lookups.get(index)).flat_map(|l| &l.queries);
        if earlier.is_none() && recent.any(other_id) {
            return;
        }
        let place = earlier.or_else(|| {
            self.add(at, transaction, question.clone(), Transmissions::new());
            self.pending.get(&transaction).copied()
        });
        let open = |&(lookup, query): &(usize, usize)| {
            self.lookups.get(lookup).and_then(|l| l.queries.get(query)).is_some_and(|q| q.response.is_none())
        };
        if let Some(place) = place.filter(open) {
            self.take_answer(place, response(at, message));
        }
    }
}

impl Response {
    /// Octets of memory it holds besides itself.
    fn memory(&self) -> usize {
        let text: usize = self.answers.iter().map(|answer| size_of::<String>() + 16 + answer.len()).sum();
        text + self.addresses.len() * ADDRESS_MEMORY
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

fn messages(stream: &[u8]) -> Vec<DnsMessage> {
    tcp_messages(stream).filter_map(DnsMessage::parse).take(QUERIES_PER_LOOKUP).collect()
}

fn names(message: &DnsMessage, query: &Query) -> bool {
    message.question.as_ref().is_none_or(|q| q.name == query.name && q.kind == query.record_type)
}

fn response(at: At, message: &DnsMessage) -> Response {
    Response {
        at,
        rcode: message.rcode,
        truncated: message.truncated,
        complete: message.complete,
        addresses: message.addresses().into_iter().filter(|_| usable_type(message)).collect(),
        answers: message.answers_text(),
    }
}

/// Whether the question, if it is there, was for addresses.
fn usable_type(message: &DnsMessage) -> bool {
    message
        .question
        .as_ref()
        .is_none_or(|q| matches!(q.kind, RecordType::A | RecordType::AAAA | RecordType::ANY))
}
