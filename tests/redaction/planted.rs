//! Captures made by hand with a customer's secrets wherever packets carry text.

/// A path that names a customer.
pub const FILE: &str = "/home/jdoe/Globex-Corporation/core-sw1.pcap";

/// What stands in the captures and must be in no redacted output.
pub const SECRETS: &[&str] = &[
    "globex",
    "jdoe",
    "hunter2-s3cret",
    "core-sw1",
    "webproxy07",
    "FOC2332X0A1",
    "MzA1NjEwNTgtOWY3Yi00ZDA2LWJhMjAtYjY1",
    "amRvZTpodW50ZXIyLXMzY3JldA==",
    "TlRMTVNTUAACAAAADAAMADgAAABHTE9CRVg=",
    "b7f9c2d1-4c1e-4b5f-9c3e-1f2e3d4c5b6a",
    "SESSIONID-81aa77",
    "Initech",
    "uplink-to-berlin",
    "comment-of-the-customer",
    "telephone 5550123",
    "Fawlty-Towers",
    ":47:31::74",
    "11:22:33",
];

/// Of them what no report may hold, redacted or not.
pub const CREDENTIALS: &[&str] = &[
    "hunter2-s3cret",
    "amRvZTpodW50ZXIyLXMzY3JldA==",
    "TlRMTVNTUAACAAAADAAMADgAAABHTE9CRVg=",
    "MzA1NjEwNTgtOWY3Yi00ZDA2LWJhMjAtYjY1",
    "SESSIONID-81aa77",
    "b7f9c2d1-4c1e-4b5f-9c3e-1f2e3d4c5b6a",
];

const SWITCH: [u8; 4] = [10, 77, 3, 14];
const FAR: [u8; 4] = [192, 168, 99, 41];
const DNS: [u8; 4] = [10, 77, 0, 53];
const SWITCH_MAC: [u8; 6] = [0x6c, 0x5e, 0x3b, 0xa1, 0xb2, 0xc3];
const FAR_MAC: [u8; 6] = [0x00, 0x1b, 0x54, 0xd4, 0xe5, 0xf6];

/// Each capture, and the services to name to the program.
pub fn captures() -> Vec<(Vec<u8>, Vec<&'static str>)> {
    vec![
        (proxy(), vec![]),
        (on_prem(), vec!["ssm.globex.example"]),
        (banner(), vec!["192.168.99.41"]),
        (dns(), vec![]),
    ]
}

/// A proxy that demands a log-on, in words of its own.
fn proxy() -> Vec<u8> {
    let request = "CONNECT smartreceiver.cisco.com:443 HTTP/1.1\r\nHost: smartreceiver.cisco.com:443\r\n\
                   User-Agent: cisco-IOS\r\nProxy-Authorization: Basic amRvZTpodW50ZXIyLXMzY3JldA==\r\n\
                   Cookie: SESSIONID-81aa77\r\nX-User: GLOBEX\\jdoe\r\n\r\n";
    let answer = "HTTP/1.1 407 Globex says: ask Initech, telephone 5550123, of=fd00:47:31::74\r\n\
                  Server: webproxy07.globex.example\r\nVia: 1.1 webproxy07 (squid/5.7)\r\n\
                  Proxy-Authenticate: NTLM TlRMTVNTUAACAAAADAAMADgAAABHTE9CRVg=\r\n\
                  Proxy-Authenticate: Basic realm=\"Globex users, jdoe@globex.example\"\r\n\
                  X-Cache: MISS from webproxy07 (fd00:47:31::74, 00:11:22:33:44:55)\r\nX-Squid-Error: ERR_CACHE_ACCESS_DENIED 0\r\n\
                  Set-Cookie: SESSIONID-81aa77\r\nContent-Length: 40\r\n\r\n<h1>Globex: jdoe is not logged on</h1>\r\n";
    let mut capture = Capture::new();
    capture.connection(3128, &[request], &[answer]);
    capture.octets
}

/// A licensing exchange in clear with an On-Prem that refuses, its account in the path.
fn on_prem() -> Vec<u8> {
    let body = r#"{"request":"{\"header\":{\"request_type\":\"ID_TOKEN_TRUST\",\"version\":\"1.3\"},\"sudi\":{\"udi_pid\":\"C9300-24T\",\"udi_serial_number\":\"FOC2332X0A1\"},\"device_list\":\"core-sw1\",\"request_data\":\"{\\\"id_token\\\":\\\"MzA1NjEwNTgtOWY3Yi00ZDA2LWJhMjAtYjY1\\\",\\\"piid\\\":\\\"b7f9c2d1-4c1e-4b5f-9c3e-1f2e3d4c5b6a\\\"}\"}"}"#;
    let request = format!(
        "POST /cslu/v1/pi/Fawlty-Towers HTTP/1.1\r\nHost: ssm.globex.example\r\nAuthorization: Bearer hunter2-s3cret\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = r#"{"signature":{},"response":"{\"header\":{\"request_type\":\"ID_TOKEN_TRUST\"},\"status_code\":\"INVALID_TOKEN\",\"status_message\":\"Account Fawlty-Towers of Globex: serial FOC2332X0A1 of core-sw1 is unknown, ask jdoe\",\"id_token\":\"MzA1NjEwNTgtOWY3Yi00ZDA2LWJhMjAtYjY1\"}","sch_response":null}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nServer: Globex-Gateway\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{reply}",
        reply.len()
    );
    let mut capture = Capture::new();
    capture.connection(80, &[&request], &[&answer]);
    capture.octets
}

/// Something that is no web server, with a banner.
fn banner() -> Vec<u8> {
    let mut capture = Capture::new();
    capture.connection(
        443,
        &["\u{16}\u{3}\u{1}"],
        &["SSH-2.0-OpenSSH_8.9 core-sw1 of Globex, jdoe@globex.example\r\n"],
    );
    capture.octets
}

/// A look-up with a search suffix, refused, and an answer with an alias.
fn dns() -> Vec<u8> {
    let mut capture = Capture::new();
    let name = labels("smartreceiver.cisco.com.globex.example");
    let query = |flags: [u8; 2], answers: u8, rest: &[u8]| {
        [&[0x12, 0x34][..], &flags, &[0, 1, 0, answers, 0, 0, 0, 0], &name, &[0, 1, 0, 1], rest].concat()
    };
    capture.udp(true, &query([1, 0], 0, &[]));
    let alias = labels("webproxy07.globex.example");
    let length = u8::try_from(alias.len()).unwrap();
    let answer = [&[0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, length][..], &alias].concat();
    capture.udp(false, &query([0x81, 0x83], 1, &answer));
    capture.octets
}

fn labels(name: &str) -> Vec<u8> {
    let mut wire: Vec<u8> = name
        .split('.')
        .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat())
        .collect();
    wire.push(0);
    wire
}

/// One exchange in clear with a CSLU: what each side says, in these pieces, in this order of the answer's.
pub fn exchange(request: &[&[u8]], answer: &[&[u8]], order: impl Iterator<Item = usize>) -> Vec<u8> {
    let mut capture = Capture::new();
    let (mut ours, theirs) = capture.opened(8182);
    for piece in request {
        capture.tcp(true, 8182, 0x18, ours, theirs, piece);
        ours += u32::try_from(piece.len()).unwrap();
    }
    let length = |pieces: &[&[u8]]| u32::try_from(pieces.concat().len()).unwrap();
    for index in order {
        capture.tcp(false, 8182, 0x18, theirs + length(&answer[..index]), ours, answer[index]);
    }
    capture.closed(8182, ours, theirs + length(answer));
    capture.octets
}

/// A pcapng capture with comments and an interface's name, of one switch and one far end.
struct Capture {
    octets: Vec<u8>,
    time: u64,
}

impl Capture {
    fn new() -> Self {
        let section =
            [&[0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0][..], &[0xff; 8], &option(1, "comment-of-the-customer")]
                .concat();
        let interface =
            [&[1, 0, 0, 0, 0, 0, 4, 0][..], &option(2, "uplink-to-berlin"), &option(9, "\t")].concat();
        Self {
            octets: [block(0x0a0d_0d0a, &section), block(1, &interface)].concat(),
            time: 1_737_733_318_123_456_789,
        }
    }

    /// A connection that is opened, carries these messages in turn, and is closed by the far end.
    fn connection(&mut self, port: u16, requests: &[&str], answers: &[&str]) {
        let (mut ours, mut theirs) = self.opened(port);
        for (request, answer) in requests.iter().zip(answers) {
            // In pieces, so that secrets stand at the start of a segment too.
            for piece in request.as_bytes().chunks(300) {
                self.tcp(true, port, 0x18, ours, theirs, piece);
                ours += u32::try_from(piece.len()).unwrap();
            }
            for piece in answer.as_bytes().chunks(300) {
                self.tcp(false, port, 0x18, theirs, ours, piece);
                theirs += u32::try_from(piece.len()).unwrap();
            }
        }
        self.closed(port, ours, theirs);
    }

    /// The handshake; the next sequence number of each side.
    fn opened(&mut self, port: u16) -> (u32, u32) {
        self.tcp(true, port, 2, 1_000, 0, &[]);
        self.tcp(false, port, 0x12, 9_000, 1_001, &[]);
        self.tcp(true, port, 0x10, 1_001, 9_001, &[]);
        (1_001, 9_001)
    }

    fn closed(&mut self, port: u16, ours: u32, theirs: u32) {
        self.tcp(false, port, 0x11, theirs, ours, &[]);
        self.tcp(true, port, 0x11, ours, theirs + 1, &[]);
        self.tcp(false, port, 0x10, theirs + 1, ours + 1, &[]);
    }

    fn tcp(&mut self, from_switch: bool, port: u16, flags: u8, seq: u32, ack: u32, data: &[u8]) {
        let (from, to) = if from_switch { (50_000, port) } else { (port, 50_000) };
        let head =
            [&from.to_be_bytes()[..], &to.to_be_bytes(), &seq.to_be_bytes(), &ack.to_be_bytes()].concat();
        let segment = [&head[..], &[0x50, flags, 0x10, 0x20, 0, 0, 0, 0], data].concat();
        self.ip(from_switch, FAR, 6, &segment);
    }

    fn udp(&mut self, from_switch: bool, data: &[u8]) {
        let (from, to): (u16, u16) = if from_switch { (50_053, 53) } else { (53, 50_053) };
        let length = u16::try_from(data.len() + 8).unwrap();
        let head = [from.to_be_bytes(), to.to_be_bytes(), length.to_be_bytes(), [0, 0]].concat();
        self.ip(from_switch, DNS, 17, &[&head, data].concat());
    }

    fn ip(&mut self, from_switch: bool, far: [u8; 4], protocol: u8, payload: &[u8]) {
        let length = u16::try_from(payload.len() + 20).unwrap().to_be_bytes();
        let (from, to) = if from_switch { (SWITCH, far) } else { (far, SWITCH) };
        let header =
            [&[0x45, 0, length[0], length[1], 0, 7, 0, 0, 255, protocol, 0, 0][..], &from, &to].concat();
        let (source, target) = if from_switch { (SWITCH_MAC, FAR_MAC) } else { (FAR_MAC, SWITCH_MAC) };
        // A trailer behind the packet, as a padded frame has it.
        let frame = [&target[..], &source, &[8, 0], &header, payload, b"trailer of Globex"].concat();
        self.time += 1_000_001;
        let captured = u32::try_from(frame.len()).unwrap().to_le_bytes();
        let time = [u32::try_from(self.time >> 32).unwrap(), u32::try_from(self.time & 0xffff_ffff).unwrap()];
        let mut body =
            [&[0; 4][..], &time[0].to_le_bytes(), &time[1].to_le_bytes(), &captured, &captured, &frame]
                .concat();
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(option(1, "comment-of-the-customer"));
        self.octets.extend(block(6, &body));
    }
}

fn option(code: u16, value: &str) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap();
    let mut option = [&code.to_le_bytes()[..], &length.to_le_bytes(), value.as_bytes()].concat();
    option.resize(option.len().next_multiple_of(4), 0);
    option
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 12).unwrap().to_le_bytes();
    [&kind.to_le_bytes()[..], &length, body, &length].concat()
}
