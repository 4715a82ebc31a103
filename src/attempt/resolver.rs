//! Gathers look-ups out of DNS messages while packets pass.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use crate::flow::Flow;
use crate::limits::{LOOKUPS, QUERIES_PER_LOOKUP};
use crate::model::{At, Endpoint, HostName, Span};
use crate::net::{IcmpError, UdpDatagram};
use crate::proto::dns::{DnsMessage, Question, RecordType, tcp_messages};

use super::services;
use super::{Lookup, Query, Response};

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
    /// Look-ups left out for a limit.
    pub omitted: u64,
}

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
            query.icmp.get_or_insert((at, *error));
        }
    }

    /// Takes a TCP connection to port 53: the retry after a truncated response.
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
        let queries = self.lookups.iter_mut().rev().flat_map(|lookup| lookup.queries.iter_mut().rev());
        if let Some(query) = queries.into_iter().find(|query| truncated(query)) {
            let answer = answered.iter().find(|m| m.is_response && names(m, query));
            let at = flow.from_server.data.map_or(flow.last, |(first, _)| first);
            query.over_tcp = Some((flow.first, answer.map(|message| response(at, message))));
        } else {
            self.take_tcp_only(flow, asked, &answered);
        }
    }

    /// A resolver that uses TCP from the start: each query and response as if it had come by itself.
    fn take_tcp_only(&mut self, flow: &Flow, asked: Vec<DnsMessage>, answered: &[DnsMessage]) {
        let sent = flow.from_client.data.map_or(flow.first, |(first, _)| first);
        for message in asked.into_iter().filter(|message| !message.is_response) {
            let transaction = (flow.client, flow.server, message.id);
            if let Some(question) = message.question {
                self.query(sent, transaction, question);
            }
        }
        let at = flow.from_server.data.map_or(flow.last, |(first, _)| first);
        for message in answered.iter().filter(|message| message.is_response) {
            self.response(at, (flow.client, flow.server, message.id), message);
        }
    }

    /// All look-ups, in order of their first frame.
    pub fn finish(self) -> Vec<Lookup> {
        self.lookups
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
                query.sent.push(at);
                return;
            }
        }
        self.add(at, transaction, question, vec![at]);
    }

    /// The latest query of `transaction`, if it was for `question`.
    fn same(&mut self, transaction: &Transaction, question: &Question) -> Option<&mut Query> {
        let &(lookup, query) = self.pending.get(transaction)?;
        let query = self.lookups.get_mut(lookup)?.queries.get_mut(query)?;
        (query.name == question.name && query.record_type == question.kind).then_some(query)
    }

    fn add(&mut self, at: At, transaction: Transaction, question: Question, sent: Vec<At>) {
        let (client, server, id) = transaction;
        let lookup = self.lookup_for(at, client.ip, &question);
        let Some(place) = lookup.and_then(|index| self.lookups.get_mut(index).map(|found| (index, found)))
        else {
            self.omitted += 1;
            return;
        };
        let (index, lookup) = place;
        if lookup.queries.len() >= QUERIES_PER_LOOKUP {
            return;
        }
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
        let recent = self.recent.entry(client).or_default();
        let belongs = |&&index: &&usize| {
            let lookup = self.lookups.get(index);
            lookup.is_some_and(|found| {
                related(found, &question.name) && found.goes_on(&question.name, question.kind, at)
            })
        };
        if let Some(&open) = recent.iter().rev().find(belongs) {
            return Some(open);
        }
        if self.lookups.len() >= LOOKUPS {
            return None;
        }
        let index = self.lookups.len();
        let name = services::without_suffix(&question.name).unwrap_or_else(|| question.name.clone());
        self.lookups.push(Lookup { client, name, for_proxy: false, queries: Vec::new() });
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
        match query.filter(asked) {
            Some(query) => {
                query.response.get_or_insert_with(|| response(at, message));
            }
            None => self.unasked(at, transaction, message),
        }
    }

    /// A response whose query is not in the capture, or was of another name on the same ports and ID.
    fn unasked(&mut self, at: At, transaction: Transaction, message: &DnsMessage) {
        let Some(question) = &message.question else { return };
        let (client, server, id) = transaction;
        let earlier = self.lookups.iter_mut().rev().take(RECENT).flat_map(|lookup| lookup.queries.iter_mut());
        let mut earlier =
            earlier.filter(|q| (q.client, q.server, q.id) == (client, server, id) && q.response.is_none());
        if let Some(query) = earlier.find(|q| q.name == question.name && q.record_type == question.kind) {
            query.response = Some(response(at, message));
            return;
        }
        self.add(at, transaction, question.clone(), Vec::new());
        let place = self.pending.get(&transaction).copied();
        if let Some(query) =
            place.and_then(|(lookup, query)| self.lookups.get_mut(lookup)?.queries.get_mut(query))
        {
            query.response.get_or_insert_with(|| response(at, message));
        }
    }
}

/// Whether a query for `name` can be part of `lookup`: the same name, or one with a search suffix behind the other.
fn related(lookup: &Lookup, name: &HostName) -> bool {
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
    services::without_suffix(name).as_ref() == Some(&lookup.name)
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
