//! What a capture without dates cannot say, and what a text dump adds: its own index of each frame.

use crate::capture::{CaptureFacts, CaptureFormat};
use crate::model::{Clock, FrameNumber, Timestamp};
use crate::report::model::{Attempt, Evidence, Report, Time};

/// Takes out of `report` what `facts` cannot have said, and puts the dump's own indices in.
pub(super) fn settle(report: &mut Report, facts: &CaptureFacts) {
    let is_dump = facts.format == CaptureFormat::HexDump;
    let unknown = Time::from(Timestamp::UNKNOWN);
    let time = |time: &mut Option<Time>| {
        *time = time
            .take_if(|time| *time != unknown)
            .map(|time| if facts.clock == Clock::Absolute { time } else { time.undated() });
    };
    let index = |frame: u64| facts.source_index(FrameNumber(frame));
    let evidence = |list: &mut Vec<Evidence>| {
        for item in list {
            time(&mut item.time);
            item.source_index = index(item.frame.number);
        }
    };
    time(&mut report.capture.first);
    time(&mut report.capture.last);
    evidence(&mut report.verdict.verdict.evidence);
    report.findings.iter_mut().for_each(|finding| evidence(&mut finding.evidence));
    report.shortcomings.iter_mut().for_each(|one| evidence(&mut one.evidence));
    for Attempt { start, end, tcp_stream, verdict, events, .. } in &mut report.attempts {
        time(start);
        time(end);
        evidence(&mut verdict.evidence);
        tcp_stream.take_if(|_| is_dump);
        for event in events {
            time(&mut event.time);
            event.source_index = index(event.frame.number);
        }
    }
}
