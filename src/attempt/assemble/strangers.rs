//! What is no attempt but concerns a switch: connections opened towards it, and those of its own to other services.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::attempt::connection::Connection;
use crate::attempt::{Attempt, FoundBy, Inbound, is_trust_bundle};
use crate::flow::RoleEvidence;
use crate::limits::MENTIONS;

use super::Pieces;

impl Pieces {
    /// Keeps what concerns the switches: the clients of attempts, and those that an option names.
    pub(super) fn meet_strangers(&mut self, attempts: &[Box<Attempt>], unnamed: &[Connection]) {
        let on_service = attempts.iter().filter(|attempt| attempt.found_by != FoundBy::All);
        let named = self.collector.scope.switches.iter().copied();
        let switches: HashSet<IpAddr> = on_service.map(|attempt| attempt.client).chain(named).collect();
        // Only a switch asks for the root bundle, whoever it is.
        self.collector.mentions.retain(|mention| {
            switches.contains(&mention.client) || mention.path.as_deref().is_some_and(is_trust_bundle)
        });
        let towards = |connection: &&Connection| {
            let flow = &connection.flow;
            switches.contains(&flow.server.ip) && flow.roles == RoleEvidence::Handshake
        };
        let inbound = unnamed.iter().filter(towards).take(MENTIONS).map(|connection| {
            let flow = &connection.flow;
            Inbound { at: flow.first, from: flow.client.ip, to: flow.server }
        });
        self.inbound = inbound.collect();
    }
}
