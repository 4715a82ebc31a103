//! The switch's own words: pasted show commands, logs and configuration -> facts, each with its line.
//!
//! Recognised by content, in any order, with prompts, echoes, paging marks and annotations around it. One file per kind of
//! output. Of tokens, serial numbers and accounts nothing is kept.

mod clock;
mod command;
mod config;
mod eventlog;
mod facts;
mod forwarding;
mod history;
mod hosts;
mod interface;
mod kept;
mod lines;
mod plain;
mod reach;
mod reader;
mod settings;
mod stamp;
mod status;
mod syslog;
#[cfg(test)]
mod tests;
mod url;

pub use clock::{Ntp, ShownClock};
pub use eventlog::{Happening, LogEvent, LogSource, Partner};
pub use facts::{FileRead, Kind, Place, Said, Transcript, Unread};
pub use forwarding::{NextHop, PortOfMac};
pub use history::{Answer, Exchange};
pub use interface::Interface;
pub use reach::{Reach, Trial};
pub use reader::read;
pub use settings::{Revocation, Settings, Transport};
pub use stamp::{ClockMark, Stamp, Zone};
pub use status::Counters;
pub use syslog::FAILURE_REASONS;
pub use url::ServiceUrl;
