//! What is known of a capture as a whole.

use super::{LinkType, Origins};
use crate::limits::{MAX_CAPTURE_WARNINGS, MAX_LINK_TYPES};
use crate::model::{At, Clock, FrameNumber, Span, Timestamp};

/// The container the frames come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureFormat {
    /// libpcap's format, of either byte order and either time resolution.
    Pcap,
    /// pcapng (draft-ietf-opsawg-pcapng).
    PcapNg,
    /// Packets printed as text.
    HexDump,
}

/// What a capture is packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// A ZIP archive.
    Zip,
}

impl Compression {
    /// The command that unpacks it.
    pub(super) fn tool(self) -> &'static str {
        match self {
            Self::Gzip => "gunzip",
            Self::Zstd => "unzstd",
            Self::Xz => "unxz",
            Self::Bzip2 => "bunzip2",
            Self::Zip => "unzip",
        }
    }
}

impl std::fmt::Display for Compression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Zip => "zip",
        })
    }
}

/// Something wrong with the capture that did not stop its analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureWarning {
    /// Permanent code: `capture-cut-short`, `capture-read-error`, `capture-without-times`, `damaged-record`,
    /// `time-backwards`; of a text also `dump-line-damaged`, `dump-brief-unused`, `dump-zone-unknown`, `dump-without-times`, `dump-times-relative`.
    pub code: &'static str,
    /// One sentence for the reader of the report.
    pub message: String,
    /// The frame concerned, or the last whole one before the damage.
    pub frame: Option<FrameNumber>,
    /// The file concerned, as an index in [`Merged::files`]: `frame` counts its frames. None where the capture is one file.
    pub file: Option<usize>,
}

/// What several files are that were read as one capture.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    /// Each in the order given; none for one that could not be read.
    pub files: Vec<Option<CaptureFacts>>,
    /// Which file each frame is from.
    pub origins: Origins,
}

/// What is known of a capture as a whole: complete once the last frame has been read.
#[derive(Debug, Clone)]
pub struct CaptureFacts {
    /// pcap, pcapng or text.
    pub format: CaptureFormat,
    /// What its time stamps mean.
    pub clock: Clock,
    /// What it was packed in.
    pub compression: Option<Compression>,
    /// Link types of its frames in order of first use.
    pub link_types: Vec<LinkType>,
    /// Packet records read.
    pub frames: u64,
    /// Octets of the input read.
    pub bytes: u64,
    /// Frames captured with fewer octets than they had.
    pub cut_frames: u64,
    /// The first of them.
    pub first_cut: Option<At>,
    /// The first frame that is earlier than the one before it, and by how much.
    pub backwards: Option<(At, Span)>,
    /// Earliest time stamp of any frame.
    pub first: Option<Timestamp>,
    /// Latest time stamp of any frame.
    pub last: Option<Timestamp>,
    /// Of a text dump: frames whose own index there is not the one after that of the frame before.
    pub source_indices: Vec<(FrameNumber, u64)>,
    /// What is wrong with it, in file order, at most [`MAX_CAPTURE_WARNINGS`].
    pub warnings: Vec<CaptureWarning>,
    /// Warnings beyond that number.
    pub warnings_omitted: u64,
    /// The files that were merged. Frame numbers count through all of them, in order of time.
    pub merged: Option<Merged>,
}

impl CaptureFacts {
    pub(super) fn new(format: CaptureFormat) -> Self {
        Self {
            format,
            clock: Clock::Absolute,
            compression: None,
            link_types: Vec::new(),
            frames: 0,
            bytes: 0,
            cut_frames: 0,
            first_cut: None,
            backwards: None,
            first: None,
            last: None,
            source_indices: Vec::new(),
            warnings: Vec::new(),
            warnings_omitted: 0,
            merged: None,
        }
    }

    /// Notes a warning, or only counts it once there are too many.
    pub(super) fn warn(&mut self, code: &'static str, message: String, frame: Option<FrameNumber>) {
        self.warn_of(CaptureWarning { code, message, frame, file: None });
    }

    /// As [`warn`](Self::warn), of one of several files.
    pub(super) fn warn_of(&mut self, warning: CaptureWarning) {
        if self.warnings.len() < MAX_CAPTURE_WARNINGS {
            self.warnings.push(warning);
        } else {
            self.warnings_omitted += 1;
        }
    }

    /// Adds what is known of a whole file, all but the places of its frames.
    pub(super) fn add(&mut self, index: usize, file: &Self) {
        self.frames += file.frames;
        self.bytes += file.bytes;
        self.cut_frames += file.cut_frames;
        file.link_types.iter().for_each(|&link_type| self.saw_link_type(link_type));
        file.first.into_iter().chain(file.last).for_each(|time| self.saw_time(time));
        // Between times of different meaning there are no spans.
        if file.clock != Clock::Absolute {
            self.clock = Clock::Absent;
        }
        for warning in &file.warnings {
            self.warn_of(CaptureWarning { file: Some(index), ..warning.clone() });
        }
        self.warnings_omitted += file.warnings_omitted;
    }

    /// Notes the link type of a frame.
    pub(super) fn saw_link_type(&mut self, link_type: LinkType) {
        if !self.link_types.contains(&link_type) && self.link_types.len() < MAX_LINK_TYPES {
            self.link_types.push(link_type);
        }
    }

    /// The index that a text dump gives `frame`.
    pub fn source_index(&self, frame: FrameNumber) -> Option<u64> {
        let after = self.source_indices.partition_point(|(first, _)| *first <= frame);
        let (first, index) = self.source_indices.get(after.checked_sub(1)?)?;
        index.checked_add(frame.get() - first.get())
    }

    /// Widens the span of time to `time`.
    pub(super) fn saw_time(&mut self, time: Timestamp) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }
}
