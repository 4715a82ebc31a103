//! Reassembly of IP fragments (RFC 791 §3.2, RFC 8200 §4.5), bounded in number, size and time.
//!
//! The first octets captured for a place win, overlaps are tolerated: what counts is to read what the receiver most likely
//! read, not to police it.

use std::net::IpAddr;

use super::ip::{Fragment, IpPacket};
use super::octets::Octets;
use crate::limits::{FRAGMENT_LIFETIME_SECONDS, MAX_DATAGRAM, MAX_FRAGMENTED_DATAGRAMS};
use crate::model::{Span, Timestamp};

/// How reassembly went over the whole capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FragmentCounts {
    /// Fragments seen.
    pub fragments: u64,
    /// Datagrams put together.
    pub reassembled: u64,
    /// Datagrams given up: a fragment missing when its time was over.
    pub expired: u64,
    /// Datagrams given up because too many were open at once.
    pub evicted: u64,
}

/// Datagrams of which fragments are missing, oldest first.
#[derive(Debug, Default)]
pub(super) struct Reassembler {
    open: Vec<Datagram>,
    whole: Vec<u8>,
    counts: FragmentCounts,
}

/// A payload put together, still held by the reassembler.
pub(super) struct Whole {
    /// Octets of the headers in front of the first fragment's payload.
    pub header_len: u32,
    /// What the payload is, as the first fragment says (RFC 8200 §4.5).
    pub protocol: u8,
    pub captured: usize,
    pub wire: u32,
}

impl Reassembler {
    pub(super) fn counts(&self) -> FragmentCounts {
        self.counts
    }

    /// Adds a fragment; answers with the payload when that was the last one missing.
    pub(super) fn add(&mut self, packet: &IpPacket<'_>, fragment: Fragment, now: Timestamp) -> Option<Whole> {
        self.counts.fragments += 1;
        self.expire(now);
        let end = fragment.offset.checked_add(packet.payload.wire as usize)?;
        if packet.payload.wire == 0 || end > MAX_DATAGRAM {
            return None;
        }
        let index = self.find_or_open(Key::of(packet, fragment), now);
        let datagram = self.open.get_mut(index)?;
        datagram.add(packet, fragment, end);
        let wire = datagram.complete()?;
        let done = self.open.remove(index);
        self.counts.reassembled += 1;
        let captured = done.first_missing.min(wire);
        self.whole = done.octets;
        self.whole.truncate(captured);
        Some(Whole {
            header_len: done.header_len,
            protocol: done.protocol,
            captured,
            wire: u32::try_from(wire).ok()?,
        })
    }

    /// The octets of a payload just put together.
    pub(super) fn octets(&self, whole: &Whole) -> Octets<'_> {
        let end = whole.captured.min(self.whole.len());
        Octets::new(&self.whole[..end], whole.wire)
    }

    /// Gives away the octets of a payload just put together.
    pub(super) fn swap(&mut self, octets: &mut Vec<u8>) {
        std::mem::swap(&mut self.whole, octets);
    }

    fn find_or_open(&mut self, key: Key, now: Timestamp) -> usize {
        if let Some(index) = self.open.iter().position(|datagram| datagram.key == key) {
            return index;
        }
        if self.open.len() >= MAX_FRAGMENTED_DATAGRAMS {
            self.open.remove(0);
            self.counts.evicted += 1;
        }
        self.open.push(Datagram::new(key, now));
        self.open.len() - 1
    }

    fn expire(&mut self, now: Timestamp) {
        let before = self.open.len();
        self.open.retain(|datagram| {
            (now - datagram.since).may_be_within(Span::seconds(FRAGMENT_LIFETIME_SECONDS))
        });
        self.counts.expired += (before - self.open.len()) as u64;
    }
}

/// What fragments of one datagram have in common.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    source: IpAddr,
    destination: IpAddr,
    /// Part of the key in IPv4 only (RFC 791); in IPv6 later fragments may say something else (RFC 8200 §4.5).
    protocol: Option<u8>,
    id: u32,
}

impl Key {
    fn of(packet: &IpPacket<'_>, fragment: Fragment) -> Self {
        let protocol = packet.id.map(|_| packet.protocol);
        Self { source: packet.source, destination: packet.destination, protocol, id: fragment.id }
    }
}

#[derive(Debug)]
struct Datagram {
    key: Key,
    since: Timestamp,
    header_len: u32,
    protocol: u8,
    /// Octets of the whole payload, known from its last fragment on.
    total: Option<usize>,
    octets: Vec<u8>,
    /// Ranges present, in order, apart from each other.
    present: Vec<(usize, usize)>,
    /// First octet that was on the wire but not captured.
    first_missing: usize,
}

impl Datagram {
    fn new(key: Key, since: Timestamp) -> Self {
        let (octets, present) = (Vec::new(), Vec::new());
        Self {
            key,
            since,
            header_len: 20,
            protocol: 0,
            total: None,
            octets,
            present,
            first_missing: usize::MAX,
        }
    }

    fn add(&mut self, packet: &IpPacket<'_>, fragment: Fragment, end: usize) {
        let start = fragment.offset;
        if !fragment.more && self.total.is_none() {
            self.total = Some(end);
        }
        if start == 0 {
            self.header_len = packet.header_len;
            self.protocol = packet.protocol;
        }
        let captured = packet.payload.captured;
        for (gap_start, gap_end) in self.gaps(start, end) {
            let there = captured.len().saturating_add(start).clamp(gap_start, gap_end);
            if there < gap_end {
                self.first_missing = self.first_missing.min(there);
            }
            self.write(gap_start, captured.get(gap_start - start..there - start).unwrap_or_default());
        }
        self.mark(start, end);
    }

    /// Payload length, once no octet is missing.
    fn complete(&self) -> Option<usize> {
        let total = self.total?;
        matches!(self.present.first(), Some(&(0, end)) if end >= total).then_some(total)
    }

    /// Parts of `start..end` not present yet.
    fn gaps(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let mut gaps = Vec::new();
        let mut from = start;
        for &(present_start, present_end) in &self.present {
            if present_start >= end {
                break;
            }
            if from < present_start {
                gaps.push((from, present_start));
            }
            from = from.max(present_end);
        }
        if from < end {
            gaps.push((from, end));
        }
        gaps
    }

    fn write(&mut self, at: usize, octets: &[u8]) {
        let end = at + octets.len();
        if self.octets.len() < end {
            self.octets.resize(end, 0);
        }
        self.octets[at..end].copy_from_slice(octets);
    }

    /// Adds `start..end` to the ranges present, joined with those it touches.
    fn mark(&mut self, start: usize, end: usize) {
        let from = self.present.partition_point(|&(_, present_end)| present_end < start);
        let to = self.present.partition_point(|&(present_start, _)| present_start <= end);
        let joined =
            self.present[from..to].iter().fold((start, end), |(s, e), &(ps, pe)| (s.min(ps), e.max(pe)));
        self.present.splice(from..to, [joined]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(captured: &[u8], wire: u32) -> IpPacket<'_> {
        IpPacket {
            source: [10, 0, 0, 1].into(),
            destination: [10, 0, 0, 2].into(),
            protocol: 17,
            ttl: 64,
            id: Some(7),
            header_len: 20,
            payload: Octets::new(captured, wire),
        }
    }

    fn add(
        to: &mut Reassembler,
        id: u32,
        offset: usize,
        more: bool,
        octets: &[u8],
        second: i64,
    ) -> Option<Vec<u8>> {
        let fragment = Fragment { id, offset, more };
        let wire = u32::try_from(octets.len()).unwrap();
        let whole = to.add(&packet(octets, wire), fragment, Timestamp::from_parts(second, 0))?;
        Some(to.octets(&whole).captured.to_vec())
    }

    #[test]
    fn any_order_gives_the_datagram() {
        let mut reassembler = Reassembler::default();
        assert!(add(&mut reassembler, 1, 16, false, b"tail", 0).is_none());
        assert!(add(&mut reassembler, 1, 8, true, b"middle..", 0).is_none());
        assert!(add(&mut reassembler, 2, 0, true, b"another.", 0).is_none());
        assert_eq!(add(&mut reassembler, 1, 0, true, b"first...", 0).unwrap(), b"first...middle..tail");
        assert_eq!(reassembler.counts().reassembled, 1);
    }

    #[test]
    fn the_first_octets_win_in_an_overlap() {
        let mut reassembler = Reassembler::default();
        assert!(add(&mut reassembler, 1, 8, true, b"BBBBBBBB", 0).is_none());
        assert!(add(&mut reassembler, 1, 0, true, b"aaaaaaaaaaaaaaaaaaaaaaaa", 0).is_none());
        assert_eq!(
            add(&mut reassembler, 1, 16, false, b"xxxxxxxxcc", 0).unwrap(),
            b"aaaaaaaaBBBBBBBBaaaaaaaacc"
        );
    }

    #[test]
    fn a_cut_fragment_leaves_the_wire_length() {
        let mut reassembler = Reassembler::default();
        let now = Timestamp(0);
        let first = Fragment { id: 1, offset: 0, more: true };
        assert!(reassembler.add(&packet(b"abc", 8), first, now).is_none());
        let last = Fragment { id: 1, offset: 8, more: false };
        let whole = reassembler.add(&packet(b"def", 4), last, now).unwrap();
        let octets = reassembler.octets(&whole);
        assert_eq!((octets.captured, octets.wire), (&b"abc"[..], 12));
    }

    #[test]
    fn number_time_and_size_are_bounded() {
        let mut reassembler = Reassembler::default();
        for id in 0..1000 {
            assert!(add(&mut reassembler, id, 0, true, b"first...", 0).is_none());
        }
        assert_eq!(reassembler.open.len(), MAX_FRAGMENTED_DATAGRAMS);
        assert_eq!(reassembler.counts().evicted, 1000 - MAX_FRAGMENTED_DATAGRAMS as u64);
        assert!(add(&mut reassembler, 999, 8, false, b"late", 61).is_none(), "its head has expired");
        assert_eq!(reassembler.open.len(), 1);
        assert!(add(&mut reassembler, 5, 65528, false, b"ping of death", 61).is_none());
        assert!(add(&mut reassembler, 6, 0, false, b"", 61).is_none());
        assert_eq!(reassembler.open.len(), 1);
    }
}
