"""Stage tcp."""

import servers
from lab import CSSM, CSSM6, PROXY
from registry import FROM_SWITCH, TO_SWITCH, case

SYN = f"tcp.flags.syn == 1 && tcp.flags.ack == 0 && {FROM_SWITCH}"
SYN_ACK = f"tcp.flags.syn == 1 && tcp.flags.ack == 1 && {TO_SWITCH}"
RST_IN = f"tcp.flags.reset == 1 && {TO_SWITCH}"
FIN_IN = f"tcp.flags.fin == 1 && {TO_SWITCH}"
TO_PROXY = ["--proxy", f"{PROXY}:80"]


@case("tcp-syn-timeout", "tcp-syn-timeout", SYN, how="a firewall drops port 443 without a word")
def _(lab):
    servers.dnsmasq(lab)
    lab.iptables("FORWARD -p tcp --dport 443 -j DROP")
    lab.capture()
    lab.switch(expect="connect 203.0.113.81")


@case("tcp-syn-timeout-proxy", "tcp-syn-timeout", SYN, path="proxy", options=TO_PROXY,
      how="a firewall drops the SYNs to the proxy")
def _(lab):
    lab.iptables(f"FORWARD -d {PROXY} -j DROP")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:80", expect="connect")


@case("tcp-syn-timeout-far-host-down", "tcp-syn-timeout", SYN, check_code=False,
      need=[SYN], absent=[SYN_ACK, RST_IN],
      how="SYNs are dropped near CSSM; a ping of the switch to its gateway is in the capture too")
def _(lab):
    servers.dnsmasq(lab)
    lab.iptables("INPUT -p tcp --dport 443 -j DROP", name="inet")
    lab.capture()
    lab.background(lab.run, "sw", ["ping", "-q", "-c", "4", "10.31.121.65"])
    lab.switch(expect="connect 203.0.113.81")


@case("tcp-syn-refused", "tcp-syn-refused", RST_IN, how="nothing listens on port 443: RST from the host")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(expect="ConnectionRefusedError")


@case("tcp-syn-refused-proxy", "tcp-syn-refused", RST_IN, path="proxy", options=TO_PROXY,
      how="nothing listens on the proxy's port: RST")
def _(lab):
    lab.capture()
    lab.switch(proxy=f"{PROXY}:80", expect="ConnectionRefusedError")


@case("tcp-syn-refused-firewall", "tcp-syn-refused", RST_IN,
      how="a firewall answers the SYN with RST in CSSM's name (iptables REJECT tcp-reset)")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables("FORWARD -p tcp --dport 443 -j REJECT --reject-with tcp-reset")
    lab.capture()
    lab.switch(expect="ConnectionRefusedError")


@case("tcp-syn-refused-inbound-only", "tcp-syn-refused", RST_IN, check_code=False, absent=[FROM_SWITCH], need=[RST_IN],
      how="only what came to the switch: the DNS answer and the RST that acknowledges ISN+1")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture("sw", "eth0", "-Q", "in", filter="ip")
    lab.switch(expect="ConnectionRefusedError")


@case("tcp-syn-rejected-prohibited", "tcp-syn-rejected", f"icmp.type == 3 && icmp.code == 13 && {TO_SWITCH}",
      how="the router's filter rejects port 443 with ICMP administratively prohibited")
def _(lab):
    servers.dnsmasq(lab)
    lab.iptables("FORWARD -p tcp --dport 443 -j REJECT --reject-with icmp-admin-prohibited")
    lab.capture()
    lab.switch(expect="connect")


@case("tcp-syn-rejected-host", "tcp-syn-rejected", f"icmp.type == 3 && icmp.code == 1 && {TO_SWITCH}",
      how="CSSM's host is down: the last router reports host unreachable after its ARP fails")
def _(lab):
    servers.dnsmasq(lab)
    lab.ip("inet", "link set eth0 down")
    lab.capture()
    lab.switch(connect_timeout=10, expect="connect")


@case("tcp-syn-rejected-ttl", "tcp-syn-rejected", f"icmp.type == 11 && {TO_SWITCH}",
      how="a routing loop: the route to CSSM's network leads back and forth, ICMP time exceeded")
def _(lab):
    servers.dnsmasq(lab)
    lab.ip("gw", "route add 203.0.113.81/32 via 192.168.217.105")
    lab.sysctl("proxy", {"net.ipv4.ip_forward": 1, "net.ipv4.conf.all.send_redirects": 0,
                         "net.ipv4.conf.eth0.send_redirects": 0})
    lab.capture()
    lab.switch(connect_timeout=6, expect="connect")


@case("tcp-syn-rejected-proxy", "tcp-syn-rejected", f"icmp.type == 3 && {TO_SWITCH}", path="proxy", options=TO_PROXY,
      how="the router has no way to the proxy (an unreachable route): ICMP host unreachable")
def _(lab):
    lab.ip("gw", f"route add unreachable {PROXY}/32")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:80", expect="connect")


@case("tcp-syn-rejected-ipv6", "tcp-syn-rejected", "icmpv6.type == 1", topology={"ipv6": True},
      how="IPv6: the router's filter rejects port 443 with ICMPv6 administratively prohibited")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: CSSM6})
    lab.iptables("FORWARD -p tcp --dport 443 -d 2001:db8:81::81 -j REJECT --reject-with icmp6-adm-prohibited")
    lab.capture()
    lab.switch(qtypes=["AAAA"], expect="connect")


@case("tcp-synack-unanswered", "tcp-synack-unanswered", SYN_ACK, 
      how="an access list on the switch itself (iptables in its INPUT) drops the SYN-ACKs after they were captured")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables("INPUT -p tcp --sport 443 -j DROP", name="sw")
    lab.capture()
    lab.switch(connect_timeout=8, expect="connect")


@case("tcp-synack-unanswered-inbound-only", "tcp-synack-unanswered", SYN_ACK, check_code=False,
      absent=[FROM_SWITCH], options=["--cssm", CSSM], confidence_at_most="likely",
      how="only what came to the switch: one SYN-ACK, repeated again and again")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables("INPUT -p tcp --sport 443 -j DROP", name="sw")
    lab.capture(filter=f"src host {CSSM}")
    lab.switch(connect_timeout=12, expect="connect")


@case("tcp-synack-answered-by-reset", "tcp-synack-unanswered", SYN_ACK,
      need=[f"tcp.flags.reset == 1 && {FROM_SWITCH}"],
      topology={"relay": [{"from": "far", "port": 443, "do": "delay", "seconds": 4}]},
      how="a relay delays the SYN-ACKs by 4 s; the switch gave up after 3 s and answers them with RST")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture()
    lab.switch(connect_timeout=3.5, expect="connect")
    lab.sleep(4)


@case("tcp-reset", "tcp-reset", RST_IN,
      how="a firewall answers the handshake's last ACK with RST (iptables REJECT tcp-reset) before any data")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    reset_after_handshake(lab, 443)
    lab.capture()
    lab.switch(first_pause=0.4, tls={}, expect="ConnectionResetError")


@case("tcp-reset-proxy", "tcp-reset", RST_IN, path="proxy", options=["--proxy", f"{PROXY}:8080"],
      how="a firewall resets the connection to the proxy (tinyproxy) as soon as it is established")
def _(lab):
    servers.tinyproxy(lab)
    reset_after_handshake(lab, 8080)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", connect_pause=0.4, expect="ConnectionResetError")


def reset_after_handshake(lab, port):
    lab.iptables(f"FORWARD -p tcp --dport {port} --tcp-flags SYN,ACK,RST,FIN ACK -j REJECT --reject-with tcp-reset")


@case("tcp-closed", "tcp-closed", FIN_IN, pick="first",
      how="a load balancer (haproxy, TCP mode) accepts, finds its backend down and closes after about 1 s")
def _(lab):
    servers.dnsmasq(lab)
    servers.haproxy(lab, f"listen l\n  mode tcp\n  bind {CSSM}:443\n  server s {CSSM}:9", 443, "inet")
    lab.capture()
    lab.switch(first_pause=2.5, request=None, expect="connected")


@case("tcp-closed-proxy", "tcp-closed", FIN_IN, pick="first", path="proxy", options=["--proxy", f"{PROXY}:8080"],
      how="the same in front of the proxy; the switch has not sent CONNECT yet")
def _(lab):
    servers.haproxy(lab, f"listen l\n  mode tcp\n  bind {PROXY}:8080\n  server s {PROXY}:9", 8080, "proxy")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", connect_pause=2.5, expect="connected")


@case("tcp-reset-inbound-only", "tcp-reset", RST_IN, check_code=False, absent=[FROM_SWITCH], need=[SYN_ACK],
      options=["--cssm", CSSM], confidence_at_most="possible",
      how="only what came to the switch: a SYN-ACK and a RST without acknowledgement number (which in truth answers the "
          "ClientHello: a firewall matched the SNI)")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables("FORWARD -p tcp -m string --algo bm --string smartreceiver -j REJECT --reject-with tcp-reset")
    lab.capture(filter=f"src host {CSSM}")
    lab.switch(tls={}, expect="tls ConnectionResetError")


@case("tcp-syn-refused-pcapng", "tcp-syn-refused", RST_IN, suffix="pcapng",
      how="the closed port again, captured by dumpcap as pcapng")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture(pcapng=True)
    lab.switch(expect="ConnectionRefusedError")


# -- path MTU -----------------------------------------------------------------------------------------------------

@case("tcp-mtu-blackhole-from-peer", "tcp-mtu-blackhole", f"(tcp.analysis.lost_segment && {TO_SWITCH}) || (tcp.options.sack_le && {FROM_SWITCH})", tls="1.2",
      confidence_at_most="likely", need=[f"tcp.options.sack_le && {FROM_SWITCH}"],
      how="a tunnel on the way (router drops IP packets over 1,300 bytes) swallows CSSM's certificate; the last, small "
          "segment of the flight arrives")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab, tls="TLSv1.2")
    lab.iptables("FORWARD -p tcp --sport 443 -m length --length 1301:65535 -j DROP")
    lab.capture()
    lab.sysctl("sw", {"net.ipv4.tcp_sack": 1})
    lab.switch(mss=1460, window=8000, tls={"max": "1.2"}, timeout=11, expect="tls")


@case("tcp-mtu-blackhole-from-peer-proxy", "tcp-mtu-blackhole", f"(tcp.analysis.lost_segment && {TO_SWITCH}) || (tcp.analysis.duplicate_ack && {FROM_SWITCH})", tls="1.3",
      path="proxy", confidence_at_most="likely", need=["tcp.analysis.duplicate_ack"],
      how="the same between the switch and the proxy, TLS 1.3: CONNECT succeeds, the server's flight does not get through")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    servers.squid(lab)
    lab.iptables("FORWARD -p tcp --sport 80 -m length --length 1301:65535 -j DROP")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:80", mss=1460, window=8000, tls={}, timeout=11, expect="tls")


@case("tcp-mtu-blackhole-to-peer", "tcp-mtu-blackhole", f"tcp.len > 1240 && {FROM_SWITCH}", tls="1.3",
      need=[f"tcp.analysis.retransmission && tcp.len > 1240 && {FROM_SWITCH}"],
      how="the router drops the switch's IP packets over 1,300 bytes: the handshake passes, the request is retransmitted "
          "and never acknowledged")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables("FORWARD -p tcp --dport 443 -m length --length 1301:65535 -j DROP")
    lab.capture()
    lab.switch(mss=1460, tls={}, timeout=14, expect="TimeoutError")


@case("tcp-mtu-blackhole-icmp", "tcp-mtu-blackhole", f"icmp.type == 3 && icmp.code == 4 && {TO_SWITCH}", tls="1.2",
      need=[f"tcp.analysis.retransmission && tcp.len > 1240 && {FROM_SWITCH}"],
      how="the router reports 'fragmentation needed' (next-hop MTU 1,300), the switch ignores it and keeps sending "
          "segments as large as before")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab, tls="TLSv1.2")
    lab.sysctl("sw", {"net.ipv4.ip_no_pmtu_disc": 0})
    lab.ip("gw", "route replace 203.0.113.0/24 dev in0 mtu lock 1300")
    lab.iptables("INPUT -p icmp -j DROP", name="sw")
    lab.capture()
    lab.switch(mss=1460, tls={}, timeout=14, expect="TimeoutError")
