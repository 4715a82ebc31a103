//! ICMP: errors with the packets they quote, and neighbour discovery.

use super::Redactor;
use super::octets::Octets;
use crate::net::Anatomy;

impl Redactor {
    /// Errors with the packet they quote, and neighbour discovery; of others the kind.
    pub(super) fn icmp(&mut self, octets: &mut Octets<'_>, v6: bool) {
        octets.keep(0..4);
        let kind = octets.old.first().copied().unwrap_or_default();
        let end = octets.len();
        match (v6, kind) {
            (false, 3 | 11 | 12) | (true, 1..=4) => {
                // Not the length of the quoted packet (RFC 4884 §4): what stands behind it, an interface's name for one, goes.
                octets.keep(if v6 { 4..8 } else { 6..8 });
                if v6 && kind != 2 {
                    octets.put(4, &[0]);
                }
                let mut quoted = octets.part(8..end);
                let anatomy = Anatomy::of_ip(quoted.old);
                let _whole = self.octets(&anatomy, &mut quoted, false);
            }
            (true, 135 | 136) => {
                octets.keep(4..8);
                self.ip(octets, 8, true);
                self.neighbour_options(&mut octets.part(24..end));
            }
            _ => {}
        }
    }

    fn neighbour_options(&mut self, octets: &mut Octets<'_>) {
        let mut at = 0;
        while let Some([kind, units]) = octets.array::<2>(at).filter(|[_, units]| *units > 0) {
            octets.keep(at..at + 2);
            if matches!(kind, 1 | 2) {
                self.mac(octets, at + 2);
            }
            at += usize::from(units) * 8;
        }
    }
}
