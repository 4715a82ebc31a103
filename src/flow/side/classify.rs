//! What a segment is in its stream: new, sent again, late, a probe.

use std::ops::Range;

use super::{Side, clip};
use crate::flow::SegmentClass;
use crate::model::{At, SeqNumber, Span};
use crate::net::TcpSegment;

/// A hole filled within a round trip was reordering; later it is the retransmission of an original that was lost or not
/// captured. Beside a near host, or where no handshake tells the round trip, queues on the way take as long as this.
const REORDERING: Span = Span::millis(3);

/// What the connection tells of the way a segment takes.
#[derive(Debug, Clone, Copy)]
pub(in crate::flow) struct Seen {
    /// Whether the receiver's last window was zero.
    pub peer_window_is_zero: bool,
    /// From SYN to the end of the handshake.
    pub round_trip: Option<Span>,
}

impl Side {
    /// What `segment` is, whose first data octet has sequence number `seq`.
    pub(super) fn classify(
        &mut self,
        at: At,
        seq: SeqNumber,
        segment: &TcpSegment<'_>,
        seen: Seen,
    ) -> SegmentClass {
        self.adjust_guess(seq, segment.wire_len);
        let (start, len, end) = (self.sequence.offset_of(seq), segment.wire_len, self.end());
        let stop = start.saturating_add(i64::from(len));
        let acknowledged = self.acknowledged.map(|position| self.sequence.offset(position));
        let bare = !(segment.flags.syn() || segment.flags.fin() || segment.flags.rst());
        let before_next = start == end - 1 && bare && self.fin.is_none();
        if len == 0 {
            return self.classify_empty(start, segment, before_next);
        }
        if len == 1 && before_next && acknowledged.is_some_and(|acknowledged| start < acknowledged) {
            SegmentClass::KeepAlive
        } else if len == 1
            && seen.peer_window_is_zero
            && acknowledged.is_none_or(|acknowledged| start == acknowledged)
        {
            SegmentClass::ZeroWindowProbe
        } else if start > end {
            self.hole_since = Some(at);
            SegmentClass::AfterGap
        } else if stop > end {
            self.classify_new(start, end)
        } else {
            self.classify_old(at, clip(start)..clip(stop), seen.round_trip)
        }
    }

    /// What data is that ends above the highest octet seen: sent again in larger segments, where it repeats some
    /// (RFC 1122 §4.2.2.15). A single octet that it repeats was a probe's.
    fn classify_new(&self, start: i64, end: i64) -> SegmentClass {
        let repeats = start < end - 1 && self.half.stream.has_seen_part(clip(start)..clip(end));
        if repeats { SegmentClass::Retransmission } else { SegmentClass::Normal }
    }

    fn classify_empty(&self, start: i64, segment: &TcpSegment<'_>, before_next: bool) -> SegmentClass {
        let flags = segment.flags;
        if before_next {
            SegmentClass::KeepAlive
        } else if flags.syn() && self.syns.len() + self.syn_acks.len() > 0
            || flags.fin() && self.fin.is_some()
        {
            SegmentClass::Retransmission
        } else if start > self.end() && self.fin.is_none() && !flags.rst() {
            SegmentClass::AfterGap
        } else {
            SegmentClass::Normal
        }
    }

    /// What data is that lies below the highest octet seen. No retransmission comes sooner than a round trip after the
    /// segment that showed the hole (RFC 5681 §3.2).
    fn classify_old(&self, at: At, range: Range<u64>, round_trip: Option<Span>) -> SegmentClass {
        if self.half.stream.has_seen(&range) {
            return SegmentClass::Retransmission;
        }
        let hole_since = self.half.stream.next_at(range.end).or(self.hole_since);
        let longest = round_trip.filter(|time| *time > REORDERING).unwrap_or(REORDERING);
        let soon = hole_since.is_some_and(|since| at.time - since.time <= longest);
        if soon { SegmentClass::OutOfOrder } else { SegmentClass::Retransmission }
    }
}
