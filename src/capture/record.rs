//! What the format readers hand to [`CaptureReader`](super::CaptureReader).

use std::io::Read;
use std::ops::Range;

use super::LinkType;
use super::source::Source;
use crate::model::Timestamp;

/// One packet record in the source's window.
pub(super) struct Record {
    /// Where its octets are in the window.
    pub data: Range<usize>,
    /// Octets of the whole record or block, consumed before the next one is read.
    pub length: usize,
    /// Its time; `None` where the format has none.
    pub time: Option<Timestamp>,
    /// What its first octets are.
    pub link_type: LinkType,
    /// Octets on the wire as stated.
    pub original_len: u32,
}

/// What stands at the reader's place in the file.
pub(super) enum Next {
    /// A packet record.
    Record(Record),
    /// Something unusable that was stepped over: reading goes on.
    Skipped(String),
    /// A number was taken for a record that is no packet, as Wireshark does.
    Numbered,
    /// The end, with what is wrong with it.
    End(Option<Problem>),
}

/// Why the file could not be read to a clean end.
pub(super) struct Problem {
    pub code: &'static str,
    pub message: String,
}

impl Next {
    /// The length field at the window's start cannot be: nothing behind it can be found.
    pub(super) fn damaged<R: Read>(source: &Source<R>, what: &str) -> Self {
        let message =
            format!("damaged at offset {}: {what}; the rest of the file is not analysed", source.offset());
        Self::End(Some(Problem { code: "damaged-record", message }))
    }

    /// The input ended although `wanted` more octets belong to the record at `offset`.
    pub(super) fn ended_inside<R: Read>(source: &mut Source<R>, offset: u64, wanted: u64) -> Self {
        if let Some(error) = source.take_error() {
            let message =
                format!("reading failed at offset {}: {error}; analysed up to there", source.octets_read());
            return Self::End(Some(Problem { code: "capture-read-error", message }));
        }
        let there = source.octets_read() - offset;
        if there == 0 {
            return Self::End(None);
        }
        let message = format!(
            "the file ends at offset {}, inside a record that starts at offset {offset} ({there} of {wanted} octets): \
             cut while it was copied or still being written",
            source.octets_read()
        );
        Self::End(Some(Problem { code: "capture-cut-short", message }))
    }
}
