//! All connections of a capture.

use crate::net::Packet;

use super::Flow;

/// Follows every TCP connection of a capture, within bounds.
#[derive(Debug, Default)]
pub struct FlowTable {
    finished: Vec<Flow>,
    limits: FlowLimits,
}

/// Which bounds were reached; each deserves a warning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlowLimits {
    /// Connections handed over before their end, since [`FLOWS`](crate::limits::FLOWS) or
    /// [`FLOW_MEMORY`](crate::limits::FLOW_MEMORY) was reached; a later frame starts a new flow with the same number.
    pub evicted: u64,
    /// Frames that came after their connection was closed, idle and handed over; they are in no flow.
    pub late_frames: u64,
    /// Whether numbers of old connections were forgotten, so that later numbers may differ from tshark's.
    pub numbers_forgotten: bool,
}

impl FlowTable {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a packet; whatever is neither TCP nor an ICMP error about TCP is ignored.
    pub fn push(&mut self, _packet: &Packet<'_>) {}

    /// Connections that are over: replaced by a new one on the same ports, closed and idle, or evicted.
    /// To be called often (after each packet is fine), in no particular order.
    pub fn drain_finished(&mut self) -> impl Iterator<Item = Flow> {
        self.finished.drain(..)
    }

    /// The bounds that were reached so far.
    pub fn limits_reached(&self) -> FlowLimits {
        self.limits
    }

    /// The remaining connections, at the end of the capture, by first frame.
    pub fn finish(self) -> Vec<Flow> {
        self.finished
    }
}
