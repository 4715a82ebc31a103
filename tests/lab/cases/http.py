"""Stage http: after TLS, or in clear."""

import servers
from cases.tls import direct, via_squid
from lab import CSSM, ONPREM, PROXY
from registry import FROM_SWITCH, TO_SWITCH, case

VIA = f"{PROXY}:80"
GIVES_UP = f"(tcp.flags.fin == 1 && {FROM_SWITCH})"
APP_OUT_12 = f"tls.record.content_type == 23 && {FROM_SWITCH}"
APP_OUT_13 = f"tls.record.opaque_type == 23 && tls.record.length > 200 && {FROM_SWITCH}"
POST = f'tcp.payload contains "POST /" && {FROM_SWITCH}'
RST_IN = f"tcp.flags.reset == 1 && {TO_SWITCH}"
FIN_IN = f"tcp.flags.fin == 1 && {TO_SWITCH}"
CSLU_PORT = ["tcp.port==8182,http"]
TLS_12 = {"max": "1.2"}


def status(number):
    return f'tcp.payload contains "HTTP/1." && tcp.payload contains " {number} " && {TO_SWITCH}'


def plain(lab, expect, **plan):
    """The switch's request to a CSLU, which runs already."""
    lab.capture()
    lab.switch(**{"name": ONPREM, "port": 8182, "request": {"path": "/cslu/v1/pi"}, "expect": expect, **plan})


# -- no answer ----------------------------------------------------------------------------------------------------

@case("http-timeout-12", "http-timeout", f"({APP_OUT_12}) || {GIVES_UP}", tls="1.2",
      how="openssl s_server takes the request under TLS 1.2 and never answers; the switch gives up after 7 s")
def _(lab):
    servers.s_server(lab, "-quiet")
    direct(lab, TLS_12, "http TimeoutError", timeout=7)


@case("http-timeout-13", "http-timeout", f"({APP_OUT_13}) || {GIVES_UP}", tls="1.3",
      how="the same under TLS 1.3; the server's only application-data records are two session tickets")
def _(lab):
    servers.s_server(lab, "-quiet")
    direct(lab, {}, "http TimeoutError", timeout=7)


@case("http-timeout-proxy-12", "http-timeout", f"({APP_OUT_12}) || {GIVES_UP}", tls="1.2", path="proxy",
      how="the same under TLS 1.2 through squid")
def _(lab):
    servers.s_server(lab, "-quiet")
    via_squid(lab, TLS_12, "http TimeoutError", timeout=7)


@case("http-timeout-proxy-13", "http-timeout", APP_OUT_13, tls="1.3", path="proxy", confidence_at_most="likely",
      how="the same under TLS 1.3 through squid; the switch still waits when the capture ends, 12 s after its request")
def _(lab):
    servers.s_server(lab, "-quiet")
    servers.dnsmasq(lab)
    servers.squid(lab)
    lab.capture()
    lab.switch_left_running(12, proxy=VIA, tls={}, timeout=60)
    lab.sleep(0.5)


@case("http-timeout-cslu", "http-timeout", f"({POST}) || {GIVES_UP}", path="plain", decode=CSLU_PORT,
      how="the CSLU's port accepts (ncat) and reads, but never answers the request")
def _(lab):
    servers.ncat(lab, port=8182, name="dc")
    plain(lab, "http TimeoutError", timeout=7)


@case("http-timeout-path-cut", "http-timeout", f"({APP_OUT_12}) || {GIVES_UP}", tls="1.2",
      need=[f"ip.len > 1400 && {FROM_SWITCH}", f"tcp.analysis.retransmission && tcp.len > 1240 && {FROM_SWITCH}"],
      how="a firewall cuts the connection in the middle of a request of 9,000 octets: large packets had arrived before, and "
          "nothing arrives any more")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab, tls="TLSv1.2")
    lab.iptables("FORWARD -p tcp --dport 443 -m connbytes --connbytes 5000 --connbytes-dir original --connbytes-mode bytes "
                 "-j DROP")
    lab.capture()
    lab.switch(mss=1460, tls=TLS_12, timeout=14, request={"body": "x" * 9000}, expect="http TimeoutError")


# -- reset, closed ------------------------------------------------------------------------------------------------

@case("http-reset", "http-reset", RST_IN, pick="first", tls="1.2",
      how="nginx drops the request with RST (return 444, reset_timedout_connection)")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2", location="reset_timedout_connection on; location / { return 444; }")
    direct(lab, TLS_12, "http ")


@case("http-reset-proxy", "http-reset", RST_IN, pick="first", tls="1.3", path="proxy",
      how="a firewall between switch and squid resets the tunnel when the request comes (packets over 500 bytes after "
          "the tenth packet)")
def _(lab):
    servers.cssm(lab)
    lab.iptables("FORWARD -i lan -p tcp -m length --length 560:1500 -m connbytes --connbytes 12: --connbytes-dir both "
                 "--connbytes-mode packets -j REJECT --reject-with tcp-reset")
    via_squid(lab, {}, "http ")


@case("http-reset-cslu", "http-reset", RST_IN, pick="first", path="plain", decode=CSLU_PORT,
      how="a CSLU (nginx, return 444 with RST) drops the plain HTTP request")
def _(lab):
    servers.cslu(lab, "reset_timedout_connection on; location / { return 444; }")
    plain(lab, "http ConnectionResetError")


@case("http-closed", "http-closed", FIN_IN, pick="first", tls="1.3",
      how="nginx closes on the request without an answer (return 444), TLS 1.3")
def _(lab):
    servers.cssm(lab, location="location / { return 444; }")
    direct(lab, {}, "http ")


@case("http-closed-second-request", "http-closed", FIN_IN, pick="first", tls="1.3", confidence_at_most="likely",
      how="nginx answers the first request and closes on the second, which comes in two records (return 444), TLS 1.3")
def _(lab):
    servers.cssm(lab, location="location / { if ($connection_requests = 2) { return 444; } return 200 '{}'; }")
    direct(lab, {}, "http ", requests=2, pause=1, two_writes=True)


@case("http-closed-proxy", "http-closed", FIN_IN, pick="first", tls="1.2", path="proxy",
      how="the same under TLS 1.2 through squid")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2", location="location / { return 444; }")
    via_squid(lab, TLS_12, "http ")


@case("http-closed-cslu", "http-closed", FIN_IN, pick="first", path="plain", decode=CSLU_PORT, absent=[RST_IN],
      how="a load balancer in front of the CSLU (haproxy, TCP mode) takes the request, finds its backend down and closes")
def _(lab):
    servers.haproxy(lab, f"listen l\n  mode tcp\n  bind {ONPREM}:8182\n  server s {ONPREM}:9", 8182, "dc")
    plain(lab, "http closed")


@case("http-reset-late-tickets", "http-reset", RST_IN, pick="first", tls="1.3",
      topology={"relay": [{"from": "switch", "data": True, "skip": 1, "count": 2, "do": "drop"}]},
      how="the switch's Finished and its request are lost at first, so that the session tickets come late; then nginx drops the "
          "request with RST (return 444, reset_timedout_connection)")
def _(lab):
    servers.cssm(lab, location="reset_timedout_connection on; location / { return 444; }")
    direct(lab, {}, "http ")


@case("http-closed-before-request", "http-closed", f"tls.record.content_type == 21 && {TO_SWITCH}", pick="first", tls="1.2",
      confidence_at_most="likely",
      how="nginx closes the idle connection a second after its first answer (keepalive_timeout); the switch, which has not read "
          "that, sends its second request into it")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2", extra="keepalive_timeout 1s;")
    direct(lab, TLS_12, "http ", requests=2, pause=3)


# -- readable answers ---------------------------------------------------------------------------------------------

@case("http-error-status-cslu", "http-error-status", status(404), path="plain", decode=CSLU_PORT,
      how="a web server without the CSLU's path answers 404")
def _(lab):
    servers.cslu(lab, "root /var/empty;")
    plain(lab, "http 404")


@case("http-error-status-onprem", "http-error-status", status(503), path="plain",
      how="SSM On-Prem on port 80 answers 503 Service Temporarily Unavailable")
def _(lab):
    servers.dnsmasq(lab)
    servers.cslu(lab, "location / { return 503; }", port=80)
    plain(lab, "http 503", name="ssm.corp.example", port=80, request={"path": "/cslu/v1/pi/LAB-1"})


@case("http-error-status-clear-to-tls-port", "http-error-status", status(400), absent=["tls"], decode=["tcp.port==443,http"],
      how="plain HTTP to CSSM's TLS port, as by a URL with http and port 443 (curl): nginx answers 400 in clear")
def _(lab):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    lab.run("sw", ["curl", "-sS", "-d", "{}", "--resolve", f"{servers.SERVICE}:443:{CSSM}",
                   f"http://{servers.SERVICE}:443/licservice/license"])


@case("http-licensing-error", "http-licensing-error", status(200), path="plain", decode=CSLU_PORT,
      how="the CSLU answers 200 with status_code FAILED: the device is not in its inventory")
def _(lab):
    servers.cslu(lab, servers.returns(200, servers.licensing_answer("FAILED", "The device is not registered")))
    plain(lab, "http 200")


@case("http-licensing-error-try-again", "http-licensing-error", status(200), path="plain", decode=CSLU_PORT,
      how="the CSLU answers OK_TRY_AGAIN")
def _(lab):
    servers.cslu(lab, servers.returns(200, servers.licensing_answer("OK_TRY_AGAIN", "server busy")))
    plain(lab, "http 200")


@case("http-unusable-answer-empty", "http-unusable-answer", status(200), path="plain", decode=CSLU_PORT,
      how="200 with Content-Length 0")
def _(lab):
    servers.cslu(lab, servers.returns(200, ""))
    plain(lab, "http 200")


@case("http-unusable-answer-portal", "http-unusable-answer", status(200), path="plain", decode=CSLU_PORT,
      how="a log-on portal answers everything with its HTML page")
def _(lab):
    page = "<html><head><title>Guest access</title></head><body><form action=/login>Please log on</form></body></html>"
    servers.cslu(lab, servers.returns(200, page, "text/html"))
    plain(lab, "http 200")


@case("http-unusable-answer-absolute-form", "http-unusable-answer", status(200), path="proxy", check_code=False,
      how="an http URL through squid in absolute form; the On-Prem's web server answers with its start page")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, port=3128)
    servers.cslu(lab, servers.returns(200, "<html><body>Smart Software Manager On-Prem</body></html>", "text/html"))
    lab.capture()
    lab.switch(name=ONPREM, port=8182, proxy=f"{PROXY}:3128", absolute=True, request={"path": "/cslu/v1/pi"},
               expect="http 200")
