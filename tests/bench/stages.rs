//! `cargo bench`: the stages apart, and the whole, on a capture made in code. Throughput counts the capture's octets.

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use slp_pcap::attempt::{Collector, Scope};
use slp_pcap::capture::{CaptureReader, Frame};
use slp_pcap::flow::{Flow, FlowTable};
use slp_pcap::net::Decoder;
use slp_pcap::proto::tls::{Message, RecordHeader};

// The tool uses more of it.
#[allow(dead_code)]
mod traffic;

use traffic::Traffic;

/// Small enough for a run in a minute, large enough that start-up does not count.
const OCTETS: usize = 4 << 20;

fn stages(criterion: &mut Criterion) {
    let traffic = Traffic::of(OCTETS);
    answers_are_right(&traffic);
    let capture = &traffic.octets[..];
    let flows = flows(capture);
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Bytes(capture.len() as u64)).sample_size(20);
    group.bench_function("read", |bench| bench.iter(|| each_frame(capture, |frame| _ = black_box(frame))));
    group.bench_function("link", |bench| {
        bench.iter(|| {
            let mut decoder = Decoder::new();
            each_frame(capture, |frame| _ = black_box(decoder.decode(frame)));
        });
    });
    group.bench_function("flow", |bench| bench.iter(|| black_box(self::flows(capture))));
    group.bench_function("tls", |bench| {
        bench.iter(|| flows.iter().for_each(|flow| _ = black_box(first_message(flow))));
    });
    group.bench_function("attempts", |bench| {
        let all = Scope { all: true, ..Scope::default() };
        bench.iter(|| {
            let mut collector = Collector::new(all.clone());
            flows.iter().cloned().for_each(|flow| collector.take_flow(flow));
            black_box(collector.finish())
        });
    });
    for (name, all) in [("whole", false), ("whole, --all", true)] {
        let scope = Scope { all, ..Scope::default() };
        group.bench_function(name, |bench| bench.iter(|| black_box(slp_pcap::analyze(capture, &scope))));
    }
    group.finish();
}

fn each_frame(capture: &[u8], mut take: impl FnMut(Frame<'_>)) {
    let mut reader = CaptureReader::new(capture).expect("a capture");
    while let Some(frame) = reader.next_frame() {
        take(frame);
    }
}

fn flows(capture: &[u8]) -> Vec<Flow> {
    let (mut decoder, mut table) = (Decoder::new(), FlowTable::new());
    let mut flows = Vec::new();
    each_frame(capture, |frame| {
        table.push(&decoder.decode(frame));
        flows.extend(table.drain_finished());
    });
    flows.extend(table.finish());
    flows
}

/// The first handshake message of what the client sent.
fn first_message(flow: &Flow) -> Option<Message<'_>> {
    Message::parse(flow.from_client.stream.contiguous().get(RecordHeader::LEN..)?)
}

/// A fast wrong answer is none.
fn answers_are_right(traffic: &Traffic) {
    for (all, expected) in [(false, &traffic.switch), (true, &traffic.all)] {
        let scope = Scope { all, ..Scope::default() };
        let found = slp_pcap::analyze(&traffic.octets[..], &scope).expect("a capture");
        let mut verdicts: BTreeMap<&str, u64> = BTreeMap::new();
        for attempt in &found.analysis.attempts {
            *verdicts.entry(attempt.verdict.diagnostic.code).or_default() += 1;
        }
        assert_eq!(&verdicts, expected, "all: {all}");
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
