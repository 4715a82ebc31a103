//! A capture for benchmarks, made in code: one switch's attempts among other hosts' connections, the same octets every time.
//!
//! Scenarios and shares follow those of an uplink: most octets are answers to other hosts under TLS 1.3, one connection in twenty
//! is the switch's. Nothing is lost, so that every connection's verdict is known.

use std::collections::BTreeMap;

const SWITCH: [u8; 4] = [10, 20, 0, 118];
const SERVICE: [u8; 4] = [203, 0, 113, 81];
const SERVICE_NAME: &str = "smartreceiver.cisco.com";
const SYN: u8 = 2;
const ACK: u8 = 16;
const FIN: u8 = 1;
const RST: u8 = 4;

/// What a connection is, and the verdict it must get.
const SCENARIOS: &[(Scenario, &str)] = &[
    (Scenario::Exchange, "ok"),
    (Scenario::Exchange, "ok"),
    (Scenario::Exchange, "ok"),
    (Scenario::SynRefused, "tcp-syn-refused"),
    (Scenario::Alert(70), "tls-version-rejected"),
    (Scenario::HelloReset, "tls-reset"),
    (Scenario::Connect, "proxy-forbidden"),
];

#[derive(Clone, Copy)]
enum Scenario {
    Exchange,
    SynRefused,
    Alert(u8),
    HelloReset,
    Connect,
}

/// A capture file and what it holds.
pub struct Traffic {
    /// A pcap file.
    pub octets: Vec<u8>,
    /// Verdicts of all connections, and how often each.
    pub all: BTreeMap<&'static str, u64>,
    /// The same of the switch's own.
    pub switch: BTreeMap<&'static str, u64>,
}

impl Traffic {
    /// About `octets` of traffic.
    pub fn of(octets: usize) -> Self {
        let mut traffic =
            Self { octets: Vec::with_capacity(octets), all: BTreeMap::new(), switch: BTreeMap::new() };
        let header = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1];
        traffic.octets.extend(header.iter().flat_map(|word| word.to_le_bytes()));
        // A look-up of the service, so that a SYN without an answer has a name.
        let mut clock = 0;
        traffic.look_up(&mut clock);
        for number in 0_u32.. {
            if traffic.octets.len() >= octets {
                break;
            }
            traffic.connection(number, &mut clock);
        }
        traffic
    }

    /// One connection of the switch's with an answer of about `octets`, handed to `write` piece by piece.
    pub fn long(octets: u64, mut write: impl FnMut(&[u8]) -> std::io::Result<()>) -> std::io::Result<()> {
        let mut traffic = Self::of(0);
        let (mut connection, mut clock, mut written) = (Connection::new(0, true, false), 1_000_000, 0);
        connection.open();
        connection.ask(SERVICE_NAME);
        while written < octets {
            let answer = connection.protected(16_401);
            connection.send(1, &answer);
            if written + (1 << 16) >= octets {
                connection.close();
            }
            for frame in std::mem::take(&mut connection.frames) {
                clock += 12;
                traffic.record(clock, &frame);
            }
            written += traffic.octets.len() as u64;
            write(&traffic.octets)?;
            traffic.octets.clear();
        }
        Ok(())
    }

    fn connection(&mut self, number: u32, clock: &mut u64) {
        let kind = number.wrapping_mul(2_654_435_761) >> 8;
        let (scenario, verdict) = SCENARIOS[kind as usize % SCENARIOS.len()];
        let switch = number.is_multiple_of(20);
        *self.all.entry(verdict).or_default() += 1;
        if switch {
            *self.switch.entry(verdict).or_default() += 1;
        }
        let mut connection = Connection::new(number, switch, matches!(scenario, Scenario::Connect));
        let name = if switch { SERVICE_NAME } else { "licensing.example.com" };
        connection.run(scenario, name, kind);
        for frame in connection.frames {
            *clock += 120;
            self.record(*clock, &frame);
        }
    }

    fn look_up(&mut self, clock: &mut u64) {
        let server = [10, 20, 255, 53];
        let name: Vec<u8> = SERVICE_NAME
            .split('.')
            .flat_map(|label| [&[small(label.len())][..], label.as_bytes()].concat())
            .collect();
        let question = [&name[..], &[0, 0, 1, 0, 1]].concat();
        let answer = [&[0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4][..], &SERVICE].concat();
        let query = [&[0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], &question].concat();
        let response = [&[0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0][..], &question, &answer].concat();
        for (from, to, ports, message) in
            [(SWITCH, server, [40_000, 53], query), (server, SWITCH, [53, 40_000], response)]
        {
            let length = (message.len() + 8).to_be_bytes();
            let udp = [&ports.map(u16::to_be_bytes).concat()[..], &length[6..], &[0, 0], &message].concat();
            *clock += 1_000;
            self.record(*clock, &ethernet(17, from, to, 1, &udp));
        }
    }

    fn record(&mut self, micros: u64, frame: &[u8]) {
        let length = u32::try_from(frame.len()).expect("a frame");
        let seconds = u32::try_from(micros / 1_000_000).expect("a short capture");
        let micros = u32::try_from(micros % 1_000_000).expect("less than a second");
        for word in [1_760_000_000 + seconds, micros, length, length] {
            self.octets.extend(word.to_le_bytes());
        }
        self.octets.extend(frame);
    }
}

/// One connection in the making.
struct Connection {
    ends: [[u8; 4]; 2],
    ports: [u16; 2],
    seq: [u32; 2],
    id: u16,
    noise: u64,
    frames: Vec<Vec<u8>>,
}

impl Connection {
    fn new(number: u32, switch: bool, proxied: bool) -> Self {
        let host = 200 + number % 1800;
        let client =
            if switch { SWITCH } else { [10, 21, (host >> 8).to_le_bytes()[0], host.to_le_bytes()[0]] };
        let (server, port) = if proxied { ([10, 20, 255, 10], 3128) } else { (SERVICE, 443) };
        let ports = [u16::try_from(1024 + number % 60_000).expect("a port"), port];
        let seq = [number.wrapping_mul(97_003), number.wrapping_mul(71_993)];
        Self { ends: [client, server], ports, seq, id: 1, noise: u64::from(number) + 1, frames: Vec::new() }
    }

    fn run(&mut self, scenario: Scenario, name: &str, kind: u32) {
        if matches!(scenario, Scenario::SynRefused) {
            self.segment(0, SYN, &[]);
            return self.segment(1, RST | ACK, &[]);
        }
        self.open();
        match scenario {
            Scenario::Exchange => self.exchange(name, kind),
            Scenario::Alert(description) => {
                self.send(0, &client_hello(name));
                self.send(1, &record(21, &[2, description]));
                self.close();
            }
            Scenario::HelloReset => {
                self.send(0, &client_hello(name));
                self.segment(1, RST | ACK, &[]);
            }
            Scenario::Connect => {
                let host = format!("{name}:443");
                self.send(0, format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
                self.send(
                    1,
                    b"HTTP/1.1 403 Forbidden\r\nServer: squid/5.7\r\nContent-Length: 6\r\n\r\nDenied",
                );
                self.close();
            }
            Scenario::SynRefused => {}
        }
    }

    fn open(&mut self) {
        self.segment(0, SYN, &[]);
        self.segment(1, SYN | ACK, &[]);
        self.segment(0, ACK, &[]);
    }

    /// TLS 1.3: hellos, the server's flight, the client's Finished and its request.
    fn ask(&mut self, name: &str) {
        self.send(0, &client_hello(name));
        let flight = [server_hello(), record(20, &[1]), self.protected(2_600)].concat();
        self.send(1, &flight);
        let finished = [record(20, &[1]), self.protected(53), self.protected(900)].concat();
        self.send(0, &finished);
    }

    /// A request and an answer of some kilobytes.
    fn exchange(&mut self, name: &str, kind: u32) {
        self.ask(name);
        for _ in 0..=kind % 4 {
            let answer = self.protected(16_401);
            self.send(1, &answer);
        }
        self.close();
    }

    /// A record of random octets.
    fn protected(&mut self, length: usize) -> Vec<u8> {
        let payload: Vec<u8> = (0..length)
            .map(|_| {
                self.noise ^= self.noise << 13;
                self.noise ^= self.noise >> 7;
                self.noise ^= self.noise << 17;
                self.noise.to_le_bytes()[3]
            })
            .collect();
        record(23, &payload)
    }

    /// Segments of an Ethernet's size, an acknowledgement for every second one.
    fn send(&mut self, side: usize, octets: &[u8]) {
        for (index, part) in octets.chunks(1460).enumerate() {
            self.segment(side, ACK, part);
            if index % 2 == 1 || part.len() < 1460 {
                self.segment(1 - side, ACK, &[]);
            }
        }
    }

    fn close(&mut self) {
        self.segment(0, FIN | ACK, &[]);
        self.segment(1, FIN | ACK, &[]);
        self.segment(0, ACK, &[]);
    }

    fn segment(&mut self, side: usize, flags: u8, payload: &[u8]) {
        self.id = self.id.wrapping_add(1);
        let acknowledged = if flags & ACK == 0 { 0 } else { self.seq[1 - side] };
        let tcp = [
            &self.ports[side].to_be_bytes()[..],
            &self.ports[1 - side].to_be_bytes(),
            &self.seq[side].to_be_bytes(),
            &acknowledged.to_be_bytes(),
            &[0x50, flags, 0xfa, 0xf0, 0, 0, 0, 0],
            payload,
        ]
        .concat();
        let counted = u32::from(flags & (SYN | FIN) != 0);
        self.seq[side] =
            self.seq[side].wrapping_add(u32::try_from(payload.len()).expect("a segment") + counted);
        self.frames.push(ethernet(6, self.ends[side], self.ends[1 - side], self.id, &tcp));
    }
}

fn ethernet(protocol: u8, from: [u8; 4], to: [u8; 4], id: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + payload.len()).expect("a packet").to_be_bytes();
    [
        &[2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 9, 8, 0, 0x45, 0][..],
        &length,
        &id.to_be_bytes(),
        &[0x40, 0, 64, protocol, 0, 0],
        &from,
        &to,
        payload,
    ]
    .concat()
}

fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("a record").to_be_bytes();
    [&[kind, 3, 3][..], &length, payload].concat()
}

fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    record(22, &[&[kind, 0][..], &two(body.len()), body].concat())
}

fn client_hello(name: &str) -> Vec<u8> {
    let name = name.as_bytes();
    let sni =
        [&two(0)[..], &two(name.len() + 5), &two(name.len() + 3), &[0], &two(name.len()), name].concat();
    let versions = [0, 43, 0, 5, 4, 3, 4, 3, 3];
    let extensions = [&sni[..], &versions].concat();
    let body =
        [&[3, 3][..], &[7; 32], &[0, 0, 4, 0x13, 1, 0x13, 2, 1, 0], &two(extensions.len()), &extensions]
            .concat();
    handshake(1, &body)
}

fn server_hello() -> Vec<u8> {
    handshake(2, &[&[3, 3][..], &[9; 32], &[0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4]].concat())
}

fn two(length: usize) -> [u8; 2] {
    u16::try_from(length).expect("a short field").to_be_bytes()
}

fn small(length: usize) -> u8 {
    u8::try_from(length).expect("a label")
}
