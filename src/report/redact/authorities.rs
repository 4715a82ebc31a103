//! Certificates' names: public authorities' stay, private ones become `private CA 1`.

use super::Redactor;
use super::secrets::Names;
use super::text::OMITTED;
use super::vocabulary;
use crate::report::model::{Certificate, Report};

/// What names of public authorities, and of Cisco's certificates, are made of; all of a name must be.
const PUBLIC_VALUES: &[&str] = &[
    "identrust",
    "identrust, inc.",
    "identrust commercial root ca 1",
    "hydrantid (avalanche cloud corporation)",
    "hydrantid server ca o1",
    "hydrantid ssl ca g2",
    "hydrantid ssl ca g3",
    "hydrantid ssl ica g2",
    "hydrantid trusted certificate service",
    "trustid server ca o1",
    "quovadis limited",
    "quovadis root ca 2",
    "quovadis root ca 2 g3",
    "quovadis global ssl ica g3",
    "cisco",
    "cisco systems",
    "cisco systems, inc.",
    "cisco systems inc.",
    "cisco licensing root ca",
    "cisco root ca 2048",
    "cisco root ca m2",
    "cisco root ca 2099",
    "digicert inc",
    "www.digicert.com",
    "digicert global root ca",
    "digicert global root g2",
    "let's encrypt",
    "isrg root x1",
    "internet security research group",
    "san jose",
    "california",
    "smartreceiver.cisco.com",
    "tools.cisco.com",
];

impl Redactor {
    /// The parts of both names of a certificate.
    pub(super) fn learn_authority(&mut self, names: &Names) {
        let shown = self.authority(&names.issuer);
        if !is_public(&names.issuer) {
            self.learn_name(&names.issuer, &shown);
            self.known.add(&names.issuer, format!("CN={shown}"));
        }
        if !is_public(&names.subject) {
            let holder = self.holder(&names.subject);
            self.learn_name(&names.subject, &holder);
            self.known.add(&names.subject, format!("CN={holder}"));
        }
    }

    /// The same from the report, where its certificates are not those of the analysis.
    pub(super) fn learn_certificates(&mut self, report: &Report) {
        let certificates = report.attempts.iter().filter_map(|attempt| attempt.tls.as_ref());
        for certificate in certificates.flat_map(|tls| &tls.certificates) {
            let Certificate { subject, issuer, .. } = certificate;
            self.learn_authority(&Names { subject: subject.clone(), issuer: issuer.clone() });
        }
    }

    /// What to show for the issuer of this name.
    fn authority(&mut self, issuer: &str) -> String {
        if is_public(issuer) { common_name(issuer) } else { self.names.authority(issuer) }
    }

    /// What to show for a certificate's holder: a host by its name, an authority by its number.
    fn holder(&mut self, subject: &str) -> String {
        let name = common_name(subject);
        let is_host = name.contains('.') && !name.contains(' ') || name.parse::<std::net::IpAddr>().is_ok();
        if is_host { self.names.host(&name, &mut self.addresses) } else { self.names.authority(subject) }
    }

    /// Each part of a private name: the common name as `shown`, the others left out.
    fn learn_name(&mut self, name: &str, shown: &str) {
        for (kind, value) in attributes(name) {
            let known = PUBLIC_VALUES.contains(&value.to_ascii_lowercase().as_str())
                || vocabulary::is_known(&value)
                || kind.eq_ignore_ascii_case("C");
            if kind.eq_ignore_ascii_case("CN") {
                self.known.add(&value, shown.to_owned());
            } else if !known {
                self.known.add(&value, OMITTED.to_owned());
            }
        }
    }
}

/// Whether all of a name is a public authority's or Cisco's.
pub(super) fn is_public(name: &str) -> bool {
    let attributes = attributes(name);
    let public = |(kind, value): &(String, String)| {
        kind.eq_ignore_ascii_case("C") && value.len() == 2
            || PUBLIC_VALUES.contains(&value.to_ascii_lowercase().as_str())
    };
    !attributes.is_empty() && attributes.iter().all(public)
}

fn common_name(name: &str) -> String {
    let attributes = attributes(name);
    let common = attributes.iter().find(|(kind, _)| kind.eq_ignore_ascii_case("CN"));
    common.map_or_else(|| name.to_owned(), |(_, value)| value.clone())
}

/// Kinds and values of a name as RFC 4514 writes it: `CN=Example\, Inc.,C=US`.
fn attributes(name: &str) -> Vec<(String, String)> {
    let mut parts = vec![String::new()];
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        let Some(last) = parts.last_mut() else { break };
        match c {
            '\\' => last.extend(chars.next()),
            ',' | '+' => parts.push(String::new()),
            c => last.push(c),
        }
    }
    let pair = |part: String| {
        let (kind, value) = part.split_once('=')?;
        Some((kind.trim().to_owned(), value.trim().to_owned()))
    };
    parts.into_iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_name_must_be_public() {
        assert!(is_public(
            "CN=HydrantID Server CA O1,OU=HydrantID Trusted Certificate Service,O=IdenTrust,C=US"
        ));
        assert!(is_public("CN=Cisco Licensing Root CA,O=Cisco"));
        assert!(!is_public("CN=Acme Cisco CA,O=Cisco"));
        assert!(!is_public("CN=Cisco Licensing Root CA,OU=Acme"));
        assert!(!is_public(""));
    }

    #[test]
    fn escapes_are_undone() {
        let pairs = attributes("CN=Test Root,O=IdenTrust\\, Inc.,C=US");
        assert_eq!(pairs[1], ("O".to_owned(), "IdenTrust, Inc.".to_owned()));
    }
}
