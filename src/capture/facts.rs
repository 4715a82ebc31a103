//! What is known of a capture as a whole.

use super::LinkType;
use crate::limits::{MAX_CAPTURE_WARNINGS, MAX_LINK_TYPES};
use crate::model::{At, FrameNumber, Span, Timestamp};

/// The container the frames come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureFormat {
    /// libpcap's format, of either byte order and either time resolution.
    Pcap,
    /// pcapng (draft-ietf-opsawg-pcapng).
    PcapNg,
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
    /// Permanent code: `capture-cut-short`, `capture-read-error`, `damaged-record`, `time-backwards`.
    pub code: &'static str,
    /// One sentence for the reader of the report.
    pub message: String,
    /// The frame concerned, or the last whole one before the damage.
    pub frame: Option<FrameNumber>,
}

/// What is known of a capture as a whole: complete once the last frame has been read.
#[derive(Debug, Clone)]
pub struct CaptureFacts {
    /// pcap or pcapng.
    pub format: CaptureFormat,
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
    /// What is wrong with it, in file order, at most [`MAX_CAPTURE_WARNINGS`].
    pub warnings: Vec<CaptureWarning>,
    /// Warnings beyond that number.
    pub warnings_omitted: u64,
}

impl CaptureFacts {
    pub(super) fn new(format: CaptureFormat) -> Self {
        Self {
            format,
            compression: None,
            link_types: Vec::new(),
            frames: 0,
            bytes: 0,
            cut_frames: 0,
            first_cut: None,
            backwards: None,
            first: None,
            last: None,
            warnings: Vec::new(),
            warnings_omitted: 0,
        }
    }

    /// Notes a warning, or only counts it once there are too many.
    pub(super) fn warn(&mut self, code: &'static str, message: String, frame: Option<FrameNumber>) {
        if self.warnings.len() < MAX_CAPTURE_WARNINGS {
            self.warnings.push(CaptureWarning { code, message, frame });
        } else {
            self.warnings_omitted += 1;
        }
    }

    /// Notes the link type of a frame.
    pub(super) fn saw_link_type(&mut self, link_type: LinkType) {
        if !self.link_types.contains(&link_type) && self.link_types.len() < MAX_LINK_TYPES {
            self.link_types.push(link_type);
        }
    }

    /// Widens the span of time to `time`.
    pub(super) fn saw_time(&mut self, time: Timestamp) {
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }
}
