"""Stages dns and arp."""

import servers
from lab import CSSM, DNS, DNS2, GATEWAY, GATEWAY6, PC, SWITCH, SWITCH6
from registry import FROM_SWITCH, TO_SWITCH, case

QUERY = f'dns.flags.response == 0 && dns.qry.name contains "smartreceiver" && {FROM_SWITCH}'
REPLY = f"dns.flags.response == 1 && {TO_SWITCH}"
NO_CISCO = {servers.SERVICE: None, "tools.cisco.com": None, "www.cisco.com": None}
UNKNOWN = ["local=/cisco.com/", "local=/corp.example/", "local=/cslu-local/"]


# -- no answer ----------------------------------------------------------------------------------------------------

@case("dns-timeout", "dns-timeout", QUERY, how="a firewall drops UDP 53: three queries, 3 s apart, no answer")
def _(lab):
    lab.iptables("FORWARD -p udp --dport 53 -j DROP")
    lab.capture()
    lab.switch(expect="unresolved")


@case("dns-timeout-two-servers", "dns-timeout", QUERY,
      how="two name servers and a search domain, all UDP 53 dropped: each server in turn, then the suffix")
def _(lab):
    lab.iptables("FORWARD -p udp --dport 53 -j DROP")
    lab.capture()
    lab.switch(dns=[DNS, DNS2], search=["corp.example"], dns_timeout=2, dns_tries=2, expect="unresolved")


@case("dns-timeout-late-answer", "dns-timeout", QUERY, confidence_at_most="likely", check_code=False,
      need=[REPLY, f"icmp.type == 3 && {FROM_SWITCH}"], absent=["tcp"],
      topology={"relay": [{"from": "far", "contains": "smartreceiver", "do": "delay", "seconds": 7}]},
      how="a relay holds the answers for 7 s; the switch has given up and answers them with ICMP port unreachable")
def _(lab):
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_timeout=2, dns_tries=3, expect="unresolved")
    lab.sleep(6)


@case("dns-timeout-truncated", "dns-timeout", QUERY, confidence_at_most="likely", check_code=False,
      need=[f"{REPLY} && dns.flags.truncated == 1", "tcp.dstport == 53 && tcp.flags.syn == 1"],
      absent=["tcp.srcport == 53"],
      how="BIND truncates a large answer (40 addresses), and a firewall drops the retry over TCP")
def _(lab):
    servers.bind(lab, "\n".join(f"smartreceiver IN A 203.0.113.{n}" for n in range(81, 121)))
    lab.iptables("FORWARD -p tcp --dport 53 -j DROP")
    lab.capture()
    lab.switch(dns_timeout=4, expect="unresolved")


@case("dns-timeout-suffix-nxdomain", "dns-timeout", f"{QUERY} && !(dns.qry.name contains \"corp\")", check_code=False,
      need=[f"{REPLY} && dns.flags.rcode == 3 && dns.qry.name contains \"corp.example\""], absent=["tcp"],
      how="the internal name server (dnsmasq) forwards smartreceiver.cisco.com to nowhere and is silent; the name with the "
          "search domain appended is its own, and NXDOMAIN")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO, ["local=/corp.example/", f"server=/cisco.com/{CSSM}"])
    lab.iptables(f"FORWARD -p udp --dport 53 -d {CSSM} -j DROP")
    lab.capture()
    lab.switch(search=["corp.example"], dns_timeout=2, expect="unresolved")
    lab.sleep(6)


# -- error answers ------------------------------------------------------------------------------------------------

@case("dns-nxdomain", "dns-nxdomain", f"{REPLY} && dns.flags.rcode == 3",
      how="dnsmasq answers NXDOMAIN for everything under cisco.com")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO, UNKNOWN)
    lab.capture()
    lab.switch(expect="unresolved")


@case("dns-nxdomain-search-domain", "dns-nxdomain", f"{REPLY} && dns.flags.rcode == 3",
      how="NXDOMAIN for the name, for AAAA, and for the name with the search domain appended")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO, UNKNOWN)
    lab.capture()
    lab.switch(search=["corp.example"], qtypes=["AAAA", "A"], expect="unresolved")


@case("dns-nxdomain-cslu-local", "dns-nxdomain", f"{REPLY} && dns.flags.rcode == 3", path="plain",
      how="the default transport: the switch asks for cslu-local, which nobody knows; CSSM is never tried")
def _(lab):
    servers.dnsmasq(lab, {"cslu-local": None}, UNKNOWN)
    lab.capture()
    lab.switch(name="cslu-local", port=8182, search=["corp.example"], expect="unresolved")


@case("dns-nxdomain-proxy-name", "dns-nxdomain", f"{REPLY} && dns.flags.rcode == 3", path="proxy",
      options=["--proxy", "proxy.corp.example:80"],
      how="the proxy is configured by a name that dnsmasq does not know")
def _(lab):
    servers.dnsmasq(lab, {"proxy.corp.example": None}, UNKNOWN)
    lab.capture()
    lab.switch(proxy="proxy.corp.example:80", expect="unresolved")


@case("dns-nxdomain-after-timeout", "dns-nxdomain", f"{REPLY} && dns.flags.rcode == 3",
      need=[f"dns && ip.dst == {DNS}"], absent=[f"ip.src == {DNS}"],
      how="the first name server is silent, the second says NXDOMAIN")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO, UNKNOWN, address=DNS2)
    lab.iptables(f"FORWARD -p udp --dport 53 -d {DNS} -j DROP")
    lab.capture()
    lab.switch(dns=[DNS, DNS2], dns_timeout=2, dns_tries=2, expect="unresolved")


@case("dns-refused-dnsmasq", "dns-refused", f"{REPLY} && dns.flags.rcode == 5",
      how="dnsmasq without upstream servers: REFUSED")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO)
    lab.capture()
    lab.switch(expect="unresolved")


@case("dns-refused-unbound", "dns-refused", f"{REPLY} && dns.flags.rcode == 5",
      how="unbound's access-control refuses the switch: REFUSED without a question section")
def _(lab):
    servers.unbound(lab, ["access-control: 10.31.121.64/26 refuse"])
    lab.capture()
    lab.switch(expect="unresolved")


@case("dns-refused-then-silent", "dns-refused", f"{REPLY} && dns.flags.rcode == 5",
      need=[f"dns && ip.dst == {DNS2}"], absent=[f"ip.src == {DNS2}"],
      how="the first name server refuses, the second is silent: the RCODE tells more than the silence")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO)
    lab.iptables(f"FORWARD -p udp --dport 53 -d {DNS2} -j DROP")
    lab.capture()
    lab.switch(dns=[DNS, DNS2], dns_timeout=2, dns_tries=2, expect="unresolved")


@case("dns-refused-suffix-nxdomain", "dns-refused", f"{REPLY} && dns.flags.rcode == 5",
      need=[f"{REPLY} && dns.flags.rcode == 3 && dns.qry.name contains \"corp.example\""],
      how="the internal name server (dnsmasq) refuses what is not its own; the name with the search domain appended is NXDOMAIN")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO, ["local=/corp.example/"])
    lab.capture()
    lab.switch(search=["corp.example"], expect="unresolved")
    lab.sleep(6)


@case("dns-server-failure", "dns-server-failure", f"{REPLY} && dns.flags.rcode == 2",
      how="unbound whose forwarder refuses to answer: SERVFAIL")
def _(lab):
    servers.dnsmasq(lab, NO_CISCO, address=DNS2)
    servers.unbound(lab, zones=["forward-zone:", '  name: "."', f"  forward-addr: {DNS2}"])
    lab.capture()
    lab.switch(dns_timeout=6, expect="unresolved")


@case("dns-server-failure-broken-zone", "dns-server-failure", f"{REPLY} && dns.flags.rcode == 2",
      how="BIND whose cisco.com zone does not load (two CNAMEs): SERVFAIL at once, with and without the search domain")
def _(lab):
    servers.bind(lab, "smartreceiver IN CNAME a\nsmartreceiver IN A 203.0.113.81")
    lab.capture()
    lab.switch(search=["cisco.com"], expect="unresolved")


@case("dns-no-address", "dns-no-address", f"{REPLY} && dns.flags.rcode == 0",
      how="the name has only an AAAA record, the switch asks for A: NOERROR without an answer")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: "2001:db8:81::81"}, UNKNOWN)
    lab.capture()
    lab.switch(expect="unresolved")


@case("dns-no-address-ipv6-unused", "dns-no-address", f"{REPLY} && dns.flags.rcode == 0", confidence_at_most="likely",
      check_code=False, need=[f"{REPLY} && dns.aaaa"], absent=["tcp"],
      how="the name has only an AAAA record; the switch, which has no IPv6 address, asks for both types and goes no further")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: "2001:db8:81::81"}, UNKNOWN)
    lab.capture()
    lab.switch(qtypes=["A", "AAAA"], dns_only=True, expect="look-up only")
    lab.sleep(8)


@case("dns-no-address-unbound", "dns-no-address", f"{REPLY} && dns.flags.rcode == 0",
      how="unbound's local zone blocks the name with always_nodata, for A and AAAA")
def _(lab):
    servers.unbound(lab, [f'local-zone: "{servers.SERVICE}" always_nodata'])
    lab.capture()
    lab.switch(qtypes=["AAAA", "A"], expect="unresolved")


# -- unreachable, sinkholed ---------------------------------------------------------------------------------------

@case("dns-unreachable-port", "dns-unreachable", f"icmp.type == 3 && icmp.code == 3 && {TO_SWITCH}",
      how="no name server runs at the configured address: ICMP port unreachable")
def _(lab):
    lab.capture()
    lab.switch(expect="unresolved")


@case("dns-unreachable-prohibited", "dns-unreachable", f"icmp.type == 3 && icmp.code == 13 && {TO_SWITCH}",
      how="the router's filter rejects UDP 53 with ICMP administratively prohibited")
def _(lab):
    lab.iptables("FORWARD -p udp --dport 53 -j REJECT --reject-with icmp-admin-prohibited")
    lab.capture()
    lab.switch(expect="unresolved")


@case("dns-unreachable-host", "dns-unreachable", f"icmp.type == 3 && icmp.code == 1 && {TO_SWITCH}",
      how="the name server's host is down: the last router reports host unreachable after its ARP fails")
def _(lab):
    lab.ip("dc", "link set eth0 down")
    lab.capture()
    lab.switch(dns_timeout=5, dns_tries=2, expect="unresolved")


@case("dns-sinkholed", "dns-sinkholed", f"{REPLY} && dns.a == 0.0.0.0",
      how="dnsmasq answers 0.0.0.0 for the blocked name; the switch does not go on")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: None}, [f"address=/{servers.SERVICE}/0.0.0.0"])
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    lab.sleep(12)


@case("dns-sinkholed-link-local", "dns-sinkholed", f"{REPLY} && dns.a == 169.254.99.99", absent=["icmp"],
      need=["tcp.flags.syn == 1 && ip.dst == 169.254.99.99"],
      how="the answer is a link-local address; the switch's SYNs to it are never answered")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: None}, [f"address=/{servers.SERVICE}/169.254.99.99"])
    lab.ip("gw", "route add 169.254.0.0/16 via 203.0.113.81")
    lab.iptables("FORWARD -d 169.254.0.0/16 -j DROP")
    lab.capture()
    lab.switch(connect_timeout=8, expect="connect 169.254.99.99")


# -- arp ----------------------------------------------------------------------------------------------------------

@case("arp-unresolved", "arp-unresolved", f"arp.opcode == 1 && arp.dst.proto_ipv4 == {GATEWAY}",
      options=["--switch", SWITCH], confidence_at_most="possible",
      how="the gateway does not answer ARP; the name server and CSSM are behind it, so nothing but ARP leaves")
def _(lab):
    lab.ip("gw", "link set lan arp off")
    lab.capture()
    lab.switch(dns_timeout=4, dns_tries=2, expect="unresolved")


@case("arp-unresolved-proxy", "arp-unresolved", f"arp.opcode == 1 && arp.dst.proto_ipv4 == {PC}",
      options=["--proxy", f"{PC}:3128"], topology={"lan": True}, confidence_at_most="possible", path="proxy",
      how="the proxy is on the switch's own network and down: ARP for its address goes unanswered")
def _(lab):
    lab.ip("pc", "link set eth0 down")
    lab.capture()
    lab.switch(proxy=f"{PC}:3128", connect_timeout=8, expect="connect")


@case("arp-unresolved-after-dns", "arp-unresolved", f"arp.opcode == 1 && arp.dst.proto_ipv4 == {GATEWAY}",
      topology={"lan": True}, check_code=False, confidence_at_most="likely",
      need=[f"{REPLY} && dns.a"], absent=["tcp", f"arp.opcode == 2 && arp.src.proto_ipv4 == {GATEWAY}"],
      how="the name server on the same network answers, then ARP for the gateway goes unanswered")
def _(lab):
    servers.dnsmasq(lab, address=PC, name="pc")
    lab.ip("gw", "link set lan arp off")
    lab.capture()
    lab.switch(dns=[PC], connect_timeout=8, expect="connect")


@case("arp-unresolved-ipv6", "arp-unresolved", f"icmpv6.type == 135 && icmpv6.nd.ns.target_address == {GATEWAY6}",
      topology={"ipv6": True}, check_code=False, confidence_at_most="possible", options=["--switch", SWITCH6],
      absent=["tcp", "icmpv6.type == 136"],
      how="IPv6: neighbour solicitations for the gateway go unanswered")
def _(lab):
    lab.iptables("INPUT -p icmpv6 -s 2001:db8:121::118 --icmpv6-type neighbour-solicitation -j DROP")
    lab.capture(filter="ip6")
    lab.switch(address="2001:db8:81::81", connect_timeout=6, expect="connect")
