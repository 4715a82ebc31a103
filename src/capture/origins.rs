//! Which file a frame of a merged capture is from.

use crate::limits::MERGED_TURNS;
use crate::model::FrameNumber;

/// The files of a merged capture's frames, as runs of frames that follow each other in one file.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    runs: Vec<Run>,
    /// The first frame that there was no room for.
    full: Option<FrameNumber>,
}

/// From a frame of the merged capture on, up to the next run's.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: FrameNumber,
    /// File in the upper 24 bits, the frame's number there in the others.
    origin: u64,
}

/// Bits that a frame's number in its file takes: as many frames as no file holds.
const NUMBER_BITS: u32 = 40;

impl Run {
    fn new(first: FrameNumber, file: usize, number: FrameNumber) -> Self {
        Self { first, origin: (file as u64) << NUMBER_BITS | number.get() & ((1 << NUMBER_BITS) - 1) }
    }

    /// The file, and the number that `frame` has in it.
    fn origin(self, frame: FrameNumber) -> (usize, FrameNumber) {
        let number = (self.origin & ((1 << NUMBER_BITS) - 1)) + (frame.get() - self.first.get());
        (usize::try_from(self.origin >> NUMBER_BITS).unwrap_or(usize::MAX), FrameNumber::new(number))
    }
}

impl Origins {
    /// Notes that `frame`, the one after all those noted before, is frame `number` of `file`.
    pub(super) fn note(&mut self, frame: FrameNumber, file: usize, number: FrameNumber) {
        let goes_on = self.runs.last().is_some_and(|run| run.origin(frame) == (file, number));
        if goes_on || self.full.is_some() {
            return;
        }
        if self.runs.len() == MERGED_TURNS {
            self.full = Some(frame);
        } else {
            self.runs.push(Run::new(frame, file, number));
        }
    }

    /// The file that `frame` is from, as its index in the order given, and its number there; `None` past
    /// [`MERGED_TURNS`] turns from file to file.
    pub fn of(&self, frame: FrameNumber) -> Option<(usize, FrameNumber)> {
        if self.full.is_some_and(|full| frame >= full) {
            return None;
        }
        let behind = self.runs.partition_point(|run| run.first <= frame);
        Some(self.runs.get(behind.checked_sub(1)?)?.origin(frame))
    }

    /// Whether all frames from `first` to `last` follow each other in one file.
    pub fn follow(&self, first: FrameNumber, last: FrameNumber) -> bool {
        let run = |frame| self.runs.partition_point(|run| run.first <= frame);
        self.of(last).is_some() && run(first) == run(last)
    }

    /// The first frame whose file is not known.
    pub fn unknown_from(&self) -> Option<FrameNumber> {
        self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(places: &[(usize, u64)]) -> Origins {
        let mut origins = Origins::default();
        for (frame, &(file, number)) in (1..).zip(places) {
            origins.note(FrameNumber::new(frame), file, FrameNumber::new(number));
        }
        origins
    }

    #[test]
    fn every_frame_has_its_file_and_number() {
        // Frame 3 of the second file is no packet, and frame 6 of the first was written late.
        let places = [(1, 1), (1, 2), (0, 1), (1, 4), (1, 5), (0, 2), (0, 3), (0, 6), (0, 4), (0, 5), (0, 7)];
        let origins = origins(&places);
        for (frame, &(file, number)) in (1..).zip(&places) {
            assert_eq!(origins.of(FrameNumber::new(frame)), Some((file, FrameNumber::new(number))));
        }
        assert_eq!(origins.of(FrameNumber::new(0)), None);
        let follow = |first, last| origins.follow(FrameNumber::new(first), FrameNumber::new(last));
        assert!(follow(1, 2) && follow(4, 5) && follow(9, 10) && follow(3, 3));
        assert!(!follow(2, 4) && !follow(1, 5) && !follow(7, 9));
    }

    #[test]
    fn turns_are_bounded() {
        let turns = MERGED_TURNS as u64;
        let origins =
            origins(&(0..turns + 9).map(|turn| ((turn % 2) as usize, turn / 2 + 1)).collect::<Vec<_>>());
        assert_eq!(origins.of(FrameNumber::new(turns)), Some((1, FrameNumber::new(turns / 2))));
        assert_eq!(
            (origins.of(FrameNumber::new(turns + 1)), origins.unknown_from()),
            (None, Some(FrameNumber::new(turns + 1)))
        );
        assert!(!origins.follow(FrameNumber::new(turns), FrameNumber::new(turns + 1)));
    }
}
