//! A report for the renderers' tests: squid refuses CONNECT, and an earlier attempt found the proxy deaf.

use super::model::{
    Action, Attempt, Capture, CaptureVerdict, CaptureWarning, Certificate, Client, CodeCount, Dns, Event,
    Evidence, Finding, Frame, Lookup, Open, Peer, Place, Proxy, Query, Report, Service, Stage, Stages, Tcp,
    Time, Tls, TlsAlert, Tool, Verdict,
};
use crate::attempt::StageName;
use crate::diagnose::{self, Confidence, Diagnostic, Kind, Outcome, Party, Severity, StageStatus};
use crate::model::Timestamp;

pub(super) static FORBIDDEN: Diagnostic = Diagnostic {
    code: "proxy-forbidden",
    stage: Some(StageName::Proxy),
    kind: Kind::Verdict(&[]),
    title: "The proxy refuses to connect the switch to the service",
    explanation: "The proxy understood CONNECT and answered 403 or 451: its rules do not let this client reach this name.",
    party: Party::Proxy,
    reported_as: &["Communications failure"],
    confirm: &[diagnose::Action {
        text: "Read the proxy's log for the switch's address.",
        commands: &["telnet {proxy} {proxy_port}"],
    }],
    filter: "http.response.code == 403",
    fix: &[diagnose::Action { text: "Allow CONNECT to {host}:{port} for the switch.", commands: &[] }],
    references: &["RFC 9110 section 9.3.6"],
};

pub(super) static OK: Diagnostic = Diagnostic {
    code: "ok",
    stage: None,
    kind: Kind::Verdict(&[]),
    title: "The service answered",
    explanation: "The service answered the switch's request.",
    party: Party::Unknown,
    reported_as: &[],
    confirm: &[],
    filter: "",
    fix: &[],
    references: &[],
};

const START: i64 = 1_737_733_318_123_456_000;
const CSSM: &str = "smartreceiver.cisco.com";

fn time(millis: i64) -> Time {
    Timestamp(START + millis * 1_000_000).into()
}

pub(super) fn report() -> Report {
    Report {
        schema: Report::SCHEMA,
        tool: Tool::THIS,
        capture: capture(),
        outcome: Open(Outcome::Failed),
        verdict: CaptureVerdict { verdict: forbidden(), attempt: Some(2) },
        other_codes: vec![CodeCount { code: "tcp-syn-timeout", count: 1 }],
        clients: vec![Client {
            addresses: vec!["10.31.121.118".into()],
            outcome: Open(Outcome::Failed),
            attempts: 2,
            ok: 0,
            failed: 2,
        }],
        candidates: Vec::new(),
        attempts_total: 2,
        attempts_omitted: 0,
        attempts: vec![
            attempt(1, tcp_timeout(), [StageStatus::Failed, StageStatus::NotReached]),
            attempt(2, forbidden(), [StageStatus::Ok, StageStatus::Failed]),
        ]
        .into(),
        lookups: Vec::new(),
        findings: vec![Finding {
            code: "proxy-product-named",
            severity: Open(Severity::Info),
            attempt: Some(2),
            message: "The proxy's headers name squid/5.7 on the host proxy.example.net, which may help its administrator".into(),
            evidence: vec![evidence(8, 12, "Server: squid/5.7")],
        }],
        shortcomings: Vec::new(),
        transcript: None,
        correlations: Vec::new(),
    }
}

fn capture() -> Capture {
    Capture {
        file: "flash-export.pcap".into(),
        files: Vec::new(),
        inputs: Vec::new(),
        sha256: Some("00".repeat(32)),
        format: "pcap",
        compression: None,
        link_types: vec!["ethernet".into()],
        frames: 412,
        bytes: 98_123,
        clock: "absolute",
        first: Some(time(0)),
        last: Some(time(11_200)),
        duration_s: Some(11.2),
        cut_frames: 0,
        direction: Some("both"),
        warnings: vec![CaptureWarning {
            code: "capture-cut-short",
            message: "The file ends inside a packet record at offset 98,100; export it again if the last seconds matter".into(),
            frame: Some(412),
            file: None,
        }],
    }
}

fn evidence(frame: u64, millis: i64, note: &str) -> Evidence {
    let place = Frame::from(frame).into();
    Evidence { place, time: Some(time(millis)), source_index: None, note: note.into() }
}

fn forbidden() -> Verdict {
    Verdict {
        code: FORBIDDEN.code,
        stage: Some(Open(StageName::Proxy)),
        title: FORBIDDEN.title,
        summary: "The proxy 192.168.217.105:80 (squid/5.7) answered the switch's CONNECT to smartreceiver.cisco.com:443 \
                  with 403 Forbidden after 4 ms."
            .into(),
        confidence: Open(Confidence::Certain),
        party: Open(Party::Proxy),
        reported_as: vec!["Communications failure", "Fail to send out Call Home HTTP message"],
        evidence: vec![
            evidence(7, 8, "CONNECT smartreceiver.cisco.com:443 HTTP/1.1"),
            evidence(8, 12, "HTTP/1.1 403 Forbidden, X-Squid-Error: ERR_ACCESS_DENIED 0, so an access rule of the proxy decided"),
        ],
        actions: vec![
            Action {
                text: "Ask the proxy's administrator to allow CONNECT to smartreceiver.cisco.com:443 from 10.31.121.118.".into(),
                commands: vec![],
            },
            Action {
                text: "Then have the switch try again and look at the result.".into(),
                commands: vec!["license smart sync all".into(), "show license history message | include REQUEST".into()],
            },
        ],
        wireshark_filter: Some(
            "ip.addr == 10.31.121.118 && tcp.port == 50212 && ip.addr == 192.168.217.105 && frame.number >= 3 && frame.number <= 26"
                .into(),
        ),
    }
}

fn tcp_timeout() -> Verdict {
    Verdict {
        code: "tcp-syn-timeout",
        stage: Some(Open(StageName::Tcp)),
        title: "Nothing answers the SYN",
        summary: "192.168.217.105:80 did not answer 3 SYNs in 6.0 s.".into(),
        confidence: Open(Confidence::Likely),
        party: Open(Party::Network),
        reported_as: vec!["Connection timed out"],
        evidence: vec![evidence(3, 1, "SYN"), evidence(5, 2001, "the same SYN again")],
        actions: vec![],
        wireshark_filter: Some("ip.addr == 10.31.121.118 && tcp.port == 50211".into()),
    }
}

fn stage(status: StageStatus, duration_ms: Option<f64>, detail: &str) -> Stage {
    let detail = (!detail.is_empty()).then(|| detail.to_owned());
    Stage { status: Open(status), duration_ms, frames: vec![7, 8], files: Vec::new(), detail }
}

fn attempt(id: u64, verdict: Verdict, [tcp, proxy]: [StageStatus; 2]) -> Attempt {
    Attempt {
        id,
        start: Some(time(1)),
        end: Some(time(30)),
        client: Place { ip: "10.31.121.118".into(), port: Some(50_210) },
        peer: Some(Peer { ip: "192.168.217.105".into(), port: 80, role: "proxy" }),
        service: Some(Service { host: Some(CSSM.into()), port: Some(443), kind: "smart-transport" }),
        found_by: "connect-target",
        tcp_stream: Some(3),
        direction: "both",
        frames: 24,
        first_frame: 3,
        first_file: None,
        last_frame: 26,
        last_file: None,
        outcome: Open(Outcome::Failed),
        verdict,
        stages: Stages {
            dns: stage(StageStatus::NotNeeded, None, "the proxy is configured by address"),
            arp: stage(StageStatus::NotSeen, None, ""),
            tcp: stage(tcp, Some(3.4), "SYN, SYN-ACK, ACK"),
            proxy: stage(
                proxy,
                Some(4.2),
                "CONNECT smartreceiver.cisco.com:443 answered with 403 Forbidden by squid/5.7",
            ),
            tls: stage(StageStatus::NotReached, None, ""),
            http: stage(StageStatus::NotReached, None, ""),
        },
        dns: dns(),
        arp: None,
        icmp: Vec::new(),
        tcp: Some(connection()),
        proxy: Some(connect()),
        tls: Some(tls()),
        http: None,
        events: vec![
            event(7, 8, true, "CONNECT smartreceiver.cisco.com:443"),
            event(
                8,
                12,
                false,
                "HTTP/1.1 403 Forbidden with a body that goes on for a while about what the cache says",
            ),
        ],
    }
}

fn dns() -> Dns {
    let query = Query {
        name: CSSM.into(),
        record_type: "A".into(),
        server: "10.31.104.74".into(),
        rcode: Some("NoError".into()),
        answers: vec!["203.0.113.81".into()],
        answer_frame: Some(2),
        answer_file: None,
        frames: vec![1, 2],
        files: Vec::new(),
    };
    Dns { lookups: vec![Lookup { name: CSSM.into(), purpose: "service", queries: vec![query] }] }
}

fn connection() -> Tcp {
    Tcp {
        syn_count: 1,
        rtt_ms: Some(3.4),
        mss: Some(1460),
        retransmissions: 2,
        out_of_order: 0,
        duplicates: 0,
        missing_bytes: 0,
        client_bytes: 517,
        server_bytes: 3891,
        closed_by: Some("server"),
        close: Some("fin"),
    }
}

fn connect() -> Proxy {
    Proxy {
        target: Some("smartreceiver.cisco.com:443".into()),
        status: Some(403),
        reason: Some("Forbidden".into()),
        headers: [("via".into(), "1.1 proxy.example.net (squid/5.7)".into())].into(),
        auth_schemes: Vec::new(),
        product: Some("squid/5.7".into()),
    }
}

fn tls() -> Tls {
    let certificate = Certificate {
        subject: "CN=smartreceiver.cisco.com, O=Cisco Systems Inc., C=US".into(),
        issuer: "CN=HydrantID Server CA O1".into(),
        common_name: Some(CSSM.into()),
        issuer_common_name: Some("HydrantID Server CA O1".into()),
        names: vec![CSSM.into()],
        not_before: Some(Timestamp::from_parts(1_700_000_000, 0).into()),
        not_after: Some(Timestamp::from_parts(1_800_000_000, 0).into()),
        key: Some("RSA 2048".into()),
        signature: Some("sha256WithRSAEncryption".into()),
        sha256: None,
        flaws: vec!["unknown-issuer"],
    };
    let alert = TlsAlert {
        frame: 21.into(),
        from: "client",
        level: Some("fatal".into()),
        description: Some("unknown_ca".into()),
        encrypted: false,
    };
    Tls {
        server_name: Some(CSSM.into()),
        offered_versions: vec!["TLS 1.2".into()],
        version: Some("TLS 1.2".into()),
        cipher_suite: Some("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384".into()),
        offered_cipher_suites: vec!["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384".into()],
        alpn: None,
        resumed: Some(false),
        ja4: None,
        alerts: vec![alert],
        certificates: vec![certificate],
    }
}

fn event(frame: u64, millis: i64, outward: bool, text: &str) -> Event {
    let (switch, proxy) = ("10.31.121.118".to_owned(), "192.168.217.105".to_owned());
    let (from, to) = if outward { (switch, proxy) } else { (proxy, switch) };
    Event {
        frame: frame.into(),
        time: Some(time(millis)),
        source_index: None,
        from,
        to,
        text: text.into(),
        deciding: frame == 8,
        kind: "message",
        flags: Some("PSH, ACK".into()),
        bytes: Some(120),
        class: None,
        before: None,
    }
}
