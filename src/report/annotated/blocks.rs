//! The blocks of a pcapng file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;

use pcap_parser::ToVec;
use pcap_parser::pcapng::{
    EnhancedPacketBlock, InterfaceDescriptionBlock, OptionCode, PcapNGOption, SectionHeaderBlock,
};

use crate::capture::{Frame, LinkType};
use crate::limits::{MAX_RECORD, RESOLVED_NAMES};

/// The clock of every interface: nanoseconds.
const NANOSECONDS: u8 = 9;
const NAME_RESOLUTION: u32 = 4;
/// Octets of the longest name resolution record's name.
const LONGEST_NAME: usize = 1024;

/// A section header that says `comment`, written by `program`.
pub(super) fn section(comment: &str, program: &str) -> io::Result<Vec<u8>> {
    let mut block = SectionHeaderBlock {
        block_type: 0,
        block_len1: 0,
        bom: 0,
        major_version: 1,
        minor_version: 0,
        section_len: -1,
        options: vec![text(OptionCode::Comment, comment), text(OptionCode::ShbUserAppl, program)],
        block_len2: 0,
    };
    serialized(&mut block)
}

/// An interface of `link_type`, whose clock counts nanoseconds from `offset` seconds after 1970.
pub(super) fn interface(link_type: LinkType, offset: i64) -> io::Result<Vec<u8>> {
    let option = |code, value: Vec<u8>| PcapNGOption {
        code,
        len: u16::try_from(value.len()).unwrap_or(0),
        value: Cow::Owned(value),
    };
    let mut options = vec![option(OptionCode::IfTsresol, vec![NANOSECONDS])];
    // pcap-parser adds one of 0 where there is none.
    options.push(option(OptionCode::IfTsoffset, offset.to_le_bytes().to_vec()));
    let mut block = InterfaceDescriptionBlock {
        block_type: 0,
        block_len1: 0,
        linktype: pcap_parser::Linktype(link_type.0.cast_signed()),
        reserved: 0,
        snaplen: u32::try_from(MAX_RECORD).unwrap_or(0),
        options,
        block_len2: 0,
        if_tsresol: NANOSECONDS,
        if_tsoffset: offset,
    };
    serialized(&mut block)
}

/// A packet at `ticks` of its interface's clock.
pub(super) fn packet(
    interface: u32,
    ticks: u64,
    frame: &Frame<'_>,
    comments: &[String],
) -> io::Result<Vec<u8>> {
    let [high, low] = [ticks >> 32, ticks & 0xffff_ffff].map(|half| u32::try_from(half).unwrap_or(0));
    let mut block = EnhancedPacketBlock {
        block_type: 0,
        block_len1: 0,
        if_id: interface,
        ts_high: high,
        ts_low: low,
        caplen: u32::try_from(frame.data.len()).unwrap_or(u32::MAX),
        origlen: frame.original_len,
        data: frame.data,
        options: comments.iter().map(|comment| text(OptionCode::Comment, comment)).collect(),
        block_len2: 0,
    };
    serialized(&mut block)
}

/// Names of addresses (§4.5). By hand: pcap-parser's serialisation does not pad the records.
pub(super) fn names(names: &BTreeMap<IpAddr, BTreeSet<String>>) -> Vec<u8> {
    let mut body = Vec::new();
    let pairs = names.iter().flat_map(|(ip, names)| names.iter().map(move |name| (ip, name)));
    for (ip, name) in pairs.take(RESOLVED_NAMES) {
        let (kind, mut value) = match ip {
            IpAddr::V4(ip) => (1_u16, ip.octets().to_vec()),
            IpAddr::V6(ip) => (2, ip.octets().to_vec()),
        };
        value.extend(name.bytes().filter(|octet| *octet != 0).take(LONGEST_NAME));
        value.push(0);
        body.extend(kind.to_le_bytes());
        body.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
        body.extend(&value);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    // The end of the records.
    body.extend([0; 4]);
    let length = u32::try_from(body.len() + 12).unwrap_or(0).to_le_bytes();
    [&NAME_RESOLUTION.to_le_bytes()[..], &length, &body, &length].concat()
}

fn text(code: OptionCode, value: &str) -> PcapNGOption<'_> {
    let value = value.as_bytes();
    let value = value.get(..usize::from(u16::MAX)).unwrap_or(value);
    PcapNGOption { code, len: u16::try_from(value.len()).unwrap_or(0), value: Cow::Borrowed(value) }
}

fn serialized(block: &mut impl ToVec) -> io::Result<Vec<u8>> {
    block.to_vec().map_err(|error| io::Error::other(format!("cannot make a pcapng block: {error}")))
}
