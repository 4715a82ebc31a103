//! The record layer of one direction (RFC 8446 §5.1), as far as the capture holds it.

use smallvec::SmallVec;

use crate::flow::{Needless, Stream};
use crate::limits::TLS_RECORDS;
use crate::model::{At, Direction};
use crate::proto::http::{RequestHead, ResponseHead};
use crate::proto::text;
use crate::proto::tls::{ContentType, RecordHeader, RecordStart};

/// One TLS record.
#[derive(Debug, Clone, Copy)]
pub struct TlsRecord {
    /// Frame of its first octet.
    pub first: At,
    /// Frame that completes it, or of its last octet captured.
    pub at: At,
    /// Which way.
    pub direction: Direction,
    /// Content type.
    pub content_type: ContentType,
    /// Offset of its header in the stream.
    pub offset: u64,
    /// Payload octets by its header.
    pub len: usize,
    /// Whether the sender's octets reach its end (some inside may be missing).
    pub whole: bool,
    /// Whether every octet was captured.
    pub complete: bool,
}

impl TlsRecord {
    /// Offset of its payload.
    pub fn payload(&self) -> u64 {
        self.offset + RecordHeader::LEN as u64
    }

    /// Offset behind its payload.
    pub fn end(&self) -> u64 {
        self.payload() + self.len as u64
    }
}

/// Why reading records stopped.
#[derive(Debug, Clone)]
pub(super) enum Stop {
    /// At the end of what the sender is seen to have sent, between records or inside the last one.
    End,
    /// Octets are missing from the capture where a record header should stand, and no record is found behind them.
    Gap,
    /// What stands there is not TLS: its frame and first line.
    Foreign(At, String),
    /// A limit of ours.
    Limit,
}

/// The records of one direction.
#[derive(Debug)]
pub(super) struct Records {
    /// In order.
    pub list: Vec<TlsRecord>,
    /// Why there are no more.
    pub stop: Stop,
    /// Offset behind the last record in front of the first gap, if some were found behind one.
    pub gap: Option<u64>,
}

/// The records of `direction` from `start` on, also behind gaps where they are found again.
pub(super) fn read(stream: &Stream, direction: Direction, start: u64) -> Records {
    let mut list: Vec<TlsRecord> = Vec::new();
    let (mut offset, mut gap) = (start, None);
    let stop = loop {
        if list.len() >= TLS_RECORDS {
            break Stop::Limit;
        }
        let bytes = stream.readable_from(offset);
        match RecordHeader::parse(bytes) {
            RecordStart::Header(header) => {
                let Some(record) = record(stream, direction, offset, &header) else { break Stop::Gap };
                offset = record.end();
                list.push(record);
            }
            RecordStart::NotTls if gap.is_some() => break Stop::Gap,
            RecordStart::NotTls => break foreign(stream, offset, bytes),
            RecordStart::Partial if offset + bytes.len() as u64 >= stream.end() => break Stop::End,
            RecordStart::Partial if stream.overflowed() => break Stop::Limit,
            RecordStart::Partial => {
                let Some(next) = found_again(stream, offset) else { break Stop::Gap };
                gap = gap.or(Some(offset));
                offset = next;
            }
        }
    };
    Records { list, stop, gap }
}

/// Where records go on behind a header at `offset` that was not captured: at the start of a segment, which often begins with a record,
/// where one stands that reaches to the next, or to the end of what was sent. By chance octets look so once in millions of times.
fn found_again(stream: &Stream, offset: u64) -> Option<u64> {
    let header = |offset| RecordHeader::parse(stream.readable_from(offset));
    stream.starts_from(offset).find(|start| match header(*start) {
        RecordStart::Header(record) => {
            let end = start + (RecordHeader::LEN + record.length) as u64;
            end == stream.end() || matches!(header(end), RecordStart::Header(_))
        }
        RecordStart::NotTls | RecordStart::Partial => false,
    })
}

/// Where the application data of a direction that begins with TLS, or with an exchange with a proxy in front of it, lies in `octets`:
/// it is encrypted, and its length is all that is ever read of it.
pub(in crate::attempt) fn ciphertext(octets: &[u8]) -> Needless {
    /// What takes less room than a note of where it was.
    const SHORT: usize = 64;
    let mut offset = match RecordHeader::parse(octets) {
        RecordStart::NotTls => behind_proxy(octets),
        RecordStart::Header(_) | RecordStart::Partial => 0,
    };
    let mut ranges = SmallVec::new();
    loop {
        match RecordHeader::parse(octets.get(offset..).unwrap_or_default()) {
            RecordStart::Header(header) => {
                let payload = offset + RecordHeader::LEN;
                offset = payload + header.length;
                if header.content_type == ContentType::APPLICATION_DATA && header.length > SHORT {
                    ranges.push(payload as u64..offset as u64);
                }
            }
            RecordStart::Partial => return Needless { ranges, again: Some(offset as u64) },
            RecordStart::NotTls => return Needless { ranges, again: None },
        }
    }
}

/// Octets of the CONNECTs, or of the answers to them, that go before a tunnel's own.
fn behind_proxy(octets: &[u8]) -> usize {
    let mut behind = 0;
    loop {
        let rest = octets.get(behind..).unwrap_or_default();
        let request =
            RequestHead::parse(rest).complete().filter(RequestHead::is_connect).map(|head| head.head_len);
        let answer = || {
            ResponseHead::parse(rest).complete().filter(ResponseHead::is_success).map(|head| head.head_len)
        };
        match request.or_else(answer) {
            Some(len) if len > 0 => behind += len,
            _ => return behind,
        }
    }
}

fn foreign(stream: &Stream, offset: u64, bytes: &[u8]) -> Stop {
    stream.at(offset).map_or(Stop::Gap, |at| Stop::Foreign(at, text::first_line(bytes)))
}

fn record(stream: &Stream, direction: Direction, offset: u64, header: &RecordHeader) -> Option<TlsRecord> {
    let end = offset + (RecordHeader::LEN + header.length) as u64;
    let first = stream.at(offset)?;
    Some(TlsRecord {
        first,
        at: stream.completed_at(offset..end).unwrap_or(first),
        direction,
        content_type: header.content_type,
        offset,
        len: header.length,
        whole: stream.end() >= end,
        complete: stream.was_captured(&(offset..end)),
    })
}
