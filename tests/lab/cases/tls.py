"""Stage tls."""

import servers
from lab import CSSM, ONPREM, PROXY
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
EMPTY_CERTIFICATE_OUT = f"tls.record.opaque_type == 23 && tls.record.length == 25 && {FROM_SWITCH}"
BARE_CLOSE = f"(tcp.flags.fin == 1 || tcp.flags.reset == 1) && {FROM_SWITCH}"
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


# -- client certificates ------------------------------------------------------------------------------------------

@case("tls-client-certificate-required-12", "tls-client-certificate-required", ALERT_IN, tls="1.2",
      need=["tls.handshake.type == 13"],
      how="openssl s_server -Verify under TLS 1.2; the switch answers the CertificateRequest with an empty Certificate")
def _(lab):
    servers.s_server(lab, "-tls1_2", "-Verify", "1")
    direct(lab, {}, "tls SSLError")


@case("tls-client-certificate-rejected-12", "tls-client-certificate-required", ALERT_IN, tls="1.2",
      need=["tls.handshake.type == 13"],
      how="haproxy wants a certificate of a CA that the switch's certificate is not from: unknown_ca from the server")
def _(lab):
    leaf, pki = lab.pki.cssm(), lab.pki
    bundle = lab.work / "bundle.pem"
    bundle.write_text(leaf.chain.read_text() + leaf.key.read_text())
    servers.haproxy(lab, f"frontend f\n  mode http\n  bind {CSSM}:443 ssl crt {bundle} verify required "
                         f"ca-file {pki.inspection_ca().pem} ssl-max-ver TLSv1.2\n  http-request return status 200",
                    443, "inet")
    own = pki.switch_identity()
    direct(lab, {"max": "1.2", "cert": str(own.pem), "key": str(own.key)}, "tls SSLError")


@case("tls-client-certificate-required-13", "tls-client-certificate-required",
      SMALL_IN, tls="1.3", pick="last", confidence_at_most="likely", need=[EMPTY_CERTIFICATE_OUT],
      how="openssl s_server -Verify under TLS 1.3: an empty encrypted Certificate, then one alert-sized record from the server")
def _(lab):
    servers.s_server(lab, "-tls1_3", "-Verify", "1", "-num_tickets", "0")
    direct(lab, {}, "http")


@case("tls-client-certificate-required-13-gnutls", "tls-client-certificate-required",
      SMALL_IN, tls="1.3", pick="last", confidence_at_most="likely", path="proxy", need=[EMPTY_CERTIFICATE_OUT],
      how="gnutls-serv wants a client certificate under TLS 1.3, through squid; the switch (OpenSSL) has none")
def _(lab):
    servers.gnutls_serv(lab, "--require-client-cert", "--x509cafile", lab.pki.private_root().pem,
                        "--priority", GNUTLS_13)
    via_squid(lab, {}, "http")


# -- the switch rejects the certificate ---------------------------------------------------------------------------

def trust(certificate):
    return {"ca": str(certificate.pem)}


@case("tls-certificate-expired-12", "tls-certificate-expired", says(45, ALERT_OUT), tls="1.2", need=[CERTIFICATE],
      how="CSSM's certificate expired 3 days ago; OpenSSL sends certificate_expired")
def _(lab):
    servers.cssm(lab, lab.pki.cssm("cssm-expired", start=-368, end=-3))
    direct(lab, {**ONLY_12, **trust(lab.pki.cisco_root())}, "certificate has expired")


@case("tls-certificate-expired-13", "tls-certificate-expired", says(45, ALERT_OUT), tls="1.3",
      how="the same under TLS 1.3: OpenSSL's alert is in clear, the certificate is not")
def _(lab):
    servers.cssm(lab, lab.pki.cssm("cssm-expired", start=-368, end=-3))
    direct(lab, trust(lab.pki.cisco_root()), "certificate has expired")


@case("tls-certificate-expired-gnutls", "tls-certificate-expired", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE], path="proxy",
      how="the same through squid with a GnuTLS client, which chooses its own alert")
def _(lab):
    servers.cssm(lab, lab.pki.cssm("cssm-expired", start=-368, end=-3))
    via_squid(lab, {"stack": "gnutls", "priority": GNUTLS_12, **trust(lab.pki.cisco_root())}, "tls ")


@case("tls-certificate-expired-issuer", "tls-certificate-expired", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE], how="the leaf is good, its issuer's certificate expired 10 days ago")
def _(lab):
    pki = lab.pki
    issuer = pki.make("cisco-issuer-expired", 'dn = "C=US,O=IdenTrust,OU=HydrantID Trusted Certificate Service,'
                      'CN=HydrantID Server CA O1"', pki.cisco_root(), ca=True, start=-1500, end=-10)
    leaf = pki.make("cssm-below-expired", 'dn = "C=US,O=Cisco Systems Inc.,CN=smartreceiver.cisco.com"', issuer,
                    names=[servers.SERVICE])
    servers.cssm(lab, leaf)
    direct(lab, {**ONLY_12, **trust(pki.cisco_root())}, "certificate has expired")


@case("tls-certificate-not-yet-valid", "tls-certificate-not-yet-valid", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE, ALERT_OUT], how="CSSM's certificate becomes valid in 5 days, as if the switch's clock were behind")
def _(lab):
    servers.cssm(lab, lab.pki.cssm("cssm-future", start=5, end=370))
    direct(lab, {**ONLY_12, **trust(lab.pki.cisco_root())}, "not yet valid")


@case("tls-certificate-not-yet-valid-proxy", "tls-certificate-not-yet-valid", f"({CERTIFICATE}) || ({ALERT_OUT})",
      tls="1.2", need=[CERTIFICATE], path="proxy",
      how="the same through squid with a GnuTLS client")
def _(lab):
    servers.cssm(lab, lab.pki.cssm("cssm-future", start=5, end=370))
    via_squid(lab, {"stack": "gnutls", "priority": GNUTLS_12, **trust(lab.pki.cisco_root())}, "tls ")


@case("tls-hostname-mismatch", "tls-hostname-mismatch", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE, ALERT_OUT], how="the certificate is for other names of cisco.com, its chain is the right one")
def _(lab):
    servers.cssm(lab, lab.pki.cssm("cssm-other-name", names=("tools-old.cisco.com", "www-lab.cisco.com")))
    direct(lab, {**ONLY_12, **trust(lab.pki.cisco_root())}, "ostname mismatch")


@case("tls-hostname-mismatch-gnutls", "tls-hostname-mismatch", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE], path="proxy",
      how="a certificate without SANs whose CN is another name; through squid, GnuTLS client")
def _(lab):
    pki = lab.pki
    leaf = pki.make("cssm-cn-only", 'dn = "C=US,O=Cisco Systems Inc.,CN=tools-old.cisco.com"', pki.cisco_issuer())
    servers.cssm(lab, leaf)
    via_squid(lab, {"stack": "gnutls", "priority": GNUTLS_12, **trust(pki.cisco_root())}, "tls ")


@case("tls-hostname-mismatch-onprem", "tls-hostname-mismatch", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE, ALERT_OUT], options=["--cssm", "ssm.corp.example"],
      how="an SSM On-Prem reached as ssm.corp.example whose certificate names another host")
def _(lab):
    servers.cssm(lab, lab.pki.onprem("onprem-other", names=("ssm-old.corp.example",)), listen=f"{ONPREM}:443", name="dc")
    direct(lab, {**ONLY_12, **trust(lab.pki.private_root())}, "ostname mismatch", name="ssm.corp.example")


def bumping_squid(lab, listen):
    """squid that decrypts TLS with certificates of the inspection CA made on the fly."""
    ca = lab.pki.inspection_ca()
    both = lab.work / "inspection.pem"
    both.write_text(ca.pem.read_text() + ca.key.read_text())
    database = lab.work / "certificates"
    lab.run("gw", ["/usr/lib/squid/security_file_certgen", "-c", "-s", database, "-M", "4MB"])
    lab.run("gw", ["chown", "-R", "proxy:proxy", database])
    both.chmod(0o644)
    options = f"ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=4MB tls-cert={both}"
    return {"listen": f"{listen} {options}", "extra": [
        f"sslcrtd_program /usr/lib/squid/security_file_certgen -s {database} -M 4MB", "sslcrtd_children 1",
        f"tls_outgoing_options cafile={lab.pki.cisco_root().pem}",
        "acl step1 at_step SslBump1", "ssl_bump peek step1", "ssl_bump bump all"]}


def bump_at_proxy(lab, tls, expect):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    servers.squid(lab, **bumping_squid(lab, f"http_port {VIA}"))
    lab.capture()
    lab.switch(proxy=VIA, tls=tls, expect=expect)


@case("tls-intercepted-proxy", "tls-intercepted", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2", path="proxy",
      need=[CERTIFICATE, says(48, ALERT_OUT)], confidence_at_most="likely",
      how="squid with ssl-bump shows a certificate for smartreceiver.cisco.com by a corporate inspection CA")
def _(lab):
    bump_at_proxy(lab, {**ONLY_12, **trust(lab.pki.cisco_root())}, "CERTIFICATE_VERIFY_FAILED")


@case("tls-intercepted-direct", "tls-intercepted", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE, says(48, ALERT_OUT)], confidence_at_most="likely",
      how="the router redirects port 443 to a transparent squid with ssl-bump")
def _(lab):
    servers.cssm(lab)
    lab.iptables("PREROUTING -i lan -p tcp --dport 443 -j REDIRECT --to-ports 3130", table="nat")
    bump = bumping_squid(lab, "https_port 3130 intercept")
    servers.squid(lab, port=3130, name="gw", **{**bump, "extra": ["http_port 3131", *bump["extra"]]})
    direct(lab, {**ONLY_12, **trust(lab.pki.cisco_root())}, "CERTIFICATE_VERIFY_FAILED")


@case("tls-intercepted-gnutls", "tls-intercepted", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2", path="proxy",
      need=[CERTIFICATE], confidence_at_most="likely",
      how="squid with ssl-bump again, GnuTLS client: another alert number")
def _(lab):
    bump_at_proxy(lab, {"stack": "gnutls", "priority": GNUTLS_12, **trust(lab.pki.cisco_root())}, "tls ")


@case("tls-intercepted-bare-close", "tls-intercepted", f"({CERTIFICATE}) || ({BARE_CLOSE})", tls="1.2",
      need=[CERTIFICATE], absent=[ALERT_OUT], confidence_at_most="likely",
      how="a firewall's certificate for the right name (private CA); the switch closes without any alert")
def _(lab):
    pki = lab.pki
    leaf = pki.make("cssm-inspected", 'dn = "CN=smartreceiver.cisco.com"', pki.inspection_ca(), names=[servers.SERVICE],
                    start=-2)
    servers.cssm(lab, leaf)
    direct(lab, {"stack": "gnutls", "priority": GNUTLS_12, "bare": True, **trust(pki.cisco_root())}, "tls ")


@case("tls-untrusted-ca-12", "tls-untrusted-ca", says(48, ALERT_OUT), tls="1.2", need=[CERTIFICATE],
      how="the right chain by name, but the switch trusts the old root (QuoVadis) only: unknown_ca")
def _(lab):
    servers.cssm(lab)
    direct(lab, {**ONLY_12, **trust(lab.pki.other_root())}, "CERTIFICATE_VERIFY_FAILED")


@case("tls-untrusted-ca-13", "tls-untrusted-ca", says(48, ALERT_OUT), tls="1.3",
      how="the same under TLS 1.3: OpenSSL's alert is in clear, the certificate is not")
def _(lab):
    servers.cssm(lab)
    direct(lab, trust(lab.pki.other_root()), "CERTIFICATE_VERIFY_FAILED")


@case("tls-untrusted-ca-proxy-12", "tls-untrusted-ca", says(48, ALERT_OUT), tls="1.2", path="proxy", need=[CERTIFICATE],
      how="the old trust store, through squid")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, {**ONLY_12, **trust(lab.pki.other_root())}, "CERTIFICATE_VERIFY_FAILED")


@case("tls-untrusted-ca-proxy-13", "tls-untrusted-ca", says(48, ALERT_OUT), tls="1.3", path="proxy",
      how="the old trust store, through squid, TLS 1.3: OpenSSL's alert is in clear")
def _(lab):
    servers.cssm(lab)
    via_squid(lab, trust(lab.pki.other_root()), "CERTIFICATE_VERIFY_FAILED")


@case("tls-untrusted-ca-bump-13", "tls-untrusted-ca", says(48, ALERT_OUT), tls="1.3", path="proxy",
      how="squid with ssl-bump under TLS 1.3: the certificate is encrypted, only unknown_ca can be read")
def _(lab):
    bump_at_proxy(lab, trust(lab.pki.cisco_root()), "CERTIFICATE_VERIFY_FAILED")


@case("tls-untrusted-ca-onprem", "tls-untrusted-ca", says(48, ALERT_OUT), tls="1.2", need=[CERTIFICATE],
      options=["--cssm", "ssm.corp.example"],
      how="an SSM On-Prem whose root the switch does not have (no SLA-TrustPoint)")
def _(lab):
    servers.cssm(lab, lab.pki.onprem(), listen=f"{ONPREM}:443", name="dc")
    direct(lab, {**ONLY_12, **trust(lab.pki.cisco_root())}, "CERTIFICATE_VERIFY_FAILED", name="ssm.corp.example")


@case("tls-certificate-rejected-13-gnutls", "tls-certificate-rejected", SMALL_OUT, tls="1.3",
      confidence_at_most="likely", absent=[ALERT_OUT],
      how="a GnuTLS client rejects the chain under TLS 1.3: CCS and one encrypted 19-byte record, then FIN")
def _(lab):
    servers.cssm(lab)
    direct(lab, {"stack": "gnutls", "priority": GNUTLS_13, **trust(lab.pki.other_root())}, "tls ")


@case("tls-certificate-rejected-13-proxy", "tls-certificate-rejected", SMALL_OUT, tls="1.3", path="proxy",
      confidence_at_most="likely", absent=[ALERT_OUT],
      how="squid with ssl-bump, TLS 1.3, GnuTLS client: the alert and the certificate are both encrypted")
def _(lab):
    bump_at_proxy(lab, {"stack": "gnutls", "priority": GNUTLS_13, **trust(lab.pki.cisco_root())}, "tls ")


@case("tls-certificate-rejected-purpose", "tls-certificate-rejected", ALERT_OUT, tls="1.2", need=[CERTIFICATE],
      how="right name, right chain, but the certificate is for TLS clients only: OpenSSL sends unsupported_certificate")
def _(lab):
    pki = lab.pki
    leaf = pki.make("cssm-client-only", 'dn = "C=US,O=Cisco Systems Inc.,CN=smartreceiver.cisco.com"',
                    pki.cisco_issuer(), names=[servers.SERVICE], purpose=["tls_www_client", "signing_key"])
    servers.cssm(lab, leaf)
    direct(lab, {**ONLY_12, **trust(pki.cisco_root())}, "CERTIFICATE_VERIFY_FAILED")


@case("tls-certificate-rejected-bare-close", "tls-certificate-rejected", BARE_CLOSE, pick="first", tls="1.2",
      need=[CERTIFICATE], absent=[ALERT_OUT], confidence_at_most="likely",
      how="the right chain by name; a switch with the old trust store closes without any alert")
def _(lab):
    servers.cssm(lab)
    direct(lab, {"stack": "gnutls", "priority": GNUTLS_12, "bare": True, **trust(lab.pki.other_root())}, "tls ")


@case("tls-intercepted-inbound-only", "tls-intercepted", f"({CERTIFICATE}) || (tcp.flags.fin == 1)", tls="1.2",
      need=[CERTIFICATE], absent=[FROM_SWITCH], check_code=False, options=["--cssm", CSSM],
      how="only what came from 'CSSM': the certificate of an inspection CA, then an acknowledgement of seven more bytes")
def _(lab):
    pki = lab.pki
    leaf = pki.make("cssm-inspected", 'dn = "CN=smartreceiver.cisco.com"', pki.inspection_ca(), names=[servers.SERVICE],
                    start=-2)
    servers.dnsmasq(lab)
    servers.cssm(lab, leaf)
    lab.capture(filter=f"src host {CSSM}")
    lab.switch(tls={**ONLY_12, **trust(pki.cisco_root())}, expect="CERTIFICATE_VERIFY_FAILED")


# -- revocation ---------------------------------------------------------------------------------------------------

CRL = {"host": "www.cisco.com", "path": "/security/pki/crl/crcakv2.crl"}


def with_crl(lab, crl, via=None, **plan):
    servers.cssm(lab)
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(tls={"stack": "gnutls", "priority": GNUTLS_12, "crl": crl, **trust(lab.pki.cisco_root())}, **plan)


@case("tls-revocation-failed-404", "tls-revocation-failed",
      f'(tcp.payload contains " 404 " && {TO_SWITCH}) || ({ALERT_OUT})', tls="1.2", need=[CERTIFICATE],
      how="during the handshake the switch fetches a CRL from www.cisco.com: 404; it drops the handshake with an alert")
def _(lab):
    servers.nginx(lab, "server { listen 203.0.113.90:80; location / { return 404; } }", 80, "inet")
    with_crl(lab, CRL, expect="crl 404")


@case("tls-revocation-failed-timeout", "tls-revocation-failed",
      f"(tcp.dstport == 80 && tcp.flags.syn == 1) || ({ALERT_OUT})", tls="1.2", need=[CERTIFICATE],
      how="a firewall drops the CRL fetch (port 80); the switch gives up after 5 s and drops the handshake")
def _(lab):
    lab.iptables("FORWARD -p tcp --dport 80 -j DROP")
    with_crl(lab, {**CRL, "connect_timeout": 5}, expect="crl connect")


@case("tls-revocation-failed-dns", "tls-revocation-failed",
      f'(dns.qry.name == "crl.quovadisglobal.com" && dns.flags.response == 1) || ({ALERT_OUT})', tls="1.2",
      need=[CERTIFICATE], how="the CRL's host name does not resolve (REFUSED) in the middle of the handshake")
def _(lab):
    with_crl(lab, {"host": "crl.quovadisglobal.com", "path": "/qvrca2.crl", "dns_tries": 1}, expect="crl unresolved")


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
