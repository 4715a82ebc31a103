//! DNS look-ups: all queries of one client for one wanted name.

use std::net::IpAddr;

use crate::model::{At, Endpoint, HostName, Span, Transmissions};
use crate::net::IcmpError;
use crate::proto::dns::{Rcode, RecordType};

/// Further queries belong to the look-up until so long after a failing answer.
const AFTER_FAILURE: Span = Span::seconds(5);
/// Further queries belong to the look-up until so long after the last one, while nothing answers.
const AFTER_SILENCE: Span = Span::seconds(15);

/// All queries of one client for one wanted name: every record type, every server, repetitions, with or without suffixes.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// Who asks.
    pub client: IpAddr,
    /// The name wanted, without search suffix.
    pub name: HostName,
    /// Whether it is the proxy's name rather than the service's.
    pub for_proxy: bool,
    /// Its queries in order of their first transmission.
    pub queries: Vec<Query>,
}

/// One question to one server.
#[derive(Debug, Clone)]
pub struct Query {
    /// The name as asked, suffix included.
    pub name: HostName,
    /// The type asked for.
    pub record_type: RecordType,
    /// The client's end.
    pub client: Endpoint,
    /// The server's end.
    pub server: Endpoint,
    /// DNS message ID.
    pub id: u16,
    /// Each time it was sent (empty when only the response is in the capture).
    pub sent: Transmissions,
    /// What came back first.
    pub response: Option<Response>,
    /// An ICMP error about it, sent to the client.
    pub icmp: Option<Box<(At, IcmpError)>>,
    /// The client's own ICMP port-unreachable to a response: it had given up.
    pub refused_by_client: Option<At>,
    /// The retry over TCP after a truncated response.
    pub over_tcp: Option<Box<Retry>>,
}

/// A question asked again over TCP.
#[derive(Debug, Clone)]
pub struct Retry {
    /// First frame of its connection.
    pub at: At,
    /// What came back over it.
    pub response: Option<Response>,
    /// Whether the server said something that cannot be read.
    pub unreadable: bool,
}

/// A DNS response.
#[derive(Debug, Clone)]
pub struct Response {
    /// Where.
    pub at: At,
    /// Response code, extended by EDNS.
    pub rcode: Rcode,
    /// The TC bit.
    pub truncated: bool,
    /// Whether all of it could be read.
    pub complete: bool,
    /// Addresses answered.
    pub addresses: Vec<IpAddr>,
    /// Answers as text, CNAMEs included.
    pub answers: Vec<String>,
}

impl Response {
    /// Whether the capture cut a good answer: it may hold an address that cannot be read.
    pub fn is_cut(&self) -> bool {
        self.rcode == Rcode::NO_ERROR && !self.complete
    }
}

impl Query {
    /// Its first frame.
    pub fn first(&self) -> Option<At> {
        self.sent.first().copied().or(self.response.as_ref().map(|response| response.at))
    }

    /// Its last frame, answers included.
    pub fn last(&self) -> Option<At> {
        let tcp = self
            .over_tcp
            .as_ref()
            .map(|retry| retry.response.as_ref().map_or(retry.at, |response| response.at));
        let ends = [self.sent.last().copied(), self.response.as_ref().map(|response| response.at)];
        let icmp = self.icmp.as_deref().map(|(at, _)| *at);
        ends.into_iter().chain([icmp, self.refused_by_client, tcp]).flatten().max_by(|a: &At, b| a.order(*b))
    }

    /// The response that counts: that over TCP where one came, else the first over UDP unless the client refused it.
    pub fn answer(&self) -> Option<&Response> {
        let tcp = self.over_tcp.as_ref().and_then(|retry| retry.response.as_ref());
        tcp.or(self.response.as_ref().filter(|_| self.refused_by_client.is_none()))
    }

    /// The answer, if it has an address.
    pub fn usable(&self) -> Option<&Response> {
        let good = |response: &&Response| response.rcode == Rcode::NO_ERROR && !response.truncated;
        self.answer().filter(good).filter(|response| !response.addresses.is_empty())
    }

    /// The addresses answered, also by a truncated response.
    pub fn addresses(&self) -> &[IpAddr] {
        self.answer().map(|response| response.addresses.as_slice()).unwrap_or_default()
    }
}

impl Lookup {
    /// Its first frame.
    pub fn first(&self) -> Option<At> {
        self.queries.iter().filter_map(Query::first).min_by(|a: &At, b| a.order(*b))
    }

    /// Its last frame.
    pub fn last(&self) -> Option<At> {
        self.queries.iter().filter_map(Query::last).max_by(|a: &At, b| a.order(*b))
    }

    /// The first answer with an address.
    pub fn usable(&self) -> Option<&Response> {
        self.queries.iter().filter_map(Query::usable).min_by(|a, b| a.at.order(b.at))
    }

    /// Whether it answered `ip`.
    pub fn answered(&self, ip: IpAddr) -> bool {
        self.queries.iter().any(|query| query.addresses().contains(&ip))
    }

    /// Frames of all its queries and answers.
    pub fn frames(&self) -> u64 {
        let count = |query: &Query| {
            let answers = u64::from(query.response.is_some()) + u64::from(query.icmp.is_some());
            query.sent.len() as u64 + answers + u64::from(query.refused_by_client.is_some())
        };
        self.queries.iter().map(count).sum()
    }

    /// Whether a query for `name` and `kind` at `at` still belongs to it. It ends with a usable answer (but the other
    /// address type may follow), or 5 s after a failing one, or 15 s after the last query when nothing answers.
    pub(super) fn goes_on(&self, name: &HostName, kind: RecordType, at: At) -> bool {
        if let Some(usable) = self.usable() {
            let sibling = |query: &Query| query.name == *name && query.record_type == kind;
            let open = self.queries.iter().any(|query| sibling(query) && query.answer().is_none());
            // Another server is asked for the type that the first has no address of.
            let answered = self.queries.iter().any(|query| sibling(query) && query.usable().is_some());
            return open || (!answered && (at.time - usable.at.time).may_be_within(AFTER_FAILURE));
        }
        let silent = self.queries.iter().any(|query| query.response.is_none() && query.icmp.is_none());
        let pause = if silent { AFTER_SILENCE } else { AFTER_FAILURE };
        self.last().is_none_or(|last| (at.time - last.time).may_be_within(pause))
    }
}
