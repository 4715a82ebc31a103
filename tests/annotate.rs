//! The annotated capture of every sample: the right frames, unchanged, at their times; comments on the deciding ones and
//! where a stage begins, and on no others.

#[allow(dead_code, reason = "labels are for the tests of verdicts")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use common::Sample;
use pcap_parser::pcapng::{Block as Known, OptionCode, PcapNGOption};
use pcap_parser::{PcapBlockOwned, PcapError, PcapNGReader, traits::PcapReaderIterator};
use slp_pcap::capture::CaptureReader;
use slp_pcap::model::FlowKey;
use slp_pcap::net::{Content, Decoder};
use slp_pcap::report::{Input, Report, Selection, Writer};

/// A frame of an annotated capture.
struct Packet {
    ticks: u64,
    data: Vec<u8>,
    comments: Vec<String>,
}

/// What an annotated capture says.
#[derive(Default)]
struct Annotated {
    packets: Vec<Packet>,
    section: Vec<String>,
    names: Vec<u8>,
    interfaces: Vec<(i32, u8)>,
}

fn comments(options: &[PcapNGOption<'_>]) -> Vec<String> {
    let comments = options.iter().filter(|option| option.code == OptionCode::Comment);
    comments.map(|option| option.as_str().expect("UTF-8").to_owned()).collect()
}

fn parsed(octets: &[u8]) -> Annotated {
    let mut reader = PcapNGReader::new(1 << 21, octets).expect("a section header");
    let mut annotated = Annotated::default();
    loop {
        match reader.next() {
            Ok((length, PcapBlockOwned::NG(block))) => {
                match block {
                    Known::SectionHeader(header) => annotated.section.extend(comments(&header.options)),
                    Known::InterfaceDescription(interface) => {
                        annotated.interfaces.push((interface.linktype.0, interface.if_tsresol));
                    }
                    Known::NameResolution(names) => {
                        annotated.names.extend(names.nr.iter().flat_map(|record| record.record_value));
                    }
                    Known::EnhancedPacket(packet) => annotated.packets.push(Packet {
                        ticks: u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low),
                        data: packet.data[..packet.caplen as usize].to_vec(),
                        comments: comments(&packet.options),
                    }),
                    other => panic!("{other:?}"),
                }
                reader.consume(length);
            }
            Ok(_) => panic!("no pcapng"),
            Err(PcapError::Eof) => return annotated,
            Err(PcapError::Incomplete(_)) => reader.refill().expect("more"),
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn annotated(capture: &[u8], sample: &Sample) -> (Annotated, Report) {
    let (octets, report) = written(capture, sample);
    (parsed(&octets), report)
}

fn written(capture: &[u8], sample: &Sample) -> (Vec<u8>, Report) {
    let found = slp_pcap::analyze(capture, &sample.scope()).expect("a capture");
    let input = Input { file: sample.file.clone(), sha256: None };
    let selection = Selection::of(&found.analysis, found.capture.frames);
    let report = Report::new(found.analysis, &found.capture, input);
    let mut writer = Writer::new(Vec::new());
    writer.section(capture, &selection, &report, None).expect("written");
    (writer.into_inner(), report)
}

/// Number of the original frame, time, octets, and the connection it belongs to.
fn originals(capture: &[u8]) -> BTreeMap<(u64, Vec<u8>), Vec<u64>> {
    let mut reader = CaptureReader::new(capture).expect("a capture");
    let mut frames: BTreeMap<(u64, Vec<u8>), Vec<u64>> = BTreeMap::new();
    while let Some(frame) = reader.next_frame() {
        let time = u64::try_from(frame.at.time.0).expect("after 1970");
        frames.entry((time, frame.data.to_vec())).or_default().push(frame.at.frame.get());
    }
    frames
}

fn number(comment: &str, file: &str) -> u64 {
    let rest = comment.strip_prefix("frame ").unwrap_or_else(|| panic!("{comment}"));
    let (number, rest) = rest.split_once(' ').expect("a number");
    assert!(rest.starts_with(&format!("of {file}: ")), "{comment}");
    number.parse().expect("a number")
}

#[test]
fn comments_stand_on_the_deciding_frames_and_where_stages_begin_and_nowhere_else() {
    for sample in Sample::all() {
        let capture = sample.bytes();
        let (annotated, report) = annotated(&capture, &sample);
        let mut expected: BTreeSet<u64> =
            report.verdict.verdict.evidence.iter().filter_map(|item| item.place.frame).collect();
        for attempt in report.attempts.iter() {
            expected.extend(attempt.verdict.evidence.iter().filter_map(|item| item.place.frame));
            let begins = attempt.stages.in_order().map(|(_, stage)| stage.frames.first().copied());
            expected.extend(begins.into_iter().flatten());
        }
        let frames = originals(&capture);
        let mut said = BTreeSet::new();
        for packet in annotated.packets.iter().filter(|packet| !packet.comments.is_empty()) {
            let of: BTreeSet<u64> =
                packet.comments.iter().map(|comment| number(comment, &sample.file)).collect();
            let original = &frames[&(packet.ticks, packet.data.clone())];
            assert!(
                of.len() == 1 && original.iter().any(|frame| of.contains(frame)),
                "{}: {of:?}",
                sample.file
            );
            said.extend(of);
        }
        assert_eq!(said, expected, "{}", sample.file);
        assert!(annotated.section[0].contains(report.verdict.verdict.code), "{}", sample.file);
    }
}

#[test]
fn the_frames_are_the_attempts_and_unchanged() {
    for sample in Sample::all() {
        let capture = sample.bytes();
        let (annotated, report) = annotated(&capture, &sample);
        let frames = originals(&capture);
        for packet in &annotated.packets {
            assert!(
                frames.contains_key(&(packet.ticks, packet.data.clone())),
                "{}: a frame was changed",
                sample.file
            );
        }
        let most: u64 = report.attempts.iter().map(|attempt| attempt.frames).sum();
        assert!(annotated.packets.len() as u64 >= most.min(1), "{}", sample.file);
        assert!(annotated.interfaces.iter().all(|(_, resolution)| *resolution == 9), "nanoseconds");
        if report.attempts.is_empty() {
            let cited = report.verdict.verdict.evidence.len();
            assert!(annotated.packets.len() <= cited, "{}: only what the verdict cites", sample.file);
        }
    }
}

/// Every frame of an attempt's connection between its first and last frame, however many there are.
#[test]
fn a_connection_is_whole() {
    for sample in Sample::all() {
        let capture = sample.bytes();
        let found = slp_pcap::analyze(capture.as_slice(), &sample.scope()).expect("a capture");
        let selection = Selection::of(&found.analysis, found.capture.frames);
        let (mut reader, mut decoder) =
            (CaptureReader::new(capture.as_slice()).expect("a capture"), Decoder::new());
        let mut taken: BTreeMap<(usize, u64), u64> = BTreeMap::new();
        while let Some(frame) = reader.next_frame() {
            let packet = decoder.decode(frame);
            let Content::Tcp(segment) = &packet.content else { continue };
            for judged in &found.analysis.attempts {
                let Some(flow) = &judged.attempt.flow else { continue };
                let same = FlowKey::new(flow.client, flow.server)
                    == FlowKey::new(segment.source, segment.destination);
                if same && !packet.at.before(flow.first) && !flow.last.before(packet.at) {
                    assert!(
                        selection.contains(&frame, &packet),
                        "{}: frame {}",
                        sample.file,
                        packet.at.frame
                    );
                    *taken.entry((judged.attempt.id, flow.frames)).or_default() += 1;
                }
            }
        }
        for ((id, frames), taken) in taken {
            assert!(taken >= frames, "{}: {taken} of {frames} frames of attempt {id}", sample.file);
        }
    }
}

#[test]
fn a_packed_capture_gives_the_same() {
    let sample =
        Sample::all().into_iter().find(|sample| sample.code == "proxy-auth-required").expect("a sample");
    let capture = sample.bytes();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&capture).expect("packed");
    let packed = packed.finish().expect("packed");
    let (one, _) = annotated(&capture, &sample);
    let (other, _) = annotated(&packed, &sample);
    let content = |annotated: &Annotated| {
        annotated
            .packets
            .iter()
            .map(|packet| (packet.ticks, packet.data.clone(), packet.comments.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(content(&one), content(&other));
}

#[test]
fn answered_addresses_have_their_names() {
    let sample = Sample::all()
        .into_iter()
        .find(|sample| sample.file.starts_with("tls-untrusted-ca"))
        .expect("a sample");
    let (annotated, report) = annotated(&sample.bytes(), &sample);
    let looked_up =
        report.attempts.iter().flat_map(|attempt| &attempt.dns.lookups).next().expect("a look-up");
    let name = looked_up.name.as_bytes();
    assert!(annotated.names.windows(name.len()).any(|window| window == name));
}

/// `UPDATE=1 cargo test --test annotate` writes it.
#[test]
fn the_sample_is_what_the_program_writes() {
    const CAPTURE: &str = "tls-untrusted-ca-proxy-12.pcap";
    const SAMPLE: &str = "samples/report-annotated.pcapng";
    let mut sample = Sample::all().into_iter().find(|sample| sample.file == CAPTURE).expect("a sample");
    let capture = sample.bytes();
    sample.file = format!("samples/{CAPTURE}");
    let octets = written(&capture, &sample).0;
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(SAMPLE, &octets).expect("written");
    }
    assert!(std::fs::read(SAMPLE).expect("the sample") == octets, "{SAMPLE} is stale; UPDATE=1 writes it");
}
