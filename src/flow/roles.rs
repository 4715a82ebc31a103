//! Who is the client when no SYN tells.

use crate::model::Endpoint;

/// Ports that servers listen on: HTTPS, HTTP, CSLU, proxies (squid, tinyproxy, others), DNS, SSH, Telnet, SMTP, LDAP.
const SERVER_PORTS: [u16; 20] = [
    443, 80, 8182, 3128, 8080, 8888, 8443, 53, 22, 23, 25, 389, 636, 8000, 8081, 8118, 9443, 8181, 1080, 3129,
];

/// Whether `sender`, of whom the first frame is, looks like the client: the other one has a well-known server port or,
/// when neither or both have, the lower port. On equal ports the first sender is taken for the client.
pub(super) fn sender_is_client(sender: Endpoint, receiver: Endpoint) -> bool {
    let known = |endpoint: Endpoint| SERVER_PORTS.contains(&endpoint.port);
    match (known(sender), known(receiver)) {
        (true, false) => false,
        (false, true) => true,
        _ => sender.port >= receiver.port,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_tell_the_client() {
        let at = |port| Endpoint::new([10, 0, 0, 1].into(), port);
        assert!(sender_is_client(at(50000), at(443)));
        assert!(!sender_is_client(at(8182), at(1024)));
        assert!(!sender_is_client(at(9), at(10000)));
        assert!(sender_is_client(at(179), at(179)));
    }
}
