//! Several captures read as one: the files of a ring, or capture points that ran together.

use std::io::{self, Read};

use super::facts::{CaptureFormat, CaptureWarning};
use super::frame::{Frame, Frames};
use super::{CaptureError, CaptureFacts, CaptureReader, Merged};
use crate::limits::{MERGED_AT_ONCE, MERGED_TURNS};
use crate::model::{At, FrameNumber, Timestamp};

/// One of the captures to merge.
pub trait Input {
    /// What its octets are read from.
    type Source: Read;

    /// Opens it, at its start each time.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    fn open(&mut self) -> io::Result<Self::Source>;

    /// Whether it can be opened more than once: a file can, a pipe cannot.
    fn opens_again(&self) -> bool;

    /// What [`open`](Self::open) returned last has been dropped: all its frames have been read, or the first was only looked at.
    fn close(&mut self, read: bool);
}

/// Reads captures as one, in order of time; of frames with the same time, those of the capture named first come first. The frames
/// of one capture stay in the order in which [`CaptureReader`] has them. Only captures that hold the same moment are open together, and
/// however they are named, one that ended before another began comes before it.
pub struct MergedReader<I: Input> {
    inputs: Vec<I>,
    /// Time of the first frame and index of the captures still to be opened, the latest first.
    waiting: Vec<(Timestamp, usize)>,
    reading: Vec<Reading<I::Source>>,
    /// Which of them lent its frame last.
    lent: Option<usize>,
    number: u64,
    facts: CaptureFacts,
    /// Goes to the facts at the end.
    merged: Option<Merged>,
    failures: Vec<(usize, CaptureError)>,
}

/// An open capture with a frame to come.
struct Reading<R: Read> {
    index: usize,
    reader: CaptureReader<R>,
    next: At,
}

impl<I: Input> MergedReader<I> {
    /// Looks at the first frame of each of `inputs`. What cannot be read is among the [`failures`](Self::failures).
    pub fn new(inputs: Vec<I>) -> Self {
        let mut merged = Self {
            merged: Some(Merged { files: inputs.iter().map(|_| None).collect(), ..Merged::default() }),
            inputs,
            waiting: Vec::new(),
            reading: Vec::new(),
            lent: None,
            number: 0,
            facts: CaptureFacts::new(CaptureFormat::Pcap),
            failures: Vec::new(),
        };
        for index in 0..merged.inputs.len() {
            merged.look_at(index);
        }
        merged.waiting.sort_unstable_by(|one, other| other.cmp(one));
        merged
    }

    /// The captures that could not be read, by their index in the order given, and why.
    pub fn failures(&self) -> &[(usize, CaptureError)] {
        &self.failures
    }

    /// The same, once all is read.
    pub fn into_failures(self) -> Vec<(usize, CaptureError)> {
        self.failures
    }

    fn look_at(&mut self, index: usize) {
        let Some(reading) = self.open(index) else { return };
        let Some(input) = self.inputs.get_mut(index) else { return };
        if input.opens_again() {
            self.waiting.push((reading.next.time, index));
            drop(reading);
            input.close(false);
        } else {
            self.reading.push(reading);
        }
    }

    /// Opens a capture as far as its first frame. One without frames is closed again.
    fn open(&mut self, index: usize) -> Option<Reading<I::Source>> {
        if self.reading.len() == MERGED_AT_ONCE {
            self.failures.push((index, CaptureError::TooManyAtOnce));
            return None;
        }
        let source = self.inputs.get_mut(index)?.open().map_err(CaptureError::Open);
        let mut reader = match source.and_then(CaptureReader::new) {
            Ok(reader) => reader,
            Err(error) => {
                self.failures.push((index, error));
                return None;
            }
        };
        let Some(next) = reader.peek() else {
            self.close(index, reader);
            return None;
        };
        if !next.time.is_known() {
            self.failures.push((index, CaptureError::NoTimes));
            return None;
        }
        Some(Reading { index, reader, next })
    }

    fn close(&mut self, index: usize, reader: CaptureReader<I::Source>) {
        self.facts.add(index, reader.facts());
        if let Some(file) = self.merged.as_mut().and_then(|merged| merged.files.get_mut(index)) {
            *file = Some(reader.facts().clone());
        }
        drop(reader);
        if let Some(input) = self.inputs.get_mut(index) {
            input.close(true);
        }
    }

    /// Looks at what follows the frame lent last, and closes its capture where nothing does.
    fn go_on(&mut self) {
        let Some(lent) = self.lent.take() else { return };
        let Some(reading) = self.reading.get_mut(lent) else { return };
        if let Some(next) = reading.reader.peek() {
            reading.next = next;
        } else {
            let Reading { index, reader, .. } = self.reading.swap_remove(lent);
            self.close(index, reader);
        }
    }

    /// Opens the captures that begin before the earliest frame at hand.
    fn open_due(&mut self) {
        while let Some(&due) = self.waiting.last() {
            let earliest = self.earliest().and_then(|place| self.reading.get(place));
            if earliest.is_some_and(|earliest| (earliest.next.time, earliest.index) < due) {
                break;
            }
            self.waiting.pop();
            let opened = self.open(due.1);
            self.reading.extend(opened);
        }
    }

    /// Which of the open captures has the next frame.
    fn earliest(&self) -> Option<usize> {
        let order = |(_, reading): &(usize, &Reading<I::Source>)| (reading.next.time, reading.index);
        self.reading.iter().enumerate().min_by_key(order).map(|(place, _)| place)
    }

    /// What is known once all is read.
    fn complete(&mut self) {
        let Some(merged) = self.merged.take() else { return };
        let mut files = merged.files.iter().flatten();
        if let Some(first) = files.next() {
            self.facts.format = first.format;
            self.facts.compression =
                first.compression.filter(|&form| files.all(|file| file.compression == Some(form)));
        }
        self.failures.sort_by_key(|(index, _)| *index);
        for (index, error) in &self.failures {
            let message = format!("the file is not part of this report: {error}");
            self.facts.warn_of(CaptureWarning {
                code: "file-left-out",
                message,
                frame: None,
                file: Some(*index),
            });
        }
        if let Some(from) = merged.origins.unknown_from() {
            let message = format!(
                "the files take turns more than {MERGED_TURNS} times: from {from} on, frame numbers count through all files in \
                 order of time, as in what `mergecap` writes"
            );
            self.facts.warn("limit-merged-turns", message, None);
        }
        self.facts.merged = Some(merged);
    }
}

impl<I: Input> Frames for MergedReader<I> {
    fn next_frame(&mut self) -> Option<Frame<'_>> {
        self.go_on();
        self.open_due();
        let Some(place) = self.earliest() else {
            self.complete();
            return None;
        };
        let reading = self.reading.get_mut(place)?;
        let back = reading.reader.facts().backwards.filter(|(at, _)| at.frame == reading.next.frame);
        let frame = reading.reader.next_frame()?;
        self.number += 1;
        self.lent = Some(place);
        let at = At { frame: FrameNumber::new(self.number), time: frame.at.time };
        if let Some(merged) = &mut self.merged {
            merged.origins.note(at.frame, reading.index, frame.at.frame);
        }
        if frame.data.len() < frame.original_len as usize {
            self.facts.first_cut.get_or_insert(at);
        }
        if let Some((_, step)) = back {
            self.facts.backwards.get_or_insert((at, step));
        }
        Some(Frame { at, ..frame })
    }

    fn take_facts(&mut self) -> CaptureFacts {
        std::mem::replace(&mut self.facts, CaptureFacts::new(CaptureFormat::Pcap))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use super::*;

    /// A file whose frames have these times, in microseconds, and hold their index in it.
    fn pcap(micros: &[u32]) -> Vec<u8> {
        let header = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1].map(u32::to_le_bytes).concat();
        let record = |(index, &micros): (u32, &u32)| {
            let words = [micros / 1_000_000, micros % 1_000_000, 4, 4, index];
            words.map(u32::to_le_bytes).concat()
        };
        header.into_iter().chain((1..).zip(micros).flat_map(record)).collect()
    }

    /// What was opened and closed, and a file that may be a pipe.
    struct File<'a> {
        octets: Option<Vec<u8>>,
        pipe: bool,
        open: &'a Mutex<BTreeSet<usize>>,
        most: &'a Mutex<usize>,
        index: usize,
    }

    struct Opened<'a>(io::Cursor<Vec<u8>>, &'a Mutex<BTreeSet<usize>>, usize);

    impl Read for Opened<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Drop for Opened<'_> {
        fn drop(&mut self) {
            assert!(self.1.lock().unwrap().remove(&self.2));
        }
    }

    impl<'a> Input for File<'a> {
        type Source = Opened<'a>;

        fn open(&mut self) -> io::Result<Opened<'a>> {
            let octets = if self.pipe { self.octets.take() } else { self.octets.clone() };
            let octets = octets.ok_or_else(|| io::Error::other("gone"))?;
            let mut open = self.open.lock().unwrap();
            assert!(open.insert(self.index), "opened while it is open");
            let mut most = self.most.lock().unwrap();
            *most = open.len().max(*most);
            Ok(Opened(io::Cursor::new(octets), self.open, self.index))
        }

        fn opens_again(&self) -> bool {
            !self.pipe
        }

        fn close(&mut self, _: bool) {
            assert!(!self.open.lock().unwrap().contains(&self.index));
        }
    }

    struct Seen {
        /// File, number in it, number in all, in the order read.
        frames: Vec<(usize, u64, u64)>,
        facts: CaptureFacts,
        failures: Vec<(usize, CaptureError)>,
        open_at_once: usize,
    }

    fn read(files: Vec<(Option<Vec<u8>>, bool)>) -> Seen {
        let (open, most) = (Mutex::default(), Mutex::default());
        let input = |(index, (octets, pipe))| File { octets, pipe, open: &open, most: &most, index };
        let mut reader = MergedReader::new(files.into_iter().enumerate().map(input).collect());
        let mut seen = Vec::new();
        while let Some(frame) = reader.next_frame() {
            seen.push((frame.at.frame, frame.data.first().map(|&index| u64::from(index))));
        }
        let facts = reader.take_facts();
        let origins = &facts.merged.as_ref().unwrap().origins;
        let frames = seen.iter().map(|&(frame, index)| {
            let (file, number) = origins.of(frame).unwrap();
            assert_eq!(index, Some(number.get()), "the octets are those of the frame");
            (file, number.get(), frame.get())
        });
        let frames = frames.collect();
        let failures = reader.into_failures();
        assert!(open.lock().unwrap().is_empty());
        let open_at_once = *most.lock().unwrap();
        Seen { frames, facts, failures, open_at_once }
    }

    fn files(files: &[&[u32]]) -> Vec<(Option<Vec<u8>>, bool)> {
        files.iter().map(|micros| (Some(pcap(micros)), false)).collect()
    }

    fn order(seen: &Seen) -> Vec<(usize, u64)> {
        assert!((1..).zip(&seen.frames).all(|(number, frame)| frame.2 == number));
        seen.frames.iter().map(|&(file, number, _)| (file, number)).collect()
    }

    #[test]
    fn frames_come_by_time_and_at_the_same_time_by_file() {
        let seen = read(files(&[&[10, 20, 20, 90], &[], &[5, 20, 30, 90]]));
        assert_eq!(order(&seen), [(2, 1), (0, 1), (0, 2), (0, 3), (2, 2), (2, 3), (0, 4), (2, 4)]);
        let facts = &seen.facts;
        assert_eq!(
            (facts.frames, facts.first, facts.last),
            (8, Some(Timestamp(5_000)), Some(Timestamp(90_000)))
        );
        assert_eq!(facts.bytes, 3 * 24 + 8 * 20);
        let merged = facts.merged.as_ref().unwrap();
        assert_eq!(merged.files.iter().flatten().map(|file| file.frames).collect::<Vec<_>>(), [4, 0, 4]);
    }

    #[test]
    fn files_of_a_ring_are_open_one_after_the_other_in_whatever_order_they_are_named() {
        let ring: Vec<Vec<u32>> =
            (0..100).map(|file: u32| vec![file * 37 % 100 * 10, file * 37 % 100 * 10 + 9]).collect();
        let seen = read(files(&ring.iter().map(Vec::as_slice).collect::<Vec<_>>()));
        let place = |file: u32| (file * 73 % 100) as usize;
        let expected: Vec<_> = (0..100).flat_map(|file| [(place(file), 1), (place(file), 2)]).collect();
        assert_eq!((order(&seen), seen.open_at_once), (expected, 1));
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_a_file_s_frames_in_order() {
        let seen = read(files(&[&[100_000, 1_000_000, 50_000, 60_000], &[70_000, 2_000_000]]));
        assert_eq!(order(&seen), [(1, 1), (0, 1), (0, 2), (0, 3), (0, 4), (1, 2)]);
        let (at, _) = seen.facts.backwards.unwrap();
        assert_eq!(at.frame, FrameNumber::new(4));
        assert_eq!(
            (seen.facts.warnings[0].file, seen.facts.warnings[0].frame),
            (Some(0), Some(FrameNumber::new(3)))
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_and_the_others_are_read() {
        let mut parts = files(&[&[3, 4], &[1, 2]]);
        parts.insert(1, (Some(b"no capture".to_vec()), false));
        parts.push((None, false));
        let seen = read(parts);
        assert_eq!(order(&seen), [(2, 1), (2, 2), (0, 1), (0, 2)]);
        let failed: Vec<usize> = seen.failures.iter().map(|(index, _)| *index).collect();
        assert_eq!(failed, [1, 3]);
        let warned: Vec<_> = seen.facts.warnings.iter().map(|warning| (warning.code, warning.file)).collect();
        assert_eq!(warned, [("file-left-out", Some(1)), ("file-left-out", Some(3))]);
    }

    #[test]
    fn a_pipe_is_opened_once() {
        let mut parts = files(&[&[1, 5], &[2, 6], &[8]]);
        parts[1].1 = true;
        let seen = read(parts);
        assert_eq!(order(&seen), [(0, 1), (1, 1), (0, 2), (1, 2), (2, 1)]);
        assert_eq!(seen.open_at_once, 2);
    }

    #[test]
    fn too_many_at_once_are_told() {
        let all: Vec<Vec<u32>> = (0..40).map(|file| vec![file, 1000]).collect();
        let seen = read(files(&all.iter().map(Vec::as_slice).collect::<Vec<_>>()));
        assert_eq!((seen.frames.len(), seen.open_at_once), (2 * MERGED_AT_ONCE, MERGED_AT_ONCE));
        assert_eq!(seen.failures.len(), 40 - MERGED_AT_ONCE);
        assert!(seen.failures[0].1.to_string().contains("merge fewer"), "{}", seen.failures[0].1);
    }
}
