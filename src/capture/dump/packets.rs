//! Lines put together to packets.
//!
//! Every line must continue the packet where the one before it ended; a line that does not, or that is damaged, loses that
//! packet and no other. What else stands between the lines of a packet (log messages, pages, prompts) is passed over.

use super::hex::{HexLine, PER_LINE, Style};
use super::line::{Line, Row};
use crate::limits::MAX_RECORD;

/// When a packet was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// Nanoseconds since 1970-01-01 UTC.
    Absolute(i64),
    /// Nanoseconds since a moment that is not known.
    Relative(i64),
}

/// One packet of the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Packet {
    /// Number of its first line.
    pub line: u64,
    /// Its own index.
    pub index: Option<u64>,
    /// Its own time.
    pub moment: Option<Moment>,
    /// Octets on the wire, where stated.
    pub wire: Option<u32>,
    pub octets: Vec<u8>,
    /// It was lost, by this line and for this reason.
    pub lost: Option<(u64, &'static str)>,
}

/// What is known of the packet whose octets come next.
#[derive(Debug, Default)]
struct Ahead {
    index: Option<u64>,
    moment: Option<Moment>,
    wire: Option<u32>,
    heading: bool,
    /// The octets below are of something put together from several packets.
    other_octets: bool,
    /// Summaries one behind the other are the brief list, not in front of their packets.
    summaries: usize,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Between,
    Inside(Packet, Expected),
    /// The rest of a lost packet, or of octets that are no packet.
    PassingOver,
}

/// Where the next line must continue.
#[derive(Debug, Clone, Copy)]
struct Expected {
    style: Style,
    next: u64,
    /// Places left blank on the first line: some print the address of the line, some that of its first octet.
    blank: u64,
    full: bool,
    /// A blank line was seen behind it, which ends a packet unless the next line still continues it.
    blank_line: bool,
}

/// Puts lines together.
#[derive(Debug, Default)]
pub(super) struct Packets {
    ahead: Ahead,
    state: State,
    /// The style of the packets so far.
    style: Option<Style>,
}

impl Packets {
    /// Takes the next line; the packet that is complete with it.
    pub fn take(&mut self, number: u64, line: &Line, cut: bool) -> Option<Packet> {
        match line {
            Line::Hex(hex) => return self.hex(number, hex, cut),
            Line::Blank => {
                if let State::Inside(_, expected) = &mut self.state {
                    expected.blank_line = true;
                }
                return None;
            }
            Line::Pager => return None,
            Line::Index(index) => self.ahead = Ahead { index: Some(*index), ..self.ahead_of(false) },
            Line::Heading(moment, _) => {
                self.ahead = Ahead { moment: Some(*moment), heading: true, ..Ahead::default() };
            }
            Line::Summary(row) => self.summary(*row),
            Line::Frame { number, wire } => {
                self.ahead = Ahead { index: Some(*number), wire: Some(*wire), ..Ahead::default() };
            }
            Line::Epoch(nanos) => self.ahead.moment = Some(Moment::Absolute(*nanos)),
            Line::OtherOctets => self.ahead.other_octets = true,
            Line::FrameOctets => self.ahead.other_octets = false,
            Line::Other => {
                // The brief list is over: its last line is in front of nobody's octets.
                if self.ahead.summaries > 1 {
                    self.ahead = Ahead::default();
                }
                return None;
            }
        }
        if matches!(line, Line::Frame { .. } | Line::Heading(..) | Line::Summary(_) | Line::Index(_)) {
            return self.finish();
        }
        None
    }

    /// The packet that the end of the input completes.
    pub fn finish(&mut self) -> Option<Packet> {
        match std::mem::take(&mut self.state) {
            State::Inside(packet, _) => Some(packet),
            State::Between | State::PassingOver => None,
        }
    }

    /// What was announced, unless it was by the brief list.
    fn ahead_of(&mut self, with_summaries: bool) -> Ahead {
        let ahead = std::mem::take(&mut self.ahead);
        if ahead.summaries > usize::from(with_summaries) { Ahead::default() } else { ahead }
    }

    fn summary(&mut self, row: Row) {
        let summaries = self.ahead.summaries + 1;
        self.ahead = Ahead {
            index: Some(row.index),
            moment: Some(Moment::Relative(row.since_first)),
            wire: row.wire,
            summaries,
            ..Ahead::default()
        };
    }

    fn hex(&mut self, number: u64, line: &HexLine, cut: bool) -> Option<Packet> {
        if self.starts(line) {
            let complete = self.finish();
            self.start(number, line, cut);
            return complete;
        }
        match &mut self.state {
            State::Inside(packet, expected) => {
                if let Err(reason) = continued(packet, expected, line) {
                    // A line of something else that only looks like one.
                    if line.octets.is_none() && expected.next != line.offset {
                        return None;
                    }
                    return if expected.blank_line && expected.style == line.style {
                        self.headless(number, line)
                    } else {
                        self.lose(number, if cut { ENDS } else { reason })
                    };
                }
                None
            }
            State::Between if self.style == Some(line.style) && line.octets.is_some() => {
                self.headless(number, line)
            }
            State::Between | State::PassingOver => None,
        }
    }

    /// A packet without its beginning.
    fn headless(&mut self, number: u64, line: &HexLine) -> Option<Packet> {
        let complete = self.finish();
        let lost = Some((number, "it continues no packet: what is before it is missing"));
        self.state = State::Inside(Packet { line: number, lost, ..Packet::default() }, Expected::of(line, 0));
        complete
    }

    fn starts(&self, line: &HexLine) -> bool {
        match line.style {
            Style::Addresses => self.ahead.heading,
            Style::Octets | Style::Columns => line.offset == 0,
        }
    }

    fn start(&mut self, number: u64, line: &HexLine, cut: bool) {
        let ahead = self.ahead_of(true);
        if ahead.other_octets {
            self.state = State::PassingOver;
            return;
        }
        let mut packet = Packet {
            line: number,
            index: ahead.index,
            moment: ahead.moment,
            wire: ahead.wire,
            ..Packet::default()
        };
        self.style = Some(line.style);
        match &line.octets {
            Some(octets) if line.blank == 0 || line.style == Style::Addresses => {
                packet.octets.extend_from_slice(octets);
            }
            _ => packet.lost = Some((number, if cut { ENDS } else { DAMAGED })),
        }
        self.state = State::Inside(packet, Expected::of(line, line.octets.as_ref().map_or(0, Vec::len)));
    }

    /// Gives up the packet under construction.
    fn lose(&mut self, number: u64, reason: &'static str) -> Option<Packet> {
        let mut packet = self.finish()?;
        self.state = State::PassingOver;
        packet.lost.get_or_insert((number, reason));
        Some(packet)
    }
}

const DAMAGED: &str = "it is not hexadecimal in its columns";
const ENDS: &str = "the text ends in it";

impl Expected {
    fn of(line: &HexLine, octets: usize) -> Self {
        let blank = line.blank as u64;
        let next = line.offset.wrapping_add((octets + line.blank) as u64);
        Self { style: line.style, next, blank, full: line.blank + octets == PER_LINE, blank_line: false }
    }
}

/// Adds a line to its packet.
fn continued(packet: &mut Packet, expected: &mut Expected, line: &HexLine) -> Result<(), &'static str> {
    if packet.lost.is_some() {
        return Ok(());
    }
    if line.style != expected.style {
        return Err("it is of another layout than the line before it");
    }
    let address_of_first = expected.blank > 0 && line.offset == expected.next.wrapping_sub(expected.blank);
    if line.offset != expected.next && !address_of_first {
        return Err("its offset does not follow from the line before it");
    }
    let octets = line.octets.as_ref().filter(|_| line.blank == 0).ok_or(DAMAGED)?;
    if !expected.full {
        return Err("the line before it is not full");
    }
    if packet.octets.len() + octets.len() > MAX_RECORD {
        return Err("the packet is longer than any can be");
    }
    packet.octets.extend_from_slice(octets);
    *expected = Expected::of(line, octets.len());
    Ok(())
}
