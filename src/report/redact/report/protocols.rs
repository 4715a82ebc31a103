//! What an attempt's protocols say: DNS, ARP, ICMP, TCP, proxy, TLS and HTTP.

use super::Redact;
use crate::report::model::{
    Arp, Certificate, Http, Icmp, Licensing, Lookup, Proxy, Query, Tcp, Tls, TlsAlert,
};
use crate::report::redact::{OMITTED, Redactor, authorities, names};

impl Redact for Lookup {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { name, purpose: _, queries } = self;
        name.redact(by);
        queries.redact(by);
    }
}

impl Redact for Query {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            name,
            record_type: _,
            server,
            rcode: _,
            answers,
            answer_frame: _,
            answer_file,
            frames: _,
            files,
        } = self;
        answer_file.redact(by);
        files.redact(by);
        name.redact(by);
        server.redact(by);
        answers.redact(by);
    }
}

impl Redact for Arp {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { target, requests: _, mac } = self;
        target.redact(by);
        mac.redact(by);
    }
}

impl Redact for Icmp {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { frame, from, kind: _, code: _, mtu: _ } = self;
        frame.redact(by);
        from.redact(by);
    }
}

impl Redact for Tcp {
    fn redact(&mut self, _: &mut Redactor) {
        let Self {
            syn_count: _,
            rtt_ms: _,
            mss: _,
            retransmissions: _,
            out_of_order: _,
            duplicates: _,
            missing_bytes: _,
            client_bytes: _,
            server_bytes: _,
            closed_by: _,
            close: _,
        } = self;
    }
}

impl Redact for Proxy {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { target, status: _, reason, headers, auth_schemes, product } = self;
        target.redact(by);
        reason.redact(by);
        for value in headers.values_mut() {
            value.redact(by);
        }
        auth_schemes.redact(by);
        product.redact(by);
    }
}

impl Redact for Tls {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            server_name,
            offered_versions: _,
            version: _,
            cipher_suite: _,
            offered_cipher_suites: _,
            alpn,
            resumed: _,
            ja4: _,
            alerts,
            certificates,
        } = self;
        server_name.redact(by);
        alpn.redact(by);
        for TlsAlert { frame, from: _, level: _, description: _, encrypted: _ } in alerts {
            frame.redact(by);
        }
        certificates.redact(by);
    }
}

impl Redact for Certificate {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            subject,
            issuer,
            common_name,
            issuer_common_name,
            names,
            not_before: _,
            not_after: _,
            key: _,
            signature: _,
            sha256,
            flaws: _,
        } = self;
        if !authorities::is_public(subject) || !authorities::is_public(issuer) {
            *sha256 = None;
        }
        private(subject, by);
        private(issuer, by);
        common_name.redact(by);
        issuer_common_name.redact(by);
        names.redact(by);
    }
}

/// A private name is shown as a whole or not at all.
fn private(name: &mut String, by: &mut Redactor) {
    if authorities::is_public(name) {
        return;
    }
    let shown = by.text(name);
    *name = if shown == *name && !names::is_public(name) { OMITTED.to_owned() } else { shown };
}

impl Redact for Http {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            exchanges: _,
            answered: _,
            method,
            path,
            status: _,
            request_bytes: _,
            response_bytes: _,
            licensing,
        } = self;
        method.redact(by);
        path.redact(by);
        if let Some(Licensing { request_type, status_code, status_message }) = licensing {
            request_type.redact(by);
            status_code.redact(by);
            status_message.redact(by);
        }
    }
}
