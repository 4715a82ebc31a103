//! When frames addressed to a host were captured: whether its inbound side is visible around a time.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use crate::limits::{ARRIVAL_SPANS, ARRIVAL_SPANS_PER_HOST};
use crate::model::{Span, Timestamp};

/// Frames this close together are one span.
const NEAR: Span = Span::seconds(60);

/// Per destination address, spans of time in which frames for it were captured.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    spans: FxHashMap<IpAddr, Vec<(Timestamp, Timestamp)>>,
    held: usize,
}

impl Arrivals {
    /// Notes a frame for `to`.
    pub fn take(&mut self, to: IpAddr, time: Timestamp) {
        let full = self.held >= ARRIVAL_SPANS;
        let spans = match self.spans.get_mut(&to) {
            Some(spans) => spans,
            None if full => return,
            None => self.spans.entry(to).or_default(),
        };
        let full = full || spans.len() >= ARRIVAL_SPANS_PER_HOST;
        match spans.last_mut() {
            Some((first, last)) if full || (time - *last <= NEAR && *first - time <= NEAR) => {
                *last = time.max(*last);
                *first = time.min(*first);
            }
            _ => {
                spans.push((time, time));
                self.held += 1;
            }
        }
    }

    /// Whether a frame for `to` was captured between 60 s before `first` and 60 s after `last`.
    pub fn near(&self, to: IpAddr, first: Timestamp, last: Timestamp) -> bool {
        let spans = self.spans.get(&to).map(Vec::as_slice).unwrap_or_default();
        spans.iter().any(|(begin, end)| first - *end <= NEAR && *begin - last <= NEAR)
    }
}
