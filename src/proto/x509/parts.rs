//! A certificate's parts: all at once by x509-parser or, where it refuses one of them, piece by piece.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::extensions::{X509Extension, X509ExtensionParser};
use x509_parser::nom::Parser;
use x509_parser::prelude::FromDer;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo, X509Name};

use crate::limits::MAX_HELLO_LIST;
use crate::model::Timestamp;
use crate::proto::cursor::Cursor;

/// The parts of a certificate (RFC 5280 §4.1) that are used.
pub(super) struct Parts<'a> {
    pub(super) signature: AlgorithmIdentifier<'a>,
    pub(super) issuer: X509Name<'a>,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) subject: X509Name<'a>,
    pub(super) key: SubjectPublicKeyInfo<'a>,
    pub(super) extensions: Vec<X509Extension<'a>>,
}

impl<'a> Parts<'a> {
    /// The parts of a DER certificate.
    pub(super) fn read(der: &'a [u8]) -> Option<Self> {
        match X509CertificateParser::new().parse(der) {
            Ok((_, certificate)) => Some(Self::of(certificate)),
            Err(_) => Self::read_lax(der),
        }
    }

    fn of(certificate: X509Certificate<'a>) -> Self {
        let tbs = certificate.tbs_certificate;
        let time = |seconds| Timestamp::from_parts(seconds, 0);
        Self {
            extensions: tbs.extensions().to_vec(),
            signature: certificate.signature_algorithm,
            issuer: tbs.issuer,
            not_before: time(tbs.validity.not_before.timestamp()),
            not_after: time(tbs.validity.not_after.timestamp()),
            subject: tbs.subject,
            key: tbs.subject_pki,
        }
    }

    /// Real certificates that x509-parser refuses: times without time zone (RFC 5280 §4.1.2.5.1 wants `Z`), one extension that
    /// spoils the rest, octets that are missing at the end.
    fn read_lax(der: &'a [u8]) -> Option<Self> {
        let mut certificate =
            element(&mut Cursor::new(der)).filter(|element| element.tag == SEQUENCE)?.content;
        let mut tbs = element(&mut certificate)?.content;
        if tbs.left().first() == Some(&VERSION) {
            element(&mut tbs)?;
        }
        let _serial = element(&mut tbs)?;
        let (_, signature) = AlgorithmIdentifier::from_der(element(&mut tbs)?.whole).ok()?;
        let (_, issuer) = X509Name::from_der(element(&mut tbs)?.whole).ok()?;
        let mut validity = element(&mut tbs)?.content;
        let (not_before, not_after) = (time(&element(&mut validity)?)?, time(&element(&mut validity)?)?);
        let (_, subject) = X509Name::from_der(element(&mut tbs)?.whole).ok()?;
        let (_, key) = SubjectPublicKeyInfo::from_der(element(&mut tbs)?.whole).ok()?;
        Some(Self { signature, issuer, not_before, not_after, subject, key, extensions: extensions(tbs) })
    }
}

/// Tags (ITU-T X.690 §8.1.2) of what is read here.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// One DER element with a one-octet tag.
struct Element<'a> {
    tag: u8,
    whole: &'a [u8],
    content: Cursor<'a>,
}

/// The next element; its content may be cut.
fn element<'a>(cursor: &mut Cursor<'a>) -> Option<Element<'a>> {
    let start = cursor.left();
    let tag = cursor.u8()?;
    let len = match cursor.u8()? {
        short @ 0..=0x7f => short.into(),
        0x81 => cursor.u8()?.into(),
        0x82 => cursor.u16()?.into(),
        0x83 => cursor.u24()?,
        _ => return None,
    };
    let content = Cursor::new(cursor.take_lax(len));
    let whole = start.get(..start.len() - cursor.left().len())?;
    Some(Element { tag, whole, content })
}

/// UTCTime or GeneralizedTime, whatever follows its digits; UTCTime has two-digit years from 1950 (RFC 5280 §4.1.2.5.1).
fn time(element: &Element<'_>) -> Option<Timestamp> {
    let digits: Vec<i8> = element
        .content
        .left()
        .iter()
        .map_while(|octet| octet.checked_sub(b'0')?.try_into().ok().filter(|&digit| digit < 10))
        .collect();
    let mut pairs = digits.chunks_exact(2).map(|pair| pair.iter().fold(0_i8, |sum, digit| sum * 10 + digit));
    let year = match element.tag {
        UTC_TIME => {
            pairs.next().map(i16::from).map(|year| if year < 50 { 2000 + year } else { 1900 + year })?
        }
        GENERALIZED_TIME => i16::from(pairs.next()?) * 100 + i16::from(pairs.next()?),
        _ => return None,
    };
    let (month, day, hour, minute) = (pairs.next()?, pairs.next()?, pairs.next()?, pairs.next()?);
    let civil = DateTime::new(year, month, day, hour, minute, pairs.next().unwrap_or(0), 0).ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp::from_parts(zoned.timestamp().as_second(), 0))
}

/// The extensions behind the key, each by itself.
fn extensions(mut tbs: Cursor<'_>) -> Vec<X509Extension<'_>> {
    let found = std::iter::from_fn(|| element(&mut tbs)).find(|element| element.tag == EXTENSIONS);
    let Some(mut list) = found.and_then(|mut outer| element(&mut outer.content)) else { return Vec::new() };
    let each = std::iter::from_fn(|| element(&mut list.content)).take(MAX_HELLO_LIST);
    each.filter_map(|one| X509ExtensionParser::new().parse(one.whole).ok())
        .map(|(_, extension)| extension)
        .collect()
}
