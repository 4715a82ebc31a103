//! Bounds: who leaves the table, and when.

use rustc_hash::FxHashMap;

use super::FlowTable;
use super::entry::{Entry, leave};
use crate::flow::connection::Connection;
use crate::limits::{FLOW_MEMORY, FLOW_NUMBERS, FLOWS, STREAM_OCTETS_TIGHT};
use crate::model::At;

impl FlowTable {
    /// Forgets the numbers of connections that are over for good, before the table grows; past [`FLOW_NUMBERS`] those of others too.
    pub(super) fn forget(&mut self, now: At) {
        self.entries.retain(|_, entry| entry.gone().is_none_or(|gone| !gone.is_forgettable(now.time)));
        for open_too in [false, true] {
            if self.entries.len() > self.live + FLOW_NUMBERS / 2 {
                self.limits.numbers_forgotten = true;
                self.entries.retain(|_, entry| entry.gone().is_none_or(|gone| gone.is_open() && !open_too));
            }
        }
        // A table that entries were taken out of grows sooner than one made anew.
        let mut entries = FxHashMap::default();
        entries.reserve(self.entries.len() + self.entries.len() / 2);
        entries.extend(self.entries.drain());
        self.entries = entries;
    }

    /// Hands over connections that were closed and then idle for long enough before `now`. One that was not idle is looked at
    /// again when the others have been.
    pub(super) fn hand_over_closed(&mut self, now: At) {
        for _ in 0..self.closed.len() {
            let Some(key) = self.closed.pop_front() else { break };
            let Some(entry) = self.entries.get_mut(&key) else { continue };
            let Some(connection) = entry.live().filter(|connection| connection.is_closed()) else { continue };
            if now.time - connection.last().time <= connection.afterlife() {
                self.closed.push_back(key);
                continue;
            }
            self.live -= 1;
            self.memory = self.memory.saturating_sub(connection.counted());
            self.finished.extend(leave(entry));
        }
    }

    /// Bulk transfers lose octets before any connection is handed over: what decides stands at the start.
    pub(super) fn make_room(&mut self) {
        if self.memory > FLOW_MEMORY {
            self.limits.shortened += 1;
            for entry in self.entries.values_mut() {
                if let Entry::Live(connection) = entry {
                    connection.limit_octets(STREAM_OCTETS_TIGHT);
                    self.memory = self.memory.saturating_add_signed(connection.count());
                }
            }
        }
        if self.live > FLOWS || self.memory > FLOW_MEMORY / 2 {
            self.evict();
        }
    }

    /// Hands over the connections that would be missed least, of those the least recently active: a quarter of the limit, and
    /// until half the memory is free. A flood of SYNs leaves those alone that wait for an answer.
    fn evict(&mut self) {
        let mut entries: Vec<&mut Entry> =
            self.entries.values_mut().filter(|entry| entry.live().is_some()).collect();
        entries.sort_by_key(|entry| {
            entry.live().map(|connection| (connection.weight(), connection.last().frame))
        });
        for entry in entries {
            if self.live <= FLOWS / 4 * 3 && self.memory <= FLOW_MEMORY / 2 {
                break;
            }
            self.live -= 1;
            self.memory = self.memory.saturating_sub(entry.live().map_or(0, Connection::counted));
            self.limits.evicted += 1;
            self.finished.extend(leave(entry));
        }
    }
}
