//! `show license eventlog`: `2025-01-24 15:17:46.341 UTC SAEVT_COMM_FAIL error="Connection timed out"`.

use super::facts::{Kind, Place, Transcript};
use super::lines::Line;
use super::plain;
use super::stamp::Stamp;

/// What a log tells of licensing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Communication failed, with the reason given.
    CommunicationFailed(Option<String>),
    /// Communication works again.
    CommunicationRestored,
    /// A usage report is about to be sent.
    ReportStarted,
    /// Cryptography came up, or not yet.
    Crypto {
        /// Whether it did.
        ready: bool,
    },
    /// A trust code was installed.
    TrustInstalled,
    /// A revocation list could not be fetched.
    CrlFetchFailed,
    /// Certificates cannot be judged because the clock is not authoritative.
    ClockNotAuthoritative,
}

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogSource {
    /// The licensing agent's.
    EventLog,
    /// The system's.
    Syslog,
}

/// Whom a log line names as the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partner {
    /// Cisco Smart Software Manager.
    Cssm,
    /// Cisco Smart Licensing Utility.
    Cslu,
}

impl Partner {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cssm => "CSSM",
            Self::Cslu => "the CSLU",
        }
    }

    /// Whether two lines may mean the same partner: a line that names none may mean any.
    pub fn may_be_same(one: Option<Self>, other: Option<Self>) -> bool {
        one.zip(other).is_none_or(|(one, other)| one == other)
    }
}

/// A telling line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// When, where it says.
    pub stamp: Option<Stamp>,
    /// Where.
    pub at: Place,
    /// Which log.
    pub source: LogSource,
    /// Whom it names as the other side.
    pub partner: Option<Partner>,
    /// What.
    pub happening: Happening,
}

/// Reads events; a time and its event may be torn apart by page breaks.
#[derive(Default)]
pub(super) struct Reader {
    pending: Option<Stamp>,
}

impl Reader {
    pub fn read(&mut self, line: &Line, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let text = line.words();
        if text.trim_matches('*').trim() == "Event Log" {
            return Some(Kind::EventLog);
        }
        if let Some(event) = text.strip_prefix("SAEVT_") {
            let stamp = self.pending.take();
            take(event, stamp, at, facts);
            return Some(Kind::EventLog);
        }
        // Only the event log writes its times this way.
        if text.as_bytes().get(4) != Some(&b'-') {
            return None;
        }
        let (stamp, rest) = Stamp::parse(text)?;
        let rest = rest.trim();
        if let Some(event) = rest.strip_prefix("SAEVT_") {
            self.pending = None;
            take(event, Some(stamp), at, facts);
            return Some(Kind::EventLog);
        }
        rest.is_empty().then(|| {
            self.pending = Some(stamp);
            Kind::EventLog
        })
    }
}

fn take(event: &str, stamp: Option<Stamp>, at: Place, facts: &mut Transcript) {
    let (name, rest) = event.split_once(char::is_whitespace).unwrap_or((event, ""));
    let happening = match name {
        "COMM_FAIL" => Happening::CommunicationFailed(value(rest, "error").map(plain::message)),
        "COMM_RESTORED" => Happening::CommunicationRestored,
        "UTILITY_REPORT_START" => Happening::ReportStarted,
        "INIT_CRYPTO" => match value(rest, "success") {
            Some(word) => Happening::Crypto { ready: word.eq_ignore_ascii_case("true") },
            None => return,
        },
        _ => return,
    };
    let event = LogEvent { stamp, at, source: LogSource::EventLog, partner: None, happening };
    facts.keep(|facts| &mut facts.events, event);
}

/// The value of `name="..."`; without its end where the line was cut.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find(name)?;
        let behind = rest.get(at + name.len()..)?;
        if let Some(quoted) = behind.strip_prefix("=\"") {
            return Some(quoted.split_once('"').map_or(quoted, |(value, _)| value));
        }
        rest = behind;
    }
}
