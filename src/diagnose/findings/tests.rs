//! Rules that no sample fires: facts of a sample, changed by hand to what the lab has no case for.

use std::fs::File;
use std::sync::Arc;

use smallvec::smallvec;

use super::{Finding, Judged, OfAttempt, Whole, certificate, connect, devices, servers, tls, transfer};
use crate::attempt::{Resolution, Scope};
use crate::diagnose::ok::OK;
use crate::diagnose::{Analysis, Diagnostic};
use crate::flow::{Flow, Segment, SegmentClass};
use crate::model::{At, Direction, FrameNumber, MacAddress, Span, Timestamp, Transmissions};
use crate::proto::tls::Version;
use crate::proto::x509::Certificate;

fn analysis(sample: &str) -> (Analysis, crate::capture::CaptureFacts) {
    let file = File::open(format!("samples/{sample}")).expect("a sample");
    let found = crate::analyze(file, &Scope::default()).expect("a capture");
    (found.analysis, found.capture)
}

fn judged(sample: &str) -> Judged {
    analysis(sample).0.attempts.pop().expect("an attempt")
}

/// `sample`'s attempt, with `change` applied.
fn changed(sample: &str, change: impl FnOnce(&mut Judged)) -> Judged {
    let mut judged = judged(sample);
    change(&mut judged);
    judged
}

/// What `rule` finds: the code and the frames, with the sentence.
fn found(rule: OfAttempt, judged: &Judged) -> Option<(&'static str, Vec<u64>, String)> {
    rule(judged).map(told)
}

fn told(finding: Finding) -> (&'static str, Vec<u64>, String) {
    let frames = finding.evidence.iter().map(|evidence| evidence.at.frame.get()).collect();
    (finding.diagnostic.code, frames, finding.message)
}

fn flow(judged: &mut Judged) -> &mut Flow {
    judged.attempt.flow.as_mut().expect("a connection")
}

fn verdict(judged: &mut Judged, diagnostic: &'static Diagnostic) {
    judged.verdict.diagnostic = diagnostic;
}

/// The certificates of `ok-direct-12.pcap` with the one at `index` changed; they are complete in frame 16.
fn with_certificate(index: usize, change: impl FnOnce(&mut Certificate, Timestamp)) -> Judged {
    changed("ok-direct-12.pcap", |judged| {
        let tls = judged.attempt.tls.as_mut().expect("TLS");
        let (at, list) = tls.certificates.as_mut().expect("certificates");
        change(Arc::make_mut(list).get_mut(index).expect("a certificate"), at.time);
    })
}

fn at(frame: u64, millis: i64) -> At {
    At { frame: FrameNumber::new(frame), time: Timestamp(millis * 1_000_000) }
}

#[test]
fn a_certificate_that_expires_within_30_days() {
    let day = Span::seconds(86_400).0;
    let left = |days| with_certificate(0, |one, now| one.not_after = Timestamp(now.0 + days * day));
    let (code, frames, message) = found(certificate::expiring_soon, &left(29)).expect("29 days");
    assert_eq!((code, frames), ("certificate-expiring-soon", vec![16]));
    assert!(message.contains("29.0 days after the capture"), "{message}");
    assert!(found(certificate::expiring_soon, &left(31)).is_none());
    assert!(found(certificate::expiring_soon, &left(-1)).is_none(), "expired is another matter");
    let issuer = with_certificate(1, |one, now| one.not_after = Timestamp(now.0 + 5 * day));
    assert!(found(certificate::expiring_soon, &issuer).is_some(), "an issuer on the path");
}

#[test]
fn a_weak_signature_counts_but_on_a_root() {
    for weak in ["sha1WithRSAEncryption", "ecdsa-with-SHA1", "md5WithRSAEncryption"] {
        let judged = with_certificate(0, |one, _| weak.clone_into(&mut one.signature));
        let (code, frames, message) = found(certificate::weak_signature, &judged).expect(weak);
        assert_eq!((code, frames), ("certificate-weak-signature", vec![16]));
        assert!(message.ends_with(&format!("is signed with {weak}.")), "{message}");
    }
    let root = with_certificate(1, |one, _| {
        "sha1WithRSAEncryption".clone_into(&mut one.signature);
        one.self_signed = true;
    });
    assert!(found(certificate::weak_signature, &root).is_none());
}

#[test]
fn a_short_rsa_key_counts_and_a_short_curve_does_not() {
    let key = |name: &str, bits| {
        with_certificate(0, |one, _| {
            name.clone_into(&mut one.key);
            one.key_bits = Some(bits);
        })
    };
    let (code, frames, _) = found(certificate::weak_key, &key("RSA 1024", 1_024)).expect("a short key");
    assert_eq!((code, frames), ("certificate-weak-key", vec![16]));
    assert!(found(certificate::weak_key, &key("RSA 2048", 2_048)).is_none());
    assert!(found(certificate::weak_key, &key("EC P-256", 256)).is_none());
}

#[test]
fn an_old_version_that_was_accepted() {
    let chose = |version| {
        changed("ok-direct-12.pcap", |judged| {
            let tls = judged.attempt.tls.as_mut().expect("TLS");
            tls.server_hello.as_mut().expect("a ServerHello").1.version = version;
        })
    };
    let (code, frames, message) = found(tls::version_old, &chose(Version::TLS_1_1)).expect("TLS 1.1");
    // The ServerHello.
    assert_eq!((code, frames), ("tls-version-old", vec![10]));
    assert_eq!(message, "smartreceiver.cisco.com (203.0.113.81:443) chose TLS 1.1.");
    assert!(found(tls::version_old, &chose(Version::TLS_1_2)).is_none());
}

#[test]
fn inspection_counts_when_the_switch_goes_on() {
    assert!(found(tls::inspection_accepted, &judged("tls-intercepted-direct.pcap")).is_none(), "rejected");
    let accepted = changed("tls-intercepted-direct.pcap", |judged| verdict(judged, &OK));
    let (code, frames, message) = found(tls::inspection_accepted, &accepted).expect("accepted");
    // The Certificate is complete in the flight's last frame.
    assert_eq!((code, frames), ("tls-inspection-accepted", vec![19]));
    assert!(message.contains("which is not a CA that Cisco uses"), "{message}");
}

#[test]
fn the_next_hop_answers_late() {
    let resolution = |requests: Transmissions| {
        changed("ok-direct-12.pcap", |judged| {
            let (client, target) = (judged.attempt.client, "10.31.121.65".parse().expect("an address"));
            let reply = Some((at(3, 1_000), Some(MacAddress([2, 0, 0, 0, 0, 1]))));
            judged.attempt.arp = Some(Resolution { client, target, requests, reply });
        })
    };
    let late = resolution(smallvec![at(1, 0), at(2, 990)]);
    let (code, frames, message) = found(connect::arp_retried, &late).expect("two requests");
    assert_eq!((code, frames), ("arp-retried", vec![1, 2, 3]));
    assert_eq!(message, "10.31.121.65 answered 10.31.121.118 after 2 requests, 1.00 s after the first.");
    assert!(found(connect::arp_retried, &resolution(smallvec![at(1, 0)])).is_none());
    assert!(found(connect::arp_retried, &resolution(smallvec![at(1, 999), at(2, 999)])).is_none(), "at once");
}

/// Changes the segments of `flow`, each with its index.
fn change(flow: &mut Flow, mut one: impl FnMut(usize, &mut Segment)) {
    let segments = flow.segments.iter().enumerate().map(|(index, mut segment)| {
        one(index, &mut segment);
        segment
    });
    flow.segments = segments.collect();
}

#[test]
fn a_window_of_zero() {
    let full = changed("ok-direct-12.pcap", |judged| {
        let flow = flow(judged);
        let from_server =
            |segment: &Segment| segment.direction == Direction::FromServer && !segment.flags.syn();
        let first = flow.segments.iter().position(|segment| from_server(&segment)).expect("a segment");
        change(flow, |index, segment| segment.window *= u16::from(index != first));
        flow.from_server.zero_windows = 1;
    });
    let (code, frames, message) = found(transfer::zero_window, &full).expect("zero");
    // The server's acknowledgement of the ClientHello.
    assert_eq!((code, frames), ("tcp-zero-window", vec![9]));
    assert_eq!(message, "203.0.113.81 announced a window of zero in 1 frame.");
}

#[test]
fn a_smaller_packet_gets_past_the_reported_link() {
    let blackhole = judged("tcp-mtu-blackhole-icmp.pcap");
    assert!(found(devices::mtu_trouble_survived, &blackhole).is_none(), "not survived");
    let survived = changed("tcp-mtu-blackhole-icmp.pcap", |judged| {
        verdict(judged, &OK);
        let flow = flow(judged);
        let (report, _) = flow.icmp.first().copied().expect("an ICMP error");
        change(flow, |_, segment| {
            let most = if report.before(segment.at) { 1_300 } else { u32::MAX };
            segment.ip_len = segment.ip_len.min(most);
        });
        flow.from_client.acknowledged = flow.from_client.stream.end();
    });
    let (code, frames, message) = found(devices::mtu_trouble_survived, &survived).expect("survived");
    assert_eq!((code, frames[0]), ("mtu-trouble-survived", 18));
    assert!(message.contains("MTU of 1300 octets"), "{message}");
}

#[test]
fn a_large_packet_goes_on_in_smaller_ones() {
    let survived = |times: usize| {
        changed("tcp-mtu-blackhole-to-peer.pcap", |judged| {
            verdict(judged, &OK);
            let flow = flow(judged);
            let large = |s: &Segment| s.direction == Direction::FromClient && s.ip_len > 1_280;
            let same = flow.segments.iter().enumerate().filter(|(_, segment)| large(segment)).nth(times);
            let (small, _) = same.expect("one more");
            change(flow, |index, segment| {
                if index == small {
                    (segment.ip_len, segment.len, segment.class) = (576, 536, SegmentClass::Retransmission);
                }
            });
            flow.from_client.acknowledged = flow.from_client.stream.end();
        })
    };
    let (code, frames, message) = found(devices::mtu_trouble_survived, &survived(2)).expect("survived");
    // Sent in full in 17 and 20; 21 is the one made smaller.
    assert_eq!((code, frames), ("mtu-trouble-survived", vec![17, 20, 21]));
    assert!(message.starts_with("10.31.121.118 sent a large packet twice"), "{message}");
    assert!(found(devices::mtu_trouble_survived, &survived(1)).is_none(), "once may be plain loss");
}

#[test]
fn a_ttl_far_off_betrays_a_middlebox_without_any_id() {
    let reset = |ttl| {
        changed("tcp-reset.pcap", |judged| {
            flow(judged).from_server.resets.first_mut().expect("a RST").ttl = ttl;
        })
    };
    for ttl in [66, 60, 255, 1] {
        let (code, frames, _) = found(devices::reset_by_middlebox, &reset(ttl)).expect("far off");
        assert_eq!((code, frames), ("reset-by-middlebox", vec![8]));
    }
    for ttl in [61, 63, 65] {
        assert!(found(devices::reset_by_middlebox, &reset(ttl)).is_none(), "{ttl}");
    }
}

#[test]
fn two_servers_answer_differently() {
    let answers_of = |address: Option<&str>| {
        let (mut analysis, capture) = analysis("ok-dns-second-server.pcap");
        let queries = &mut analysis.attempts[0].attempt.lookups[0].queries;
        let mut first = queries[1].response.clone().expect("an answer");
        first.at = at(4, 0);
        first.addresses = address.into_iter().map(|ip| ip.parse().expect("an address")).collect();
        queries[0].response = Some(first);
        let whole = Whole { judged: &analysis.attempts, mentions: &[], inbound: &[], capture: &capture };
        servers::answers_differ(&whole).into_iter().map(told).next()
    };
    let (code, frames, message) = answers_of(Some("192.0.2.1")).expect("another address");
    assert_eq!((code, frames), ("dns-answers-differ", vec![4, 6]));
    assert_eq!(
        message,
        "For smartreceiver.cisco.com, 10.31.104.74 answered 192.0.2.1 and 10.31.104.75 answered 203.0.113.81."
    );
    assert!(answers_of(None).expect("no address").2.contains("NoError without an address"));
    assert!(answers_of(Some("203.0.113.81")).is_none(), "the same");
}
