//! Packets printed as the switch prints them, after what vendor documents and devices show (the layouts' names are those of
//! `src/capture/dump`). Written from the formats, not from the reader.

use std::fmt::Write;

/// One packet.
#[derive(Clone)]
pub struct Frame {
    pub nanos: i64,
    pub data: Vec<u8>,
    /// Octets on the wire.
    pub wire: usize,
}

/// Characters as a dump shows them.
fn characters(octets: &[u8]) -> String {
    octets.iter().map(|&octet| if (0x20..0x7f).contains(&octet) { char::from(octet) } else { '.' }).collect()
}

/// Four columns of four octets, nine characters apart, the first `blank` octets' places left blank.
fn columns(octets: &[u8], blank: usize) -> String {
    let mut text = String::new();
    for place in 0..16_usize {
        match place.checked_sub(blank).and_then(|index| octets.get(index)) {
            Some(octet) => write!(text, "{octet:02X}").unwrap(),
            None => text.push_str("  "),
        }
        if place % 4 == 3 && place < 15 {
            text.push(' ');
        }
    }
    text
}

/// Layout A: `show monitor capture buffer NAME dump` of old IOS. Packets stand anywhere in memory, so the first line may begin
/// in a later column.
pub fn layout_a(frames: &[Frame]) -> String {
    let mut text = String::new();
    for (number, frame) in frames.iter().enumerate() {
        let time = jiff::Timestamp::from_nanosecond(i128::from(frame.nanos)).unwrap();
        let day = time.strftime("%H:%M:%S.%3f UTC %b %-d %Y");
        writeln!(text, "{day} : IPv4 LES CEF    : Fa4.320 None\n").unwrap();
        let start = 0x65B6_F500_usize + number * 0x1000 + (number % 4) * 4;
        let mut rest = &frame.data[..];
        let mut line = start & !15;
        while !rest.is_empty() {
            let blank = start.saturating_sub(line);
            let (now, later) = rest.split_at(rest.len().min(16 - blank));
            writeln!(text, "{line:08X}: {}  {}{}", columns(now, blank), " ".repeat(blank), characters(now))
                .unwrap();
            (rest, line) = (later, line + 16);
        }
        text.push('\n');
    }
    text
}

/// Layout B: IOS XE 16; indices count from 0.
pub fn layout_b(frames: &[Frame]) -> String {
    let mut text = String::new();
    for (number, frame) in frames.iter().enumerate() {
        writeln!(text, "{number}").unwrap();
        for (line, octets) in frame.data.chunks(16).enumerate() {
            writeln!(text, "  {:04X}:  {}   {}", line * 16, columns(octets, 0), characters(octets)).unwrap();
        }
        text.push('\n');
    }
    text
}

/// Layout C: IOS XE 17; with `summaries`, the brief line stands before each packet.
pub fn layout_c(frames: &[Frame], summaries: bool) -> String {
    let mut text = "Starting the packet display ........ Press Ctrl + Shift + 6 to exit\n\n".to_owned();
    for (number, frame) in frames.iter().enumerate() {
        if summaries {
            text.push_str(&brief_line(frames, number));
            text.push('\n');
        }
        for (line, octets) in frame.data.chunks(16).enumerate() {
            let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
            writeln!(text, "{:04x}  {:<47}   {}", line * 16, pairs.join(" "), characters(octets)).unwrap();
        }
        text.push('\n');
    }
    text
}

/// `tcpdump -xx`, with characters `-XX`.
pub fn tcpdump(frames: &[Frame], letters: bool) -> String {
    let mut text = String::new();
    for frame in frames {
        let micros = (frame.nanos - frames[0].nanos) / 1000;
        let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        writeln!(
            text,
            "{hours:02}:{minutes:02}:{seconds:02}.{micros:06} IP 11.1.6.2.443 > 11.1.6.3.50211: tcp 0"
        )
        .unwrap();
        for (line, octets) in frame.data.chunks(16).enumerate() {
            let octet = |octet: &u8| format!("{octet:02x}");
            let halves: Vec<String> =
                octets.chunks(2).map(|half| half.iter().map(octet).collect::<Vec<_>>().concat()).collect();
            let shown = if letters { characters(octets) } else { String::new() };
            writeln!(text, "\t0x{:04x}:  {:<39}  {shown}", line * 16, halves.join(" ")).unwrap();
        }
    }
    text
}

/// Each line behind the time at which a terminal's log wrote it.
pub fn stamped(dump: &str) -> String {
    dump.lines().map(|line| format!("[2026-11-22 18:17:08.827] {line}\n")).collect::<Vec<_>>().concat()
}

/// Layout D: the brief list; indices count from 1.
pub fn brief(frames: &[Frame]) -> String {
    let mut text = "Starting the packet display ........ Press Ctrl + Shift + 6 to exit\n\n".to_owned();
    (0..frames.len()).for_each(|number| text.push_str(&brief_line(frames, number)));
    text.push('\n');
    text
}

fn brief_line(frames: &[Frame], number: usize) -> String {
    let frame = &frames[number];
    let since = frame.nanos - frames[0].nanos;
    let (seconds, micros) = (since / 1_000_000_000, since / 1000 % 1_000_000);
    format!(
        "{:>5}   {seconds}.{micros:06}     11.1.6.2 -> 11.1.6.3     TCP {} 443 > 50211 [ACK] Seq=1\n",
        number + 1,
        frame.wire
    )
}

/// What a terminal's log has around and between: prompts, echoes, the pager with its backspaces, CRLF.
pub fn in_a_session(dump: &str) -> Vec<u8> {
    let mut log = "Switch#terminal length 24\r\nSwitch#show monitor capture CSSM buffer dump\r\n\
        Load for five secs: 1%/0%; one minute: 2%; five minutes: 2%\r\n\
        Time source is NTP, 22:45:44.700 UTC Sat Nov 27 2021\r\n\r\n"
        .to_owned()
        .into_bytes();
    for (number, line) in dump.lines().enumerate() {
        if number % 23 == 22 {
            log.extend(b" --More-- ");
            log.extend([8; 9]);
            log.extend([b' '; 9]);
            log.extend([8; 9]);
        }
        log.extend(line.as_bytes());
        log.extend(b"\r\n");
    }
    log.extend(b"Switch#\r\n");
    log
}
