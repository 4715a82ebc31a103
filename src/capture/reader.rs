//! Frames of a capture file, one after the other.

use std::collections::VecDeque;
use std::io::Read;

use super::dump::{RECORD_HEADER, Record as DumpRecord};
use super::facts::{CaptureFacts, CaptureFormat};
use super::frame::{Frame, Frames};
use super::input::{Input, PROBE};
use super::pcap::Pcap;
use super::pcapng::PcapNg;
use super::probe::{no_dump, probe};
use super::record::{Next, Problem, Record};
use super::source::Source;
use super::unpack::Unpacked;
use super::{CaptureError, LinkType};
use crate::limits::{FRAMES_AHEAD, OCTETS_AHEAD};
use crate::model::{At, FrameNumber, Timestamp};

/// Reads a capture front to back with one buffer; frames are borrowed from it. They come in the order of the file, but for
/// one that was written slightly late, which comes in its time's place.
pub struct CaptureReader<R: Read> {
    source: Source<Input<Unpacked<R>>>,
    format: Format,
    facts: CaptureFacts,
    /// Frames looked at ahead, in file order.
    ahead: VecDeque<Place>,
    /// So many frames to come may stand behind a later one.
    unsettled: usize,
    number: u64,
    last_time: Option<Timestamp>,
    went_back: bool,
    ended: bool,
}

enum Format {
    Pcap(Pcap),
    PcapNg(PcapNg),
    Dump,
}

/// A frame without its octets, which the source still holds.
struct Place {
    at: At,
    link_type: LinkType,
    /// Where its octets stand in the input, and how many there are.
    offset: u64,
    captured: usize,
    original_len: u32,
}

impl<R: Read> CaptureReader<R> {
    /// Reads the file or section header.
    pub fn new(reader: R) -> Result<Self, CaptureError> {
        let mut source = Source::new(Input::open(Unpacked::open(reader)));
        source.fill(PROBE);
        let (format, name) = match Self::open(&mut source) {
            Ok(opened) => opened,
            Err(error) => return Err(source.take_error().map_or(error, |error| read_error(&source, error))),
        };
        let mut facts = CaptureFacts::new(name);
        facts.bytes = source.reader().inner().octets_packed();
        facts.compression = source.reader().inner().compression();
        Ok(Self {
            source,
            format,
            facts,
            ahead: VecDeque::with_capacity(FRAMES_AHEAD),
            unsettled: 0,
            number: 0,
            last_time: None,
            went_back: false,
            ended: false,
        })
    }

    fn open(source: &mut Source<Input<Unpacked<R>>>) -> Result<(Format, CaptureFormat), CaptureError> {
        if let Input::Text { start, dump } = source.reader() {
            return match source.window() {
                [] => Err(no_dump(start, dump.found_others())),
                _ => Ok((Format::Dump, CaptureFormat::HexDump)),
            };
        }
        let start = source.window();
        let name = probe(&start[..start.len().min(PROBE)])?;
        let format = match name {
            CaptureFormat::Pcap => Format::Pcap(Pcap::open(source)?),
            CaptureFormat::PcapNg => Format::PcapNg(PcapNg::open(source)?),
            CaptureFormat::HexDump => Format::Dump,
        };
        Ok((format, name))
    }

    /// The next frame, until the file ends or nothing more of it can be read; then `None`, for ever.
    pub fn next_frame(&mut self) -> Option<Frame<'_>> {
        self.look_ahead();
        let place = match self.earliest() {
            0 => self.ahead.pop_front()?,
            late => self.ahead.remove(late)?,
        };
        self.unsettled = self.unsettled.saturating_sub(1);
        let data = self.source.lend(place.offset, place.captured);
        Some(Frame { at: place.at, link_type: place.link_type, data, original_len: place.original_len })
    }

    /// Where the frame stands that [`next_frame`](Self::next_frame) returns next.
    pub(super) fn peek(&mut self) -> Option<At> {
        self.look_ahead();
        self.ahead.get(self.earliest()).map(|place| place.at)
    }

    /// What is known so far; complete once [`next_frame`](Self::next_frame) has returned `None`.
    pub fn facts(&self) -> &CaptureFacts {
        &self.facts
    }

    fn look_ahead(&mut self) {
        let held = self.ahead.front().map_or(self.source.offset(), |place| place.offset);
        self.source.release(held);
        while self.ahead.len() < FRAMES_AHEAD {
            let Some(place) = self.advance(held) else { break };
            self.ahead.push_back(place);
        }
    }

    /// Which of the frames looked at ahead comes next.
    fn earliest(&self) -> usize {
        let Some(first) = self.ahead.front().filter(|_| self.unsettled > 0) else { return 0 };
        let mut latest = first.at.time;
        // A larger step back from any frame in front of it is that of a clock that was set, or of another capture behind this one:
        // what follows is not late.
        let late = self.ahead.iter().enumerate().take_while(|(_, place)| {
            latest = latest.max(place.at.time);
            latest - place.at.time <= At::WRITTEN_LATE
        });
        late.min_by_key(|(_, place)| place.at.time).map_or(0, |(index, _)| index)
    }

    /// Reads on to the next record. While octets from `held` on are still to be lent, only as far as the next frame stands close
    /// behind them.
    fn advance(&mut self, held: u64) -> Option<Place> {
        while !self.ended {
            if self.ahead.is_empty() {
                self.source.release(self.source.offset());
            } else if !self.frame_is_near(held) {
                return None;
            }
            let next = match &mut self.format {
                Format::Pcap(pcap) => pcap.next(&mut self.source),
                Format::PcapNg(pcapng) => pcapng.next(&mut self.source),
                Format::Dump => dumped(&mut self.source, &mut self.number),
            };
            self.facts.bytes = self.source.reader().inner().octets_packed();
            match next {
                Next::Record(record) => return Some(self.place(&record)),
                Next::Numbered => self.number += 1,
                Next::Skipped(message) => self.facts.warn("damaged-record", message, self.last_frame()),
                Next::End(problem) => {
                    self.ended = true;
                    self.source.reader().note(&mut self.facts);
                    if let Some(problem) = problem {
                        self.facts.warn(problem.code, problem.message, self.last_frame());
                    }
                }
            }
        }
        None
    }

    #[cfg(test)]
    pub(super) fn buffer_len(&self) -> usize {
        self.source.buffer_len()
    }

    fn frame_is_near(&mut self, held: u64) -> bool {
        let follows = match &self.format {
            Format::Pcap(_) | Format::Dump => true,
            Format::PcapNg(pcapng) => pcapng.packet_follows(&mut self.source),
        };
        follows && self.source.offset() - held <= OCTETS_AHEAD
    }

    fn place(&mut self, record: &Record) -> Place {
        self.number += 1;
        let offset = self.source.offset() + record.data.start as u64;
        self.source.consume(record.length);
        let at = At { frame: FrameNumber::new(self.number), time: self.time(record.time) };
        let captured = record.data.len();
        let captured_len = u32::try_from(captured).unwrap_or(u32::MAX);
        self.facts.frames += 1;
        if captured_len < record.original_len {
            self.facts.cut_frames += 1;
            self.facts.first_cut.get_or_insert(at);
        }
        self.facts.saw_link_type(record.link_type);
        // Some writers leave the original length at 0.
        let original_len = record.original_len.max(captured_len);
        Place { at, link_type: record.link_type, offset, captured, original_len }
    }

    /// The frame's time; a frame without one takes that of the frame before it.
    fn time(&mut self, stated: Option<Timestamp>) -> Timestamp {
        let Some(time) = stated else { return self.last_time.unwrap_or(Timestamp::UNKNOWN) };
        if !time.is_known() {
            return time;
        }
        if self.last_time.is_some_and(|before| time < before) {
            self.unsettled = FRAMES_AHEAD;
        }
        if let Some(before) = self.last_time.filter(|&before| time < before && !self.went_back) {
            self.went_back = true;
            let step = (before - time).as_seconds();
            let message = format!("frame {} is {step:.6} s earlier than the frame before it", self.number);
            self.facts.warn("time-backwards", message, Some(FrameNumber::new(self.number)));
            self.facts.backwards = Some((At { frame: FrameNumber::new(self.number), time }, before - time));
        }
        self.last_time = Some(time);
        self.facts.saw_time(time);
        time
    }

    fn last_frame(&self) -> Option<FrameNumber> {
        (self.number > 0).then_some(FrameNumber::new(self.number))
    }
}

impl<R: Read> Frames for CaptureReader<R> {
    fn next_frame(&mut self) -> Option<Frame<'_>> {
        CaptureReader::next_frame(self)
    }

    fn take_facts(&mut self) -> CaptureFacts {
        self.facts.clone()
    }
}

/// The record at the front of what a text was turned into.
fn dumped<R: Read>(source: &mut Source<R>, number: &mut u64) -> Next {
    source.fill(RECORD_HEADER);
    let Some(header) = DumpRecord::parse(source.window()) else {
        let problem = source.take_error().map(|error| {
            let message = format!("reading the text failed: {error}; analysed up to there");
            Problem { code: "capture-read-error", message }
        });
        return Next::End(problem);
    };
    let length = RECORD_HEADER + header.captured as usize;
    if !source.fill(length) {
        return Next::End(None);
    }
    *number += header.lost;
    Next::Record(Record {
        data: RECORD_HEADER..length,
        length,
        time: Some(header.time),
        link_type: header.link_type,
        original_len: header.wire,
    })
}

fn read_error<R: Read>(source: &Source<R>, error: std::io::Error) -> CaptureError {
    CaptureError::Read { offset: source.octets_read(), error }
}
