"""Stage tls."""

import servers
from lab import CSSM, PROXY
from registry import FROM_SWITCH, TO_SWITCH, case

VIA = f"{PROXY}:80"
HELLO = f"tls.handshake.type == 1 && {FROM_SWITCH}"
ALERT_IN = f"tls.alert_message.level == 2 && {TO_SWITCH}"
ALERT_OUT = f"tls.alert_message.level == 2 && {FROM_SWITCH}"
RST_IN = f"tcp.flags.reset == 1 && {TO_SWITCH}"
FIN_IN = f"tcp.flags.fin == 1 && {TO_SWITCH}"
FIN_OUT = f"tcp.flags.fin == 1 && {FROM_SWITCH}"
CERTIFICATE = "tls.handshake.type == 11"
# tshark calls the outer type of a TLS 1.3 record that it cannot decrypt opaque_type.
SMALL_OUT = f"tls.record.opaque_type == 23 && tls.record.length == 19 && {FROM_SWITCH}"
SMALL_IN = f"tls.record.opaque_type == 23 && tls.record.length == 19 && {TO_SWITCH}"
ONLY_12 = {"max": "1.2"}
GNUTLS_12 = "NORMAL:-VERS-ALL:+VERS-TLS1.2"
GNUTLS_13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3"


def says(number, where=ALERT_IN):
    return f"{where} && tls.alert_message.desc == {number}"


def direct(lab, tls, expect="tls", **plan):
    """The switch goes straight to CSSM, which runs already."""
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(tls=tls, expect=expect, **plan)


def via_squid(lab, tls, expect="tls", **plan):
    servers.dnsmasq(lab)
    servers.squid(lab)
    lab.capture()
    lab.switch(proxy=VIA, tls=tls, expect=expect, **plan)


def trust(certificate):
    return {"ca": str(certificate.pem)}


# -- the server refuses -------------------------------------------------------------------------------------------

@case("tls-version-rejected", "tls-version-rejected", says(70),
      how="nginx allows TLS 1.3 only, the switch offers up to 1.2: alert protocol_version from the server")
def _(lab):
    servers.cssm(lab, tls="TLSv1.3")
    direct(lab, {"max": "1.2"}, "PROTOCOL_VERSION")


@case("tls-version-rejected-proxy", "tls-version-rejected", says(70), path="proxy",
      how="the same through squid")
def _(lab):
    servers.cssm(lab, tls="TLSv1.3")
    via_squid(lab, {"max": "1.2"}, "PROTOCOL_VERSION")


@case("tls-version-rejected-by-switch", "tls-version-rejected", says(70, ALERT_OUT),
      how="a switch that wants TLS 1.2 without listing versions meets a TLS 1.1 server: it rejects the ServerHello itself")
def _(lab):
    servers.s_server(lab, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    direct(lab, {"max": "1.2"}, "UNSUPPORTED_PROTOCOL")


@case("tls-handshake-rejected-12", "tls-handshake-rejected", says(40), tls="1.2",
      how="no cipher suite in common under TLS 1.2: handshake_failure from nginx")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2", extra="ssl_ciphers ECDHE-RSA-CHACHA20-POLY1305;")
    direct(lab, {"max": "1.2", "ciphers": "AES128-SHA:AES256-SHA"}, "HANDSHAKE_FAILURE")


@case("tls-handshake-rejected-13", "tls-handshake-rejected", says(40), tls="1.3",
      how="no group in common under TLS 1.3 (server: P-521 only, switch: X25519 only): handshake_failure")
def _(lab):
    servers.s_server(lab, "-groups", "P-521", "-tls1_3")
    direct(lab, {"min": "1.3", "groups": "X25519"}, "HANDSHAKE_FAILURE")


@case("tls-handshake-rejected-proxy", "tls-handshake-rejected", says(40), path="proxy", tls="1.2",
      how="no cipher suite in common, through squid")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2", extra="ssl_ciphers ECDHE-RSA-CHACHA20-POLY1305;")
    via_squid(lab, {"max": "1.2", "ciphers": "AES128-SHA:AES256-SHA"}, "HANDSHAKE_FAILURE")


@case("tls-handshake-rejected-inbound-only", "tls-handshake-rejected", says(40), check_code=False, absent=[FROM_SWITCH],
      options=["--cssm", CSSM],
      how="the server's handshake_failure, in a capture that has only what came from CSSM")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2", extra="ssl_ciphers ECDHE-RSA-CHACHA20-POLY1305;")
    servers.dnsmasq(lab)
    lab.capture(filter=f"src host {CSSM}")
    lab.switch(tls={"max": "1.2", "ciphers": "AES128-SHA:AES256-SHA"}, expect="HANDSHAKE_FAILURE")


@case("tls-name-rejected", "tls-name-rejected", says(112),
      how="nginx with ssl_reject_handshake does not serve this name: fatal unrecognized_name")
def _(lab):
    servers.cssm(lab, extra="ssl_reject_handshake on;")
    direct(lab, {}, "UNRECOGNIZED_NAME")


@case("tls-server-alert", "tls-server-alert", says(120),
      how="openssl s_server and the switch have no application protocol in common: alert 120")
def _(lab):
    servers.s_server(lab, "-alpn", "h2")
    direct(lab, {"alpn": ["http/1.1"]}, "tls SSLError")


@case("tls-server-alert-internal-error", "tls-server-alert", says(80), path="proxy",
      how="nginx cannot load its certificate during the handshake: internal_error, through squid")
def _(lab):
    servers.nginx(lab, f"server {{ listen {CSSM}:443 ssl; ssl_certificate $ssl_server_name.pem; "
                       "ssl_certificate_key $ssl_server_name.key; location / { return 204; } }", 443, "inet")
    via_squid(lab, {}, "INTERNAL_ERROR")


# -- other alerts of the switch -----------------------------------------------------------------------------------

def weak_group(lab, bits):
    """A server that insists on a Diffie-Hellman group too small for the client."""
    group = lab.work / "dh.pem"
    lab.run("gw", ["certtool", "--generate-dh-params", "--bits", bits, "--outfile", group])
    servers.cssm(lab, tls="TLSv1.2",
                 extra=f"ssl_ciphers DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0; ssl_dhparam {group};")


@case("tls-client-alert", "tls-client-alert", says(40, ALERT_OUT), tls="1.2",
      how="the server's DHE group has 1,024 bits; the switch's OpenSSL (security level 2) sends handshake_failure")
def _(lab):
    weak_group(lab, "1024")
    direct(lab, {"ciphers": "DHE+AESGCM", "level": 2}, "dh key too small")


@case("tls-client-alert-proxy", "tls-client-alert", ALERT_OUT, tls="1.2", path="proxy",
      how="the same through squid with a GnuTLS client that wants 2,048 bits and its own choice of alert")
def _(lab):
    weak_group(lab, "1024")
    via_squid(lab, {"stack": "gnutls", "priority": GNUTLS_12 + ":-KX-ALL:+DHE-RSA",
                    "dh_bits": 2048}, "tls ")


# -- not TLS ------------------------------------------------------------------------------------------------------

CLEAR = f'tcp.payload contains "HTTP/1.1 400" && {TO_SWITCH}'


@case("tls-plaintext-reply", "tls-plaintext-reply", CLEAR, check_code=False, need=[HELLO],
      how="port 443 speaks plain HTTP (nginx without ssl): 400 Bad Request to the ClientHello; OpenSSL sends no alert")
def _(lab):
    servers.nginx(lab, f"server {{ listen {CSSM}:443; }}", 443, "inet")
    direct(lab, {}, "tls SSLError")


@case("tls-plaintext-reply-proxy", "tls-plaintext-reply", CLEAR, path="proxy", check_code=False, need=[HELLO],
      how="the same through squid with a GnuTLS client, which sends unexpected_message")
def _(lab):
    servers.nginx(lab, f"server {{ listen {CSSM}:443; }}", 443, "inet")
    via_squid(lab, {"stack": "gnutls"}, "tls ")


@case("tls-plaintext-reply-banner", "tls-plaintext-reply", f'tcp.payload contains "SSH-2.0" && {TO_SWITCH}',
      check_code=False, how="an SSH server on port 443: its banner comes before the ClientHello")
def _(lab):
    from cases.proxy import dropbear
    dropbear(lab, "inet", f"{CSSM}:443", 443)
    direct(lab, {}, "tls SSLError", connect_pause=0.2)


# -- silence, reset, close ----------------------------------------------------------------------------------------

@case("tls-timeout-prohibited", "tls-timeout", HELLO, pick="first", check_code=False,
      need=[f"icmp.type == 3 && icmp.code == 13 && {TO_SWITCH}"],
      how="the router's filter lets TCP's handshake through and rejects every larger packet with ICMP administratively "
          "prohibited; the switch repeats its ClientHello and gives up after 12 s")
def _(lab):
    servers.cssm(lab)
    lab.iptables("FORWARD -i lan -p tcp -m length --length 100:1500 -j REJECT --reject-with icmp-admin-prohibited")
    direct(lab, {}, "tls ", timeout=12)
    lab.sleep(3)


@case("tls-timeout", "tls-timeout", f"({HELLO}) || ({FIN_OUT})",
      how="port 443 accepts (ncat) and says nothing; the switch gives up after 7 s")
def _(lab):
    servers.ncat(lab, port=443, name="inet")
    direct(lab, {}, "TimeoutError", timeout=7)


@case("tls-timeout-capture-ends", "tls-timeout", HELLO, confidence_at_most="likely",
      how="the same; the switch still waits when the capture ends, 12 s after the ClientHello")
def _(lab):
    servers.ncat(lab, port=443, name="inet")
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch_left_running(12, tls={}, timeout=60)
    lab.sleep(0.5)


@case("tls-timeout-proxy", "tls-timeout", f"({HELLO}) || ({FIN_OUT})", path="proxy",
      how="the same through squid: the tunnel opens, no ServerHello comes")
def _(lab):
    servers.ncat(lab, port=443, name="inet")
    via_squid(lab, {}, "TimeoutError", timeout=7)


@case("tls-timeout-dropped-hello", "tls-timeout", f"tcp.len > 0 && {FROM_SWITCH}",
      need=[f"tcp.analysis.retransmission && {FROM_SWITCH}"],
      how="a firewall drops the packets that carry this SNI: the ClientHello is retransmitted and never acknowledged")
def _(lab):
    servers.cssm(lab)
    lab.iptables("FORWARD -p tcp -m string --algo bm --string smartreceiver -j DROP")
    direct(lab, {**ONLY_12}, "TimeoutError", timeout=15)


@case("tls-reset", "tls-reset", RST_IN, pick="first",
      how="a firewall matches the SNI and answers the ClientHello with RST (iptables REJECT tcp-reset)")
def _(lab):
    servers.cssm(lab)
    lab.iptables("FORWARD -p tcp -m string --algo bm --string smartreceiver -j REJECT --reject-with tcp-reset")
    direct(lab, {}, "tls ConnectionResetError")


@case("tls-reset-proxy", "tls-reset", RST_IN, pick="first", path="proxy",
      how="a firewall between switch and proxy matches the SNI in the tunnel's ClientHello and resets")
def _(lab):
    servers.cssm(lab)
    lab.iptables("FORWARD -i lan -p tcp -m string --algo bm --hex-string |16030102| -j REJECT --reject-with tcp-reset")
    via_squid(lab, {}, "tls ConnectionResetError")


@case("tls-reset-after-server-hello", "tls-reset", RST_IN, pick="first", tls="1.2",
      need=["tls.handshake.type == 2"],
      how="a firewall lets the hellos pass and resets when the switch sends its ClientKeyExchange")
def _(lab):
    servers.cssm(lab)
    lab.iptables("FORWARD -i lan -p tcp -m string --algo bm --hex-string |1603030025| -j REJECT "
                 "--reject-with tcp-reset")
    direct(lab, ONLY_12, "tls ConnectionResetError")


@case("tls-closed", "tls-closed", FIN_IN, pick="first",
      how="haproxy reads the ClientHello and closes (content reject)")
def _(lab):
    reject_hello(lab)
    direct(lab, {}, "tls ")


@case("tls-closed-proxy", "tls-closed", FIN_IN, pick="first", path="proxy",
      how="the same through squid: squid closes the tunnel when its side is closed")
def _(lab):
    reject_hello(lab)
    via_squid(lab, {}, "tls ")


def reject_hello(lab):
    servers.haproxy(lab, f"listen l\n  mode tcp\n  bind {CSSM}:443\n  tcp-request inspect-delay 5s\n"
                         "  tcp-request content reject if { req.ssl_hello_type 1 }\n"
                         f"  server s {CSSM}:9", 443, "inet")


@case("tls-closed-injected", "tls-closed", FIN_IN, pick="first",
      topology={"relay": [{"from": "switch", "data": True, "contains": "smartreceiver", "do": "fin"},
                          {"from": "far", "do": "delay", "seconds": 0.03}]},
      how="a middlebox (relay) swallows the ClientHello and answers it with FIN in CSSM's name")
def _(lab):
    servers.cssm(lab)
    direct(lab, {}, "tls ")


@case("tls-timeout-mid-flight", "tls-timeout", f"({HELLO}) || ({FIN_OUT}) || tls.handshake.type == 2", tls="1.2",
      need=["tls.handshake.type == 2"],
      how="a firewall loses its state in the middle of the server's flight: the ServerHello arrives, the rest never does; "
          "the switch gives up after 9 s")
def _(lab):
    servers.cssm(lab, tls="TLSv1.2")
    lab.iptables("FORWARD -p tcp --sport 443 -m connbytes --connbytes 4: --connbytes-dir reply --connbytes-mode packets "
                 "-j DROP")
    direct(lab, ONLY_12, "TimeoutError", timeout=9)
