//! The second reading: the attempts' frames, one after the other, into blocks.

use std::io::{self, Read, Write};

use thiserror::Error;

use super::blocks;
use super::notes::Notes;
use super::selection::Selection;
use crate::capture::{CaptureError, CaptureReader, Frame, LinkType};
use crate::model::Timestamp;
use crate::net::Decoder;
use crate::report::model::{Report, Tool};
use crate::report::redact::Redactor;

/// Seconds before 1970 at which the clock of interfaces with earlier times starts: the earliest time stamp there is.
const BEFORE_1970: i64 = -9_223_372_037;
const NANOS: i128 = 1_000_000_000;

/// Why an annotated capture could not be written.
#[derive(Debug, Error)]
pub enum AnnotateError {
    /// The capture cannot be read again.
    #[error("cannot read the capture again: {0}")]
    Read(#[from] CaptureError),
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// Writes annotated captures, one section each.
pub struct Writer<W> {
    output: W,
}

impl<W: Write> Writer<W> {
    /// Writes to `output`.
    pub fn new(output: W) -> Self {
        Self { output }
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.output
    }

    /// Writes what `selection` takes from `source`, the capture that `report` is about; through `redactor`, if there is one,
    /// which has redacted the report before.
    ///
    /// # Errors
    ///
    /// A source that cannot be read as it was before, or an output that takes no more.
    pub fn section(
        &mut self,
        source: impl Read,
        selection: &Selection,
        report: &Report,
        mut redactor: Option<&mut Redactor>,
    ) -> Result<(), AnnotateError> {
        let notes = Notes::of(report);
        let program = format!("{} {}", Tool::THIS.name, Tool::THIS.version);
        self.output.write_all(&blocks::section(&notes.section(), &program)?)?;
        self.output.write_all(&blocks::names(&notes.names()))?;
        let mut interfaces = Interfaces::default();
        let mut reader = CaptureReader::new(source)?;
        let mut decoder = Decoder::new();
        let mut seen = 0;
        while let Some(frame) = reader.next_frame().filter(|_| seen < selection.frames) {
            seen += 1;
            let packet = decoder.decode(frame);
            if !selection.contains(&frame, &packet) {
                continue;
            }
            let redacted = redactor.as_mut().map(|redactor| redactor.frame(&frame));
            let data = redacted.as_deref().unwrap_or(frame.data);
            let (interface, described) = interfaces.of(frame.link_type, frame.at.time)?;
            self.output.write_all(&described)?;
            let comments = notes.comments(frame.at.frame.get());
            let ticks = interfaces.ticks(interface, frame.at.time);
            self.output.write_all(&blocks::packet(interface, ticks, &Frame { data, ..frame }, &comments)?)?;
        }
        Ok(())
    }
}

/// The interfaces of a section: one for each link type, and one more for times before 1970.
#[derive(Default)]
struct Interfaces(Vec<(LinkType, i64)>);

impl Interfaces {
    /// The number of the interface for such a frame; its description, if it is new.
    fn of(&mut self, link_type: LinkType, time: Timestamp) -> io::Result<(u32, Vec<u8>)> {
        let wanted = (link_type, if time.0 < 0 { BEFORE_1970 } else { 0 });
        let found = self.0.iter().position(|interface| *interface == wanted);
        let described = if found.is_some() {
            Vec::new()
        } else {
            self.0.push(wanted);
            blocks::interface(wanted.0, wanted.1)?
        };
        let number = found.unwrap_or(self.0.len() - 1);
        Ok((u32::try_from(number).unwrap_or(u32::MAX), described))
    }

    fn ticks(&self, interface: u32, time: Timestamp) -> u64 {
        let offset = self.0.get(interface as usize).map_or(0, |(_, offset)| *offset);
        u64::try_from(i128::from(time.0) - i128::from(offset) * NANOS).unwrap_or(0)
    }
}
