"""The facts that are compared, in one form for both sides.

A fact is `(kind, place) -> value`. The place of a TCP fact is the connection's two ends and which one between these ends
it is, counted from 0: its number is a fact of its own, and one number more or less must not hide all others. The place
of a DNS fact is the frame of the answer. An absent value is no fact. Directions are told by the sender's address and
port: who is the client is each program's own guess where no SYN was captured.
"""

import re
from dataclasses import dataclass, field

# In the order in which a connection comes to them.
KINDS = [
    "stream number", "syn answered", "SNI", "offered versions", "chosen version", "cipher suite", "alerts", "certificates",
    "CONNECT target", "CONNECT status", "HTTP status", "DNS answer", "retransmissions", "out of order",
]


@dataclass
class Facts:
    """What one program says of one capture."""

    values: dict = field(default_factory=dict)
    # By place, the server's port of each connection of the report.
    connections: dict = field(default_factory=dict)
    # By stream, the segments as tshark reads them (loss.py).
    segments: dict = field(default_factory=dict)
    # Circumstances of a place that the rules ask for: a set of words.
    marks: dict = field(default_factory=dict)

    def put(self, kind, place, value):
        if value not in (None, "", [], ()):
            self.values[kind, place] = value

    def mark(self, place, word):
        self.marks.setdefault(place, set()).add(word)

    def marked(self, place, word):
        return word in self.marks.get(place, ())


def places(streams):
    """The place of each stream, from `(number, ends)` of each."""
    found, counts = {}, {}
    for number, ends in sorted(set(streams)):
        found[number] = (*ends, counts.setdefault(ends, 0))
        counts[ends] += 1
    return found


def endpoint(ip, port):
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


# IANA: TLS Alerts.
ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
    30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate",
    43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown",
    47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
    52: "too_many_cids_requested", 60: "export_restriction", 70: "protocol_version", 71: "insufficient_security",
    80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
    109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable", 112: "unrecognized_name",
    113: "bad_certificate_status_response", 114: "bad_certificate_hash_value", 115: "unknown_psk_identity",
    116: "certificate_required", 117: "general_error", 120: "no_application_protocol", 121: "ech_required",
}
LEVELS = {1: "warning", 2: "fatal"}

# IANA: DNS RCODEs and resource record types.
RCODES = ["NoError", "FormErr", "ServFail", "NXDomain", "NotImp", "Refused", "YXDomain", "YXRRSet", "NXRRSet",
          "NotAuth", "NotZone", "DSOTYPENI"]
RECORD_TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV",
                35: "NAPTR", 39: "DNAME", 41: "OPT", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 50: "NSEC3",
                52: "TLSA", 64: "SVCB", 65: "HTTPS", 251: "IXFR", 252: "AXFR", 255: "ANY", 257: "CAA"}


def plain_name(name):
    """A name with every octet outside printable ASCII as `?`: each program escapes them in its own way."""
    return re.sub(r"(\\u\{[0-9a-f]+\}|\\\d{3}|[^ -~])+", "?", name.lower()).rstrip(".")


def rcode(number):
    extended = {16: "BADVERS", 23: "BADCOOKIE"}
    if number in extended:
        return extended[number]
    return RCODES[number] if number < len(RCODES) else f"RCODE{number}"


def record_type(number):
    return RECORD_TYPES.get(number, f"TYPE{number}")


def version(number):
    """A TLS version's name; drafts of TLS 1.3 are 0x7fNN (RFC 8446 §4.2.1.1 of its drafts)."""
    return {0x0200: "SSL 2.0", 0x0002: "SSL 2.0", 0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1",
            0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}.get(number, f"0x{number:04x}")


def is_grease(number):
    """RFC 8701 §2."""
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF
