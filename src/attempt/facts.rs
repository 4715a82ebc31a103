//! What is known of one attempt before anything is concluded: facts, each with its frame.

use std::net::IpAddr;

use crate::flow::Flow;
use crate::model::{At, Clock, Direction, Endpoint, HostName, Timestamp};

use super::http::HttpExchange;
use super::lookup::Lookup;
use super::neighbour::Resolution;
use super::proxy::ProxyExchange;
use super::tls::TlsSession;

/// A stage of an attempt, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageName {
    /// Name resolution.
    Dns,
    /// Finding the next hop's hardware address.
    Arp,
    /// The TCP connection.
    Tcp,
    /// The proxy's CONNECT exchange.
    Proxy,
    /// The TLS handshake.
    Tls,
    /// The request and its answer.
    Http,
}

impl StageName {
    /// All six, in order.
    pub const ALL: [Self; 6] = [Self::Dns, Self::Arp, Self::Tcp, Self::Proxy, Self::Tls, Self::Http];

    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Arp => "arp",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Http => "http",
        }
    }
}

/// What the far end of the switch's connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerRole {
    /// An HTTP proxy.
    Proxy,
    /// The service itself.
    Service,
}

impl PeerRole {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Service => "service",
        }
    }
}

/// The far end of the switch's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address and port.
    pub endpoint: Endpoint,
    /// What it is.
    pub role: PeerRole,
}

/// Which of the licensing services it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceKind {
    /// CSSM by Smart Transport.
    SmartTransport,
    /// CSSM by Call Home.
    CallHome,
    /// A Cisco Smart Licensing Utility.
    Cslu,
    /// An SSM On-Prem.
    OnPrem,
    /// Anything else (`--all`, or an option that names it).
    Other,
}

impl ServiceKind {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SmartTransport => "smart-transport",
            Self::CallHome => "call-home",
            Self::Cslu => "cslu",
            Self::OnPrem => "on-prem",
            Self::Other => "other",
        }
    }
}

/// What the switch wants to reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name, or its address as text where the switch used that; `None` when only the proxy is known.
    pub host: Option<HostName>,
    /// Its port, where known.
    pub port: Option<u16>,
    /// Which one.
    pub kind: ServiceKind,
}

/// What identified the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// TLS server name.
    Sni,
    /// Target of a CONNECT or an absolute-form request.
    ConnectTarget,
    /// HTTP Host and path.
    HttpHost,
    /// A DNS question, or its answer.
    Dns,
    /// A name in the server's certificate.
    Certificate,
    /// A known address.
    Address,
    /// `--cssm` or `--proxy`.
    Option,
    /// `--all`.
    All,
}

impl FoundBy {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sni => "sni",
            Self::ConnectTarget => "connect-target",
            Self::HttpHost => "http-host",
            Self::Dns => "dns",
            Self::Certificate => "certificate",
            Self::Address => "address",
            Self::Option => "option",
            Self::All => "all",
        }
    }
}

/// Which directions of a conversation are in the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Both.
    Both,
    /// Only packets towards the switch.
    InboundOnly,
    /// Only packets from the switch.
    OutboundOnly,
}

impl Attempt {
    /// Which directions the capture shows: where it holds frames for the client, a connection that nothing answered is no
    /// sign that one is missing.
    pub fn shown(&self) -> Visibility {
        match self.visibility {
            Visibility::OutboundOnly if self.surroundings.inbound_visible => Visibility::Both,
            other => other,
        }
    }
}

impl Visibility {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::InboundOnly => "inbound-only",
            Self::OutboundOnly => "outbound-only",
        }
    }

    /// What is visible when frames `from` and `to` the switch were counted; both when neither was.
    pub fn of(from_client: u64, from_server: u64) -> Self {
        match (from_client, from_server) {
            (0, 1..) => Self::InboundOnly,
            (1.., 0) => Self::OutboundOnly,
            _ => Self::Both,
        }
    }
}

/// One try to reach a service, as the switch sees it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Number in the report, from 1 in order of start.
    pub id: usize,
    /// The switch.
    pub client: IpAddr,
    /// The switch's port; `None` before TCP.
    pub client_port: Option<u16>,
    /// The far end of its TCP connection; `None` before TCP.
    pub peer: Option<Peer>,
    /// What it wants to reach.
    pub service: Service,
    /// How that is known.
    pub found_by: FoundBy,
    /// First frame.
    pub first: At,
    /// Last frame.
    pub last: At,
    /// Its frames.
    pub frames: u64,
    /// Which directions are in the capture.
    pub visibility: Visibility,
    /// Look-ups that lead to it, in order.
    pub lookups: Vec<Lookup>,
    /// ARP or neighbour discovery for its next hop.
    pub arp: Option<Resolution>,
    /// Its TCP connection.
    pub flow: Option<Box<Flow>>,
    /// A 407 on an earlier connection that this one answers with credentials.
    pub log_on: Option<LogOn>,
    /// Its exchange with the proxy.
    pub proxy: Option<Box<ProxyExchange>>,
    /// Its TLS session.
    pub tls: Option<Box<TlsSession>>,
    /// Its HTTP exchange, in clear or as far as TLS lets it be seen.
    pub http: Option<Box<HttpExchange>>,
    /// Octets from the server where the switch's request, CONNECT or ClientHello would come first: a banner.
    pub banner: Option<(At, String)>,
    /// Whether the switch sent something that is neither TLS nor HTTP.
    pub other_protocol: bool,
    /// What the capture around it can and cannot show.
    pub surroundings: Surroundings,
}

/// A proxy's challenge on an earlier connection.
#[derive(Debug, Clone)]
pub struct LogOn {
    /// The 407.
    pub at: At,
    /// The switch's end of that connection.
    pub client: Endpoint,
    /// The schemes offered.
    pub schemes: Vec<String>,
}

/// What the capture around an attempt can and cannot show.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The capture's first frame.
    pub capture_first: At,
    /// The capture's last frame, or the last in front of the first step back of its clock behind the attempt.
    pub capture_last: At,
    /// Whether some frame addressed to the client is in the capture within 60 s of the attempt.
    pub inbound_visible: bool,
    /// When the client opened its next connection after this attempt's.
    pub next_connection: Option<Timestamp>,
    /// Whether others have connections to the client that may make it a proxy: this may be its onward leg.
    pub serves: bool,
    /// The client's CRL and OCSP fetches between this attempt's start and end.
    pub fetches: Vec<Fetch>,
    /// What the capture's time stamps mean.
    pub clock: Clock,
}

/// A revocation fetch: the look-up or connection that tried it.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// First frame.
    pub first: At,
    /// Last frame.
    pub last: At,
    /// Host asked.
    pub host: HostName,
    /// What came of it, in words.
    pub result: String,
    /// The frame that decides it.
    pub deciding: At,
    /// Whether it brought revocation data; `None` where the capture missed what came back.
    pub ok: Option<bool>,
}

impl Attempt {
    /// What `direction` sent, when there is a connection.
    pub fn half(&self, direction: Direction) -> Option<&crate::flow::Half> {
        self.flow.as_deref().map(|flow| flow.half(direction))
    }
}
