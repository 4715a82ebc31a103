//! Record headers (RFC 5246 §6.2.1, RFC 8446 §5.1) and the SSL 2.0 ClientHello. By hand: tls-parser refuses long records.

use super::Version;
use crate::limits::MAX_TLS_RECORD;
use crate::proto::cursor::Cursor;

/// What a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentType(pub u8);

impl ContentType {
    /// change_cipher_spec.
    pub const CHANGE_CIPHER_SPEC: Self = Self(20);
    /// alert.
    pub const ALERT: Self = Self(21);
    /// handshake.
    pub const HANDSHAKE: Self = Self(22);
    /// application_data; in TLS 1.3 everything that is encrypted.
    pub const APPLICATION_DATA: Self = Self(23);
    /// heartbeat (RFC 6520).
    pub const HEARTBEAT: Self = Self(24);
}

/// The five octets before a record's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordHeader {
    /// What the record holds.
    pub content_type: ContentType,
    /// The record layer's version, which says little: TLS 1.3 writes 1.0 or 1.2.
    pub version: Version,
    /// Octets of payload behind the header, at most [`MAX_TLS_RECORD`].
    pub length: usize,
}

/// What stands where a record should start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordStart {
    /// A record header; `length` octets follow it.
    Header(RecordHeader),
    /// Fewer than five octets, all as in a record header so far (also none at all).
    Partial,
    /// Not TLS.
    NotTls,
}

impl RecordHeader {
    /// Length of the header in octets.
    pub const LEN: usize = 5;

    /// Reads the header at the start of `bytes`. Plausible is a type of 20 to 24, a version 3.x and a length of at most
    /// 18,432 octets.
    pub fn parse(bytes: &[u8]) -> RecordStart {
        let plausible = bytes.first().is_none_or(|kind| (20..=24).contains(kind))
            && bytes.get(1).is_none_or(|&major| major == 3)
            // The highest octet of 18,432 is 0x48.
            && bytes.get(3).is_none_or(|&high| high <= 0x48);
        match Self::read(bytes) {
            _ if !plausible => RecordStart::NotTls,
            Some(header) if header.length > MAX_TLS_RECORD => RecordStart::NotTls,
            Some(header) => RecordStart::Header(header),
            None => RecordStart::Partial,
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        Some(Self {
            content_type: ContentType(cursor.u8()?),
            version: Version(cursor.u16()?),
            length: cursor.u16()?.into(),
        })
    }
}

/// The version that an SSL 2.0 CLIENT-HELLO offers (RFC 6101 appendix E), and its octets, if `bytes` begin with one. Such a hello may
/// offer up to TLS 1.2.
pub fn sslv2_client_hello(bytes: &[u8]) -> Option<(Version, usize)> {
    let mut cursor = Cursor::new(bytes);
    let length = cursor.u16()?;
    let (kind, version) = (cursor.u8()?, Version(cursor.u16()?));
    let (ciphers, session_id, challenge) = (cursor.u16()?, cursor.u16()?, cursor.u16()?);
    let body = u32::from(ciphers) + u32::from(session_id) + u32::from(challenge);
    let plausible = length & 0x8000 != 0
        && kind == 1
        && (version == Version::SSL_2 || (Version::SSL_3..=Version::TLS_1_2).contains(&version))
        && ciphers > 0
        && ciphers.is_multiple_of(3)
        && matches!(session_id, 0 | 16)
        && (16..=32).contains(&challenge)
        && u32::from(length & 0x7fff) == 9 + body;
    plausible.then_some((version, 2 + usize::from(length & 0x7fff)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::noise::torture;

    #[test]
    fn a_header_is_read_from_its_first_octet_on() {
        let bytes = [0x16, 3, 1, 2, 0];
        for end in 0..5 {
            assert_eq!(RecordHeader::parse(&bytes[..end]), RecordStart::Partial);
        }
        let header =
            RecordHeader { content_type: ContentType::HANDSHAKE, version: Version::TLS_1_0, length: 512 };
        assert_eq!(RecordHeader::parse(&bytes), RecordStart::Header(header));
        torture(&bytes, |bytes| _ = RecordHeader::parse(bytes));
    }

    #[test]
    fn other_protocols_are_not_records() {
        for bytes in [&b"HTTP/1.1 400"[..], b"SSH-2.0", b"\x05\xff", b"\x16\x02", b"\x17\x03\x03\x48\x01"] {
            assert_eq!(RecordHeader::parse(bytes), RecordStart::NotTls);
        }
        assert!(matches!(RecordHeader::parse(&[0x17, 3, 3, 0x48, 0]), RecordStart::Header(_)));
    }

    #[test]
    fn an_sslv2_hello_offers_a_version() {
        let mut hello = vec![0x80, 0x1c, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 0x35];
        hello.extend([7; 16]);
        assert_eq!(sslv2_client_hello(&hello), Some((Version::TLS_1_0, hello.len())));
        torture(&hello, |bytes| _ = sslv2_client_hello(bytes));
        hello[2] = 4;
        assert_eq!(sslv2_client_hello(&hello), None);
    }
}
