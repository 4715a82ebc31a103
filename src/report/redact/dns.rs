//! DNS messages: types, times and structure stay; names that are not public become others of the same length, addresses others.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Redactor;
use super::names::is_public;
use super::octets::Octets;
use crate::limits::{MAX_DNS_ANSWERS, MAX_DNS_LABELS};

const A: u16 = 1;
const NS: u16 = 2;
const CNAME: u16 = 5;
const SOA: u16 = 6;
const PTR: u16 = 12;
const MX: u16 = 15;
const AAAA: u16 = 28;
const SRV: u16 = 33;
const DNAME: u16 = 39;
const OPT: u16 = 41;
const HEADER: usize = 12;

/// Last labels that say nothing of whose a name is.
const COMMON_ENDS: &[&[u8]] =
    &[b"com", b"net", b"org", b"arpa", b"in-addr", b"ip6", b"local", b"lan", b"internal"];

/// Labels of a message: where each stands, and whether it is part of a name that must not be shown.
#[derive(Default)]
struct Labels(BTreeMap<usize, bool>);

/// Rewrites what could be read of a message; nothing of what is none.
pub(super) fn rewrite(octets: &mut Octets<'_>, by: &mut Redactor) {
    if !is_message(octets.old) {
        return;
    }
    octets.keep(0..HEADER);
    let count = |at| octets.u16(at).map_or(0, usize::from);
    let (questions, records) = (count(4), count(6) + count(8) + count(10));
    let mut labels = Labels::default();
    let mut at = HEADER;
    for _ in 0..questions.min(MAX_DNS_ANSWERS) {
        let Some(end) = labels.name(octets, at) else { break };
        octets.keep(end..end + 4);
        at = end + 4;
    }
    for _ in 0..records.min(4 * MAX_DNS_ANSWERS) {
        let Some(end) = labels.name(octets, at).and_then(|end| record(octets, end, &mut labels, by)) else {
            break;
        };
        at = end;
    }
    labels.write(octets, by);
}

/// Whether a message begins here: few questions, the first of them of a known class.
fn is_message(octets: &[u8]) -> bool {
    let mut scratch = vec![0; octets.len()];
    let mut copy = Octets { old: octets, new: &mut scratch };
    let end = Labels::default().name(&mut copy, HEADER);
    let class = end.and_then(|end| copy.u16(end + 2));
    copy.u16(4) == Some(1) && matches!(class.map(|class| class & 0x7fff), Some(1 | 3 | 4 | 255))
}

/// The record whose name ends at `at`; where the next one begins.
fn record(octets: &mut Octets<'_>, at: usize, labels: &mut Labels, by: &mut Redactor) -> Option<usize> {
    let (kind, length) = (octets.u16(at)?, usize::from(octets.u16(at + 8)?));
    octets.keep(at..at + 10);
    let data = at + 10;
    let end = data + length;
    match (kind, length) {
        (A, 4) => by.ip_at(octets, data, false),
        (AAAA, 16) => by.ip_at(octets, data, true),
        (NS | CNAME | PTR | DNAME, _) => {
            labels.name(octets, data)?;
        }
        (MX, _) => {
            octets.keep(data..end.min(data + 2));
            labels.name(octets, data + 2)?;
        }
        (SRV, _) => {
            octets.keep(data..end.min(data + 6));
            labels.name(octets, data + 6)?;
        }
        (SOA, _) => {
            let mailbox = labels.name(octets, data)?;
            let numbers = labels.name(octets, mailbox)?;
            octets.keep(numbers..end.min(numbers + 20));
        }
        (OPT, _) => options(&mut octets.part(data..end)),
        _ => {}
    }
    Some(end)
}

/// EDNS options: their numbers and lengths (a cookie or a client's network stands in them).
fn options(octets: &mut Octets<'_>) {
    let mut at = 0;
    while let Some(length) = octets.u16(at + 2) {
        octets.keep(at..at + 4);
        at += 4 + usize::from(length);
    }
}

impl Labels {
    /// Notes the labels of the name at `at`; where it ends in the message.
    fn name(&mut self, octets: &mut Octets<'_>, at: usize) -> Option<usize> {
        let (mut place, mut end, mut found, mut text) = (at, None, Vec::new(), String::new());
        while found.len() < MAX_DNS_LABELS {
            let length = usize::from(*octets.old.get(place)?);
            match length {
                0 => {
                    octets.keep(place..place + 1);
                    self.judge(&found, &text);
                    return Some(end.unwrap_or(place + 1));
                }
                1..=63 => {
                    let label = octets.old.get(place + 1..place + 1 + length)?;
                    text.push_str(&String::from_utf8_lossy(label).to_ascii_lowercase());
                    text.push('.');
                    octets.keep(place..place + 1);
                    found.push(place);
                    place += 1 + length;
                }
                0xc0.. => {
                    let target = usize::from(octets.u16(place)? & 0x3fff);
                    octets.keep(place..place + 2);
                    end.get_or_insert(place + 2);
                    // Only backwards: a name cannot loop.
                    place = Some(target).filter(|target| *target < place)?;
                }
                _ => return None,
            }
        }
        None
    }

    /// Which of a name's labels may be shown: those of a public name, perhaps in front of a search suffix.
    fn judge(&mut self, found: &[usize], text: &str) {
        let labels: Vec<&str> = text.split_terminator('.').collect();
        let public = (1..=labels.len()).rev().find(|count| {
            let name = labels.get(..*count).unwrap_or_default().join(".");
            is_public(&name) && (*count > 1 || labels.len() == 1 || name == "cslu-local")
        });
        for (index, place) in found.iter().enumerate() {
            let secret = index >= public.unwrap_or(0);
            *self.0.entry(*place).or_insert(false) |= secret;
        }
    }

    fn write(&self, octets: &mut Octets<'_>, by: &Redactor) {
        for (place, secret) in &self.0 {
            let length = octets.old.get(*place).map_or(0, |length| usize::from(*length));
            let range = place + 1..place + 1 + length;
            let label = octets.old.get(range.clone()).unwrap_or_default().to_ascii_lowercase();
            if *secret && !COMMON_ENDS.contains(&label.as_slice()) {
                octets.put(range.start, &by.letters(&label));
            } else {
                octets.keep(range);
            }
        }
    }
}

impl Redactor {
    fn ip_at(&mut self, octets: &mut Octets<'_>, at: usize, v6: bool) {
        if v6 && let Some(ip) = octets.array::<16>(at) {
            let other = self.addresses.ip(Ipv6Addr::from(ip).into());
            octets.put(at, &other.to_string().parse::<Ipv6Addr>().map_or([0; 16], |ip| ip.octets()));
        } else if let Some(ip) = octets.array::<4>(at) {
            let other = self.addresses.ip(Ipv4Addr::from(ip).into());
            octets.put(at, &other.to_string().parse::<Ipv4Addr>().map_or([0; 4], |ip| ip.octets()));
        }
    }
}
