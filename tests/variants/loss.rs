//! The same capture with less in it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::capture::{Frame, PLAIN};
use super::headers::{Dice, addresses};
use super::samples::Sample;

/// Every way a sample loses something: what was lost, and what is left.
pub fn losses(sample: &Sample) -> Vec<(String, Vec<Frame>)> {
    let frames = &sample.frames;
    let clients = clients(sample);
    let mut all = vec![
        ("inbound-only".to_owned(), kept(frames, |_, frame| !from(frame, &clients))),
        ("outbound-only".to_owned(), kept(frames, |_, frame| from(frame, &clients))),
    ];
    for length in [68, 96, 128, 256] {
        all.push((format!("cut-at-{length}"), cut(frames, length)));
    }
    for length in [96, 256] {
        let (inbound, outbound) = (&all[0].1, &all[1].1);
        let both = [("inbound-only", cut(inbound, length)), ("outbound-only", cut(outbound, length))];
        all.extend(both.map(|(name, left)| (format!("{name}-cut-at-{length}"), left)));
    }
    for lost in 0..frames.len() {
        all.push((format!("without-{}", lost + 1), kept(frames, |index, _| index != lost)));
    }
    for start in 1..frames.len() {
        all.push((format!("from-{}", start + 1), frames[start..].to_vec()));
        all.push((format!("until-{start}"), frames[..start].to_vec()));
    }
    for (name, nanos, most) in
        [("1-in-1ms", 1_000_000, 1), ("1-in-10ms", 10_000_000, 1), ("3-in-100ms", 100_000_000, 3)]
    {
        all.push((format!("limit-{name}"), limited(frames, nanos, most)));
    }
    for (name, percent) in [("10", 10), ("30", 30), ("60", 60)] {
        for seed in 1..=10 {
            let mut dice = Dice(seed * 0x9e37_79b9);
            all.push((format!("loss-{name}%-{seed}"), kept(frames, |_, _| dice.below(100) >= percent)));
        }
    }
    all
}

/// The addresses of the clients of all attempts, as octets.
fn clients(sample: &Sample) -> BTreeSet<Vec<u8>> {
    let file = PLAIN.pcapng(&sample.frames, false);
    let analysis = slp_pcap::analyze(&file[..], &sample.scope).expect("a capture").analysis;
    let octets = |ip: &IpAddr| match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    analysis.clients.iter().flat_map(|client| &client.addresses).map(octets).collect()
}

fn from(frame: &Frame, clients: &BTreeSet<Vec<u8>>) -> bool {
    addresses(frame).is_some_and(|(source, _)| clients.contains(&source))
}

fn kept(frames: &[Frame], mut keep: impl FnMut(usize, &Frame) -> bool) -> Vec<Frame> {
    let kept = frames.iter().enumerate().filter(|(index, frame)| keep(*index, frame));
    kept.map(|(_, frame)| frame.clone()).collect()
}

fn cut(frames: &[Frame], length: usize) -> Vec<Frame> {
    let cut = |frame: &Frame| {
        let mut frame = frame.clone();
        frame.data.truncate(length);
        frame
    };
    frames.iter().map(cut).collect()
}

/// At most `most` frames in each span of `nanos`.
fn limited(frames: &[Frame], nanos: i64, most: usize) -> Vec<Frame> {
    let (mut span, mut count) = (i64::MIN, 0);
    kept(frames, |_, frame| {
        if frame.nanos / nanos != span {
            (span, count) = (frame.nanos / nanos, 0);
        }
        count += 1;
        count <= most
    })
}
