//! What each protocol told about an attempt, a line or two each: for `-v`.

use super::canvas::Canvas;
use super::facts::day_and_time;
use super::numbers::{count, duration, size};
use super::page::Ink;
use crate::report::Zone;
use crate::report::model::{Attempt, Certificate, Http, Lookup, Proxy, Query, Tcp, Tls};

/// What each protocol told.
pub(super) fn protocols(canvas: &mut Canvas, attempt: &Attempt) {
    canvas.gap();
    for (name, text) in lines(attempt, canvas.page().zone) {
        let label = format!("{name:<6}");
        canvas.hanging(&[(Ink::Plain, "  "), (Ink::Faint, &label)], "        ", Ink::Plain, &text);
    }
}

/// The protocol and what it told, line by line.
pub(in crate::report) fn lines(attempt: &Attempt, zone: Zone) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let mut say = |name, text| lines.push((name, text));
    attempt.dns.lookups.iter().flat_map(lookup_lines).for_each(|line| say("dns", line));
    if let Some(arp) = &attempt.arp {
        let mac = arp.mac.as_deref().unwrap_or("no answer");
        say("arp", format!("{}: {}, {mac}", arp.target, count(arp.requests, "request")));
    }
    for icmp in &attempt.icmp {
        let mtu = icmp.mtu.map(|mtu| format!(", MTU {mtu}")).unwrap_or_default();
        let place = format!("from {}{mtu}, frame {}", icmp.from, icmp.frame);
        say("icmp", format!("type {} code {} {place}", icmp.kind, icmp.code));
    }
    attempt.tcp.iter().for_each(|tcp| say("tcp", tcp_text(tcp)));
    attempt.proxy.iter().for_each(|proxy| say("proxy", proxy_text(proxy)));
    attempt.tls.iter().flat_map(|tls| tls_lines(tls, zone)).for_each(|line| say("tls", line));
    attempt.http.iter().for_each(|http| say("http", http_text(http)));
    lines
}

fn lookup_lines(lookup: &Lookup) -> Vec<String> {
    let line = |query: &Query| {
        let answers = query.answers.join(" ");
        let rcode = query.rcode.as_deref().unwrap_or("no answer");
        format!("{} {} at {}: {rcode} {answers}", query.name, query.record_type, query.server)
    };
    lookup.queries.iter().map(line).collect()
}

fn tcp_text(tcp: &Tcp) -> String {
    let mut parts = vec![count(tcp.syn_count, "SYN")];
    parts.extend(tcp.rtt_ms.map(|rtt| format!("RTT {}", duration(rtt))));
    parts.extend(tcp.mss.map(|mss| format!("MSS {mss}")));
    parts.push(format!("{} sent, {} received", size(tcp.client_bytes), size(tcp.server_bytes)));
    let troubles = [
        (tcp.retransmissions, "retransmission"),
        (tcp.out_of_order, "late segment"),
        (tcp.duplicates, "duplicate"),
        (tcp.missing_bytes, "missing byte"),
    ];
    parts
        .extend(troubles.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)));
    if let (Some(side), Some(close)) = (tcp.closed_by, tcp.close) {
        parts.push(format!("{close} by {side}"));
    }
    parts.join(", ")
}

fn proxy_text(proxy: &Proxy) -> String {
    let mut parts = Vec::new();
    parts.extend(proxy.target.as_ref().map(|target| format!("CONNECT {target}")));
    parts.extend(proxy.status.map(|status| format!("{status} {}", proxy.reason.as_deref().unwrap_or(""))));
    parts.extend(proxy.product.clone());
    if !proxy.auth_schemes.is_empty() {
        parts.push(format!("offers {}", proxy.auth_schemes.join(", ")));
    }
    parts.extend(proxy.headers.iter().map(|(name, value)| format!("{name}: {value}")));
    parts.join("; ")
}

fn tls_lines(tls: &Tls, zone: Zone) -> Vec<String> {
    let mut parts = Vec::new();
    if !tls.offered_versions.is_empty() {
        parts
            .push(tls.server_name.as_ref().map_or_else(|| "no SNI".to_owned(), |name| format!("SNI {name}")));
        parts.push(format!("offers {}", tls.offered_versions.join(", ")));
    }
    parts.extend(tls.version.as_ref().map(|version| format!("server chose {version}")));
    parts.extend(tls.cipher_suite.clone());
    let mut lines = Vec::new();
    if !parts.is_empty() {
        lines.push(parts.join("; "));
    }
    lines.extend(tls.certificates.iter().map(|certificate| certificate_text(certificate, zone)));
    lines.extend(tls.alerts.iter().map(|alert| {
        let what = alert.description.as_deref().unwrap_or("encrypted");
        format!("alert {what} from {} in frame {}", alert.from, alert.frame)
    }));
    lines
}

fn certificate_text(certificate: &Certificate, zone: Zone) -> String {
    let name = certificate.common_name.as_deref().unwrap_or(&certificate.subject);
    let issuer = certificate.issuer_common_name.as_deref().unwrap_or(&certificate.issuer);
    let mut parts = vec![format!("certificate {name}, issued by {issuer}")];
    if let (Some(from), Some(to)) = (certificate.not_before, certificate.not_after) {
        parts.push(format!("valid {} to {}", day_and_time(zone, from), day_and_time(zone, to)));
    }
    parts.extend(certificate.key.clone());
    parts.extend(certificate.flaws.iter().map(|flaw| flaw.replace('-', " ")));
    parts.join(", ")
}

fn http_text(http: &Http) -> String {
    let mut parts = vec![format!("{}, {} answered", count(http.exchanges, "request"), http.answered)];
    parts.extend(
        http.method.as_ref().map(|method| format!("{method} {}", http.path.as_deref().unwrap_or("?"))),
    );
    parts.extend(http.status.map(|status| format!("status {status}")));
    let amounts = [(http.request_bytes, "sent"), (http.response_bytes, "received")];
    parts.extend(amounts.iter().filter_map(|(octets, what)| Some(format!("{} {what}", size((*octets)?)))));
    if let Some(licensing) = &http.licensing {
        parts.extend(licensing.request_type.clone());
        parts.extend(licensing.status_code.clone());
        parts.extend(licensing.status_message.clone());
    }
    parts.join(", ")
}
