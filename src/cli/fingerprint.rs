//! SHA-256 of an input while it streams by.

use std::fmt::Write;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// A reader that fingerprints what passes through it.
pub struct Fingerprint<R> {
    source: R,
    hasher: Option<Sha256>,
    octets: u64,
    limit: u64,
}

impl<R: Read> Fingerprint<R> {
    /// Reads from `source`; fingerprints inputs up to `limit` octets, and none where that is 0.
    pub fn new(source: R, limit: u64) -> Self {
        Self { source, hasher: (limit > 0).then(Sha256::new), octets: 0, limit }
    }

    /// The input's length is known: one that is too long is not fingerprinted in vain up to the limit.
    pub fn expecting(self, octets: u64) -> Self {
        let hasher = self.hasher.filter(|_| octets <= self.limit);
        Self { hasher, ..self }
    }

    /// Reads what the analysis left unread; the fingerprint in hexadecimal, unless the input was too large or unreadable,
    /// and what was read from.
    pub fn finish(mut self) -> (Option<String>, R) {
        (self.digest(), self.source)
    }

    fn digest(&mut self) -> Option<String> {
        let mut buffer = vec![0; 64 << 10];
        while self.hasher.is_some() {
            match self.read(&mut buffer) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        let mut digest = String::with_capacity(64);
        for octet in self.hasher.take()?.finalize() {
            // Writing to a String cannot fail.
            let _ = write!(digest, "{octet:02x}");
        }
        Some(digest)
    }
}

impl<R: Read> Read for Fingerprint<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.octets = self.octets.saturating_add(count as u64);
        if self.octets > self.limit {
            self.hasher = None;
        }
        if let (Some(hasher), Some(read)) = (&mut self.hasher, buffer.get(..count)) {
            hasher.update(read);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn what_the_analysis_left_counts_too() {
        let mut reader = Fingerprint::new(&b"abc"[..], 3);
        assert_eq!(reader.read(&mut [0; 1]).unwrap(), 1);
        assert_eq!(reader.finish().0.as_deref(), Some(ABC));
    }

    #[test]
    fn inputs_over_the_limit_have_none() {
        let reader = |limit| Fingerprint::new(&b"abc"[..], limit);
        assert_eq!(reader(2).finish().0, None);
        assert_eq!(reader(3).finish().0.as_deref(), Some(ABC));
        assert!(reader(2).expecting(3).hasher.is_none() && reader(3).expecting(3).hasher.is_some());
        assert!(reader(0).hasher.is_none());
    }
}
