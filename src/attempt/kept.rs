//! The connections that are attempts or may become some, within bounds: those of switches stay when room is needed.

use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::limits::{CONNECTION_MEMORY, CONNECTIONS, CONNECTIONS_ALL, UNNAMED_ALIKE};
use crate::model::Endpoint;

use super::Scope;
use super::connection::{Connection, Naming};

/// Connections held until the capture's end.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub list: Vec<Connection>,
    memory: u64,
    /// Nothing is left that could make room.
    crammed: bool,
    /// Connections left out.
    pub omitted: u64,
}

impl Kept {
    /// Keeps `connection` if there is room. `lookers` says who looked up a service's name; it is asked only when room must
    /// be made.
    pub fn add(
        &mut self,
        connection: Connection,
        scope: &Scope,
        lookers: impl FnOnce() -> FxHashSet<IpAddr>,
    ) {
        let needed = connection.memory();
        if self.is_full(needed, scope) && !self.crammed {
            self.make_room(scope, lookers());
            self.crammed = self.is_full(most_memory(scope) / 4, scope);
        }
        if self.is_full(needed, scope) {
            self.omitted += 1;
            return;
        }
        self.memory += needed;
        self.list.push(connection);
    }

    fn is_full(&self, needed: u64, scope: &Scope) -> bool {
        let most = if scope.all { CONNECTIONS_ALL } else { CONNECTIONS };
        self.list.len() >= most || self.memory + needed > most_memory(scope)
    }

    /// Drops connections that name nothing and are no known switch's: first what repeats, then the latest of the rest.
    fn make_room(&mut self, scope: &Scope, mut switches: FxHashSet<IpAddr>) {
        let named = self.list.iter().filter(|connection| matches!(connection.naming, Naming::Service(_)));
        switches.extend(named.map(|connection| connection.flow.client.ip));
        switches.extend(&scope.switches);
        let room = most_memory(scope) / 4;
        let mut alike: FxHashMap<(IpAddr, Endpoint), usize> = FxHashMap::default();
        let (mut memory, mut others, mut dropped) = (0, 0, 0);
        self.list.retain(|connection| {
            let flow = &connection.flow;
            let needed = connection.memory();
            let matters = connection.naming != Naming::Nothing
                || switches.contains(&flow.client.ip)
                || scope.is_proxy(flow.server)
                || scope.is_service(flow.server);
            let count = alike.entry((flow.client.ip, flow.server)).or_default();
            *count += 1;
            let keep = matters || (*count <= UNNAMED_ALIKE && others + needed <= room);
            if keep {
                memory += needed;
                others += if matters { 0 } else { needed };
            }
            dropped += u64::from(!keep);
            keep
        });
        self.memory = memory;
        self.omitted += dropped;
    }
}

/// A report on every connection holds every connection.
fn most_memory(scope: &Scope) -> u64 {
    if scope.all { 4 * CONNECTION_MEMORY } else { CONNECTION_MEMORY }
}
