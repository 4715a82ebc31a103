//! Other names for real ones: numbered in the order in which a run meets them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use super::addresses::Addresses;
use crate::attempt::is_revocation_authority;

/// Hosts below cisco.com that everybody knows; `smartreceiver-` may be followed by more.
const PUBLIC_CISCO: &[&str] = &[
    "*",
    "www",
    "tools",
    "smartreceiver",
    "software",
    "swapi",
    "api",
    "apix",
    "id",
    "cloudsso",
    "sso",
    "devicehelper",
    "pnpserver",
];
const CISCO: &str = "cisco.com";
const CSLU_LOCAL: &str = "cslu-local";
/// Names below which addresses are written backwards.
const REVERSE_V4: &str = ".in-addr.arpa";
const REVERSE_V6: &str = ".ip6.arpa";

/// The run's other names.
#[derive(Debug, Default)]
pub(super) struct Names {
    hosts: Numbers,
    domains: Numbers,
    authorities: Numbers,
    accounts: Numbers,
    serials: Numbers,
    interfaces: Numbers,
    files: Numbers,
}

#[derive(Debug, Default)]
struct Numbers(HashMap<String, usize>);

impl Numbers {
    fn of(&mut self, name: &str) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry(name.to_owned()).or_insert(next)
    }
}

impl Names {
    /// The name to show for host `name`; public ones and addresses as they are or become.
    pub(super) fn host(&mut self, name: &str, addresses: &mut Addresses) -> String {
        let lower = name.trim_end_matches('.').to_ascii_lowercase();
        if is_public(&lower) || lower.is_empty() {
            return name.to_owned();
        }
        if let Ok(ip) = lower.trim_matches(['[', ']']).parse::<IpAddr>() {
            return addresses.ip(ip).to_string();
        }
        if let Some(reversed) = lower.strip_suffix(REVERSE_V4) {
            return reverse(reversed, addresses) + REVERSE_V4;
        }
        if lower.ends_with(REVERSE_V6) {
            return format!("host-{}{REVERSE_V6}", self.hosts.of(&lower));
        }
        if let Some((public, suffix)) = public_before_suffix(&lower) {
            return format!("{public}.{}", self.domain(suffix));
        }
        match lower.split_once('.') {
            None => format!("host-{}", self.hosts.of(&lower)),
            Some(("*", domain)) => format!("*.{}", self.domain(domain)),
            Some((_, CISCO)) => format!("host-{}.{CISCO}", self.hosts.of(&lower)),
            Some((_, domain)) => {
                let domain = self.domain(domain);
                format!("host-{}.{domain}", self.hosts.of(&lower))
            }
        }
    }

    /// The name to show for a search suffix or a domain.
    pub(super) fn domain(&mut self, domain: &str) -> String {
        if domain == CISCO {
            domain.to_owned()
        } else {
            format!("domain-{}.example", self.domains.of(domain))
        }
    }

    /// The name to show for a private certification authority.
    pub(super) fn authority(&mut self, name: &str) -> String {
        format!("private CA {}", self.authorities.of(name))
    }

    /// The name to show for an account.
    pub(super) fn account(&mut self, name: &str) -> String {
        format!("account-{}", self.accounts.of(name))
    }

    /// The name to show for an interface of the switch.
    pub(super) fn interface(&mut self, name: &str) -> String {
        format!("interface-{}", self.interfaces.of(name))
    }

    /// What to show for a serial number or the like.
    pub(super) fn serial(&mut self, serial: &str) -> String {
        format!("[serial {}]", self.serials.of(serial))
    }

    /// The name to show for an input: numbered, with the ending that says what it is.
    pub(super) fn file(&mut self, path: &str) -> String {
        let number = self.files.of(path);
        let lower = path.to_ascii_lowercase();
        let known =
            [".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz", ".pcap.zst", ".pcapng.zst", ".txt"];
        let ending =
            known.iter().filter(|ending| lower.ends_with(**ending)).max_by_key(|ending| ending.len());
        format!("capture-{number}{}", ending.unwrap_or(&""))
    }
}

/// Whether everybody may know this name, in lower case.
pub(super) fn is_public(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    match name.strip_prefix(first).unwrap_or_default() {
        "" => matches!(name, CSLU_LOCAL | "localhost"),
        ".com" => first == "cisco",
        ".cisco.com" => PUBLIC_CISCO.contains(&first) || first.starts_with("smartreceiver-"),
        _ => is_revocation_authority(name),
    }
}

/// A public name and the search suffix behind it.
fn public_before_suffix(name: &str) -> Option<(&str, &str)> {
    let marker = ".cisco.com.";
    let at = name.find(marker).map(|at| at + marker.len() - 1);
    let at = at.or_else(|| name.starts_with("cslu-local.").then_some(CSLU_LOCAL.len()))?;
    let (public, suffix) = name.split_at_checked(at)?;
    is_public(public).then_some((public, suffix.trim_start_matches('.')))
}

/// An IPv4 address written backwards, as another one written backwards.
fn reverse(labels: &str, addresses: &mut Addresses) -> String {
    let octets: Vec<u8> = labels.rsplit('.').filter_map(|label| label.parse().ok()).collect();
    let Ok(octets) = <[u8; 4]>::try_from(octets) else { return "redacted".to_owned() };
    let other = addresses.ip(Ipv4Addr::from(octets).into()).to_string();
    other.rsplit('.').collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_names_stay_and_others_are_numbered() {
        let (mut names, mut addresses) = (Names::default(), Addresses::new([3; 32]));
        let mut host = |name: &str| names.host(name, &mut addresses);
        for public in ["smartreceiver.cisco.com", "tools.cisco.com", "cslu-local", "validation.identrust.com"]
        {
            assert_eq!(host(public), public);
        }
        assert_eq!(host("proxy01.corp.local"), "host-1.domain-1.example");
        assert_eq!(host("Proxy01.Corp.Local."), "host-1.domain-1.example");
        assert_eq!(host("ssm.corp.local"), "host-2.domain-1.example");
        assert_eq!(host("proxy01"), "host-3");
        assert_eq!(host("smartreceiver.cisco.com.corp.local"), "smartreceiver.cisco.com.domain-1.example");
        assert_eq!(host("secretlab.cisco.com"), "host-4.cisco.com");
        assert_eq!(host("*.corp.local"), "*.domain-1.example");
        assert!(host("118.121.31.10.in-addr.arpa").ends_with(".10.in-addr.arpa"));
    }

    #[test]
    fn a_path_leaves_only_its_ending() {
        let mut names = Names::default();
        assert_eq!(names.file("/home/jane/Acme/flash-export.pcap.gz"), "capture-1.pcap.gz");
        assert_eq!(names.file("-"), "capture-2");
    }
}
