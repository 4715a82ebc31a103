"""A middlebox between two veth ends: passes frames on, and delays, drops, repeats, reorders, pads, tags some or adds a
FIN or RST.

Called by lab.py with a list of rules as JSON. A rule: {"from": "switch" or "far", "do": ..., and conditions}.
Conditions: min_length / max_length (bytes of the frame), flags (all of these TCP flags set: "S", "SA", "F", "R", "P"),
contains (text in the frame), port (source or destination), skip (matches to leave alone first), count (matches to act on).
do: drop; delay (seconds); twice; hold (until the next matching direction's frame has passed: reordering);
rst, fin (a segment to the sender, in the receiver's name; the frame itself is dropped, unless `pass`; `behind`: its sequence
number is that many octets too low); pad (to 60 bytes).
"""

import heapq
import json
import select
import socket
import struct
import sys
import time

PACKET_OUTGOING = 4
FLAG_BITS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}


class Segment:
    """The TCP fields of an Ethernet frame that the relay needs."""

    def __init__(self, frame):
        self.tcp = None
        if frame[12:14] != b"\x08\x00" or frame[23] != 6:
            return
        self.ip = 14
        self.tcp = 14 + (frame[14] & 15) * 4
        total = struct.unpack("!H", frame[16:18])[0]
        self.source, self.destination = frame[26:30], frame[30:34]
        self.ports = struct.unpack("!2H", frame[self.tcp:self.tcp + 4])
        self.seq, self.ack = struct.unpack("!2I", frame[self.tcp + 4:self.tcp + 12])
        self.flags = frame[self.tcp + 13]
        start = self.tcp + (frame[self.tcp + 12] >> 4) * 4
        self.payload = frame[start:14 + total]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def answer(frame, segment, flags, behind):
    """A bare segment back to the sender, as if from the far end."""
    length = len(segment.payload) + bool(segment.flags & 3)
    sequence = (segment.ack - behind) & 0xFFFFFFFF
    tcp = struct.pack("!2H2I4H", segment.ports[1], segment.ports[0], sequence, (segment.seq + length) & 0xFFFFFFFF,
                      0x5000 | flags, 4128, 0, 0)
    pseudo = segment.destination + segment.source + struct.pack("!2H", 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack("!2B3H2BH4s4s", 0x45, 0, 40, 0x4D42, 0, 64, 6, 0, segment.destination, segment.source)
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return frame[6:12] + frame[0:6] + b"\x08\x00" + ip + tcp


def matches(rule, side, frame, segment):
    if rule.get("from", side) != side or not rule.get("min_length", 0) <= len(frame) <= rule.get("max_length", 65535):
        return False
    if "contains" in rule and rule["contains"].encode() not in frame:
        return False
    if "flags" in rule or "port" in rule or "data" in rule:
        if segment.tcp is None or ("port" in rule and rule["port"] not in segment.ports):
            return False
        if "data" in rule and bool(segment.payload) != rule["data"]:
            return False
        wanted = sum(FLAG_BITS[letter] for letter in rule.get("flags", ""))
        if segment.flags & wanted != wanted:
            return False
    rule["seen"] = rule.get("seen", 0) + 1
    past = rule["seen"] - rule.get("skip", 0)
    return 0 < past <= rule.get("count", 1 << 30)


class Relay:
    def __init__(self, rules):
        self.rules, self.queue, self.serial, self.held = rules, [], 0, {"switch": [], "far": []}
        self.sockets = {}
        for side, port in (("switch", "near"), ("far", "far")):
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            sock.bind((port, 0))
            sock.setsockopt(263, 1, struct.pack("iHH8s", socket.if_nametoindex(port), 1, 0, b""))  # promiscuous
            self.sockets[side] = sock

    def send_later(self, to, frame, seconds=0.0):
        self.serial += 1
        heapq.heappush(self.queue, (time.monotonic() + seconds, self.serial, to, frame))

    def handle(self, side, frame):
        other = "far" if side == "switch" else "switch"
        segment, seconds, copies, hold = Segment(frame), 0.0, 1, False
        for rule in self.rules:
            if not matches(rule, side, frame, segment):
                continue
            action = rule["do"]
            if action == "drop":
                return
            if action in ("rst", "fin"):
                flags = 0x14 if action == "rst" else 0x11
                made = answer(frame, segment, flags, rule.get("behind", 0))
                self.send_later(side, made, rule.get("seconds", 0.02))
                if not rule.get("pass"):
                    return
            elif action == "delay":
                seconds += rule["seconds"]
            elif action == "twice":
                copies = 2
            elif action == "hold":
                hold = True
            elif action == "pad":
                frame = frame.ljust(60, b"\0")
        if hold:
            self.held[side].append(frame)
            return
        for _ in range(copies):
            self.send_later(other, frame, seconds)
        for late in self.held[side]:
            self.send_later(other, late, seconds + 0.001)
        self.held[side] = []

    def run(self):
        print("ready", flush=True)
        while True:
            timeout = max(0.0, self.queue[0][0] - time.monotonic()) if self.queue else None
            for sock in select.select(list(self.sockets.values()), [], [], timeout)[0]:
                side = "switch" if sock is self.sockets["switch"] else "far"
                frame, address = sock.recvfrom(65535)
                if address[2] != PACKET_OUTGOING:
                    self.handle(side, frame)
            while self.queue and self.queue[0][0] <= time.monotonic():
                _, _, to, frame = heapq.heappop(self.queue)
                self.sockets[to].send(frame)


if __name__ == "__main__":
    Relay(json.loads(sys.argv[1])).run()
