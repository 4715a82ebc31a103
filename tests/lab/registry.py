"""The list of cases: what each one is called, what it shows, and which frames decide."""

from dataclasses import dataclass, field

from lab import SWITCH, SWITCH6

FROM_SWITCH = f"(ip.src == {SWITCH} or ipv6.src == {SWITCH6})"
TO_SWITCH = f"(ip.dst == {SWITCH} or ipv6.dst == {SWITCH6})"


@dataclass
class Case:
    name: str
    code: str
    how: str
    build: object
    deciding: str                     # tshark display filter; must match
    pick: str = "all"                 # all, first or last of the frames that match
    outcome: str = ""
    attempts: int = 1
    path: str = "direct"              # direct, proxy or plain
    tls: str = None                   # 1.2, 1.3 or None
    options: list = field(default_factory=list)      # of slp-pcap
    confidence_at_most: str = None
    topology: dict = field(default_factory=dict)     # relay, lan, ipv6
    decode: list = field(default_factory=list)       # tshark -d
    need: list = field(default_factory=list)         # filters that must match, besides those of the code
    absent: list = field(default_factory=list)       # filters that must not match
    check_code: bool = True           # apply the checks of labels.py (off where other attempts would disturb them)
    holes: bool = False               # the capture may lack packets that were acknowledged
    suffix: str = "pcap"

    @property
    def file(self):
        return f"{self.name}.{self.suffix}"


CASES = {}

# What rests on something not being in the capture, and interception, is at most likely (verdicts.md).
LIKELY = {"dns-timeout", "arp-unresolved", "tcp-syn-timeout", "tcp-synack-unanswered", "proxy-timeout", "tls-timeout",
          "http-timeout", "tls-intercepted"}
NO_ATTEMPT = {"inconclusive-unidentified", "inconclusive-no-traffic"}


def case(name, code, deciding, how, **fields):
    """Registers the function below it as the case's build function."""
    def register(build):
        assert name not in CASES, name
        outcome = fields.pop("outcome", None) or {"ok": "ok"}.get(
            code, "inconclusive" if code.startswith("inconclusive") else "failed")
        fields.setdefault("confidence_at_most", "likely" if code in LIKELY else None)
        fields.setdefault("attempts", 0 if code in NO_ATTEMPT else 1)
        CASES[name] = Case(name, code, how, build, deciding, outcome=outcome, **fields)
        return build
    return register
