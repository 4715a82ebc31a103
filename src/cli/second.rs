//! Reading an input a second time: a file once more, what came through a pipe from a copy of it.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

/// Where an input can be read again.
#[derive(Debug)]
pub enum Again {
    /// A file that is still there.
    File(PathBuf),
    /// Not known yet.
    Nowhere,
    /// A copy without a name; the system removes it with the last use.
    Copy(File),
}

impl Again {
    /// Opens it at its start.
    pub fn open(self) -> io::Result<File> {
        match self {
            Self::Nowhere => Err(io::ErrorKind::NotFound.into()),
            Self::File(path) => File::open(path),
            Self::Copy(mut copy) => {
                copy.rewind()?;
                Ok(copy)
            }
        }
    }
}

/// A reader that keeps a copy of what passes through it, in the folder for temporary files.
pub struct Copied<R> {
    source: R,
    copy: BufWriter<File>,
}

impl<R: Read> Copied<R> {
    /// Copies what is read from `source`.
    pub fn new(source: R) -> io::Result<Self> {
        Ok(Self { source, copy: BufWriter::new(tempfile::tempfile()?) })
    }

    /// The copy.
    pub fn finish(self) -> io::Result<Again> {
        Ok(Again::Copy(self.copy.into_inner().map_err(io::IntoInnerError::into_error)?))
    }
}

impl<R: Read> Read for Copied<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        let kept = self.copy.write_all(buffer.get(..count).unwrap_or_default());
        kept.map_err(|error| {
            io::Error::new(error.kind(), format!("no copy for --annotate can be kept: {error}"))
        })?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_can_be_read_again() {
        let mut copied = Copied::new(&b"some octets"[..]).unwrap();
        io::copy(&mut copied, &mut io::sink()).unwrap();
        let mut again = String::new();
        copied.finish().unwrap().open().unwrap().read_to_string(&mut again).unwrap();
        assert_eq!(again, "some octets");
    }
}
