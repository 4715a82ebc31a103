//! What a line of text is to a dump.

use super::date;
use super::hex::{self, HexLine};
use super::packets::Moment;

/// What a line of text is to a dump.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing on it.
    Blank,
    /// Where the pager stopped, and nothing else.
    Pager,
    /// Octets of a packet, or what is left of such a line.
    Hex(HexLine),
    /// A packet's index, alone (layout B).
    Index(u64),
    /// Time and date in front of a packet (layout A, tcpdump), with the zone if one is named that is not UTC.
    Heading(Moment, Option<String>),
    /// A packet's summary: in the brief list, or in front of its octets.
    Summary(Row),
    /// `Frame 7: 1514 bytes on wire (12112 bits), 96 bytes captured (768 bits)`.
    Frame {
        /// Its number.
        number: u64,
        /// Octets on the wire.
        wire: u32,
    },
    /// `Epoch Time: 1795371428.845297000 seconds`.
    Epoch(i64),
    /// What the octets below are of, where they are not of the frame: `Reassembled TCP (3496 bytes):`.
    OtherOctets,
    /// The octets below are the frame's.
    FrameOctets,
    /// Anything else.
    Other,
}

/// A packet's summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The packet's index.
    pub index: u64,
    /// Nanoseconds since the first packet.
    pub since_first: i64,
    /// Octets on the wire, where stated.
    pub wire: Option<u32>,
}

/// What `text` is.
pub(super) fn classify(text: &[u8]) -> Line {
    const MORE: &[u8] = b"--More--";
    let text = without_stamp(text);
    let start = text.trim_ascii_start();
    if start.is_empty() {
        return Line::Blank;
    }
    if let Some(rest) = start.strip_prefix(MORE) {
        let rest = rest.trim_ascii_start();
        return if rest.is_empty() { Line::Pager } else { plain(rest) };
    }
    plain(text)
}

/// `text` behind the time that a terminal's log puts in front of each line: `[2026-11-22 18:17:08.827] `.
fn without_stamp(text: &[u8]) -> &[u8] {
    const LONGEST: usize = 40;
    let Some(end) = text.iter().take(LONGEST).position(|octet| *octet == b']') else { return text };
    let (stamp, rest) = text.split_at(end);
    let fits =
        |(place, octet): (usize, &u8)| if place % 3 == 2 { *octet == b':' } else { octet.is_ascii_digit() };
    let is_time = |part: &[u8]| part.iter().enumerate().all(fits);
    let stamped = stamp.first() == Some(&b'[') && stamp.windows(8).any(is_time);
    let rest = rest.strip_prefix(b"]").unwrap_or(rest);
    if stamped { rest.strip_prefix(b" ").unwrap_or(rest) } else { text }
}

fn plain(text: &[u8]) -> Line {
    if let Some(line) = hex::parse(text) {
        return Line::Hex(line);
    }
    let start = text.trim_ascii_start();
    if text.ends_with(b" bytes):") || text.ends_with(b" byte):") {
        return octets_of(text);
    }
    match start.first() {
        Some(b'0'..=b'9' | b'*' | b'.') => numbered(start),
        Some(b'F') => frame(start).unwrap_or(Line::Other),
        Some(b'E') => epoch(start).unwrap_or(Line::Other),
        _ => Line::Other,
    }
}

fn octets_of(text: &[u8]) -> Line {
    match text.first() {
        Some(b' ' | b'[') => Line::Other,
        _ if text.starts_with(b"Frame (") => Line::FrameOctets,
        _ => Line::OtherOctets,
    }
}

fn numbered(start: &[u8]) -> Line {
    let Ok(text) = std::str::from_utf8(start) else { return Line::Other };
    if text.len() <= 7 && text.bytes().all(|digit| digit.is_ascii_digit()) {
        return text.parse().map_or(Line::Other, Line::Index);
    }
    if let Some((moment, zone)) = date::heading(start) {
        return Line::Heading(moment, zone);
    }
    if let Some(moment) = date::tcpdump(text) {
        return Line::Heading(moment, None);
    }
    summary(text).map_or(Line::Other, Line::Summary)
}

/// `    3   0.000060 10.31.121.118 -> 192.168.217.105 TCP 58 ...`, the same in Wireshark's columns, and the older
/// `    3   58    0.000060   10.31.121.118 ->  192.168.217.105  ...`.
fn summary(text: &str) -> Option<Row> {
    let words: Vec<&str> = text.split_ascii_whitespace().take(10).collect();
    let number = |place: usize| words.get(place)?.parse::<u32>().ok();
    let time = |place: usize| {
        let word = words.get(place).filter(|word| word.contains('.'))?;
        date::seconds(word)
    };
    let index = u64::from(number(0)?);
    if let Some((since_first, wire)) = time(2).zip(number(1)) {
        return words.get(4).filter(|word| is_arrow(word)).map(|_| Row {
            index,
            since_first,
            wire: Some(wire),
        });
    }
    let since_first = time(1)?;
    let protocol = if words.get(3).is_some_and(|word| is_arrow(word)) { 5 } else { 4 };
    // A number in front of an arrow is a port.
    let is_port = words.get(protocol + 2).is_some_and(|word| is_arrow(word) || *word == ">");
    let wire = number(protocol + 1).filter(|_| !is_port);
    (words.len() > protocol).then_some(Row { index, since_first, wire })
}

fn is_arrow(word: &str) -> bool {
    word == "->" || word == "\u{2192}"
}

fn frame(start: &[u8]) -> Option<Line> {
    let text = std::str::from_utf8(start).ok()?;
    let (number, rest) = text.strip_prefix("Frame ")?.split_once(": ")?;
    let (wire, rest) = rest.split_once(" byte")?;
    rest.contains("on wire").then_some(())?;
    Some(Line::Frame { number: number.parse().ok()?, wire: wire.parse().ok()? })
}

fn epoch(start: &[u8]) -> Option<Line> {
    let text = std::str::from_utf8(start).ok()?;
    let rest = text.strip_prefix("Epoch Time: ").or_else(|| text.strip_prefix("Epoch Arrival Time: "))?;
    date::seconds(rest.split_ascii_whitespace().next()?).map(Line::Epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Option<(u64, i64, Option<u32>)> {
        match classify(text.as_bytes()) {
            Line::Summary(row) => Some((row.index, row.since_first, row.wire)),
            _ => None,
        }
    }

    #[test]
    fn summaries_of_every_kind() {
        let iosxe = "    1   0.000000     11.1.6.2 -> 11.1.6.3     ICMP 114 Echo (ping) request";
        assert_eq!(row(iosxe), Some((1, 0, Some(114))));
        let tshark =
            "    3   0.000060 10.31.121.118 \u{2192} 192.168.217.105 TCP 58 60182 \u{2192} 80 [SYN] Seq=0";
        assert_eq!(row(tshark), Some((3, 60_000, Some(58))));
        let wireshark =
            "      7 12.500000      10.31.121.118         192.168.217.105       TCP      58     60182 > 80";
        assert_eq!(row(wireshark), Some((7, 12_500_000_000, Some(58))));
        let older = "   0   62    0.000000   10.1.1.1     ->  10.2.2.2      48  CS6   UDP";
        assert_eq!(row(older), Some((0, 0, Some(62))));
        let no_length = "    2   0.1 10.1.1.1 -> 10.2.2.2 TCP 443 > 50211 [ACK]";
        assert_eq!(row(no_length), Some((2, 100_000_000, None)));
        for other in ["1. Check that 2.5 is right", "10.31.121.118 is up", "3 days, 4.5 hours"] {
            assert_eq!(row(other), None, "{other}");
        }
    }

    #[test]
    fn lines_around_the_packets() {
        assert_eq!(classify(b"  17"), Line::Index(17));
        assert_eq!(classify(b" --More-- "), Line::Pager);
        assert!(matches!(classify(b" --More--  0010  6c 5e"), Line::Hex(_)));
        assert_eq!(classify(b"Reassembled TCP (3496 bytes):"), Line::OtherOctets);
        assert_eq!(classify(b"Frame (334 bytes):"), Line::FrameOctets);
        let frame =
            b"Frame 7: 1514 bytes on wire (12112 bits), 96 bytes captured (768 bits) on interface x, id 0";
        assert_eq!(classify(frame), Line::Frame { number: 7, wire: 1514 });
        assert_eq!(classify(b"    Epoch Time: 1.5 seconds"), Line::Epoch(1_500_000_000));
        assert_eq!(
            classify(b"Starting the packet display ........ Press Ctrl + Shift + 6 to exit"),
            Line::Other
        );
        assert_eq!(classify(b"Switch#show monitor capture CSSM buffer dump"), Line::Other);
    }
}
