//! Wireshark display filters.

use std::net::IpAddr;

use crate::attempt::Attempt;
use crate::model::{Endpoint, FrameNumber};

impl Attempt {
    /// Selects the attempt's frames: by addresses and ports, never by `tcp.stream`, whose numbers differ from file to file.
    pub(super) fn wireshark_filter(&self) -> String {
        let mut parts = Vec::new();
        if let Some(flow) = &self.flow {
            parts.push(connection(flow.client, flow.server));
            let before = self.log_on.as_ref().map(|log_on| log_on.client);
            parts.extend(before.filter(|before| *before != flow.client).map(|b| connection(b, flow.server)));
        }
        let mut askers: Vec<IpAddr> = self.lookups.iter().map(|lookup| lookup.client).collect();
        askers.dedup();
        parts.extend(askers.into_iter().map(|asker| format!("{} && dns", address(asker))));
        // One that was answered says nothing that the connection does not.
        let unanswered = self.arp.as_ref().filter(|arp| arp.reply.is_none());
        parts.extend(unanswered.map(|arp| neighbour(arp.target)));
        let range = frame_range(self.first.frame, self.last.frame);
        match parts.as_slice() {
            [] => range,
            [one] if !one.contains("||") => format!("{one} && {range}"),
            all => format!("(({})) && {range}", all.join(") || (")),
        }
    }
}

/// The frames between `first` and `last`: where a verdict's filter has it, it ends with it.
pub fn frame_range(first: FrameNumber, last: FrameNumber) -> String {
    format!("frame.number >= {} && frame.number <= {}", first.min(last), first.max(last))
}

fn connection(client: Endpoint, server: Endpoint) -> String {
    let (from, to) = (address(client.ip), address(server.ip));
    format!("{from} && {to} && tcp.port == {} && tcp.port == {}", client.port, server.port)
}

fn neighbour(target: IpAddr) -> String {
    match target {
        IpAddr::V4(target) => format!("arp.dst.proto_ipv4 == {target} || arp.src.proto_ipv4 == {target}"),
        IpAddr::V6(target) => {
            format!("icmpv6.nd.ns.target_address == {target} || icmpv6.nd.na.target_address == {target}")
        }
    }
}

fn address(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => format!("ip.addr == {ip}"),
        IpAddr::V6(ip) => format!("ipv6.addr == {ip}"),
    }
}
