"""Which segments are retransmissions, and which are late: by the definition of slp-pcap, from the packets that tshark reads.

A second implementation of the definition, so that the number slp-pcap gives is checked exactly, and every frame that tshark
sorts otherwise has one of the reasons below.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

FIN, SYN, RST, ACK = 1, 2, 4, 16

# A copy of a frame (nanoseconds): with an IPv4 identification of its own or another TTL, and without.
COPY_TELLING, COPY_WITHOUT_ID, COPY_DISTANCE = 100_000_000, 2_000_000, 16
# A hole filled within the round trip of the handshake is reordering: a retransmission takes one (RFC 5681 §3.2, RFC 6298
# §5), and below 3 ms no stack and no path can be told from another. Without a handshake 50 ms stand for it.
SHORTEST_ROUND_TRIP, UNKNOWN_ROUND_TRIP = 3_000_000, 50_000_000
DATA_WINDOW, ACK_WINDOW = 1 << 30, 16 << 20

COPY = "a copy of a frame already captured is none (RFC 6864 §4.3: a sender gives each datagram its own identification)"
SEEN = "octets that were captured before are retransmitted, however soon (RFC 9293 §3.8.1); tshark asks the time first"
SINCE = "time counts from the segment behind the hole; tshark counts from the newest segment"
FLOOR = "without a handshake 50 ms tell reordering from retransmission, with one 3 ms at least; tshark: 3 ms, or the handshake alone"
BEYOND = "octets above all captured ones are new, whatever was acknowledged; tshark: spurious retransmission"
PROBE = "an octet into a zero window is a probe (RFC 9293 §3.8.6.1)"
KEEP_ALIVE = "an octet acknowledged before is a keep-alive (RFC 9293 §3.8.4)"
PROBE_THEIRS = "a segment that starts one octet below the next is retransmitted too; tshark takes that octet for a probe"
ACKED = "a hole filled soon is reordering, also if it was acknowledged before; tshark: spurious retransmission"
FAST = "a hole filled within a round trip is reordering (RFC 5681 §3.2); tshark: fast retransmission, or by its time"
ADVANCED = "tshark's next sequence number follows a segment that slp-pcap holds for a stray, or the other way round"


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
    payload: str
    # tshark's words: "retransmission", "out of order", and its kinds.
    words: frozenset


@dataclass
class Side:
    """One direction. Positions are sequence numbers without wrap."""

    near: int = None
    end: int = None
    zero: int = None
    seen: list = field(default_factory=list)
    frames: list = field(default_factory=list)
    acknowledged: int = None
    fin: bool = False
    hole_since: int = None
    window_is_zero: bool = False
    octets: dict = field(default_factory=dict)

    def position(self, seq):
        if self.near is None:
            self.near = self.end = self.zero = seq
        distance = (seq - self.near + (1 << 31) & 0xFFFFFFFF) - (1 << 31)
        return self.near + distance

    def advance(self, position):
        self.near = max(self.near, position)

    def covers(self, start, stop):
        at = bisect_right(self.seen, [start, float("inf")]) - 1
        return at >= 0 and self.seen[at][1] >= stop

    def overlaps(self, start, stop):
        return any(run[0] < stop and start < run[1] for run in self.seen)

    def note(self, start, stop, time):
        before = [run for run in self.seen if run[1] < start]
        behind = [run for run in self.seen if run[0] > stop]
        touched = [run for run in self.seen if run[1] >= start and run[0] <= stop]
        joined = [min([start] + [r[0] for r in touched]), max([stop] + [r[1] for r in touched])]
        self.seen = before + [joined] + behind
        self.frames.append((start, stop, time))

    def next_time(self, position):
        """When the first captured octet at or behind a position came."""
        behind = [(max(start, position), order, time) for order, (start, stop, time) in enumerate(self.frames) if stop > position]
        return min(behind)[2] if behind else None


def classify(segments):
    """`{frame: (ours, tshark's)}` of each data segment that either calls late or repeated; the class is "retransmission",
    "out of order" or another word, and the reason of a difference."""
    return Stream().run(segments)


class Stream:
    def __init__(self):
        self.sides = {}
        self.latest = []
        self.syn = self.round_trip = self.syn_time = None

    def run(self, segments):
        found = {}
        for segment in segments:
            ours = self.take(segment)
            theirs = next((w for w in ("retransmission", "out of order") if w in segment.words), None)
            if segment.length and (theirs or ours in ("retransmission", "out of order")):
                found[segment.frame] = (ours, theirs)
        return found

    def take(self, segment):
        own = self.sides.setdefault(segment.source, Side())
        peer = self.peer(segment.source)
        if self.is_copy(segment):
            return "copy"
        self.latest = (self.latest + [segment])[-COPY_DISTANCE:]
        self.handshake(segment)
        if segment.flags & ACK and peer.near is not None:
            self.acknowledge(peer, segment)
        start = own.position(segment.seq + (1 if segment.flags & SYN else 0) & 0xFFFFFFFF)
        word = self.sort(own, peer, segment, start)
        if not segment.flags & RST:
            self.keep(own, segment, start, word)
        if segment.flags & FIN:
            own.fin = True
        return word

    def peer(self, source):
        return next((side for name, side in self.sides.items() if name != source), Side())

    def is_copy(self, segment):
        for other in self.latest:
            same = all(getattr(other, name) == getattr(segment, name) for name in
                       ("source", "seq", "ack", "flags", "length", "window", "ip_id", "payload"))
            telling = segment.ip_id or other.ttl != segment.ttl
            longest = COPY_TELLING if telling else COPY_WITHOUT_ID
            if same and abs(segment.time - other.time) <= longest:
                return True
        return False

    def handshake(self, segment):
        """The round trip from the SYN to the segment that acknowledges its answer."""
        if segment.flags & (SYN | ACK | RST) == SYN:
            self.syn, self.syn_time = segment.source, segment.time
        answered = any(name != self.syn for name in self.sides)
        if self.syn == segment.source and answered and self.round_trip is None and segment.flags & (ACK | SYN | RST) == ACK:
            self.round_trip = segment.time - self.syn_time

    def acknowledge(self, peer, segment):
        position = peer.position(segment.ack)
        highest = max(peer.end, peer.acknowledged or peer.end)
        if position <= highest + ACK_WINDOW:
            peer.acknowledged = max(peer.acknowledged or position, position)
            peer.advance(position)

    def reordering(self):
        return UNKNOWN_ROUND_TRIP if self.round_trip is None else max(self.round_trip, SHORTEST_ROUND_TRIP)

    def sort(self, own, peer, segment, start):
        length, stop, end = segment.length, start + segment.length, own.end
        bare = not segment.flags & (SYN | FIN | RST)
        before_next = start == end - 1 and bare and not own.fin
        if length == 0:
            return "keep-alive" if before_next else "empty"
        if length == 1 and before_next and own.acknowledged is not None and start < own.acknowledged:
            return "keep-alive"
        if length == 1 and peer.window_is_zero and own.acknowledged in (None, start):
            return "probe"
        if start > end:
            own.hole_since = segment.time
            return "ahead"
        if stop > end:
            return "new" if start >= end - 1 or not own.overlaps(start, end) else "retransmission"
        if own.covers(start, stop):
            return "retransmission"
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
            own.note(start, stop, segment.time)
            own.end = max(own.end, stop)
        elif not own.fin:
            own.end = max(own.end, start)
