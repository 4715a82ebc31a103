//! Bodies in clear: how far they go, and what of them may be shown.

use super::json::Json;
use super::octets::Octets;

/// What an octet becomes that must not be shown.
pub(super) const MASK: u8 = b'x';
/// Octets of the longest chunk whose size is shown: a longer number is none.
const LONGEST_CHUNK: u64 = 1 << 24;
/// Octets of a line's end.
const LINE_END: u64 = 2;

/// How far a body goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Extent {
    /// So many octets, then the next message.
    Length(u64),
    UntilClose,
    /// The line with a chunk's size: the size so far, and whether its digits are over.
    Size(u64, bool),
    /// So many octets of a chunk, and the end of its last line.
    Chunk(u64),
    /// Lines behind the last chunk; whether this one has something in it.
    Trailer(bool),
}

/// What a body is.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Nothing but space so far.
    Unknown,
    Json(Json),
    /// Nothing of it is shown.
    Other,
}

impl Extent {
    /// Rewrites the octets of a body, as far as they go on in one way: how many they are, and whether the body ends there.
    pub(super) fn rewrite(&mut self, content: &mut Content, octets: &mut Octets<'_>) -> (usize, bool) {
        let within = |left: u64| usize::try_from(left).unwrap_or(usize::MAX).min(octets.old.len());
        match self {
            Self::UntilClose => {
                content.rewrite(octets);
                (octets.len(), false)
            }
            Self::Length(left) => {
                let used = within(*left);
                content.rewrite(&mut octets.part(0..used));
                *left -= used as u64;
                (used, *left == 0)
            }
            Self::Chunk(left) => {
                let (inner, used) = (within(left.saturating_sub(LINE_END)), within(*left));
                content.rewrite(&mut octets.part(0..inner));
                lines(&mut octets.part(inner..used));
                *left -= used as u64;
                if *left == 0 {
                    *self = Self::Size(0, false);
                }
                (used, false)
            }
            Self::Size(size, over) => {
                let used = line_length(octets.old);
                if chunk_size(size, over, &mut octets.part(0..used)) {
                    *self = match *size {
                        0 => Self::Trailer(false),
                        size => Self::Chunk(size.saturating_add(LINE_END)),
                    };
                }
                (used, false)
            }
            Self::Trailer(said) => {
                let used = line_length(octets.old);
                lines(&mut octets.part(0..used));
                let line = octets.old.get(..used).unwrap_or_default();
                *said |= !line.trim_ascii().is_empty();
                let over = line.ends_with(b"\n");
                let blank = over && !*said;
                *said &= !over;
                (used, blank)
            }
        }
    }
}

impl Content {
    fn rewrite(&mut self, octets: &mut Octets<'_>) {
        let mut from = 0;
        if let Self::Unknown = self {
            // Space, or what marks UTF-8: no page is told by it.
            let skipped = |octet: &&u8| octet.is_ascii_whitespace() || matches!(octet, 0xef | 0xbb | 0xbf);
            from = octets.old.iter().take_while(skipped).count();
            octets.keep(0..from);
            match octets.old.get(from) {
                None => {}
                Some(b'{') => *self = Self::Json(Json::default()),
                Some(_) => *self = Self::Other,
            }
        }
        let end = octets.len();
        let rest = octets.part(from..end);
        match self {
            Self::Json(json) => json.rewrite(rest.old, rest.new),
            Self::Unknown | Self::Other => rest.new.fill(MASK),
        }
    }
}

/// Takes the next piece of the line with a chunk's size (RFC 9112 §7.1); `over` says that its digits are. Whether the line ends here.
fn chunk_size(size: &mut u64, over: &mut bool, octets: &mut Octets<'_>) -> bool {
    lines(octets);
    for (at, octet) in octets.old.iter().enumerate() {
        let digit = char::from(*octet).to_digit(16).filter(|_| !*over);
        *over |= digit.is_none();
        *size = digit.map_or(*size, |digit| size.saturating_mul(16).saturating_add(digit.into()));
        if digit.is_some() && *size < LONGEST_CHUNK || *octet == b';' {
            octets.put(at, &[*octet]);
        }
    }
    octets.old.ends_with(b"\n")
}

/// Octets of the first line, its end included.
pub(super) fn line_length(octets: &[u8]) -> usize {
    octets.iter().position(|octet| *octet == b'\n').map_or(octets.len(), |end| end + 1)
}

/// Nothing but the lines' ends.
pub(super) fn lines(octets: &mut Octets<'_>) {
    for (old, new) in octets.old.iter().zip(octets.new.iter_mut()) {
        *new = if matches!(old, b'\r' | b'\n') { *old } else { MASK };
    }
}
