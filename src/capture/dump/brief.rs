//! The brief list, and which of its lines belongs to which packet.

use std::collections::BTreeMap;

use super::line::Row;
use super::packets::Packet;
use crate::limits::DUMP_ROWS;

/// The brief list as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Brief {
    rows: BTreeMap<u64, Row>,
    /// Two lines with the same index say different things.
    ambiguous: bool,
}

impl Brief {
    /// Takes a line of it.
    pub fn take(&mut self, row: Row) {
        if self.rows.len() < DUMP_ROWS || self.rows.contains_key(&row.index) {
            let known = self.rows.insert(row.index, row);
            self.ambiguous |= known.is_some_and(|known| known != row);
        }
    }

    /// Gives each of `packets`, in their order, its line. Packets with an index of their own go by it: some versions count one
    /// from 0 and the other from 1. The others go by their place.
    ///
    /// # Errors
    ///
    /// Why the list cannot be used, in words.
    pub fn pair(&self, packets: &[&Packet]) -> Result<Vec<Option<Row>>, &'static str> {
        if self.rows.is_empty() {
            return Ok(vec![None; packets.len()]);
        }
        if self.ambiguous {
            return Err("it lists packets twice");
        }
        let pairings = self.candidates(packets);
        let contradicted = |rows: &[Option<Row>]| {
            packets.iter().zip(rows).filter(|(packet, row)| contradict(packet, **row)).count()
        };
        let unpaired = |rows: &[Option<Row>]| rows.iter().filter(|row| row.is_none()).count();
        let best =
            pairings.into_iter().min_by_key(|rows| (contradicted(rows), unpaired(rows))).unwrap_or_default();
        if contradicted(&best) > 0 {
            return Err("its lengths are not those of the packets");
        }
        Ok(best)
    }

    fn candidates(&self, packets: &[&Packet]) -> Vec<Vec<Option<Row>>> {
        let row = |index: Option<u64>| self.rows.get(&index?).copied();
        if packets.iter().any(|packet| packet.index.is_some()) {
            let shifted = |shift: i64| {
                let index = move |packet: &&Packet| packet.index?.checked_add_signed(shift);
                packets.iter().map(|packet| row(index(packet))).collect()
            };
            return [0, 1, -1].map(shifted).into();
        }
        let first = self.rows.keys().next().copied().unwrap_or(0);
        vec![(first..).take(packets.len()).map(|index| row(Some(index))).collect()]
    }
}

/// Whether a packet has more octets than its line says.
fn contradict(packet: &Packet, row: Option<Row>) -> bool {
    let wire = row.and_then(|row| row.wire).filter(|_| packet.lost.is_none());
    wire.is_some_and(|wire| (wire as usize) < packet.octets.len())
}
