//! When frames addressed to a host were captured: whether its inbound side is visible around a time.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use crate::limits::{ARRIVAL_SPANS, ARRIVAL_SPANS_PER_HOST};
use crate::model::{Span, Timestamp, as_v6};

/// Frames this close together are one span.
const NEAR: Span = Span::seconds(60);

/// Per destination address, spans of time in which frames for it were captured.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// By address in one word: every frame looks here.
    hosts: FxHashMap<u128, Spans>,
    held: usize,
}

/// The latest span stands by itself: it is mostly the only one.
#[derive(Debug)]
struct Spans {
    latest: (Timestamp, Timestamp),
    earlier: Vec<(Timestamp, Timestamp)>,
}

impl Arrivals {
    /// Notes a frame for `to`.
    pub fn take(&mut self, to: IpAddr, time: Timestamp) {
        let full = self.held >= ARRIVAL_SPANS;
        let Some(spans) = self.hosts.get_mut(&as_v6(to)) else {
            if !full {
                self.hosts.insert(as_v6(to), Spans { latest: (time, time), earlier: Vec::new() });
                self.held += 1;
            }
            return;
        };
        let (first, last) = &mut spans.latest;
        let near = (time - *last).may_be_within(NEAR) && (*first - time).may_be_within(NEAR);
        if near || full || spans.earlier.len() + 1 >= ARRIVAL_SPANS_PER_HOST {
            *last = time.max(*last);
            *first = time.min(*first);
        } else {
            spans.earlier.push(spans.latest);
            spans.latest = (time, time);
            self.held += 1;
        }
    }

    /// Whether a frame for `to` was captured between 60 s before `first` and 60 s after `last`.
    pub fn near(&self, to: IpAddr, first: Timestamp, last: Timestamp) -> bool {
        let spans = self.hosts.get(&as_v6(to));
        let mut spans = spans.into_iter().flat_map(|spans| spans.earlier.iter().chain([&spans.latest]));
        spans.any(|(begin, end)| (first - *end).may_be_within(NEAR) && (*begin - last).may_be_within(NEAR))
    }
}
