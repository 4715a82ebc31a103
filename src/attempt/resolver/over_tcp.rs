//! Look-ups over TCP: the retry after a truncated answer, or from the start.

use super::Resolver;
use super::answers::response;
use crate::attempt::{Query, Response, Retry};
use crate::flow::{Flow, Half};
use crate::limits::QUERIES_PER_LOOKUP;
use crate::proto::dns::{DnsMessage, tcp_messages};

impl Resolver {
    /// Takes a TCP connection to port 53: the retry after truncated responses, or a client that asks over TCP at once
    /// (RFC 7766 §5).
    pub fn take_flow(&mut self, flow: &Flow) {
        let mut asked: Vec<DnsMessage> = messages(flow.from_client.stream.contiguous());
        let mut answered = messages(flow.from_server.stream.contiguous());
        if asked.is_empty() && answered.is_empty() {
            if let Some(place) = self.truncated_before(flow, |_| true) {
                self.retried(place, flow, &[]);
            }
            return;
        }
        while let Some(place) = self.truncated_before(flow, |query| {
            asked.iter().chain(&answered).any(|message| names(message, query))
        }) {
            self.retried(place, flow, &answered);
            let Some(query) = self.query_at(place) else { break };
            asked.retain(|message| !names(message, query));
            answered.retain(|message| !names(message, query));
        }
        self.asked_over_tcp(flow, asked, &answered);
    }

    /// The latest of the truncated queries that may be asked again on `flow` and `is_asked`, no longer among those that wait for it.
    fn truncated_before(&mut self, flow: &Flow, is_asked: impl Fn(&Query) -> bool) -> Option<(usize, usize)> {
        let truncated = |query: &Query| {
            query.server.ip == flow.server.ip
                && query.client.ip == flow.client.ip
                && query.over_tcp.is_none()
                && query.response.as_ref().is_some_and(|r| r.truncated && r.at.before(flow.first))
                && is_asked(query)
        };
        let again = |place: &(usize, usize)| self.query_at(*place).is_some_and(truncated);
        let index = self.truncated.iter().rposition(again)?;
        self.truncated.remove(index)
    }

    fn query_at(&self, (lookup, query): (usize, usize)) -> Option<&Query> {
        self.lookups.get(lookup)?.queries.get(query)
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
        let unreadable = response.is_none() && flow.from_server.data.is_some();
        query.over_tcp = Some(Box::new(Retry { at: flow.first, response, unreadable }));
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
}

fn messages(stream: &[u8]) -> Vec<DnsMessage> {
    tcp_messages(stream).filter_map(DnsMessage::parse).take(QUERIES_PER_LOOKUP).collect()
}

fn names(message: &DnsMessage, query: &Query) -> bool {
    message.question.as_ref().is_none_or(|q| q.name == query.name && q.kind == query.record_type)
}
