"""More than one attempt, or more than one client, in a capture."""

import servers
from cases.proxy import authenticating_squid
from cases.tls import trust
from lab import CSSM, CSSM6, PC, PROXY, SWITCH
from registry import FROM_SWITCH, TO_SWITCH, case

VIA = f"{PROXY}:80"
TLS_12 = {"max": "1.2"}
SYN = f"tcp.flags.syn == 1 && tcp.flags.ack == 0 && {FROM_SWITCH}"
RST_IN = f"tcp.flags.reset == 1 && {TO_SWITCH}"


@case("intermittent-refused-then-ok", "tcp-syn-refused", RST_IN, pick="first", outcome="intermittent", attempts=2,
      check_code=False, need=[f"tls.record.content_type == 23 && {TO_SWITCH}"],
      how="CSSM's port is closed at the first attempt, open at the second, 3 s later")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(tls=TLS_12, expect="ConnectionRefusedError")
    lab.sleep(3)
    servers.cssm(lab)
    lab.switch(tls=TLS_12, expect="http 200")


@case("intermittent-proxy-503-then-ok", "proxy-upstream-failure", 'tcp.payload contains "HTTP/1.1 503"',
      outcome="intermittent", attempts=3, check_code=False, path="proxy",
      how="squid answers two attempts with 503 (CSSM down), the third goes through; 2 s apart")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab)
    lab.capture()
    for _ in range(2):
        lab.switch(proxy=VIA, tls={}, expect="proxy 503")
        lab.sleep(2)
    servers.cssm(lab)
    lab.switch(proxy=VIA, tls={}, expect="http 200")


@case("intermittent-ok-then-timeout", "tcp-syn-timeout", f"tcp.stream == 1 && {SYN}", outcome="intermittent", attempts=2,
      check_code=False, how="the first attempt succeeds, then a firewall begins to drop port 443")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture()
    lab.switch(tls=TLS_12, expect="http 200")
    lab.iptables("FORWARD -p tcp --dport 443 -j DROP")
    lab.switch(tls=TLS_12, connect_timeout=5, expect="connect")


@case("intermittent-ipv6-then-ipv4", "tcp-syn-rejected", "icmpv6.type == 1", outcome="intermittent", attempts=2,
      topology={"ipv6": True}, check_code=False, need=[f"tls.record.content_type == 23 && {TO_SWITCH}"],
      how="the name has both kinds of address; the SYN over IPv6 is rejected with ICMPv6, the one over IPv4 succeeds: two "
          "attempts of one client")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: None}, [f"host-record={servers.SERVICE},{CSSM},{CSSM6}"])
    servers.cssm(lab)
    lab.iptables("FORWARD -p tcp --dport 443 -d 2001:db8:81::81 -j REJECT --reject-with icmp6-adm-prohibited")
    lab.capture()
    lab.switch(both_families=True, tls=TLS_12, expect="http 200")


@case("failed-three-times", "tls-untrusted-ca", f"tls.alert_message.desc == 48 && {FROM_SWITCH}", attempts=3, tls="1.2",
      how="three attempts, 1 s apart, each ends with unknown_ca (old trust store)")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture()
    for _ in range(3):
        lab.switch(tls={**TLS_12, **trust(lab.pki.other_root())}, expect="CERTIFICATE_VERIFY_FAILED")
        lab.sleep(1)


@case("failed-in-two-ways", "proxy-forbidden", f'tcp.payload contains " 403 " && {TO_SWITCH}', attempts=2, path="proxy",
      check_code=False, options=["--proxy", VIA], need=[RST_IN],
      how="the proxy is down at the first attempt (tcp-syn-refused); at the second it denies: the latest failure counts")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(proxy=VIA, expect="ConnectionRefusedError")
    servers.squid(lab, ["http_access deny all"])
    lab.switch(proxy=VIA, expect="proxy 403")


@case("failed-dns-then-refused", "tcp-syn-refused", RST_IN, attempts=2, check_code=False,
      need=["dns.flags.rcode == 3"],
      how="NXDOMAIN at the first attempt; 6 s later the name resolves and the port is closed")
def _(lab):
    first = servers.dnsmasq(lab, {servers.SERVICE: None}, ["local=/cisco.com/"])
    lab.capture()
    lab.switch(expect="unresolved")
    lab.sleep(6)
    lab.stop(first)
    servers.dnsmasq(lab)
    lab.switch(expect="ConnectionRefusedError")


@case("ok-beside-other-host", "ok", f"tls.record.content_type == 23 && {TO_SWITCH}", pick="last", tls="1.2",
      topology={"lan": True}, check_code=False, need=[f"ip.src == {PC} && tcp.flags.syn == 1"],
      how="captured on the uplink: another host's HTTPS to www.cisco.com is refused and its look-ups fail; the switch succeeds")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture("gw", "lan")
    lab.background(lab.switch, host="pc", name="www.cisco.com", agent="curl/7.88.1", expect="ConnectionRefusedError")
    lab.background(lab.switch, host="pc", name="no-such-host.example", dns_tries=1, expect="unresolved")
    lab.switch(tls=TLS_12, expect="http 200")


@case("failed-beside-other-host", "proxy-forbidden", f'tcp.payload contains " 403 " && {TO_SWITCH}', path="proxy",
      topology={"lan": True}, check_code=False, need=[f'ip.dst == {PC} && tcp.payload contains " 200 "'],
      how="captured on the uplink: another host goes through the same squid to another site, the switch is denied")
def _(lab):
    servers.dnsmasq(lab)
    servers.nginx(lab, "server { listen 203.0.113.90:443; location / { return 200 'hello'; } }", 443, "inet")
    servers.squid(lab, [f"acl pc src {PC}", "http_access allow pc", "http_access deny all"])
    lab.capture("gw", "lan")
    lab.background(lab.switch, host="pc", name="www.cisco.com", proxy=VIA, agent="curl/7.88.1",
                   request={"method": "GET", "path": "/"}, expect="proxy 200")
    lab.switch(proxy=VIA, expect="proxy 403")


@case("two-clients", "tcp-syn-timeout", SYN, attempts=2, outcome="failed", topology={"lan": True}, check_code=False,
      need=[f"ip.dst == {PC} && tls.record.content_type == 23"],
      how="two switches: 10.31.121.100 reaches CSSM, 10.31.121.118 is dropped by a firewall")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables(f"FORWARD -s {SWITCH} -p tcp --dport 443 -j DROP")
    lab.capture("gw", "lan")
    lab.background(lab.switch, host="pc", tls=TLS_12, expect="http 200")
    lab.switch(connect_timeout=8, expect="connect")


@case("two-clients-switch-option", "ok", f"ip.dst == {PC} && tls.record.content_type == 23", pick="last", attempts=1,
      options=["--switch", PC], topology={"lan": True}, tls="1.2",
      how="the same two switches, narrowed with --switch to the one that succeeds")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.iptables(f"FORWARD -s {SWITCH} -p tcp --dport 443 -j DROP")
    lab.capture("gw", "lan")
    lab.background(lab.switch, host="pc", tls=TLS_12, expect="http 200")
    lab.switch(connect_timeout=8, expect="connect")


@case("proxy-onward-leg", "tls-untrusted-ca", f"tls.alert_message.desc == 48 && {FROM_SWITCH}", path="proxy", tls="1.2",
      check_code=False, need=[f"ip.src == {PROXY} && tcp.dstport == 443"],
      how="captured on every interface of the router (LINUX_SLL2): the switch's tunnel and the proxy's onward leg, which "
          "is no attempt of its own; every packet is there twice")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    servers.squid(lab)
    lab.capture("gw", "any")
    lab.switch(proxy=VIA, tls={**TLS_12, **trust(lab.pki.other_root())}, expect="CERTIFICATE_VERIFY_FAILED")


@case("failed-same-port-twice", "tcp-syn-refused", RST_IN, attempts=2,
      need=[f"tcp.srcport == 40000 && {SYN}"],
      how="two attempts from the same source port, 2 s apart, each refused: another initial sequence number, another attempt")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    for _ in range(2):
        lab.switch(source_port=40000, expect="ConnectionRefusedError")
        lab.sleep(2)


@case("intermittent-auth-much-later", "proxy-auth-required", 'tcp.payload contains "HTTP/1.1 407"', pick="first",
      outcome="intermittent", attempts=2, path="proxy", check_code=False,
      need=[f"tls.record.content_type == 23 && {TO_SWITCH}"],
      how="squid answers 407; 13 s later, too late for the same log-on, the switch comes with credentials and succeeds")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    authenticating_squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy 407")
    lab.sleep(13)
    lab.switch(proxy=VIA, credentials=["lab:secret"], tls=TLS_12, expect="http 200")
