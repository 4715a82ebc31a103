//! ARP and IPv6 neighbour discovery for the switch's next hop.

use std::collections::HashMap;
use std::net::IpAddr;

use smallvec::smallvec;

use crate::limits::{REPEATS_PER_QUERY, RESOLUTIONS};
use crate::model::{At, MacAddress, Span, Transmissions};
use crate::net::{Arp, ArpOperation};

/// Requests for one target this far apart belong to different tries.
const PAUSE: Span = Span::seconds(60);

/// The same request this soon is a copy of the frame (a second capture point, the same broadcast in another VLAN); nobody
/// repeats one within a second (RFC 1122 §2.3.2.1, RFC 4861 §10).
const COPY: Span = Span::millis(100);

/// One try to find a hardware address.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// Who asks.
    pub client: IpAddr,
    /// Whose hardware address is wanted.
    pub target: IpAddr,
    /// Requests, in order.
    pub requests: Transmissions,
    /// The first reply and the address in it.
    pub reply: Option<(At, Option<MacAddress>)>,
}

impl Resolution {
    /// The first request, or the reply when no request was captured.
    pub fn first(&self) -> Option<At> {
        self.requests.first().copied().or(self.reply.map(|(at, _)| at))
    }

    /// The last request.
    pub fn last(&self) -> Option<At> {
        self.requests.last().copied()
    }

    /// Whether another request at `at` belongs to it.
    fn goes_on(&self, at: At) -> bool {
        self.reply.is_none() && self.last().is_none_or(|last| (at.time - last.time).may_be_within(PAUSE))
    }
}

/// Gathers resolutions while packets pass.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    tries: Vec<Resolution>,
    open: HashMap<(IpAddr, IpAddr), usize>,
    /// Tries left out for a limit.
    pub omitted: u64,
}

impl Neighbours {
    /// Takes an ARP or neighbour discovery message.
    pub fn take(&mut self, at: At, arp: &Arp) {
        match arp.operation {
            ArpOperation::Request if arp.sender != arp.target && !arp.sender.is_unspecified() => {
                self.request(at, arp.sender, arp.target);
            }
            ArpOperation::Reply => self.reply(at, arp),
            ArpOperation::Request => {}
        }
    }

    /// All tries, in order of their first request.
    pub fn finish(self) -> Vec<Resolution> {
        self.tries
    }

    fn request(&mut self, at: At, client: IpAddr, target: IpAddr) {
        let open = self.open.get(&(client, target)).copied();
        let last = open.and_then(|index| self.tries.get(index)).and_then(Resolution::last);
        if last.is_some_and(|last| at.time - last.time <= COPY) {
            return;
        }
        let goes_on = open.and_then(|index| self.tries.get(index)).is_some_and(|open| open.goes_on(at));
        if let Some(open) = open.filter(|_| goes_on).and_then(|index| self.tries.get_mut(index)) {
            push_or_replace(&mut open.requests, at);
        } else if self.tries.len() < RESOLUTIONS {
            self.open.insert((client, target), self.tries.len());
            self.tries.push(Resolution { client, target, requests: smallvec![at], reply: None });
        } else {
            self.omitted += 1;
        }
    }

    fn reply(&mut self, at: At, arp: &Arp) {
        let asked = self.open.get(&(arp.target, arp.sender)).and_then(|&index| self.tries.get_mut(index));
        if let Some(asked) = asked {
            asked.reply.get_or_insert((at, arp.sender_mac));
        }
    }
}

/// One more transmission: the first ones are kept, and the last.
pub(super) fn push_or_replace(transmissions: &mut Transmissions, at: At) {
    transmissions.truncate(REPEATS_PER_QUERY - 1);
    transmissions.push(at);
}
