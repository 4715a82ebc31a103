//! What an IP packet carries: TCP, UDP and ICMP headers, and the payloads that are rewritten.

use std::net::IpAddr;

use super::octets::Octets;
use super::{Redactor, checksum, dns, tls};
use crate::limits::{MAPPED_ADDRESSES, REDACTED_IN_CLEAR};
use crate::model::{Endpoint, SeqNumber};

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
const DNS_PORT: u16 = 53;
/// Octets of a UDP header.
pub(super) const UDP_HEADER: usize = 8;
/// The option that is padding (RFC 9293 §3.2; the same number in IPv4).
pub(super) const NO_OPERATION: u8 = 1;

/// Where a segment's payload stands.
#[derive(Clone, Copy)]
struct Place {
    /// Sender and receiver.
    ends: (Endpoint, Endpoint),
    seq: SeqNumber,
    syn: bool,
}

/// Where in one direction of a connection the next TLS record goes on.
#[derive(Debug)]
pub(super) struct Records {
    next: SeqNumber,
    /// Octets of its header that stand before.
    head: Vec<u8>,
}

impl Place {
    fn of(header: &Octets<'_>, ends: (IpAddr, IpAddr)) -> Option<Self> {
        let (from, to) = (Endpoint::new(ends.0, header.u16(0)?), Endpoint::new(ends.1, header.u16(2)?));
        let seq = SeqNumber(u32::from_be_bytes(header.array(4)?));
        Some(Self { ends: (from, to), seq, syn: header.old.get(13)? & 2 != 0 })
    }
}

impl Redactor {
    /// `payload` says whether what it carries may be looked at. Where it is to be cut, if so.
    pub(super) fn transport(
        &mut self,
        protocol: u8,
        ends: (IpAddr, IpAddr),
        octets: &mut Octets<'_>,
        payload: bool,
    ) -> Option<usize> {
        let mut cut = None;
        match protocol {
            TCP => cut = self.tcp(octets, ends, payload),
            UDP => self.udp(octets, payload),
            ICMP | ICMPV6 if payload => self.icmp(octets, protocol == ICMPV6),
            _ => return None,
        }
        // That of a fragment is over what other frames hold.
        if let Some(place) = sum_place(protocol) {
            octets.put(place, &[0, 0]);
        }
        cut
    }

    /// Writes the transport's checksum over what is there.
    pub(super) fn sum(protocol: u8, ends: (IpAddr, IpAddr), octets: &mut Octets<'_>) {
        let Some(sum_at) = sum_place(protocol) else { return };
        let sum = match protocol {
            ICMP => checksum::of(octets.new),
            _ => checksum::of_transport(ends.0, ends.1, protocol, octets.new),
        };
        // Zero would mean that there is none (RFC 768).
        octets.put(sum_at, if protocol == UDP && sum == [0, 0] { &[0xff, 0xff] } else { &sum });
    }

    /// Where the segment is to be cut, if so: in front of what cannot be told from what came before.
    fn tcp(&mut self, octets: &mut Octets<'_>, ends: (IpAddr, IpAddr), payload: bool) -> Option<usize> {
        octets.keep(0..20);
        let length = octets.old.get(12).map_or(20, |octet| usize::from(octet >> 4) * 4).max(20);
        options(&mut octets.part(20..length));
        let dns = [0, 2].into_iter().any(|at| octets.u16(at) == Some(DNS_PORT));
        let place = Place::of(octets, ends).filter(|_| payload)?;
        let end = octets.len();
        let mut data = octets.part(length..end);
        if dns {
            // Only a whole message: the middle of one would be misread.
            let whole = data.u16(0).is_some_and(|length| usize::from(length) + 2 == data.len());
            if whole {
                data.keep(0..2);
                let end = data.len();
                dns::rewrite(&mut data.part(2..end), self);
            }
            return None;
        }
        if place.syn {
            self.clear.remove(&place.ends);
        }
        if self.records(place, &mut data) || data.len() == 0 {
            return None;
        }
        if self.clear.len() >= REDACTED_IN_CLEAR {
            self.clear.clear();
        }
        let placed = self.clear.entry(place.ends).or_default().rewrite(place.seq, &mut data);
        (!placed).then_some(length)
    }

    /// Rewrites a segment's payload if a TLS record begins in it: at its start, or behind one that began in an earlier segment,
    /// where that one's header may have begun too.
    fn records(&mut self, place: Place, data: &mut Octets<'_>) -> bool {
        let known = self.records.get(&place.ends).filter(|_| !place.syn);
        let head = known.filter(|known| known.next == place.seq).map_or(&[][..], |known| &known.head);
        let old = [head, data.old].concat();
        let distance = known.and_then(|known| usize::try_from(known.next.distance(place.seq)).ok());
        let before = head.len();
        let begins = |place: usize, known: bool| {
            let rest = old.get(place..).unwrap_or_default();
            tls::is_record(rest) || known && !rest.is_empty() && tls::may_be_record(rest)
        };
        let behind = distance.filter(|distance| head.is_empty() && begins(*distance, true));
        let Some(from) = behind.or_else(|| begins(0, before > 0).then_some(0)) else { return false };
        let mut new = vec![0; old.len()];
        let next = tls::rewrite(&mut Octets { old: &old, new: &mut new }, from, self);
        data.put(0, new.get(before..).unwrap_or_default());
        self.clear.remove(&place.ends);
        if self.records.len() >= MAPPED_ADDRESSES {
            self.records.clear();
        }
        let head = old.get(next..).filter(|rest| tls::may_be_record(rest)).unwrap_or_default().to_vec();
        let length = u32::try_from(next + head.len() - before.min(next)).unwrap_or(0);
        self.records.insert(place.ends, Records { next: place.seq + length, head });
        true
    }

    fn udp(&mut self, octets: &mut Octets<'_>, payload: bool) {
        octets.keep(0..UDP_HEADER);
        let dns = [0, 2].into_iter().any(|at| octets.u16(at) == Some(DNS_PORT));
        let end = octets.len();
        if dns && payload {
            dns::rewrite(&mut octets.part(UDP_HEADER..end), self);
        } else if dns {
            // A quoted query is told by its number.
            octets.keep(UDP_HEADER..UDP_HEADER + 2);
        }
    }
}

/// Where a transport's checksum stands in its header.
fn sum_place(protocol: u8) -> Option<usize> {
    match protocol {
        TCP => Some(16),
        UDP => Some(6),
        ICMP | ICMPV6 => Some(2),
        _ => None,
    }
}

/// TCP options: those that are numbers of the connection as they are, of others kind and length.
fn options(octets: &mut Octets<'_>) {
    let mut at = 0;
    while let Some(kind) = octets.old.get(at).copied().filter(|kind| *kind != 0) {
        if kind == NO_OPERATION {
            octets.keep(at..at + 1);
            at += 1;
            continue;
        }
        let length = octets.old.get(at + 1).map_or(0, |length| usize::from(*length));
        if length < 2 {
            return;
        }
        // Segment size, window scale, selective acknowledgement, timestamps (RFC 9293 §3.2, RFC 7323, RFC 2018).
        let numbers = matches!((kind, length), (2, 4) | (3, 3) | (4, 2) | (5, 10 | 18 | 26 | 34) | (8, 10));
        octets.keep(at..at + if numbers { length } else { 2 });
        at += length;
    }
}
