//! Configuration, shown or typed: the lines that decide how licensing reaches its service.

use std::net::IpAddr;

use crate::limits::TRANSCRIPT_SETTINGS;
use crate::model::HostName;

use super::facts::{Kind, Place, Said, Transcript};
use super::interface::Interface;
use super::plain;
use super::settings::{Revocation, Settings, Transport};
use super::url::ServiceUrl;

/// Reads configuration line by line; what is indented belongs to the line above it.
#[derive(Default)]
pub(super) struct Reader {
    inside: Inside,
}

#[derive(Default)]
enum Inside {
    #[default]
    Nothing,
    Interface(String),
    Trustpoint,
}

impl Reader {
    /// Reads `text`, a line of configuration without its indent.
    pub fn read(&mut self, text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
        let (negated, command) =
            text.trim().strip_prefix("no ").map_or((false, text.trim()), |rest| (true, rest));
        let words: Vec<&str> = command.split_whitespace().take(12).collect();
        let known = licensing(&words, negated, at, &mut facts.settings)
            .or_else(|| names(&words, negated, at, &mut facts.settings))
            .or_else(|| others(&words, negated, at, &mut facts.settings));
        if known.is_some() {
            self.inside = match words.as_slice() {
                ["crypto", "pki", "trustpoint", ..] => Inside::Trustpoint,
                _ => Inside::Nothing,
            };
            return Some(Kind::Configuration);
        }
        self.below(&words, negated, at, facts)
    }

    fn below(&mut self, words: &[&str], negated: bool, at: Place, facts: &mut Transcript) -> Option<Kind> {
        match (&self.inside, words) {
            (_, ["interface", name]) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                self.inside = Inside::Interface(plain::word(name));
            }
            (Inside::Interface(name), ["ip", "address", address, _mask, ..]) if !negated => {
                let ip = address.parse().ok()?;
                let interface = Interface { name: name.clone(), ip: Some(ip), up: None };
                facts.keep(|facts| &mut facts.interfaces, Said::new(interface, at));
            }
            (Inside::Interface(_), ["vrf", "forwarding", _] | ["ip", "vrf", "forwarding", _]) => {}
            (Inside::Trustpoint, ["revocation-check", methods @ ..]) => {
                let trustpoint = facts.settings.trustpoints.last_mut()?;
                trustpoint.value.methods = plain::word(&methods.join(" "));
                trustpoint.at = at;
            }
            (Inside::Interface(_) | Inside::Trustpoint, ["!" | "end" | "exit"]) => {
                self.inside = Inside::Nothing;
            }
            _ => return None,
        }
        Some(Kind::Configuration)
    }
}

fn licensing(words: &[&str], negated: bool, at: Place, settings: &mut Settings) -> Option<()> {
    let ["license", "smart", rest @ ..] = words else { return None };
    let said = |text: &str| Said::new(plain::word(text), at);
    match rest {
        ["transport", ..] if negated => settings.transport = Some(Said::new(Transport::Cslu, at)),
        ["transport", word] => settings.transport = Some(Said::new(Transport::parse(word)?, at)),
        ["url", "cslu", ..] if negated => settings.cslu_url = None,
        ["url", ..] if negated => settings.smart_url = None,
        ["url", "default"] => settings.smart_url = Some(Said::new(None, at)),
        ["url", "cslu", url] => settings.cslu_url = Some(Said::new(ServiceUrl::parse(url)?, at)),
        ["url", "smart", url] | ["url", url] => {
            settings.smart_url = Some(Said::new(Some(ServiceUrl::parse(url)?), at));
        }
        ["proxy", "address", ..] if negated => settings.proxy = Some(Said::new(None, at)),
        ["proxy", "address", host] => settings.proxy = Some(Said::new(Some(HostName::new(host)), at)),
        ["proxy", "port", ..] if negated => settings.proxy_port = None,
        ["proxy", "port", port] => settings.proxy_port = Some(Said::new(port.parse().ok()?, at)),
        ["vrf", ..] if negated => settings.vrf = None,
        ["vrf", name] => settings.vrf = Some(said(name)),
        ["server-identity-check"] => settings.identity_check = Some(Said::new(!negated, at)),
        ["usage" | "privacy" | "custom_id" | "proxy" | "reservation" | "enable" | "authorization", ..] => {}
        _ => return None,
    }
    Some(())
}

fn names(words: &[&str], negated: bool, at: Place, settings: &mut Settings) -> Option<()> {
    match words {
        ["ip", "name-server", "vrf", vrf, servers @ ..] => {
            servers_of(Some(vrf), servers, negated, at, settings)
        }
        ["ip", "name-server", servers @ ..] => servers_of(None, servers, negated, at, settings),
        ["ip", "domain", "lookup", rest @ ..] | ["ip", "domain-lookup", rest @ ..] => {
            let rest = if let ["vrf", _, rest @ ..] = rest { rest } else { rest };
            match rest {
                ["source-interface", name] => {
                    settings.lookup_source = (!negated).then(|| Said::new(plain::word(name), at));
                }
                [] => settings.lookup = Some(Said::new(!negated, at)),
                _ => return None,
            }
            Some(())
        }
        ["ip", "domain", "name", "vrf", _, name]
        | ["ip", "domain", "name", name]
        | ["ip", "domain-name", name] => {
            settings.domain = (!negated).then(|| Said::new(HostName::new(name), at));
            Some(())
        }
        ["ip", "domain", "list", ..] => Some(()),
        ["ip", "host", "vrf", _, name, addresses @ ..] | ["ip", "host", name, addresses @ ..] if !negated => {
            let ip: IpAddr = addresses.iter().find_map(|word| word.parse().ok())?;
            push(&mut settings.hosts, Said::new((HostName::new(name), ip), at));
            Some(())
        }
        _ => None,
    }
}

fn servers_of(
    vrf: Option<&&str>,
    words: &[&str],
    negated: bool,
    at: Place,
    settings: &mut Settings,
) -> Option<()> {
    let servers: Vec<IpAddr> = words.iter().filter_map(|word| word.parse().ok()).collect();
    if servers.is_empty() {
        return None;
    }
    let vrf = vrf.map(|name| plain::word(name));
    settings.name_servers.retain(|known| known.value.0 != vrf || !servers.contains(&known.value.1));
    if !negated {
        for ip in servers {
            push(&mut settings.name_servers, Said::new((vrf.clone(), ip), at));
        }
    }
    Some(())
}

fn others(words: &[&str], negated: bool, at: Place, settings: &mut Settings) -> Option<()> {
    match words {
        ["ip", "http", "client", "source-interface", name] => {
            settings.http_source = (!negated).then(|| Said::new(plain::word(name), at));
        }
        ["ip", "http", "client", "proxy-server", host, ..] => {
            settings.http_proxy = (!negated).then(|| Said::new(HostName::new(host), at));
        }
        ["crypto", "pki", "trustpoint", name] => {
            let trustpoint = Revocation { trustpoint: plain::word(name), methods: String::new() };
            settings.trustpoints.retain(|known| known.value.trustpoint != trustpoint.trustpoint);
            push(&mut settings.trustpoints, Said::new(trustpoint, at));
        }
        ["ntp", "server", "vrf", _, server, ..] | ["ntp", "server", server, ..] if !negated => {
            push(&mut settings.ntp_servers, Said::new(plain::word(server), at));
        }
        ["ip", "http", "client", ..] | ["ntp", ..] | ["clock", "summer-time", ..] => {}
        ["clock", "timezone", name, hours, minutes @ ..] if !negated => {
            let hours: i32 = hours.parse().ok().filter(|hours| (-14..=14).contains(hours))?;
            let minutes: i32 = minutes
                .first()
                .and_then(|minutes| minutes.parse().ok())
                .filter(|m| (0..60).contains(m))
                .unwrap_or(0);
            let sign = if hours < 0 { -1 } else { 1 };
            settings.time_zone =
                Some(Said::new((plain::word(name), hours * 3_600 + sign * minutes * 60), at));
        }
        ["vrf", "definition", name] | ["ip", "vrf", name] if !negated => {
            push(&mut settings.vrfs, Said::new(plain::word(name), at));
        }
        _ => return None,
    }
    Some(())
}

/// Some few real entries; a text of millions keeps the first of them.
fn push<T>(list: &mut Vec<Said<T>>, item: Said<T>) {
    if list.len() < TRANSCRIPT_SETTINGS {
        list.push(item);
    }
}
