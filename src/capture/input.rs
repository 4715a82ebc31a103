//! The octets of a capture file: those of the input, or what a text is turned into.

use std::io::{self, Cursor, Read};

use super::CaptureFacts;
use super::dump::{DumpReader, is_text};
use crate::model::{Clock, Timestamp};

/// Octets looked at first; enough to tell text from a binary file.
pub(super) const PROBE: usize = 512;

/// The input as it was before anything was read of it.
pub(super) type Whole<R> = io::Chain<Cursor<Vec<u8>>, Failing<R>>;

/// An input whose first error came while it was looked at.
pub(super) struct Failing<R> {
    error: Option<io::Error>,
    reader: R,
}

/// The octets of a capture file.
pub(super) enum Input<R> {
    /// As they are.
    Octets(Whole<R>),
    /// A text, whose packets can be read as records.
    Text {
        /// Its first octets.
        start: Vec<u8>,
        dump: Box<DumpReader<Whole<R>>>,
    },
}

impl<R: Read> Input<R> {
    /// Looks at the first octets of `reader`.
    pub fn open(mut reader: R) -> Self {
        let (start, error) = peek(&mut reader);
        let text = is_text(&start);
        let whole = Cursor::new(start.clone()).chain(Failing { error, reader });
        if text { Self::Text { start, dump: Box::new(DumpReader::new(whole)) } } else { Self::Octets(whole) }
    }

    /// Where the octets come from.
    pub fn inner(&self) -> &R {
        let whole = match self {
            Self::Octets(whole) => whole,
            Self::Text { dump, .. } => dump.reader(),
        };
        &whole.get_ref().1.reader
    }

    /// Adds what is known of a text once it has been read.
    pub fn note(&self, facts: &mut CaptureFacts) {
        let Self::Text { dump, .. } = self else {
            note_times(facts);
            return;
        };
        facts.clock = dump.clock();
        facts.source_indices = dump.indices().to_vec();
        let (warnings, omitted) = dump.warnings();
        if let Some((code, message)) = about_times(facts.clock, dump.zone()) {
            facts.warn(code, message, None);
        }
        for warning in warnings {
            facts.warn(warning.code, warning.message.clone(), warning.frame);
        }
        facts.warnings_omitted += omitted;
    }
}

/// Simple Packet Blocks have no times, and a tool that lost them writes zeros.
fn note_times(facts: &mut CaptureFacts) {
    let zero = Some(Timestamp(0));
    let lost = facts.frames > 1 && (facts.first, facts.last) == (zero, zero);
    if facts.frames == 0 || facts.first.is_some() && !lost {
        return;
    }
    (facts.clock, facts.first, facts.last) = (Clock::Absent, None, None);
    let message = "no frame has a time: only their order is known, and whatever depends on how long something took is uncertain";
    facts.warn("capture-without-times", message.to_owned(), None);
}

fn about_times(clock: Clock, zone: Option<&str>) -> Option<(&'static str, String)> {
    match (clock, zone) {
        (Clock::Absolute, _) => None,
        (Clock::Absent, _) => Some((
            "dump-without-times",
            "the text holds no times: only the order of the packets is known, and whatever depends on how long something \
             took is uncertain; `show monitor capture NAME buffer brief` behind it adds them"
                .to_owned(),
        )),
        (Clock::Relative, Some(zone)) => Some((
            "dump-zone-unknown",
            format!("the times are in the zone {zone}, and the text does not say how far from UTC that is: only the spans between them are used"),
        )),
        (Clock::Relative, None) => Some((
            "dump-times-relative",
            "the times count from the first packet, and the text does not say when that was: no certificate can be held \
             against the date"
                .to_owned(),
        )),
    }
}

/// The first octets of `reader`, and the error behind them.
fn peek(reader: &mut impl Read) -> (Vec<u8>, Option<io::Error>) {
    let mut start = vec![0; PROBE];
    let mut read = 0;
    while let Some(room) = start.get_mut(read..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(0) => break,
            // A reader may lie about the length.
            Ok(octets) => read = (read + octets).min(PROBE),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                start.truncate(read);
                return (start, Some(error));
            }
        }
    }
    start.truncate(read);
    (start, None)
}

impl<R: Read> Read for Failing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.error.take() {
            Some(error) => Err(error),
            None => self.reader.read(buffer),
        }
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Octets(whole) => whole.read(buffer),
            Self::Text { dump, .. } => dump.read(buffer),
        }
    }
}
