//! Captures in memory: read by the library, written here in every format it knows.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use slp_pcap::capture::CaptureReader;

/// One frame, and where it comes from.
#[derive(Clone)]
pub struct Frame {
    pub nanos: i64,
    /// `LINKTYPE_*`.
    pub link: u32,
    pub data: Vec<u8>,
    /// Octets on the wire.
    pub wire: usize,
    /// Numbers of the sample's frames in it; none for noise.
    pub origin: Vec<u64>,
}

impl Frame {
    /// Octets on the wire that were not captured.
    pub fn missing(&self) -> usize {
        self.wire - self.data.len()
    }

    /// The same frame with other octets, as many missing.
    pub fn with(&self, link: u32, data: Vec<u8>) -> Self {
        Self { link, wire: data.len() + self.missing(), data, ..self.clone() }
    }
}

/// All frames of a file.
pub fn read(path: &Path) -> Vec<Frame> {
    let mut reader = CaptureReader::new(File::open(path).expect("a sample")).expect("a capture");
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame() {
        frames.push(Frame {
            nanos: frame.at.time.0,
            link: frame.link_type.0,
            data: frame.data.to_vec(),
            wire: usize::try_from(frame.original_len).unwrap(),
            origin: vec![frame.at.frame.get()],
        });
    }
    frames
}

/// How a file is written.
#[derive(Clone, Copy)]
pub struct Layout {
    pub big_endian: bool,
    pub nanoseconds: bool,
}

pub const PLAIN: Layout = Layout { big_endian: false, nanoseconds: true };

impl Layout {
    fn half(self, number: u16) -> [u8; 2] {
        if self.big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn word(self, number: u32) -> [u8; 4] {
        if self.big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn length(self, number: usize) -> [u8; 4] {
        self.word(u32::try_from(number).unwrap())
    }

    fn ticks(self, nanos: i64) -> u64 {
        u64::try_from(if self.nanoseconds { nanos } else { nanos / 1000 }).unwrap()
    }

    /// libpcap's format; all frames must be of one link type.
    pub fn pcap(self, frames: &[Frame]) -> Vec<u8> {
        let magic = if self.nanoseconds { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
        let link = frames.first().map_or(1, |frame| frame.link);
        assert!(frames.iter().all(|frame| frame.link == link), "pcap has one link type");
        let mut file = [&self.word(magic)[..], &self.half(2), &self.half(4), &[0; 8]].concat();
        file.extend([self.word(262_144), self.word(link)].concat());
        let unit = if self.nanoseconds { 1_000_000_000 } else { 1_000_000 };
        for frame in frames {
            let ticks = self.ticks(frame.nanos);
            for part in [ticks / unit, ticks % unit] {
                file.extend(self.word(u32::try_from(part).unwrap()));
            }
            file.extend(self.length(frame.data.len()));
            file.extend(self.length(frame.wire));
            file.extend(&frame.data);
        }
        file
    }

    /// pcapng, one interface per link type; with `sections`, each frame in a section of its own.
    pub fn pcapng(self, frames: &[Frame], sections: bool) -> Vec<u8> {
        let mut file = Vec::new();
        let mut links: Vec<u32> = Vec::new();
        for (index, frame) in frames.iter().enumerate() {
            if index == 0 || sections {
                links.clear();
                let section = [&self.word(0x1a2b_3c4d)[..], &self.half(1), &[0, 0], &[0xff; 8]].concat();
                file.extend(self.block(0x0a0d_0d0a, &section));
            }
            let known = links.iter().position(|&link| link == frame.link);
            let interface = known.unwrap_or_else(|| {
                links.push(frame.link);
                file.extend(self.interface(frame.link));
                links.len() - 1
            });
            let ticks = self.ticks(frame.nanos);
            let mut body = self.length(interface).to_vec();
            body.extend(self.word(u32::try_from(ticks >> 32).unwrap()));
            body.extend(self.word(u32::try_from(ticks & 0xffff_ffff).unwrap()));
            body.extend([self.length(frame.data.len()), self.length(frame.wire)].concat());
            body.extend(&frame.data);
            file.extend(self.block(6, &body));
        }
        if frames.is_empty() {
            let section = [&self.word(0x1a2b_3c4d)[..], &self.half(1), &[0, 0], &[0xff; 8]].concat();
            file.extend(self.block(0x0a0d_0d0a, &section));
        }
        file
    }

    fn interface(self, link: u32) -> Vec<u8> {
        let mut body = [self.half(u16::try_from(link).unwrap()), [0, 0]].concat();
        body.extend([0; 4]);
        if self.nanoseconds {
            body.extend([&self.half(9)[..], &self.half(1), &[9, 0, 0, 0], &[0; 4]].concat());
        }
        self.block(1, &body)
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let padded = body.len().next_multiple_of(4);
        let length = self.length(12 + padded);
        let mut block = [&self.word(kind)[..], &length, body].concat();
        block.resize(8 + padded, 0);
        block.extend(length);
        block
    }
}

pub fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(octets).expect("memory");
    encoder.finish().expect("memory")
}

pub fn zstd(octets: &[u8]) -> Vec<u8> {
    compress_to_vec(octets, CompressionLevel::Fastest)
}
