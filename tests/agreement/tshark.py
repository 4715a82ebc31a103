"""What tshark says: its dissection as PDML, read into facts."""

import hashlib
import pathlib
import re
import subprocess
import zlib
from xml.etree import ElementTree

import loss
from facts import ALERTS, LEVELS, Facts, endpoint, is_grease, places, plain_name, rcode, record_type, version

COMMAND = ["tshark", "-n", "-2", "-o", "tcp.reassemble_out_of_order:TRUE",
           # A response counts from its head on: not every body ends inside the capture.
           "-o", "http.desegment_body:FALSE", "-T", "pdml",
           "-J", "frame ip ipv6 icmp icmpv6 tcp udp tls http dns", "-Y", "tcp || dns"]
# What tshark says of a segment's place in its stream.
ANALYSIS = {f"tcp.analysis.{name}": word for name, word in {
    "retransmission": "retransmission", "out_of_order": "out of order", "spurious_retransmission": "spurious",
    "fast_retransmission": "fast", "keep_alive": "keep-alive", "zero_window_probe": "probe"}.items()}
# Octets that XML 1.0 §2.2 forbids and tshark copies from packets all the same.
FORBIDDEN = bytes(set(range(0x20)) - set(b"\t\n\r"))


def read(capture, cache=None, decode=()):
    """The facts of a capture; tshark's words are kept in folder `cache`, so that it need not run again. `decode` has ports and
    what tshark is told to find there."""
    command = [*COMMAND, *(f"-dtcp.port=={port},{protocol}" for port, protocol in sorted(decode))]
    kept = cache and pathlib.Path(cache, key(capture, command))
    if kept and kept.exists():
        return facts(parts(kept.read_bytes()))
    run = subprocess.run([*command, "-r", capture], capture_output=True, check=False)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(zlib.compress(run.stdout, 1))
    return facts([run.stdout])


def key(capture, command):
    """The name of what tshark says of a capture: it changes with the capture's octets and with what tshark is asked."""
    return hashlib.sha256(" ".join(command).encode() + b"\0" + pathlib.Path(capture).read_bytes()).hexdigest()[:32]


def parts(packed):
    """The octets inside `packed`, a piece at a time: PDML of one capture can be hundreds of megabytes."""
    unpack = zlib.decompressobj()
    while packed:
        yield unpack.decompress(packed, 1 << 22)
        packed = unpack.unconsumed_tail


def packets(pieces):
    """Each <packet> element. A file cut in the middle (a damaged capture) ends quietly."""
    parser = ElementTree.XMLPullParser(["end"])
    for piece in pieces:
        for line in re.split(rb"(?<=</packet>\n)", piece):
            text = line.translate(None, FORBIDDEN).decode("utf-8", "replace").encode()
            parser.feed(text)
            for _, element in parser.read_events():
                if element.tag == "packet":
                    yield element
                    element.clear()


def facts(pieces):
    reader = Reader()
    for packet in packets(pieces):
        reader.take(packet)
    return reader.finish()


def named(element, name):
    return [field for field in element.iter("field") if field.get("name") == name]


def first(element, name):
    return next((field.get("show") for field in element.iter("field") if field.get("name") == name), None)


def number(text):
    return int(text, 0) if text else 0


class Reader:
    """Gathers facts packet by packet."""

    def __init__(self):
        self.found = Facts()
        self.streams = {}
        self.asked, self.asking, self.answered = {}, set(), set()

    def take(self, packet):
        """Walks through a packet's layers from the outside in, with the addresses and ports last seen."""
        ip, tcp, udp, carriers, frame, fragment, payload_length = None, None, None, [], 0, False, None
        header = (0, 0)
        for layer in packet.findall("proto"):
            name = layer.get("name")
            if name == "frame":
                frame, time = int(first(layer, "frame.number")), nanoseconds(first(layer, "frame.time_epoch"))
            elif name in ("ip", "ipv6"):
                ip = (first(layer, f"{name}.src"), first(layer, f"{name}.dst"))
                fragment = first(layer, "ip.flags.mf") == "1"
                payload_length = ipv4_payload(layer)
                header = number(first(layer, "ip.id")), number(first(layer, "ip.ttl") or first(layer, "ipv6.hlim"))
            elif name in ("icmp", "icmpv6"):
                self.quoted(layer)
                return
            elif name == "udp":
                udp = (number(first(layer, "udp.srcport")), number(first(layer, "udp.dstport")))
            elif name == "tcp":
                tcp_layer = layer
                tcp = self.segment(layer, ip, carriers, payload_length, fragment)
                # No receiver takes a segment with a bad header.
                if tcp and not bad_header(layer, payload_length):
                    tcp[0].segments.append(segment_of(layer, tcp[1], frame, time, header, payload_length))
            elif tcp and name == "dns":
                ports = number(first(tcp_layer, "tcp.srcport")), number(first(tcp_layer, "tcp.dstport"))
                self.dns(layer, ip, ports, frame, fragment)
            elif tcp:
                self.above_tcp(name, layer, tcp, frame)
            elif name == "_ws.malformed":
                self.found.mark(frame, "malformed")
            elif name == "dns" and udp:
                for carrier in carriers:
                    self.found.mark(frame, carrier)
                self.dns(layer, ip, udp, frame, fragment)
            carriers.append(name)

    def above_tcp(self, name, layer, tcp, frame):
        stream, source = tcp
        # PDML puts what no dissector takes into a wrapper of its own.
        stream.layers.add({"fake-field-wrapper": "data"}.get(name, name))
        if name == "tls":
            self.tls(layer, tcp, frame)
        elif name == "http":
            self.http(layer, tcp, frame)

    def quoted(self, layer):
        """The stream that a segment quoted in an ICMP error belongs to."""
        ip = first(layer, "ip.src") or first(layer, "ipv6.src"), first(layer, "ip.dst") or first(layer, "ipv6.dst")
        for segment in layer.iter("proto"):
            if segment.get("name") == "tcp" and first(segment, "tcp.stream"):
                self.stream(segment, ip)

    def stream(self, layer, ip):
        """The stream of a segment, and its sender."""
        ports = first(layer, "tcp.srcport"), first(layer, "tcp.dstport")
        source, destination = endpoint(ip[0], ports[0]), endpoint(ip[1], ports[1])
        stream = self.streams.setdefault(int(first(layer, "tcp.stream")), Stream())
        stream.ends = stream.ends or tuple(sorted([source, destination]))
        return stream, source

    def segment(self, layer, ip, carriers, payload_length, fragment):
        """Notes a segment; returns its stream and its sender."""
        if first(layer, "tcp.stream") is None or ip is None or first(layer, "tcp.dstport") is None:
            return None
        stream, source = self.stream(layer, ip)
        stream.carriers.update(carriers)
        stream.segment(layer, source, payload_length, fragment)
        return stream, source

    def tls(self, layer, tcp, frame):
        stream, source = tcp
        for record in layer.iter("field"):
            name = record.get("name")
            if name == "tls.handshake":
                stream.handshake(record, source, frame)
            elif name == "tls.alert_message":
                stream.alert(record, source)

    def http(self, layer, tcp, frame):
        stream, source = tcp
        for method in named(layer, "http.request.method"):
            stream.requests.append((frame, source, method.get("show"), first(layer, "http.request.uri")))
        if any(not re.match(r"HTTP/\d\.\d$", f.get("show")) for f in named(layer, "http.response.version")):
            stream.marks.add("bad HTTP version")
        for code in named(layer, "http.response.code"):
            stream.responses.append((frame, source, number(code.get("show"))))

    def dns(self, layer, ip, udp, frame, fragment):
        question = first(layer, "dns.qry.name"), first(layer, "dns.qry.type")
        if udp[1] == 53 and first(layer, "dns.flags.response") == "0":
            self.asked[ip, udp, first(layer, "dns.id")] = question
            self.asking.add((ip, udp))
        if udp[0] != 53 or first(layer, "dns.flags.response") != "1":
            return
        if None in question:
            # A server that refuses may repeat none (RFC 1035 §7.3): then it is the query's.
            question = self.asked.get((ip[::-1], udp[::-1], first(layer, "dns.id")), question)
        if None in question:
            return
        name = plain_name(question[0])
        name = "" if name == "<root>" else name
        for word in dns_marks(layer, fragment):
            self.found.mark(frame, word)
        if (ip[::-1], udp[::-1], first(layer, "dns.id")) not in self.asked and (ip[::-1], udp[::-1]) in self.asking:
            self.found.mark(frame, "another ID")
        kind = record_type(number(question[1]))
        transaction = (ip, udp, first(layer, "dns.id"), name, kind)
        if transaction in self.answered:
            self.found.mark(frame, "answered before")
        self.answered.add(transaction)
        answers = next((f for f in layer.findall("field") if f.get("show") == "Answers"), None)
        found = [] if answers is None else named(answers, "dns.a") + named(answers, "dns.aaaa")
        addresses = tuple(sorted(field.get("show") for field in found))
        code = number(first(layer, "dns.flags.rcode")) | extended_rcode(layer) << 4
        self.found.put("DNS answer", frame, (name, kind, rcode(code), addresses))

    def finish(self):
        place = places((number, stream.ends) for number, stream in self.streams.items())
        gap = False
        for number, stream in sorted(self.streams.items()):
            self.found.put("stream number", place[number], str(number))
            # A number that no frame has, or that begins in the middle between the ends of another.
            gap |= "bad header" in stream.marks
            gap |= number - 1 not in self.streams and number > 0 or (place[number][-1] > 0 and not stream.begins)
            if gap:
                self.found.mark(place[number], "renumbered")
            stream.put(self.found, place[number])
        return self.found


class Stream:
    """One tcp.stream."""

    def __init__(self):
        self.ends, self.begins = None, None
        # Protocols around TCP and above it, and circumstances for the rules.
        self.carriers, self.layers, self.marks = set(), set(), set()
        self.syn, self.syn_number, self.syn_ack, self.syn_ack_number = None, 0, False, None
        self.talked = set()
        # For the definitions of retransmission and reordering.
        self.segments = []
        self.client_hello = self.server_hello = None
        self.alerts, self.certificates = [], []
        self.requests, self.responses = [], []

    def segment(self, layer, source, payload_length, fragment):
        flags = number(first(layer, "tcp.flags"))
        if self.begins is None:
            self.begins = bool(flags & 0x02)
        if flags & 0x16 == 0x02:
            self.syn, self.syn_number = source, number(first(layer, "tcp.seq_raw"))
        if flags & 0x16 == 0x12 and self.syn != source:
            self.take_syn_ack(layer)
        payload = first(layer, "tcp.payload")
        if payload and source not in self.talked:
            self.talked.add(source)
            if not starts_readable(bytes.fromhex(payload.replace(":", "")[:32])):
                self.marks.add("begins otherwise")
        if fragment:
            self.marks.add("fragment")
        if bad_header(layer, payload_length):
            self.marks.add("bad header")
        if first(layer, "tcp.segment_data") and not first(layer, "tcp.reassembled_in"):
            self.marks.add("message without end")

    def take_syn_ack(self, layer):
        """A SYN-ACK answers the SYN that it acknowledges (RFC 9293 §3.10.7.3), perhaps with data (RFC 7413 §2)."""
        acknowledged = number(first(layer, "tcp.ack_raw")) - self.syn_number & 0xFFFFFFFF
        self.syn_ack |= self.syn is not None and 0 < acknowledged < 1 << 16
        own = number(first(layer, "tcp.seq_raw"))
        if self.syn_ack_number not in (None, own):
            self.marks.add("two SYN-ACKs")
        self.syn_ack_number = own

    def handshake(self, message, source, frame):
        kind = first(message, "tls.handshake.type")
        if kind == "1" and self.client_hello is None:
            self.client_hello = (source, hello(message))
        elif kind == "2" and self.server_hello is None and not is_retry(message):
            self.server_hello = (source, hello(message))
        elif kind == "11":
            self.certificates.append((source, certificates(message)))

    def alert(self, message, source):
        level, description = first(message, "tls.alert_message.level"), first(message, "tls.alert_message.desc")
        if level and description:
            level, description = number(level), number(description)
            name = ALERTS.get(description, f"alert {description}")
            self.alerts.append((source, LEVELS.get(level, str(level)), name))

    def put(self, found, place):
        for word in self.carriers | self.marks | {f"above {name}" for name in self.layers}:
            found.mark(place, word)
        if not self.syn:
            found.mark(place, "no SYN")
        if self.syn:
            found.put("syn answered", place, "yes" if self.syn_ack else "no")
        found.segments[place] = self.segments
        for kind, word in (("retransmissions", "retransmission"), ("out of order", "out of order")):
            found.put(kind, place, sum(word in s.words for s in self.segments if s.length) or None)
        self.put_tls(found, place)
        self.put_http(found, place)

    def put_tls(self, found, place):
        if self.client_hello:
            sender, (versions, _, name) = self.client_hello
            found.put("SNI", place, name)
            found.put("offered versions", place, tuple(sorted({version(v) for v in versions if not is_grease(v)})))
        if self.server_hello:
            sender, (versions, suites, _) = self.server_hello
            found.put("chosen version", place, version(versions[0]))
            found.put("cipher suite", place, suites[0])
        found.put("alerts", place, tuple(sorted(self.alerts)))
        clients = self.client_hello and self.client_hello[0]
        server = [names for source, names in self.certificates if source != clients]
        found.put("certificates", place, tuple(server[0]) if server else None)

    def put_http(self, found, place):
        # 101 is the last answer in HTTP, all other 1xx come before one (RFC 9110 §15.2).
        final = [code for _, _, code in self.responses if code >= 200 or code == 101]
        connects = [request for request in self.requests if request[2] == "CONNECT"]
        if not self.requests:
            found.mark(place, "no HTTP request")
        if self.asks_again():
            found.mark(place, "asks again")
        if connects:
            found.mark(place, "CONNECT")
            found.put("CONNECT target", place, connects[-1][3])
            found.put("CONNECT status", place, final[len(connects) - 1] if len(final) >= len(connects) else None)
        elif final and len(final) >= len(self.requests):
            found.put("HTTP status", place, final[-1])


    def asks_again(self):
        """Whether the client sends a request, of 18 octets or more, behind what the last response acknowledges."""
        last = [s for s in self.segments if self.responses and s.frame == self.responses[-1][0]]
        return any(s.source != answer.source and 18 <= (s.seq + s.length - answer.ack) % 2**32 < 2**31
                   for answer in last for s in self.segments)


def nanoseconds(text):
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)


def segment_of(layer, source, frame, time, header, payload_length):
    """A segment for loss.py, as long as its IP header says."""
    names = {f.get("name") for f in layer.iter("field")}
    words = frozenset(word for name, word in ANALYSIS.items() if name in names)

    def value(name):
        return number(first(layer, name))

    length = value("tcp.len")
    stated = length if payload_length is None else payload_length - value("tcp.hdr_len")
    payload = bytes.fromhex((first(layer, "tcp.payload") or "").replace(":", ""))
    return loss.Segment(frame, time, source, value("tcp.seq_raw"), value("tcp.ack_raw"), value("tcp.flags"), max(length, stated),
                        value("tcp.window_size_value"), *header, payload, words, stated > length)


def hello(message):
    """Versions, cipher suites' names and server name of a ClientHello or ServerHello."""
    versions = [number(f.get("show")) for f in named(message, "tls.handshake.extensions.supported_version")]
    if not versions:
        versions = [number(first(message, "tls.handshake.version"))]
    suites = [re.sub(r"^Cipher Suite: (.*) \(0x[0-9a-f]+\)$", r"\1", f.get("showname") or "")
              for f in named(message, "tls.handshake.ciphersuite")]
    name = first(message, "tls.handshake.extensions_server_name")
    return versions, suites or [None], name and name.lower().rstrip(".")


def ipv4_payload(layer):
    """Octets behind an IPv4 header, all fragments together; none where offload left its length field 0."""
    whole = first(layer, "ip.reassembled.length")
    if whole:
        return number(whole)
    total = number(first(layer, "ip.len"))
    return total - number(first(layer, "ip.hdr_len")) if total else None


def starts_readable(octets):
    """Whether a stream that starts so is TLS, SSL 2.0 or HTTP from its first octet on."""
    request = rb"(?!PROXY )[A-Z-]+ |HTTP/"
    return octets[0] in range(20, 24) or octets[0] & 0x80 or re.match(request, octets) is not None


def bad_header(layer, ip_length):
    """Whether a TCP header is shorter than 20 octets or longer than its segment: no receiver takes it."""
    length = number(first(layer, "tcp.hdr_len"))
    return length < 20 or ip_length is not None and length > ip_length


def dns_marks(layer, fragment):
    """What is odd about a response."""
    if fragment:
        yield "fragment"
    if any(re.match("<(unknown|name too)", f.get("show") or "", re.I) for f in layer.iter("field")):
        yield "unreadable name"


def extended_rcode(layer):
    """The upper bits of the response code, which tshark shows apart (RFC 6891 §6.1.3)."""
    return number(first(layer, "dns.resp.ext_rcode"))


def is_retry(message):
    """A HelloRetryRequest is a ServerHello with this random (RFC 8446 §4.1.3)."""
    random = (first(message, "tls.handshake.random") or "").replace(":", "")
    return random.startswith("cf21ad74e59a6111be1d8c021e65b891c2a2")


def certificates(message):
    """Common names of subject and issuer of each certificate; of several in a name the last."""
    found = []
    for certificate in named(message, "tls.handshake.certificate"):
        names = []
        for part in ("x509af.subject", "x509af.issuer"):
            sequence = named(certificate, part)
            names.append(common_name(sequence[0]) if sequence else "")
        found.append(tuple(names))
    return found


def common_name(sequence):
    """The value behind the last id-at-commonName (2.5.4.3)."""
    value = ""
    for item in named(sequence, "x509if.RelativeDistinguishedName_item_element"):
        if first(item, "x509if.oid") == "2.5.4.3":
            strings = [f.get("show") for f in item.iter("field") if (f.get("name") or "").startswith("x509sat.")]
            value = strings[-1] if strings else ""
    return value
