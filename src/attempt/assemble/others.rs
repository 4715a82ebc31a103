//! What a client's other connections tell of an attempt.

use std::collections::HashMap;
use std::net::IpAddr;

use rustc_hash::FxHashSet;

use crate::attempt::Attempt;
use crate::attempt::connection::Connection;
use crate::flow::Flow;
use crate::model::Timestamp;

/// Ports on which a switch itself is a server: SSH, Telnet, web, NETCONF (IANA's registry of service names and ports).
const MANAGEMENT: [u16; 5] = [22, 23, 80, 443, 830];

/// Notes when each attempt's client opened its next connection.
pub(super) fn note_next_connections(attempts: &mut [Box<Attempt>], unnamed: &[Connection]) {
    let of_attempts = attempts.iter().filter_map(|attempt| attempt.flow.as_deref());
    let mut starts: HashMap<IpAddr, Vec<Timestamp>> = HashMap::new();
    for flow in of_attempts.chain(unnamed.iter().map(|connection| connection.flow.as_ref())) {
        starts.entry(flow.client.ip).or_default().push(flow.first.time);
    }
    for times in starts.values_mut() {
        times.sort_unstable();
    }
    for attempt in attempts {
        let start = attempt.flow.as_deref().map_or(attempt.first, |flow| flow.first).time;
        let times = starts.get(&attempt.client).map_or(&[][..], Vec::as_slice);
        attempt.surroundings.next_connection =
            times.get(times.partition_point(|&time| time <= start)).copied();
    }
}

/// Notes which attempts' clients had connections of others open at the time that say nothing of their purpose: what a
/// proxy does may be on its clients' behalf.
pub(super) fn note_servers(attempts: &mut [Box<Attempt>], unnamed: &[Connection]) {
    let clients: FxHashSet<IpAddr> = attempts.iter().map(|attempt| attempt.client).collect();
    let mut served: HashMap<IpAddr, Vec<&Flow>> = HashMap::new();
    for flow in unnamed.iter().map(|connection| &connection.flow) {
        if clients.contains(&flow.server.ip) && !MANAGEMENT.contains(&flow.server.port) {
            served.entry(flow.server.ip).or_default().push(flow);
        }
    }
    for attempt in attempts {
        let overlaps = |flow: &&Flow| {
            let began_before = flow.syns.is_empty() && flow.syn_acks.is_empty();
            (began_before || flow.first.time <= attempt.last.time) && flow.last.time >= attempt.first.time
        };
        attempt.surroundings.serves =
            served.get(&attempt.client).is_some_and(|flows| flows.iter().any(overlaps));
    }
}
