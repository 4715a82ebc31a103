"""Times slp-pcap beside other readers in one run, and checks its answers: see compare.sh."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "target/release/slp-pcap"
TOOL = ROOT / "target/release/examples/bench-tool"
MAKER = ROOT.parent / "shared/bench/make_big_pcap.py"

# The verdicts that each scenario of make_big_pcap.py may get, and what may keep a connection from getting one. A connection
# loses segments on purpose; the certificates are younger than the capture's clock.
ACCEPTED = {
    "tls12": {"ok"}, "tls13": {"ok"}, "connect_tls": {"ok"}, "http": {"ok", "http-unusable-answer"},
    "connect_refused": {"proxy-auth-required", "proxy-forbidden", "proxy-upstream-failure"},
    "syn_timeout": {"tcp-syn-timeout", "tcp-syn-rejected"}, "syn_rst": {"tcp-syn-refused"},
    "unknown_ca_12": {"tls-untrusted-ca", "tls-certificate-not-yet-valid"},
    "unknown_ca_13": {"tls-untrusted-ca", "tls-certificate-not-yet-valid"},
    "handshake_failure": {"tls-handshake-rejected"}, "protocol_version": {"tls-version-rejected"},
    "cert_expired": {"tls-certificate-expired", "tls-certificate-not-yet-valid"},
    "hello_rst": {"tls-reset"}, "hello_silence": {"tls-timeout"},
    "midstream": {"inconclusive-mid-stream"}, "oneway": {"inconclusive-one-way"},
}
# In the default run a connection that names nothing is an attempt only where a look-up answered its server's address.
NAMELESS = {"syn_timeout", "syn_rst", "midstream", "oneway"}
# Not the service's: the Host of these requests is another site. A failed look-up joins the next one of its client.
NOT_ATTEMPTS = {"http", "dns_nxdomain"}


class Cost:
    """What runs of one command took: medians of wall and processor seconds, and the peak of memory in MiB."""

    def __init__(self, runs):
        self.wall, self.cpu = (statistics.median(run[i] for run in runs) for i in (0, 1))
        self.peak = max(run[2] for run in runs)


def once(command):
    """Runs a command, throwing its output away."""
    started = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def beside(commands, runs):
    """The commands in turn, so that a slower minute of the machine is one for all of them."""
    for command in commands.values():
        once(command)
    taken = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(once(command))
    return {name: Cost(runs) for name, runs in taken.items()}


def verdicts(capture, *options):
    done = subprocess.run([OURS, *options, "-f", "json", capture], stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"slp-pcap ended with status {done.returncode}")
    return Counter(attempt["verdict"]["code"] for attempt in json.loads(done.stdout)["attempts"])


def check(capture, truth, key, *options):
    """Compares verdicts with the truth; returns Markdown lines and whether all of it is as it must be."""
    found = verdicts(capture, *options)
    if "verdicts" in truth:
        same = found == Counter(truth["verdicts"][key])
        return [f"`{key}`: {sum(found.values())} connections, {'all as they were made' if same else f'not as made: {found}'}"], same
    lines, good = ["| scenario | made | judged so |", "|---|---|---|"], True
    groups = {}
    for scenario, made in truth[key].items():
        if scenario in ACCEPTED and not (key == "service" and scenario in NOT_ATTEMPTS):
            groups.setdefault(frozenset(ACCEPTED[scenario]), []).append((scenario, made))
    merged = merge(groups)
    for accepted, members in merged:
        made, judged = sum(count for _, count in members), sum(found[code] for code in accepted)
        names = ", ".join(name for name, _ in members)
        lines.append(f"| {names} | {made} | {judged} |")
        nameless = key == "service" and all(name in NAMELESS for name, _ in members)
        # One connection in a hundred may have lost the very segment that decides; those cut by the capture's end add to it.
        good &= judged <= made * 1.02 + 3 and (nameless or judged >= made * 0.98 - 3)
    return lines, good


def merge(groups):
    """Joins groups that share a verdict: their connections cannot be told apart by it."""
    merged = []
    for accepted, members in groups.items():
        accepted, members = set(accepted), list(members)
        for other in [m for m in merged if m[0] & accepted]:
            merged.remove(other)
            accepted |= other[0]
            members += other[1]
        merged.append((accepted, members))
    return merged


def make(folder, size_mb, name="big"):
    """A capture of the issue's kind where its maker is there, else one of our own."""
    capture = Path(folder) / f"{name}.pcap"
    if MAKER.exists() and shutil.which("openssl"):
        command = [sys.executable, MAKER, "--out", capture, "--size-mb", size_mb, "--seed", 1, "--service-share", 0.05]
    else:
        command = [TOOL, "write", capture, size_mb * 1_000_000]
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)
    return capture


def table(rows):
    cat = rows["`cat`"]
    lines = ["| program | wall s | × cat | processor s | × cat | peak MiB |", "|---|---|---|---|---|---|"]
    return lines + [f"| {name} | {cost.wall:.2f} | {cost.wall / cat.wall:.1f} | {cost.cpu:.2f} | {cost.cpu / cat.cpu:.1f} | {cost.peak:.0f} |"
                    for name, cost in rows.items()]


def measure(capture, runs):
    commands = {"`cat`": ["cat", capture], "slp-pcap": [OURS, capture], "slp-pcap --all": [OURS, "--all", capture]}
    pcapng = Path(str(capture) + "ng")
    if shutil.which("editcap"):
        subprocess.run(["editcap", "-F", "pcapng", capture, pcapng], check=True)
        commands["slp-pcap, pcapng"] = [OURS, pcapng]
    if TOOL.exists():
        commands["headers sliced, nothing kept"] = [TOOL, "headers", capture]
    rows = beside(commands, runs)
    slow = {}
    if shutil.which("tcptrace"):
        slow["tcptrace -n"] = ["tcptrace", "-n", capture]
    if shutil.which("tshark"):
        slow["tshark, server names"] = ["tshark", "-r", capture, "-Y", "tls.handshake", "-T", "fields",
                                        "-e", "tls.handshake.extensions_server_name"]
    pcapng.unlink(missing_ok=True)
    return rows | {name: Cost([once(command)]) for name, command in slow.items()}


def against(ours, base):
    """Wall time and processor time as ratios: on a busy machine only the latter means something."""
    return f"{ours.wall / base.wall:.2f} (processor {ours.cpu / base.cpu:.2f})"


def goals(rows, more):
    def ratio(name, base):
        return against(rows[name], rows[base]) if name in rows and base in rows else "not measured"
    lines = ["| goal | reached |", "|---|---|",
             f"| default, at most 3 × cat | {ratio('slp-pcap', '`cat`')} |",
             f"| `--all`, at most 5 × cat | {ratio('slp-pcap --all', '`cat`')} |",
             f"| pcapng, at most 1.2 × pcap | {ratio('slp-pcap, pcapng', 'slp-pcap')} |",
             f"| tshark takes at least 60 × as long | {ratio('tshark, server names', 'slp-pcap')} |",
             f"| peak memory, at most 24 MiB | {rows['slp-pcap'].peak:.0f} |",
             f"| peak memory of `--all`, at most 64 MiB | {rows['slp-pcap --all'].peak:.0f} |"]
    return lines + [f"| {name} | {value} |" for name, value in more]


def further(folder, capture, rows, runs, large):
    """The goals that need another capture."""
    ours, more = rows["slp-pcap"], []
    short = Path(folder) / "short.pcap"
    with open(capture, "rb") as whole:
        short.write_bytes(whole.read(100_000))
    pair = beside({"true": ["/bin/true"], "ours": [OURS, short]}, 20 * runs)
    more.append(("100 KB, at most 3 × /bin/true", against(pair["ours"], pair["true"])))
    single = Path(folder) / "single.pcap"
    subprocess.run([TOOL, "long", single, "1000000000"], check=True)
    pair = beside({"ours": [OURS, single], "headers": [TOOL, "headers", single]}, runs)
    more.append(("1 GB of one connection, against slicing its headers", against(pair["ours"], pair["headers"])))
    single.unlink()
    frames = json.loads(Path(f"{capture}.truth.json").read_text()).get("frames")
    for name, size_mb in [("50 MB", 50)] + [("5 GB", 5000)] * large if frames else []:
        other = make(folder, size_mb, "other")
        cost = beside({name: [OURS, other]}, runs)[name]
        times = frames / json.loads(Path(f"{other}.truth.json").read_text())["frames"]
        per_frame = f"{cost.wall / ours.wall * times:.2f} (processor {cost.cpu / ours.cpu * times:.2f})"
        more.append((f"time per frame, {name} against 500 MB, 1 ± 0.1", per_frame))
        if size_mb == 5000:
            more.append(("peak memory, 5 GB against 500 MB, at most 1.1", f"{cost.peak / ours.peak:.2f}"))
        other.unlink()
    return more


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--capture", type=Path)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--large", action="store_true")
    arguments.add_argument("--smoke", action="store_true")
    options = arguments.parse_args()
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "--bin", "slp-pcap", "--example", "bench-tool"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(dir=options.capture and options.capture.parent) as folder:
        capture = options.capture or make(folder, 3 if options.smoke else 500)
        truth = json.loads(Path(f"{capture}.truth.json").read_text())
        default, first = check(capture, truth, "service")
        everything, second = check(capture, truth, "complete", "--all")
        if not options.smoke:
            rows = measure(capture, options.runs)
            more = further(folder, capture, rows, options.runs, options.large)
            print("\n".join(table(rows) + [""] + goals(rows, more) + [""]))
        print("\n".join(["Default:", "", *default, "", "`--all`:", "", *everything]))
        sys.exit(0 if first and second else "the answers are not those of the truth")


main()
