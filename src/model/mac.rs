//! Hardware addresses.

use std::fmt;

/// An IEEE 802 MAC address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MacAddress(pub [u8; 6]);

impl MacAddress {
    /// As IOS XE writes it, and its commands take it: `0000.0c9f.f001`.
    pub fn dotted(self) -> String {
        self.octets().chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join(".")
    }

    /// As IEEE 802 writes it: `00-00-0c-9f-f0-01`.
    pub fn hyphenated(self) -> String {
        self.octets().join("-")
    }

    /// Each octet in hexadecimal.
    fn octets(self) -> [String; 6] {
        self.0.map(|octet| format!("{octet:02x}"))
    }
}

/// `00:00:0c:9f:f0:01`.
impl fmt::Display for MacAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.octets().join(":"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_in_three_notations() {
        let mac = MacAddress([0, 0, 0x0c, 0x9f, 0xf0, 1]);
        assert_eq!(mac.to_string(), "00:00:0c:9f:f0:01");
        assert_eq!((mac.dotted(), mac.hyphenated()), ("0000.0c9f.f001".into(), "00-00-0c-9f-f0-01".into()));
    }
}
