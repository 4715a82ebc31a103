"""Differences of definition: each rule is narrow, says who defines what, and never names a capture."""

import loss

STREAM = ("stream number", "syn answered")
TLS = ("SNI", "offered versions", "chosen version", "cipher suite", "alerts", "certificates")
HTTP = ("CONNECT target", "CONNECT status", "HTTP status")
COUNTS = ("retransmissions", "out of order")
WORDS = {"retransmissions": "retransmission", "out of order": "out of order"}

# Carriers that slp-pcap does not open: no switch's own traffic comes in them.
CLOSED = {"gtp", "capwap.data", "arcnet", "infiniband", "ipoib", "geneve", "nflog"}
# tshark's default http.tcp.port: what goes to these is HTTP to it, whatever it is.
HTTP_PORTS = {80, 3128, 3132, 5985, 8080, 8088, 11371, 1900, 2869, 2710}


def explain(kind, place, ours, tshark):
    """The names of the rules that explain the difference of a fact, one for each frame that it is about."""
    one, other = ours.values.get((kind, place)), tshark.values.get((kind, place))
    if kind in COUNTS and place in ours.connections:
        return frame_by_frame(kind, one or 0, tshark.segments.get(place, []))
    for kinds, name, applies in RULES:
        if kind in kinds and applies(Difference(place, one, other, ours, tshark)):
            return [name]
    return []


def frame_by_frame(kind, one, segments):
    """The reasons of all frames that one program counts so and the other does not; none at all if one has no reason, or if our
    number is not that of the definition."""
    word = WORDS[kind]
    frames = loss.classify(segments)
    reasons = [why for _, ours, theirs, why in frames if (ours == word) != (theirs == word)]
    exact = sum(ours == word for _, ours, _, _ in frames) == one
    return reasons if exact and None not in reasons else []


class Difference:
    """A fact that differs, and its circumstances."""

    def __init__(self, place, one, other, ours, tshark):
        self.place = place
        self.only_ours, self.only_tshark = other is None, one is None
        self.ours, self.tshark = ours, tshark
        self.marks = tshark.marks.get(place, set())

    def marked(self, word):
        return word in self.marks

    def ours_marked(self, word):
        return self.ours.marked(self.place, word) or self.ours.marked("capture", word)

    def ports(self):
        return {int(end.rsplit(":", 1)[1]) for end in self.place[:2]}


def named_by_port(d):
    """tshark gave the stream to another dissector, by its port or by a heuristic, and saw no TLS in it at all."""
    others = {mark for mark in d.marks if mark.startswith("above ")} - {"above data"}
    return d.only_ours and not d.marked("above tls") and bool(others or d.ports() & HTTP_PORTS)


RULES = [
    (STREAM + TLS + HTTP + COUNTS + ("DNS answer",), "in a carrier that slp-pcap does not open",
     lambda d: d.only_tshark and d.marks & CLOSED),
    (STREAM, "a link type that slp-pcap does not read", lambda d: d.only_tshark and d.ours_marked("unread link")),
    # slp-pcap reads what a switch sends: TLS or HTTP from the first octet, or TLS behind CONNECT.
    (TLS + HTTP, "TLS or HTTP behind another protocol's octets (STARTTLS, SOCKS, PROXY)",
     lambda d: d.only_tshark and d.marked("begins otherwise")),
    (TLS, "tshark dissects by port or heuristic and sees no TLS", named_by_port),
    (("HTTP status",), "tshark dissects by port or heuristic and sees no HTTP",
     lambda d: d.only_ours and not d.marked("above http") and any(m.startswith("above ") for m in d.marks)),
    (("alerts",), "an alert in a tunnel in which the server did not answer with TLS, to tshark data",
     lambda d: d.only_ours and d.marked("CONNECT") and d.marked("above data")),
    # The answer to a ClientHello is no HTTP exchange, whatever it says; the report quotes it as evidence.
    (("HTTP status",), "HTTP in clear in answer to TLS",
     lambda d: d.only_tshark and d.marked("above tls") and d.marked("no HTTP request")),
    # A hello or certificate list of which the capture holds a part tells what that part says; tshark waits for the end.
    (TLS + ("HTTP status",), "part of a message, the rest of which is not in the capture",
     lambda d: d.only_ours and d.marked("message without end")),
    # The client's ACK tells which of two initial sequence numbers counts; tshark keeps the first.
    (TLS + HTTP + COUNTS, "two SYN-ACKs with different numbers (RFC 9293 §3.5)",
     lambda d: d.marked("two SYN-ACKs")),
    # A version is digit, point, digit (RFC 9112 §2.3); tshark takes the second word of whatever begins with HTTP/.
    (("HTTP status",), "not a version of HTTP", lambda d: d.only_tshark and d.marked("bad HTTP version")),
    # SOCKS and VNC dissectors begin a conversation of their own, and a segment whose header cannot be (RFC 9293 §3.1: data
    # offset) begins one like any other: each takes a number, and the later ones move.
    (STREAM, "a TCP header shorter than 20 octets or longer than its segment",
     lambda d: d.only_tshark and d.marked("bad header")),
    (("stream number",), "tshark gave a number to its own conversation or to a broken segment before",
     lambda d: d.marked("renumbered")),
    # RFC 2675 and big TCP: the IP length field is 0, the frame's length counts. tshark 4.0 calls it malformed.
    (STREAM, "a packet longer than its length field can say (RFC 2675)",
     lambda d: d.only_ours and d.ours_marked("longer than IP allows")),
    # One answer counts per transaction (client, server, ID, question): the first. RFC 5452 §9.1.
    (("DNS answer",), "a further answer to an answered query", lambda d: d.only_tshark and d.marked("answered before")),
    # RFC 5452 §9.1: a resolver takes no response whose ID is not its query's.
    (("DNS answer",), "a response with another ID than the query between the same ports (RFC 5452 §9.1)",
     lambda d: d.only_tshark and d.marked("another ID")),
    # A datagram counts when all its fragments are there (RFC 791 §3.2); tshark reads the first one alone.
    (STREAM + ("DNS answer",), "first fragment of a datagram that is never whole",
     lambda d: d.only_tshark and d.marked("fragment")),
    # A label type other than 00 and 11 (RFC 1035 §4.1.4) or a pointer forward: nobody knows where the name ends.
    # tshark gives a message up where a count or length in it is wrong; slp-pcap keeps what came before.
    (("DNS answer",), "tshark calls the message malformed", lambda d: d.only_ours and d.marked("malformed")),
    (("DNS answer",), "a name in the message that cannot be read", lambda d: d.marked("unreadable name")),
]
