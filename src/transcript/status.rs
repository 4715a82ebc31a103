//! `show license status` and `show license tech support`: transport, proxy, counters of each exchange, trust.

use crate::model::HostName;

use super::facts::{Kind, Place, Said, Transcript};
use super::history;
use super::lines::Line;
use super::plain;
use super::settings::Transport;
use super::stamp::Stamp;
use super::url::ServiceUrl;

/// How one kind of exchange went, counted since the switch started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counters {
    /// Which, `Trust Establishment` for one.
    pub section: &'static str,
    /// Its heading's line.
    pub at: Place,
    /// The line of the numbers.
    pub numbers_at: Place,
    /// Tries, successes, failures.
    pub total: Option<u64>,
    /// Those that succeeded.
    pub success: Option<u64>,
    /// Those that failed.
    pub fail: Option<u64>,
    /// Failures in a row, whatever the cause.
    pub overall: Option<u64>,
    /// Failures in a row of the transport.
    pub communication: Option<u64>,
    /// `OK`, `NO REPLY`, ... and when.
    pub last_response: Option<Said<(String, Option<Stamp>)>>,
    /// The reason given for the last failure.
    pub reason: Option<String>,
}

/// Where in the text a line stands.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Block {
    #[default]
    None,
    Transport,
    Proxy,
    Vrf,
    Other,
}

/// Reads the license status, whose lines mean something only below their heading.
#[derive(Default)]
pub(super) struct Reader {
    block: Block,
    counters: Option<Counters>,
}

const ENDING_BLOCKS: [&str; 12] = [
    "Utility",
    "Policy",
    "Miscellaneous",
    "Data Privacy",
    "Usage Reporting",
    "Trust Code Installed",
    "Smart Licensing Using Policy",
    "Registration",
    "License Authorization",
    "Other Info",
    "Platform Provided Mapping Table",
    "Product Information",
];

/// Labels that only this output has, whatever block they stand in.
const LABELS: [&str; 34] = [
    "Start Utility Measurements",
    "Send Utility RUM reports",
    "Process Utility RUM reports",
    "Save unreported RUM Reports",
    "Last ACK received",
    "Next ACK deadline",
    "Reporting push interval",
    "Next ACK push check",
    "Next report push",
    "Last report push",
    "Last report file write",
    "Last Success Time",
    "Last Failure Time",
    "Trusted Store Interface",
    "Local Device",
    "Overall Trust",
    "Communication Level Allowed",
    "Overall State",
    "Sending Hostname",
    "Callhome hostname privacy",
    "Smart Licensing hostname privacy",
    "Version privacy",
    "Custom Id",
    "Policy in use",
    "Policy name",
    "Reporting ACK required",
    "Active PID",
    "Active: PID",
    "Standby: PID",
    "Trust Code Installed",
    "Account Information",
    "Failure Reason",
    "Smart Account",
    "Virtual Account",
];

impl Reader {
    pub fn read(&mut self, line: &Line, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let text = line.words();
        if let Some(section) = history::section(text) {
            self.open(section, at, facts);
            return Some(Kind::Status);
        }
        if let Some(kind) = self.count(text, at) {
            return Some(kind);
        }
        if let Some(kind) = self.heading(text) {
            return Some(kind);
        }
        self.setting(text, at, facts).or_else(|| self.trust(text, at, facts)).or_else(|| {
            let label = text.split(':').next().unwrap_or_default();
            LABELS.contains(&label).then_some(Kind::Status)
        })
    }

    /// Closes the counters that are open.
    pub fn finish(&mut self, facts: &mut Transcript) {
        let Some(counters) = self.counters.take() else { return };
        if counters.total.is_none() && counters.overall.is_none() && counters.last_response.is_none() {
            return;
        }
        facts.counters.retain(|known| known.section != counters.section);
        facts.counters.push(counters);
    }

    fn open(&mut self, section: &'static str, at: Place, facts: &mut Transcript) {
        self.finish(facts);
        self.block = Block::Other;
        self.counters = Some(Counters {
            section,
            at,
            numbers_at: at,
            total: None,
            success: None,
            fail: None,
            overall: None,
            communication: None,
            last_response: None,
            reason: None,
        });
    }

    /// `Attempts: Total=2, Success=0, Fail=2  Ongoing Failure: Overall=2 Communication=2`, perhaps torn over several lines.
    fn count(&mut self, text: &str, at: Place) -> Option<Kind> {
        let counters = self.counters.as_mut()?;
        let mut found = false;
        for part in text.split([' ', ',']).filter(|part| !part.is_empty()) {
            let Some((name, number)) = part.split_once('=') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            let place = match name {
                "Total" => &mut counters.total,
                "Success" => &mut counters.success,
                "Fail" => &mut counters.fail,
                "Overall" => &mut counters.overall,
                "Communication" => &mut counters.communication,
                _ => continue,
            };
            *place = Some(number);
            counters.numbers_at = at;
            found = true;
        }
        if found || text.starts_with("Attempts:") {
            return Some(Kind::Status);
        }
        if let Some(response) = text.strip_prefix("Last Response:") {
            let response = response.trim();
            let (word, stamp) = response
                .split_once(" on ")
                .map_or((response, None), |(word, when)| (word, Stamp::parse(when).map(|(stamp, _)| stamp)));
            if !is_nothing(word) {
                counters.last_response = Some(Said::new((plain::message(word), stamp), at));
            }
            return Some(Kind::Status);
        }
        let reason = text.strip_prefix("Failure Reason:")?.trim();
        counters.reason = (!is_nothing(reason)).then(|| plain::message(reason));
        Some(Kind::Status)
    }

    fn heading(&mut self, text: &str) -> Option<Kind> {
        let name = text.strip_suffix(':')?;
        self.block = match name {
            "Transport" => Block::Transport,
            "Proxy" if self.block != Block::None => Block::Proxy,
            "VRF" if self.block != Block::None => Block::Vrf,
            name if ENDING_BLOCKS.contains(&name) => Block::Other,
            _ => return None,
        };
        Some(Kind::Status)
    }

    fn setting(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let settings = &mut facts.settings;
        if let Some(on) = text.strip_prefix("Server Identity Check:") {
            let on = matches!(on.trim().to_ascii_lowercase().as_str(), "true" | "enabled" | "on" | "yes");
            settings.identity_check = Some(Said::new(on, at));
            self.block = Block::Transport;
            return Some(Kind::Status);
        }
        let (name, value) = text.split_once(':').map_or((text, ""), |(name, value)| (name, value.trim()));
        match (self.block, name) {
            (Block::Transport | Block::None, "Type") => {
                let transport = Transport::parse(value)?;
                settings.transport = Some(Said::new(transport, at));
            }
            (Block::Transport | Block::Vrf, "URL" | "Cslu address" | "CSLU address" | "Callhome URL") => {
                self.block = Block::Transport;
                let url = ServiceUrl::parse(value);
                if settings.transport.as_ref().is_some_and(|set| set.value == Transport::Cslu) {
                    settings.cslu_url = url.map(|url| Said::new(url, at)).or(settings.cslu_url.take());
                } else if let Some(url) = url {
                    settings.smart_url = Some(Said::new(Some(url), at));
                }
            }
            (Block::Transport, "VRF" | "Vrf") if !is_nothing(value) => {
                settings.vrf = Some(Said::new(plain::word(value), at));
            }
            (Block::Vrf, "Not Configured" | "<empty>" | "<none>")
            | (Block::Transport, "Not Configured")
            | (Block::Proxy, "Username" | "Password") => {}
            (Block::Vrf, name) if value.is_empty() && is_name(name) => {
                settings.vrf = Some(Said::new(plain::word(name), at));
                self.block = Block::Transport;
            }
            (Block::Proxy, "Not Configured" | "<none>" | "<empty>") => {
                settings.proxy = Some(Said::new(None, at));
                settings.proxy_port = None;
                self.block = Block::Transport;
            }
            (Block::Proxy, "Address") => {
                settings.proxy = Some(Said::new((!is_nothing(value)).then(|| HostName::new(value)), at));
            }
            (Block::Proxy, "Port") => {
                settings.proxy_port = value.parse().ok().map(|port| Said::new(port, at));
            }
            _ => return None,
        }
        Some(Kind::Status)
    }

    fn trust(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        if let Some(when) = text.strip_prefix("Trust Code Installed:") {
            self.finish(facts);
            let stamp = Stamp::parse(when).map(|(stamp, _)| stamp);
            facts.keep(|facts| &mut facts.trust, Said::new(stamp, at));
            return Some(Kind::Status);
        }
        if let Some(state) = text.strip_prefix("Overall Trust:") {
            self.finish(facts);
            facts.trust_state = Some(Said::new(state.trim().starts_with("INSTALLED"), at));
            return Some(Kind::Status);
        }
        // The end of `Local Device: ...` behind a page break.
        text.starts_with(", state[").then_some(Kind::Status)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 32
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// What stands where there is nothing.
fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.eq_ignore_ascii_case("<none>")
        || text.eq_ignore_ascii_case("<empty>")
        || text.eq_ignore_ascii_case("not configured")
}
