//! Alerts (RFC 8446 §6, RFC 5246 §7.2 and the IANA registry).

use std::fmt;

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertLevel(pub u8);

impl AlertLevel {
    /// The connection may go on.
    pub const WARNING: Self = Self(1);
    /// The connection is over.
    pub const FATAL: Self = Self(2);
}

impl fmt::Display for AlertLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::WARNING => f.write_str("warning"),
            Self::FATAL => f.write_str("fatal"),
            Self(other) => write!(f, "{other}"),
        }
    }
}

/// What an alert says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertDescription(pub u8);

macro_rules! descriptions {
    ($($constant:ident = $number:literal $name:literal,)*) => {
        impl AlertDescription {
            $(#[doc = concat!("`", $name, "` (", stringify!($number), ").")]
            pub const $constant: Self = Self($number);)*

            /// The name in the IANA registry.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

descriptions! {
    CLOSE_NOTIFY = 0 "close_notify",
    UNEXPECTED_MESSAGE = 10 "unexpected_message",
    BAD_RECORD_MAC = 20 "bad_record_mac",
    DECRYPTION_FAILED = 21 "decryption_failed",
    RECORD_OVERFLOW = 22 "record_overflow",
    DECOMPRESSION_FAILURE = 30 "decompression_failure",
    HANDSHAKE_FAILURE = 40 "handshake_failure",
    NO_CERTIFICATE = 41 "no_certificate",
    BAD_CERTIFICATE = 42 "bad_certificate",
    UNSUPPORTED_CERTIFICATE = 43 "unsupported_certificate",
    CERTIFICATE_REVOKED = 44 "certificate_revoked",
    CERTIFICATE_EXPIRED = 45 "certificate_expired",
    CERTIFICATE_UNKNOWN = 46 "certificate_unknown",
    ILLEGAL_PARAMETER = 47 "illegal_parameter",
    UNKNOWN_CA = 48 "unknown_ca",
    ACCESS_DENIED = 49 "access_denied",
    DECODE_ERROR = 50 "decode_error",
    DECRYPT_ERROR = 51 "decrypt_error",
    TOO_MANY_CIDS_REQUESTED = 52 "too_many_cids_requested",
    EXPORT_RESTRICTION = 60 "export_restriction",
    PROTOCOL_VERSION = 70 "protocol_version",
    INSUFFICIENT_SECURITY = 71 "insufficient_security",
    INTERNAL_ERROR = 80 "internal_error",
    INAPPROPRIATE_FALLBACK = 86 "inappropriate_fallback",
    USER_CANCELED = 90 "user_canceled",
    NO_RENEGOTIATION = 100 "no_renegotiation",
    MISSING_EXTENSION = 109 "missing_extension",
    UNSUPPORTED_EXTENSION = 110 "unsupported_extension",
    CERTIFICATE_UNOBTAINABLE = 111 "certificate_unobtainable",
    UNRECOGNIZED_NAME = 112 "unrecognized_name",
    BAD_CERTIFICATE_STATUS_RESPONSE = 113 "bad_certificate_status_response",
    BAD_CERTIFICATE_HASH_VALUE = 114 "bad_certificate_hash_value",
    UNKNOWN_PSK_IDENTITY = 115 "unknown_psk_identity",
    CERTIFICATE_REQUIRED = 116 "certificate_required",
    GENERAL_ERROR = 117 "general_error",
    NO_APPLICATION_PROTOCOL = 120 "no_application_protocol",
    ECH_REQUIRED = 121 "ech_required",
}

impl fmt::Display for AlertDescription {
    /// The registered name, else `alert 123`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "alert {}", self.0),
        }
    }
}

/// An alert in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alert {
    /// How bad.
    pub level: AlertLevel,
    /// What.
    pub description: AlertDescription,
}

impl Alert {
    /// The alert that is exactly `payload`, a record's (or two one-octet records' joined): two octets, level 1 or 2.
    /// `None` means encrypted, or a fragment: encryption adds at least 16 octets.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        match *payload {
            [level @ 1..=2, description] => {
                Some(Self { level: AlertLevel(level), description: AlertDescription(description) })
            }
            _ => None,
        }
    }

    /// All alerts of `payload`, where a sender put several in one record; empty means encrypted, or a fragment.
    pub fn parse_all(payload: &[u8]) -> Vec<Self> {
        let pairs = payload.chunks(2).map(Self::parse);
        let several = payload.len() <= Self::MOST_IN_CLEAR;
        let known = |alert: &Self| payload.len() == 2 || alert.description.name().is_some();
        let all: Option<Vec<_>> = pairs.map(|alert| alert.filter(known)).collect();
        all.filter(|_| several).unwrap_or_default()
    }

    /// Longest alert record in octets that can be in clear; the shortest encrypted one has 18 (a 16-octet MAC).
    const MOST_IN_CLEAR: usize = 8;

    /// Whether it ends the connection in failure: fatal, and neither close_notify nor user_canceled, which only close
    /// (RFC 8446 §6.1).
    pub fn is_failure(self) -> bool {
        self.level == AlertLevel::FATAL && !self.is_closing()
    }

    /// Whether it closes without blame, at whatever level.
    pub fn is_closing(self) -> bool {
        matches!(self.description, AlertDescription::CLOSE_NOTIFY | AlertDescription::USER_CANCELED)
    }
}

impl fmt::Display for Alert {
    /// `fatal unknown_ca (48)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.level, self.description, self.description.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::noise::torture;

    #[test]
    fn two_octets_are_an_alert_and_more_are_encrypted() {
        let alert = Alert::parse(&[2, 48]).unwrap();
        assert_eq!(alert.to_string(), "fatal unknown_ca (48)");
        assert!(alert.is_failure());
        assert!(!Alert::parse(&[1, 112]).unwrap().is_failure());
        assert!(!Alert::parse(&[2, 0]).unwrap().is_failure());
        assert_eq!(Alert::parse(&[2, 200]).unwrap().description.to_string(), "alert 200");
        assert_eq!(Alert::parse(&[3, 48]), None);
        assert_eq!(Alert::parse(&[2]), None);
        assert_eq!(Alert::parse_all(&[2; 26]), []);
    }

    #[test]
    fn jsse_says_two_at_once() {
        let said: Vec<_> =
            Alert::parse_all(&[1, 90, 1, 0]).into_iter().map(|alert| alert.description).collect();
        assert_eq!(said, [AlertDescription::USER_CANCELED, AlertDescription::CLOSE_NOTIFY]);
        torture(&[1, 90, 1, 0], |bytes| drop(Alert::parse_all(bytes)));
    }
}
