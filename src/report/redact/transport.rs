//! What an IP packet carries: TCP, UDP and ICMP headers, and the payloads that are rewritten.

use std::net::IpAddr;

use super::octets::Octets;
use super::{Redactor, checksum, dns, http, tls};
use crate::limits::MAPPED_ADDRESSES;
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

impl Place {
    fn of(header: &Octets<'_>, ends: (IpAddr, IpAddr)) -> Option<Self> {
        let (from, to) = (Endpoint::new(ends.0, header.u16(0)?), Endpoint::new(ends.1, header.u16(2)?));
        let seq = SeqNumber(u32::from_be_bytes(header.array(4)?));
        Some(Self { ends: (from, to), seq, syn: header.old.get(13)? & 2 != 0 })
    }
}

impl Redactor {
    /// `payload` says whether what it carries may be looked at.
    pub(super) fn transport(
        &mut self,
        protocol: u8,
        ends: (IpAddr, IpAddr),
        octets: &mut Octets<'_>,
        payload: bool,
    ) {
        match protocol {
            TCP => self.tcp(octets, ends, payload),
            UDP => self.udp(octets, payload),
            ICMP | ICMPV6 if payload => self.icmp(octets, protocol == ICMPV6),
            _ => return,
        }
        // That of a fragment is over what other frames hold.
        if let Some(place) = sum_place(protocol) {
            octets.put(place, &[0, 0]);
        }
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

    fn tcp(&mut self, octets: &mut Octets<'_>, ends: (IpAddr, IpAddr), payload: bool) {
        octets.keep(0..20);
        let length = octets.old.get(12).map_or(20, |octet| usize::from(octet >> 4) * 4).max(20);
        options(&mut octets.part(20..length));
        let dns = [0, 2].into_iter().any(|at| octets.u16(at) == Some(DNS_PORT));
        let (end, place) = (octets.len(), Place::of(octets, ends));
        let mut data = octets.part(length..end);
        if !payload {
            return;
        }
        if dns {
            // Only a whole message: the middle of one would be misread.
            let whole = data.u16(0).is_some_and(|length| usize::from(length) + 2 == data.len());
            if whole {
                data.keep(0..2);
                let end = data.len();
                dns::rewrite(&mut data.part(2..end), self);
            }
        } else if let Some(from) = place.and_then(|place| self.record_in(place, data.old)) {
            let next = tls::rewrite(&mut data, from, self);
            self.note_record(place, next);
        } else {
            http::rewrite(&mut data);
        }
    }

    /// Where in a segment's payload a TLS record begins: at its start, or behind one that began in an earlier segment.
    fn record_in(&self, place: Place, data: &[u8]) -> Option<usize> {
        let known = self.records.get(&place.ends).filter(|_| !place.syn);
        let distance = known.and_then(|next| usize::try_from(next.0.wrapping_sub(place.seq.0)).ok());
        let inside = distance.filter(|distance| data.get(*distance..).is_some_and(tls::is_record));
        inside.or_else(|| tls::is_record(data).then_some(0))
    }

    fn note_record(&mut self, place: Option<Place>, next: usize) {
        let Some(place) = place else { return };
        if self.records.len() >= MAPPED_ADDRESSES {
            self.records.clear();
        }
        self.records.insert(place.ends, place.seq + u32::try_from(next).unwrap_or(0));
    }

    fn udp(&mut self, octets: &mut Octets<'_>, payload: bool) {
        octets.keep(0..UDP_HEADER);
        let dns = [0, 2].into_iter().any(|at| octets.u16(at) == Some(DNS_PORT));
        if dns && payload {
            let end = octets.len();
            dns::rewrite(&mut octets.part(UDP_HEADER..end), self);
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
        octets.keep(at..at + if matches!(kind, 2..=5 | 8) { length } else { 2 });
        at += length;
    }
}
