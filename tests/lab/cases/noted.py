"""Attempts that succeed in spite of something, or beside something, that is worth a word: the findings."""

import servers
from cases.certificates import bump_at_proxy
from cases.ok import ANSWER_12, CLEAR_200, CSLU_PORT, TLS_12
from cases.proxy import dropbear
from cases.tls import direct, trust
from lab import DNS, DNS2, GATEWAY, ONPREM, SWITCH, WWW, output
from registry import FROM_SWITCH, TO_SWITCH, case

CERTIFICATE = "tls.handshake.type == 11"
WEAK = "ssl_ciphers ALL:@SECLEVEL=0;"
BUNDLE = "/security/pki/trs/ios_core.p7b"


def accepted(lab, certificate, extra="", **tls):
    """CSSM shows this certificate, the switch checks it and goes on."""
    servers.cssm(lab, certificate, tls="TLSv1.2", extra=extra)
    direct(lab, {**TLS_12, **trust(lab.pki.cisco_root()), **tls}, "http 200")


# -- beside the attempt -------------------------------------------------------------------------------------------

@case("ok-inbound-ssh", "ok", ANSWER_12, pick="last", tls="1.2", need=[f"tcp.dstport == 22 && {TO_SWITCH}", "ssh"],
      how="a management host opens SSH (dropbear) to the switch before a good exchange: mentioned, never an attempt")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    dropbear(lab, "sw", f"{SWITCH}:22", 22)
    lab.capture()
    # Nobody has a password: the connection ends after the key exchange.
    lab.run("dc", ["sh", "-c", f"HOME={lab.work} dbclient -y -y -o BatchMode=yes admin@{SWITCH} true </dev/null || true"])
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-beside-plug-and-play", "ok", ANSWER_12, pick="last", tls="1.2",
      need=['tls.handshake.extensions_server_name == "devicehelper.cisco.com"'],
      how="the switch calls devicehelper.cisco.com (plug and play) over HTTPS before its licensing exchange")
def _(lab):
    servers.dnsmasq(lab, {"devicehelper.cisco.com": WWW})
    servers.cssm(lab)
    other = lab.pki.cssm("devicehelper", names=("devicehelper.cisco.com",))
    servers.nginx(lab, f"server {{ listen {WWW}:443 ssl; ssl_certificate {other.chain}; ssl_certificate_key {other.key}; "
                       f"{servers.returns(404)} }}", 443, "inet")
    lab.capture()
    lab.switch(name="devicehelper.cisco.com", tls=TLS_12, request={"method": "GET", "path": "/pnp/HELLO"},
               expect="http 404")
    lab.switch(tls=TLS_12, expect="http 200")


@case("ok-trust-bundle-fetched", "ok", ANSWER_12, pick="last", tls="1.2",
      need=[f'http.request.uri == "{BUNDLE}"', f"tcp.srcport == 80 && tcp.len > 0 && {TO_SWITCH}"],
      how="the switch downloads its bundle of roots (ios_core.p7b) from www.cisco.com over HTTP before a good exchange")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    folder = lab.work / "www"
    bundle = folder / BUNDLE[1:]
    bundle.parent.mkdir(parents=True)
    output(["openssl", "crl2pkcs7", "-nocrl", "-certfile", lab.pki.cisco_root().pem, "-outform", "DER", "-out", bundle])
    folder.chmod(0o755)
    servers.nginx(lab, f"server {{ listen {WWW}:80; root {folder}; }}", 80, "inet", title="nginx-www")
    lab.capture()
    lab.switch(name="www.cisco.com", port=80, request={"method": "GET", "path": BUNDLE}, expect="http 200")
    lab.switch(tls=TLS_12, expect="http 200")


# -- survived -----------------------------------------------------------------------------------------------------

@case("ok-error-survived", "ok", CLEAR_200, path="plain", decode=CSLU_PORT, need=["http.response.code == 503"],
      how="CSLU answers the first request with 503 and the second one, 2 s later on the same connection, with 200")
def _(lab):
    answer = servers.returns(200, servers.licensing_answer())
    servers.cslu(lab, answer.replace("return 200", "if ($connection_requests = 1) { return 503; } return 200"))
    lab.capture()
    lab.switch(name=ONPREM, port=8182, request={"path": "/cslu/v1/pi"}, requests=2, pause=2, expect="http 200")


@case("ok-arp-second-request", "ok", ANSWER_12, pick="last", tls="1.2",
      need=[f"arp.opcode == 1 && arp.dst.proto_ipv4 == {GATEWAY}", f"arp.opcode == 2 && arp.src.proto_ipv4 == {GATEWAY}"],
      topology={"relay": [{"from": "switch", "max_length": 42, "do": "drop", "count": 1}]},
      how="the switch's first ARP request for its gateway is lost; the second, a second later, is answered")
def _(lab):
    servers.cssm(lab)
    direct(lab, TLS_12, "http 200")


@case("ok-dns-answers-differ", "ok", ANSWER_12, pick="last", tls="1.2",
      need=[f"dns.flags.rcode == 3 && ip.src == {DNS}", f"dns.a && ip.src == {DNS2}"],
      how="the first name server says NXDOMAIN, the second one knows the address")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab, default=False, extra=["local=/cisco.com/"])
    servers.dnsmasq(lab, address=DNS2)
    lab.capture()
    lab.switch(dns=[DNS], dns_only=True, expect="unresolved")
    lab.switch(dns=[DNS2], tls=TLS_12, expect="http 200")


@case("ok-zero-window", "ok", f"http.response.code == 200 && {TO_SWITCH}", path="plain", decode=CSLU_PORT,
      need=[f"tcp.analysis.zero_window && {FROM_SWITCH}"],
      how="a busy switch does not read CSLU's long answer for 3 s: it announces a window of zero, then goes on")
def _(lab):
    # nginx takes no parameter of this length, but variables that add up to it.
    answer = servers.returns(200, servers.licensing_answer(response_data="$part" * 6))
    servers.cslu(lab, f"set $part {'A' * 1500}; {answer}")
    lab.capture()
    lab.switch(name=ONPREM, port=8182, request={"path": "/cslu/v1/pi"}, receive_buffer=2048, read_pause=3,
               expect="http 200")


@case("ok-smaller-after-icmp", "ok", ANSWER_12, pick="last", tls="1.2",
      need=[f"icmp.type == 3 && icmp.code == 4 && {TO_SWITCH}", f"tcp.len > 1240 && {FROM_SWITCH}"],
      how="the router reports 'fragmentation needed' (next-hop MTU 1,300) to the switch's request, which then goes in "
          "smaller segments")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2")
    lab.sysctl("sw", {"net.ipv4.ip_no_pmtu_disc": 0})
    lab.ip("gw", "route replace 203.0.113.0/24 dev in0 mtu lock 1300")
    direct(lab, TLS_12, "http 200", mss=1460)


@case("ok-joined-in-wrong-order", "ok", ANSWER_12, pick="last", tls="1.2", need=["frame.time_delta < 0"],
      how="two captures joined in the wrong order (mergecap -a): a good exchange, then a ping from some seconds before it")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    earlier, later = lab.work / "earlier.pcap", lab.work / "later.pcap"
    lab.capture()
    lab.run("sw", ["ping", "-q", "-c", "1", GATEWAY])
    lab.stop_capture()
    lab.pcap.rename(earlier)
    lab.sleep(3)
    lab.capture()
    lab.switch(tls=TLS_12, expect="http 200")
    lab.stop_capture()
    lab.pcap.rename(later)
    output(["mergecap", "-a", "-F", "pcap", "-w", lab.pcap, later, earlier])


# -- certificates and versions that will not be accepted for ever -------------------------------------------------

@case("ok-certificate-expiring", "ok", ANSWER_12, pick="last", tls="1.2", need=[CERTIFICATE],
      how="CSSM's certificate, which the switch accepts, is valid for 10 more days")
def _(lab):
    accepted(lab, lab.pki.cssm("cssm-expiring", start=-355, end=10))


@case("ok-certificate-weak-key", "ok", ANSWER_12, pick="last", tls="1.2", need=[CERTIFICATE],
      how="CSSM's certificate has an RSA key of 1,024 bits, which both sides allow (OpenSSL's security level 0)")
def _(lab):
    accepted(lab, lab.pki.cssm("cssm-weak-key", bits=1024), WEAK)


@case("ok-certificate-sha1", "ok", ANSWER_12, pick="last", tls="1.2",
      need=[f"{CERTIFICATE} && x509af.algorithm.id == 1.2.840.113549.1.1.5"],
      how="CSSM's certificate is signed with SHA-1, which both sides allow (OpenSSL's security level 0)")
def _(lab):
    accepted(lab, lab.pki.cssm("cssm-sha1", hash="SHA1"), WEAK)


@case("ok-tls-11", "ok", ANSWER_12, pick="last", tls="1.1", need=["tls.handshake.type == 2 && tls.handshake.version == 0x0302"],
      how="nginx allows TLS 1.1 only, the switch offers up to 1.2 and takes it: a good exchange")
def _(lab):
    servers.cssm(lab, tls="TLSv1.1", extra=WEAK)
    direct(lab, {"min": "1.0", **TLS_12, **trust(lab.pki.cisco_root())}, "http 200")


# squid sends the answer's head and its body in a record each: both decide.
@case("ok-inspected", "ok", ANSWER_12, tls="1.2", path="proxy", need=[CERTIFICATE],
      how="squid with ssl-bump shows its own certificate for smartreceiver.cisco.com; the switch trusts the inspection CA")
def _(lab):
    bump_at_proxy(lab, {**TLS_12, **trust(lab.pki.inspection_ca())}, "http 200")
