//! Both formats in every byte order, damaged and cut.

use std::io::{self, Read};

use super::*;
use crate::model::{At, Timestamp};

/// What a test looks at of a frame: number, nanoseconds, link type, octets, original length.
type Seen = (u64, i64, u32, Vec<u8>, u32);

fn read(file: &[u8]) -> (Vec<Seen>, CaptureFacts) {
    let mut reader = CaptureReader::new(file).unwrap();
    let mut seen = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let At { frame: number, time } = frame.at;
        seen.push((number.get(), time.0, frame.link_type.0, frame.data.to_vec(), frame.original_len));
    }
    assert!(reader.next_frame().is_none(), "the end is the end");
    (seen, reader.facts().clone())
}

fn codes(facts: &CaptureFacts) -> Vec<&'static str> {
    facts.warnings.iter().map(|warning| warning.code).collect()
}

/// Writes numbers in one byte order.
#[derive(Clone, Copy)]
struct Writer {
    big_endian: bool,
}

const LITTLE: Writer = Writer { big_endian: false };
const BIG: Writer = Writer { big_endian: true };

impl Writer {
    fn word(self, number: u32) -> [u8; 4] {
        if self.big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn half(self, number: u16) -> [u8; 2] {
        if self.big_endian { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn words(self, numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|&number| self.word(number)).collect()
    }

    fn pcap(self, magic: u32, link_type: u32) -> Vec<u8> {
        [&self.word(magic)[..], &self.half(2), &self.half(4), &self.words(&[0, 0, 65535, link_type])].concat()
    }

    fn record(self, time: [u32; 2], data: &[u8], original: u32) -> Vec<u8> {
        let captured = u32::try_from(data.len()).unwrap();
        [self.words(&[time[0], time[1], captured, original]), data.to_vec()].concat()
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let length = self.word(u32::try_from(12 + body.len() + padding.len()).unwrap());
        [&self.word(kind)[..], &length, body, &padding, &length].concat()
    }

    fn section(self) -> Vec<u8> {
        let body = [&self.word(0x1a2b_3c4d)[..], &self.half(1), &self.half(0), &[0xff; 8]].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    fn interface(self, link_type: u16, snap_len: u32, options: &[u8]) -> Vec<u8> {
        self.block(1, &[&self.half(link_type)[..], &[0, 0], &self.word(snap_len), options].concat())
    }

    fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
        let length = self.half(u16::try_from(value.len()).unwrap());
        [&self.half(code)[..], &length, value, &padding].concat()
    }

    fn enhanced(self, interface: u32, ticks: u64, data: &[u8], original: u32) -> Vec<u8> {
        let (high, low) = (u32::try_from(ticks >> 32).unwrap(), u32::try_from(ticks & 0xffff_ffff).unwrap());
        let captured = u32::try_from(data.len()).unwrap();
        self.block(6, &[self.words(&[interface, high, low, captured, original]), data.to_vec()].concat())
    }
}

#[test]
fn pcap_in_both_orders_and_resolutions() {
    for writer in [LITTLE, BIG] {
        for (magic, nanos) in [(0xa1b2_c3d4, 7000), (0xa1b2_3c4d, 7)] {
            let file =
                [writer.pcap(magic, 1), writer.record([5, 7], b"abc", 3), writer.record([6, 0], b"d", 60)]
                    .concat();
            let (seen, facts) = read(&file);
            assert_eq!(seen[0], (1, 5_000_000_000 + nanos, 1, b"abc".to_vec(), 3));
            assert_eq!(seen[1], (2, 6_000_000_000, 1, b"d".to_vec(), 60));
            assert_eq!((facts.frames, facts.cut_frames, facts.bytes), (2, 1, file.len() as u64));
            assert_eq!(
                (facts.format, facts.link_types.as_slice()),
                (CaptureFormat::Pcap, &[LinkType::ETHERNET][..])
            );
            assert_eq!(facts.last, Some(Timestamp(6_000_000_000)));
            assert!(facts.warnings.is_empty());
        }
        let mut modified =
            [writer.pcap(0xa1b2_cd34, 12), writer.words(&[5, 0, 2, 2, 0, 0]), b"hi".to_vec()].concat();
        modified.extend(writer.words(&[6, 0, 1, 1, 0, 0]));
        modified.push(b'x');
        let (seen, _) = read(&modified);
        assert_eq!(seen[0], (1, 5_000_000_000, 101, b"hi".to_vec(), 2));
        assert_eq!(seen[1].3, b"x");
    }
}

#[test]
fn old_pcap_with_swapped_lengths() {
    let mut file = [LITTLE.pcap(0xa1b2_c3d4, 1), LITTLE.words(&[1, 0, 60, 2]), b"ab".to_vec()].concat();
    file[6] = 3;
    assert_eq!(read(&file).0[0], (1, 1_000_000_000, 1, b"ab".to_vec(), 60));
}

#[test]
fn pcapng_numbers_frames_over_sections_and_interfaces() {
    let offset = |writer: Writer| {
        let seconds = if writer.big_endian { 100_i64.to_be_bytes() } else { 100_i64.to_le_bytes() };
        [writer.option(9, &[9]), writer.option(14, &seconds), writer.option(0, &[])].concat()
    };
    let section = |writer: Writer| {
        [
            writer.section(),
            writer.interface(1, 0, &[]),
            writer.interface(101, 0, &offset(writer)),
            writer.block(0x0bad_cafe, b"unknown"),
            writer.enhanced(0, 2_000_001, b"ether", 5),
            writer.enhanced(1, 7, b"raw", 99),
            writer.block(10, b"secrets are skipped."),
        ]
        .concat()
    };
    for (first, second) in [(LITTLE, BIG), (BIG, LITTLE)] {
        let (seen, facts) = read(&[section(first), section(second)].concat());
        let numbers: Vec<u64> = seen.iter().map(|frame| frame.0).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(seen[0], (1, 2_000_001_000, 1, b"ether".to_vec(), 5));
        assert_eq!(seen[3], (4, 100_000_000_007, 101, b"raw".to_vec(), 99));
        assert_eq!(facts.link_types, [LinkType::ETHERNET, LinkType::RAW]);
        assert_eq!(codes(&facts), ["time-backwards"], "told once");
    }
}

#[test]
fn a_frame_written_late_comes_in_its_time() {
    let header = LITTLE.pcap(0xa1b2_c3d4, 1);
    let numbers = |micros: &[u32]| {
        let records = micros.iter().flat_map(|&micros| LITTLE.record([5, micros], b"x", 1));
        let (seen, facts) = read(&[header.clone(), records.collect()].concat());
        assert_eq!(facts.frames, micros.len() as u64);
        seen.iter().map(|frame| frame.0).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&[10, 30, 20, 40, 40, 39]), [1, 3, 2, 6, 4, 5]);
    assert_eq!(numbers(&[5000, 6000, 7000, 4000]), [4, 1, 2, 3]);
    assert_eq!(numbers(&[30_000, 44_000, 30_000, 45_000]), [1, 3, 2, 4], "14 ms late");
    assert_eq!(numbers(&[100_000, 300_000, 60_000, 70_000]), [1, 2, 3, 4], "the same");
    assert_eq!(numbers(&[200_000, 200_001, 75_000, 75_001]), [1, 2, 3, 4], "a clock that was set");
    assert_eq!(numbers(&[200_000, 200_001, 0, 200_000]), [1, 2, 3, 4], "the same capture again");
    let mut long: Vec<u32> = (1000..2000).collect();
    long.push(1990);
    assert_eq!(numbers(&long)[989..993], [990, 991, 1001, 992]);
}

#[test]
fn what_is_skipped_is_not_held() {
    let skipped = LITTLE.block(0x0bad_cafe, &vec![0; 1 << 20]);
    let packet = LITTLE.enhanced(0, 1, b"abc", 3);
    let start = [LITTLE.section(), LITTLE.interface(1, 0, &[])].concat();
    let file = [start, packet.clone(), skipped.repeat(20), packet].concat();
    let mut reader = CaptureReader::new(&file[..]).unwrap();
    assert_eq!(reader.next_frame().unwrap().data, b"abc");
    assert_eq!(reader.next_frame().unwrap().at.frame.get(), 2);
    assert!(reader.buffer_len() < 1 << 20);
}

#[test]
fn simple_and_obsolete_packets() {
    for writer in [LITTLE, BIG] {
        let old_header = [&writer.half(0)[..], &writer.half(0), &writer.words(&[0, 9, 2, 40])].concat();
        let file = [
            writer.section(),
            writer.interface(1, 4, &[]),
            writer.block(2, &[&old_header[..], b"pb"].concat()),
            writer.block(3, &[&writer.word(100)[..], b"four"].concat()),
            writer.block(3, &[&writer.word(3)[..], b"abc"].concat()),
        ]
        .concat();
        let (seen, facts) = read(&file);
        assert_eq!(seen[0], (1, 9000, 1, b"pb".to_vec(), 40));
        assert_eq!(seen[1], (2, 9000, 1, b"four".to_vec(), 100), "the last time is kept");
        assert_eq!(seen[2], (3, 9000, 1, b"abc".to_vec(), 3));
        assert_eq!(facts.cut_frames, 2);
    }
}

#[test]
fn a_bad_block_is_stepped_over_and_a_bad_length_ends_the_file() {
    let mut lying = LITTLE.enhanced(0, 0, b"abcd", 4);
    lying[20] = 200;
    let start = [LITTLE.section(), LITTLE.interface(1, 0, &[])].concat();
    let good = LITTLE.enhanced(0, 0, b"good", 4);
    let unknown_interface = LITTLE.enhanced(7, 0, b"abcd", 4);
    let (seen, facts) = read(&[&start[..], &lying, &unknown_interface, &good].concat());
    assert_eq!((seen.len(), codes(&facts)), (1, vec!["damaged-record", "damaged-record"]));

    let (seen, facts) = read(&[&start[..], &good, &LITTLE.words(&[6, 0x7fff_fff0, 0]), &good].concat());
    assert_eq!((seen.len(), codes(&facts)), (1, vec!["damaged-record"]));
    assert!(facts.warnings[0].message.contains("offset 84"), "{}", facts.warnings[0].message);

    let many = [&start[..], &unknown_interface.repeat(1000), &good].concat();
    let (seen, facts) = read(&many);
    assert_eq!((seen.len(), facts.warnings.len(), facts.warnings_omitted), (1, 64, 936));
}

#[test]
fn a_header_is_enough_and_damage_behind_it_a_warning() {
    let header = LITTLE.pcap(0xa1b2_c3d4, 1);
    assert_eq!(read(&header).1.frames, 0);
    let (seen, facts) = read(&[header, LITTLE.words(&[1, 0, 0xffff_ffff, 0])].concat());
    assert_eq!((seen.len(), codes(&facts)), (0, vec!["damaged-record"]));
    let (seen, facts) = read(&LITTLE.section());
    assert_eq!((seen.len(), facts.format, facts.warnings.len()), (0, CaptureFormat::PcapNg, 0));
}

#[test]
fn every_cut_gives_the_frames_before_it() {
    let record = LITTLE.record([1, 0], b"0123456789", 10);
    let pcap = [LITTLE.pcap(0xa1b2_c3d4, 1), record.repeat(3)].concat();
    let block = LITTLE.enhanced(0, 1, b"0123456789", 10);
    let pcapng = [LITTLE.section(), LITTLE.interface(1, 0, &[]), block.repeat(3)].concat();
    for (file, start, length) in [(pcap, 24, record.len()), (pcapng, 48, block.len())] {
        for end in start..file.len() {
            let (seen, facts) = read(&file[..end]);
            assert_eq!(seen.len(), (end - start) / length);
            let expected: &[&str] = if (end - start) % length == 0 { &[] } else { &["capture-cut-short"] };
            assert_eq!(codes(&facts), expected);
        }
        for end in 0..24 {
            assert!(CaptureReader::new(&file[..end]).is_err());
        }
    }
}

#[test]
fn no_changed_octet_panics() {
    let options = LITTLE.option(9, &[6]);
    let interface = LITTLE.interface(1, 0, &options);
    let pcapng =
        [LITTLE.section(), interface, LITTLE.enhanced(0, 1, b"0123456789", 10), LITTLE.block(3, &[4; 8])]
            .concat();
    let pcap = [BIG.pcap(0xa1b2_c3d4, 1), BIG.record([1, 0], b"0123456789", 10)].concat();
    for file in [pcapng, pcap] {
        for at in 0..file.len() {
            for value in [0, 1, 2, 6, 0x7f, 0x80, 0xff] {
                let mut changed = file.clone();
                changed[at] = value;
                if let Ok(mut reader) = CaptureReader::new(&changed[..]) {
                    while reader.next_frame().is_some() {}
                }
            }
        }
    }
}

/// Fails once its octets are read.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("medium gone")),
            octets => Ok(octets),
        }
    }
}

#[test]
fn a_read_error_in_the_middle_is_a_warning() {
    let file = [LITTLE.pcap(0xa1b2_c3d4, 1), LITTLE.record([1, 0], b"abc", 3)].concat();
    let mut reader = CaptureReader::new(Failing(&file)).unwrap();
    assert!(reader.next_frame().is_some());
    assert!(reader.next_frame().is_none());
    assert_eq!(codes(reader.facts()), ["capture-read-error"]);
    let Err(error) = CaptureReader::new(Failing(&file[..10])) else { panic!("a cut header was read") };
    assert!(error.to_string().contains("cannot read at offset 10: medium gone"), "{error}");
}
