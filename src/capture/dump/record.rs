//! A packet of the text as a record, which is what the reader hands on.

use crate::capture::LinkType;
use crate::model::Timestamp;

/// Octets of a record's header: number of lost packets before it, time, link type, length on the wire, octets that follow.
pub(in crate::capture) const RECORD_HEADER: usize = 28;

/// A record's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::capture) struct Record {
    /// Packets lost before this one; their numbers are taken.
    pub lost: u64,
    /// Its time, or [`Timestamp::UNKNOWN`].
    pub time: Timestamp,
    pub link_type: LinkType,
    /// Octets on the wire.
    pub wire: u32,
    /// Octets that follow the header.
    pub captured: u32,
}

impl Record {
    /// Appends its octets.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend(self.lost.to_le_bytes());
        out.extend(self.time.0.to_le_bytes());
        out.extend(self.link_type.0.to_le_bytes());
        out.extend(self.wire.to_le_bytes());
        out.extend(self.captured.to_le_bytes());
    }

    /// Reads what [`write`](Self::write) wrote.
    pub fn parse(octets: &[u8]) -> Option<Self> {
        let (lost, rest) = octets.split_first_chunk()?;
        let (time, rest) = rest.split_first_chunk()?;
        let (link_type, rest) = rest.split_first_chunk()?;
        let (wire, rest) = rest.split_first_chunk()?;
        let (captured, _) = rest.split_first_chunk()?;
        Some(Self {
            lost: u64::from_le_bytes(*lost),
            time: Timestamp(i64::from_le_bytes(*time)),
            link_type: LinkType(u32::from_le_bytes(*link_type)),
            wire: u32::from_le_bytes(*wire),
            captured: u32::from_le_bytes(*captured),
        })
    }
}
