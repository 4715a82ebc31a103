//! A certificate of the chain, with what is wrong with it.

use crate::report::Zone;
use crate::report::model::Certificate;

/// A certificate as it is shown.
pub(super) struct Card<'a> {
    pub(super) certificate: &'a Certificate,
    pub(super) name: &'a str,
    pub(super) issuer: &'a str,
    pub(super) valid: String,
    pub(super) technique: String,
    /// Alternative names, the first few.
    pub(super) names: String,
    pub(super) flaws: Vec<String>,
}

/// Alternative names shown; a content network's certificate has a hundred.
const NAMES: usize = 8;

impl<'a> Card<'a> {
    pub(super) fn new(certificate: &'a Certificate, zone: Zone) -> Self {
        let validity = certificate.not_before.zip(certificate.not_after);
        let shown = certificate.names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = certificate.names.len().saturating_sub(NAMES);
        Self {
            certificate,
            name: certificate.common_name.as_deref().unwrap_or(&certificate.subject),
            issuer: certificate.issuer_common_name.as_deref().unwrap_or(&certificate.issuer),
            valid: validity.map_or_else(String::new, |(from, to)| {
                format!("{} to {}", zone.to_the_second(from), zone.to_the_second(to))
            }),
            technique: [&certificate.key, &certificate.signature]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", "),
            names: if more > 0 { format!("{shown} and {more} more") } else { shown },
            flaws: certificate.flaws.iter().map(|flaw| words(flaw)).collect(),
        }
    }
}

/// What a flaw means to the reader.
fn words(flaw: &str) -> String {
    match flaw {
        "expired" => "expired when it was shown",
        "not-yet-valid" => "not valid yet when it was shown",
        "name-mismatch" => "not for the name that was asked for",
        "foreign-issuer" => "not from a CA that Cisco uses for this name",
        "unknown-issuer" => "the switch knows no CA that leads to it",
        "weak-key" => "short RSA key",
        "weak-signature" => "outdated signature",
        "expiring-soon" => "expires within 30 days",
        other => return other.replace('-', " "),
    }
    .to_owned()
}
