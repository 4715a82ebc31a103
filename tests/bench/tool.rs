//! What the benchmark scripts need beside the program: a capture, a yardstick, and the library without the command line.

use std::error::Error;
use std::fs::File;
use std::io::Write;

use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{PcapBlockOwned, PcapError};
use slp_pcap::attempt::Scope;

#[path = "traffic.rs"]
mod traffic;

const USAGE: &str = "usage: bench-tool write|long FILE OCTETS, bench-tool headers|analyze FILE";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", file, octets] => write(file, octets.parse()?),
        ["long", file, octets] => long(file, octets.parse()?),
        ["headers", file] => headers(file),
        ["analyze", file] => analyze(file),
        _ => Err(USAGE.into()),
    }
}

/// Writes the capture, and beside it what its connections must be judged as.
fn write(file: &str, octets: usize) -> Result<(), Box<dyn Error>> {
    let traffic = traffic::Traffic::of(octets);
    std::fs::write(file, &traffic.octets)?;
    let verdicts = serde_json::json!({ "verdicts": { "complete": traffic.all, "service": traffic.switch } });
    std::fs::write(format!("{file}.truth.json"), verdicts.to_string())?;
    Ok(())
}

/// Writes one long connection.
fn long(file: &str, octets: u64) -> Result<(), Box<dyn Error>> {
    let mut file = File::create(file)?;
    Ok(traffic::Traffic::long(octets, |piece| file.write_all(piece))?)
}

/// The least that any reader of a capture does: one record after the other, and its headers sliced.
fn headers(file: &str) -> Result<(), Box<dyn Error>> {
    let mut reader =
        pcap_parser::create_reader(1 << 18, File::open(file)?).map_err(|error| format!("{error:?}"))?;
    let (mut frames, mut octets) = (0_u64, 0_u64);
    loop {
        match reader.next() {
            Ok((consumed, block)) => {
                if let PcapBlockOwned::Legacy(record) = block
                    && let Ok(packet) = etherparse::LaxSlicedPacket::from_ethernet(record.data)
                {
                    frames += 1;
                    octets += match packet.transport {
                        Some(etherparse::TransportSlice::Tcp(tcp)) => tcp.payload().len() as u64,
                        _ => 0,
                    };
                }
                reader.consume(consumed);
            }
            Err(PcapError::Incomplete(_)) => reader.refill().map_err(|error| format!("{error:?}"))?,
            Err(_) => break,
        }
    }
    Ok(writeln!(std::io::stdout(), "{frames} frames, {octets} octets of TCP payload")?)
}

/// Reads and judges, without reporting.
fn analyze(file: &str) -> Result<(), Box<dyn Error>> {
    let found = slp_pcap::analyze(File::open(file)?, &Scope::default())?;
    let (frames, attempts) = (found.capture.frames, found.analysis.attempts.len());
    Ok(writeln!(std::io::stdout(), "{frames} frames, {attempts} attempts")?)
}
