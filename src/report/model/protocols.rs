//! What each protocol told about an attempt.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{FileName, Frame, Time};

/// Name resolution.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Dns {
    /// One for each wanted name.
    pub lookups: Vec<Lookup>,
}

/// All queries for one wanted name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Lookup {
    /// The wanted name.
    pub name: String,
    /// What was to be reached through it: service or proxy; more words may come.
    #[serde(rename = "for")]
    pub purpose: &'static str,
    /// Each query with its answer.
    pub queries: Vec<Query>,
}

/// A DNS query and its answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Query {
    /// The name asked for, search suffix included.
    pub name: String,
    /// Record type: A, AAAA or another.
    #[serde(rename = "type")]
    pub record_type: String,
    /// The name server asked.
    pub server: String,
    /// IANA mnemonic (`NoError`, `NXDomain`, `ServFail`, `Refused`); null without an answer.
    pub rcode: Option<String>,
    /// What was answered.
    pub answers: Vec<String>,
    /// The frame of the answer.
    pub answer_frame: Option<u64>,
    /// With `--merge`: the file of that frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_file: Option<FileName>,
    /// The frames of both.
    pub frames: Vec<u64>,
    /// With `--merge`: the file of each of `frames`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Option<FileName>>,
}

/// ARP or IPv6 neighbour discovery.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Arp {
    /// The address asked for.
    pub target: String,
    /// How often.
    pub requests: u64,
    /// The hardware address answered.
    pub mac: Option<String>,
}

/// An ICMP or ICMPv6 error about the attempt's packets.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Icmp {
    /// Its frame.
    #[serde(flatten)]
    pub frame: Frame,
    /// Who reports.
    pub from: String,
    /// ICMP type.
    #[serde(rename = "type")]
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
    /// Next-hop MTU in octets.
    pub mtu: Option<u32>,
}

/// The TCP connection.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tcp {
    /// Transmissions of the SYN.
    pub syn_count: u64,
    /// From the SYN to its answer.
    pub rtt_ms: Option<f64>,
    /// The smaller of the announced maximum segment sizes, in octets.
    pub mss: Option<u16>,
    /// Frames sent again by the same sender.
    pub retransmissions: u64,
    /// Frames that came late.
    pub out_of_order: u64,
    /// Copies of a frame already captured.
    pub duplicates: u64,
    /// Octets that were acknowledged but not captured.
    pub missing_bytes: u64,
    /// Octets the switch sent.
    pub client_bytes: u64,
    /// Octets the peer sent.
    pub server_bytes: u64,
    /// client or server; null while open; more words may come.
    pub closed_by: Option<&'static str>,
    /// fin or rst; null while open; more words may come.
    pub close: Option<&'static str>,
}

/// The proxy's CONNECT exchange.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Proxy {
    /// Where the switch asked to be connected.
    pub target: Option<String>,
    /// The final status.
    pub status: Option<u16>,
    /// Its reason phrase.
    pub reason: Option<String>,
    /// Telling headers of the answer, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// Schemes of Proxy-Authenticate.
    pub auth_schemes: Vec<String>,
    /// What the proxy says it is.
    pub product: Option<String>,
}

/// The TLS handshake.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tls {
    /// SNI.
    pub server_name: Option<String>,
    /// Versions the switch offered.
    pub offered_versions: Vec<String>,
    /// The version chosen.
    pub version: Option<String>,
    /// The cipher suite chosen, by its IANA name.
    pub cipher_suite: Option<String>,
    /// Cipher suites the switch offered, by their IANA names.
    pub offered_cipher_suites: Vec<String>,
    /// The application protocol chosen.
    pub alpn: Option<String>,
    /// Whether an earlier session was resumed.
    pub resumed: Option<bool>,
    /// JA4 fingerprint of the ClientHello.
    pub ja4: Option<String>,
    /// Alerts of both sides.
    pub alerts: Vec<TlsAlert>,
    /// The server's certificates, leaf first.
    pub certificates: Vec<Certificate>,
}

/// A TLS alert.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TlsAlert {
    /// Its frame.
    #[serde(flatten)]
    pub frame: Frame,
    /// client or server; more words may come.
    pub from: &'static str,
    /// warning or fatal; null when encrypted.
    pub level: Option<String>,
    /// Its RFC name; null when encrypted.
    pub description: Option<String>,
    /// Whether only its size is known.
    pub encrypted: bool,
}

/// An X.509 certificate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Certificate {
    /// Distinguished name of its holder.
    pub subject: String,
    /// Distinguished name of its issuer.
    pub issuer: String,
    /// Its holder's common name.
    pub common_name: Option<String>,
    /// Its issuer's common name.
    pub issuer_common_name: Option<String>,
    /// Subject alternative names.
    pub names: Vec<String>,
    /// Start of its validity.
    pub not_before: Option<Time>,
    /// End of its validity.
    pub not_after: Option<Time>,
    /// Kind and size of its key.
    pub key: Option<String>,
    /// Its signature's algorithm.
    pub signature: Option<String>,
    /// SHA-256 of its DER encoding in hexadecimal.
    pub sha256: Option<String>,
    /// What is wrong with it: expired, not-yet-valid, name-mismatch, foreign-issuer (a public Cisco service's name from a CA
    /// that Cisco does not use), unknown-issuer (the switch knows no CA that leads to it), weak-key, weak-signature or
    /// expiring-soon; more words may come.
    pub flaws: Vec<&'static str>,
}

/// The requests and their answers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Http {
    /// Requests seen.
    pub exchanges: u64,
    /// How many of them were answered.
    pub answered: u64,
    /// Method of the last request, where readable.
    pub method: Option<String>,
    /// Its path.
    pub path: Option<String>,
    /// Status of the last answer, where readable.
    pub status: Option<u16>,
    /// Octets of the requests; null where that direction is not in the capture.
    pub request_bytes: Option<u64>,
    /// Octets of the answers; null where that direction is not in the capture.
    pub response_bytes: Option<u64>,
    /// The licensing messages, where readable.
    pub licensing: Option<Licensing>,
}

/// What readable licensing messages say.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Licensing {
    /// What the switch asked for.
    pub request_type: Option<String>,
    /// What the service answered.
    pub status_code: Option<String>,
    /// In its own words.
    pub status_message: Option<String>,
}
