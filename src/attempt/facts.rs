//! What is known of one attempt.

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
