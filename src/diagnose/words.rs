//! The facts of an attempt in words, and in the places that the registry's commands leave open.

use std::net::IpAddr;

use crate::attempt::{Attempt, HttpExchange, Lookup, PeerRole};
use crate::model::{Endpoint, Span, Timestamp};

use super::diagnostic::{Action, Diagnostic};
use super::{Advice, Party};

impl Attempt {
    /// The service in words: `smartreceiver.cisco.com:443`, or what is known of it.
    pub(super) fn service_text(&self) -> String {
        match (&self.service.host, self.service.port) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_string(),
            (None, _) => self.peer.map_or("the service".to_owned(), |peer| peer.endpoint.to_string()),
        }
    }

    /// The far end of the TCP connection in words: `the proxy 192.168.217.105:80`, `smartreceiver.cisco.com (203.0.113.81:443)`.
    pub(super) fn peer_text(&self) -> String {
        let Some(peer) = self.peer else { return self.service_text() };
        match (peer.role, &self.service.host) {
            (PeerRole::Proxy, _) => format!("the proxy {}", peer.endpoint),
            (PeerRole::Service, Some(host)) if host.as_str() != peer.endpoint.ip.to_string() => {
                format!("{host} ({})", peer.endpoint)
            }
            (PeerRole::Service, _) => peer.endpoint.to_string(),
        }
    }

    /// The same at the start of a sentence.
    pub(super) fn peer_start(&self) -> String {
        let text = self.peer_text();
        text.strip_prefix("the ").map_or(text.clone(), |rest| format!("The {rest}"))
    }

    /// `through the proxy 192.168.217.105:80`, or nothing.
    pub(super) fn via(&self) -> String {
        match self.peer {
            Some(peer) if peer.role == PeerRole::Proxy => format!(" through the proxy {}", peer.endpoint),
            _ => String::new(),
        }
    }

    /// The far end of TLS or HTTP at the start of a sentence: the service, and the proxy through which it was reached.
    pub(super) fn far_end(&self) -> String {
        if self.via().is_empty() {
            self.peer_start()
        } else {
            format!("{}{}", self.service_text(), self.via())
        }
    }

    /// Whose move it is when the peer misbehaves.
    pub(super) fn peer_party(&self) -> Party {
        match self.peer.map(|peer| peer.role) {
            Some(PeerRole::Proxy) => Party::Proxy,
            _ => Party::Service,
        }
    }

    /// The server of its last look-up.
    pub(super) fn dns_server(&self) -> Option<IpAddr> {
        self.lookups.last().and_then(Lookup::last_server)
    }

    fn proxy_endpoint(&self) -> Option<Endpoint> {
        self.peer.filter(|peer| peer.role == PeerRole::Proxy).map(|peer| peer.endpoint)
    }

    /// Fills the places that the registry leaves open; what is not known stays a word in capitals for the reader.
    pub(super) fn fill(&self, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let peer = self.peer.map(|peer| peer.endpoint);
        let proxy = self.proxy_endpoint();
        let port =
            self.service.port.or(peer.map(|peer| peer.port).filter(|_| proxy.is_none())).unwrap_or(443);
        let wanted = self.service.host.as_ref().map(ToString::to_string);
        let looked_up = self.lookups.last().map(|lookup| lookup.name.to_string());
        let places = [
            (
                "{host}",
                wanted.or(looked_up).or(peer.map(|peer| peer.ip.to_string())).unwrap_or("HOST".to_owned()),
            ),
            ("{port}", port.to_string()),
            ("{peer}", peer.map_or(self.host_or("HOST"), |peer| peer.ip.to_string())),
            ("{peer_port}", peer.map_or(port, |peer| peer.port).to_string()),
            ("{proxy}", proxy.map_or("PROXY".to_owned(), |proxy| proxy.ip.to_string())),
            ("{proxy_port}", proxy.map_or("PORT".to_owned(), |proxy| proxy.port.to_string())),
            ("{client}", self.client.to_string()),
            ("{dns}", self.dns_server().map_or("DNS-SERVER".to_owned(), |server| server.to_string())),
            ("{next_hop}", self.arp.as_ref().map_or("NEXT-HOP".to_owned(), |arp| arp.target.to_string())),
        ];
        places.iter().fold(text.to_owned(), |text, (place, value)| text.replace(place, value))
    }

    fn host_or(&self, word: &str) -> String {
        self.service.host.as_ref().map_or(word.to_owned(), ToString::to_string)
    }

    /// The registry's next steps for `diagnostic` with this attempt's facts.
    pub(super) fn advice(&self, diagnostic: &Diagnostic) -> Vec<Advice> {
        diagnostic.fix.iter().map(|action| self.step(action)).collect()
    }

    /// The same behind a step that comes first.
    pub(super) fn advice_behind(&self, first: &Action, diagnostic: &Diagnostic) -> Vec<Advice> {
        let others = diagnostic.fix.iter().filter(|other| other.text != first.text);
        std::iter::once(first).chain(others).map(|action| self.step(action)).collect()
    }

    fn step(&self, action: &Action) -> Advice {
        let commands = action.commands.iter().map(|command| self.fill(command)).collect();
        Advice { text: self.fill(action.text), commands }
    }
}

impl Lookup {
    fn last_server(&self) -> Option<IpAddr> {
        let asked = self.queries.iter().rfind(|query| !query.sent.is_empty());
        asked.or(self.queries.last()).map(|query| query.server.ip)
    }
}

/// A certificate's date in UTC: `2025-01-24 15:41 UTC`.
pub(super) fn date(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_second(time.seconds()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A long time in words: `3.5 hours`, `12 days`.
pub fn long(span: Span) -> String {
    let hours = span.as_seconds().abs() / 3_600.0;
    if hours < 48.0 { format!("{hours:.1} hours") } else { format!("{:.0} days", hours / 24.0) }
}

/// `1 frame`, `3 frames`.
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `once`, `twice`, `3 times`.
pub(super) fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// `command` with every open place as a word in capitals for the reader.
pub(super) fn fill_unknown(command: &str) -> String {
    let places = [
        ("{host}", "smartreceiver.cisco.com"),
        ("{port}", "443"),
        ("{peer}", "ADDRESS"),
        ("{peer_port}", "PORT"),
        ("{proxy}", "PROXY"),
        ("{proxy_port}", "PORT"),
        ("{client}", "SWITCH-ADDRESS"),
        ("{dns}", "DNS-SERVER"),
        ("{next_hop}", "NEXT-HOP"),
    ];
    places.iter().fold(command.to_owned(), |text, (place, word)| text.replace(place, word))
}

/// What was sent and received, counted in octets `of` something.
pub(super) fn amounts(http: &HttpExchange, of: &str) -> String {
    match (http.request_bytes, http.response_bytes) {
        (Some(sent), Some(received)) => format!("{sent} octets{of} sent, {received} received"),
        (None, Some(received)) => {
            format!("{received} octets{of} received, what was sent is not in the capture")
        }
        (_, None) => sent(http),
    }
}

/// What was sent.
pub(super) fn sent(http: &HttpExchange) -> String {
    match http.request_bytes {
        Some(sent) => format!("{sent} octets sent"),
        None => "what was sent is not in the capture".to_owned(),
    }
}
