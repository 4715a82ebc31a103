//! Stage 4: flows, look-ups, ARP and ICMP -> [`Attempt`]s with their six stages.

mod facts;

pub use facts::StageName;
