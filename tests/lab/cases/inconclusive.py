"""Captures from which no honest tool concludes more."""

import servers
from lab import CSSM, DNS, GATEWAY, ONPREM, PROXY
from registry import FROM_SWITCH, TO_SWITCH, case

VIA = f"{PROXY}:80"
TO_PROXY = ["--proxy", VIA]
TO_CSSM = ["--cssm", CSSM]
SYN = f"tcp.flags.syn == 1 && tcp.flags.ack == 0 && {FROM_SWITCH}"
SYN_ACK = f"tcp.flags.syn == 1 && tcp.flags.ack == 1 && {TO_SWITCH}"
QUERY = f"dns.flags.response == 0 && {FROM_SWITCH}"
REPLY = f"dns.flags.response == 1 && {TO_SWITCH}"
HELLO = f"tls.handshake.type == 1 && {FROM_SWITCH}"
TLS_12 = {"max": "1.2"}


# -- unreadable ---------------------------------------------------------------------------------------------------

@case("inconclusive-unreadable-cut", "inconclusive-unreadable", f"frame.cap_len < frame.len && {TO_SWITCH}",
      path="proxy", options=TO_PROXY,
      how="tcpdump -s 58: of squid's answer to CONNECT only four bytes are left")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, ["http_access deny all"])
    lab.capture("sw", "eth0", "-s", "58")
    lab.switch(proxy=VIA, expect="proxy 403")


@case("inconclusive-unreadable-body-cut", "inconclusive-unreadable",
      f'tcp.payload contains "HTTP/1.1 200" && {TO_SWITCH}', path="plain",
      how="tcpdump -s 240: the CSLU's 200 can be read, the licensing status in its body cannot")
def _(lab):
    servers.cslu(lab)
    lab.capture("sw", "eth0", "-s", "240")
    lab.switch(name=ONPREM, port=8182, request={"path": "/cslu/v1/pi"}, expect="http 200")


@case("inconclusive-unreadable-missing", "inconclusive-unreadable", f"tcp && {TO_SWITCH}", holes=True,
      path="plain", absent=['tcp.payload contains "HTTP/1.1 "  && ip.src == 10.31.104.80'],
      how="a capture filter left out every packet over 400 bytes: the CSLU's answer was acknowledged but is not there")
def _(lab):
    servers.cslu(lab)
    lab.capture(filter="less 400")
    lab.switch(name=ONPREM, port=8182, request={"path": "/cslu/v1/pi", "body": "{}"}, expect="http 200")


# -- one-way ------------------------------------------------------------------------------------------------------

@case("inconclusive-one-way-query", "inconclusive-one-way", QUERY, absent=[TO_SWITCH, "tcp"],
      how="only what the switch sent, and it asked once: whether the name server answered cannot be seen")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: "203.0.113.81"})
    lab.capture("sw", "eth0", "-Q", "out", filter="ip")
    lab.switch(dns_only=True, expect="look-up only")


@case("inconclusive-one-way-synack", "inconclusive-one-way", SYN_ACK, options=TO_CSSM, absent=[FROM_SWITCH],
      how="only what came to the switch: one SYN-ACK and one acknowledgement of the ClientHello, then the capture ends")
def _(lab):
    servers.dnsmasq(lab)
    servers.ncat(lab, port=443, name="inet")
    lab.capture(filter=f"src host {CSSM}")
    lab.switch_left_running(3, tls={}, timeout=60)


@case("inconclusive-one-way-hello-lost", "inconclusive-one-way", f"tcp.flags.syn == 1 && tcp.flags.ack == 1 && {TO_SWITCH}",
      absent=[f"ip && {FROM_SWITCH}", "tcp.len > 0"],
      how="a filter drops the ClientHello, and the capture holds only what came to the switch: one SYN-ACK, which is not repeated, "
          "since the switch had acknowledged it")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables("FORWARD -i lan -p tcp -m length --length 100:1500 -j DROP")
    lab.capture("sw", "eth0", "-Q", "in", filter="ip")
    lab.switch_left_running(13, tls={}, timeout=60)
    lab.sleep(0.5)


@case("inconclusive-one-way-icmp-about-data", "inconclusive-one-way",
      f"tcp.flags.syn == 1 && tcp.flags.ack == 1 && ip.src == {CSSM}",
      absent=["tcp.len > 0 && !icmp"], need=[f"icmp.type == 3 && icmp.code == 13 && {TO_SWITCH}"],
      how="the same with a filter that rejects the ClientHello: the ICMP errors quote it, not the SYN")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables("FORWARD -i lan -p tcp -m length --length 100:1500 -j REJECT --reject-with icmp-admin-prohibited")
    lab.capture("sw", "eth0", "-Q", "in", filter="ip")
    lab.switch_left_running(13, tls={}, timeout=60)
    lab.sleep(0.5)


# -- mid-stream ---------------------------------------------------------------------------------------------------

@case("inconclusive-mid-stream", "inconclusive-mid-stream", f"tcp && ip.addr == {CSSM}", options=TO_CSSM,
      absent=["tcp.flags.syn == 1", "tcp.len > 0 && ip.dst == 10.31.121.118"], 
      how="tcpdump starts when the connection is long established and sees only how the switch closes it")
def _(lab):
    servers.ncat(lab, port=443, name="inet")
    servers.dnsmasq(lab)
    lab.switch_left_running(1.5, request=None, wait=4)
    lab.capture()
    lab.sleep(3.5)


# -- the capture ends ---------------------------------------------------------------------------------------------

@case("inconclusive-capture-ended-tls", "inconclusive-capture-ended", HELLO,
      how="the capture ends 2 s after the ClientHello, which nothing has answered yet")
def _(lab):
    servers.ncat(lab, port=443, name="inet")
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch_left_running(2.5, tls={}, timeout=60)


@case("inconclusive-capture-ended-proxy", "inconclusive-capture-ended", 'tcp.payload contains "CONNECT "', path="proxy",
      how="the capture ends 3 s after CONNECT; squid is still trying")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab)
    lab.iptables(f"FORWARD -s {PROXY} -d {CSSM} -j DROP")
    lab.capture()
    lab.switch_left_running(3, proxy=VIA, timeout=60)


@case("inconclusive-capture-ended-http", "inconclusive-capture-ended",
      f"tls.record.content_type == 23 && {FROM_SWITCH}", tls="1.2",
      how="the capture ends 3 s after the request")
def _(lab):
    servers.s_server(lab, "-quiet")
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch_left_running(3, tls=TLS_12, timeout=60)


@case("inconclusive-capture-ended-dns", "inconclusive-capture-ended", QUERY, need=[f"icmp.type == 0 && {TO_SWITCH}"],
      how="one query, and the capture ends a second later; an answered ping shows that the inbound side is visible")
def _(lab):
    lab.iptables("FORWARD -p udp --dport 53 -j DROP")
    lab.capture()
    lab.run("sw", ["ping", "-q", "-c", "1", GATEWAY])
    lab.switch_left_running(1.5, dns_timeout=30)


# -- nothing sent, no connection ----------------------------------------------------------------------------------

@case("inconclusive-nothing-sent", "inconclusive-nothing-sent", f"tcp.flags.fin == 1 && {FROM_SWITCH}",
      absent=["tcp.len > 0"],
      how="a telnet test: look-up, connection to port 443, nothing sent, closed by the switch after 4 s")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture()
    lab.switch(request=None, wait=4, expect="connected")


@case("inconclusive-nothing-sent-proxy", "inconclusive-nothing-sent", SYN_ACK, options=TO_PROXY, path="proxy",
      absent=["tcp.len > 0"],
      how="a telnet test of the proxy's port; the switch closes after 5 s")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab)
    lab.capture()
    lab.switch(address=PROXY, port=80, request=None, wait=5, expect="connected")


@case("inconclusive-no-connection", "inconclusive-no-connection", f"{REPLY} && dns.a == {CSSM}",
      need=["icmp.type == 8"], absent=["tcp"],
      how="a ping test: look-up, then echo requests, no connection")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    lab.run("sw", ["ping", "-q", "-c", "5", CSSM])
    lab.sleep(20)


@case("inconclusive-no-connection-twice", "inconclusive-no-connection", f"{REPLY} && dns.a == {CSSM}", attempts=2,
      absent=["tcp"], how="two look-ups, 20 s apart, nothing follows either: the traffic leaves another way")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    lab.sleep(20)
    lab.switch(dns_only=True, expect="look-up only")
    lab.sleep(20)


# -- nothing of interest ------------------------------------------------------------------------------------------

@case("inconclusive-other-protocol", "inconclusive-other-protocol", f"tcp.len > 0 && {FROM_SWITCH}", options=["--all"],
      how="with --all: the switch sends syslog over TCP 514, neither HTTP nor TLS")
def _(lab):
    servers.ncat(lab, port=514, name="dc")
    lab.capture()
    message = "<189>45: *Mar  1 00:01:02.003: %SYS-5-CONFIG_I: Configured from console by console"
    lab.run("sw", ["sh", "-c", f"(echo '{message}'; sleep 2) | ncat {DNS} 514"])


@case("inconclusive-unidentified", "inconclusive-unidentified", SYN, path="proxy",
      how="SYNs to a proxy that nobody named (no --proxy) are never answered: it could have been for any site")
def _(lab):
    lab.iptables(f"FORWARD -d {PROXY} -j DROP")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="connect")


@case("inconclusive-unidentified-refused", "inconclusive-unidentified", f"tcp.flags.reset == 1 && {TO_SWITCH}",
      path="proxy", how="the unnamed proxy's port is closed, its name says nothing")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(proxy="proxy.corp.example:3128", expect="ConnectionRefusedError")


@case("inconclusive-no-traffic", "inconclusive-no-traffic", "", 
      how="the switch pings its gateway; no look-up, no connection", absent=["tcp", "dns"])
def _(lab):
    lab.capture()
    lab.run("sw", ["ping", "-q", "-c", "3", GATEWAY])


@case("inconclusive-no-traffic-inbound-telnet", "inconclusive-no-traffic", "", absent=["dns"],
      need=[f"tcp.dstport == 23 && {TO_SWITCH}"],
      how="connections opened towards the switch (SSH and telnet ports) are never attempts")
def _(lab):
    lab.capture()
    for port in ("22", "23"):
        lab.run("dc", ["sh", "-c", f"ncat -w 2 10.31.121.118 {port} </dev/null || true"])
