//! pcapng (draft-ietf-opsawg-pcapng): sections of typed blocks, each with its length in front and behind.

use std::io::Read;

use pcap_parser::pcapng::{
    parse_enhancedpacketblock_be, parse_enhancedpacketblock_le, parse_interfacedescriptionblock_be,
    parse_interfacedescriptionblock_le, parse_sectionheaderblock, parse_simplepacketblock_be,
    parse_simplepacketblock_le,
};

use super::CaptureError;
use super::interface::Interface;
use super::probe::SECTION_HEADER;
use super::record::{Next, Record};
use super::source::Source;
use crate::limits::{MAX_BLOCK, MAX_INTERFACES, MAX_SKIPPED_BLOCK};

/// Block types that matter here; all others are skipped.
const INTERFACE_DESCRIPTION: u32 = 1;
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
const SYSTEMD_JOURNAL: u32 = 9;

/// Octets of the smallest block and of the smallest section header.
const MIN_BLOCK: u32 = 12;
const MIN_SECTION_HEADER: u32 = 28;

/// Where the reader is: the current section's byte order and interfaces.
pub(super) struct PcapNg {
    big_endian: bool,
    interfaces: Vec<Interface>,
}

impl PcapNg {
    /// Reads the first section header.
    pub(super) fn open<R: Read>(source: &mut Source<R>) -> Result<Self, CaptureError> {
        let mut section = Self { big_endian: false, interfaces: Vec::new() };
        let cut = |source: &Source<R>, needed: u32| CaptureError::CutHeader {
            format: "pcapng section",
            length: source.window().len() as u64,
            needed: u64::from(needed),
        };
        if !source.fill(MIN_SECTION_HEADER as usize) {
            return Err(cut(source, MIN_SECTION_HEADER));
        }
        let Some(big_endian) = section_order(source.window()) else {
            return Err(CaptureError::DamagedHeader { reason: "its byte-order magic is unknown" });
        };
        section.big_endian = big_endian;
        let length = section.word(source.window(), 4);
        if length < MIN_SECTION_HEADER || length as usize > MAX_BLOCK {
            return Err(CaptureError::DamagedHeader { reason: "its length cannot be" });
        }
        if !source.fill(length as usize) {
            return Err(cut(source, length));
        }
        source.consume(length as usize);
        Ok(section)
    }

    /// The next packet record, or what stands in its way. `Skipped` and `Numbered` blocks are consumed already.
    pub(super) fn next<R: Read>(&mut self, source: &mut Source<R>) -> Next {
        loop {
            let (kind, length) = match self.block_header(source) {
                Ok(header) => header,
                Err(end) => return end,
            };
            let offset = source.offset();
            if !is_kept(kind, source.window()) {
                if !source.skip(length.into()) {
                    return Next::ended_inside(source, offset, length.into());
                }
                if kind == SYSTEMD_JOURNAL {
                    return Next::Numbered;
                }
                continue;
            }
            if !source.fill(length as usize) {
                return Next::ended_inside(source, offset, length.into());
            }
            let block = &source.window()[..length as usize];
            match self.kept_block(kind, block) {
                Some(Ok(record)) => return Next::Record(record),
                None => source.discard(length as usize),
                Some(Err(what)) => {
                    source.consume(length as usize);
                    return Next::Skipped(format!("the block at offset {offset} is skipped: {what}"));
                }
            }
        }
    }

    /// Whether a packet stands at the source's front, or its end.
    pub(super) fn packet_follows<R: Read>(&self, source: &mut Source<R>) -> bool {
        !source.fill(4) || matches!(self.word(source.window(), 0), PACKET | SIMPLE_PACKET | ENHANCED_PACKET)
    }

    /// Type and length of the block at the front. A new section's byte order holds from its header on.
    fn block_header<R: Read>(&mut self, source: &mut Source<R>) -> Result<(u32, u32), Next> {
        let offset = source.offset();
        if !source.fill(MIN_BLOCK as usize) {
            return Err(Next::ended_inside(source, offset, MIN_BLOCK.into()));
        }
        if source.window().starts_with(&SECTION_HEADER) {
            self.big_endian = section_order(source.window()).unwrap_or(self.big_endian);
        }
        let kind = self.word(source.window(), 0);
        let length = self.word(source.window(), 4);
        let limit = if is_kept(kind, source.window()) { MAX_BLOCK as u64 } else { MAX_SKIPPED_BLOCK };
        if length < MIN_BLOCK || u64::from(length) > limit {
            return Err(Next::damaged(source, &format!("a block of type {kind:#x} and {length} octets")));
        }
        Ok((kind, length))
    }

    /// A whole block: a record, nothing (it told about the section), or why it is unusable.
    fn kept_block(&mut self, kind: u32, block: &[u8]) -> Option<Result<Record, &'static str>> {
        match kind {
            INTERFACE_DESCRIPTION => self.add_interface(block).err().map(Err),
            ENHANCED_PACKET => Some(self.enhanced_packet(block)),
            SIMPLE_PACKET => Some(self.simple_packet(block)),
            PACKET => Some(self.obsolete_packet(block)),
            _ => {
                self.interfaces.clear();
                parse_sectionheaderblock(block).is_err().then_some(Err("the section header is damaged"))
            }
        }
    }

    fn add_interface(&mut self, block: &[u8]) -> Result<(), &'static str> {
        let parse = if self.big_endian {
            parse_interfacedescriptionblock_be
        } else {
            parse_interfacedescriptionblock_le
        };
        let (_, description) = parse(block).map_err(|_| "the interface description is damaged")?;
        if self.interfaces.len() == MAX_INTERFACES {
            return Err("too many interfaces in one section");
        }
        self.interfaces.push(Interface::from_block(&description, self.big_endian));
        Ok(())
    }

    fn enhanced_packet(&self, block: &[u8]) -> Result<Record, &'static str> {
        let parse = if self.big_endian { parse_enhancedpacketblock_be } else { parse_enhancedpacketblock_le };
        let (_, packet) = parse(block).map_err(|_| "its lengths contradict each other")?;
        self.timed(block, 28, packet.if_id, [packet.ts_high, packet.ts_low], packet.caplen, packet.origlen)
    }

    /// Type 2, obsolete since 2009; pcap-parser does not know it.
    fn obsolete_packet(&self, block: &[u8]) -> Result<Record, &'static str> {
        if block.len() < 32 {
            return Err("too short for a packet block");
        }
        let first = [block[8], block[9]];
        let id = if self.big_endian { u16::from_be_bytes(first) } else { u16::from_le_bytes(first) };
        let [high, low, captured, original] = [12, 16, 20, 24].map(|at| self.word(block, at));
        self.timed(block, 28, id.into(), [high, low], captured, original)
    }

    fn timed(
        &self,
        block: &[u8],
        start: usize,
        id: u32,
        ticks: [u32; 2],
        captured: u32,
        original_len: u32,
    ) -> Result<Record, &'static str> {
        let interface = self.interfaces.get(id as usize).ok_or("its interface was never described")?;
        let end = start + captured as usize;
        if end + 4 > block.len() {
            return Err("the packet is longer than its block");
        }
        let time = interface.time(u64::from(ticks[0]) << 32 | u64::from(ticks[1]));
        Ok(Record {
            data: start..end,
            length: block.len(),
            time: Some(time),
            link_type: interface.link_type,
            original_len,
        })
    }

    /// A packet of the first interface without time or captured length: that is the smallest of three bounds (§4.4).
    fn simple_packet(&self, block: &[u8]) -> Result<Record, &'static str> {
        let parse = if self.big_endian { parse_simplepacketblock_be } else { parse_simplepacketblock_le };
        let (_, packet) = parse(block).map_err(|_| "too short for a simple packet block")?;
        let interface = self.interfaces.first().ok_or("its interface was never described")?;
        let snap_len = if interface.snap_len == 0 { u32::MAX } else { interface.snap_len };
        let captured = (packet.origlen.min(snap_len) as usize).min(block.len() - 16);
        Ok(Record {
            data: 12..12 + captured,
            length: block.len(),
            time: None,
            link_type: interface.link_type,
            original_len: packet.origlen,
        })
    }

    fn word(&self, block: &[u8], at: usize) -> u32 {
        let octets = block.get(at..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default();
        if self.big_endian { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) }
    }
}

/// Whether a block is read whole: it is a section header or of a type that matters.
fn is_kept(kind: u32, block: &[u8]) -> bool {
    block.starts_with(&SECTION_HEADER)
        || matches!(kind, INTERFACE_DESCRIPTION | PACKET | SIMPLE_PACKET | ENHANCED_PACKET)
}

/// Whether the section that starts here is big-endian, from its byte-order magic.
fn section_order(block: &[u8]) -> Option<bool> {
    match block.get(8..12)? {
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(true),
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(false),
        _ => None,
    }
}
