"""Attempts that succeed."""

import servers
from cases.certificates import fragmenting, jsse
from cases.proxy import authenticating_squid
from cases.tls import GNUTLS_12, GNUTLS_13, direct, trust, via_squid
from lab import CSSM, CSSM6, DNS, DNS2, ONPREM, PROXY, WWW
from registry import FROM_SWITCH, TO_SWITCH, case

VIA = f"{PROXY}:80"
ANSWER_12 = f"tls.record.content_type == 23 && {TO_SWITCH}"
# The answer is a whole licensing reply: larger than a ticket of nginx (303) or OpenSSL (255).
ANSWER_13 = f"tls.record.opaque_type == 23 && tls.record.length > 400 && tls.record.length < 1500 && {TO_SWITCH}"
CLEAR_200 = f'tcp.payload contains "HTTP/1.1 200" && {TO_SWITCH}'
TLS_12 = {"max": "1.2"}
CSLU_PORT = ["tcp.port==8182,http"]


@case("ok-direct-12", "ok", ANSWER_12, pick="last", tls="1.2",
      how="a good exchange under TLS 1.2: look-up, handshake with the certificate checked, POST, answer")
def _(lab):
    servers.cssm(lab)
    direct(lab, {**TLS_12, **trust(lab.pki.cisco_root())}, "http 200")


@case("ok-direct-13", "ok", ANSWER_13, pick="last", tls="1.3", how="the same under TLS 1.3")
def _(lab):
    servers.cssm(lab)
    direct(lab, trust(lab.pki.cisco_root()), "http 200")


@case("ok-proxy-12", "ok", ANSWER_12, pick="last", tls="1.2", path="proxy", how="through squid, TLS 1.2")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, {**TLS_12, **trust(lab.pki.cisco_root())}, "http 200")


@case("ok-proxy-13", "ok", ANSWER_13, pick="last", tls="1.3", path="proxy", how="through squid, TLS 1.3")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, trust(lab.pki.cisco_root()), "http 200")


@case("ok-proxy-tinyproxy", "ok", ANSWER_12, pick="last", tls="1.2", path="proxy",
      how="through tinyproxy, configured by name; HTTP/1.0 200 with headers")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    servers.tinyproxy(lab)
    lab.capture()
    lab.switch(proxy="proxy.corp.example:8080", tls=TLS_12, expect="http 200")


@case("ok-proxy-ncat", "ok", ANSWER_13, pick="last", tls="1.3", path="proxy",
      how="through ncat as a proxy; the service's name fails to resolve at the switch (REFUSED), which the proxy makes up for")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: None})
    servers.cssm(lab)
    (lab.work / "hosts").write_text(f"{CSSM} {servers.SERVICE}\n127.0.0.1 localhost\n")
    process = lab.start("proxy", ["unshare", "--mount", "sh", "-c", f"mount --bind {lab.work / 'hosts'} /etc/hosts && "
                                  f"exec ncat -l -k --proxy-type http {PROXY} 3128"], "ncat")
    lab.wait_port(process, "proxy", 3128)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:3128", resolve_first=True, tls={}, expect="http 200")


@case("ok-proxy-auth-same-connection", "ok", ANSWER_12, pick="last", tls="1.2", path="proxy",
      need=['tcp.payload contains " 407 "'],
      how="squid's 407 is answered with credentials on the same connection, then all goes well")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    authenticating_squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, credentials=[None, "lab:secret"], tls=TLS_12, expect="http 200")


@case("ok-proxy-auth-new-connection", "ok", ANSWER_13, pick="last", tls="1.3", path="proxy",
      need=['tcp.payload contains " 407 "'],
      how="squid's 407 is answered with credentials on a new connection a second later: one attempt")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    authenticating_squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, credentials=[None, "lab:secret"], new_connection=True, login_pause=1, tls={},
               expect="http 200")


@case("ok-call-home", "ok", ANSWER_12, pick="last", tls="1.2",
      how="Call Home: POST to tools.cisco.com/its/service/oddce/services/DDCEService")
def _(lab):
    servers.cssm(lab, lab.pki.cssm("tools", names=("tools.cisco.com",)))
    direct(lab, {**TLS_12, **trust(lab.pki.cisco_root())}, "http 200", name="tools.cisco.com",
           request={"path": "/its/service/oddce/services/DDCEService"})


@case("ok-gnutls-13", "ok", f"tls.record.opaque_type == 23 && tls.record.length > 600 && {TO_SWITCH}", pick="last", tls="1.3",
      how="GnuTLS at both ends, TLS 1.3 (gnutls-serv answers with its status page)")
def _(lab):
    servers.gnutls_serv(lab, "--priority", GNUTLS_13)
    direct(lab, {"stack": "gnutls", "priority": GNUTLS_13}, "http 200", request={"method": "GET"})


@case("ok-gnutls-12", "ok", ANSWER_12, pick="last", tls="1.2", path="proxy",
      how="a GnuTLS client, TLS 1.2, through squid")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, {"stack": "gnutls", "priority": GNUTLS_12, **trust(lab.pki.cisco_root())}, "http 200")


@case("ok-hello-retry-request", "ok", ANSWER_13, pick="last", tls="1.3",
      need=["tls.handshake.random == cf:21:ad:74:e5:9a:61:11:be:1d:8c:02:1e:65:b8:91:c2:a2:11:16:7a:bb:8c:5e:07:9e:09:"
            "e2:c8:a8:33:9c"],
      how="nginx allows P-384 only, the switch's first key share is for another group: HelloRetryRequest, then success")
def _(lab):
    servers.cssm(lab, extra="ssl_ecdh_curve secp384r1;")
    direct(lab, {}, "http 200")


@case("ok-client-certificate-12", "ok", ANSWER_12, pick="last", tls="1.2", need=["tls.handshake.type == 13"],
      how="nginx asks for a client certificate, the switch has one of the right CA")
def _(lab):
    own, root = lab.pki.switch_identity(), lab.pki.private_root()
    servers.cssm(lab, tls="TLSv1.2", extra=f"ssl_verify_client on; ssl_client_certificate {root.pem};")
    direct(lab, {**TLS_12, "cert": str(own.pem), "key": str(own.key)}, "http 200")


@case("ok-client-certificate-13-jsse", "ok", ANSWER_13, pick="last", tls="1.3",
      need=[f"tls.record.opaque_type == 23 && tls.record.length > 800 && {FROM_SWITCH}"],
      how="the same under TLS 1.3 with a Java client (JSSE), which pads the records of its handshake and closes with two alerts")
def _(lab):
    own, root = lab.pki.switch_identity(), lab.pki.private_root()
    servers.cssm(lab, extra=f"ssl_verify_client on; ssl_client_certificate {root.pem};")
    jsse(lab, "TLSv1.3", "HTTP/1.1 200", own)


@case("ok-client-certificate-optional-12", "ok", ANSWER_12, pick="last", tls="1.2", need=["tls.handshake.type == 13"],
      how="nginx asks for a client certificate but does without one: an empty Certificate, and all goes well")
def _(lab):
    root = lab.pki.private_root()
    servers.cssm(lab, tls="TLSv1.2", extra=f"ssl_verify_client optional; ssl_client_certificate {root.pem};")
    direct(lab, TLS_12, "http 200")


@case("ok-dns-second-server", "ok", ANSWER_12, pick="last", tls="1.2",
      how="the first name server is silent (two queries), the second answers")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab, address=DNS2)
    lab.capture()
    lab.iptables(f"FORWARD -p udp --dport 53 -d {DNS} -j DROP")
    lab.switch(dns=[DNS, DNS2], dns_timeout=2, dns_tries=2, tls=TLS_12, expect="http 200")


@case("ok-dns-aaaa-nxdomain", "ok", ANSWER_12, pick="last", tls="1.2", need=["dns.flags.rcode == 3"],
      how="the name with the search domain is NXDOMAIN, AAAA is REFUSED, A is good")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab, extra=["local=/corp.example/"])
    lab.capture()
    lab.switch(dns_only=True, name="smartreceiver.cisco.com.corp.example", expect="unresolved")
    lab.switch(qtypes=["AAAA", "A"], tls=TLS_12, expect="http 200")


@case("ok-dns-over-tcp", "ok", ANSWER_12, pick="last", tls="1.2", need=["dns.flags.truncated == 1", "tcp.srcport == 53"],
      how="BIND truncates a large answer, the retry over TCP gets it")
def _(lab):
    servers.cssm(lab)
    servers.bind(lab, "\n".join(f"smartreceiver IN A 203.0.113.{n}" for n in range(81, 121)),
                 options=["rrset-order { order none; };"])
    for n in set(range(82, 121)) - {90}:
        lab.ip("inet", f"addr add 203.0.113.{n}/24 dev eth0")
    lab.run("inet", ["iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "--dport", "443", "-j", "DNAT",
                     "--to-destination", CSSM])
    lab.capture()
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-dns-cname", "ok", ANSWER_12, pick="last", tls="1.2", need=["dns.cname"],
      how="the name is an alias (CNAME) of another, the address belongs to that one")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab, {servers.SERVICE: None, "edge.example.net": CSSM}, [f"cname={servers.SERVICE},edge.example.net"])
    lab.capture()
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-syn-rejected-once", "ok", ANSWER_12, pick="last", tls="1.2", need=[f"icmp.type == 3 && {TO_SWITCH}"],
      how="ICMP host unreachable answers the first SYN (a route flaps), the second one gets through: survived")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    lab.iptables("FORWARD -p tcp --dport 443 --syn -m statistic --mode nth --every 1000 --packet 0 -j REJECT "
                 "--reject-with icmp-host-unreachable")
    lab.iptables("INPUT -p icmp -j DROP", name="sw")
    lab.capture()
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-ipv6", "ok", ANSWER_13, pick="last", tls="1.3", topology={"ipv6": True}, need=["ipv6"],
      how="CSSM over IPv6 (AAAA asked over IPv4), TLS 1.3")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: CSSM6})
    servers.cssm(lab, listen=f"[{CSSM6}]:443")
    lab.capture()
    lab.switch(qtypes=["AAAA"], tls={}, expect="http 200")


@case("ok-cslu", "ok", CLEAR_200, path="plain", decode=CSLU_PORT,
      how="CSLU over plain HTTP on port 8182: 200 with status_code OK")
def _(lab):
    servers.cslu(lab)
    lab.capture()
    lab.switch(name=ONPREM, port=8182, request={"path": "/cslu/v1/pi"}, expect="http 200")


@case("ok-cslu-poll", "ok", CLEAR_200, path="plain", decode=CSLU_PORT,
      how="CSLU found as cslu-local.corp.example (search domain) answers OK_POLL")
def _(lab):
    servers.dnsmasq(lab, {"cslu-local": None, "cslu-local.corp.example": ONPREM}, ["local=/cslu-local/"])
    servers.cslu(lab, servers.returns(200, servers.licensing_answer("OK_POLL", "", retry_time_seconds=300)))
    lab.capture()
    lab.switch(name="cslu-local", search=["corp.example"], port=8182, request={"path": "/cslu/v1/pi"},
               expect="http 200")


@case("ok-onprem-absolute-form", "ok", CLEAR_200, path="proxy",
      how="SSM On-Prem's http URL through squid in absolute form")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, port=3128)
    servers.cslu(lab, port=80)
    lab.capture()
    lab.switch(name="ssm.corp.example", port=80, proxy=f"{PROXY}:3128", absolute=True,
               request={"path": "/cslu/v1/pi/LAB-1"}, expect="http 200")


@case("ok-crl-fetched", "ok", ANSWER_12, pick="last", tls="1.2", need=["tcp.dstport == 80"],
      how="the switch fetches a CRL during the handshake, gets it and goes on")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    servers.nginx(lab, f"server {{ listen {WWW}:80; {servers.returns(200, 'CRL', 'application/pkix-crl')} }}", 80, "inet")
    lab.capture()
    lab.switch(tls={"stack": "gnutls", "priority": GNUTLS_12, **trust(lab.pki.cisco_root()),
                    "crl": {"host": "www.cisco.com", "path": "/security/pki/crl/crcakv2.crl"}}, expect="http 200")


@case("ok-two-requests", "ok", ANSWER_12, pick="last", tls="1.2", confidence_at_most="likely",
      how="two exchanges on one connection, 2 s apart")
def _(lab):
    servers.cssm(lab)
    direct(lab, TLS_12, "http 200", requests=2, pause=2)


@case("ok-closed-by-reset", "ok", ANSWER_12, pick="last", tls="1.2", path="proxy",
      need=[f"tcp.flags.reset == 1 && {FROM_SWITCH}"],
      how="a good exchange through squid that the switch ends with RST: normal, no failure")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, TLS_12, "http 200", close="rst", no_close_notify=True)


# tshark takes the tunnel for HTTP, so the answer is looked for as bytes.
@case("ok-proxy-hello-with-connect", "ok", f"tcp.payload[0:3] == 17:03:03 && {TO_SWITCH}", pick="last", tls="1.2", path="proxy",
      need=[f'tcp.payload contains "CONNECT " && tcp.payload contains 16:03:01 && {FROM_SWITCH}'],
      how="the switch does not wait for squid's 200: its ClientHello follows CONNECT in the same segment")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, {**TLS_12, **trust(lab.pki.cisco_root())}, "http 200", early_hello=True, mss=1460)


@case("ok-cslu-idle-408", "ok", 'tcp.payload contains "HTTP/1.1 200"', path="plain", decode=CSLU_PORT,
      need=[f"http.response.code == 408 && {TO_SWITCH}"],
      how="a small Python server as CSLU: after its 200 the connection idles, 3 s later it says 408 Request Timeout, "
          "unasked, and closes")
def _(lab):
    servers.idle_cslu(lab, 3)
    lab.capture()
    lab.switch(name=ONPREM, port=8182, request={"path": "/cslu/v1/pi"}, stay=10, expect="afterwards HTTP/1.1 408")


@case("ok-s-client-by-hand", "ok", ANSWER_12, pick="last", tls="1.2", need=[f"tls.record.content_type == 23 && {FROM_SWITCH}"],
      how="a test by hand, as of an administrator who has a shell: openssl s_client connects, a line of text goes through it, "
          "and nginx answers that with an error, which nobody can read from outside")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2")
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    client = f"openssl s_client -quiet -servername {servers.SERVICE} -connect {CSSM}:443"
    lab.run("sw", ["sh", "-c", f"(sleep 1; echo hello; sleep 2) | {client} || true"])


@case("ok-dns-late-answers", "ok", ANSWER_12, pick="last", tls="1.2",
      need=[f"dns && ip.src == {DNS}", f"icmp.type == 3 && icmp.code == 3 && ip.dst == {DNS}"],
      topology={"relay": [{"from": "far", "contains": "smartreceiver", "do": "delay", "seconds": 5, "count": 2}]},
      how="the first name server answers after 5 s, when the switch has long gone on with the second one's answer")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    servers.dnsmasq(lab, address=DNS2)
    lab.capture()
    lab.switch(dns=[DNS, DNS2], dns_timeout=2, dns_tries=2, tls=TLS_12, expect="http 200")
    lab.sleep(4)


# -- rough links --------------------------------------------------------------------------------------------------

@case("ok-loss-and-reordering", "ok", ANSWER_12, pick="last", tls="1.2",
      need=["tcp.analysis.retransmission || tcp.analysis.fast_retransmission", "tcp.analysis.out_of_order"],
      topology={"relay": [{"from": "switch", "flags": "S", "do": "drop", "count": 1},
                          {"from": "far", "min_length": 590, "do": "drop", "skip": 2, "count": 1},
                          {"from": "far", "min_length": 590, "do": "hold", "skip": 4, "count": 1},
                          {"from": "switch", "min_length": 590, "do": "drop", "skip": 1, "count": 1},
                          {"from": "far", "do": "delay", "seconds": 0.05}]},
      how="a relay loses the first SYN and segments of both sides, reorders others and adds 50 ms; all goes well in the end")
def _(lab):
    servers.cssm(lab)
    lab.sysctl("sw", {"net.ipv4.tcp_sack": 1})
    direct(lab, TLS_12, "http 200", window=20000)


@case("ok-duplicated-frames", "ok", ANSWER_13, pick="last", tls="1.3", path="proxy",
      topology={"relay": [{"do": "twice"}, {"from": "far", "do": "delay", "seconds": 0.02}]},
      how="a relay sends every frame twice: the captured stream is full of duplicates from the proxy")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, {}, "http 200")


@case("ok-ip-fragments", "ok", ANSWER_12, pick="last", tls="1.2", need=[f"ip.flags.mf == 1 && {TO_SWITCH}"],
      how="a router fragments the server's IP packets (no DF, 1,000 bytes on the switch's link)")
def _(lab):
    fragmenting(lab)
    servers.cssm(lab)
    direct(lab, {**TLS_12, **trust(lab.pki.cisco_root())}, "http 200", mss=1460, window=8000)


@case("ok-padded-far-link", "ok", ANSWER_12, pick="last", tls="1.2",
      topology={"relay": [{"do": "pad"}, {"do": "delay", "seconds": 0.15}]},
      how="captured on the gateway's side, where the switch's short frames are padded to 60 bytes; 300 ms round trip")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    lab.capture("gw", "lan")
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-old-fin", "ok", ANSWER_12, pick="last", tls="1.2", need=[f"tcp.flags.fin == 1 && ip.id == 0x4d42 && {TO_SWITCH}"],
      topology={"relay": [{"from": "switch", "data": True, "contains": "smartreceiver", "do": "fin", "pass": True,
                           "behind": 9000},
                          {"from": "far", "do": "delay", "seconds": 0.05}]},
      how="a FIN of an older connection in CSSM's name (relay), its sequence number below this connection's first, comes "
          "behind the ClientHello; the switch ignores it and all goes well")
def _(lab):
    servers.cssm(lab)
    direct(lab, TLS_12, "http 200")


@case("ok-vxlan-group-policy", "ok", ANSWER_12, pick="last", tls="1.2", topology={"fabric": True},
      need=["vxlan.flag_g == 1 && vxlan.gbp == 17", "vxlan.flag_g == 1 && vxlan.gbp == 18"], absent=["!vxlan && !arp"],
      how="captured between a fabric's edge and border: all packets in VXLAN, with a security group each (Group Based Policy)")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    lab.capture("gw", "lan")
    lab.switch(tls=TLS_12, expect="http 200")


# -- other capture formats ----------------------------------------------------------------------------------------

@case("ok-pcapng", "ok", ANSWER_13, pick="last", tls="1.3", suffix="pcapng", path="proxy",
      how="dumpcap writes pcapng; through squid, TLS 1.3")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    servers.squid(lab)
    lab.capture(pcapng=True)
    lab.switch(proxy=VIA, tls={}, expect="http 200")


@case("ok-nanosecond", "ok", ANSWER_12, pick="last", tls="1.2",
      how="tcpdump with nanosecond timestamps (another magic number)")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture("sw", "eth0", "--time-stamp-precision=nano")
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-linux-sll2", "ok", ANSWER_12, pick="last", tls="1.2",
      how="tcpdump -i any on the router: LINUX_SLL2, every packet twice (in on one interface, out on another)")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture("gw", "any")
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-linux-sll", "ok", ANSWER_13, pick="last", tls="1.3",
      how="tcpdump -i any -y LINUX_SLL on the switch")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture("sw", "any", "-y", "LINUX_SLL")
    lab.switch(tls={}, expect="http 200")


# -- one direction ------------------------------------------------------------------------------------------------

@case("ok-inbound-only", "ok", ANSWER_12, pick="last", tls="1.2", absent=[FROM_SWITCH], options=["--cssm", CSSM],
      confidence_at_most="likely",
      how="a good exchange of which the capture has only what came from CSSM: handshake, answer, acknowledgements")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture(filter=f"src host {CSSM}")
    lab.switch(tls=TLS_12, expect="http 200")
