//! Packets made by hand, written as a pcap file of raw IP as they are made. Checksums are left at zero.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// pcap, little endian, microseconds, raw IP.
pub const FILE_HEADER: [u8; 24] =
    [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0];

const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;
const FIN: u8 = 1;

/// A connection's ends.
#[derive(Clone, Copy)]
pub struct Tcp {
    client: ([u8; 4], u16),
    server: ([u8; 4], u16),
}

impl Tcp {
    /// The address of the service.
    pub const SERVICE: [u8; 4] = [192, 0, 2, 1];

    /// One of many connections, between many hosts.
    pub fn number(number: u32) -> Self {
        let [_, a, b, c] = number.to_be_bytes();
        let high = (number >> 24).to_le_bytes()[0];
        Self { client: ([10, a, b, c], 1024), server: ([172, 16, high, c], 443) }
    }

    /// One of many connections of one client to the service, over several addresses of a network once ports run out.
    pub fn to_service(number: u32) -> Self {
        let [high, mid, a, b] = number.to_be_bytes();
        let port = u16::from_be_bytes([a, b]) | 1024;
        Self { client: ([10, high, mid, u8::from(a >= 4)], port), server: (Self::SERVICE, 443) }
    }
}

/// A capture as it is written.
pub struct Capture<'a> {
    to: &'a mut dyn Write,
    /// Time in units of 50 µs.
    time: u64,
}

impl<'a> Capture<'a> {
    /// Writes the file's header.
    pub fn start(to: &'a mut dyn Write) -> io::Result<Self> {
        to.write_all(&FILE_HEADER)?;
        Ok(Self { to, time: 0 })
    }

    /// The header of a record that says it is `length` octets long.
    pub fn record_header(&mut self, length: u32) -> io::Result<()> {
        self.time += 1;
        let (seconds, micros) = (1_700_000_000 + self.time / 20_000, self.time % 20_000 * 50);
        for word in [seconds, micros, length.into(), length.into()] {
            self.to.write_all(&word.to_le_bytes()[..4])?;
        }
        Ok(())
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: u64) {
        self.time += seconds * 20_000;
    }

    pub fn syn(&mut self, tcp: Tcp) -> io::Result<()> {
        self.segment(tcp.client, tcp.server, (SYN, 1000, 0), &[])
    }

    pub fn syn_ack(&mut self, tcp: Tcp) -> io::Result<()> {
        self.segment(tcp.server, tcp.client, (SYN | ACK, 5000, 1001), &[])
    }

    pub fn reset(&mut self, tcp: Tcp) -> io::Result<()> {
        self.segment(tcp.server, tcp.client, (RST | ACK, 0, 1001), &[])
    }

    pub fn fin(&mut self, tcp: Tcp) -> io::Result<()> {
        self.segment(tcp.server, tcp.client, (FIN | ACK, 5001, 1001), &[])?;
        self.segment(tcp.client, tcp.server, (FIN | ACK, 1042, 5002), &[])
    }

    pub fn client_sends(&mut self, tcp: Tcp, offset: u32, payload: &[u8]) -> io::Result<()> {
        self.segment(tcp.client, tcp.server, (ACK, 1001 + offset, 5001), payload)
    }

    pub fn server_sends(&mut self, tcp: Tcp, offset: u32, payload: &[u8]) -> io::Result<()> {
        self.segment(tcp.server, tcp.client, (ACK, 5001 + offset, 1001), payload)
    }

    fn segment(
        &mut self,
        from: ([u8; 4], u16),
        to: ([u8; 4], u16),
        (flags, seq, ack): (u8, u32, u32),
        payload: &[u8],
    ) -> io::Result<()> {
        let mut header = [0; 20];
        header[0..2].copy_from_slice(&from.1.to_be_bytes());
        header[2..4].copy_from_slice(&to.1.to_be_bytes());
        header[4..8].copy_from_slice(&seq.to_be_bytes());
        header[8..12].copy_from_slice(&ack.to_be_bytes());
        header[12..16].copy_from_slice(&[0x50, flags, 0x10, 0]);
        self.ip(from.0, to.0, (6, 0), &[&header, payload])
    }

    /// The first fragment of a datagram.
    pub fn fragment(&mut self, number: u32, payload: &[u8]) -> io::Result<()> {
        let [_, a, b, c] = number.to_be_bytes();
        self.ip([10, a, b, c], [10, 0, 0, 1], (17, 0x2000), &[payload])
    }

    /// A query of client `number` for the name in `question`.
    pub fn dns_query(&mut self, number: u32, question: &[u8]) -> io::Result<()> {
        let message =
            [&b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"[..], question, b"\x00\x01\x00\x01"];
        self.dns(number, true, &message.concat())
    }

    /// A query and its answer: addresses.
    pub fn dns_answer(&mut self, id: u32, question: &[u8], addresses: &[[u8; 4]]) -> io::Result<()> {
        let id = id.to_le_bytes();
        let head = |flags: u8, answers: u8| [id[0], id[1], flags, 0x80, 0, 1, 0, answers, 0, 0, 0, 0];
        let asked = [&head(1, 0)[..], question, b"\x00\x01\x00\x01"].concat();
        self.dns(0, true, &asked)?;
        let mut message = [&head(0x81, 1)[..], question, b"\x00\x01\x00\x01"].concat();
        for address in addresses {
            message.extend(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04");
            message.extend(address);
        }
        self.dns(0, false, &message)
    }

    /// A query of client `number`, and an answer of `count` aliases that all point at the question.
    pub fn dns_aliases(&mut self, number: u32, question: &[u8], count: u8) -> io::Result<()> {
        self.dns_query(number, question)?;
        let head = [0, 7, 0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0];
        let mut message = [&head[..], question, b"\x00\x01\x00\x01"].concat();
        for _ in 0..count {
            message.extend(b"\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x02\xc0\x0c");
        }
        self.dns(number, false, &message)
    }

    fn dns(&mut self, number: u32, query: bool, message: &[u8]) -> io::Result<()> {
        let [_, a, b, c] = number.to_be_bytes();
        let ends = [([10, a, b, c], 33_000_u16), ([198, 51, 100, 1], 53)];
        let [from, to] = if query { ends } else { [ends[1], ends[0]] };
        let length = u16::try_from(8 + message.len()).expect("a short message");
        let header: Vec<u8> = [from.1, to.1, length, 0].into_iter().flat_map(u16::to_be_bytes).collect();
        self.ip(from.0, to.0, (17, 0), &[&header, message])
    }

    /// An IPv6 neighbour solicitation of one host for address `number`: raw IP has no ARP.
    pub fn arp(&mut self, number: u32) -> io::Result<()> {
        let address = |last: u32| {
            let mut address = [0; 16];
            address[..2].copy_from_slice(&[0xfe, 0x80]);
            address[12..].copy_from_slice(&last.to_be_bytes());
            address
        };
        let mut packet = vec![0x60, 0, 0, 0, 0, 24, 58, 255];
        packet.extend(address(0xffff_ffff));
        packet.extend(address(number));
        packet.extend([135, 0, 0, 0, 0, 0, 0, 0]);
        packet.extend(address(number));
        // Repetitions of one request this close are copies of one frame: let a second pass.
        self.time += 20_000;
        self.record_header(u32::try_from(packet.len()).expect("a short packet"))?;
        self.to.write_all(&packet)
    }

    fn ip(
        &mut self,
        from: [u8; 4],
        to: [u8; 4],
        (protocol, fragment): (u8, u16),
        parts: &[&[u8]],
    ) -> io::Result<()> {
        let length = 20 + parts.iter().map(|part| part.len()).sum::<usize>();
        self.record_header(u32::try_from(length).expect("a packet"))?;
        let mut header = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header[2..4].copy_from_slice(&u16::try_from(length).expect("an IP packet").to_be_bytes());
        header[4..6].copy_from_slice(&self.time.to_le_bytes()[..2]);
        header[6..8].copy_from_slice(&fragment.to_be_bytes());
        header[12..16].copy_from_slice(&from);
        header[16..20].copy_from_slice(&to);
        self.to.write_all(&header)?;
        parts.iter().try_for_each(|part| self.to.write_all(part))
    }
}

/// A ClientHello that names `host`, in its record.
pub fn client_hello(host: &str) -> Vec<u8> {
    let name = [&b"\x00"[..], &vector16(host.as_bytes())].concat();
    let extension = [&b"\x00\x00"[..], &vector16(&vector16(&name))].concat();
    let mut body = b"\x03\x03".to_vec();
    body.extend([7; 32]);
    body.extend(b"\x00\x00\x02\x13\x01\x01\x00");
    body.extend(vector16(&extension));
    let length = u32::try_from(body.len()).expect("a short hello").to_be_bytes();
    let message = [&[1][..], &length[1..], &body].concat();
    [&b"\x16\x03\x01"[..], &vector16(&message)].concat()
}

/// What a server says to resume a session: ServerHello, ChangeCipherSpec and Finished.
pub fn resumption() -> Vec<u8> {
    let mut hello = b"\x02\x00\x00\x26\x03\x03".to_vec();
    hello.extend([9; 32]);
    hello.extend(b"\x00\xc0\x30\x00");
    [&b"\x16\x03\x03"[..], &vector16(&hello), &finished()].concat()
}

/// ChangeCipherSpec and an encrypted Finished.
pub fn finished() -> Vec<u8> {
    [&b"\x14\x03\x03\x00\x01\x01\x16\x03\x03"[..], &vector16(&[0x5a; 40])].concat()
}

/// `length` octets of application data, under TLS 1.2.
pub fn application_data(length: usize) -> Vec<u8> {
    vec![0x5a; length]
        .chunks(1 << 14)
        .flat_map(|piece| [&b"\x17\x03\x03"[..], &vector16(piece)].concat())
        .collect()
}

/// A Certificate message of `length` octets, each certificate one octet, in records of 16 KiB.
pub fn certificate_list(length: u32) -> Vec<u8> {
    let list = length - 3;
    let mut message = vec![11];
    message.extend(&length.to_be_bytes()[1..]);
    message.extend(&list.to_be_bytes()[1..]);
    message.resize(4 + length as usize, 0);
    for place in message[7..].chunks_exact_mut(4) {
        place.copy_from_slice(&[0, 0, 1, 0x30]);
    }
    message.chunks(1 << 14).flat_map(|piece| [&b"\x16\x03\x03"[..], &vector16(piece)].concat()).collect()
}

fn vector16(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a short vector");
    [&length.to_be_bytes()[..], bytes].concat()
}

/// `bytes` as a gzip member.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

/// So many zeros as a gzip member.
pub fn gzip_of_zeros(length: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![0; 1 << 20];
    (0..length >> 20).for_each(|_| encoder.write_all(&zeros).expect("memory"));
    encoder.finish().expect("memory")
}
