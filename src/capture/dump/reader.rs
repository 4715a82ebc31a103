//! The text as records, in a stream, for [`CaptureReader`](crate::capture::CaptureReader).

use std::collections::VecDeque;
use std::io::{self, Read};

use super::brief::Brief;
use super::line::{Line, classify};
use super::lines::Lines;
use super::link;
use super::packets::{Moment, Packet, Packets};
use super::record::Record;
use crate::capture::LinkType;
use crate::limits::{DUMP_HELD, DUMP_INDEX_RUNS, MAX_CAPTURE_WARNINGS};
use crate::model::{Clock, FrameNumber, Timestamp};

/// What a packet takes in memory beside its octets.
const OVERHEAD: usize = 128;

/// Something wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::capture) struct DumpWarning {
    pub code: &'static str,
    pub message: String,
    pub frame: Option<FrameNumber>,
}

/// What the text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    /// Nothing like a packet.
    Nothing,
    /// Octets, of which nothing proves that they are packets.
    Others,
    /// Packets of Ethernet or IP.
    Packets,
}

/// Reads a text, and lets its packets be read as records.
pub(in crate::capture) struct DumpReader<R> {
    lines: Lines<R>,
    packets: Packets,
    brief: Brief,
    /// Packets whose time may still come, or that nothing proves to be packets yet.
    held: VecDeque<Packet>,
    held_octets: usize,
    /// Nothing is waited for any more.
    released: bool,
    found: Found,
    out: Vec<u8>,
    written: usize,
    lost: u64,
    number: u64,
    clock: Option<Clock>,
    zone: Option<String>,
    warnings: Vec<DumpWarning>,
    warnings_omitted: u64,
    indices: Vec<(FrameNumber, u64)>,
    ended: bool,
    /// Why the text could not be read to its end; told once its packets are handed on.
    failure: Option<io::Error>,
}

impl<R: Read> DumpReader<R> {
    pub fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader),
            packets: Packets::default(),
            brief: Brief::default(),
            held: VecDeque::new(),
            held_octets: 0,
            released: false,
            found: Found::Nothing,
            out: Vec::new(),
            written: 0,
            lost: 0,
            number: 0,
            clock: None,
            zone: None,
            warnings: Vec::new(),
            warnings_omitted: 0,
            indices: Vec::new(),
            ended: false,
            failure: None,
        }
    }

    /// Where the text comes from.
    pub fn reader(&self) -> &R {
        self.lines.reader()
    }

    /// What its times mean; settled at the end.
    pub fn clock(&self) -> Clock {
        self.clock.unwrap_or(Clock::Absent)
    }

    /// Whether packets were found that are none of Ethernet or IP.
    pub fn found_others(&self) -> bool {
        self.found == Found::Others
    }

    /// What is wrong with it so far, and how much more of that there was.
    pub fn warnings(&self) -> (&[DumpWarning], u64) {
        (&self.warnings, self.warnings_omitted)
    }

    /// The dump's own index of its frames: where it is not the one after that of the frame before.
    pub fn indices(&self) -> &[(FrameNumber, u64)] {
        &self.indices
    }

    /// Reads lines until there is a record to hand on, or the input ends.
    fn advance(&mut self) {
        self.out.clear();
        self.written = 0;
        while self.out.is_empty() && !self.ended {
            let line = self.lines.next().unwrap_or_else(|error| {
                self.failure = Some(error);
                None
            });
            let Some(line) = line else {
                let last = self.packets.finish();
                self.hold(last);
                self.ended = true;
                self.release();
                break;
            };
            let (number, cut, kind) = (line.number, line.cut, classify(line.text));
            if let Line::Summary(row) = kind {
                self.brief.take(row);
            }
            if let Line::Heading(_, Some(zone)) = &kind {
                self.zone.get_or_insert_with(|| zone.clone());
            }
            let complete = self.packets.take(number, &kind, cut);
            self.hold(complete);
            self.hand_on();
        }
    }

    fn hold(&mut self, packet: Option<Packet>) {
        let Some(packet) = packet else { return };
        let recognised = packet.lost.is_none() && link::recognise(&packet.octets).is_some();
        self.found = self.found.max(if recognised { Found::Packets } else { Found::Others });
        self.held_octets += packet.octets.len() + OVERHEAD;
        self.held.push_back(packet);
    }

    /// Writes what need not wait.
    fn hand_on(&mut self) {
        if self.held_octets > DUMP_HELD {
            self.release();
        }
        let timed = |packet: &Packet| packet.moment.is_some() || packet.lost.is_some();
        while self.found == Found::Packets
            && self.held.front().is_some_and(|front| self.released || timed(front))
        {
            let Some(packet) = self.held.pop_front() else { break };
            self.held_octets -= packet.octets.len() + OVERHEAD;
            self.write(&packet);
        }
    }

    /// Pairs what is held with the brief list and writes it: nothing more is waited for.
    fn release(&mut self) {
        if self.found < Found::Packets {
            // At the end: this is no dump. Before it: what is held is too much to be kept.
            self.held.clear();
            self.held_octets = 0;
            return;
        }
        let mut held: Vec<Packet> = std::mem::take(&mut self.held).into();
        self.held_octets = 0;
        if !self.released && held.iter().any(|packet| packet.moment.is_none() && packet.lost.is_none()) {
            self.pair(&mut held);
        }
        self.released = true;
        for packet in &held {
            self.write(packet);
        }
    }

    fn pair(&mut self, held: &mut [Packet]) {
        match self.brief.pair(&held.iter().collect::<Vec<_>>()) {
            Ok(rows) => {
                for (packet, row) in held.iter_mut().zip(rows) {
                    let Some(row) = row.filter(|_| packet.moment.is_none()) else { continue };
                    packet.moment = Some(Moment::Relative(row.since_first));
                    packet.index.get_or_insert(row.index);
                    packet.wire = packet.wire.or(row.wire);
                }
            }
            Err(reason) => {
                let message =
                    format!("the brief list does not go with the packets: {reason}; its times are not used");
                self.warn("dump-brief-unused", message, None);
            }
        }
    }

    fn write(&mut self, packet: &Packet) {
        self.number += 1;
        let frame = FrameNumber::new(self.number);
        if let Some((line, reason)) = packet.lost {
            self.lost += 1;
            let start = if line == packet.line {
                String::new()
            } else {
                format!(", which starts in line {}", packet.line)
            };
            let code =
                if reason == "the text ends in it" { "capture-cut-short" } else { "dump-line-damaged" };
            let message =
                format!("line {line} of the text: {reason}; packet {}{start}, is lost", self.number);
            self.warn(code, message, Some(frame));
            return;
        }
        self.note_index(frame, packet.index);
        let captured = u32::try_from(packet.octets.len()).unwrap_or(u32::MAX);
        let (link_type, length) = link::recognise(&packet.octets).unwrap_or((LinkType::ETHERNET, 0));
        let told = packet.wire.filter(|&wire| wire >= captured);
        let wire = told.unwrap_or_else(|| captured.max(u32::try_from(length).unwrap_or(captured)));
        let record = Record {
            lost: std::mem::take(&mut self.lost),
            time: self.time(packet.moment),
            link_type,
            wire,
            captured,
        };
        record.write(&mut self.out);
        self.out.extend_from_slice(&packet.octets);
    }

    /// One clock for the whole text: the first packet's kind.
    fn time(&mut self, moment: Option<Moment>) -> Timestamp {
        let (clock, nanos) = match moment {
            None => return Timestamp::UNKNOWN,
            Some(Moment::Absolute(nanos)) => (Clock::Absolute, nanos),
            Some(Moment::Relative(nanos)) => (Clock::Relative, nanos),
        };
        if *self.clock.get_or_insert(clock) == clock { Timestamp(nanos) } else { Timestamp::UNKNOWN }
    }

    fn note_index(&mut self, frame: FrameNumber, index: Option<u64>) {
        let Some(index) = index else { return };
        let follows = self
            .indices
            .last()
            .is_some_and(|(first, of_first)| index.checked_sub(*of_first) == Some(frame.get() - first.get()));
        if !follows && self.indices.len() < DUMP_INDEX_RUNS {
            self.indices.push((frame, index));
        }
    }

    fn warn(&mut self, code: &'static str, message: String, frame: Option<FrameNumber>) {
        if self.warnings.len() < MAX_CAPTURE_WARNINGS {
            self.warnings.push(DumpWarning { code, message, frame });
        } else {
            self.warnings_omitted += 1;
        }
    }

    /// The zone of its times, if it is not UTC.
    pub fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }
}

impl<R: Read> Read for DumpReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.written == self.out.len() {
            self.advance();
            if let Some(error) = self.failure.take_if(|_| self.out.is_empty()) {
                return Err(error);
            }
        }
        let rest = self.out.get(self.written..).unwrap_or_default();
        let octets = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..octets), rest.get(..octets)) {
            to.copy_from_slice(from);
        }
        self.written += octets;
        Ok(octets)
    }
}

/// Whether an input that starts so is a text: no control characters but those that a terminal's log holds.
pub(in crate::capture) fn is_text(start: &[u8]) -> bool {
    let plain = |&octet: &u8| octet >= 0x20 || matches!(octet, 0x07..=0x0d | 0x1b);
    let ascii = start.iter().filter(|octet| octet.is_ascii()).count();
    start.len() >= 4 && start.iter().all(plain) && ascii * 2 > start.len()
}
