//! From what was gathered to what is known.

use super::Connection;
use crate::flow::{Flow, Segment};
use crate::model::Direction;

impl Connection {
    /// What is known of it, now that it is over.
    pub fn finish(self) -> Flow {
        let [low, high] = self.sides;
        let (client, server) = if self.client == 0 { (low, high) } else { (high, low) };
        let (from_client, from_server) = (client.sequence, server.sequence);
        let segments = self.log.iter().map(|record| {
            let ours = record.side == self.client;
            let (own, peer) = if ours { (&from_client, &from_server) } else { (&from_server, &from_client) };
            Segment {
                at: record.at,
                direction: if ours { Direction::FromClient } else { Direction::FromServer },
                flags: record.flags,
                offset: record.position.map_or(0, |position| own.offset(position)),
                len: record.len,
                ack: record.ack.map(|position| peer.offset(position)),
                sack: record.sack.map(|(left, right)| (peer.offset(left), peer.offset(right))),
                window: record.window,
                ip_len: record.ip_len,
                class: record.class,
            }
        });
        Flow {
            stream: self.numbers.stream,
            client: client.endpoint,
            server: server.endpoint,
            roles: self.roles,
            first: self.first,
            last: self.last,
            frames: self.frames,
            syns: client.syns.clone(),
            syn_acks: server.syn_acks.clone(),
            established: self.established,
            other_isns: client.other_isns.iter().chain(&server.other_isns).copied().collect(),
            segments: segments.collect(),
            segments_omitted: self.log.omitted(),
            icmp: self.icmp,
            from_client: client.finish(&from_server),
            from_server: server.finish(&from_client),
        }
    }
}
