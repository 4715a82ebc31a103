//! `show clock` and `show ntp`.

use super::facts::{Kind, Place, Said, Transcript};
use super::stamp::Stamp;

/// A time shown by `show clock`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownClock {
    /// The time, with the mark of an unsure clock.
    pub stamp: Stamp,
}

/// What NTP says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ntp {
    /// Whether the clock follows a time source.
    pub synchronised: bool,
}

/// Words of a clock are at most on so many lines where page breaks tear it.
const PIECES: usize = 6;

/// Reads the clock; behind its command it may be torn over several lines.
#[derive(Default)]
pub(super) struct Reader {
    pieces: Option<Vec<String>>,
}

impl Reader {
    /// The command `show clock` was given: its output follows.
    pub fn expect(&mut self) {
        self.pieces = Some(Vec::new());
    }

    pub fn read(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        if let Some(kind) = ntp(text, at, facts) {
            return Some(kind);
        }
        let alone = shown(text);
        let stamp = match (alone, &mut self.pieces) {
            (Some(stamp), _) => stamp,
            (None, Some(pieces)) if pieces.len() < PIECES && is_piece(text) => {
                pieces.push(text.to_owned());
                match shown(&pieces.join(" ")) {
                    Some(stamp) => stamp,
                    None => return Some(Kind::Clock),
                }
            }
            _ => {
                self.pieces = self.pieces.take().filter(|_| text.is_empty());
                return None;
            }
        };
        self.pieces = None;
        facts.keep(|facts| &mut facts.clocks, Said::new(ShownClock { stamp }, at));
        Some(Kind::Clock)
    }
}

/// A line that is a time with its year and nothing else, the time first; `Time source is NTP, 15:41:10.058 UTC ...` too.
fn shown(text: &str) -> Option<Stamp> {
    let text = text
        .strip_prefix("Time source is")
        .map_or(text, |rest| rest.split_once(',').map_or(rest, |(_, time)| time.trim()));
    text.starts_with(|c: char| c == '*' || c == '.' || c.is_ascii_digit()).then_some(())?;
    let (stamp, rest) = Stamp::parse(text)?;
    let time_first = text.trim_start_matches(['*', '.', ' ']).get(2..3) == Some(":");
    (stamp.has_year() && rest.trim().is_empty() && time_first).then_some(stamp)
}

fn is_piece(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b" *.:+".contains(&b))
}

fn ntp(text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
    let synchronised = if text.starts_with("Clock is synchronized") {
        true
    } else if text.starts_with("Clock is unsynchronized") || text.starts_with("%NTP is not enabled") {
        false
    } else {
        let known = text.contains("nominal freq is")
            || text.starts_with("ntp uptime")
            || text.starts_with("reference time is")
            || text.starts_with("clock offset is")
            || text.starts_with("root dispersion is")
            || text.starts_with("loopfilter state is")
            || text.starts_with("system poll interval is")
            || text.starts_with("* sys.peer");
        return known.then_some(Kind::Ntp);
    };
    facts.ntp = Some(Said::new(Ntp { synchronised }, at));
    Some(Kind::Ntp)
}
