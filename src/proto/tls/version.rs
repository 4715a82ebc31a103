//! Protocol versions.

use std::fmt;

/// A protocol version as on the wire; unknown ones survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16);

impl Version {
    /// SSL 2.0, seen only in its own ClientHello.
    pub const SSL_2: Self = Self(0x0002);
    /// SSL 3.0 (RFC 6101).
    pub const SSL_3: Self = Self(0x0300);
    /// TLS 1.0 (RFC 2246).
    pub const TLS_1_0: Self = Self(0x0301);
    /// TLS 1.1 (RFC 4346).
    pub const TLS_1_1: Self = Self(0x0302);
    /// TLS 1.2 (RFC 5246).
    pub const TLS_1_2: Self = Self(0x0303);
    /// TLS 1.3 (RFC 8446).
    pub const TLS_1_3: Self = Self(0x0304);
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::SSL_2 => f.write_str("SSL 2.0"),
            Self::SSL_3 => f.write_str("SSL 3.0"),
            Self::TLS_1_0 => f.write_str("TLS 1.0"),
            Self::TLS_1_1 => f.write_str("TLS 1.1"),
            Self::TLS_1_2 => f.write_str("TLS 1.2"),
            Self::TLS_1_3 => f.write_str("TLS 1.3"),
            Self(other) => write!(f, "0x{other:04x}"),
        }
    }
}

/// Whether `value` is a placeholder that keeps servers tolerant: 0x0a0a, 0x1a1a, ... 0xfafa (RFC 8701 §2).
pub(super) fn is_grease(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_their_names() {
        assert_eq!(Version(0x0301).to_string(), "TLS 1.0");
        assert_eq!(Version(0x7f1c).to_string(), "0x7f1c");
        assert!(Version::TLS_1_2 < Version::TLS_1_3);
        assert!(is_grease(0x2a2a) && !is_grease(0x2a3a) && !is_grease(0x1301));
    }
}
