//! Texts with flaws, read through [`CaptureReader`].

use crate::capture::{CaptureFacts, CaptureReader, LinkType};
use crate::model::{Clock, FrameNumber, Timestamp};

/// An IP packet of 40 octets in Ethernet, the last octet telling which.
fn packet(which: u8) -> Vec<u8> {
    let mut octets = vec![2; 12];
    octets.extend([8, 0, 0x45, 0, 0, 40, 0, which, 0, 0, 255, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    octets.extend([0; 19]);
    octets.push(which);
    octets
}

fn lines(octets: &[u8]) -> String {
    let line = |(number, line): (usize, &[u8])| {
        let pairs: Vec<String> = line.iter().map(|octet| format!("{octet:02x}")).collect();
        format!("{:04x}  {:<47}   {}\n", number * 16, pairs.join(" "), ".".repeat(line.len()))
    };
    octets.chunks(16).enumerate().map(line).collect::<String>() + "\n"
}

struct Seen {
    number: u64,
    time: Timestamp,
    link_type: LinkType,
    octets: Vec<u8>,
    wire: u32,
}

fn read(text: &str) -> (Vec<Seen>, CaptureFacts) {
    let mut reader = CaptureReader::new(text.as_bytes()).unwrap();
    let mut seen = Vec::new();
    while let Some(frame) = reader.next_frame() {
        seen.push(Seen {
            number: frame.at.frame.get(),
            time: frame.at.time,
            link_type: frame.link_type,
            octets: frame.data.to_vec(),
            wire: frame.original_len,
        });
    }
    (seen, reader.facts().clone())
}

fn warnings(facts: &CaptureFacts) -> Vec<(&str, Option<u64>, &str)> {
    let named = |warning: &'_ crate::capture::CaptureWarning| {
        warning.code.starts_with("dump-line") || warning.code.starts_with("capture")
    };
    let told = facts.warnings.iter().filter(|warning| named(warning));
    told.map(|warning| (warning.code, warning.frame.map(FrameNumber::get), warning.message.as_str()))
        .collect()
}

#[test]
fn a_damaged_line_loses_its_packet_and_keeps_its_number() {
    let whole: String = (1..=3).map(|which| lines(&packet(which))).collect();
    let (seen, facts) = read(&whole);
    assert_eq!(seen.iter().map(|frame| frame.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(warnings(&facts).is_empty());
    assert_eq!((facts.clock, facts.first, seen[0].time), (Clock::Absent, None, Timestamp::UNKNOWN));
    // Line 7 is the second of packet 2: four lines of packet 1, a blank one, then packet 2.
    let second = whole.lines().nth(6).unwrap();
    let shorter = second.replacen(" 0a", "", 1);
    for damaged in [second.replacen("ff 06", "f? 06", 1), second.replacen("ff 06", "ff06", 1), shorter] {
        assert_ne!(damaged, second);
        let (seen, facts) = read(&whole.replacen(second, &damaged, 1));
        assert_eq!(seen.iter().map(|frame| frame.number).collect::<Vec<_>>(), [1, 3], "{damaged}");
        let [(code, frame, message)] = warnings(&facts)[..] else { panic!("{:?}", facts.warnings) };
        assert_eq!((code, frame), ("dump-line-damaged", Some(2)));
        assert!(message.contains("line 7 ") || message.contains("line 8 "), "{message}");
    }
}

#[test]
fn a_missing_line_is_noticed() {
    let text = lines(&packet(1))
        .lines()
        .enumerate()
        .filter(|(number, _)| *number != 1)
        .map(|(_, line)| format!("{line}\n"))
        .collect::<String>();
    let (seen, facts) = read(&(text + "\n" + &lines(&packet(2))));
    assert_eq!(seen.iter().map(|frame| frame.number).collect::<Vec<_>>(), [2]);
    assert!(warnings(&facts)[0].2.contains("its offset does not follow"), "{:?}", facts.warnings);
    let headless: String = lines(&packet(1)).lines().skip(1).map(|line| format!("{line}\n")).collect();
    let (seen, facts) = read(&(lines(&packet(1)) + &headless + "\n" + &lines(&packet(2))));
    assert_eq!(seen.len() + warnings(&facts).len(), 3, "{:?}", facts.warnings);
}

#[test]
fn what_stands_between_the_lines_is_passed_over() {
    let log = "\n*Nov 22 18:17:08.845: %SMART_LIC-3-COMM_FAILED: Communications failure : Connection timed out\n --More-- \n\n";
    let text: String = lines(&packet(1)).lines().map(|line| format!("{line}\n{log}")).collect();
    let (seen, facts) = read(&text);
    assert_eq!(seen.iter().map(|frame| frame.octets.clone()).collect::<Vec<_>>(), [packet(1)]);
    assert!(warnings(&facts).is_empty());
}

#[test]
fn octets_of_something_else_are_no_packets() {
    let text = format!(
        "Frame (54 bytes):\n{}Reassembled TCP (54 bytes):\n{}{}",
        lines(&packet(1)),
        lines(&packet(2)),
        lines(&packet(3))
    );
    let (seen, _) = read(&text);
    assert_eq!(seen.iter().map(|frame| frame.octets[53]).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn lengths_and_link_types_are_told_by_the_packets() {
    let bare = &packet(1)[14..];
    let text = format!("{}{}{}", lines(bare), lines(&packet(2)[..44]), lines(&packet(3)));
    let (seen, facts) = read(&text);
    let told: Vec<_> = seen.iter().map(|frame| (frame.link_type, frame.octets.len(), frame.wire)).collect();
    assert_eq!(told, [(LinkType::RAW, 40, 40), (LinkType::ETHERNET, 44, 54), (LinkType::ETHERNET, 54, 54)]);
    assert_eq!(facts.cut_frames, 1);
}

fn row(index: u64, seconds: &str, length: usize) -> String {
    format!("    {index}   {seconds}     11.1.6.2 -> 11.1.6.3     TCP {length} 443 > 50211\n")
}

#[test]
fn the_brief_list_gives_times_unless_it_contradicts() {
    let dump: String = (1..=2).map(|which| lines(&packet(which))).collect();
    let (seen, facts) = read(&format!("{}{}Switch#\n{dump}", row(1, "0.000000", 54), row(2, "1.500000", 60)));
    assert_eq!(
        seen.iter().map(|frame| (frame.time.0, frame.wire)).collect::<Vec<_>>(),
        [(0, 54), (1_500_000_000, 60)]
    );
    assert_eq!((facts.clock, facts.source_index(FrameNumber::new(2))), (Clock::Relative, Some(2)));
    let lists =
        [row(1, "0.000000", 54) + &row(2, "1.500000", 50), row(1, "0.000000", 54) + &row(1, "1.500000", 54)];
    for list in lists {
        let (seen, facts) = read(&format!("{list}Switch#\n{dump}"));
        assert!(seen.iter().all(|frame| !frame.time.is_known()) && facts.clock == Clock::Absent, "{list}");
        assert!(facts.warnings.iter().any(|warning| warning.code == "dump-brief-unused"), "{list}");
    }
}

#[test]
fn indices_of_the_dump_are_kept() {
    let columns = |octets: &[u8]| {
        let line = |(number, line): (usize, &[u8])| {
            let words: Vec<String> = line
                .chunks(4)
                .map(|word| word.iter().map(|octet| format!("{octet:02X}")).collect())
                .collect();
            format!("  {:04X}:  {:<35}   ....\n", number * 16, words.join(" "))
        };
        octets.chunks(16).enumerate().map(line).collect::<String>()
    };
    let text: String = [0, 1, 7, 8].map(|index| format!("{index}\n{}\n", columns(&packet(index)))).concat();
    let (seen, facts) = read(&text);
    assert_eq!(seen.len(), 4);
    let indices: Vec<_> = (1..=4).map(|frame| facts.source_index(FrameNumber::new(frame))).collect();
    assert_eq!(indices, [Some(0), Some(1), Some(7), Some(8)]);
    assert_eq!(facts.source_index(FrameNumber::new(0)), None);
}

#[test]
fn a_text_without_packets_is_none() {
    for text in [
        "Some words.\n\n0000 is not an offset here\n1000  be or not\n",
        "Switch#show processes memory\n7F12AB00: 00000000 00000001\n",
        "0000  54 68 69 73 20 69 73 20 6e 6f 20 70 61 63 6b 65   This is no packe\n0010  74 2e   t.\n",
    ] {
        let error = CaptureReader::new(text.as_bytes()).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.starts_with("not a pcap or pcapng capture")), "{text}");
    }
}

#[test]
fn a_zone_that_is_not_utc_gives_spans_only() {
    let columns = "65B6F500: 02020202 02020202 02020202 08004500  ..............E.\n\
        65B6F510: 00280001 0000FF06 00000A00 00010A00  .(..............\n\
        65B6F520: 00020000 00000000 00000000 00000000  ................\n65B6F530: 00000000 0001                        ......\n";
    let text = format!(
        "15:43:13.654 EST Aug 27 2008 : IPv4 Turbo : Gi0/0 None\n\n{columns}\n15:43:14.654 EST Aug 27 2008 : IPv4 Turbo : Gi0/0 None\n\n{columns}"
    );
    let (seen, facts) = read(&text);
    assert_eq!((seen.len(), facts.clock), (2, Clock::Relative));
    assert_eq!((seen[1].time - seen[0].time).0, 1_000_000_000);
    assert!(
        facts
            .warnings
            .iter()
            .any(|warning| warning.code == "dump-zone-unknown" && warning.message.contains("EST"))
    );
}
