//! Captures as text: packets printed in hexadecimal, turned into records for the reader.
//!
//! | layout | where it comes from | a packet begins with | its time |
//! |---|---|---|---|
//! | A | `show monitor capture buffer NAME dump` of old IOS | a line with time of day and date | that line's |
//! | B | `show monitor capture NAME buffer dump` of IOS XE 16 | its index alone on a line | of the brief list |
//! | C | the same of IOS XE 17, `tshark -x`, Wireshark's text export, text2pcap's input | offset 0 | of a summary line before it, of its details, of the brief list |
//! | - | `tcpdump -xx` or `-x`, also with characters | offset 0x0000 | of tcpdump's own line |
//!
//! The brief list is `show monitor capture NAME buffer brief`: index, seconds since the first packet, length. Lines are read as
//! a terminal would show them ([`lines`]), told apart by their columns ([`line`]), put together to packets ([`packets`]),
//! timed ([`brief`]) and handed on as records ([`reader`]).

mod brief;
mod date;
mod hex;
mod line;
mod lines;
mod link;
mod packets;
mod reader;
mod record;
#[cfg(test)]
#[allow(clippy::format_collect, reason = "texts of a few lines")]
mod tests;

pub(super) use reader::{DumpReader, is_text};
pub(super) use record::{RECORD_HEADER, Record};
