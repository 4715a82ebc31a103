//! What was left out because a bound was reached: never silent.

use crate::flow::FlowLimits;
use crate::net::FragmentCounts;

use super::{Analysis, AnalysisWarning};

impl Analysis {
    /// Adds a warning for each bound that the earlier stages reached.
    pub fn warn_of_limits(&mut self, flows: FlowLimits, fragments: FragmentCounts) {
        let reached = [
            ("limit-flows", flows.evicted > 0, evicted(flows)),
            ("limit-flow-octets", flows.shortened > 0, SHORTENED.to_owned()),
            ("limit-stream-numbers", flows.numbers_forgotten, FORGOTTEN.to_owned()),
            ("limit-fragments", fragments.evicted > 0, given_up(fragments)),
        ];
        let reached = reached.into_iter().filter(|(_, reached, _)| *reached);
        self.warnings.extend(reached.map(|(code, _, message)| AnalysisWarning { code, message }));
    }
}

const SHORTENED: &str =
    "TCP connections carried more octets than can be held: of long ones only the start was read.";

const FORGOTTEN: &str =
    "There were more TCP connections than are remembered: tcp_stream may differ from tshark's tcp.stream.";

fn evicted(FlowLimits { evicted, late_frames, .. }: FlowLimits) -> String {
    format!(
        "Too many TCP connections were open at once: {evicted} were judged before their end, and {late_frames} later \
         frames are in none."
    )
}

fn given_up(FragmentCounts { evicted, .. }: FragmentCounts) -> String {
    format!(
        "Too many IP packets were incomplete at once: fragments of {evicted} were given up before their time."
    )
}
