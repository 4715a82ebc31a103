//! The reasons that the switch logs for a failure: which stage they mean, what to check, and which packets would tell.

use crate::diagnose::Advice;
use crate::diagnose::diagnostic::Action;
use crate::diagnose::steps::{
    HISTORY, HTTP_DEBUG, SET_SMART_TRANSPORT, SHOW_TRUSTPOOL, STATUS, TELNET, TRUSTPOOL,
};
use crate::transcript::{Partner, Settings};

/// What a reason means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// `Unable to resolve server hostname/domain name`.
    Unresolved,
    /// `Connection timed out`.
    TimedOut,
    /// `Fail to send out Call Home HTTP message`.
    CallHome,
    /// `Received empty response from server`.
    Empty,
    /// `Communications init failure`.
    Init,
    /// Any other words, or none.
    Other,
}

const NAME_SERVERS: Action = Action {
    text: "See which name servers the switch asks, and from which interface and VRF.",
    commands: &["show running-config | include name-server|domain", "show hosts"],
};

const NAME_BY_HAND: Action = Action {
    text: "Ask for the name by hand, from the same source: the ping itself may fail, but it shows whether the name \
        gets an address.",
    commands: &["ping {host} source INTERFACE"],
};

const SMART: Action = Action {
    text: "If CSSM is meant and no CSLU is in use, set Smart Transport: without it the switch looks for a CSLU only.",
    commands: SET_SMART_TRANSPORT,
};

impl Reason {
    /// The meaning of `words`.
    pub fn of(words: Option<&str>) -> Self {
        let words = words.unwrap_or_default();
        let all = [
            ("Unable to resolve", Self::Unresolved),
            ("timed out", Self::TimedOut),
            ("Fail to send out Call Home", Self::CallHome),
            ("empty response", Self::Empty),
            ("init failure", Self::Init),
        ];
        all.into_iter().find(|(mark, _)| words.contains(mark)).map_or(Self::Other, |(_, reason)| reason)
    }

    /// What happened, and in which stage.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Unresolved => "the switch got no address for the name of its service or proxy (stage dns)",
            Self::TimedOut => {
                "nothing answered in time: the next hop (stage arp), the service or proxy when it was called (stage tcp), \
                 or a request later"
            }
            Self::CallHome => {
                "under Call Home the connection (stage tcp) or its TLS handshake (stage tls) failed, often for an unknown \
                 root certificate"
            }
            Self::Empty => "something answered without a usable body (stage http)",
            Self::Init => "the agent could not begin, so it may have sent nothing at all",
            Self::Other => "the words do not say in which stage",
        }
    }

    /// What to check, cheapest first, and what a capture would show.
    pub fn steps(self, partner: Option<Partner>, settings: &Settings) -> Vec<Advice> {
        let target = Target::of(self, partner, settings);
        let mut steps: Vec<&Action> = Vec::new();
        if partner == Some(Partner::Cslu) && settings.cslu_url.is_none() {
            steps.push(&SMART);
        }
        steps.extend::<&[&Action]>(match self {
            Self::Unresolved => &[&NAME_SERVERS, &NAME_BY_HAND],
            Self::TimedOut => &[&TELNET],
            Self::CallHome => &[&TELNET, &SHOW_TRUSTPOOL, &TRUSTPOOL],
            Self::Empty => &[&HISTORY, &HTTP_DEBUG],
            Self::Init | Self::Other => &[&STATUS, &HISTORY],
        });
        let mut all: Vec<Advice> = steps.into_iter().map(|action| target.fill(action)).collect();
        all.push(self.capture(settings));
        all
    }

    /// What a capture of one attempt would show.
    fn capture(self, settings: &Settings) -> Advice {
        let server = settings.name_servers.first().map(|server| server.value.1.to_string());
        let (text, commands) = match self {
            Self::Unresolved => (
                "Take the capture on the port that leads to the name server, and start it before the attempt: it shows \
                 whether the server refuses, stays silent or is never asked.",
                vec![format!("show ip cef {}", server.as_deref().unwrap_or("NAME-SERVER"))],
            ),
            Self::TimedOut => (
                "Take a capture of one attempt, from before its look-up on: it shows whether ARP, the SYN or a later request \
                 stays unanswered.",
                Vec::new(),
            ),
            Self::CallHome => (
                "Take a capture of one attempt: it shows whether the connection stands, and which certificate and alert the \
                 handshake ends with.",
                Vec::new(),
            ),
            Self::Empty => (
                "Take a capture of one attempt: it shows who answered, a proxy or the service, and how much.",
                Vec::new(),
            ),
            Self::Init | Self::Other => (
                "Take a capture of one attempt: it shows how far it comes, or that nothing is sent.",
                Vec::new(),
            ),
        };
        Advice { text: text.to_owned(), commands }
    }
}

/// Where the switch connects to, as far as the text tells.
struct Target {
    host: String,
    port: String,
}

impl Target {
    fn of(reason: Reason, partner: Option<Partner>, settings: &Settings) -> Self {
        let target = |host: &str, port: &str| Self { host: host.to_owned(), port: port.to_owned() };
        if let Some(proxy) = settings.proxy_host() {
            let port = settings.proxy_port.as_ref().map(|port| port.value.to_string());
            return target(proxy.value.as_str(), port.as_deref().unwrap_or("PORT"));
        }
        if let Some(url) = settings.url() {
            let port = url.value.port.unwrap_or(if url.value.tls { 443 } else { 80 });
            return target(url.value.host.as_str(), &port.to_string());
        }
        match (partner, reason) {
            (Some(Partner::Cslu), _) => target("CSLU-HOST", "8182"),
            (_, Reason::CallHome) => target("tools.cisco.com", "443"),
            _ => target("smartreceiver.cisco.com", "443"),
        }
    }

    fn fill(&self, action: &Action) -> Advice {
        let filled = |command: &&str| {
            let places = [("{host}", &self.host), ("{peer}", &self.host), ("{peer_port}", &self.port)];
            places.iter().fold((*command).to_owned(), |text, (place, word)| text.replace(place, word))
        };
        Advice { text: action.text.to_owned(), commands: action.commands.iter().map(filled).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_s_words_have_their_stages() {
        for (words, stage) in [
            ("Unable to resolve server hostname/domain name", "(stage dns)"),
            ("Connection timed out", "(stage arp)"),
            ("Fail to send out Call Home HTTP message", "(stage tls)"),
            ("Received empty response from server", "(stage http)"),
            ("Communications init failure", "nothing at all"),
            ("Communications failure", "do not say"),
        ] {
            let meaning = Reason::of(Some(words)).meaning();
            assert!(meaning.contains(stage), "{words}: {meaning}");
        }
        assert_eq!(Reason::of(None), Reason::Other);
    }
}
