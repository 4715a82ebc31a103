"""One lab case: its network namespaces, its processes, its capture, its clean-up.

The topology, the same for every case (all of it inside namespaces of the case's own):

    sw 10.31.121.118/26 --- gw 10.31.121.65 --- dc    10.31.104.74 name server, .75 second one, .80 CSLU / On-Prem
    (the switch)            (router, firewall)  proxy 192.168.217.105
                                                inet  203.0.113.81 CSSM, .90 www.cisco.com (CRL, OCSP)

With `relay=...` a user-space relay (relay.py) sits between sw and gw; with `lan=True` a bridge in gw joins sw and
a second host `pc` 10.31.121.100; with `fabric=True` a fabric edge between sw and gw is the switch's gateway and carries its
packets to gw in VXLAN, each with a security group (the Group Based Policy extension).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent

SWITCH, GATEWAY, PC = "10.31.121.118", "10.31.121.65", "10.31.121.100"
DNS, DNS2, ONPREM = "10.31.104.74", "10.31.104.75", "10.31.104.80"
PROXY = "192.168.217.105"
CSSM, WWW = "203.0.113.81", "203.0.113.90"
SWITCH6, GATEWAY6, CSSM6 = "2001:db8:121::118", "2001:db8:121::65", "2001:db8:81::81"

NAMESPACE_PREFIX = "slp"
TEMPORARY = "slp-lab-"

# name, its interface to the router, router's interface, router's address, own addresses
LINKS = [
    ("dc", "dc0", "10.31.104.65/26", [f"{DNS}/26", f"{DNS2}/26", f"{ONPREM}/26"]),
    ("proxy", "px0", "192.168.217.1/24", [f"{PROXY}/24"]),
    ("inet", "in0", "203.0.113.1/24", [f"{CSSM}/24", f"{WWW}/24"]),
]

# How the switch's TCP/IP stack differs from a server's (domain.md, 'Packets of the switch').
SWITCH_SYSCTL = {
    "net.ipv4.ip_default_ttl": 255,
    "net.ipv4.ip_no_pmtu_disc": 1,
    "net.ipv4.tcp_timestamps": 0,
    "net.ipv4.tcp_window_scaling": 0,
    "net.ipv4.tcp_sack": 0,
    "net.ipv4.tcp_ecn": 0,
    "net.ipv4.tcp_syn_linear_timeouts": 0,
}


class LabError(Exception):
    """A case that could not be built, captured or confirmed."""


def output(argv, **kwargs):
    """Runs a command to its end and returns its output; its error text is the exception's."""
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, **kwargs)
    if done.returncode:
        raise LabError(f"{' '.join(map(str, argv))}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_until(test, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not test():
        if time.monotonic() > deadline:
            raise LabError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)


class Lab:
    """What a case's function is given: build servers and faults, then capture, then let the switch act."""

    def __init__(self, case, serial, work, pki, verbose=False):
        self.case, self.pki, self.verbose = case, pki, verbose
        self.prefix = f"{NAMESPACE_PREFIX}{os.getpid()}x{serial}"
        self.work = Path(work)
        self.work.mkdir()
        self.processes, self.threads, self.namespaces = [], [], []
        self.tcpdump = None
        self.pcap = self.work / "capture.pcap"

    # -- topology -------------------------------------------------------------------------------------------------

    def ns(self, name):
        return f"{self.prefix}-{name}"

    def build(self):
        for name in ["sw", "gw"] + [link[0] for link in LINKS]:
            self.add_namespace(name)
        topology = self.case.topology
        if topology.get("relay"):
            self.add_namespace("mid")
            self.link("sw", "eth0", "mid", "near")
            self.link("mid", "far", "gw", "lan")
        elif topology.get("fabric"):
            self.add_namespace("edge")
            self.link("sw", "eth0", "edge", "near")
            self.link("edge", "far", "gw", "lan")
        elif topology.get("lan"):
            self.add_namespace("pc")
            self.ip("gw", "link add lan type bridge")
            for host, port in (("sw", "p1"), ("pc", "p2")):
                self.link(host, "eth0", "gw", port)
                self.ip("gw", f"link set {port} master lan")
        else:
            self.link("sw", "eth0", "gw", "lan")
        self.ip("sw", "link set eth0 address 6c:5e:3b:10:20:30")
        self.ip("gw", "link set lan address 00:00:0c:9f:f0:01")
        if topology.get("fabric"):
            self.build_fabric()
        else:
            self.address("gw", "lan", f"{GATEWAY}/26")
        self.address("sw", "eth0", f"{SWITCH}/26", GATEWAY)
        if topology.get("lan"):
            self.ip("gw", "link set lan up")
            self.address("pc", "eth0", f"{PC}/26", GATEWAY)
        for name, port, router, addresses in LINKS:
            self.link(name, "eth0", "gw", port)
            self.address("gw", port, router)
            self.address(name, "eth0", addresses, router.split("/")[0])
        self.sysctl("gw", {"net.ipv4.ip_forward": 1})
        self.sysctl("sw", SWITCH_SYSCTL)
        if topology.get("ipv6"):
            self.build_ipv6()
        if topology.get("relay"):
            self.start("mid", [sys.executable, "-B", HERE / "relay.py", json.dumps(topology["relay"])], "relay", "ready")

    def build_fabric(self):
        self.address("edge", "near", f"{GATEWAY}/26")
        self.sysctl("edge", {"net.ipv4.ip_forward": 1})
        for name, port, end, other, group in (("edge", "far", 1, 2, 17), ("gw", "lan", 2, 1, 18)):
            self.address(name, port, f"172.31.0.{end}/30")
            self.ip(name, f"link add vx0 type vxlan id 4099 local 172.31.0.{end} remote 172.31.0.{other} dstport 4789 gbp")
            self.ip(name, "link set vx0 up")
            self.address(name, "vx0", f"172.31.1.{end}/30")
            # A packet's mark is the group that its VXLAN header names.
            self.iptables(f"POSTROUTING -o vx0 -j MARK --set-mark {group}", name, "mangle")
        self.ip("edge", "route add default via 172.31.1.2 dev vx0")
        self.ip("gw", "route add 10.31.121.64/26 via 172.31.1.1 dev vx0")

    def build_ipv6(self):
        self.sysctl("gw", {"net.ipv6.conf.all.forwarding": 1})
        for name, port, address in (("sw", "eth0", f"{SWITCH6}/64"), ("gw", "lan", f"{GATEWAY6}/64"),
                                    ("gw", "in0", "2001:db8:81::1/64"), ("inet", "eth0", f"{CSSM6}/64")):
            self.ip(name, f"-6 addr add {address} dev {port} nodad")
        self.ip("sw", f"-6 route add default via {GATEWAY6}")
        self.ip("inet", "-6 route add default via 2001:db8:81::1")

    def add_namespace(self, name):
        output(["ip", "netns", "add", self.ns(name)])
        self.namespaces.append(name)
        # Where IPv6 is on, link-local addresses are needed too: a router solicits neighbours from them.
        no_ipv6 = 0 if self.case.topology.get("ipv6") else 1
        self.sysctl(name, {
            "net.ipv6.conf.all.disable_ipv6": no_ipv6,
            "net.ipv6.conf.default.disable_ipv6": no_ipv6,
            "net.ipv6.conf.default.accept_dad": 0,
            "net.ipv6.conf.default.router_solicitations": 0,
        })
        self.ip(name, "link set lo up")

    def link(self, a, port_a, b, port_b):
        """A veth pair; checksums are written by the sender and nothing is coalesced, as on a wire."""
        output(["ip", "-n", self.ns(a), "link", "add", port_a, "type", "veth",
                "peer", "name", port_b, "netns", self.ns(b)])
        for name, port in ((a, port_a), (b, port_b)):
            self.run(name, f"ethtool -K {port} tx off rx off tso off gso off gro off".split())
            self.ip(name, f"link set {port} up")

    def address(self, name, port, addresses, gateway=None):
        for address in [addresses] if isinstance(addresses, str) else addresses:
            self.ip(name, f"addr add {address} dev {port}")
        if gateway:
            self.ip(name, f"route add default via {gateway}")

    def ip(self, name, words):
        output(["ip", "-n", self.ns(name), *words.split()])

    def sysctl(self, name, values):
        self.run(name, ["sysctl", "-qw", *(f"{key}={value}" for key, value in values.items())])

    # -- faults ---------------------------------------------------------------------------------------------------

    def iptables(self, rule, name="gw", table="filter"):
        """Adds one rule, by default to the router: the firewall on the way."""
        tool = "ip6tables" if self.case.topology.get("ipv6") and "2001:" in rule else "iptables"
        self.run(name, [tool, "-w", "-t", table, "-A", *rule.split()])

    # -- processes ------------------------------------------------------------------------------------------------

    def run(self, name, argv, **kwargs):
        """Runs a command in a namespace to its end."""
        return output(["ip", "netns", "exec", self.ns(name), *argv], **kwargs)

    def start(self, name, argv, title, ready_text=None, env=None):
        """Starts a process in a namespace; its output goes to a log file; waits for a text in it if told to."""
        log = self.work / f"{title}.log"
        argv = ["ip", "netns", "exec", self.ns(name), *map(str, argv)]
        with open(log, "wb") as sink:
            process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=sink, stderr=sink, start_new_session=True,
                                       cwd=self.work, env={**os.environ, **(env or {})})
        process.title, process.log = title, log
        self.processes.append(process)
        if ready_text:
            self.wait_for_process(process, lambda: ready_text in log.read_text(errors="replace"), ready_text)
        return process

    def wait_for_process(self, process, test, what):
        def done():
            if process.poll() is not None and not test():
                raise LabError(f"{process.title} ended: {process.log.read_text(errors='replace')[-800:]}")
            return test()
        wait_until(done, f"{process.title}: {what}")

    def wait_port(self, process, name, port, kind="tcp"):
        flag = "-Hltn" if kind == "tcp" else "-Hlun"
        self.wait_for_process(process, lambda: self.run(name, ["ss", flag, "sport", "=", f":{port}"]).strip(),
                              f"port {port}")

    def stop(self, process, with_signal=signal.SIGTERM):
        """Ends a process that this lab started, with all the children in its session."""
        for number in (with_signal, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                pass
            try:
                process.wait(timeout=3)
                return
            except subprocess.TimeoutExpired:
                continue

    # -- capture --------------------------------------------------------------------------------------------------

    def capture(self, name="sw", port="eth0", *options, filter="", pcapng=False):
        """Starts the capture; everything before this line stays out of the sample."""
        if pcapng:
            argv = ["dumpcap", "-q", "-i", port, "-w", self.pcap, *options] + (["-f", filter] if filter else [])
            self.tcpdump = self.start(name, argv, "tcpdump", "File:")
        else:
            # Without -s, immediate mode has room for a handful of packets only and loses some of a burst.
            argv = ["tcpdump", "-Z", "root", "-n", "-U", "--immediate-mode", "-s", "2000", "-B", "8192", "-i", port,
                    "-w", self.pcap, *options, *filter.split()]
            self.tcpdump = self.start(name, argv, "tcpdump", "listening on")
        time.sleep(0.1)

    def stop_capture(self):
        if self.tcpdump is None:
            return
        time.sleep(0.4)
        self.stop(self.tcpdump, signal.SIGINT)
        self.tcpdump = None

    # -- the switch -----------------------------------------------------------------------------------------------

    def switch(self, expect=None, host="sw", **plan):
        """Lets the switch make one attempt (switch.py says what a plan may hold) and returns how it went.

        `expect` is a text the switch's own account of the attempt must hold; it guards against a case that fails
        for a reason other than the one it was made for.
        """
        plan.setdefault("dns", [DNS])
        done = subprocess.run(["ip", "netns", "exec", self.ns(host), sys.executable, "-B", HERE / "switch.py",
                               json.dumps(plan, default=str)], capture_output=True, text=True, timeout=150)
        account = done.stdout + done.stderr
        if self.verbose:
            print(f"[{self.case.name}] {account.strip()}", file=sys.stderr)
        if "Traceback" in account or (expect and expect not in account):
            raise LabError(f"the switch was to say {expect!r}, it said: {account.strip()}")
        return account

    def switch_left_running(self, seconds, **plan):
        """Starts an attempt and returns after some seconds with the switch still at it: the capture ends first."""
        plan.setdefault("dns", [DNS])
        self.start("sw", [sys.executable, "-B", HERE / "switch.py", json.dumps(plan, default=str)], f"switch-{len(self.processes)}")
        time.sleep(seconds)

    def sleep(self, seconds):
        """For waits that a rule of verdicts.md asks for; the ping behind it shows that the capture went on so long."""
        time.sleep(seconds)
        self.run("sw", ["ping", "-q", "-c", "1", "-W", "1", GATEWAY])

    def background(self, function, *args, **kwargs):
        """Runs something beside the switch, joined before the capture is stopped."""
        thread = threading.Thread(target=function, args=args, kwargs=kwargs, daemon=True)
        thread.start()
        self.threads.append(thread)
        return thread

    # -- the end --------------------------------------------------------------------------------------------------

    def finish(self):
        for thread in self.threads:
            thread.join()
        self.stop_capture()

    def close(self):
        """Ends every process of the case, also those that left their session, and removes its namespaces."""
        for process in self.processes:
            self.stop(process)
        for name in self.namespaces:
            remove_namespace(self.ns(name))
        shutil.rmtree(self.work, ignore_errors=True)


def remove_namespace(full_name):
    listed = subprocess.run(["ip", "netns", "pids", full_name], capture_output=True, text=True).stdout
    for pid in listed.split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    subprocess.run(["ip", "netns", "delete", full_name], capture_output=True)


def remove_leftovers():
    """Removes what lab runs left that were killed before they could clean up: namespaces, temporary folders."""
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        if not Path(f"/proc/{folder.name[len(TEMPORARY):].split('-')[0]}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    for line in output(["ip", "netns", "list"]).splitlines():
        name = line.split()[0]
        owner = name[len(NAMESPACE_PREFIX):].split("x")[0]
        if name.startswith(NAMESPACE_PREFIX) and owner.isdigit() and not Path(f"/proc/{owner}").exists():
            remove_namespace(name)
