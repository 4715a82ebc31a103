//! One attempt.

use crate::attempt::{self, StageName};
use crate::diagnose::{self, Judged, StageStatus};
use crate::report::model::{
    Attempt, Dns, Event, Http, Icmp, Lookup, Open, Peer, Place, Proxy, Service, Stage, Stages, Tcp, Tls,
    Verdict,
};

use super::frames;

impl Attempt {
    /// What the report says of an attempt, with a ladder of at most `rungs` rungs.
    pub(in crate::report) fn of(judged: &Judged, rungs: usize) -> Self {
        let attempt = &judged.attempt;
        let flow = attempt.flow.as_deref();
        Self {
            id: attempt.id as u64,
            start: frames::time(attempt.first),
            end: frames::time(attempt.last),
            client: Place { ip: attempt.client.to_string(), port: flow.map(|flow| flow.client.port) },
            peer: attempt.peer.map(Into::into),
            service: Some((&attempt.service).into()),
            found_by: attempt.found_by.name(),
            tcp_stream: flow.and_then(|flow| flow.stream),
            direction: attempt.shown().name(),
            frames: attempt.frames,
            first_frame: frames::number(attempt.first.frame),
            first_file: None,
            last_frame: frames::number(attempt.last.frame),
            last_file: None,
            outcome: Open(judged.verdict.outcome()),
            verdict: Verdict::of(&judged.verdict, &judged.actions(), &judged.wireshark_filter()),
            stages: stages(&judged.stages()),
            dns: Dns { lookups: attempt.lookups.iter().map(Lookup::from).collect() },
            arp: attempt.arp.as_ref().map(Into::into),
            icmp: icmp(attempt),
            tcp: flow.map(Tcp::from),
            proxy: attempt.proxy.as_deref().map(Proxy::from),
            tls: tls(judged),
            http: attempt.http.as_deref().map(Http::from),
            events: judged.events(rungs).iter().map(Event::from).collect(),
        }
    }
}

impl From<attempt::Peer> for Peer {
    fn from(peer: attempt::Peer) -> Self {
        Self { ip: peer.endpoint.ip.to_string(), port: peer.endpoint.port, role: peer.role.name() }
    }
}

impl From<&attempt::Service> for Service {
    fn from(service: &attempt::Service) -> Self {
        Self {
            host: service.host.as_ref().map(ToString::to_string),
            port: service.port,
            kind: service.kind.name(),
        }
    }
}

/// Errors about its connection and about its DNS queries, in capture order.
fn icmp(attempt: &attempt::Attempt) -> Vec<Icmp> {
    let of_queries =
        attempt.lookups.iter().flat_map(|lookup| &lookup.queries).filter_map(|query| query.icmp.as_deref());
    let of_flow = attempt.flow.iter().flat_map(|flow| &flow.icmp);
    let mut errors: Vec<Icmp> = of_queries.chain(of_flow).map(Icmp::from).collect();
    errors.sort_by_key(|error| error.frame.number);
    errors
}

/// All six, whatever the analysis says of them.
fn stages(found: &[diagnose::Stage]) -> Stages {
    let stage =
        |name: StageName| found.iter().find(|stage| stage.name == name).map_or_else(not_seen, Stage::from);
    Stages {
        dns: stage(StageName::Dns),
        arp: stage(StageName::Arp),
        tcp: stage(StageName::Tcp),
        proxy: stage(StageName::Proxy),
        tls: stage(StageName::Tls),
        http: stage(StageName::Http),
    }
}

fn not_seen() -> Stage {
    let status = Open(StageStatus::NotSeen);
    Stage { status, duration_ms: None, frames: Vec::new(), files: Vec::new(), detail: None }
}

impl From<&diagnose::Stage> for Stage {
    fn from(stage: &diagnose::Stage) -> Self {
        Self {
            status: Open(stage.status),
            duration_ms: stage.duration.map(crate::model::Span::as_millis),
            frames: stage.frames.iter().copied().map(frames::number).collect(),
            files: Vec::new(),
            detail: (!stage.detail.is_empty()).then(|| stage.detail.clone()),
        }
    }
}

/// The handshake, each certificate with what is wrong with it.
fn tls(judged: &Judged) -> Option<Tls> {
    let mut tls = judged.attempt.tls.as_deref().map(Tls::from)?;
    for (certificate, flaws) in tls.certificates.iter_mut().zip(judged.certificate_flaws()) {
        certificate.flaws = flaws.iter().map(|flaw| flaw.name()).collect();
    }
    Some(tls)
}
