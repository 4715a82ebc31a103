//! Answers, to the queries they belong to.

use super::{Resolver, Transaction};
use crate::attempt::{Query, Response, services};
use crate::limits::{LOOKUP_MEMORY, TRUNCATED_ANSWERS};
use crate::model::{At, Transmissions};
use crate::proto::dns::{DnsMessage, RecordType};

/// Octets that an answered address takes, here and where connections are told by it.
const ADDRESS_MEMORY: usize = 128;

impl Resolver {
    /// Takes an answer, to the query of `transaction` if it is in the capture.
    pub(super) fn response(&mut self, at: At, transaction: Transaction, message: &DnsMessage) {
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
                && (&q.name, q.record_type) == (&question.name, question.kind)
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
    pub(super) fn memory(&self) -> usize {
        let text: usize = self.answers.iter().map(|answer| size_of::<String>() + 16 + answer.len()).sum();
        text + self.addresses.len() * ADDRESS_MEMORY
    }
}

pub(super) fn response(at: At, message: &DnsMessage) -> Response {
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
