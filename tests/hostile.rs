//! Hostile input: captures made to exhaust memory or time, piped into the binary as they are made, and what fuzzing found.
//!
//! `HOSTILE_SCALE=17` makes every capture seventeen times as long: then the first one holds ten million connections.

#[path = "fuzz/src/lib.rs"]
mod checks;
#[path = "hostile/child.rs"]
mod child;
#[path = "hostile/packets.rs"]
mod packets;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use child::{Child, Outcome};
use packets::{Capture, Tcp};

/// What the process may take at most, in MiB.
const MEMORY: u64 = 256;

/// Twice the input may take this many times as long.
const LINEAR: f64 = 2.6;

/// What must hold of any input.
type Check = fn(&[u8]);

/// A maker of captures: as many things of its kind as asked for.
type Make = fn(&mut Capture<'_>, u32) -> io::Result<()>;

fn scale() -> u32 {
    std::env::var("HOSTILE_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1)
}

/// Runs the binary on a capture of `count` things; memory stays bounded and the report is one.
fn run(name: &str, make: Make, count: u32, options: &[&str]) -> Outcome {
    let outcome =
        Child::run(options, |to| Capture::start(to).and_then(|mut capture| make(&mut capture, count)));
    let Outcome { peak, elapsed, .. } = &outcome;
    writeln!(io::stderr(), "{name}: {count} in {elapsed:.2?}, {peak:?} MiB").expect("standard error");
    assert!(peak.is_none_or(|peak| peak < MEMORY), "{name}: {peak:?} MiB");
    outcome
}

/// As [`run`], at `count` and at twice that: the time grows with the input.
fn run_twice(name: &str, make: Make, count: u32, options: &[&str]) -> Outcome {
    let count = count * scale();
    let time = |count| run(name, make, count, options).elapsed.as_secs_f64();
    let (mut half, whole) = (time(count / 2), run(name, make, count, options));
    let mut full = whole.elapsed.as_secs_f64();
    // Others use the machine too: the best of five.
    for _ in 0..4 {
        if full / half < LINEAR {
            break;
        }
        (half, full) = (half.min(time(count / 2)), full.min(time(count)));
    }
    assert!(full / half < LINEAR, "{name}: twice the input takes {:.1} times as long", full / half);
    whole
}

fn warned(outcome: &Outcome, code: &str) {
    assert!(
        outcome.warnings.iter().any(|warning| warning == code),
        "{code} is not in {:?}",
        outcome.warnings
    );
}

/// Connections of all kinds: unanswered, refused, with some octets, closed or not.
fn connections(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    for number in 0..count {
        let tcp = Tcp::number(number);
        capture.syn(tcp)?;
        match number % 4 {
            0 => {}
            1 => capture.reset(tcp)?,
            kind => {
                capture.syn_ack(tcp)?;
                capture.client_sends(
                    tcp,
                    0,
                    b"\x16\x03\x01\x02\x00\x01 something that begins as TLS does",
                )?;
                if kind == 3 {
                    capture.fin(tcp)?;
                }
            }
        }
    }
    Ok(())
}

#[test]
fn connections_without_end() {
    let outcome = run_twice("connections", connections, 600_000, &[]);
    warned(&outcome, "limit-flows");
    warned(&outcome, "limit-stream-numbers");
}

/// SYNs to a service that the capture resolves, from one client: each is an attempt.
fn syn_flood(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    capture.dns_answer(7, b"\x0dsmartreceiver\x05cisco\x03com\x00", &[Tcp::SERVICE])?;
    (0..count).try_for_each(|number| capture.syn(Tcp::to_service(number)))
}

#[test]
fn a_syn_flood() {
    let outcome = run_twice("SYN flood", syn_flood, 600_000, &[]);
    warned(&outcome, "limit-attempts");
}

#[test]
fn a_syn_flood_judged_in_full() {
    let outcome =
        Child::run(&["--all"], |to| Capture::start(to).and_then(|mut to| syn_flood(&mut to, 20_000)));
    assert!(outcome.peak.is_none_or(|peak| peak < 4 * MEMORY), "{:?}", outcome.peak);
}

/// First fragments whose rest never comes.
fn fragments(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    (0..count).try_for_each(|number| capture.fragment(number, &[7; 1400]))
}

#[test]
fn endless_fragments() {
    let outcome = run_twice("fragments", fragments, 200_000, &[]);
    warned(&outcome, "limit-fragments");
}

/// Connections to a service with as many segments as are kept of each, names that are all escapes, and long answers.
fn ladders(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    for number in 0..count {
        let tcp = Tcp::to_service(number);
        let name = [&b"\x0dsmartreceiver\x05cisco\x03com\x3f"[..], &[0x1b; 63], b"\x3f", &[0x1b; 63], b"\0"]
            .concat();
        capture.dns_answer(number, &name, &[Tcp::SERVICE; 60])?;
        capture.syn(tcp)?;
        (0..130).try_for_each(|offset| capture.client_sends(tcp, offset * 2, b"x"))?;
    }
    Ok(())
}

#[test]
fn ladders_without_end() {
    run_twice("ladders", ladders, 8_000, &[]);
}

/// Segments of one octet, every second one, from behind.
fn tiny_segments(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    let tcp = Tcp::number(0);
    capture.syn(tcp)?;
    capture.syn_ack(tcp)?;
    (0..count).rev().try_for_each(|number| capture.client_sends(tcp, number * 2 % 1_000_003, b"x"))
}

#[test]
fn a_million_tiny_segments_out_of_order() {
    run_twice("tiny segments", tiny_segments, 1_000_000, &[]);
}

/// Many connections at once, each of many single octets with gaps between them.
fn gaps(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    for round in (0..count / 2_000).rev() {
        (0..2_000).try_for_each(|number| capture.client_sends(Tcp::number(number), round * 2, b"x"))?;
    }
    Ok(())
}

#[test]
fn gaps_everywhere() {
    run_twice("gaps", gaps, 1_000_000, &[]);
}

/// Bulk transfers side by side.
fn bulk(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    for round in 0..count / 500 {
        for number in 0..500 {
            capture.client_sends(Tcp::number(number), round * 1400, &[0x17; 1400])?;
        }
    }
    Ok(())
}

#[test]
fn bulk_transfers_side_by_side() {
    let outcome = run_twice("bulk", bulk, 200_000, &[]);
    warned(&outcome, "limit-flow-octets");
}

/// What the two sides say in turn, and then half a minute of silence.
fn conversation(capture: &mut Capture<'_>, turns: &[Vec<u8>]) -> io::Result<()> {
    let tcp = Tcp::to_service(1);
    capture.syn(tcp)?;
    capture.syn_ack(tcp)?;
    let mut said = [0, 0];
    for (turn, octets) in turns.iter().enumerate() {
        for segment in octets.chunks(1400) {
            let send = if turn % 2 == 0 { Capture::client_sends } else { Capture::server_sends };
            send(capture, tcp, said[turn % 2], segment)?;
            said[turn % 2] += u32::try_from(segment.len()).expect("a segment");
        }
    }
    capture.wait(30);
    capture.syn(Tcp::number(2))
}

#[test]
fn an_answer_past_the_limit_is_not_a_missing_one() {
    let judged = |turns: &[Vec<u8>]| {
        Child::run(&[], |to| Capture::start(to).and_then(|mut capture| conversation(&mut capture, turns)))
            .verdict
    };
    let data = packets::application_data;
    let hello = packets::client_hello("smartreceiver.cisco.com");
    let request = [packets::finished(), data(300)].concat();
    let tls = [hello, packets::resumption(), request, data(2_000_000), data(300), data(500)];
    assert_eq!((judged(&tls).as_str(), judged(&tls[..5]).as_str()), ("ok", "http-timeout"));

    let mut many = tls[..4].to_vec();
    many[3] = data(500);
    (0..3_000).for_each(|_| many.extend([data(300), data(90).repeat(2)]));
    assert_eq!((judged(&many).as_str(), judged(&many[..many.len() - 1]).as_str()), ("ok", "http-timeout"));

    let request = b"POST /licservice/license HTTP/1.1\r\nHost: smartreceiver.cisco.com\r\n\r\n".to_vec();
    let answer = |length: usize| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        [head.into_bytes(), vec![b'x'; length]].concat()
    };
    let clear = [request.clone(), answer(2_000_000), request, answer(500)];
    assert_eq!(
        (judged(&clear).as_str(), judged(&clear[..3]).as_str()),
        ("inconclusive-unreadable", "http-timeout")
    );
}

/// Questions of many clients for many names, an answer with as many aliases as fit to each.
fn look_ups(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    (0..count).try_for_each(|number| {
        let name = format!("\x08{number:08}\x3f{}\x00", "\x1b".repeat(63));
        capture.dns_aliases(number, name.as_bytes(), 100)
    })
}

#[test]
fn look_ups_without_end() {
    let outcome = run_twice("look-ups", look_ups, 40_000, &[]);
    warned(&outcome, "limit-attempts");
}

/// A service's name, asked again and again by one client.
fn one_look_up(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    let name = b"\x0dsmartreceiver\x05cisco\x03com\x00";
    (0..count).try_for_each(|number| capture.dns_query(number / 100_000, name))
}

#[test]
fn one_query_repeated_for_ever() {
    run_twice("one query", one_look_up, 400_000, &[]);
}

/// Look-ups and connections of one client that could all belong together.
fn pairs(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    for number in 0..count {
        capture.dns_answer(number, b"\x0dsmartreceiver\x05cisco\x03com\x00", &[Tcp::SERVICE])?;
        capture.syn(Tcp::to_service(number))?;
    }
    Ok(())
}

#[test]
fn look_ups_and_connections_of_one_client() {
    run_twice("pairs", pairs, 40_000, &[]);
}

/// Answers whose names point at themselves and at each other.
fn pointer_loops(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    (0..count).try_for_each(|number| {
        let name: &[u8] = if number % 2 == 0 { b"\xc0\x0c" } else { b"\x01a\xc0\x0e\xc0\x0c" };
        capture.dns_aliases(number, name, 200)
    })
}

#[test]
fn dns_pointer_loops() {
    run_twice("pointer loops", pointer_loops, 100_000, &[]);
}

/// A certificate list of 16 MB in each of many connections to a service.
fn certificates(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    let hello = packets::client_hello("tools.cisco.com");
    let records = packets::certificate_list(16_000_000);
    for number in 0..count {
        let tcp = Tcp::to_service(number);
        capture.syn(tcp)?;
        capture.syn_ack(tcp)?;
        capture.client_sends(tcp, 0, &hello)?;
        let mut offset = 0;
        for piece in records.chunks(60_000) {
            capture.server_sends(tcp, offset, piece)?;
            offset += 60_000;
        }
    }
    Ok(())
}

#[test]
fn certificate_lists_of_16_megabytes() {
    run_twice("certificate lists", certificates, 8, &[]);
}

/// Sessions of nothing but empty records and alerts, as many as a stream holds.
fn records(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    let hello = packets::client_hello("tools.cisco.com");
    let alerts = [&b"\x15\x03\x03\x40\x00"[..], &b"\x01\x5a".repeat(0x2000)].concat().repeat(4);
    let empty = b"\x17\x03\x03\x00\x01x".repeat(9_000);
    for number in 0..count {
        let tcp = Tcp::to_service(number);
        capture.syn(tcp)?;
        capture.client_sends(tcp, 0, &hello)?;
        let start = u32::try_from(hello.len()).expect("a short hello");
        capture.client_sends(tcp, start, &empty)?;
        capture.server_sends(tcp, 0, &alerts[..60_000])?;
        capture.server_sends(tcp, 60_000, &empty)?;
    }
    Ok(())
}

#[test]
fn records_and_alerts_without_end() {
    run_twice("records", records, 3_000, &[]);
}

/// CONNECT after CONNECT in one segment, refused in another, all with long names.
fn proxies(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    let name = "a".repeat(180);
    let request = format!(
        "CONNECT {name}.tools.cisco.com:443 HTTP/1.1\r\n\r\nCONNECT tools.cisco.com:443 HTTP/1.1\r\n\r\n"
    );
    let refusal =
        format!("HTTP/1.1 407 {name}\r\nVia: {name}\r\nServer: {name}\r\nContent-Length: 0\r\n\r\n");
    let (requests, refusals) = (request.repeat(200), refusal.repeat(80));
    for number in 0..count {
        let tcp = Tcp::number(number);
        capture.syn(tcp)?;
        capture.client_sends(tcp, 0, requests.as_bytes())?;
        capture.server_sends(tcp, 0, refusals.as_bytes())?;
    }
    Ok(())
}

#[test]
fn proxies_that_refuse_for_ever() {
    run_twice("proxies", proxies, 3_000, &[]);
}

/// Answers whose body is a gzip bomb.
fn http_bombs(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    let body = packets::gzip_of_zeros(50 << 20);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = [head.as_bytes(), &body].concat();
    for number in 0..count {
        let tcp = Tcp::number(number);
        capture.client_sends(tcp, 0, b"POST /licservice/license HTTP/1.1\r\nHost: a\r\n\r\n")?;
        capture.server_sends(tcp, 0, &answer)?;
    }
    Ok(())
}

#[test]
fn gzip_bombs_in_answers() {
    run_twice("HTTP bombs", http_bombs, 1_000, &[]);
}

#[test]
fn a_capture_that_is_a_gzip_bomb() {
    let packed = packets::gzip_of_zeros(512 << 20);
    let outcome = Child::run(&[], |to| {
        // A capture's header in a gzip member of its own, then zeros.
        to.write_all(&packets::gzip(&packets::FILE_HEADER))?;
        (0..4).try_for_each(|_| to.write_all(&packed))
    });
    assert!(outcome.peak.is_none_or(|peak| peak < MEMORY), "{:?}", outcome.peak);
    assert!(!outcome.warnings.is_empty());
}

/// Requests for every neighbour's address, and for one for ever.
fn neighbours(capture: &mut Capture<'_>, count: u32) -> io::Result<()> {
    (0..count).try_for_each(|number| {
        capture.arp(number)?;
        capture.arp(1)
    })
}

#[test]
fn a_scan_of_all_neighbours() {
    run_twice("neighbours", neighbours, 300_000, &[]);
}

#[test]
fn a_record_of_four_gibibytes() {
    for length in [u32::MAX, 1 << 31, (1 << 20) + 1] {
        let outcome = Child::run(&[], |to| {
            let mut capture = Capture::start(to)?;
            capture.syn(Tcp::number(0))?;
            capture.record_header(length)?;
            (0..1000).try_for_each(|number| capture.syn(Tcp::number(number)))
        });
        assert!(outcome.peak.is_none_or(|peak| peak < 64), "{:?}", outcome.peak);
        warned(&outcome, "damaged-record");
    }
}

#[test]
fn what_fuzzing_found_and_reached_stays_sound() {
    let checks: [(&str, Check); 6] = [
        ("analyze", checks::analyze::check),
        ("annotate", checks::annotate::check),
        ("codecs", checks::codecs::check),
        ("reassembly", checks::reassembly::check),
        ("render", checks::render::check),
        ("transcript", checks::transcript::check),
    ];
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    for (target, check) in checks {
        for folder in ["regressions", "kept"] {
            let files = fs::read_dir(fuzz.join(folder).join(target)).expect("the target's folder");
            for file in files.map(|file| file.expect("a file").path()) {
                check(&fs::read(file).expect("an input"));
            }
        }
    }
}

#[test]
fn seeded_noise_passes_every_check() {
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..3_000_u64 {
        let length = usize::try_from(random() % 700).expect("a small number");
        let mut noise: Vec<u8> = (0..length).map(|_| random().to_le_bytes()[0]).collect();
        checks::reassembly::check(&noise);
        noise.insert(0, round.to_le_bytes()[0]);
        checks::codecs::check(&noise);
    }
}
