//! A bounded window over the input: the only place that reads, and that knows the offset in the file.

use std::io::{self, Read};

use crate::limits::READ_BUFFER;

/// The octets of the input not yet consumed, as far as they were asked for.
pub(super) struct Source<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Octets before `start` that are still to be lent.
    held: usize,
    start: usize,
    end: usize,
    consumed: u64,
    ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: R) -> Self {
        let buffer = vec![0; READ_BUFFER];
        Self { reader, buffer, held: 0, start: 0, end: 0, consumed: 0, ended: false, error: None }
    }

    /// Where the octets come from.
    pub(super) fn reader(&self) -> &R {
        &self.reader
    }

    /// What is in the window; as long as the last successful [`fill`](Self::fill) at least.
    pub(super) fn window(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Offset in the input of the window's first octet.
    pub(super) fn offset(&self) -> u64 {
        self.consumed
    }

    /// Octets read from the input so far.
    pub(super) fn octets_read(&self) -> u64 {
        self.consumed + (self.end - self.start) as u64
    }

    #[cfg(test)]
    pub(super) fn buffer_len(&self) -> usize {
        self.buffer.len()
    }

    /// Takes the error that ended the input, if one did.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Reads until the window holds `octets`; false when the input ends before. The caller bounds `octets`.
    pub(super) fn fill(&mut self, octets: usize) -> bool {
        while self.end - self.start < octets && !self.ended {
            self.make_room(octets);
            self.read_once();
        }
        self.end - self.start >= octets
    }

    /// Drops `octets` from the front of the window; they can be lent until [`release`](Self::release).
    pub(super) fn consume(&mut self, octets: usize) {
        let octets = octets.min(self.end - self.start);
        self.held += octets;
        self.start += octets;
        self.consumed += octets as u64;
    }

    /// Drops `octets` from the front of the window, and all that is held before them.
    pub(super) fn discard(&mut self, octets: usize) {
        self.consume(octets);
        self.held = 0;
    }

    /// Octets at this offset in the input; none where they are no longer held.
    pub(super) fn lend(&self, offset: u64, octets: usize) -> &[u8] {
        let back = usize::try_from(self.consumed.saturating_sub(offset)).unwrap_or(usize::MAX);
        let from = self.start.checked_sub(back).filter(|_| back <= self.held);
        from.and_then(|from| self.buffer.get(from..from + octets)).unwrap_or(&[])
    }

    /// Octets before this offset will not be lent any more.
    pub(super) fn release(&mut self, offset: u64) {
        let back = usize::try_from(self.consumed.saturating_sub(offset)).unwrap_or(usize::MAX);
        self.held = self.held.min(back);
    }

    /// Drops `octets` of the input without holding them; false when it ends before.
    pub(super) fn skip(&mut self, mut octets: u64) -> bool {
        while octets > 0 {
            if !self.fill(1) {
                return false;
            }
            let step = usize::try_from(octets).unwrap_or(usize::MAX).min(self.end - self.start);
            self.discard(step);
            octets -= step as u64;
        }
        true
    }

    fn make_room(&mut self, octets: usize) {
        if self.start + octets > self.buffer.len() || self.end == self.buffer.len() {
            let from = self.start - self.held;
            self.buffer.copy_within(from..self.end, 0);
            self.end -= from;
            self.start = self.held;
        }
        if self.start + octets > self.buffer.len() {
            let longer = self.buffer.len() + READ_BUFFER;
            self.buffer.resize(longer.max(self.start + octets), 0);
        }
    }

    fn read_once(&mut self) {
        match self.reader.read(&mut self.buffer[self.end..]) {
            Ok(0) => self.ended = true,
            // A reader may lie about the length; the window never grows past the buffer.
            Ok(octets) => self.end = (self.end + octets).min(self.buffer.len()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                self.ended = true;
                self.error = Some(error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe that delivers one octet at a time.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buffer[..1])
        }
    }

    #[test]
    fn a_window_grows_only_as_asked_and_keeps_the_offset() {
        let data: Vec<u8> = (0..=255).collect();
        let mut source = Source::new(Trickle(&data));
        assert!(source.fill(3));
        assert_eq!(source.window(), [0, 1, 2]);
        source.consume(2);
        assert!(source.fill(4));
        assert_eq!((source.window(), source.offset()), (&[2, 3, 4, 5][..], 2));
        assert!(source.skip(200));
        assert!(!source.fill(100));
        assert_eq!(source.window().len(), 54);
        assert_eq!(source.octets_read(), 256);
        assert!(!source.skip(55));
    }

    #[test]
    fn a_window_may_be_longer_than_the_buffer() {
        let data = vec![7; READ_BUFFER * 3];
        let mut source = Source::new(&data[..]);
        assert!(source.fill(10));
        source.consume(10);
        source.release(10);
        assert!(source.fill(READ_BUFFER * 2));
        assert!(source.window().len() >= READ_BUFFER * 2);
    }

    #[test]
    fn consumed_octets_are_lent_until_released() {
        let data: Vec<u8> = (0..=255).cycle().take(READ_BUFFER * 2).collect();
        let mut source = Source::new(&data[..]);
        assert!(source.fill(300));
        source.consume(300);
        assert!(source.fill(READ_BUFFER + 100));
        assert_eq!(source.lend(254, 4), [254, 255, 0, 1]);
        source.release(256);
        assert_eq!((source.lend(256, 2), source.lend(255, 2)), (&[0, 1][..], &[][..]));
        source.consume(READ_BUFFER);
        assert_eq!(source.lend(256, 2), [0, 1]);
        assert!(source.skip(50));
        assert!(source.lend(256, 2).is_empty(), "nothing is held across what is skipped");
    }
}
