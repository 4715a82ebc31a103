//! How the switch is set up for licensing, from its configuration and from what its status says.

use std::net::IpAddr;

use crate::model::HostName;

use super::facts::{Place, Said};
use super::url::ServiceUrl;

/// The transport of licensing messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Smart Transport.
    Smart,
    /// CSLU, also the default where nothing is set.
    Cslu,
    /// Call Home.
    CallHome,
    /// None at all.
    Off,
}

impl Transport {
    /// The word for it in configuration and status.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "smart" => Some(Self::Smart),
            "cslu" | "automatic" => Some(Self::Cslu),
            "callhome" | "call-home" => Some(Self::CallHome),
            "off" | "transport off" => Some(Self::Off),
            _ => None,
        }
    }

    /// Its word in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smart => "smart",
            Self::Cslu => "cslu",
            Self::CallHome => "callhome",
            Self::Off => "off",
        }
    }
}

/// How a trustpoint checks revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The trustpoint.
    pub trustpoint: String,
    /// `crl`, `none`, `ocsp`, or several in order; empty where nothing is set.
    pub methods: String,
}

/// How the switch is set up; the line read last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Transport of licensing messages.
    pub transport: Option<Said<Transport>>,
    /// URL of Smart Transport; `None` inside for the default one.
    pub smart_url: Option<Said<Option<ServiceUrl>>>,
    /// URL of a CSLU or an SSM On-Prem.
    pub cslu_url: Option<Said<ServiceUrl>>,
    /// The proxy's name or address; `None` inside where the status says that there is none.
    pub proxy: Option<Said<Option<HostName>>>,
    /// The proxy's port.
    pub proxy_port: Option<Said<u16>>,
    /// `ip http client proxy-server`, which licensing does not use.
    pub http_proxy: Option<Said<HostName>>,
    /// VRF of licensing.
    pub vrf: Option<Said<String>>,
    /// Whether the server's name is checked; on where nothing is said.
    pub identity_check: Option<Said<bool>>,
    /// Name servers with the VRF they are in.
    pub name_servers: Vec<Said<(Option<String>, IpAddr)>>,
    /// Whether names are looked up at all.
    pub lookup: Option<Said<bool>>,
    /// Source interface of look-ups.
    pub lookup_source: Option<Said<String>>,
    /// Domain appended to names.
    pub domain: Option<Said<HostName>>,
    /// Source interface of the HTTP client.
    pub http_source: Option<Said<String>>,
    /// Trustpoints.
    pub trustpoints: Vec<Said<Revocation>>,
    /// Time sources.
    pub ntp_servers: Vec<Said<String>>,
    /// VRFs that exist.
    pub vrfs: Vec<Said<String>>,
    /// Names with fixed addresses.
    pub hosts: Vec<Said<(HostName, IpAddr)>>,
    /// The zone's name and its offset in seconds east of UTC.
    pub time_zone: Option<Said<(String, i32)>>,
}

impl Settings {
    /// The proxy, where one is set.
    pub fn proxy_host(&self) -> Option<Said<&HostName>> {
        let proxy = self.proxy.as_ref()?;
        proxy.value.as_ref().map(|host| Said::new(host, proxy.at))
    }

    /// The URL of the transport in use, where one is written.
    pub fn url(&self) -> Option<Said<&ServiceUrl>> {
        let smart = || {
            let url = self.smart_url.as_ref()?;
            url.value.as_ref().map(|written| Said::new(written, url.at))
        };
        let cslu = || self.cslu_url.as_ref().map(|url| Said::new(&url.value, url.at));
        match self.transport.as_ref().map(|transport| transport.value) {
            Some(Transport::Smart) => smart(),
            Some(Transport::Cslu) => cslu(),
            Some(Transport::CallHome | Transport::Off) => None,
            None => smart().or_else(cslu),
        }
    }

    /// The seconds east of UTC of the zone `name`, where the configuration says it.
    pub fn offset_of(&self, name: &str) -> Option<i32> {
        self.time_zone.as_ref().filter(|zone| zone.value.0 == name).map(|zone| zone.value.1)
    }
}

/// A setting's name, its value in words, and where it is said.
type Told = (&'static str, (String, Place));

impl Settings {
    /// What is set, in words, in the order in which an engineer looks at it.
    pub fn told(&self) -> Vec<Told> {
        let word = |said: &Said<String>| (said.value.clone(), said.at);
        let one = [
            ("transport", self.transport.as_ref().map(|said| (said.value.name().to_owned(), said.at))),
            ("url", self.smart_url.as_ref().map(|said| (or(said.value.as_ref(), "default"), said.at))),
            ("cslu-url", self.cslu_url.as_ref().map(|said| (said.value.to_string(), said.at))),
            ("proxy", self.proxy.as_ref().map(|said| (or(said.value.as_ref(), "none"), said.at))),
            ("proxy-port", self.proxy_port.as_ref().map(|said| (said.value.to_string(), said.at))),
            ("http-client-proxy", self.http_proxy.as_ref().map(|said| (said.value.to_string(), said.at))),
            ("vrf", self.vrf.as_ref().map(word)),
            (
                "server-identity-check",
                self.identity_check.as_ref().map(|said| (said.value.to_string(), said.at)),
            ),
            ("domain-lookup", self.lookup.as_ref().map(|said| (said.value.to_string(), said.at))),
            ("domain-lookup-source", self.lookup_source.as_ref().map(word)),
            ("domain-name", self.domain.as_ref().map(|said| (said.value.to_string(), said.at))),
            ("http-client-source", self.http_source.as_ref().map(word)),
        ];
        let servers = self.name_servers.iter().map(|said| {
            let vrf = said.value.0.as_ref().map(|vrf| format!(" in VRF {vrf}")).unwrap_or_default();
            ("name-server", (format!("{}{vrf}", said.value.1), said.at))
        });
        let clocks = self.ntp_servers.iter().map(|said| ("ntp-server", word(said)));
        let one = one.into_iter().filter_map(|(name, said)| Some((name, said?)));
        one.chain(servers).chain(clocks).collect()
    }
}

fn or(value: Option<&impl ToString>, word: &str) -> String {
    value.map_or_else(|| word.to_owned(), ToString::to_string)
}
