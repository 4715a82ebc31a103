//! Which names a certificate is for (RFC 9525 §6.3, §6.4; RFC 6125 §6.4.4 for the common name).

use std::net::IpAddr;

use super::Certificate;
use crate::model::HostName;

/// Whether `certificate` is for `name`. An address must be stated as an address; the common name counts only where there is
/// no alternative name.
pub(super) fn covers(certificate: &Certificate, name: &str) -> bool {
    let has_names = !certificate.dns_names.is_empty() || !certificate.ip_names.is_empty();
    let common_name = certificate.common_name.as_deref().filter(|_| !has_names);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        let same = |text: &str| text.parse() == Ok(ip);
        return certificate.ip_names.contains(&ip) || common_name.is_some_and(same);
    }
    let wanted = HostName::new(name);
    certificate.dns_names.iter().any(|pattern| matches(pattern, &wanted))
        || common_name.is_some_and(|pattern| matches(&HostName::new(pattern), &wanted))
}

/// A wildcard is a whole left-most label, stands for exactly one, and needs two labels behind it.
fn matches(pattern: &HostName, name: &HostName) -> bool {
    match pattern.as_str().strip_prefix("*.") {
        None => pattern == name,
        Some(suffix) => {
            let behind = name
                .as_str()
                .split_once('.')
                .filter(|(label, _)| !label.is_empty())
                .map(|(_, behind)| behind);
            suffix.contains('.') && behind == Some(suffix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_is_one_whole_label() {
        let matches = |pattern, name| matches(&HostName::new(pattern), &HostName::new(name));
        assert!(matches("*.cisco.com", "tools.CISCO.com."));
        assert!(!matches("*.cisco.com", "cisco.com"));
        assert!(!matches("*.cisco.com", "a.b.cisco.com"));
        assert!(!matches("*.com", "cisco.com"));
        assert!(!matches("t*.cisco.com", "tools.cisco.com"));
        assert!(matches("cslu-local", "CSLU-LOCAL"));
    }
}
