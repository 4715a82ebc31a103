//! The server's certificates, and what they are held against: for the rejection and for what was accepted.

use crate::attempt::{Attempt, TlsSession, is_public_service};
use crate::model::{Clock, HostName, Timestamp};
use crate::proto::x509::{Certificate, issuer_path};

/// The server's chain and what it is held against.
pub(in crate::diagnose) struct Chain<'a> {
    /// The server's own certificate.
    pub leaf: &'a Certificate,
    /// The leaf and its issuers, as far as they were sent.
    pub path: Vec<&'a Certificate>,
    /// The name that the certificate must cover.
    pub wanted: Option<String>,
    /// When the certificate was shown; `None` where the capture has no dates.
    pub now: Option<Timestamp>,
}

impl<'a> Chain<'a> {
    /// The chain that the server showed in `tls`, if it can be read.
    pub fn of(attempt: &Attempt, tls: &'a TlsSession) -> Option<Self> {
        let (at, list) = tls.certificates.as_ref()?;
        let leaf = list.first()?;
        let path = issuer_path(list).into_iter().filter_map(|index| list.get(index)).collect();
        let sni = tls.client_hello.as_ref().and_then(|(_, hello)| hello.server_name.as_ref());
        let wanted = sni.or(attempt.service.host.as_ref()).map(ToString::to_string);
        // A hello without a name is for the address; without the hello nobody knows.
        let addressed = attempt.peer.filter(|_| tls.client_hello.is_some());
        let wanted = wanted.or_else(|| addressed.map(|peer| peer.endpoint.ip.to_string()));
        let dated = attempt.surroundings.clock == Clock::Absolute;
        let now = Some(at.time).filter(|time| dated && time.is_known());
        Some(Self { leaf, path, wanted, now })
    }

    /// The certificate of the path that had expired.
    pub fn expired(&self) -> Option<&'a Certificate> {
        self.path.iter().copied().find(|certificate| self.now.is_some_and(|now| certificate.not_after < now))
    }

    /// The certificate of the path that was not valid yet.
    pub fn not_yet_valid(&self) -> Option<&'a Certificate> {
        self.path.iter().copied().find(|certificate| self.now.is_some_and(|now| now < certificate.not_before))
    }

    /// The name asked for, if the leaf does not cover it.
    pub fn mismatched(&self) -> Option<&str> {
        self.wanted.as_deref().filter(|wanted| !self.leaf.covers(wanted))
    }

    /// Whether the certificate is a public Cisco service's by its names, but not by its issuer.
    pub fn intercepted(&self) -> bool {
        let wanted = self.wanted.as_deref().filter(|name| is_public_service(&HostName::new(name)));
        let covered = PUBLIC_SERVICES.into_iter().chain(wanted).any(|name| self.leaf.covers(name));
        covered && !self.path.iter().any(|certificate| issued_for_cisco(certificate))
    }
}

/// Names of Cisco's public licensing services.
const PUBLIC_SERVICES: [&str; 2] = ["smartreceiver.cisco.com", "tools.cisco.com"];

/// How the organisation or the common name of a certification authority begins that Cisco uses for its cloud services.
const PUBLIC_AUTHORITIES: &[&str] = &["identrust", "hydrantid", "quovadis"];

/// How the common name of Cisco's own authorities begins that stand for servers. Cisco's products that inspect (Umbrella, Secure
/// Access, Firepower, the Web Security Appliance) have authorities with Cisco in their names too.
const OWN_AUTHORITIES: &[&str] =
    &["cisco root ca", "cisco licensing root ca", "cisco basic assurance", "cisco rxc-"];

/// Whether `certificate` was issued by a CA that Cisco uses for its public services.
fn issued_for_cisco(certificate: &Certificate) -> bool {
    let begins = |name: &Option<String>, with: &[&str]| {
        let name = name.as_deref().unwrap_or_default().to_ascii_lowercase();
        with.iter().any(|start| name.starts_with(start))
    };
    begins(&certificate.issuer_organization, PUBLIC_AUTHORITIES)
        || begins(&certificate.issuer_common_name, PUBLIC_AUTHORITIES)
        || begins(&certificate.issuer_common_name, OWN_AUTHORITIES)
}
