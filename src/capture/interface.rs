//! A pcapng interface: what its packets are and how its clock counts.

use pcap_parser::pcapng::{InterfaceDescriptionBlock, OptionCode};

use super::LinkType;
use crate::model::Timestamp;

/// What an interface description block says about its packets.
pub(super) struct Interface {
    pub link_type: LinkType,
    /// Octets kept of each packet; 0 for no limit.
    pub snap_len: u32,
    scale: Scale,
    offset_seconds: i64,
}

/// How long one tick of `if_tsresol` lasts.
enum Scale {
    /// This many nanoseconds.
    Nanos(u64),
    /// This fraction of a second.
    Fraction(u128),
}

impl Interface {
    /// Takes over what matters of a block.
    pub(super) fn from_block(block: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Self {
        Self {
            link_type: LinkType::from_file(u32::from(u16::try_from(block.linktype.0).unwrap_or(u16::MAX))),
            snap_len: block.snaplen,
            scale: Scale::from_option(block.if_tsresol),
            offset_seconds: offset_seconds(block, big_endian),
        }
    }

    /// The time `ticks` stands for.
    pub(super) fn time(&self, ticks: u64) -> Timestamp {
        let nanos = match self.scale {
            Scale::Nanos(nanos) => i64::try_from(ticks.saturating_mul(nanos)),
            Scale::Fraction(units) => i64::try_from(u128::from(ticks) * 1_000_000_000 / units),
        };
        Timestamp::from_parts(self.offset_seconds, nanos.unwrap_or(i64::MAX))
    }
}

impl Scale {
    /// pcap-parser's `ts_resolution` refuses every power of two.
    fn from_option(resolution: u8) -> Self {
        let exponent = u32::from(resolution & 0x7f);
        if resolution & 0x80 != 0 {
            Self::Fraction(1 << exponent)
        } else if exponent <= 9 {
            Self::Nanos(10_u64.pow(9 - exponent))
        } else {
            Self::Fraction(10_u128.checked_pow(exponent).unwrap_or(u128::MAX))
        }
    }
}

/// pcap-parser reads `if_tsoffset` as little-endian in every section.
fn offset_seconds(block: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> i64 {
    let option = block.options.iter().find(|option| option.code == OptionCode::IfTsoffset);
    let octets = option.and_then(|option| option.value().first_chunk::<8>()).copied().unwrap_or_default();
    if big_endian { i64::from_be_bytes(octets) } else { i64::from_le_bytes(octets) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(resolution: u8, offset_seconds: i64) -> Interface {
        let scale = Scale::from_option(resolution);
        Interface { link_type: LinkType::ETHERNET, snap_len: 0, scale, offset_seconds }
    }

    #[test]
    fn any_resolution_gives_nanoseconds() {
        assert_eq!(interface(6, 0).time(1_500_000).0, 1_500_000_000);
        assert_eq!(interface(0, 10).time(3).0, 13_000_000_000);
        assert_eq!(interface(9, -1).time(5).0, -999_999_995);
        assert_eq!(interface(12, 0).time(7_999).0, 7);
        assert_eq!(interface(0x8a, 0).time(1536).0, 1_500_000_000);
        assert_eq!(interface(0x80, 0).time(2).0, 2_000_000_000);
    }

    #[test]
    fn absurd_clocks_saturate() {
        for resolution in 0..=u8::MAX {
            interface(resolution, i64::MAX).time(u64::MAX);
            interface(resolution, i64::MIN).time(0);
        }
        assert_eq!(interface(0, 0).time(u64::MAX).0, i64::MAX);
    }
}
