//! An attempt's own strings, and those of its stages and events.

use super::Redact;
use crate::report::model::{Attempt, Dns, Event, Missing, Peer, Place, Service, Stage, Stages};
use crate::report::redact::Redactor;

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
