//! Frames with other addresses and without what could hold a secret. Nothing is copied but what is known to be harmless: the
//! new frame begins as zeros.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::{Redactor, checksum, dns, http, tls};
use crate::capture::{Frame, LinkType};
use crate::limits::MAPPED_ADDRESSES;
use crate::model::{Endpoint, SeqNumber};
use crate::net::{Anatomy, Header, Inside};

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AH: u8 = 51;
const ICMPV6: u8 = 58;
const DNS_PORT: u16 = 53;
/// Octets of a UDP header.
const UDP_HEADER: usize = 8;
/// The option that is padding (RFC 9293 §3.2; the same number in IPv4).
const NO_OPERATION: u8 = 1;

/// Octets as captured, and the same place in the new frame.
pub(super) struct Octets<'a> {
    pub old: &'a [u8],
    pub new: &'a mut [u8],
}

impl Octets<'_> {
    /// A part of them; what lies outside is empty.
    pub(super) fn part(&mut self, range: Range<usize>) -> Octets<'_> {
        let end = range.end.min(self.old.len());
        let range = range.start.min(end)..end;
        Octets {
            old: self.old.get(range.clone()).unwrap_or_default(),
            new: self.new.get_mut(range).unwrap_or_default(),
        }
    }

    /// Copies a part as it is.
    pub(super) fn keep(&mut self, range: Range<usize>) {
        let part = self.part(range);
        part.new.copy_from_slice(part.old);
    }

    /// Writes over what stands at `at`, if it is there.
    pub(super) fn put(&mut self, at: usize, octets: &[u8]) {
        if let Some(place) = self.new.get_mut(at..at + octets.len()) {
            place.copy_from_slice(octets);
        }
    }

    /// As captured.
    pub(super) fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.old.get(at..)?.first_chunk().copied()
    }

    /// As captured.
    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_be_bytes)
    }

    pub(super) fn len(&self) -> usize {
        self.old.len()
    }
}

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
    /// The octets to show for those of `frame`: as many, with the same headers.
    pub fn frame(&mut self, frame: &Frame<'_>) -> Vec<u8> {
        let mut new = vec![0; frame.data.len()];
        self.octets(&Anatomy::of(frame), &mut Octets { old: frame.data, new: &mut new }, true);
        new
    }

    /// `payload` says whether what a transport carries may be looked at; a quoted packet's may not.
    fn octets(&mut self, anatomy: &Anatomy, octets: &mut Octets<'_>, payload: bool) {
        let ends = anatomy.headers.iter().skip(1).map(|(_, start)| *start).chain([anatomy.inside]);
        let kinds = anatomy.headers.iter().skip(1).map(|(header, _)| Some(*header)).chain([None]);
        for (((header, start), end), next) in anatomy.headers.iter().zip(ends).zip(kinds) {
            self.header(*header, &mut octets.part(*start..end), next == Some(Header::Vxlan));
        }
        let mut inside = octets.part(anatomy.inside..anatomy.end);
        match anatomy.content {
            Inside::Arp => self.arp(&mut inside),
            Inside::Ip { protocol, source, destination, fragment } => {
                let ends = (self.addresses.ip(source), self.addresses.ip(destination));
                match fragment {
                    None => {
                        self.transport(protocol, ends, &mut inside, payload);
                        Self::sum(protocol, ends, &mut inside);
                    }
                    Some(0) => self.transport(protocol, ends, &mut inside, false),
                    Some(_) => {}
                }
            }
            Inside::Opaque => {}
        }
    }

    fn header(&mut self, header: Header, octets: &mut Octets<'_>, udp_behind: bool) {
        match header {
            Header::Ethernet => {
                octets.keep(12..octets.len());
                self.mac(octets, 0);
                self.mac(octets, 6);
            }
            Header::Link(LinkType::LINUX_SLL) => {
                octets.keep(0..6);
                octets.keep(14..octets.len());
                self.mac(octets, 6);
            }
            Header::Link(LinkType::LINUX_SLL2) => {
                octets.keep(0..12);
                // The interface's number tells nothing; its address does.
                self.mac(octets, 12);
            }
            Header::Secured => {
                octets.keep(0..6);
                // The channel's identifier begins with its sender's address (IEEE 802.1AE §9.9).
                self.mac(octets, 6);
                octets.keep(octets.len().saturating_sub(4).max(6)..octets.len());
            }
            Header::Link(_) | Header::Tag | Header::Gre | Header::Vxlan => octets.keep(0..octets.len()),
            Header::Ip => self.ip_header(octets, udp_behind),
        }
    }

    fn mac(&mut self, octets: &mut Octets<'_>, at: usize) {
        if let Some(mac) = octets.array(at) {
            octets.put(at, &self.addresses.mac(mac));
        }
    }

    fn ip(&mut self, octets: &mut Octets<'_>, at: usize, v6: bool) {
        let ip = if v6 {
            octets.array::<16>(at).map(|octets| IpAddr::from(Ipv6Addr::from(octets)))
        } else {
            octets.array::<4>(at).map(|octets| IpAddr::from(Ipv4Addr::from(octets)))
        };
        match ip.map(|ip| self.addresses.ip(ip)) {
            Some(IpAddr::V4(ip)) => octets.put(at, &ip.octets()),
            Some(IpAddr::V6(ip)) => octets.put(at, &ip.octets()),
            None => {}
        }
    }

    fn ip_header(&mut self, octets: &mut Octets<'_>, udp_behind: bool) {
        let first = octets.old.first().copied().unwrap_or_default();
        let (fixed, whole, next) = if first >> 4 == 6 {
            (40, 40, octets.old.get(6).copied())
        } else {
            (20, usize::from(first & 0xf) * 4, octets.old.get(9).copied())
        };
        octets.keep(0..fixed);
        if fixed == 40 {
            self.ip(octets, 8, true);
            self.ip(octets, 24, true);
        } else {
            self.ip(octets, 12, false);
            self.ip(octets, 16, false);
            octets.part(20..whole).new.fill(NO_OPERATION);
            octets.put(10, &[0, 0]);
            let sum = checksum::of(octets.part(0..whole).new);
            octets.put(10, &sum);
        }
        let behind = octets.len().saturating_sub(if udp_behind { UDP_HEADER } else { 0 });
        extensions(&mut octets.part(whole..behind), next.unwrap_or_default());
        // Without a checksum (RFC 7348 §4.3), as tunnels have it.
        octets.keep(behind..(behind + 6).min(octets.len()));
    }

    fn arp(&mut self, octets: &mut Octets<'_>) {
        octets.keep(0..8);
        if let (Some(0x0800), Some([6, 4])) = (octets.u16(2), octets.array(4)) {
            for (mac, ip) in [(8, 14), (18, 24)] {
                self.mac(octets, mac);
                self.ip(octets, ip, false);
            }
        }
    }

    fn transport(&mut self, protocol: u8, ends: (IpAddr, IpAddr), octets: &mut Octets<'_>, payload: bool) {
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
    fn sum(protocol: u8, ends: (IpAddr, IpAddr), octets: &mut Octets<'_>) {
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

    /// Errors with the packet they quote, and neighbour discovery; of others the kind.
    fn icmp(&mut self, octets: &mut Octets<'_>, v6: bool) {
        octets.keep(0..4);
        let kind = octets.old.first().copied().unwrap_or_default();
        let end = octets.len();
        match (v6, kind) {
            (false, 3 | 11 | 12) | (true, 1..=4) => {
                // Not the length of the quoted packet (RFC 4884 §4): what stands behind it, an interface's name for one, goes.
                octets.keep(if v6 { 4..8 } else { 6..8 });
                if v6 && kind != 2 {
                    octets.put(4, &[0]);
                }
                let mut quoted = octets.part(8..end);
                let anatomy = Anatomy::of_ip(quoted.old);
                self.octets(&anatomy, &mut quoted, false);
            }
            (true, 135 | 136) => {
                octets.keep(4..8);
                self.ip(octets, 8, true);
                self.neighbour_options(&mut octets.part(24..end));
            }
            _ => {}
        }
    }

    fn neighbour_options(&mut self, octets: &mut Octets<'_>) {
        let mut at = 0;
        while let Some([kind, units]) = octets.array::<2>(at).filter(|[_, units]| *units > 0) {
            octets.keep(at..at + 2);
            if matches!(kind, 1 | 2) {
                self.mac(octets, at + 2);
            }
            at += usize::from(units) * 8;
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

/// IPv6's extension headers and AH: what they are and how long, not what they hold.
fn extensions(octets: &mut Octets<'_>, first: u8) {
    let (mut at, mut kind) = (0, first);
    while let Some([next, length]) = octets.array::<2>(at) {
        let (kept, whole) = match kind {
            AH => (12, (usize::from(length) + 2) * 4),
            FRAGMENT => (8, 8),
            // A routing header with nothing left to visit.
            ROUTING => (3, (usize::from(length) + 1) * 8),
            _ => (2, (usize::from(length) + 1) * 8),
        };
        octets.keep(at..at + kept);
        (at, kind) = (at + whole, next);
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
