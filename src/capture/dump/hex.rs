//! One line of a packet in hexadecimal: an offset or address, then octets at their columns.
//!
//! The character column behind them may look like hexadecimal itself, so octets are taken by column (layouts A and B, whose
//! columns are fixed) or as far as one blank parts them (layout C), and never more than [`PER_LINE`].

/// Octets on one line.
pub(super) const PER_LINE: usize = 16;

/// How a line writes its octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Octets apart: `0010  08 00 06 04`. Offsets count from the packet's start.
    Octets,
    /// Four to a column behind a short offset: `0010:  08000604 00016C5E`.
    Columns,
    /// Four to a column behind an address in memory: `0DB5A4E0: 08000604 00016C5E`.
    Addresses,
}

/// One line of a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HexLine {
    pub style: Style,
    /// Offset or address as printed.
    pub offset: u64,
    /// Places left blank before the first octet (layout A).
    pub blank: usize,
    /// Its octets; `None` where the line is damaged.
    pub octets: Option<Vec<u8>>,
}

/// Reads a line, if it is one of a packet.
pub(super) fn parse(text: &[u8]) -> Option<HexLine> {
    let text = text.trim_ascii_start();
    let (text, tcpdump) = text.strip_prefix(b"0x").map_or((text, false), |text| (text, true));
    let width = text.iter().take_while(|octet| octet.is_ascii_hexdigit()).count();
    if !(4..=8).contains(&width) {
        return None;
    }
    let (digits, rest) = text.split_at(width);
    let offset =
        digits.iter().try_fold(0_u64, |offset, &digit| Some(offset << 4 | u64::from(value(digit)?)))?;
    match rest.strip_prefix(b":") {
        Some(rest) if is_pairs(rest) => octets(offset, rest),
        Some(rest) if tcpdump => halves(offset, rest),
        Some(rest) => columns(offset, width, rest),
        None => octets(offset, rest),
    }
}

/// Whether the first octet behind the offset stands alone.
fn is_pairs(rest: &[u8]) -> bool {
    matches!(rest.trim_ascii_start(), [a, b, b' ', c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()))
        && rest.iter().take_while(|&&octet| octet == b' ').count() <= 2
}

fn octets(offset: u64, rest: &[u8]) -> Option<HexLine> {
    let blanks = rest.iter().take_while(|&&octet| octet == b' ').count();
    if blanks == 0 || blanks > 4 {
        return None;
    }
    let mut rest = rest.get(blanks..)?;
    let mut found = Vec::with_capacity(PER_LINE);
    let mut damaged = false;
    while found.len() < PER_LINE {
        let Some(octet) = lone_pair(rest) else {
            damaged = true;
            break;
        };
        found.push(octet);
        rest = rest.get(2..)?;
        match rest {
            [b' ', b' ', after @ ..] if found.len() == PER_LINE / 2 && goes_on(after) => rest = after,
            [] | [b' ', b' ', ..] | [b' '] => break,
            [_, after @ ..] => rest = after,
        }
    }
    // What has no octet at all is other text that happens to begin with four digits.
    let damaged = damaged || contradicts(&found, rest.trim_ascii());
    (!found.is_empty()).then(|| HexLine {
        style: Style::Octets,
        offset,
        blank: 0,
        octets: (!damaged).then_some(found),
    })
}

/// Two digits, and then a blank or the end.
fn lone_pair(rest: &[u8]) -> Option<u8> {
    match rest {
        [high, low] | [high, low, b' ', ..] => Some(value(*high)? << 4 | value(*low)?),
        _ => None,
    }
}

/// Whether octets follow the gap that some programs leave in the middle of a line: two at least, and no wider gap between.
fn goes_on(after: &[u8]) -> bool {
    lone_pair(after).is_some()
        && after.get(3..).is_none_or(|rest| rest.first() == Some(&b' ') || lone_pair(rest).is_some())
}

/// Whether the characters behind the octets are more than those, and others: an octet was lost from the line.
fn contradicts(found: &[u8], characters: &[u8]) -> bool {
    let differs = |(&octet, &character): (&u8, &u8)| {
        character != b'.' && character != octet && character != octet & 0x7f
    };
    (found.len() + 1..=PER_LINE).contains(&characters.len()) && found.iter().zip(characters).any(differs)
}

/// Columns of four octets, nine characters apart; leading ones may be blank.
fn columns(offset: u64, width: usize, rest: &[u8]) -> Option<HexLine> {
    let blanks = rest.iter().take_while(|&&octet| octet == b' ').count();
    let style = if width == 8 { Style::Addresses } else { Style::Columns };
    let lead = match style {
        Style::Addresses => 1,
        _ => blanks.clamp(1, 2),
    };
    if blanks == 0 || rest.len() == blanks {
        return None;
    }
    let area = rest.get(lead..)?;
    let (mut found, mut blank, mut over, mut damaged) = (Vec::with_capacity(PER_LINE), 0, false, false);
    for place in 0..PER_LINE {
        let column = 9 * (place / 4) + 2 * (place % 4);
        match (at(area, column), at(area, column + 1)) {
            (b' ', b' ') if found.is_empty() => blank += 1,
            (b' ', b' ') => over = true,
            (high, low) => match (value(high), value(low)) {
                (Some(high), Some(low)) if !over => found.push(high << 4 | low),
                _ => damaged = true,
            },
        }
        let last_of_column = place % 4 == 3;
        damaged |= last_of_column && at(area, column + 2) != b' ';
    }
    (!found.is_empty()).then(|| HexLine { style, offset, blank, octets: (!damaged).then_some(found) })
}

/// Two octets after another, one blank between, two before the characters: `tcpdump -xx`.
fn halves(offset: u64, rest: &[u8]) -> Option<HexLine> {
    let mut found = Vec::with_capacity(PER_LINE);
    let mut damaged = false;
    let groups = rest.trim_ascii_start().split(|octet| *octet == b' ').take(PER_LINE / 2);
    for group in groups.take_while(|group| !group.is_empty()) {
        // Only the last one may be half.
        damaged |= !matches!(group.len(), 2 | 4) || found.len() % 2 == 1;
        let octets = group.chunks(2).map_while(lone_pair);
        found.extend(octets);
    }
    (!found.is_empty()).then(|| HexLine {
        style: Style::Octets,
        offset,
        blank: 0,
        octets: (!damaged).then_some(found),
    })
}

fn at(area: &[u8], column: usize) -> u8 {
    area.get(column).copied().unwrap_or(b' ')
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets_of(text: &str) -> Option<Vec<u8>> {
        parse(text.as_bytes()).and_then(|line| line.octets)
    }

    #[test]
    fn characters_that_look_like_octets_are_none() {
        let full = "0010  61 62 63 20 64 65 20 66 66 20 30 31 20 61 62 63   abc de ff 01 abc";
        assert_eq!(octets_of(full).unwrap(), *b"abc de ff 01 abc");
        let short = "0020  61 62 20 63 64                                    ab cd";
        assert_eq!(octets_of(short).unwrap(), *b"ab cd");
        let columns = "  0030:  61622063 64                          ab cd";
        assert_eq!(octets_of(columns).unwrap(), *b"ab cd");
        let address = "0DB5A4E0: 61622063 64656667 61622063 64656667  ab cdefgab cdefg";
        assert_eq!(octets_of(address).unwrap(), *b"ab cdefgab cdefg");
    }

    #[test]
    fn a_first_line_may_start_later() {
        let line = parse(b"0DB5A4E0:                   08000604 00016C5E  ......l^").unwrap();
        assert_eq!((line.blank, line.octets.unwrap().len(), line.style), (8, 8, Style::Addresses));
        let inside = parse(b"0DB5A4E0:          0604 00016C5E").unwrap();
        assert_eq!(inside.octets, None, "half a column at its wrong end");
        let inside = parse(b"0DB5A4E0:              0604 00016C5E").unwrap();
        assert_eq!((inside.blank, inside.octets.unwrap()), (6, vec![6, 4, 0, 1, 0x6c, 0x5e]));
    }

    #[test]
    fn a_gap_in_the_middle_is_no_end() {
        let line = "00000000  d4 c3 b2 a1 02 00 04 00  00 00 00 00 00 00 00 00  |................|";
        assert_eq!(octets_of(line).unwrap().len(), 16);
        assert_eq!(octets_of("0000  d4 c3 b2 a1 02 00 04 00   abcdefgh").unwrap().len(), 8);
    }

    #[test]
    fn damage_shows() {
        for damaged in [
            "0010  61 6z 63",
            "0010  61 6263 64",
            "0010  61 62 6",
            "0010  61 62 64                                       abcd",
            "  0010:  616263 64656667",
            "0DB5A4E0: 6162206364656667",
            "0DB5A4E0: 6162206",
        ] {
            assert_eq!(parse(damaged.as_bytes()).expect(damaged).octets, None, "{damaged}");
        }
        for other in
            ["    0100 .... = Version: 4", "0000 0000 = x", "1000 bytes", "face", "12:13:14", "abcd: text"]
        {
            assert_eq!(parse(other.as_bytes()).filter(|line| line.octets.is_some()), None, "{other}");
        }
    }
}
