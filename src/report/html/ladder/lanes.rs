//! Who takes part in an attempt: the lifelines of its ladder.

use crate::report::model::{Attempt, Report};

/// A lifeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) role: String,
    pub(super) address: String,
    /// Beyond the proxy: none of its packets can be in the capture.
    pub(super) beyond: bool,
}

/// The lifelines from left to right, as far from the switch as they are.
#[derive(Debug)]
pub(super) struct Lanes(Vec<Lane>);

impl Lanes {
    pub(super) fn new(report: &Report, attempt: &Attempt) -> Self {
        let roles = Roles { report, attempt };
        let mut lanes = Vec::new();
        let addresses = attempt.events.iter().flat_map(|event| [&event.from, &event.to]);
        let mut seen: Vec<&String> = Vec::new();
        for address in addresses.chain([&attempt.client.ip]) {
            if !seen.contains(&address) {
                seen.push(address);
                let (place, role) = roles.of(address);
                lanes.push((place, Lane { role: role.to_owned(), address: address.clone(), beyond: false }));
            }
        }
        lanes.extend(roles.beyond());
        lanes.sort_by_key(|(place, _)| *place);
        Self(lanes.into_iter().map(|(_, lane)| lane).collect())
    }

    pub(super) fn all(&self) -> &[Lane] {
        &self.0
    }

    /// The position of `address`.
    pub(super) fn of(&self, address: &str) -> usize {
        self.0.iter().position(|lane| lane.address == address && !lane.beyond).unwrap_or_default()
    }

    /// `address` with its role.
    pub(super) fn name(&self, address: &str) -> String {
        self.0
            .get(self.of(address))
            .map_or_else(String::new, |lane| format!("{} {}", lane.role, lane.address))
    }
}

/// What the report calls each address.
struct Roles<'a> {
    report: &'a Report,
    attempt: &'a Attempt,
}

impl Roles<'_> {
    /// Its place from the left, and its role.
    fn of(&self, address: &str) -> (u8, &'static str) {
        let Self { attempt, .. } = self;
        let mut servers =
            attempt.dns.lookups.iter().flat_map(|lookup| &lookup.queries).map(|query| &query.server);
        let peer = attempt.peer.as_ref().filter(|peer| peer.ip == address);
        let next_hop = attempt.arp.as_ref().is_some_and(|arp| arp.target == address);
        match peer.map(|peer| peer.role) {
            _ if self.report.is_switch(self.attempt, address) => (0, "Switch"),
            Some("proxy") => (4, "Proxy"),
            Some(_) => (5, "Service"),
            None if servers.any(|server| server == address) && next_hop => (2, "Next hop, DNS"),
            None if next_hop => (1, "Next hop"),
            None if attempt.dns.lookups.iter().flat_map(|l| &l.queries).any(|q| q.server == address) => {
                (2, "DNS")
            }
            None => (3, "On the path"),
        }
    }

    /// The service behind a proxy.
    fn beyond(&self) -> Option<(u8, Lane)> {
        self.attempt.peer.as_ref().filter(|peer| peer.role == "proxy")?;
        let service = self.attempt.service.as_ref()?;
        let address = service.host.clone()?;
        Some((6, Lane { role: "Service".to_owned(), address, beyond: true }))
    }
}
