//! Cipher suites.

use std::fmt;

use tls_parser::TlsCipherSuite;

/// A cipher suite's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CipherSuite(pub u16);

impl fmt::Display for CipherSuite {
    /// The IANA name, else the number (`0x1399`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registered = TlsCipherSuite::from_id(self.0).map(|suite| suite.name);
        match registered.or(self.signalling_name()) {
            Some(name) => f.write_str(name),
            None => write!(f, "0x{:04x}", self.0),
        }
    }
}

impl CipherSuite {
    /// The values that are no suite but a signal (RFC 5746 §3.3, RFC 7507 §2).
    fn signalling_name(self) -> Option<&'static str> {
        match self.0 {
            0x00ff => Some("TLS_EMPTY_RENEGOTIATION_INFO_SCSV"),
            0x5600 => Some("TLS_FALLBACK_SCSV"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_have_their_iana_names() {
        let names = [0x1301, 0x1302, 0x1303, 0xc030, 0x009c, 0x00ff, 0x5600, 0xeeee];
        assert_eq!(
            names.map(|number| CipherSuite(number).to_string()),
            [
                "TLS_AES_128_GCM_SHA256",
                "TLS_AES_256_GCM_SHA384",
                "TLS_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
                "TLS_FALLBACK_SCSV",
                "0xeeee",
            ]
        );
    }
}
