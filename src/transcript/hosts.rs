//! `show hosts` and `show version`.

use std::net::IpAddr;

use crate::limits::TRANSCRIPT_SETTINGS;
use crate::model::HostName;

use super::facts::{Kind, Place, Said, Transcript};
use super::plain;

/// Reads one line of `show hosts`.
pub(super) fn read(text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
    if let Some(servers) = text.strip_prefix("Name servers are ") {
        for ip in servers.split([',', ' ']).filter_map(|word| word.trim().parse::<IpAddr>().ok()) {
            let known = facts.settings.name_servers.iter().any(|known| known.value.1 == ip);
            // 255.255.255.255 stands where none is set.
            if !known
                && ip.to_string() != "255.255.255.255"
                && facts.settings.name_servers.len() < TRANSCRIPT_SETTINGS
            {
                facts.settings.name_servers.push(Said::new((None, ip), at));
            }
        }
        return Some(Kind::Hosts);
    }
    let heading = [
        "Default domain is ",
        "Name lookup view",
        "Name/address lookup uses",
        "Codes: UN - unknown",
        "Domain list",
    ];
    if heading.iter().any(|heading| text.starts_with(heading)) {
        return Some(Kind::Hosts);
    }
    entry(text, at, facts)
}

/// `smartreceiver.cisco.com  None  (temp, OK)  0   IP    146.112.59.81`.
fn entry(text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
    let (front, behind) = text.split_once('(')?;
    let (flags, behind) = behind.split_once(')')?;
    let mut names = front.split_whitespace();
    let (name, _port) = (names.next()?, names.next()?);
    let marks = flags.split([',', ' ']).any(|flag| matches!(flag, "OK" | "EX" | "??" | "UN"));
    let mut words = behind.split_whitespace();
    let ip = words.find_map(|word| word.parse::<IpAddr>().ok())?;
    if !marks || names.next().is_some() || !name.contains('.') {
        return None;
    }
    let fixed = flags.split([',', ' ']).any(|flag| flag == "perm");
    if fixed && facts.settings.hosts.len() < TRANSCRIPT_SETTINGS {
        facts.settings.hosts.push(Said::new((HostName::new(name), ip), at));
    }
    Some(Kind::Hosts)
}

/// `Cisco IOS XE Software, Version 17.09.01` and what stands around it.
pub(super) fn version(text: &str, at: Place, facts: &mut Transcript) -> Option<Kind> {
    if !text.starts_with("Cisco IOS") || !text.contains("Version ") {
        return None;
    }
    let (_, behind) = text.split_once("Version ")?;
    let version = behind.split([',', ' ']).next()?;
    if version.starts_with(|c: char| c.is_ascii_digit()) {
        facts.version = Some(Said::new(plain::word(version), at));
    }
    Some(Kind::Version)
}
