//! Which names, paths and addresses are licensing services. Data first; every list is a hint, never the only way in.

use std::net::IpAddr;

use crate::model::HostName;

use super::{FoundBy, Service, ServiceKind};

/// Addresses seen to serve a name. No such list is reliable: DNS, SNI and the like come first.
const KNOWN_ADDRESSES: &[(&str, ServiceKind)] = &[
    ("72.163.4.38", ServiceKind::CallHome),
    ("173.37.145.8", ServiceKind::CallHome),
    ("146.112.59.81", ServiceKind::SmartTransport),
];

/// Paths of licensing requests: prefix, service.
const PATHS: &[(&str, ServiceKind)] = &[
    ("/licservice/license", ServiceKind::SmartTransport),
    ("/its/service/oddce/", ServiceKind::CallHome),
    ("/SmartTransport", ServiceKind::OnPrem),
    ("/Transportgateway/", ServiceKind::OnPrem),
];

/// The path of CSLU, and of On-Prem with an account behind it.
const CSLU_PATH: &str = "/cslu/v1/pi";

/// The CSLU's port.
pub const CSLU_PORT: u16 = 8182;

/// The name that a switch looks up when the default transport is still set.
pub const CSLU_LOCAL: &str = "cslu-local";

/// Hosts that serve revocation lists and OCSP for CSSM's certificates, now and before.
pub(super) const REVOCATION_HOSTS: &[&str] = &[
    "validation.identrust.com",
    "commercial.ocsp.identrust.com",
    "crl.quovadisglobal.com",
    "ocsp.quovadisglobal.com",
];

/// The licensing service that `host` names, if it does.
pub fn by_name(host: &HostName) -> Option<ServiceKind> {
    let (label, domain) = host.as_str().split_once('.').unwrap_or((host.as_str(), ""));
    match (label, domain) {
        (CSLU_LOCAL, _) => Some(ServiceKind::Cslu),
        ("tools", "cisco.com") => Some(ServiceKind::CallHome),
        (label, "cisco.com") if label == "smartreceiver" || label.starts_with("smartreceiver-") => {
            Some(ServiceKind::SmartTransport)
        }
        _ => None,
    }
}

/// Whether `host` is one that a switch without a configuration asks for by itself (Cisco Plug and Play): never a proxy or service.
pub fn is_plug_and_play(host: &HostName) -> bool {
    let label = host.as_str().split('.').next().unwrap_or_default();
    matches!(label, "devicehelper" | "pnpserver" | "pnpntpserver")
}

/// The licensing service whose name `asked` is, perhaps with a search suffix behind it: the name without it.
pub fn without_suffix(asked: &HostName) -> Option<HostName> {
    if by_name(asked).is_some() && !asked.as_str().starts_with(CSLU_LOCAL) {
        return Some(asked.clone());
    }
    let text = asked.as_str();
    let cut = text.find(".cisco.com.").map(|at| at + ".cisco.com".len());
    let cut = cut.or_else(|| text.starts_with("cslu-local.").then_some(CSLU_LOCAL.len()));
    let name = HostName::new(text.get(..cut.unwrap_or(text.len()))?);
    by_name(&name).is_some().then_some(name)
}

/// The licensing service that a request for `path` on `port` is for.
pub fn by_path(path: &str, port: Option<u16>) -> Option<ServiceKind> {
    if let Some(account) = path.strip_prefix(CSLU_PATH) {
        let named = !account.trim_matches('/').is_empty() && account.starts_with('/');
        let cslu = port == Some(CSLU_PORT) || !named;
        return (named || account.is_empty() || account == "/").then_some(if cslu {
            ServiceKind::Cslu
        } else {
            ServiceKind::OnPrem
        });
    }
    PATHS.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, kind)| *kind)
}

/// Whether no service and no proxy listens on `port`: it is one of management, mail, files or routing.
pub fn is_management_port(port: u16) -> bool {
    matches!(port, 20 | 21 | 22 | 23 | 25 | 49 | 53 | 139 | 179 | 389 | 445 | 514 | 830 | 3389)
}

/// The licensing service known at `ip`.
pub fn by_address(ip: IpAddr) -> Option<Service> {
    let (_, kind) = KNOWN_ADDRESSES.iter().find(|(known, _)| known.parse() == Ok(ip))?;
    Some(Service { host: None, port: None, kind: *kind })
}

/// Whether `host` serves revocation data, by its name.
pub fn is_revocation_host(host: &HostName) -> bool {
    let name = host.as_str();
    REVOCATION_HOSTS.contains(&name) || name.starts_with("crl.") || name.starts_with("ocsp.")
}

/// Whether `path` is a revocation list or an OCSP request.
pub fn is_revocation_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (_, ending) = lower.rsplit_once('.').unwrap_or_default();
    ending == "crl" || lower.starts_with("/security/pki/crl/") || lower.starts_with("/ocsp")
}

/// Whether `path` is Cisco's bundle of root certificates.
pub fn is_trust_bundle(path: &str) -> bool {
    path.ends_with("/ios_core.p7b")
}

/// Whether `host` is a public name of Cisco's.
pub fn is_cisco(host: &HostName) -> bool {
    host.is_under("cisco.com")
}

/// A target that is known: what it is, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub service: Service,
    pub found_by: FoundBy,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> Option<ServiceKind> {
        by_name(&HostName::new(name))
    }

    #[test]
    fn names_of_services() {
        assert_eq!(kind("smartreceiver.cisco.com"), Some(ServiceKind::SmartTransport));
        assert_eq!(kind("smartreceiver-stage.cisco.com"), Some(ServiceKind::SmartTransport));
        assert_eq!(kind("tools.cisco.com"), Some(ServiceKind::CallHome));
        assert_eq!(kind("cslu-local"), Some(ServiceKind::Cslu));
        assert_eq!(kind("www.cisco.com"), None);
        assert_eq!(kind("smartreceiver.cisco.com.example.net"), None);
    }

    #[test]
    fn search_suffixes_are_dropped() {
        let bare = |name: &str| without_suffix(&HostName::new(name)).map(|name| name.to_string());
        assert_eq!(bare("smartreceiver.cisco.com.cisco.com").as_deref(), Some("smartreceiver.cisco.com"));
        assert_eq!(bare("tools.cisco.com.lab.example").as_deref(), Some("tools.cisco.com"));
        assert_eq!(bare("cslu-local.cisco.com").as_deref(), Some("cslu-local"));
        assert_eq!(bare("www.cisco.com.lab.example"), None);
    }

    #[test]
    fn paths_of_services() {
        assert_eq!(by_path("/cslu/v1/pi", Some(8182)), Some(ServiceKind::Cslu));
        assert_eq!(by_path("/cslu/v1/pi/ACCOUNT-1", Some(80)), Some(ServiceKind::OnPrem));
        assert_eq!(by_path("/cslu/v1/picture", Some(80)), None);
        assert_eq!(by_path("/SmartTransport", None), Some(ServiceKind::OnPrem));
        assert_eq!(by_path("/", Some(8182)), None);
    }
}
