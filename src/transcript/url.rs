//! A service's URL: what is needed to compare it with the wire, and no path, which holds account names.

use std::fmt;
use std::net::IpAddr;

use crate::model::HostName;

/// Where the switch is told to report to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    /// Whether it is https.
    pub tls: bool,
    /// Its host, a name or an address.
    pub host: HostName,
    /// Its port, where written.
    pub port: Option<u16>,
}

impl ServiceUrl {
    /// Reads `text`; what is no http URL with a host is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://")?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let end = rest.find(['/', '?', '#', ' ']).unwrap_or(rest.len());
        let authority = rest.get(..end)?;
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = split_port(authority)?;
        (!host.is_empty()).then(|| Self { tls, host: HostName::new(host), port })
    }

    /// Its address, where it has one instead of a name.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.as_str().parse().ok()
    }
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    if let Some((host, rest)) = authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        return Some((host, rest.strip_prefix(':').and_then(|port| port.parse().ok())));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
        None => Some((authority, None)),
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        let host = self.host.as_str();
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        write!(f, "{scheme}://{host}")?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_and_nothing_else() {
        let url = |text| ServiceUrl::parse(text).map(|url| url.to_string());
        assert_eq!(
            url("https://user:secret@SSM.corp.example:8443/cslu/v1/pi/ACCOUNT-1").as_deref(),
            Some("https://ssm.corp.example:8443")
        );
        assert_eq!(url("http://[2001:db8::1]:8182/cslu/v1/pi").as_deref(), Some("http://[2001:db8::1]:8182"));
        assert_eq!(url("https://203.0.113.81/x").as_deref(), Some("https://203.0.113.81"));
        assert_eq!(ServiceUrl::parse("https://203.0.113.81/x").unwrap().ip(), "203.0.113.81".parse().ok());
        for text in ["", "default", "https://", "ftp://x", "https://x:99999/"] {
            assert!(url(text).is_none(), "{text}");
        }
    }
}
