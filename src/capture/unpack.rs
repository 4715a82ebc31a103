//! Compressed captures, recognised by their first octets: gzip (RFC 1952) and zstd (RFC 8878), of several members too.
//!
//! Unpacking streams; what a hostile file could make of it is bounded by [`UNPACKED_RATIO`] and [`ZSTD_WINDOW`].

use std::io::{self, Error, ErrorKind, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::facts::Compression;
use crate::limits::{UNPACKED_ALWAYS, UNPACKED_RATIO, ZSTD_WINDOW};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Reads what is in the input, unpacked where it is compressed.
pub(super) struct Unpacked<R: Read> {
    form: Form<R>,
    unpacked: u64,
}

enum Form<R: Read> {
    Plain(Packed<R>),
    Gzip(Box<MultiGzDecoder<Packed<R>>>),
    Zstd(Zstd<R>),
}

impl<R: Read> Unpacked<R> {
    /// Looks at the first octets of `reader`. Trouble with reading them shows with the first `read`.
    pub(super) fn open(reader: R) -> Self {
        let mut packed = Packed { ahead: Vec::new(), reader, octets: 0, error: None };
        let start = packed.peek();
        let form = if start.starts_with(&GZIP) {
            Form::Gzip(Box::new(MultiGzDecoder::new(packed)))
        } else if start == ZSTD || is_skippable(&start) {
            Form::Zstd(Zstd::Between(packed))
        } else {
            Form::Plain(packed)
        };
        Self { form, unpacked: 0 }
    }

    pub(super) fn compression(&self) -> Option<Compression> {
        match self.form {
            Form::Plain(_) => None,
            Form::Gzip(_) => Some(Compression::Gzip),
            Form::Zstd(_) => Some(Compression::Zstd),
        }
    }

    /// Octets of the input read so far, as they are in it.
    pub(super) fn octets_packed(&self) -> u64 {
        match &self.form {
            Form::Plain(packed) => packed.octets,
            Form::Gzip(decoder) => decoder.get_ref().octets,
            Form::Zstd(zstd) => zstd.packed().map_or(0, |packed| packed.octets),
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let octets = match &mut self.form {
            Form::Plain(packed) => return packed.read(buffer),
            Form::Gzip(decoder) => decoder.read(buffer)?,
            Form::Zstd(zstd) => zstd.read(buffer)?,
        };
        self.unpacked += octets as u64;
        let longest = self.octets_packed().saturating_mul(UNPACKED_RATIO).max(UNPACKED_ALWAYS);
        if self.unpacked > longest {
            return Err(Error::other(format!(
                "it unpacks to more than {UNPACKED_RATIO} times its length, as no capture does"
            )));
        }
        Ok(octets)
    }
}

/// The input, with what was looked at ahead.
struct Packed<R> {
    ahead: Vec<u8>,
    reader: R,
    octets: u64,
    error: Option<Error>,
}

impl<R: Read> Packed<R> {
    /// The next four octets, fewer where the input ends before; they stay to be read.
    fn peek(&mut self) -> Vec<u8> {
        while self.ahead.len() < 4 && self.error.is_none() {
            let mut next = [0; 4];
            let room = 4 - self.ahead.len();
            match self.reader.read(&mut next[..room]) {
                Ok(0) => break,
                Ok(octets) => {
                    let octets = octets.min(room);
                    self.ahead.extend_from_slice(&next[..octets]);
                    self.octets += octets as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.error = Some(error),
            }
        }
        self.ahead.clone()
    }
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.ahead.is_empty() {
            let octets = self.ahead.len().min(buffer.len());
            buffer[..octets].copy_from_slice(&self.ahead[..octets]);
            self.ahead.drain(..octets);
            return Ok(octets);
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let octets = self.reader.read(buffer)?;
        self.octets += octets as u64;
        Ok(octets)
    }
}

/// The frames of a zstd file, one behind the other.
enum Zstd<R: Read> {
    Between(Packed<R>),
    Inside(Box<StreamingDecoder<Packed<R>, FrameDecoder>>),
    /// Something went wrong; there is nothing more to read.
    Over,
}

impl<R: Read> Zstd<R> {
    fn packed(&self) -> Option<&Packed<R>> {
        match self {
            Self::Between(packed) => Some(packed),
            Self::Inside(decoder) => Some(decoder.get_ref()),
            Self::Over => None,
        }
    }

    /// The next frame, skippable ones left out; `None` at the end of the input.
    fn next_frame(mut packed: Packed<R>) -> io::Result<Option<Self>> {
        loop {
            let start = packed.peek();
            if start.is_empty() && packed.error.is_none() {
                return Ok(None);
            }
            if !is_skippable(&start) {
                let decoder = StreamingDecoder::new_with_max_window_size(packed, ZSTD_WINDOW);
                return Ok(Some(Self::Inside(Box::new(decoder.map_err(Error::other)?))));
            }
            let mut header = [0; 8];
            packed.read_exact(&mut header)?;
            let [.., a, b, c, d] = header;
            let length = u64::from(u32::from_le_bytes([a, b, c, d]));
            io::copy(&mut packed.by_ref().take(length), &mut io::sink())?;
        }
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Over) {
                Self::Over => return Ok(0),
                Self::Between(packed) => match Self::next_frame(packed)? {
                    Some(frame) => *self = frame,
                    None => return Ok(0),
                },
                Self::Inside(mut decoder) => {
                    let octets = decoder.read(buffer)?;
                    if octets > 0 || buffer.is_empty() {
                        *self = Self::Inside(decoder);
                        return Ok(octets);
                    }
                    *self = Self::Between(decoder.into_inner());
                }
            }
        }
    }
}

/// A frame that holds no data (RFC 8878 §3.1.2).
fn is_skippable(start: &[u8]) -> bool {
    matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(octets: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(octets).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(octets: &[u8]) -> Vec<u8> {
        compress_to_vec(octets, CompressionLevel::Fastest)
    }

    fn read(input: &[u8]) -> (Vec<u8>, Option<Compression>, io::Result<usize>) {
        let mut unpacked = Unpacked::open(input);
        let mut octets = Vec::new();
        let result = unpacked.read_to_end(&mut octets);
        (octets, unpacked.compression(), result)
    }

    #[test]
    fn members_follow_each_other() {
        let skippable = [&[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
        for (input, compression) in [
            ([gzip(b"one"), gzip(b""), gzip(b"two")].concat(), Some(Compression::Gzip)),
            ([&skippable[..], &zstd(b"one"), &skippable, &zstd(b"two")].concat(), Some(Compression::Zstd)),
            (b"onetwo".to_vec(), None),
        ] {
            let (octets, found, result) = read(&input);
            assert_eq!((octets.as_slice(), found, result.unwrap()), (&b"onetwo"[..], compression, 6));
        }
        assert_eq!(read(b"").2.unwrap(), 0);
        assert_eq!(read(b"a").0, b"a");
    }

    #[test]
    fn damage_is_an_error_behind_what_could_be_read() {
        for whole in [gzip(&[7; 5000]), zstd(&[7; 5000])] {
            for end in 4..whole.len() {
                let (octets, _, result) = read(&whole[..end]);
                assert!(result.is_err() && octets.iter().all(|&octet| octet == 7), "{end}");
            }
            for at in 0..whole.len() {
                let mut changed = whole.clone();
                changed[at] ^= 0x55;
                let _ = read(&changed);
            }
        }
    }

    #[test]
    fn a_bomb_is_put_out() {
        let half = vec![0; usize::try_from(UNPACKED_ALWAYS / 2).unwrap()];
        for packed in [gzip(&half), zstd(&half)] {
            let mut unpacked = Unpacked::open(io::Cursor::new(packed.repeat(3)));
            let error = io::copy(&mut unpacked, &mut io::sink()).unwrap_err();
            assert!(error.to_string().contains("250 times"), "{error}");
        }
        let honest: Vec<u8> = (0..40_000_u32).flat_map(u32::to_be_bytes).collect();
        assert_eq!(read(&gzip(&honest)).0, honest);
    }
}
