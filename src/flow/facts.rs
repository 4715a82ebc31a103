//! What is known of one TCP connection when it is over, or when the capture is.

use crate::model::{At, Direction, Endpoint, SeqNumber, Transmissions};
use crate::net::{IcmpError, TcpFlags};

use super::{Segments, Stream};

/// How the client of a connection was told from its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleEvidence {
    /// A SYN or SYN-ACK is in the capture.
    Handshake,
    /// Only the ports speak; the bytes may say otherwise (see [`Flow::swap_roles`]).
    Ports,
}

/// One TCP connection. Every transmission of one SYN is one connection; a new initial sequence number is a new one.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The number tshark gives it (`tcp.stream`); `None` past the limits.
    pub stream: Option<u32>,
    /// Who opened it.
    pub client: Endpoint,
    /// Who was called.
    pub server: Endpoint,
    /// How sure these roles are.
    pub roles: RoleEvidence,
    /// First frame.
    pub first: At,
    /// Last frame.
    pub last: At,
    /// Number of frames, duplicates included.
    pub frames: u64,
    /// The client's transmissions of its SYN; copies of one frame count once.
    pub syns: Transmissions,
    /// The server's transmissions of its SYN-ACK; copies of one frame count once.
    pub syn_acks: Transmissions,
    /// The client's first segment that acknowledges the SYN-ACK, other than a RST.
    pub established: Option<At>,
    /// What the client sent.
    pub from_client: Half,
    /// What the server sent.
    pub from_server: Half,
    /// SYN-ACKs whose initial sequence number differs from the one the connection uses: first of each number, at most 4.
    pub other_isns: Vec<(At, SeqNumber)>,
    /// Segments in capture order: the first `limits::SEGMENTS_HEAD` and the last `limits::SEGMENTS_TAIL`.
    pub segments: Segments,
    /// Segments left out of the middle of `segments`.
    pub segments_omitted: u64,
    /// ICMP errors that quote a packet of this connection, in capture order, at most `limits::ICMP_PER_FLOW`.
    pub icmp: Vec<(At, IcmpError)>,
}

/// One direction of a connection. Offsets count octets from the first one after the SYN.
#[derive(Debug, Clone, Default)]
pub struct Half {
    /// Frames of this direction in the capture, duplicates included.
    pub frames: u64,
    /// Initial sequence number: from its own SYN, or from the other side's acknowledgement of it.
    pub isn: Option<SeqNumber>,
    /// Maximum segment size this side announced.
    pub mss: Option<u16>,
    /// The octets captured.
    pub stream: Stream,
    /// Octets the other side is seen to have acknowledged (FIN and SYN not counted).
    pub acknowledged: u64,
    /// Whether the other side acknowledged this side's FIN.
    pub fin_acknowledged: bool,
    /// This side's FIN, and the offset it stands at.
    pub fin: Option<(At, u64)>,
    /// Segments of this direction with RST; copies of one frame count once.
    pub resets: Vec<Reset>,
    /// Frames with payload that this sender had sent before (not copies of one frame).
    pub retransmissions: u64,
    /// Frames that fill a hole in front of data already seen.
    pub out_of_order: u64,
    /// Frames that are copies of one already captured (second capture point).
    pub duplicates: u64,
    /// Times this side's window was announced as zero.
    pub zero_windows: u64,
    /// Whether some payload was cut by the capture's packet-length limit.
    pub cut: bool,
    /// First and last payload-carrying frame.
    pub data: Option<(At, At)>,
    /// TTLs of this side's segments other than RST: lowest and highest.
    pub ttl: Option<(u8, u8)>,
    /// IPv4 identification of this side's latest segment with neither SYN nor RST.
    pub ip_id: Option<u16>,
}

/// A segment with the RST bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// Where.
    pub at: At,
    /// Its sequence number: 0 when it answers a segment without ACK, a SYN (RFC 9293 §3.5.2).
    pub seq: SeqNumber,
    /// Its stream offset by sequence number, relative to the first octet after the SYN (a RST at ISN has -1);
    /// `None` when this side's sequence numbers are unknown.
    pub offset: Option<i64>,
    /// The offset of the other side's stream it acknowledges; `None` without ACK.
    pub ack: Option<i64>,
    /// IP time to live.
    pub ttl: u8,
    /// IPv4 identification.
    pub ip_id: Option<u16>,
}

/// What a segment is in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentClass {
    /// Next in order, or without payload.
    Normal,
    /// Starts behind a hole: something before it has not been captured (yet).
    AfterGap,
    /// Fills such a hole.
    OutOfOrder,
    /// Sent before by the same sender.
    Retransmission,
    /// A copy of a frame already captured.
    Duplicate,
    /// RFC 9293 §3.8.4: an octet already acknowledged, sent to provoke an acknowledgement.
    KeepAlive,
    /// One octet into a zero window.
    ZeroWindowProbe,
}

/// One segment of a connection. Offsets as in [`Half`]; `i64` since a SYN stands at -1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Where.
    pub at: At,
    /// Which way.
    pub direction: Direction,
    /// Control bits.
    pub flags: TcpFlags,
    /// Stream offset of its first octet.
    pub offset: i64,
    /// Payload octets on the wire.
    pub len: u32,
    /// Offset of the other direction that it acknowledges, with ACK.
    pub ack: Option<i64>,
    /// First SACK block in offsets of the other direction.
    pub sack: Option<(i64, i64)>,
    /// Window as sent.
    pub window: u16,
    /// Octets of the whole IP packet.
    pub ip_len: u32,
    /// What it is in its stream.
    pub class: SegmentClass,
}

impl Segment {
    /// The same with the other direction.
    fn reversed(self) -> Self {
        Self { direction: self.direction.reverse(), ..self }
    }
}

impl Flow {
    /// Lets go of the octets when they have been read; what is known about them stays.
    pub fn release_octets(&mut self) {
        self.from_client.stream.release();
        self.from_server.stream.release();
    }

    /// Octets of memory it holds, itself included.
    pub fn memory(&self) -> u64 {
        let halves = [&self.from_client, &self.from_server];
        let streams: usize = halves
            .iter()
            .map(|half| half.stream.memory() + half.resets.capacity() * size_of::<Reset>())
            .sum();
        let places = self.syns.capacity() + self.syn_acks.capacity();
        let segments = self.segments.memory();
        let icmp = self.icmp.capacity() * size_of::<(At, IcmpError)>();
        (streams + places * size_of::<At>() + segments + icmp + size_of::<Self>()) as u64
    }

    /// The segments of `direction` that carry data, in capture order, as far as they are kept.
    pub fn data_segments(&self, direction: Direction) -> impl Iterator<Item = Segment> {
        self.segments.iter().filter(move |segment| segment.direction == direction && segment.len > 0)
    }

    /// Whether what was sent at `earlier` came before what the other side sent at `later`: by their order in the capture, unless
    /// one of the two acknowledges the other, which it cannot do before it comes.
    pub fn precedes(&self, earlier: At, later: At) -> bool {
        if !self.segments.acknowledge_ahead() {
            return earlier.before(later);
        }
        if earlier.before(later) {
            !self.acknowledges(earlier, later)
        } else {
            later.before(earlier) && self.acknowledges(later, earlier)
        }
    }

    /// Whether the segment at `answer` acknowledges the first octet, or the FIN, of the one at `sent`.
    pub fn acknowledges(&self, answer: At, sent: At) -> bool {
        let mut both = self.segments.iter().filter(|segment| segment.at == answer || segment.at == sent);
        let (Some(one), Some(other)) = (both.next(), both.next()) else { return false };
        let (answer, sent) = if one.at == answer { (one, other) } else { (other, one) };
        let counts = sent.len > 0 || sent.flags.fin();
        counts && answer.direction != sent.direction && answer.ack.is_some_and(|ack| ack > sent.offset)
    }

    /// What the segment at `at` acknowledges, as an offset of the other direction.
    pub fn acknowledged_at(&self, at: At) -> Option<i64> {
        self.segments.iter().find(|segment| segment.at == at)?.ack
    }

    /// Whether the server's window was zero from its SYN-ACK on: nobody could send it anything.
    pub fn is_never_opened(&self) -> bool {
        let mut server = self.segments.iter().filter(|segment| segment.direction == Direction::FromServer);
        !self.syn_acks.is_empty() && server.all(|segment| segment.window == 0 || segment.flags.rst())
    }

    /// What `direction` sent.
    pub fn half(&self, direction: Direction) -> &Half {
        match direction {
            Direction::FromClient => &self.from_client,
            Direction::FromServer => &self.from_server,
        }
    }

    /// Exchanges client and server: for whoever finds a ClientHello or a request from the 'server' of a flow whose
    /// roles rest on ports. SYNs and SYN-ACKs stay what they were.
    pub fn swap_roles(&mut self) {
        std::mem::swap(&mut self.client, &mut self.server);
        std::mem::swap(&mut self.from_client, &mut self.from_server);
        self.established = None;
        self.segments = self.segments.iter().map(Segment::reversed).collect();
    }
}
