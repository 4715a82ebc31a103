//! Captures for the cases: samples, some of them with other times or without some frames.

use std::fs;
use std::path::Path;

/// What a text is set beside.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// Nothing.
    None,
    /// A sample.
    Sample(&'static str),
    /// Some frames of a sample.
    Only(&'static str, &'static [usize]),
    /// A sample whose attempts, told apart by a second's pause, are set so many seconds further apart.
    Apart(&'static str, u32),
}

/// Octets of a pcap file header, and of a record's.
const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;

impl Source {
    /// The capture's octets.
    pub fn octets(self) -> Option<Vec<u8>> {
        let read = |name: &str| fs::read(Path::new("samples").join(name)).expect("a sample");
        match self {
            Self::None => None,
            Self::Sample(name) => Some(read(name)),
            Self::Only(name, frames) => {
                let file = read(name);
                let records = records(&file);
                let kept: Vec<u8> = frames.iter().flat_map(|frame| records[frame - 1].clone()).collect();
                Some([&file[..FILE_HEADER], &kept].concat())
            }
            Self::Apart(name, seconds) => Some(apart(&read(name), seconds)),
        }
    }
}

fn word(octets: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(octets[at..at + 4].try_into().expect("four octets"))
}

/// The records of a little-endian pcap file.
fn records(file: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    let mut rest = &file[FILE_HEADER..];
    while rest.len() >= RECORD_HEADER {
        let length = RECORD_HEADER + usize::try_from(word(rest, 8)).expect("a length");
        records.push(rest[..length].to_vec());
        rest = &rest[length..];
    }
    records
}

fn apart(file: &[u8], seconds: u32) -> Vec<u8> {
    let micros = |record: &[u8]| u64::from(word(record, 0)) * 1_000_000 + u64::from(word(record, 4));
    let mut moved = file[..FILE_HEADER].to_vec();
    let (mut shift, mut last) = (0, None);
    for mut record in records(file) {
        let time = micros(&record);
        if last.is_some_and(|last: u64| time.saturating_sub(last) > 900_000) {
            shift += seconds;
        }
        last = Some(time);
        let later = word(&record, 0) + shift;
        record[..4].copy_from_slice(&later.to_le_bytes());
        moved.extend(record);
    }
    moved
}
