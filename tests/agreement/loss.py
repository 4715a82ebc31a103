"""Which segments are retransmissions, and which are late: by the definition of slp-pcap, from the packets that tshark reads.

A second implementation of the definition, so that the number slp-pcap gives is checked exactly, and every frame that tshark
sorts otherwise has one of the reasons below.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

FIN, SYN, RST, ACK = 1, 2, 4, 16

# A copy of a frame (nanoseconds): with an IPv4 identification of its own or another TTL, and without.
COPY_TELLING, COPY_WITHOUT_ID, COPY_DISTANCE = 100_000_000, 2_000_000, 16
# A hole filled within a round trip is reordering, and always within 3 ms.
SHORTEST_ROUND_TRIP = 3_000_000
DATA_WINDOW, ACK_WINDOW = 1 << 30, 16 << 20
# While its first segment alone tells where a stream starts.
REBASE, REBASE_SEGMENTS = 1 << 16, 16

# Why a frame is one thing to slp-pcap and another to tshark.
COPY = "a copy of a frame is a duplicate: a sender numbers each datagram anew (RFC 6864 §4.3, RFC 6298 §5); to tshark sent again"
SEEN = "octets that were captured before are retransmitted, however soon (RFC 9293 §3.8.1); tshark goes by time alone"
SINCE = "the time that tells counts from the segment behind the hole (RFC 5681 §3.2); in tshark from the newest segment"
ACKED = "a hole filled within a round trip is reordering, also behind its acknowledgement; in tshark a spurious retransmission"
FAST = "a hole filled within a round trip is reordering: fast retransmit takes one (RFC 5681 §3.2); tshark counts duplicate ACKs"
FLOOR = "reordering takes up to 3 ms beside a near host; in tshark no longer than the handshake"
NEW = "octets above all captured ones are new, whatever was acknowledged (RFC 9293 §3.4); in tshark a spurious retransmission"
PROBE = "one octet repeated in front of new ones was a probe's (RFC 9293 §3.8.6.1)"
LENGTH = "the IP length is the datagram's, the rest was not captured (RFC 791 §3.1); tshark cuts it to the frame"
ANSWERS = "of two SYN-ACKs the client's ACK tells the one that counts (RFC 9293 §3.5); tshark keeps the first"


@dataclass
class Segment:
    """What the definition asks of a segment."""

    frame: int
    time: int
    source: str
    seq: int
    ack: int
    flags: int
    length: int
    window: int
    ip_id: int
    ttl: int
    payload: bytes
    # tshark's words: "retransmission", "out of order", and its kinds.
    words: frozenset
    # The frame is shorter than its IP length says.
    cut: bool


@dataclass
class Side:
    """One direction. Positions are sequence numbers without wrap."""

    near: int = None
    end: int = None
    # Where the stream starts, and whether a SYN, an acknowledgement of it, or only the first segment told (2, 1, 0).
    zero: int = None
    sure: int = 0
    isn: int = None
    other_isns: set = field(default_factory=set)
    seen: list = field(default_factory=list)
    # Start, end, time and payload of each data segment, and how many there were.
    frames: list = field(default_factory=list)
    data_segments: int = 0
    acknowledged: int = None
    fin: bool = False
    hole_since: int = None
    window_is_zero: bool = False

    def begin(self, seq, sure):
        """The first octet has this number. More than 64 KiB away, all before was an older connection's."""
        if self.near is None:
            self.near = self.end = self.zero = seq
        zero = self.position(seq)
        if abs(zero - self.zero) > REBASE:
            self.seen, self.frames, self.acknowledged = [], [], None
            self.near = self.end = zero
        elif not self.frames:
            self.near = self.end = zero
        self.zero, self.sure = zero, sure

    def position(self, seq):
        distance = (seq - self.near + (1 << 31) & 0xFFFFFFFF) - (1 << 31)
        return self.near + distance

    def advance(self, position):
        self.near = max(self.near, position)

    def covers(self, start, stop):
        at = bisect_right(self.seen, [start, float("inf")]) - 1
        return start >= stop or at >= 0 and self.seen[at][1] >= stop

    def overlaps(self, start, stop):
        return any(run[0] < stop and start < run[1] for run in self.seen)

    def note(self, start, stop, time, payload):
        if stop <= self.zero:
            return
        start = max(start, self.zero)
        touched = [run for run in self.seen if run[1] >= start and run[0] <= stop]
        joined = [min([start] + [r[0] for r in touched]), max([stop] + [r[1] for r in touched])]
        self.seen = sorted([run for run in self.seen if run not in touched] + [joined])
        self.frames.append((start, stop, time, payload))

    def next_time(self, position):
        """When the first captured octet at or behind a position came."""
        behind = [(max(frame[0], position), order, frame[2]) for order, frame in enumerate(self.frames) if frame[1] > position]
        return min(behind)[2] if behind else None

    def agrees(self, start, payload):
        """Whether octets are those captured first in their place."""
        kept = {}
        for first, stop, _, octets in self.frames:
            if first < start + len(payload) and start < stop:
                for offset, octet in enumerate(octets):
                    kept.setdefault(first + offset, octet)
        return all(kept.get(start + offset, octet) == octet for offset, octet in enumerate(payload))


def classify(segments):
    """`(frame, ours, tshark's, reason of a difference)` of each data segment that either calls repeated or late. Both words are
    "retransmission", "out of order" or None, and the reason is None where none is known."""
    return list(Stream().run(segments))


class Stream:
    """One connection."""

    def __init__(self):
        self.sides = {}
        self.latest = []
        self.syn = self.round_trip = self.syn_time = None
        # Whether a frame was cut so far; what decided of the last segment.
        self.cut, self.place = False, None

    def run(self, segments):
        for segment in segments:
            word = self.take(segment)
            ours = word if word in ("retransmission", "out of order") else None
            theirs = next((w for w in ("retransmission", "out of order") if w in segment.words), None)
            if segment.length and (theirs or ours):
                yield segment.frame, ours, theirs, None if ours == theirs else self.reason(segment, word, ours, theirs)

    def reason(self, segment, word, ours, theirs):
        if word == "copy":
            return COPY
        if self.cut:
            return LENGTH
        if any(side.other_isns for side in self.sides.values()):
            return ANSWERS
        if word in ("new", "ahead"):
            return PROBE if self.place == "one repeated" else NEW if "spurious" in segment.words else None
        if (ours, theirs) == ("retransmission", "out of order"):
            return SEEN if self.place == "seen" else SINCE
        if (ours, theirs) == ("out of order", "retransmission"):
            return ACKED if "spurious" in segment.words else FAST if "fast" in segment.words else self.floor()
        return None

    def floor(self):
        return FLOOR if (self.round_trip or 0) < SHORTEST_ROUND_TRIP else None

    def take(self, segment):
        self.cut |= segment.cut
        own = self.sides.setdefault(segment.source, Side())
        peer = self.peer(segment.source)
        copy = self.is_copy(own, segment)
        self.latest = (self.latest + [segment])[-COPY_DISTANCE:]
        if copy:
            return "copy"
        self.handshake(segment)
        self.learn(own, peer, segment)
        if segment.flags & SYN and own.isn != segment.seq or own.near is None:
            return "stray"
        if segment.flags & ACK:
            self.acknowledge(peer, segment)
        first = segment.seq + (1 if segment.flags & SYN else 0) & 0xFFFFFFFF
        self.guess(own, first, segment.length)
        start = own.position(first)
        word = self.sort(own, peer, segment, start)
        if not segment.flags & RST:
            self.keep(own, segment, start, word)
            own.fin = own.fin or bool(segment.flags & FIN)
        return word

    def peer(self, source):
        return next((side for name, side in self.sides.items() if name != source), Side())

    def is_copy(self, own, segment):
        for other in self.latest:
            same = all(getattr(other, name) == getattr(segment, name) for name in
                       ("source", "seq", "ack", "flags", "length", "window", "ip_id"))
            telling = segment.ip_id or other.ttl != segment.ttl
            longest = COPY_TELLING if telling else COPY_WITHOUT_ID
            if same and abs(segment.time - other.time) <= longest:
                first = segment.seq + (1 if segment.flags & SYN else 0) & 0xFFFFFFFF
                return own.near is None or own.agrees(own.position(first), segment.payload)
        return False

    def handshake(self, segment):
        """The round trip from the last SYN to the segment that acknowledges its answer."""
        kind = segment.flags & (SYN | ACK | RST)
        if kind == SYN and self.round_trip is None:
            self.syn, self.syn_time = segment.source, segment.time
        answered = any(name != self.syn and side.isn is not None for name, side in self.sides.items())
        if self.syn == segment.source and answered and self.round_trip is None and kind == ACK:
            self.round_trip = segment.time - self.syn_time

    def learn(self, own, peer, segment):
        """Where the streams start (RFC 9293 §3.4); of two answers to a SYN the one that the client acknowledges counts."""
        flags, seq, ack = segment.flags, segment.seq, segment.ack
        if flags & ACK and flags & SYN and peer.sure == 2:
            if not 0 <= peer.position(ack) - peer.zero <= peer.end - peer.zero:
                return
        elif flags & ACK:
            if peer.near is None:
                peer.begin(ack, 1 if flags & SYN else 0)
            if ack - 1 & 0xFFFFFFFF in peer.other_isns and not peer.frames and peer.acknowledged is None:
                peer.other_isns.add(peer.isn)
                peer.isn = ack - 1 & 0xFFFFFFFF
                peer.begin(ack, 2)
        if flags & SYN and not flags & RST:
            if own.isn is None:
                own.isn = seq
                own.begin(seq + 1 & 0xFFFFFFFF, 2)
            elif own.isn != seq:
                own.other_isns.add(seq)
        elif not flags & RST and own.near is None:
            own.begin(seq, 0)

    def acknowledge(self, peer, segment):
        if peer.near is None:
            return
        position = peer.position(segment.ack)
        highest = max(peer.end, peer.acknowledged if peer.acknowledged is not None else peer.end)
        if peer.zero <= position <= highest + ACK_WINDOW:
            peer.acknowledged = max(position, peer.acknowledged if peer.acknowledged is not None else position)
            peer.advance(position)

    def guess(self, own, seq, length):
        """While only the first segment tells the start, earlier octets move it back, and one past a keep-alive forward."""
        offset = own.position(seq) - own.zero
        earlier = -REBASE <= offset < 0 and own.data_segments < REBASE_SEGMENTS
        unused = own.end == own.zero
        if own.sure == 0 and length and (earlier or unused and (offset == 1 or abs(offset) > DATA_WINDOW)):
            own.begin(seq, 0)

    def reordering(self):
        return max(self.round_trip or 0, SHORTEST_ROUND_TRIP)

    def sort(self, own, peer, segment, start):
        length, stop, end = segment.length, start + segment.length, own.end
        bare = not segment.flags & (SYN | FIN | RST)
        before_next = start == end - 1 and bare and not own.fin
        own.data_segments += length > 0
        if length == 0:
            return "keep-alive" if before_next else "empty"
        if length == 1 and before_next and own.acknowledged is not None and start < own.acknowledged:
            return "keep-alive"
        if length == 1 and peer.window_is_zero and own.acknowledged in (None, start):
            return "probe"
        if start > end:
            own.hole_since = segment.time
            return "ahead"
        self.place = "seen"
        if stop > end:
            repeats = own.overlaps(start, end)
            self.place = "one repeated" if repeats and start == end - 1 else "seen"
            return "retransmission" if repeats and start < end - 1 else "new"
        if own.covers(max(start, own.zero), stop):
            return "retransmission"
        self.place = "hole"
        since = own.next_time(stop)
        since = own.hole_since if since is None else since
        return "out of order" if since is not None and segment.time - since <= self.reordering() else "retransmission"

    def keep(self, own, segment, start, word):
        own.window_is_zero = segment.window == 0 and not segment.flags & SYN
        far = DATA_WINDOW if segment.length else ACK_WINDOW
        if start - own.end > far or word == "keep-alive":
            return
        stop = start + segment.length
        own.advance(stop)
        if segment.length:
            own.note(start, stop, segment.time, segment.payload)
            own.end = max(own.end, stop)
        elif not own.fin:
            own.end = max(own.end, start)
