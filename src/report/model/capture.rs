//! The input.

use schemars::JsonSchema;
use serde::Serialize;

use super::{FileName, Time};

/// What is known of the input as a whole.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Capture {
    /// Its path as given, `-` for standard input; with `--merge`, what names all of them to a reader.
    pub file: String,
    /// With `--merge`: the paths of the captures read as one, in the order given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileName>,
    /// With `--merge`: what is known of each of `files`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<MergedFile>,
    /// SHA-256 of the input's bytes in hexadecimal; null above 128 MiB without `--hash`.
    pub sha256: Option<String>,
    /// pcap, pcapng or hexdump; more words may come.
    pub format: &'static str,
    /// gzip, zstd or null; more words may come.
    pub compression: Option<&'static str>,
    /// Link types of its frames in order of first use.
    pub link_types: Vec<String>,
    /// Number of packet records.
    pub frames: u64,
    /// Octets of the input.
    pub bytes: u64,
    /// What its time stamps mean: absolute; relative (spans are known, dates are not); none. More words may come.
    pub clock: &'static str,
    /// Earliest time stamp.
    pub first: Option<Time>,
    /// Latest time stamp.
    pub last: Option<Time>,
    /// Seconds between them.
    pub duration_s: Option<f64>,
    /// Frames captured with fewer octets than they had.
    pub cut_frames: u64,
    /// both, inbound-only or outbound-only, as the switch sees it; more words may come.
    pub direction: Option<&'static str>,
    /// What is wrong with the input without having stopped its analysis.
    pub warnings: Vec<CaptureWarning>,
}

/// One of the captures that were read as one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MergedFile {
    /// Its path as given.
    pub file: FileName,
    /// SHA-256 of its bytes in hexadecimal; null above 128 MiB without `--hash`.
    pub sha256: Option<String>,
    /// pcap or pcapng; more words may come.
    pub format: &'static str,
    /// gzip, zstd or null; more words may come.
    pub compression: Option<&'static str>,
    /// Number of its packet records.
    pub frames: u64,
    /// Its octets.
    pub bytes: u64,
    /// Its earliest time stamp.
    pub first: Option<Time>,
    /// Its latest time stamp.
    pub last: Option<Time>,
}

/// Something wrong with the capture.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaptureWarning {
    /// Permanent code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The frame concerned.
    pub frame: Option<u64>,
    /// With `--merge`: the file concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileName>,
}
