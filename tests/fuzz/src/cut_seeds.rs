//! Cuts codec seeds out of captures: `cut_seeds FOLDER CAPTURE...` writes what the codecs would be fed of each.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use slp_pcap::capture::CaptureReader;
use slp_pcap::flow::FlowTable;
use slp_pcap::net::{Content, Decoder};
use slp_pcap::proto::tls::{RecordHeader, RecordStart};

fn main() {
    let mut paths = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = paths.next().expect("the folder to write to");
    let seeds: BTreeSet<Vec<u8>> = paths.flat_map(|path| cut(&path)).collect();
    fs::create_dir_all(&folder).expect("the folder");
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:05}")), seed).expect("a seed");
    }
}

/// Behind the octet that selects its codec: each DNS message, each direction of a connection, each TLS message, each
/// certificate.
fn cut(path: &Path) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let bytes = fs::read(path).expect("a capture");
    let Ok(mut reader) = CaptureReader::new(&bytes[..]) else { return seeds };
    let (mut decoder, mut table) = (Decoder::new(), FlowTable::new());
    while let Some(frame) = reader.next_frame() {
        let packet = decoder.decode(frame);
        if let Content::Udp(datagram) = &packet.content {
            seeds.push(selected(0, datagram.payload));
        }
        table.push(&packet);
    }
    for flow in table.finish() {
        for half in [&flow.from_client, &flow.from_server] {
            let bytes = half.stream.contiguous();
            let bytes = &bytes[..bytes.len().min(8192)];
            (1..5).for_each(|codec| seeds.push(selected(codec, bytes)));
            messages(bytes, &mut seeds);
            if let Some(body) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                seeds.push(selected(7, &bytes[body + 4..]));
            }
        }
    }
    seeds.retain(|seed| seed.len() > 1);
    seeds
}

fn messages(bytes: &[u8], seeds: &mut Vec<Vec<u8>>) {
    let mut left = bytes;
    while let RecordStart::Header(header) = RecordHeader::parse(left) {
        left = &left[RecordHeader::LEN..];
        let payload = &left[..header.length.min(left.len())];
        left = &left[payload.len()..];
        if header.content_type.0 == 22 {
            seeds.push(selected(5, payload));
            if payload.first() == Some(&11) && payload.len() > 10 {
                seeds.push(selected(6, &payload[10..]));
            }
        }
    }
}

fn selected(codec: u8, bytes: &[u8]) -> Vec<u8> {
    [&[codec], bytes].concat()
}
