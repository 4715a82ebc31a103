"""Stage proxy: CONNECT, or a request in absolute form, and what came of it."""

import servers
from lab import CSSM, ONPREM, PROXY
from registry import FROM_SWITCH, TO_SWITCH, case

VIA = f"{PROXY}:80"
FIN_IN = f"tcp.flags.fin == 1 && {TO_SWITCH}"
CONNECT = 'tcp.payload contains "CONNECT smart"'
BASIC = ["auth_param basic program /usr/lib/squid/basic_ncsa_auth {users}", "auth_param basic realm corp",
         "acl known proxy_auth REQUIRED", "http_access allow known", "http_access deny all"]


def status(number):
    return f'tcp.payload contains "HTTP/1." && tcp.payload contains " {number} " && {TO_SWITCH}'


def authenticating_squid(lab, port=80):
    """squid that wants Basic credentials; the one user is lab:secret."""
    users = lab.work / "users"
    users.write_text("lab:" + lab.run("gw", ["openssl", "passwd", "-apr1", "secret"]))
    return servers.squid(lab, [line.format(users=users) for line in BASIC], port)


# -- forbidden ----------------------------------------------------------------------------------------------------

@case("proxy-forbidden-squid", "proxy-forbidden", status(403), path="proxy",
      how="squid denies CONNECT to smartreceiver.cisco.com by an ACL (ERR_ACCESS_DENIED)")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, ["http_access deny all"])
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy 403")


@case("proxy-forbidden-tinyproxy", "proxy-forbidden", status(403), path="proxy",
      how="tinyproxy with FilterDefaultDeny answers 403 Filtered; the proxy is configured by name, so its look-up comes first")
def _(lab):
    servers.dnsmasq(lab)
    rules = lab.work / "filter"
    rules.write_text("example.com\n")
    servers.tinyproxy(lab, [f'Filter "{rules}"', "FilterDefaultDeny Yes"])
    lab.capture()
    lab.switch(proxy="proxy.corp.example:8080", expect="proxy 403")


@case("proxy-forbidden-privoxy", "proxy-forbidden", status(403), path="proxy",
      how="privoxy blocks .cisco.com: 403 Request blocked by Privoxy; the switch closes with RST")
def _(lab):
    servers.dnsmasq(lab)
    servers.privoxy(lab, "{+block{site policy}}\n.cisco.com")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8118", close="rst", close_refused="rst", expect="proxy 403")


@case("proxy-forbidden-hello-with-connect", "proxy-forbidden", status(403), path="proxy", check_code=False,
      need=[f'tcp.payload contains "CONNECT " && tcp.payload contains 16:03:01 && {FROM_SWITCH}'],
      how="squid denies CONNECT, behind which the switch has sent its ClientHello already, in the same segment")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, ["http_access deny all"])
    lab.capture()
    lab.switch(proxy=VIA, tls={}, early_hello=True, mss=1460, expect="proxy 403")


@case("proxy-forbidden-451", "proxy-forbidden", status(451), path="proxy",
      how="haproxy as a gateway answers CONNECT with 451 in lower-case headers and no Server")
def _(lab):
    servers.haproxy(lab, f"frontend f\n  mode http\n  bind {PROXY}:3128\n  http-request return status 451 "
                         "content-type text/plain string blocked", 3128, "proxy")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:3128", expect="proxy 451")


@case("proxy-forbidden-absolute-form", "proxy-forbidden", status(403), path="proxy", check_code=False,
      need=['tcp.payload contains "POST http://"'],
      how="the CSLU's http URL through squid, absolute-form request, denied by an ACL")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, ["http_access deny all"], port=3128)
    lab.capture()
    lab.switch(name=ONPREM, port=8182, proxy=f"{PROXY}:3128", absolute=True, request={"path": "/cslu/v1/pi"},
               expect="http 403")


@case("proxy-forbidden-inbound-only", "proxy-forbidden", status(403), path="proxy", check_code=False,
      options=["--proxy", f"{PROXY}:80"], need=[f"tcp.flags.syn == 1 && {TO_SWITCH}"], absent=[FROM_SWITCH],
      how="squid's 403 again, but the capture has only what came from the proxy")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, ["http_access deny all"])
    lab.capture(filter=f"src host {PROXY}")
    lab.switch(proxy=VIA, expect="proxy 403")


# -- authentication -----------------------------------------------------------------------------------------------

@case("proxy-auth-required-squid", "proxy-auth-required", status(407), path="proxy",
      how="squid wants Basic authentication, the switch has no credentials")
def _(lab):
    servers.dnsmasq(lab)
    authenticating_squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy 407")


@case("proxy-auth-required-tinyproxy", "proxy-auth-required", status(407), path="proxy",
      how="tinyproxy with BasicAuth answers HTTP/1.0 407")
def _(lab):
    servers.dnsmasq(lab)
    servers.tinyproxy(lab, ["BasicAuth lab secret"])
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="proxy 407")


@case("proxy-auth-required-wrong-password", "proxy-auth-required", status(407), pick="last", path="proxy",
      how="squid answers 407 twice: without credentials and with wrong ones, on the same connection")
def _(lab):
    servers.dnsmasq(lab)
    authenticating_squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, credentials=[None, "lab:wrong"], expect="proxy 407")


@case("proxy-auth-required-absolute-form", "proxy-auth-required", status(407), path="proxy", check_code=False,
      need=['tcp.payload contains "POST http://"'],
      how="the CSLU's http URL through a squid that wants authentication, absolute-form request")
def _(lab):
    servers.dnsmasq(lab)
    authenticating_squid(lab, port=3128)
    lab.capture()
    lab.switch(name=ONPREM, port=8182, proxy=f"{PROXY}:3128", absolute=True, request={"path": "/cslu/v1/pi"},
               expect="http 407")


# -- upstream -----------------------------------------------------------------------------------------------------

@case("proxy-upstream-failure-refused", "proxy-upstream-failure", status(503), path="proxy",
      how="nothing listens on CSSM's port 443: squid answers 503 ERR_CONNECT_FAIL 111")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy 503")


@case("proxy-upstream-failure-timeout", "proxy-upstream-failure", status(503), path="proxy",
      how="a firewall drops the proxy's SYNs: squid (connect_timeout 3 s) answers 503 ERR_CONNECT_FAIL 110")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, extra=["connect_timeout 3 seconds", "forward_timeout 5 seconds"])
    lab.iptables(f"FORWARD -s {PROXY} -d {CSSM} -j DROP")
    lab.capture()
    lab.switch(proxy=VIA, timeout=30, expect="proxy 503")


@case("proxy-upstream-failure-dns", "proxy-upstream-failure", f'tcp.payload contains "X-Squid-Error" && {TO_SWITCH}',
      path="proxy", how="the proxy's name server knows no smartreceiver.cisco.com (NXDOMAIN): squid's error page")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: None}, ["local=/cisco.com/"])
    servers.squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, timeout=30, expect="proxy 50")


@case("proxy-upstream-failure-tinyproxy", "proxy-upstream-failure", status(500), path="proxy",
      how="tinyproxy cannot connect to CSSM: 500 Unable to connect")
def _(lab):
    servers.dnsmasq(lab)
    servers.tinyproxy(lab)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="proxy 500")


@case("proxy-upstream-failure-apache", "proxy-upstream-failure", status(502), path="proxy",
      how="Apache mod_proxy_connect cannot resolve the name: 502 Proxy Error")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: None}, ["local=/cisco.com/"])
    servers.apache(lab, ["ProxyRequests On", "AllowCONNECT 443"], modules=["proxy", "proxy_connect"])
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", timeout=30, expect="proxy 502")


@case("proxy-upstream-failure-privoxy", "proxy-upstream-failure", status(404), path="proxy",
      how="privoxy cannot resolve the name: 404 No such domain")
def _(lab):
    servers.dnsmasq(lab, {servers.SERVICE: None}, ["local=/cisco.com/"])
    servers.privoxy(lab)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8118", timeout=30, expect="proxy 404")


@case("proxy-upstream-failure-haproxy", "proxy-upstream-failure", status(503), path="proxy",
      how="haproxy in front of a proxy that is down: 503 with a bare HTML body and no mark of who sent it")
def _(lab):
    servers.haproxy(lab, f"listen l\n  mode http\n  bind {PROXY}:3128\n  server s {PROXY}:9", 3128, "proxy")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:3128", expect="proxy 503")


@case("proxy-upstream-failure-absolute-form", "proxy-upstream-failure", status(503), path="proxy", check_code=False,
      need=['tcp.payload contains "POST http://"'],
      how="the CSLU's http URL through squid, absolute-form request; the CSLU is down: squid's 503")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, port=3128)
    lab.capture()
    lab.switch(name=ONPREM, port=8182, proxy=f"{PROXY}:3128", absolute=True, request={"path": "/cslu/v1/pi"},
               expect="http 503")


# -- redirected, refused, not HTTP --------------------------------------------------------------------------------

@case("proxy-redirected", "proxy-redirected", status(302), path="proxy",
      how="squid with deny_info answers CONNECT with a redirect to a log-on page")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, ["deny_info 302:http://portal.corp.example/login?url=%s all", "http_access deny all"])
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy 302")


@case("proxy-refused-nginx", "proxy-refused", status(400), path="proxy",
      how="the 'proxy' is an nginx web server: 400 Bad Request to CONNECT")
def _(lab):
    servers.nginx(lab, f"server {{ listen {PROXY}:80; }}", 80, "proxy")
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy 400")


@case("proxy-refused-apache", "proxy-refused", status(405), path="proxy",
      how="the 'proxy' is an Apache without a forward proxy: 405 Method Not Allowed")
def _(lab):
    servers.apache(lab, ["DocumentRoot /usr/share"])
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="proxy 405")


@case("proxy-refused-python", "proxy-refused", status(501), path="proxy",
      how="the 'proxy' is Python's http.server: HTTP/1.0 501 Unsupported method ('CONNECT')")
def _(lab):
    process = lab.start("proxy", ["python3", "-m", "http.server", "-b", PROXY, "8080"], "http.server")
    lab.wait_port(process, "proxy", 8080)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="proxy 501")


@case("proxy-not-http-tls", "proxy-not-http", f"tcp.len > 0 && {TO_SWITCH}", pick="first", path="proxy",
      how="the proxy port is a TLS port (gnutls-serv): an alert record answers CONNECT")
def _(lab):
    servers.gnutls_serv(lab, name="proxy", port=8080)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="no HTTP")


@case("proxy-not-http-ssh", "proxy-not-http", 'tcp.payload contains "SSH-2.0"', pick="first", path="proxy",
      how="an SSH server (dropbear) listens on the proxy port; its banner comes before or with CONNECT")
def _(lab):
    dropbear(lab, "proxy", f"{PROXY}:8080", 8080)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="no HTTP")


def dropbear(lab, name, where, port):
    key = lab.work / "hostkey"
    lab.run(name, ["dropbearkey", "-t", "ed25519", "-f", key])
    process = lab.start(name, ["dropbear", "-F", "-E", "-r", key, "-P", lab.work / "dropbear.pid", "-p", where],
                        "dropbear")
    lab.wait_port(process, name, port)


# -- timeout, reset, closed ---------------------------------------------------------------------------------------

@case("proxy-timeout-squid", "proxy-timeout", f"({CONNECT}) || (tcp.flags.fin == 1 && {FROM_SWITCH})", path="proxy",
      how="squid waits for a CSSM behind a firewall that drops SYNs; the switch gives up first (FIN after 6 s)")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab)
    lab.iptables(f"FORWARD -s {PROXY} -d {CSSM} -j DROP")
    lab.capture()
    lab.switch(proxy=VIA, timeout=6, expect="proxy TimeoutError")


@case("proxy-timeout-silent", "proxy-timeout", CONNECT, path="proxy",
      how="the proxy port accepts (ncat) and never says a word; the switch still waits when the capture ends after 11 s")
def _(lab):
    servers.ncat(lab, port=8080)
    lab.capture()
    lab.switch_left_running(12, proxy=f"{PROXY}:8080", timeout=60)
    lab.sleep(0.5)


@case("proxy-timeout-100-continue", "proxy-timeout", f"({CONNECT}) || (tcp.flags.fin == 1 && {FROM_SWITCH})",
      path="proxy", need=['tcp.payload contains "100 Continue"'],
      how="the proxy port (ncat with a script) answers 100 Continue and then nothing; the switch gives up after 7 s")
def _(lab):
    servers.ncat(lab, "--sh-exec", "printf 'HTTP/1.1 100 Continue\\r\\n\\r\\n'; cat >/dev/null", port=8080)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", timeout=7, expect="proxy 100")


@case("proxy-timeout-partial-status", "proxy-timeout", f"({CONNECT}) || (tcp.flags.fin == 1 && {FROM_SWITCH})",
      path="proxy", check_code=False, need=[f"tcp.len == 10 && {TO_SWITCH}"],
      how="the proxy port (ncat with a script) sends the first ten bytes of a status line; the switch gives up after 7 s")
def _(lab):
    servers.ncat(lab, "--sh-exec", "printf 'HTTP/1.1 2'; cat >/dev/null", port=8080)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", timeout=7, expect="proxy TimeoutError")


@case("proxy-reset", "proxy-reset", f"tcp.flags.reset == 1 && {TO_SWITCH}", path="proxy",
      how="a firewall matches the name in CONNECT and answers with RST (iptables REJECT tcp-reset)")
def _(lab):
    servers.squid(lab)
    lab.iptables("FORWARD -p tcp -m string --algo bm --string smartreceiver -j REJECT --reject-with tcp-reset")
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy ConnectionResetError")


@case("proxy-closed-tls-port", "proxy-closed", FIN_IN, pick="first", path="proxy",
      how="the proxy port is a TLS port (openssl s_server), which closes on CONNECT without an alert")
def _(lab):
    servers.s_server(lab, name="proxy", address=PROXY, port=8080)
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="proxy closed")


@case("proxy-closed", "proxy-closed", FIN_IN, pick="first", path="proxy",
      how="haproxy in TCP mode takes CONNECT, finds its backend down and closes without a word")
def _(lab):
    servers.haproxy(lab, f"listen l\n  mode tcp\n  bind {PROXY}:8080\n  server s {PROXY}:9", 8080, "proxy")
    lab.capture()
    lab.switch(proxy=f"{PROXY}:8080", expect="proxy closed")
