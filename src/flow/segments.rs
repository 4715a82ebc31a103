//! A connection's segments, packed: there are many, and most say little that the one before has not said.

use crate::model::{At, Direction, FrameNumber, Timestamp};
use crate::net::TcpFlags;

use super::{Segment, SegmentClass};

/// Segments in capture order. Each is written as what it changes, in variable-length numbers (as LEB128, DWARF 5 §7.6): some fifteen
/// octets where a [`Segment`] has eighty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segments {
    packed: Box<[u8]>,
    count: usize,
    /// Whether one acknowledges what comes behind it, or never.
    acknowledges_ahead: bool,
}

/// What the segments before one make likely for it.
#[derive(Debug, Clone, Copy)]
struct Expected {
    at: At,
    /// By direction: the next offset, the last acknowledgement, and the last window.
    sides: [(i64, i64, u16); 2],
}

const CLASSES: [SegmentClass; 7] = [
    SegmentClass::Normal,
    SegmentClass::AfterGap,
    SegmentClass::OutOfOrder,
    SegmentClass::Retransmission,
    SegmentClass::Duplicate,
    SegmentClass::KeepAlive,
    SegmentClass::ZeroWindowProbe,
];

/// Bits of a segment's first octet, above those of its class.
const FROM_SERVER: u8 = 1 << 3;
const HAS_ACK: u8 = 1 << 4;
const HAS_SACK: u8 = 1 << 5;

impl Segments {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All of them, in capture order.
    pub fn iter(&self) -> impl Iterator<Item = Segment> {
        let mut reader = Reader(&self.packed);
        let mut expected = Expected::default();
        std::iter::from_fn(move || reader.segment(&mut expected))
    }

    /// Whether some segment acknowledges octets, or a FIN, that no segment before it brought: the capture lacks some, or some stand in
    /// another order than they were sent in.
    pub fn acknowledge_ahead(&self) -> bool {
        self.acknowledges_ahead
    }

    /// Octets of memory they hold.
    pub(super) fn memory(&self) -> usize {
        self.packed.len()
    }
}

impl FromIterator<Segment> for Segments {
    fn from_iter<T: IntoIterator<Item = Segment>>(segments: T) -> Self {
        let (mut writer, mut expected, mut count) = (Writer::default(), Expected::default(), 0);
        let (mut ends, mut acknowledges_ahead) = ([0; 2], false);
        for segment in segments {
            writer.segment(&segment, &mut expected);
            count += 1;
            let side = usize::from(segment.direction == Direction::FromServer);
            let end = segment.offset.saturating_add(i64::from(segment.len) + i64::from(segment.flags.fin()));
            ends[side] = end.max(ends[side]);
            acknowledges_ahead |= segment.ack.is_some_and(|ack| ack > ends[1 - side]);
        }
        Self { packed: writer.0.into_boxed_slice(), count, acknowledges_ahead }
    }
}

impl Default for Expected {
    fn default() -> Self {
        Self { at: At { frame: FrameNumber::new(0), time: Timestamp(0) }, sides: [(0, 0, 0); 2] }
    }
}

impl Expected {
    fn take(&mut self, segment: &Segment) {
        self.at = segment.at;
        let (next, ack, window) = &mut self.sides[side(segment.direction)];
        *next = segment.offset.wrapping_add(i64::from(segment.len));
        *ack = segment.ack.unwrap_or(*ack);
        *window = segment.window;
    }
}

fn side(direction: Direction) -> usize {
    usize::from(direction == Direction::FromServer)
}

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn segment(&mut self, segment: &Segment, expected: &mut Expected) {
        let class = CLASSES.iter().position(|class| *class == segment.class).unwrap_or(0);
        let mut first = u8::try_from(class).unwrap_or(0);
        first |= if segment.direction == Direction::FromServer { FROM_SERVER } else { 0 };
        first |= if segment.ack.is_some() { HAS_ACK } else { 0 };
        first |= if segment.sack.is_some() { HAS_SACK } else { 0 };
        self.0.extend([first, segment.flags.0]);
        let (next, ack, window) = expected.sides[side(segment.direction)];
        self.unsigned(segment.at.frame.get().wrapping_sub(expected.at.frame.get()));
        self.signed(segment.at.time.0.wrapping_sub(expected.at.time.0));
        self.signed(segment.offset.wrapping_sub(next));
        self.unsigned(u64::from(segment.len));
        self.unsigned(u64::from(segment.ip_len));
        self.signed(i64::from(segment.window) - i64::from(window));
        if let Some(own) = segment.ack {
            self.signed(own.wrapping_sub(ack));
        }
        if let Some((left, right)) = segment.sack {
            self.signed(left.wrapping_sub(ack));
            self.signed(right.wrapping_sub(left));
        }
        expected.take(segment);
    }

    fn unsigned(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(low(number) | 0x80);
            number >>= 7;
        }
        self.0.push(low(number));
    }

    /// Small numbers short, whatever their sign.
    fn signed(&mut self, number: i64) {
        self.unsigned((number << 1 ^ number >> 63).cast_unsigned());
    }
}

/// The lowest seven bits.
fn low(number: u64) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or(0)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn segment(&mut self, expected: &mut Expected) -> Option<Segment> {
        let first = self.octet()?;
        let direction = if first & FROM_SERVER != 0 { Direction::FromServer } else { Direction::FromClient };
        let flags = TcpFlags(self.octet()?);
        let (next, ack, window) = expected.sides[side(direction)];
        let frame = FrameNumber::new(expected.at.frame.get().wrapping_add(self.unsigned()?));
        let time = Timestamp(expected.at.time.0.wrapping_add(self.signed()?));
        let offset = next.wrapping_add(self.signed()?);
        let len = u32::try_from(self.unsigned()?).ok()?;
        let ip_len = u32::try_from(self.unsigned()?).ok()?;
        let window = u16::try_from(i64::from(window) + self.signed()?).ok()?;
        let own = if first & HAS_ACK != 0 { Some(ack.wrapping_add(self.signed()?)) } else { None };
        let sack = if first & HAS_SACK != 0 {
            let left = ack.wrapping_add(self.signed()?);
            Some((left, left.wrapping_add(self.signed()?)))
        } else {
            None
        };
        let class = *CLASSES.get(usize::from(first & 7))?;
        let segment = Segment {
            at: At { frame, time },
            direction,
            flags,
            offset,
            len,
            ack: own,
            sack,
            window,
            ip_len,
            class,
        };
        expected.take(&segment);
        Some(segment)
    }

    fn octet(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let octet = self.octet()?;
            number |= u64::from(octet & 0x7f).checked_shl(shift)?;
            if octet & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let at = |frame, time| At { frame: FrameNumber::new(frame), time: Timestamp(time) };
        let plain = Segment {
            at: at(7, 1_737_733_318_123_456_000),
            direction: Direction::FromClient,
            flags: TcpFlags(0x18),
            offset: -1,
            len: 0,
            ack: None,
            sack: None,
            window: 4128,
            ip_len: 44,
            class: SegmentClass::Normal,
        };
        let extreme = Segment {
            at: at(3, i64::MIN),
            direction: Direction::FromServer,
            flags: TcpFlags(0xff),
            offset: i64::MAX,
            len: u32::MAX,
            ack: Some(i64::MIN),
            sack: Some((i64::MAX, i64::MIN)),
            window: u16::MAX,
            ip_len: u32::MAX,
            class: SegmentClass::ZeroWindowProbe,
        };
        let all: Vec<Segment> = [plain, extreme, plain, extreme, extreme]
            .into_iter()
            .chain(CLASSES.map(|class| Segment { class, ack: Some(9), ..plain }))
            .collect();
        let packed: Segments = all.iter().copied().collect();
        assert_eq!(packed.iter().collect::<Vec<_>>(), all);
        assert_eq!((packed.len(), packed.is_empty()), (all.len(), false));
    }
}
