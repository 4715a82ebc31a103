//! libpcap's format (draft-ietf-opsawg-pcap): a header of 24 octets, then records.

use std::io::Read;

use pcap_parser::pcap::parse_pcap_header;

use super::record::{Next, Record};
use super::source::Source;
use super::{CaptureError, LinkType};
use crate::limits::MAX_RECORD;
use crate::model::Timestamp;

/// Octets of the file header.
const HEADER: usize = 24;

/// Layout of the records of one file.
pub(super) struct Pcap {
    big_endian: bool,
    record_header: usize,
    nanos_per_unit: i64,
    link_type: LinkType,
    /// Up to version 2.3 some programs wrote the original length in front of the captured one.
    may_swap_lengths: bool,
}

impl Pcap {
    /// Reads the file header.
    pub(super) fn open<R: Read>(source: &mut Source<R>) -> Result<Self, CaptureError> {
        if !source.fill(HEADER) {
            let length = source.window().len() as u64;
            return Err(CaptureError::CutHeader { format: "pcap", length, needed: HEADER as u64 });
        }
        let (header, modified) = parse_header(source.window())?;
        source.consume(HEADER);
        Ok(Self {
            big_endian: header.is_bigendian(),
            record_header: if modified { 24 } else { 16 },
            nanos_per_unit: if header.is_nanosecond_precision() { 1 } else { 1000 },
            // The upper 16 bits tell the length of the frame check sequence; what is behind the IP packet never matters here.
            link_type: LinkType::from_file(header.network.0.cast_unsigned() & 0xffff),
            may_swap_lengths: (header.version_major, header.version_minor) <= (2, 3),
        })
    }

    /// The record at the front of the source.
    pub(super) fn next<R: Read>(&self, source: &mut Source<R>) -> Next {
        let offset = source.offset();
        if !source.fill(self.record_header) {
            return Next::ended_inside(source, offset, self.record_header as u64);
        }
        let [seconds, fraction, captured, original] = self.words(source.window());
        let swapped = self.may_swap_lengths && captured > original;
        let (captured, original_len) = if swapped { (original, captured) } else { (captured, original) };
        if captured as usize > MAX_RECORD {
            return Next::damaged(source, &format!("a record of {captured} octets"));
        }
        let length = self.record_header + captured as usize;
        if !source.fill(length) {
            return Next::ended_inside(source, offset, length as u64);
        }
        let nanos = i64::from(fraction).saturating_mul(self.nanos_per_unit);
        Next::Record(Record {
            data: self.record_header..length,
            length,
            time: Some(Timestamp::from_parts(i64::from(seconds), nanos)),
            link_type: self.link_type,
            original_len,
        })
    }

    /// The first fields of a record's header. By hand: pcap-parser wants the whole record before it tells its length, and knows
    /// neither the big-endian modified format nor swapped lengths.
    fn words(&self, record: &[u8]) -> [u32; 4] {
        let header = record.first_chunk::<16>().copied().unwrap_or_default();
        let (words, _) = header.as_chunks::<4>();
        let mut read = [0; 4];
        for (word, &octets) in read.iter_mut().zip(words) {
            *word = if self.big_endian { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) };
        }
        read
    }
}

/// The header, and whether its records are of the modified format.
fn parse_header(octets: &[u8]) -> Result<(pcap_parser::PcapHeader, bool), CaptureError> {
    /// Magic number of the modified format in big-endian order, which pcap-parser does not know.
    const MODIFIED_BIG_ENDIAN: [u8; 4] = [0xa1, 0xb2, 0xcd, 0x34];
    let mut header = [0; HEADER];
    header.copy_from_slice(&octets[..HEADER]);
    let modified_big_endian = header.starts_with(&MODIFIED_BIG_ENDIAN);
    if modified_big_endian {
        header[..4].copy_from_slice(&[0xa1, 0xb2, 0xc3, 0xd4]);
    }
    match parse_pcap_header(&header) {
        Ok((_, header)) => {
            let modified = modified_big_endian || header.is_modified_format();
            Ok((header, modified))
        }
        Err(_) => Err(CaptureError::CutHeader { format: "pcap", length: 0, needed: HEADER as u64 }),
    }
}
