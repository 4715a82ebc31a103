//! What the user names on the command line: a host, a domain, an address or a network, perhaps with a port.

use std::net::IpAddr;
use std::str::FromStr;

use super::HostName;

/// A service or proxy that the user named: `HOST|IP|CIDR[:PORT]`; IPv6 and CIDR with a port in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Which hosts.
    pub pattern: Pattern,
    /// Which port; every port when `None`.
    pub port: Option<u16>,
}

/// Which hosts a [`Target`] means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this name.
    Host(HostName),
    /// This domain and every name under it (written with a leading dot).
    Domain(HostName),
    /// Addresses whose first `prefix` bits equal those of `ip`.
    Network {
        /// An address of the network.
        ip: IpAddr,
        /// Prefix length in bits.
        prefix: u8,
    },
}

/// Why a target could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// There is nothing to match.
    #[error(
        "'{0}' names no host; give a name, an address or a network such as 192.0.2.0/24, perhaps with :PORT"
    )]
    NoHost(String),
    /// The port is no number from 1 to 65535.
    #[error("'{0}' has no port number from 1 to 65535 behind its last colon")]
    Port(String),
    /// The prefix length does not fit the address.
    #[error("'{0}' has no prefix length that fits its address behind the slash")]
    Prefix(String),
}

impl Target {
    /// Whether it means `host` on `port`; an unknown port fits every target.
    pub fn matches_host(&self, host: &HostName, port: Option<u16>) -> bool {
        let named = match &self.pattern {
            Pattern::Host(name) => name == host,
            Pattern::Domain(domain) => host.is_under(domain.as_str()),
            Pattern::Network { .. } => host.as_str().parse().is_ok_and(|ip| self.contains(ip)),
        };
        named && self.fits_port(port)
    }

    /// Whether it means `ip` on `port`; an unknown port fits every target.
    pub fn matches_ip(&self, ip: IpAddr, port: Option<u16>) -> bool {
        self.contains(ip) && self.fits_port(port)
    }

    fn fits_port(&self, port: Option<u16>) -> bool {
        self.port.is_none() || port.is_none() || self.port == port
    }

    fn contains(&self, candidate: IpAddr) -> bool {
        match (&self.pattern, candidate) {
            (Pattern::Network { ip: IpAddr::V4(ip), prefix }, IpAddr::V4(candidate)) => {
                let shift = 32 - u32::from(*prefix).min(32);
                (ip.to_bits() ^ candidate.to_bits()).checked_shr(shift).unwrap_or(0) == 0
            }
            (Pattern::Network { ip: IpAddr::V6(ip), prefix }, IpAddr::V6(candidate)) => {
                let shift = 128 - u32::from(*prefix).min(128);
                (ip.to_bits() ^ candidate.to_bits()).checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let (host, port) = split_port(text)?;
        let pattern = pattern(host, text)?;
        Ok(Self { pattern, port })
    }
}

/// Splits `host:port`, `[v6]:port`, `[net/len]:port`; a bare IPv6 address has no port.
fn split_port(text: &str) -> Result<(&str, Option<u16>), TargetError> {
    let bad = || TargetError::Port(text.to_owned());
    if let Some((host, rest)) = text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(number(port).ok_or_else(bad)?))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(bad()),
        };
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => Ok((host, Some(number(port).ok_or_else(bad)?))),
        _ => Ok((text, None)),
    }
}

fn number(port: &str) -> Option<u16> {
    port.parse().ok().filter(|&port| port > 0)
}

fn pattern(host: &str, text: &str) -> Result<Pattern, TargetError> {
    if let Some((ip, prefix)) = host.split_once('/') {
        let ip: IpAddr = ip.parse().map_err(|_| TargetError::NoHost(text.to_owned()))?;
        let most = if ip.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.parse().ok().filter(|&prefix| prefix <= most);
        return Ok(Pattern::Network {
            ip,
            prefix: prefix.ok_or_else(|| TargetError::Prefix(text.to_owned()))?,
        });
    }
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(Pattern::Network { ip, prefix: if ip.is_ipv4() { 32 } else { 128 } });
    }
    let (domain, name) = host.strip_prefix('.').map_or((false, host), |name| (true, name));
    let plausible = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(plausible) {
        return Err(TargetError::NoHost(text.to_owned()));
    }
    let name = HostName::new(name);
    Ok(if domain { Pattern::Domain(name) } else { Pattern::Host(name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Target {
        text.parse().unwrap()
    }

    #[test]
    fn hosts_match_exactly_and_domains_by_suffix() {
        let host = HostName::new("lic.example.com");
        assert!(target("lic.example.com").matches_host(&host, Some(443)));
        assert!(target("LIC.example.com:443").matches_host(&host, Some(443)));
        assert!(!target("lic.example.com:8443").matches_host(&host, Some(443)));
        assert!(!target("example.com").matches_host(&host, None));
        assert!(target(".example.com").matches_host(&host, None));
    }

    #[test]
    fn addresses_and_networks_match_with_and_without_port() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(target("192.0.2.0/24:443").matches_ip(ip("192.0.2.9"), Some(443)));
        assert!(!target("192.0.2.0/24").matches_ip(ip("192.0.3.9"), None));
        assert!(target("0.0.0.0/0").matches_ip(ip("8.8.8.8"), None));
        assert!(target("[2001:db8::/32]:443").matches_ip(ip("2001:db8::1"), Some(443)));
        assert!(target("2001:db8::1").matches_ip(ip("2001:db8::1"), Some(1)));
        assert!(!target("[2001:db8::1]:443").matches_ip(ip("2001:db8::1"), Some(80)));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", ":443", "a b", "host:0", "host:99999", "192.0.2.0/33", "[::1", "[::1]x"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
