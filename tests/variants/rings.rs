//! The same packets in several files: rings, and capture points that ran together.

use std::io::{self, Cursor};

use slp_pcap::attempt::Scope;
use slp_pcap::capture::Input;

use super::capture::{Frame, PLAIN, gzip, zstd};
use super::headers::{ip, link};
use super::packets::elsewhere;
use super::samples::{Found, found};

/// One of several files, as its frames and its octets.
pub struct Part {
    pub frames: Vec<Frame>,
    octets: Vec<u8>,
}

fn plain(frames: Vec<Frame>) -> Part {
    Part { octets: PLAIN.pcapng(&frames, false), frames }
}

type Pack = fn(&[u8]) -> Vec<u8>;

fn packed(pack: Pack, frames: Vec<Frame>) -> Part {
    Part { octets: pack(&PLAIN.pcapng(&frames, false)), frames }
}

/// `count` files of about the same number of frames, in order of time.
fn cut(frames: &[Frame], count: usize) -> Vec<Vec<Frame>> {
    frames.chunks(frames.len().div_ceil(count).max(1)).map(<[Frame]>::to_vec).collect()
}

pub fn ring(frames: &[Frame]) -> Vec<Part> {
    cut(frames, 3).into_iter().map(plain).collect()
}

/// Every file of the ring packed in another way, the latest one named first.
pub fn ring_packed_named_backwards(frames: &[Frame]) -> Vec<Part> {
    let packings: [Pack; 3] = [gzip, zstd, <[u8]>::to_vec];
    let packings = packings.into_iter().cycle();
    cut(frames, 4).into_iter().rev().zip(packings).map(|(frames, pack)| packed(pack, frames)).collect()
}

/// A file for each frame, the odd ones named first.
pub fn ring_of_single_frames(frames: &[Frame]) -> Vec<Part> {
    let (odd, even) = frames.iter().enumerate().partition::<Vec<_>, _>(|(index, _)| index % 2 == 1);
    odd.into_iter().chain(even).map(|(_, frame)| plain(vec![frame.clone()])).collect()
}

/// The second capture point is another port: routed, tagged, 50 µs later.
pub fn two_points(frames: &[Frame]) -> Vec<Part> {
    vec![plain(frames.iter().map(|frame| elsewhere(frame, 50_000)).collect()), plain(frames.to_vec())]
}

/// The same port captured twice, by the same clock.
pub fn same_point_twice(frames: &[Frame]) -> Vec<Part> {
    vec![plain(frames.to_vec()), packed(gzip, frames.to_vec())]
}

/// Two rings of two capture points, the second one's files cut elsewhere.
pub fn two_rings(frames: &[Frame]) -> Vec<Part> {
    let other: Vec<Frame> = frames.iter().map(|frame| elsewhere(frame, 20_000)).collect();
    cut(&other, 5).into_iter().chain(cut(frames, 2)).map(plain).rev().collect()
}

/// Each direction in a file of its own.
pub fn one_direction_each(frames: &[Frame]) -> Vec<Part> {
    let upwards = |frame: &Frame| match (ip(frame), link(frame)) {
        (Some(ip), _) => frame.data[ip.source()] < frame.data[ip.destination()],
        (None, Some(link)) => link.source < link.destination,
        (None, None) => true,
    };
    let (up, down) = frames.iter().cloned().partition(upwards);
    vec![plain(up), plain(down)]
}

/// A part as it is merged.
struct Reread<'a>(&'a Part);

impl<'a> Input for Reread<'a> {
    type Source = Cursor<&'a [u8]>;

    fn open(&mut self) -> io::Result<Self::Source> {
        Ok(Cursor::new(&self.0.octets))
    }

    fn opens_again(&self) -> bool {
        true
    }

    fn close(&mut self, _: bool) {}
}

/// What the tool finds in the parts; frames are numbered through all of them in the order given.
pub fn find(parts: &[Part], scope: &Scope) -> Found {
    let inputs = parts.iter().map(Reread).collect();
    let (findings, failures) = slp_pcap::analyze_merged(inputs, scope).expect("captures");
    assert!(failures.is_empty(), "{failures:?}");
    let origins = &findings.capture.merged.as_ref().expect("merged files").origins;
    found(&findings.analysis, |frame| {
        let (file, number) = origins.of(frame).expect("a file");
        parts[..file].iter().map(|part| part.frames.len() as u64).sum::<u64>() + number.get()
    })
}
