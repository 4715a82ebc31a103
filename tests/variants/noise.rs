//! A thousand other hosts' connections, most of them failing, between the sample's frames.

use super::capture::Frame;
use super::headers::{ACK, Dice, ETHERNET, FIN, PSH, RST, SYN};

/// What other hosts do.
const KINDS: usize = 9;

pub fn surrounded(frames: &[Frame]) -> Vec<Frame> {
    let first = frames.iter().map(|frame| frame.nanos).min().unwrap_or(0);
    let last = frames.iter().map(|frame| frame.nanos).max().unwrap_or(0);
    let mut dice = Dice(4242);
    let mut all = frames.to_vec();
    for host in 0..1000 {
        let packets = Host(host).acts(dice.below(KINDS));
        let mut times: Vec<i64> = packets.iter().map(|_| moment(&mut dice, first, last)).collect();
        times.sort_unstable();
        all.extend(packets.into_iter().zip(times).map(|(data, nanos)| Frame {
            nanos,
            link: ETHERNET,
            wire: data.len(),
            data,
            origin: Vec::new(),
        }));
    }
    // Stable: the sample's frames stay in their order, and those of the start and end stay there.
    super::packets::by_time(all)
}

fn moment(dice: &mut Dice, first: i64, last: i64) -> i64 {
    let parts = 1 << 20;
    let at = i64::try_from(dice.below(parts)).expect("small");
    first + (last - first) / i64::try_from(parts).expect("small") * at
}

struct Host(u16);

impl Host {
    fn acts(&self, kind: usize) -> Vec<Vec<u8>> {
        let refused =
            |port| vec![self.segment(true, port, SYN, 0, b""), self.segment(false, port, RST | ACK, 0, b"")];
        match kind {
            0 => refused(443),
            1 => vec![self.segment(true, 443, SYN, 0, b""); 4],
            2 => self.exchange(443, b"\x16\x03\x01\x00\x05hello", b"\x15\x03\x03\x00\x02\x02\x28"),
            3 => self.exchange(443, b"\x16\x03\x01\x00\x05hello", b"\x16\x03\x03\x00\x05hello"),
            4 => self.exchange(
                80,
                b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n",
                b"HTTP/1.1 503 Busy\r\n\r\n",
            ),
            5 => self.exchange(22, b"SSH-2.0-x\r\n", b"SSH-2.0-y\r\n"),
            6 => vec![self.question(0x0100, 0), self.question(0x8183, 1)],
            7 => vec![self.arp(); 3],
            _ => refused(8182),
        }
    }

    fn exchange(&self, port: u16, request: &[u8], answer: &[u8]) -> Vec<Vec<u8>> {
        vec![
            self.segment(true, port, SYN, 0, b""),
            self.segment(false, port, SYN | ACK, 0, b""),
            self.segment(true, port, ACK, 1, b""),
            self.segment(true, port, ACK | PSH, 1, request),
            self.segment(false, port, ACK | PSH, 1, answer),
            self.segment(false, port, ACK | FIN, 1 + u8::try_from(answer.len()).unwrap(), b""),
            self.segment(true, port, RST, 1 + u8::try_from(request.len()).unwrap(), b""),
        ]
    }

    fn address(&self) -> [u8; 4] {
        let [high, low] = self.0.to_be_bytes();
        [10, 77, high, low]
    }

    fn packet(&self, out: bool, protocol: u8, payload: &[u8]) -> Vec<u8> {
        let (own, other) = (self.address(), [198, 51, 100, self.0.to_be_bytes()[1]]);
        let (source, destination) = if out { (own, other) } else { (other, own) };
        let length = u16::try_from(20 + payload.len()).unwrap().to_be_bytes();
        let ethernet = [2, 0, 0, 0, 7, 1, 2, 0, 0, 0, 7, 2, 8, 0];
        let ip = [0x45, 0, length[0], length[1], 0, 9, 0, 0, 60, protocol, 0, 0];
        [&ethernet[..], &ip, &source, &destination, payload].concat()
    }

    fn segment(&self, out: bool, port: u16, flags: u8, seq: u8, payload: &[u8]) -> Vec<u8> {
        let own = (40_000 + self.0).to_be_bytes();
        let port = port.to_be_bytes();
        let (source, destination) = if out { (own, port) } else { (port, own) };
        let rest = [0, 0, 1, seq, 0, 0, 1, 1, 0x50, flags, 0x20, 0, 0, 0, 0, 0];
        self.packet(out, 6, &[&source[..], &destination, &rest, payload].concat())
    }

    fn question(&self, flags: u16, answer: u8) -> Vec<u8> {
        let own = (40_000 + self.0).to_be_bytes();
        let (source, destination) = if answer == 0 { (own, [0, 53]) } else { ([0, 53], own) };
        let head = [&self.0.to_be_bytes()[..], &flags.to_be_bytes(), &[0, 1, 0, 0, 0, 0, 0, 0]].concat();
        let message = [&head[..], b"\x04mail\x07example\x03net\0\0\x01\0\x01"].concat();
        let length = u16::try_from(8 + message.len()).unwrap().to_be_bytes();
        self.packet(answer == 0, 17, &[&source[..], &destination, &length, &[0, 0], &message].concat())
    }

    fn arp(&self) -> Vec<u8> {
        let head = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 7, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1];
        [&head[..], &[2, 0, 0, 0, 7, 1], &self.address(), &[0; 6], &[10, 77, 255, 1]].concat()
    }
}
