//! Samples that began before their capture, or from which it missed packets: what is left decides, and never wrongly.

use std::fs;
use std::ops::RangeInclusive;

use slp_pcap::attempt::Scope;
use slp_pcap::diagnose::{Analysis, Confidence};

/// A capture's records, header and all, in microseconds and least significant octet first.
struct Capture {
    header: Vec<u8>,
    records: Vec<Vec<u8>>,
}

impl Capture {
    fn of(sample: &str) -> Self {
        let octets = fs::read(format!("samples/{sample}")).expect("a sample");
        let (header, mut rest) = octets.split_at(24);
        let mut records = Vec::new();
        while let Some(length) = rest.get(8..12) {
            let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
            let (record, behind) = rest.split_at(16 + length);
            records.push(record.to_vec());
            rest = behind;
        }
        Self { header: header.to_vec(), records }
    }

    /// The same with frames `kept` alone, without those `lost`, numbered from 1.
    fn left(sample: &str, kept: RangeInclusive<usize>, lost: &[usize]) -> Self {
        let Self { header, records } = Self::of(sample);
        let records =
            (1..).zip(records).filter(|(number, _)| kept.contains(number) && !lost.contains(number));
        Self { header, records: records.map(|(_, record)| record).collect() }
    }

    fn analysis(&self) -> Analysis {
        let octets = [self.header.clone(), self.records.concat()].concat();
        slp_pcap::analyze(&octets[..], &Scope::default()).expect("a capture").analysis
    }

    /// Verdict and number of attempts; nothing that is left may be called certain.
    fn found(&self) -> (&'static str, usize) {
        let analysis = self.analysis();
        let code = analysis.verdict.diagnostic.code;
        assert_ne!(analysis.verdict.confidence, Confidence::Certain, "{code}");
        (code, analysis.attempts_total)
    }
}

const ALL: RangeInclusive<usize> = 1..=usize::MAX;
const SAME: &str = "ok-proxy-auth-same-connection.pcap";
const TWO: &str = "ok-error-survived.pcap";

#[test]
fn a_connection_that_began_with_the_proxy_s_answer_goes_on_behind_it() {
    for (start, at) in [(8, "the 407"), (12, "the middle of its page"), (20, "the CONNECT"), (21, "the 200")]
    {
        assert_eq!(Capture::left(SAME, start..=99, &[]).found(), ("ok", 1), "from {at} on");
    }
    let rejected = Capture::left("tls-version-rejected-proxy.pcap", 8..=99, &[]);
    assert_eq!(rejected.found(), ("tls-version-rejected", 1));
}

#[test]
fn a_capture_that_begins_inside_a_message_finds_the_next() {
    // The end of the first request, its answer, and an exchange that is there.
    for start in [7, 8, 12, 13] {
        assert_eq!(Capture::left(TWO, start..=99, &[]).found(), ("ok", 1), "from frame {start} on");
    }
    // The last answer did not come.
    assert_eq!(Capture::left(TWO, 12..=99, &[18, 20]).found().0, "inconclusive-unreadable");
    assert_eq!(Capture::left(TWO, 12..=17, &[]).found().0, "inconclusive-capture-ended");
    // The middle of the answer's page shares its segment with nothing, and is none.
    let mut begun = Capture::left(TWO, 12..=99, &[]);
    begun.cut_front(0, 300);
    assert_eq!(begun.found(), ("ok", 1));
}

#[test]
fn a_tunnel_stands_although_its_connect_was_missed() {
    assert_eq!(Capture::left(SAME, ALL, &[6]).found(), ("ok", 1));
    assert_eq!(Capture::left(SAME, ALL, &[6, 20]).found(), ("ok", 1));
    assert_eq!(Capture::left("tls-reset-proxy.pcap", ALL, &[6]).found(), ("tls-reset", 1));
    assert_eq!(Capture::left("ok-proxy-hello-with-connect.pcap", ALL, &[6]).found().0, "ok");
}

#[test]
fn a_hello_behind_missed_packets_shows_that_the_proxy_opened_the_way() {
    assert_eq!(Capture::left(SAME, ALL, &[21]).found(), ("ok", 1));
    assert_eq!(Capture::left(SAME, ALL, &[20, 21]).found(), ("ok", 1));
    // Whoever speaks too early, and is refused, looks the same up to there.
    let reset = Capture::left("tls-reset-proxy.pcap", ALL, &[8]);
    assert_eq!(reset.found(), ("inconclusive-unreadable", 1));
}

#[test]
fn a_log_on_round_that_the_capture_cuts_off_is_no_failure() {
    assert_eq!(Capture::left(SAME, 1..=20, &[]).found(), ("inconclusive-capture-ended", 1));
    assert_eq!(Capture::left(SAME, 8..=20, &[]).found(), ("inconclusive-capture-ended", 1));
    let credentials_missed = Capture::left("ok-proxy-auth-new-connection.pcap", ALL, &[26]);
    assert_eq!(credentials_missed.found(), ("ok", 1));
}

#[test]
fn a_known_proxy_s_answer_is_its_own_without_the_request() {
    let mut twice = Capture::of("proxy-redirected.pcap");
    let mut again = Capture::left("proxy-redirected.pcap", 3..=99, &[6]);
    again.later(30, 60_396, 60_397);
    twice.records.append(&mut again.records);
    let codes: Vec<&str> = twice.analysis().attempts.iter().map(|one| one.verdict.diagnostic.code).collect();
    assert_eq!(codes, ["proxy-redirected", "proxy-redirected"]);
}

#[test]
fn an_answer_acknowledges_what_it_answers() {
    const REQUESTS: &str = "ok-two-requests.pcap";
    const FROM_SWITCH: [usize; 20] =
        [1, 3, 5, 7, 8, 11, 13, 15, 18, 19, 21, 22, 23, 27, 28, 29, 30, 34, 35, 37];
    assert_eq!(Capture::left(REQUESTS, ALL, &FROM_SWITCH).found(), ("ok", 1));
    // The first answer is there, and the server acknowledges a second request.
    assert_eq!(Capture::left(REQUESTS, 1..=31, &FROM_SWITCH).found(), ("inconclusive-one-way", 1));
    assert_eq!(Capture::left(REQUESTS, ALL, &[28, 29, 30, 32, 33]).found(), ("inconclusive-unreadable", 1));
}

#[test]
fn no_wait_is_known_across_a_step_back_of_the_clock() {
    let mut pending = Capture::left("ok-direct-12.pcap", 1..=24, &[]);
    assert_eq!(pending.found(), ("inconclusive-capture-ended", 1));
    for record in &mut pending.records[20..] {
        let time = u32::from_le_bytes(record[..4].try_into().unwrap()) - 30;
        record[..4].copy_from_slice(&time.to_le_bytes());
    }
    assert_eq!(pending.found(), ("inconclusive-capture-ended", 1));
}

impl Capture {
    /// Drops the first `octets` of the payload of a record without TCP options, as if its sender had sent them before the capture.
    fn cut_front(&mut self, record: usize, octets: usize) {
        const HEADERS: usize = 16 + 14 + 20;
        let record = &mut self.records[record];
        let payload = HEADERS + usize::from(record[HEADERS + 12] >> 4) * 4;
        record.drain(payload..payload + octets);
        let lower = |record: &mut Vec<u8>, at: usize| {
            let length = u32::from_le_bytes(record[at..at + 4].try_into().unwrap());
            record[at..at + 4].copy_from_slice(&(length - u32::try_from(octets).unwrap()).to_le_bytes());
        };
        lower(record, 8);
        lower(record, 12);
        let total = u16::from_be_bytes([record[32], record[33]]) - u16::try_from(octets).unwrap();
        record[32..34].copy_from_slice(&total.to_be_bytes());
        let seq = u32::from_be_bytes(record[HEADERS + 4..HEADERS + 8].try_into().unwrap());
        let seq = seq.wrapping_add(u32::try_from(octets).unwrap());
        record[HEADERS + 4..HEADERS + 8].copy_from_slice(&seq.to_be_bytes());
    }

    /// The same connection `seconds` later and with another port of the client's.
    fn later(&mut self, seconds: u32, port: u16, other: u16) {
        for record in &mut self.records {
            let time = u32::from_le_bytes(record[..4].try_into().unwrap()) + seconds;
            record[..4].copy_from_slice(&time.to_le_bytes());
            for at in [50, 52] {
                if record[at..at + 2] == port.to_be_bytes() {
                    record[at..at + 2].copy_from_slice(&other.to_be_bytes());
                }
            }
        }
    }
}
