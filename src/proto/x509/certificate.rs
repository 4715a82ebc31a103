//! One certificate.

use std::fmt::Write;
use std::net::IpAddr;

use sha2::{Digest, Sha256};
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};
use x509_parser::oid_registry::OID_PKIX_ACCESS_DESCRIPTOR_OCSP;

use super::parts::Parts;
use super::{coverage, key, name};
use crate::limits::{MAX_CERTIFICATE_NAMES, MAX_CERTIFICATES};
use crate::model::{HostName, Timestamp};
use crate::proto::text;

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Subject, as RFC 4514 writes it.
    pub subject: String,
    /// Issuer, as RFC 4514 writes it.
    pub issuer: String,
    /// The subject's common name (the last, if several).
    pub common_name: Option<String>,
    /// The issuer's common name.
    pub issuer_common_name: Option<String>,
    /// The issuer's organisation.
    pub issuer_organization: Option<String>,
    /// Subject alternative names: DNS, perhaps with a wildcard.
    pub dns_names: Vec<HostName>,
    /// Subject alternative names: addresses.
    pub ip_names: Vec<IpAddr>,
    /// First moment of validity.
    pub not_before: Timestamp,
    /// Last moment of validity; the year 9999 is 2262 here.
    pub not_after: Timestamp,
    /// Key as text: `RSA 2048`, `EC P-256`, `Ed25519`, else an algorithm name or OID.
    pub key: String,
    /// Key size in bits, where it is one number.
    pub key_bits: Option<u32>,
    /// The signature's algorithm: `sha256WithRSAEncryption`, `ecdsa-with-SHA256`, else its OID.
    pub signature: String,
    /// Basic constraints say it is a CA.
    pub is_ca: bool,
    /// Issuer and subject are the same.
    pub self_signed: bool,
    /// SHA-256 of the DER, lower-case hex.
    pub sha256: String,
    /// Where its revocation list is: HTTP and LDAP URLs.
    pub crl_urls: Vec<String>,
    /// Where its OCSP responder is.
    pub ocsp_urls: Vec<String>,
    pub(super) links: Links,
}

/// What ties a certificate to its issuer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Links {
    /// Subject and issuer in DER.
    pub(super) subject: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    /// Key identifiers of the subject and, as stated, of the issuer (RFC 5280 §4.2.1.1, §4.2.1.2).
    pub(super) subject_key: Option<Vec<u8>>,
    pub(super) authority_key: Option<Vec<u8>>,
}

impl Certificate {
    /// Reads one DER certificate. A bad extension costs only itself; `None` if the rest makes no sense.
    pub fn parse(der: &[u8]) -> Option<Self> {
        let parts = Parts::read(der)?;
        let (key, key_bits) = key::describe(&parts.key);
        let mut certificate = Self {
            subject: name::rfc4514(&parts.subject),
            issuer: name::rfc4514(&parts.issuer),
            common_name: name::common_name(&parts.subject),
            issuer_common_name: name::common_name(&parts.issuer),
            issuer_organization: name::organization(&parts.issuer),
            dns_names: Vec::new(),
            ip_names: Vec::new(),
            not_before: parts.not_before,
            not_after: parts.not_after,
            key,
            key_bits,
            signature: key::signature_name(&parts.signature.algorithm),
            is_ca: false,
            self_signed: parts.subject.as_raw() == parts.issuer.as_raw(),
            sha256: sha256_hex(der),
            crl_urls: Vec::new(),
            ocsp_urls: Vec::new(),
            links: Links {
                subject: parts.subject.as_raw().to_vec(),
                issuer: parts.issuer.as_raw().to_vec(),
                ..Links::default()
            },
        };
        for extension in &parts.extensions {
            certificate.add(extension.parsed_extension());
        }
        Some(certificate)
    }

    /// All names it is for, as text: DNS names, then addresses.
    pub fn names(&self) -> Vec<String> {
        let dns = self.dns_names.iter().map(ToString::to_string);
        dns.chain(self.ip_names.iter().map(ToString::to_string)).collect()
    }

    /// Whether it is for `name`, a host name or an address (RFC 9525 §6; the common name counts only without alternative names).
    pub fn covers(&self, name: &str) -> bool {
        coverage::covers(self, name)
    }

    fn add(&mut self, extension: &ParsedExtension<'_>) {
        match extension {
            ParsedExtension::SubjectAlternativeName(names) => {
                names.general_names.iter().take(MAX_CERTIFICATE_NAMES).for_each(|name| self.add_name(name));
            }
            ParsedExtension::BasicConstraints(constraints) => self.is_ca = constraints.ca,
            ParsedExtension::SubjectKeyIdentifier(id) => self.links.subject_key = Some(id.0.to_vec()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.links.authority_key = id.key_identifier.as_ref().map(|id| id.0.to_vec());
            }
            ParsedExtension::CRLDistributionPoints(points) => {
                let names = points.iter().filter_map(|point| match &point.distribution_point {
                    Some(DistributionPointName::FullName(names)) => Some(names),
                    _ => None,
                });
                self.crl_urls.extend(names.flatten().filter_map(url).take(MAX_CERTIFICATES));
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                let ocsp =
                    access.iter().filter(|access| access.access_method == OID_PKIX_ACCESS_DESCRIPTOR_OCSP);
                self.ocsp_urls
                    .extend(ocsp.filter_map(|access| url(&access.access_location)).take(MAX_CERTIFICATES));
            }
            _ => {}
        }
    }

    fn add_name(&mut self, name: &GeneralName<'_>) {
        match name {
            GeneralName::DNSName(name) => {
                self.dns_names.push(HostName::new(&text::printable(name.as_bytes())));
            }
            GeneralName::IPAddress(octets) => self.ip_names.extend(address(octets)),
            _ => {}
        }
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
}

fn url(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(url) => Some(text::printable(url.as_bytes())),
        _ => None,
    }
}

/// The SHA-256 of `bytes` in lower-case hex: a certificate's fingerprint, also of one that cannot be read.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}
