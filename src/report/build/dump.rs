//! What a capture without dates cannot say, and what a text dump adds: its own index of each frame.

use crate::capture::{CaptureFacts, CaptureFormat};
use crate::model::{Clock, FrameNumber};
use crate::report::model::{Attempt, Evidence, Report, Time};

/// Takes out of `report` what `facts` cannot have said, and puts the dump's own indices in.
pub(super) fn settle(report: &mut Report, facts: &CaptureFacts) {
    let is_dump = facts.format == CaptureFormat::HexDump;
    if facts.clock == Clock::Absolute && !is_dump {
        return;
    }
    let time = |time: &mut Option<Time>| {
        *time = time.map(|time| if facts.clock == Clock::Absolute { time } else { time.undated() });
    };
    let index = |frame: u64| facts.source_index(FrameNumber::new(frame));
    let evidence = |list: &mut Vec<Evidence>| {
        for item in list {
            // Lines of the switch's own text have its clock's times.
            let Some(frame) = item.place.frame else { continue };
            time(&mut item.time);
            item.source_index = index(frame);
        }
    };
    time(&mut report.capture.first);
    time(&mut report.capture.last);
    evidence(&mut report.verdict.verdict.evidence);
    report.findings.iter_mut().for_each(|finding| evidence(&mut finding.evidence));
    report.shortcomings.iter_mut().for_each(|one| evidence(&mut one.evidence));
    for Attempt { start, end, tcp_stream, verdict, events, .. } in report.attempts.iter_mut() {
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
