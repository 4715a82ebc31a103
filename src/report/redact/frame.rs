//! Frames with other addresses and without what could hold a secret. Nothing is copied but what is known to be harmless: the
//! new frame begins as zeros.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Redactor;
use super::checksum;
use super::octets::Octets;
use super::transport::{NO_OPERATION, UDP_HEADER};
use crate::capture::{Frame, LinkType};
use crate::net::{Anatomy, Header, Inside};

/// Octets shown of what a fragment carries: the first one's ports.
const FRAGMENT_SHOWN: usize = 8;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AH: u8 = 51;

impl Redactor {
    /// The octets to show for those of `frame`: as many, with the same headers; fewer, as if the capture had cut it, where
    /// nothing can be told of what it carries.
    pub fn frame(&mut self, frame: &Frame<'_>) -> Vec<u8> {
        let mut new = vec![0; frame.data.len()];
        let shown = self.octets(&Anatomy::of(frame), &mut Octets { old: frame.data, new: &mut new }, true);
        new.truncate(shown);
        new
    }

    /// How many octets are to be shown. `payload` says whether what a transport carries may be looked at; a quoted packet's may
    /// not.
    pub(super) fn octets(&mut self, anatomy: &Anatomy, octets: &mut Octets<'_>, payload: bool) -> usize {
        let ends = anatomy.headers.iter().skip(1).map(|(_, start)| *start).chain([anatomy.inside]);
        let kinds = anatomy.headers.iter().skip(1).map(|(header, _)| Some(*header)).chain([None]);
        for (((header, start), end), next) in anatomy.headers.iter().zip(ends).zip(kinds) {
            self.header(*header, &mut octets.part(*start..end), next == Some(Header::Vxlan));
        }
        let whole = octets.len();
        let mut inside = octets.part(anatomy.inside..anatomy.end);
        match anatomy.content {
            Inside::Arp => self.arp(&mut inside),
            Inside::Ip { protocol, source, destination, fragment } => {
                let ends = (self.addresses.ip(source), self.addresses.ip(destination));
                let cut = match fragment {
                    None => {
                        let cut = self.transport(protocol, ends, &mut inside, payload);
                        Self::sum(protocol, ends, &mut inside);
                        cut
                    }
                    Some(0) => {
                        self.transport(protocol, ends, &mut inside, false);
                        Some(FRAGMENT_SHOWN)
                    }
                    Some(_) => Some(0),
                };
                return cut.map_or(whole, |cut| anatomy.inside + cut);
            }
            Inside::Opaque => {}
        }
        whole
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

    pub(super) fn mac(&mut self, octets: &mut Octets<'_>, at: usize) {
        if let Some(mac) = octets.array(at) {
            octets.put(at, &self.addresses.mac(mac));
        }
    }

    pub(super) fn ip(&mut self, octets: &mut Octets<'_>, at: usize, v6: bool) {
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
