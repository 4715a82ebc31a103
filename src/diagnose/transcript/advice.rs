//! Next steps for a switch that is known: nothing to configure that is configured, nothing to show that was shown, names
//! and interfaces filled in.

use crate::diagnose::{Advice, Analysis, Finding, KnownPath};
use crate::transcript::{Kind, Settings, Transcript, Transport};

/// Adapts the steps of every verdict.
pub(super) fn adapt(analysis: &mut Analysis, facts: &Transcript, findings: &[Finding]) {
    let known = Known { facts, findings };
    adapt_list(&mut analysis.actions, &known);
    for judged in &mut analysis.attempts {
        let mut steps = judged.actions();
        adapt_list(&mut steps, &known);
        judged.adapted = Some(steps);
    }
}

/// The way to the service, as `show ip cef` and `show mac address-table` say.
pub(super) fn path(facts: &Transcript) -> KnownPath {
    KnownPath {
        interface: facts.ports.last().map(|said| said.value.port.clone()),
        next_hop: facts.next_hops.last().map(|said| said.value.ip),
    }
}

struct Known<'a> {
    facts: &'a Transcript,
    findings: &'a [Finding],
}

fn adapt_list(steps: &mut Vec<Advice>, known: &Known<'_>) {
    steps.retain_mut(|step| {
        let had = step.commands.len();
        step.commands.retain(|command| !known.is_done(command));
        // What configures nothing more is no step.
        let bare = ["configure terminal", "end"];
        if step.commands.iter().all(|command| bare.contains(&command.as_str())) {
            step.commands.clear();
        }
        for command in &mut step.commands {
            *command = known.filled(command);
        }
        had == 0 || !step.commands.is_empty()
    });
}

impl Known<'_> {
    /// Whether one of the findings has `code`: then what is configured is in question.
    fn doubts(&self, codes: &[&str]) -> bool {
        self.findings.iter().any(|finding| codes.contains(&finding.diagnostic.code))
    }

    /// Whether `command` was done, or its output was read.
    fn is_done(&self, command: &str) -> bool {
        if let Some(shown) = command.strip_prefix("show ") {
            return self.is_shown(shown);
        }
        let settings = &self.facts.settings;
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["license", "smart", "transport", "smart"] => transport(settings) == Some(Transport::Smart),
            ["license", "smart", "url", "default"] => default_url(settings),
            ["license", "smart", "proxy", "address", _] => {
                self.proxy_holds() && settings.proxy_host().is_some()
            }
            ["license", "smart", "proxy", "port", _] => self.proxy_holds() && settings.proxy_port.is_some(),
            ["license", "smart", "vrf", _] => settings.vrf.is_some(),
            ["ip", "domain", "lookup"] => settings.lookup.as_ref().is_some_and(|on| on.value),
            ["ip", "domain", "lookup", .., "source-interface", _] => {
                settings.lookup_source.is_some() && !self.doubts(&["source-other-than-configured"])
            }
            ["ip", "http", "client", "source-interface", _] => {
                settings.http_source.is_some() && !self.doubts(&["source-other-than-configured"])
            }
            ["ntp", "server", _] => !settings.ntp_servers.is_empty(),
            ["ip", "name-server", "vrf", vrf, _] => settings.name_servers.iter().any(|server| {
                server.value.0.as_deref() == Some(*vrf) || settings.vrf.is_some() && server.value.0.is_some()
            }),
            _ => false,
        }
    }

    fn proxy_holds(&self) -> bool {
        !self.doubts(&["proxy-not-used", "proxy-other-than-configured"])
    }

    /// Whether the output of `show ...` is in the text. What changes with the next attempt is worth showing again.
    fn is_shown(&self, shown: &str) -> bool {
        let kind = match shown {
            "license status" | "license tech support" => Kind::Status,
            "clock" => Kind::Clock,
            "ntp status" => Kind::Ntp,
            "hosts" => Kind::Hosts,
            shown if shown.starts_with("ip interface brief") => Kind::Interfaces,
            shown if shown.starts_with("ip cef") => Kind::Cef,
            shown if shown.starts_with("ip arp") => Kind::Arp,
            shown if shown.starts_with("mac address-table") => Kind::MacTable,
            _ => return false,
        };
        self.facts.has(kind)
    }

    /// `command` with the interface and the next hop that the text names, and in licensing's VRF.
    fn filled(&self, command: &str) -> String {
        let settings = &self.facts.settings;
        let source =
            settings.http_source.as_ref().or(settings.lookup_source.as_ref()).map(|said| said.value.as_str());
        let port = self.facts.ports.last().map(|said| said.value.port.as_str());
        let hop = self.facts.next_hops.last().map(|said| said.value.ip.to_string());
        let capture = command.starts_with("monitor capture");
        let interface = if capture { port } else { source };
        let mut filled = command.to_owned();
        if let Some(interface) = interface.filter(|_| capture || command.contains("source")) {
            filled = filled.replace("INTERFACE", interface);
        }
        if let Some(hop) = hop {
            filled = filled.replace("NEXT-HOP", &hop);
        }
        match &settings.vrf {
            Some(vrf) if filled.starts_with("ping ") => {
                filled.replacen("ping ", &format!("ping vrf {} ", vrf.value), 1)
            }
            Some(vrf) if filled.starts_with("telnet ") => format!("{filled} /vrf {}", vrf.value),
            Some(vrf) => filled.replace(" vrf VRF", &format!(" vrf {}", vrf.value)),
            None => filled,
        }
    }
}

fn transport(settings: &Settings) -> Option<Transport> {
    settings.transport.as_ref().map(|said| said.value)
}

fn default_url(settings: &Settings) -> bool {
    let Some(url) = &settings.smart_url else { return false };
    url.value.as_ref().is_none_or(|url| url.host.as_str() == "smartreceiver.cisco.com")
}
