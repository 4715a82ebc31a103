//! One try to reach a service.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Arp, Dns, FileName, Frame, Http, Icmp, Open, Proxy, Tcp, Time, Tls, Verdict};
use crate::attempt::StageName;
use crate::diagnose::{Outcome, StageStatus};

/// One try to reach a service, as the switch sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Attempt {
    /// Its number, from 1 in order of time.
    pub id: u64,
    /// Time stamp of its first frame.
    pub start: Option<Time>,
    /// Time stamp of its last frame.
    pub end: Option<Time>,
    /// The switch.
    pub client: Place,
    /// The far end of the switch's TCP connection; null before TCP.
    pub peer: Option<Peer>,
    /// What the switch wants to reach.
    pub service: Option<Service>,
    /// How the service was recognised: sni, connect-target, http-host, dns, certificate, address, option or all;
    /// more words may come.
    pub found_by: &'static str,
    /// The number tshark gives the connection (`tcp.stream`); null with `--merge`.
    pub tcp_stream: Option<u32>,
    /// both, inbound-only or outbound-only; more words may come.
    pub direction: &'static str,
    /// Number of its frames.
    pub frames: u64,
    /// Its first frame.
    pub first_frame: u64,
    /// With `--merge`: the file of that frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_file: Option<FileName>,
    /// Its last frame.
    pub last_frame: u64,
    /// With `--merge`: the file of that frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_file: Option<FileName>,
    /// ok, failed or inconclusive; more words may come.
    pub outcome: Open<Outcome>,
    /// The conclusion.
    pub verdict: Verdict,
    /// How far it got.
    pub stages: Stages,
    /// Name resolution.
    pub dns: Dns,
    /// The next hop's hardware address.
    pub arp: Option<Arp>,
    /// ICMP errors about its packets.
    pub icmp: Vec<Icmp>,
    /// The TCP connection.
    pub tcp: Option<Tcp>,
    /// The proxy's CONNECT exchange.
    pub proxy: Option<Proxy>,
    /// The TLS handshake.
    pub tls: Option<Tls>,
    /// The request and its answer.
    pub http: Option<Http>,
    /// What happened, in order; at most 200.
    pub events: Vec<Event>,
}

/// One end of a connection.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Place {
    /// Its address.
    pub ip: String,
    /// Its port; null before TCP.
    pub port: Option<u16>,
}

/// The far end of the switch's TCP connection.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Peer {
    /// Its address.
    pub ip: String,
    /// Its port.
    pub port: u16,
    /// proxy or service; more words may come.
    pub role: &'static str,
}

impl Peer {
    /// Address and port, an IPv6 address in brackets.
    pub fn endpoint(&self) -> String {
        if self.ip.contains(':') {
            format!("[{}]:{}", self.ip, self.port)
        } else {
            format!("{}:{}", self.ip, self.port)
        }
    }
}

/// What the switch wants to reach.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Service {
    /// Its name, or its address where no name is known.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// smart-transport, call-home, cslu, on-prem or other; more words may come.
    pub kind: &'static str,
}

/// The six stages in the order in which they happen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Stages {
    /// Name resolution.
    pub dns: Stage,
    /// Finding the next hop's hardware address.
    pub arp: Stage,
    /// The TCP connection.
    pub tcp: Stage,
    /// The proxy's CONNECT exchange.
    pub proxy: Stage,
    /// The TLS handshake.
    pub tls: Stage,
    /// The request and its answer.
    pub http: Stage,
}

impl Stages {
    /// All six, in order.
    pub fn each_mut(&mut self) -> [&mut Stage; 6] {
        let Self { dns, arp, tcp, proxy, tls, http } = self;
        [dns, arp, tcp, proxy, tls, http]
    }

    /// All six with their names, in order.
    pub fn in_order(&self) -> [(StageName, &Stage); 6] {
        [
            (StageName::Dns, &self.dns),
            (StageName::Arp, &self.arp),
            (StageName::Tcp, &self.tcp),
            (StageName::Proxy, &self.proxy),
            (StageName::Tls, &self.tls),
            (StageName::Http, &self.http),
        ]
    }
}

/// How far one stage got.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Stage {
    /// ok, failed, unfinished, not-reached, not-needed or not-seen; more words may come.
    pub status: Open<StageStatus>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// Its telling frames, at most 8.
    pub frames: Vec<u64>,
    /// With `--merge`: the file of each of `frames`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Option<FileName>>,
    /// What there is to say of it.
    pub detail: Option<String>,
}

/// One rung of the ladder: something that went from one to another.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Event {
    /// Its frame.
    #[serde(flatten)]
    pub frame: Frame,
    /// Its time stamp; null where the capture has no dates.
    pub time: Option<Time>,
    /// The index that a text dump gives it; null where it gives none, and for every other format.
    pub source_index: Option<u64>,
    /// Who sent it.
    pub from: String,
    /// Whom it was sent to.
    pub to: String,
    /// What it was.
    pub text: String,
    /// Whether it is part of the verdict's evidence.
    pub deciding: bool,
    /// dns, arp, icmp, tcp (a segment that opens or closes the connection), message (one that completes a message), data or
    /// ack; more words may come.
    pub kind: &'static str,
    /// Control bits of a TCP segment, as Wireshark lists them.
    pub flags: Option<String>,
    /// Octets of payload of a TCP segment.
    pub bytes: Option<u32>,
    /// What sets it apart: retransmission, duplicate, out-of-order, after-gap, keep-alive, window-probe or duplicate-ack; null
    /// for the ordinary; more words may come.
    pub class: Option<&'static str>,
    /// What lies between the rung above and this one; null where there is nothing to say.
    pub before: Option<Before>,
}

/// What lies between two rungs and is no packet of the ladder.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Before {
    /// For how long nothing of the attempt was captured, in milliseconds, from one second on.
    pub silence_ms: Option<f64>,
    /// Frames of the attempt that the ladder leaves out.
    pub omitted_frames: u64,
    /// Octets that were sent and that the capture does not hold.
    pub missing: Vec<Missing>,
}

/// Octets that were sent, as others show, and that the capture does not hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Missing {
    /// Who sent them.
    pub from: String,
    /// To whom.
    pub to: String,
    /// How many; where no frame of the sender was captured, its FIN may be counted with them.
    pub bytes: u64,
}
