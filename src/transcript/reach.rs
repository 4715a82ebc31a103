//! `ping` and `telnet`: what was tried by hand, and how it went.

use std::net::IpAddr;

use crate::model::HostName;

use super::facts::{Kind, Place, Said, Transcript};
use super::{command, plain};

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// A ping: the percentage answered.
    Answered(u8),
    /// A telnet that was connected.
    Open,
    /// A telnet that nothing answered.
    TimedOut,
    /// A telnet that was refused.
    Refused,
    /// The name has no address.
    Unresolved,
}

/// A ping or a telnet by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// As it was typed, a name or an address, where the command is there.
    pub target: Option<HostName>,
    /// The address used.
    pub ip: Option<IpAddr>,
    /// The port of a telnet.
    pub port: Option<u16>,
    /// Whether it is a telnet.
    pub telnet: bool,
    /// The source interface given.
    pub source: Option<String>,
    /// How it ended.
    pub result: Reach,
}

/// Reads trials from their command to their result.
#[derive(Default)]
pub(super) struct Reader {
    open: Option<(Trial, Place)>,
}

impl Reader {
    /// A command was given.
    pub fn expect(&mut self, given: &str, at: Place) {
        let words: Vec<&str> = given.split_whitespace().take(16).collect();
        self.open = match words.as_slice() {
            ["ping", rest @ ..] => trial(rest, false),
            ["telnet", rest @ ..] => trial(rest, true),
            _ => None,
        }
        .map(|trial| (trial, at));
    }

    pub fn read(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        if let Some(rest) = text.strip_prefix("Sending ").filter(|rest| rest.contains("ICMP Echos to ")) {
            let ip =
                rest.split("Echos to ").nth(1).and_then(|rest| rest.split(',').next()?.trim().parse().ok());
            let open = self.open.get_or_insert_with(|| (blank(false), at));
            open.0.ip = ip;
            return Some(Kind::Ping);
        }
        if let Some(rest) = text.strip_prefix("Success rate is ") {
            let percent = rest.split_whitespace().next()?.parse().ok()?;
            return Some(self.close(Reach::Answered(percent), at, facts, false));
        }
        if let Some(rest) = text.strip_prefix("Trying ") {
            let mut words = rest.split([',', ' ']).filter(|word| !word.is_empty());
            let ip = words.next().and_then(|word| word.trim_matches(['(', ')']).parse().ok());
            let port = words.find_map(|word| word.parse().ok());
            let open = self.open.get_or_insert_with(|| (blank(true), at));
            open.0.ip = ip.or(open.0.ip);
            open.0.port = open.0.port.or(port);
            if text.ends_with("Open") {
                self.close(Reach::Open, at, facts, true);
            }
            return Some(Kind::Telnet);
        }
        self.rest(text, at, facts)
    }

    fn rest(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let result = match text {
            "Open" => Some(Reach::Open),
            _ if text.starts_with("% Connection timed out") => Some(Reach::TimedOut),
            _ if text.starts_with("% Connection refused") => Some(Reach::Refused),
            _ if text.starts_with("% Unrecognized host")
                || text.starts_with("% Bad IP address")
                || text.contains("unable to find computer address") =>
            {
                Some(Reach::Unresolved)
            }
            _ => None,
        };
        if let Some(result) = result {
            let telnet = self.open.as_ref().map(|(trial, _)| trial.telnet)?;
            return Some(self.close(result, at, facts, telnet));
        }
        let noise = text.starts_with("Type escape sequence")
            || text.starts_with("Packet sent with a source address")
            || text.starts_with("Translating \"")
            || text.starts_with(", round-trip min/avg/max")
            || text.starts_with("[Connection to ")
            || (!text.is_empty() && text.len() <= 70 && text.bytes().all(|b| b"!.UQM?&".contains(&b)));
        noise.then_some(if self.open.as_ref().is_some_and(|(trial, _)| trial.telnet) {
            Kind::Telnet
        } else {
            Kind::Ping
        })
    }

    fn close(&mut self, result: Reach, at: Place, facts: &mut Transcript, telnet: bool) -> Kind {
        let (trial, _) = self.open.take().unwrap_or_else(|| (blank(telnet), at));
        let kind = if trial.telnet { Kind::Telnet } else { Kind::Ping };
        facts.keep(|facts| &mut facts.trials, Said::new(Trial { result, ..trial }, at));
        kind
    }
}

fn blank(telnet: bool) -> Trial {
    Trial { target: None, ip: None, port: None, telnet, source: None, result: Reach::TimedOut }
}

fn trial(words: &[&str], telnet: bool) -> Option<Trial> {
    let words = if let ["vrf", _, rest @ ..] | ["ip", rest @ ..] = words { rest } else { words };
    let (target, rest) = words.split_first()?;
    let source = rest
        .iter()
        .zip(rest.iter().skip(1))
        .find(|(word, _)| matches!(**word, "source" | "/source-interface"));
    let port = rest.first().filter(|_| telnet).and_then(|word| word.parse().ok());
    let ip = target.parse().ok();
    let source = source.map(|(_, name)| plain::word(name));
    Some(Trial {
        target: Some(HostName::new(target)),
        ip,
        port: port.or(telnet.then_some(23)),
        source,
        ..blank(telnet)
    })
}

/// Whether `given` is one of these commands.
pub(super) fn is_trial(given: &str) -> bool {
    command::is(given, &["ping"]) || command::is(given, &["telnet"])
}
