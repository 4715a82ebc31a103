//! TLS records: their headers stay, of handshake messages what is negotiated; randoms, tickets, certificates and all that is
//! encrypted go.

use super::Redactor;
use super::names::is_public;
use super::octets::Octets;

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
/// Octets of a record's header, of a handshake message's.
const RECORD_HEADER: usize = 5;
const MESSAGE_HEADER: usize = 4;
const RANDOM: usize = 32;

const SERVER_NAME: u16 = 0;
/// Extensions that only list what is supported: groups, point formats, signatures, extended master secret, versions,
/// PSK modes, signatures in certificates.
const KEPT_EXTENSIONS: &[u16] = &[10, 11, 13, 23, 43, 45, 50];

/// The random that makes a ServerHello a HelloRetryRequest (RFC 8446 §4.1.3).
const HELLO_RETRY: [u8; RANDOM] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Whether a record begins here.
pub(super) fn is_record(octets: &[u8]) -> bool {
    matches!(octets, [20..=24, 3, 0..=4, 0..=0x48, _, ..])
}

/// Whether these may be the first octets of a record's header.
pub(super) fn may_be_record(octets: &[u8]) -> bool {
    let header: Vec<u8> =
        octets.iter().copied().chain([23, 3, 0, 0, 0].into_iter().skip(octets.len())).collect();
    octets.len() < RECORD_HEADER && is_record(&header)
}

/// Rewrites the records from the one that begins at `from` of a segment's payload, as far as it holds them. Where the next
/// one begins, perhaps behind its end.
pub(super) fn rewrite(octets: &mut Octets<'_>, from: usize, by: &Redactor) -> usize {
    let mut at = from;
    while octets.old.get(at..).is_some_and(is_record) {
        octets.keep(at..at + RECORD_HEADER);
        let length = octets.u16(at + 3).map_or(0, usize::from);
        let kind = octets.old.get(at).copied().unwrap_or_default();
        let body = at + RECORD_HEADER;
        let mut content = octets.part(body..body + length);
        match (kind, length) {
            (CHANGE_CIPHER_SPEC, 1) | (ALERT, 2) => content.keep(0..length),
            (HANDSHAKE, _) => messages(&mut content, by),
            _ => {}
        }
        at = body + length;
    }
    if octets.old.get(at..).is_some_and(may_be_record) {
        octets.keep(at..at + RECORD_HEADER);
    }
    at
}

fn messages(octets: &mut Octets<'_>, by: &Redactor) {
    let mut at = 0;
    while let Some([kind, high, middle, low]) = octets.array::<MESSAGE_HEADER>(at) {
        // Anything else is an encrypted message.
        if !matches!(kind, 0..=2 | 4 | 8 | 11..=16 | 20 | 22) || high != 0 {
            return;
        }
        octets.keep(at..at + MESSAGE_HEADER);
        let length = usize::from(u16::from_be_bytes([middle, low]));
        let body = at + MESSAGE_HEADER;
        if matches!(kind, CLIENT_HELLO | SERVER_HELLO) {
            hello(&mut octets.part(body..body + length), kind == CLIENT_HELLO, by);
        }
        at = body + length;
    }
}

fn hello(octets: &mut Octets<'_>, client: bool, by: &Redactor) -> Option<()> {
    octets.keep(0..2);
    if octets.array(2) == Some(HELLO_RETRY) {
        octets.keep(2..2 + RANDOM);
    }
    let mut at = 2 + RANDOM;
    // The session's number goes, its length stays.
    octets.keep(at..at + 1);
    at += 1 + usize::from(*octets.old.get(at)?);
    let choices = if client {
        let suites = 2 + usize::from(octets.u16(at)?);
        suites + 1 + usize::from(*octets.old.get(at + suites)?)
    } else {
        3
    };
    octets.keep(at..at + choices + 2);
    at += choices + 2;
    while let (Some(kind), Some(length)) = (octets.u16(at), octets.u16(at + 2)) {
        octets.keep(at..at + 4);
        let mut value = octets.part(at + 4..at + 4 + usize::from(length));
        let end = value.len();
        if KEPT_EXTENSIONS.contains(&kind) {
            value.keep(0..end);
        } else if kind == SERVER_NAME && end > 0 {
            server_name(&mut value, by);
        }
        at += 4 + usize::from(length);
    }
    Some(())
}

/// One name of a list: length of the list, type, length, name (RFC 6066 §3).
fn server_name(octets: &mut Octets<'_>, by: &Redactor) {
    octets.keep(0..5);
    let end = octets.len();
    let name = octets.part(5..end);
    let text = String::from_utf8_lossy(name.old).to_ascii_lowercase();
    if is_public(&text) {
        name.new.copy_from_slice(name.old);
    } else {
        let labels: Vec<Vec<u8>> =
            text.as_bytes().split(|octet| *octet == b'.').map(|label| by.letters(label)).collect();
        let other = labels.join(&b'.');
        if other.len() == name.old.len() {
            name.new.copy_from_slice(&other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_keeps_what_is_offered_and_a_public_name() {
        let name = b"smartreceiver.cisco.com";
        let sni = [&[0, 0, 0, 28, 0, 26, 0, 0, 23][..], name].concat();
        let secret = [&[0, 35, 0, 4][..], b"tick"].concat();
        let body = [&[3, 3][..], &[9; 32], &[2, 5, 5], &[0, 2, 0xc0, 0x30], &[1, 0], &[0, 40], &sni, &secret]
            .concat();
        let length = u8::try_from(body.len()).unwrap();
        let record = [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &body].concat();
        let mut new = vec![0; record.len()];
        let next = rewrite(&mut Octets { old: &record, new: &mut new }, 0, &Redactor::new([1; 32]));
        assert_eq!(next, record.len());
        let mut expected = record.clone();
        expected[11..43].fill(0);
        expected[44..46].fill(0);
        let end = expected.len();
        expected[end - 4..].fill(0);
        assert_eq!(new, expected);
    }
}
