//! `show license history message`: when a request went and a response came, and the few words of the JSON that tell of it.

use crate::limits::TRANSCRIPT_MESSAGE;
use crate::model::Timestamp;

use super::facts::{Kind, Place, Said, Transcript};
use super::lines::Line;
use super::plain;
use super::stamp::Stamp;

/// What the history holds of a response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Answer {
    /// Nothing is shown of it (`| include REQUEST`, or the text ends before).
    #[default]
    Unknown,
    /// The RESPONSE is there and empty: no body reached the agent.
    Empty,
    /// It has a status.
    Status {
        /// `OK`, `OK_POLL`, ...
        code: String,
        /// The same in words.
        message: Option<String>,
    },
    /// Something without a status, or cut before it.
    Unreadable,
}

/// A request of the licensing agent and its response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exchange {
    /// The heading it stands under, `Trust Establishment` for one.
    pub section: Option<&'static str>,
    /// When the request was made.
    pub request: Option<Said<Stamp>>,
    /// `ID_TOKEN_TRUST`, ...
    pub request_type: Option<String>,
    /// The switch's clock in the request, in milliseconds since 1970 UTC: no zone can be mistaken in it.
    pub sent: Option<Timestamp>,
    /// When the response was noted.
    pub response: Option<Said<Stamp>>,
    /// What it says.
    pub answer: Answer,
    /// The service's clock in the response.
    pub server_time: Option<Timestamp>,
}

/// Headings of the history and of the counters.
pub(super) const SECTIONS: [&str; 9] = [
    "Trust Establishment",
    "Trust Acknowledgement",
    "Usage Reporting",
    "Result Polling",
    "Authorization Request",
    "Authorization Confirmation",
    "Authorization Return",
    "Trust Sync",
    "Telemetry Reporting",
];

/// The heading that `text` is.
pub(super) fn section(text: &str) -> Option<&'static str> {
    let name = text.trim().strip_suffix(':')?;
    SECTIONS.iter().copied().find(|section| *section == name)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Request,
    Response,
}

/// Reads requests and responses; a message may be wrapped over many lines, or cut.
#[derive(Default)]
pub(super) struct Reader {
    section: Option<&'static str>,
    current: Option<Exchange>,
    half: Option<Half>,
    message: String,
    /// Below `Import TRUST CODE:`.
    trust_code: bool,
}

impl Reader {
    pub fn read(&mut self, line: &Line, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let text = line.words();
        if let Some(stamp) = text.strip_prefix("REQUEST:") {
            return self.request(stamp, at, facts);
        }
        if let Some(stamp) = text.strip_prefix("RESPONSE:") {
            return self.response(stamp, at, facts);
        }
        if text.starts_with("Message History") || text.starts_with("Import Message History") {
            self.finish(facts);
            return Some(Kind::History);
        }
        if text.starts_with("No past ") && text.ends_with("history") {
            return Some(Kind::History);
        }
        if self.half.is_some() && (text.starts_with('{') || !self.message.is_empty()) {
            return self.gather(line, facts);
        }
        if let Some(section) = section(text) {
            self.finish(facts);
            self.section = Some(section);
        }
        self.import(text, at, facts)
    }

    /// `Import TRUST CODE:` and, below it, `Received on Jan 24 23:19:05 2025 UTC`.
    fn import(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        if text.starts_with("Import ") && text.ends_with(':') {
            self.trust_code = text == "Import TRUST CODE:";
            return Some(Kind::History);
        }
        if let Some(when) = text.strip_prefix("Received on ") {
            let (stamp, _) = Stamp::parse(when)?;
            if self.trust_code {
                facts.keep(|facts| &mut facts.trust, Said::new(Some(stamp), at));
            }
            return Some(Kind::History);
        }
        text.starts_with("Last policy received on").then_some(Kind::History)
    }

    /// Closes what is open: the text ends, or something else begins.
    pub fn finish(&mut self, facts: &mut Transcript) {
        self.end_message();
        self.half = None;
        if let Some(exchange) = self.current.take() {
            keep(exchange, facts);
        }
    }

    /// Whether a message is being put together.
    pub fn is_gathering(&self) -> bool {
        !self.message.is_empty()
    }

    fn request(&mut self, stamp: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let (stamp, _) = Stamp::parse(stamp)?;
        self.finish(facts);
        self.current = Some(Exchange {
            section: self.section,
            request: Some(Said::new(stamp, at)),
            ..Exchange::default()
        });
        self.half = Some(Half::Request);
        Some(Kind::History)
    }

    fn response(&mut self, stamp: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let (stamp, _) = Stamp::parse(stamp)?;
        self.end_message();
        if self.current.as_ref().is_some_and(|exchange| exchange.response.is_some()) {
            self.finish(facts);
        }
        let section = self.section;
        let exchange = self.current.get_or_insert_with(|| Exchange { section, ..Exchange::default() });
        exchange.response = Some(Said::new(stamp, at));
        exchange.answer = Answer::Empty;
        self.half = Some(Half::Response);
        Some(Kind::History)
    }

    /// The next piece of a message: wrapped lines are joined as they are.
    fn gather(&mut self, line: &Line, facts: &mut Transcript) -> Option<Kind> {
        let text = line.words();
        let ends = text.is_empty()
            || text.starts_with('!')
            || text.ends_with(':') && section(text).is_some()
            || super::command::prompt(text).is_some();
        if ends {
            self.end_message();
            if text.starts_with('!') {
                // What is omitted may hold anything.
                self.finish(facts);
            } else if let Some(section) = section(text) {
                self.finish(facts);
                self.section = Some(section);
            }
            return None;
        }
        let piece = if self.message.is_empty() { line.text.trim_start() } else { line.text.as_str() };
        let room = TRANSCRIPT_MESSAGE.saturating_sub(self.message.len());
        if piece.len() <= room {
            self.message.push_str(piece);
        }
        if text.ends_with("\"}") && is_whole(&self.message) {
            self.end_message();
        }
        Some(Kind::History)
    }

    fn end_message(&mut self) {
        let message = std::mem::take(&mut self.message);
        let (Some(half), Some(exchange), false) = (self.half, self.current.as_mut(), message.is_empty())
        else {
            return;
        };
        let words = Words::of(&message);
        match half {
            Half::Request => {
                exchange.request_type = words.value("request_type");
                exchange.sent = words.time();
            }
            Half::Response => {
                exchange.request_type = exchange.request_type.take().or_else(|| words.value("request_type"));
                exchange.server_time = words.time();
                exchange.answer = match words.value("status_code") {
                    Some(code) => Answer::Status { code, message: words.value("status_message") },
                    None => Answer::Unreadable,
                };
            }
        }
    }
}

/// A message that is one line's worth of JSON ends where its outer brace closes; what is cut never does.
fn is_whole(message: &str) -> bool {
    message.starts_with('{') && message.trim_end().ends_with("\"}")
}

/// One exchange may be shown several times, whole or by its times alone; the fullest is kept.
fn keep(exchange: Exchange, facts: &mut Transcript) {
    let same = |known: &Exchange| match (&known.request, &exchange.request) {
        (Some(a), Some(b)) => a.value == b.value,
        _ => false,
    };
    // The same list again is near the end of what is kept.
    let recent = facts.exchanges.len().saturating_sub(RECENT);
    match facts.exchanges.iter_mut().skip(recent).find(|known| same(known)) {
        Some(known) if exchange.weight() > known.weight() => *known = exchange,
        Some(_) => {}
        None => facts.keep(|facts| &mut facts.exchanges, exchange),
    }
}

/// How far back a repetition of an exchange is looked for: some listings' worth.
const RECENT: usize = 64;

impl Exchange {
    fn weight(&self) -> u8 {
        u8::from(self.request_type.is_some())
            + 2 * u8::from(self.answer != Answer::Unknown)
            + u8::from(matches!(self.answer, Answer::Status { .. }))
    }

    /// Whether the service took the request.
    pub fn is_accepted(&self) -> bool {
        matches!(&self.answer, Answer::Status { code, .. } if matches!(code.as_str(), "OK" | "OK_POLL"))
    }

    /// The status of a request that the service answered and did not take.
    pub fn refusal(&self) -> Option<&str> {
        match &self.answer {
            Answer::Status { code, .. } if !self.is_accepted() => Some(code),
            _ => None,
        }
    }
}

/// The members of JSON in JSON in JSON, by name: without backslashes all depths look alike, whole or cut.
struct Words(String);

impl Words {
    fn of(message: &str) -> Self {
        Self(message.chars().filter(|c| *c != '\\').collect())
    }

    /// The first string member of that name; the outer ones come first.
    fn value(&self, name: &str) -> Option<String> {
        let behind = self.behind(name)?;
        let value = behind.strip_prefix('"')?;
        let end = value.find('"')?;
        let value = plain::message(value.get(..end)?);
        (!value.is_empty()).then_some(value)
    }

    /// The first `timestamp`, in milliseconds since 1970.
    fn time(&self) -> Option<Timestamp> {
        let digits: String =
            self.behind("timestamp")?.chars().take(14).take_while(char::is_ascii_digit).collect();
        let millis: i64 = digits.parse().ok().filter(|millis| *millis > 1_000_000_000_000)?;
        Some(Timestamp(millis.checked_mul(1_000_000)?))
    }

    fn behind(&self, name: &str) -> Option<&str> {
        let mark = format!("\"{name}\":");
        let at = self.0.find(&mark)?;
        self.0.get(at + mark.len()..)
    }
}
