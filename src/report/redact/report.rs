//! The report's strings, one type after the other. Every field is named, so that a new one cannot be forgotten.

use super::{OMITTED, Redactor};
use super::{authorities, names};
use crate::report::model::{
    Action, Arp, Attempt, Candidate, Capture, CaptureVerdict, CaptureWarning, Certificate, Client, Dns,
    Event, Evidence, FileName, Finding, Frame, Http, Icmp, Licensing, Location, Lookup, MergedFile, Missing,
    Peer, Place, Proxy, Query, Report, Service, Shortcoming, Stage, Stages, Tcp, Tls, TlsAlert, Verdict,
};

/// Something with strings in it that may name the customer.
pub(super) trait Redact {
    fn redact(&mut self, by: &mut Redactor);
}

impl Redact for String {
    fn redact(&mut self, by: &mut Redactor) {
        *self = by.text(self);
    }
}

impl<T: Redact> Redact for Option<T> {
    fn redact(&mut self, by: &mut Redactor) {
        if let Some(one) = self {
            one.redact(by);
        }
    }
}

impl<T: Redact> Redact for Vec<T> {
    fn redact(&mut self, by: &mut Redactor) {
        for one in self {
            one.redact(by);
        }
    }
}

impl Redact for FileName {
    fn redact(&mut self, by: &mut Redactor) {
        let shown = by.names.file(self.path());
        self.clone_from(&Self::one(&shown));
    }
}

impl Redact for Frame {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { number: _, file } = self;
        file.redact(by);
    }
}

impl Redact for Location {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { frame: _, file, line: _ } = self;
        file.redact(by);
    }
}

impl Report {
    /// Takes out what names the customer.
    pub(super) fn redact(&mut self, by: &mut Redactor) {
        let Self {
            schema: _,
            tool: _,
            capture,
            outcome: _,
            verdict,
            other_codes: _,
            clients,
            candidates,
            attempts_total: _,
            attempts_omitted: _,
            attempts,
            lookups,
            findings,
            shortcomings,
            transcript,
            correlations,
        } = self;
        capture.redact(by);
        let CaptureVerdict { verdict, attempt: _ } = verdict;
        verdict.redact(by);
        clients.redact(by);
        candidates.redact(by);
        attempts.iter_mut().for_each(|attempt| attempt.redact(by));
        lookups.redact(by);
        findings.redact(by);
        for Shortcoming { code: _, message, evidence } in shortcomings {
            message.redact(by);
            evidence.redact(by);
        }
        transcript.redact(by);
        correlations.redact(by);
    }
}

impl Redact for Capture {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            file,
            files,
            inputs,
            sha256,
            format: _,
            compression: _,
            link_types: _,
            frames: _,
            bytes: _,
            first: _,
            last: _,
            clock: _,
            duration_s: _,
            cut_frames: _,
            direction: _,
            warnings,
        } = self;
        files.redact(by);
        inputs.redact(by);
        *file = match files.as_slice() {
            [] => by.names.file(file),
            several => several.iter().map(FileName::path).collect::<Vec<_>>().join(" + "),
        };
        *sha256 = None;
        for CaptureWarning { code: _, message, frame: _, file } in warnings {
            message.redact(by);
            file.redact(by);
        }
    }
}

impl Redact for MergedFile {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { file, sha256, format: _, compression: _, frames: _, bytes: _, first: _, last: _ } = self;
        file.redact(by);
        *sha256 = None;
    }
}

impl Redact for Verdict {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            code: _,
            stage: _,
            title: _,
            summary,
            confidence: _,
            party: _,
            reported_as: _,
            evidence,
            actions,
            wireshark_filter,
        } = self;
        summary.redact(by);
        evidence.redact(by);
        for Action { text, commands } in actions {
            text.redact(by);
            commands.redact(by);
        }
        if let Some(filter) = wireshark_filter {
            *filter = by.filter(filter);
        }
    }
}

impl Redact for Evidence {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { place, time: _, source_index: _, note } = self;
        place.redact(by);
        note.redact(by);
    }
}

impl Redact for Finding {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { code: _, severity: _, attempt: _, message, evidence } = self;
        message.redact(by);
        evidence.redact(by);
    }
}

impl Redact for Client {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { addresses, outcome: _, attempts: _, ok: _, failed: _ } = self;
        addresses.redact(by);
    }
}

impl Redact for Candidate {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { client, host, peer, code: _, count: _, first_frame: _, first_file, option } = self;
        first_file.redact(by);
        client.redact(by);
        host.redact(by);
        peer.redact(by);
        option.redact(by);
    }
}

impl Redact for Attempt {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            id: _,
            start: _,
            end: _,
            client,
            peer,
            service,
            found_by: _,
            tcp_stream: _,
            direction: _,
            frames: _,
            first_frame: _,
            first_file,
            last_frame: _,
            last_file,
            outcome: _,
            verdict,
            stages,
            dns,
            arp,
            icmp,
            tcp,
            proxy,
            tls,
            http,
            events,
        } = self;
        first_file.redact(by);
        last_file.redact(by);
        let Place { ip, port: _ } = client;
        ip.redact(by);
        peer.redact(by);
        service.redact(by);
        verdict.redact(by);
        stages.redact(by);
        let Dns { lookups } = dns;
        lookups.redact(by);
        arp.redact(by);
        icmp.redact(by);
        tcp.redact(by);
        proxy.redact(by);
        tls.redact(by);
        http.redact(by);
        events.redact(by);
    }
}

impl Redact for Peer {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { ip, port: _, role: _ } = self;
        ip.redact(by);
    }
}

impl Redact for Service {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { host, port: _, kind: _ } = self;
        host.redact(by);
    }
}

impl Redact for Stages {
    fn redact(&mut self, by: &mut Redactor) {
        let Self { dns, arp, tcp, proxy, tls, http } = self;
        for stage in [dns, arp, tcp, proxy, tls, http] {
            let Stage { status: _, duration_ms: _, frames: _, files, detail } = stage;
            files.redact(by);
            detail.redact(by);
        }
    }
}

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

impl Redact for Event {
    fn redact(&mut self, by: &mut Redactor) {
        let Self {
            frame,
            time: _,
            source_index: _,
            from,
            to,
            text,
            deciding: _,
            kind: _,
            flags: _,
            bytes: _,
            class: _,
            before,
        } = self;
        frame.redact(by);
        for Missing { from, to, bytes: _ } in before.iter_mut().flat_map(|before| &mut before.missing) {
            from.redact(by);
            to.redact(by);
        }
        from.redact(by);
        to.redact(by);
        text.redact(by);
    }
}
