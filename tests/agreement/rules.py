"""Differences of definition: each rule is narrow, says who defines what, and never names a capture."""

import loss

STREAM = ("stream number", "syn answered")
TLS = ("SNI", "offered versions", "chosen version", "cipher suite", "alerts", "certificates")
HTTP = ("CONNECT target", "CONNECT status", "HTTP status")
LAYERS = {"tls": TLS, "http": HTTP}
COUNTS = ("retransmissions", "out of order")
WORDS = {"retransmissions": "retransmission", "out of order": "out of order"}

# Carriers that slp-pcap does not open: a switch's own connections to a service come in none of them. ARCNET (RFC 1201), an
# access point's stations in CAPWAP (RFC 5415 §4.4), InfiniBand's link layer.
CLOSED = {"capwap.data", "arcnet", "infiniband"}
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
    (STREAM + TLS + HTTP + COUNTS + ("DNS answer",), "in a carrier that slp-pcap does not open (ARCNET, CAPWAP, InfiniBand)",
     lambda d: d.only_tshark and d.marks & CLOSED),
    (STREAM, "a link type that slp-pcap does not read", lambda d: d.only_tshark and d.ours_marked("unread link")),
    # OpenVPN over TCP puts its own header into the middle of TLS records; no TLS implementation could read that stream.
    (TLS, "pieces of TLS in OpenVPN's framing: records follow each other on the transport (RFC 8446 §5.1)",
     lambda d: d.only_tshark and d.marked("above openvpn")),
    (TLS, "a ClientHello behind other octets from the side whose port is the server's: it comes first (RFC 8446 §4.1.2)",
     lambda d: d.only_tshark and d.marked("begins otherwise") and d.marked("no SYN")),
    (TLS, "tshark dissects by port or heuristic and sees no TLS, also when told to (RFC 8446 §5.1)", named_by_port),
    (("HTTP status",), "tshark dissects by port or heuristic and sees no HTTP, also when told to (RFC 9112 §2.3)",
     lambda d: d.only_ours and not d.marked("above http") and any(m.startswith("above ") for m in d.marks)),
    (("alerts",), "an alert in a tunnel in which the server did not answer with TLS, to tshark data (RFC 8446 §6)",
     lambda d: d.only_ours and d.marked("CONNECT") and d.marked("above data")),
    # The answer to a ClientHello is no HTTP exchange, whatever it says; the report quotes it as evidence.
    (("HTTP status",), "HTTP in clear in answer to TLS, to a question nobody asked (RFC 9110 §3.4)",
     lambda d: d.only_tshark and d.marked("above tls") and d.marked("no HTTP request")),
    # On a connection with several exchanges the last decides, and this one has no answer.
    (("HTTP status",), "the answer to an earlier request than the last, which is not answered (RFC 9112 §9.3.2)",
     lambda d: d.only_tshark and d.marked("asks again")),
    # Fields stand in a fixed order, so that a part says what it says; tshark waits for the end.
    (TLS + ("HTTP status",), "part of a message, the rest of which is not in the capture (RFC 8446 §4.1, RFC 9112 §2.1)",
     lambda d: d.only_ours and d.marked("message without end")),
    # The client's ACK tells which of two initial sequence numbers counts; tshark keeps the first.
    (TLS + HTTP + COUNTS, "two SYN-ACKs with different numbers: the client's ACK chooses (RFC 9293 §3.5)",
     lambda d: d.marked("two SYN-ACKs")),
    # tshark takes the second word of whatever begins with HTTP/.
    (("HTTP status",), "not a version of HTTP: digit, point, digit (RFC 9112 §2.3)",
     lambda d: d.only_tshark and d.marked("bad HTTP version")),
    (STREAM, "a TCP header shorter than 20 octets or longer than its segment: no receiver takes it (RFC 9293 §3.1)",
     lambda d: d.only_tshark and d.marked("bad header")),
    # tshark's SOCKS and VNC dissectors begin conversations of their own, with ports that no frame has.
    (("stream number",), "tshark gave a number before to a conversation between ports of no packet (RFC 9293 §3.3.1)",
     lambda d: d.marked("renumbered")),
    # RFC 2675 and big TCP: the IP length field is 0, the frame's length counts. tshark 4.0 calls it malformed.
    (STREAM, "a packet longer than its length field can say, which is 0 (RFC 2675 §2)",
     lambda d: d.only_ours and d.ours_marked("longer than IP allows")),
    (("DNS answer",), "a further answer to an answered query: the first one counts (RFC 5452 §9.1)",
     lambda d: d.only_tshark and d.marked("answered before")),
    (("DNS answer",), "a response with another ID than the query between the same ports (RFC 5452 §9.1)",
     lambda d: d.only_tshark and d.marked("another ID")),
    # A datagram counts when all its fragments are there; tshark reads the first one alone.
    (STREAM + ("DNS answer",), "first fragment of a datagram that is never whole, which no host delivers (RFC 791 §3.2, RFC 1122 §3.3.2)",
     lambda d: d.only_tshark and d.marked("fragment")),
    # tshark gives a message up where a count or length in it is wrong; slp-pcap keeps what came before.
    (("DNS answer",), "tshark calls the message malformed; what comes before the bad place is read (RFC 1035 §4.1)",
     lambda d: d.only_ours and d.marked("malformed")),
    # A label type other than 00 and 11, a pointer forward, more than 255 octets: nobody knows where the name ends.
    (("DNS answer",), "a name in the message that cannot be read, and all behind it (RFC 1035 §2.3.4, §4.1.4)",
     lambda d: d.marked("unreadable name")),
]
