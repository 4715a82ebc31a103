//! What was read, and where it stands.

use crate::limits::TRANSCRIPT_FACTS;

use super::clock::{Ntp, ShownClock};
use super::eventlog::LogEvent;
use super::forwarding::{NextHop, PortOfMac};
use super::history::Exchange;
use super::interface::Interface;
use super::kept;
use super::reach::Trial;
use super::settings::Settings;
use super::status::Counters;

/// A line of one of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which text, in the order given, from 0.
    pub file: usize,
    /// Its line, from 1.
    pub line: u64,
}

/// A fact and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// What is said.
    pub value: T,
    /// Where.
    pub at: Place,
}

impl<T> Said<T> {
    /// `value`, said on the line `at`.
    pub fn new(value: T, at: Place) -> Self {
        Self { value, at }
    }
}

/// A kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `show license eventlog`.
    EventLog,
    /// Log messages.
    Syslog,
    /// `show license history message`.
    History,
    /// `show license status`, `show license tech support`.
    Status,
    /// Configuration, shown or typed.
    Configuration,
    /// `show clock`.
    Clock,
    /// `show ntp status`, `show ntp associations`.
    Ntp,
    /// `show ip interface brief`.
    Interfaces,
    /// `show version`.
    Version,
    /// `show hosts`.
    Hosts,
    /// `show ip cef`.
    Cef,
    /// `show ip arp`.
    Arp,
    /// `show mac address-table`.
    MacTable,
    /// `ping`.
    Ping,
    /// `telnet`.
    Telnet,
}

impl Kind {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EventLog => "license-eventlog",
            Self::Syslog => "syslog",
            Self::History => "license-history",
            Self::Status => "license-status",
            Self::Configuration => "configuration",
            Self::Clock => "clock",
            Self::Ntp => "ntp",
            Self::Interfaces => "interfaces",
            Self::Version => "version",
            Self::Hosts => "hosts",
            Self::Cef => "cef",
            Self::Arp => "arp",
            Self::MacTable => "mac-address-table",
            Self::Ping => "ping",
            Self::Telnet => "telnet",
        }
    }
}

/// One text as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead {
    /// Its name as given.
    pub name: String,
    /// Lines read.
    pub lines: u64,
    /// Octets read.
    pub octets: u64,
    /// Whether there is more than is read.
    pub cut: bool,
    /// Kinds of output in it: how many lines of each, and the first.
    pub kinds: Vec<(Kind, u64, u64)>,
    /// What was not understood.
    pub unread: Unread,
}

/// Lines that no reader knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// How many.
    pub lines: u64,
    /// First and last line of the first runs of them.
    pub ranges: Vec<(u64, u64)>,
}

/// Everything that the switch's own text tells.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    /// The texts.
    pub files: Vec<FileRead>,
    /// Telling events of logs, in the order read.
    pub events: Vec<LogEvent>,
    /// Requests and responses.
    pub exchanges: Vec<Exchange>,
    /// Counters of each exchange, the latest of each section.
    pub counters: Vec<Counters>,
    /// How the switch is set up.
    pub settings: Settings,
    /// When trust was installed, as the status says; `None` inside where it says that it is not.
    pub trust: Vec<Said<Option<super::Stamp>>>,
    /// Whether trust is installed, as tech support says.
    pub trust_state: Option<Said<bool>>,
    /// Addresses of interfaces.
    pub interfaces: Vec<Said<Interface>>,
    /// Times shown by `show clock`.
    pub clocks: Vec<Said<ShownClock>>,
    /// State of NTP.
    pub ntp: Option<Said<Ntp>>,
    /// The software's version.
    pub version: Option<Said<String>>,
    /// Next hops of addresses.
    pub next_hops: Vec<Said<NextHop>>,
    /// Ports behind which an address of the next hop is.
    pub ports: Vec<Said<PortOfMac>>,
    /// Pings and telnets.
    pub trials: Vec<Said<Trial>>,
    /// Facts left out because there were too many.
    pub omitted: u64,
}

impl Transcript {
    /// Whether output of `kind` was read.
    pub fn has(&self, kind: Kind) -> bool {
        self.files.iter().any(|file| file.kinds.iter().any(|(known, ..)| *known == kind))
    }

    /// Whether nothing was understood.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.kinds.is_empty())
    }

    /// The name of the text that `place` stands in.
    pub fn file_name(&self, place: Place) -> &str {
        self.files.get(place.file).map_or("", |file| file.name.as_str())
    }

    pub(super) fn keep<T>(&mut self, list: fn(&mut Self) -> &mut Vec<T>, item: T) {
        let mut omitted = 0;
        kept::push(list(self), item, TRANSCRIPT_FACTS, &mut omitted);
        self.omitted = self.omitted.saturating_add(omitted);
    }
}
