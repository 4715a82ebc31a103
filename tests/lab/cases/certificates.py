"""Stage tls, certificates: the server's, which the switch rejects, and the switch's own."""

import servers
from cases.tls import (ALERT_IN, ALERT_OUT, CERTIFICATE, GNUTLS_12, GNUTLS_13, ONLY_12, SMALL_IN, SMALL_OUT, VIA,
                       direct, says, trust, via_squid)
from lab import CSSM, HERE, ONPREM, LabError
from registry import FROM_SWITCH, TO_SWITCH, case

EMPTY_CERTIFICATE_OUT = f"tls.record.opaque_type == 23 && tls.record.length == 25 && {FROM_SWITCH}"
BARE_CLOSE = f"(tcp.flags.fin == 1 || tcp.flags.reset == 1) && {FROM_SWITCH}"


# -- client certificates ------------------------------------------------------------------------------------------

@case("tls-client-certificate-required-12", "tls-client-certificate-required", ALERT_IN, tls="1.2",
      need=["tls.handshake.type == 13"],
      how="openssl s_server -Verify under TLS 1.2; the switch answers the CertificateRequest with an empty Certificate")
def _(lab):
    servers.s_server(lab, "-tls1_2", "-Verify", "1")
    direct(lab, {}, "tls SSLError")


def asking_haproxy(lab, authority, *options):
    """haproxy as CSSM that wants a client certificate of this authority."""
    leaf, bundle = lab.pki.cssm(), lab.work / "bundle.pem"
    bundle.write_text(leaf.chain.read_text() + leaf.key.read_text())
    servers.haproxy(lab, f"frontend f\n  mode http\n  bind {CSSM}:443 ssl crt {bundle} verify required "
                         f"ca-file {authority.pem} {' '.join(options)}\n  http-request return status 200", 443, "inet")


@case("tls-client-certificate-rejected-12", "tls-client-certificate-required", ALERT_IN, tls="1.2",
      need=["tls.handshake.type == 13"],
      how="haproxy wants a certificate of a CA that the switch's certificate is not from: unknown_ca from the server")
def _(lab):
    asking_haproxy(lab, lab.pki.inspection_ca(), "ssl-max-ver TLSv1.2")
    own = lab.pki.switch_identity()
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


def jsse(lab, protocol, expect, own=None, trusted=None):
    """Java's TLS stack as the switch's: it trusts Cisco's root unless told another, and may have a certificate itself."""
    options = [f"-Djavax.net.ssl.trustStore={lab.work}/trust.p12", "-Djavax.net.ssl.trustStorePassword=labsecret"]
    lab.run("sw", ["keytool", "-importcert", "-noprompt", "-file", (trusted or lab.pki.cisco_root()).pem, "-storetype",
                   "PKCS12", "-keystore", lab.work / "trust.p12", "-storepass", "labsecret"])
    if own:
        lab.run("sw", ["openssl", "pkcs12", "-export", "-in", own.pem, "-inkey", own.key, "-out", lab.work / "own.p12",
                       "-passout", "pass:labsecret"])
        options += [f"-Djavax.net.ssl.keyStore={lab.work}/own.p12", "-Djavax.net.ssl.keyStorePassword=labsecret"]
    lab.run("sw", ["javac", "-d", lab.work, HERE / "Jsse.java"])
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    said = lab.run("sw", ["java", *options, "-cp", lab.work, "Jsse", CSSM, servers.SERVICE, protocol])
    if expect not in said:
        raise LabError(f"Java was to say {expect!r}, it said: {said}")


@case("tls-client-certificate-expired-12-jsse", "tls-client-certificate-required", ALERT_IN, tls="1.2",
      need=["tls.handshake.type == 13", f"tls.handshake.certificate && {FROM_SWITCH}",
            f"tls.handshake.type == 16 && {FROM_SWITCH}"],
      how="a Java client (JSSE) shows haproxy the switch's own certificate, which expired 4 days ago: certificate_expired "
          "from the server, before the switch has sent its ClientKeyExchange")
def _(lab):
    asking_haproxy(lab, lab.pki.private_root(), "ssl-max-ver TLSv1.2")
    jsse(lab, "TLSv1.2", "Broken pipe", lab.pki.switch_identity("switch-expired", start=-400, end=-4))


@case("tls-client-certificate-required-13-jsse", "tls-client-certificate-required",
      SMALL_IN, tls="1.3", pick="last", confidence_at_most="likely",
      need=[f"tls.record.opaque_type == 23 && tls.record.length == 41 && {FROM_SWITCH}"],
      how="haproxy wants a client certificate under TLS 1.3; the Java client (JSSE) has none, and pads the "
          "record of its empty Certificate by 16 bytes")
def _(lab):
    asking_haproxy(lab, lab.pki.private_root())
    jsse(lab, "TLSv1.3", "Broken pipe")


@case("tls-client-certificate-rejected-12-nss", "tls-client-certificate-required", ALERT_IN, tls="1.2",
      need=["tls.handshake.type == 13", f"tls.handshake.type == 15 && {FROM_SWITCH}",
            f"tls.change_cipher_spec && {FROM_SWITCH}"],
      how="an NSS client (tstclnt) shows haproxy a certificate of another CA, its whole flight in two records up to Finished: "
          "unknown_ca from the server")
def _(lab):
    asking_haproxy(lab, lab.pki.inspection_ca(), "ssl-max-ver TLSv1.2")
    own, packed = lab.pki.switch_identity(), lab.work / "own.p12"
    lab.run("sw", ["openssl", "pkcs12", "-export", "-in", own.pem, "-inkey", own.key, "-out", packed, "-name", "switch",
                   "-passout", "pass:"])
    nss(lab, "tls1.2:tls1.2", packed, "-n", "switch")


@case("http-closed-client-certificate-13", "http-closed", f"({SMALL_IN}) || (tcp.flags.fin == 1 && {TO_SWITCH})", tls="1.3",
      how="haproxy rejects the switch's certificate (of another CA) under TLS 1.3, where that cannot be read: it closes "
          "behind an alert-sized record")
def _(lab):
    asking_haproxy(lab, lab.pki.inspection_ca())
    own = lab.pki.switch_identity()
    direct(lab, {"cert": str(own.pem), "key": str(own.key)}, "http")


# -- the switch rejects the certificate ---------------------------------------------------------------------------

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


def inspected(lab):
    """A certificate for the right name as an inspecting firewall makes it."""
    return lab.pki.make("cssm-inspected", 'dn = "CN=smartreceiver.cisco.com"', lab.pki.inspection_ca(),
                        names=[servers.SERVICE], start=-2)


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
    servers.cssm(lab, inspected(lab))
    direct(lab, {"stack": "gnutls", "priority": GNUTLS_12, "bare": True, **trust(pki.cisco_root())}, "tls ")


@case("tls-intercepted-umbrella", "tls-intercepted", f"({CERTIFICATE}) || ({ALERT_OUT})", tls="1.2",
      need=[CERTIFICATE, says(48, ALERT_OUT)], confidence_at_most="likely",
      how="a block page of the Umbrella kind: a certificate for smartreceiver.cisco.com by O=Cisco, CN=Cisco Umbrella "
          "Secondary SubCA, which is an inspecting product's authority for all its name")
def _(lab):
    issuer = lab.pki.umbrella_issuer()
    servers.cssm(lab, lab.pki.make("umbrella", 'dn = "C=US,ST=California,L=San Francisco,O=Cisco,'
                                   'CN=smartreceiver.cisco.com"', issuer, names=[servers.SERVICE], start=-2, end=5))
    direct(lab, {**ONLY_12, **trust(lab.pki.cisco_root())}, "CERTIFICATE_VERIFY_FAILED")


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
      need=[CERTIFICATE, "tcp.flags.fin == 1 && tcp.len == 0"], absent=[FROM_SWITCH], check_code=False, options=["--cssm", CSSM],
      how="only what came from 'CSSM': the certificate of an inspection CA, then an acknowledgement of seven more bytes")
def _(lab):
    pki = lab.pki
    servers.dnsmasq(lab)
    servers.cssm(lab, inspected(lab))
    lab.capture(filter=f"src host {CSSM}")
    lab.switch(tls={**ONLY_12, **trust(pki.cisco_root())}, linger=0.3, expect="CERTIFICATE_VERIFY_FAILED")


def fragmenting(lab):
    """CSSM sends without DF; the router cuts what it sends to the switch into IP packets of at most 1,000 bytes."""
    lab.sysctl("inet", {"net.ipv4.ip_no_pmtu_disc": 1})
    lab.ip("gw", "route replace 10.31.121.64/26 dev lan mtu lock 1000")


@case("tls-untrusted-ca-ip-fragments", "tls-untrusted-ca", says(48, ALERT_OUT), tls="1.2",
      need=[CERTIFICATE, f"ip.flags.mf == 1 && {TO_SWITCH}"],
      how="the old trust store again; a router fragments the server's IP packets, so the certificate comes in IP fragments")
def _(lab):
    fragmenting(lab)
    servers.cssm(lab)
    direct(lab, {**ONLY_12, **trust(lab.pki.other_root())}, "CERTIFICATE_VERIFY_FAILED", mss=1460, window=8000)


# tshark gives the stream up where a segment is cut, so the alert is looked for as bytes.
@case("tls-untrusted-ca-cut", "tls-untrusted-ca", f"tcp.payload == 15:03:03:00:02:02:30 && {FROM_SWITCH}", tls="1.2",
      check_code=False, need=["frame.cap_len < frame.len"],
      how="tcpdump -s 128: SNI and certificate are cut, the look-up and the switch's unknown_ca can be read")
def _(lab):
    servers.dnsmasq(lab)
    servers.cssm(lab)
    lab.capture("sw", "eth0", "-s", "128")
    lab.switch(tls={**ONLY_12, **trust(lab.pki.other_root())}, expect="CERTIFICATE_VERIFY_FAILED")


# -- clients that say no in other ways ---------------------------------------------------------------------------

def nss(lab, versions, own=None, *options):
    """NSS's test client as the switch's TLS stack: it trusts no CA, or Cisco's if it has a certificate (PKCS 12)."""
    database = lab.work / "nss"
    database.mkdir()
    lab.run("sw", ["certutil", "-N", "-d", f"sql:{database}", "--empty-password"])
    if own:
        lab.run("sw", ["pk12util", "-i", own, "-d", f"sql:{database}", "-W", "", "-K", ""])
        lab.run("sw", ["certutil", "-A", "-d", f"sql:{database}", "-n", "root", "-t", "C,,", "-i", lab.pki.cisco_root().pem])
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    lab.run("sw", ["sh", "-c", f"tstclnt -h {CSSM} -p 443 -a smartreceiver.cisco.com -d sql:{database} -V {versions} "
                               f"{' '.join(options)} </dev/null || true"])


@case("tls-certificate-rejected-13-nss", "tls-certificate-rejected", SMALL_OUT, tls="1.3", confidence_at_most="likely",
      how="an NSS client (tstclnt) rejects the chain under TLS 1.3: one encrypted 19-byte record, no CCS")
def _(lab):
    servers.cssm(lab)
    nss(lab, "tls1.3:tls1.3")


@case("tls-certificate-rejected-13-jsse", "tls-certificate-rejected",
      f"tls.record.opaque_type == 23 && tls.record.length == 35 && {FROM_SWITCH}", tls="1.3", confidence_at_most="likely",
      absent=[f"tls.record.length == 19 && {FROM_SWITCH}"],
      how="a Java client (JSSE) rejects the chain under TLS 1.3: its encrypted alert is padded to a record of 35 bytes")
def _(lab):
    servers.cssm(lab)
    jsse(lab, "TLSv1.3", "PKIX path building failed", trusted=lab.pki.other_root())


@case("tls-intercepted-nss-12", "tls-intercepted", f"({CERTIFICATE}) || ({BARE_CLOSE}) || "
      f"(tls.record.content_type == 21 && {FROM_SWITCH})", tls="1.2", need=[CERTIFICATE],
      how="an NSS client under TLS 1.2 finishes its side of the handshake, then rejects an inspection CA's certificate "
          "with an encrypted alert")
def _(lab):
    servers.cssm(lab, inspected(lab))
    nss(lab, "tls1.2:tls1.2")


def curl(lab, *options):
    """curl as the client: it checks the certificate's name when the handshake is done."""
    servers.cssm(lab, lab.pki.cssm("cssm-other-name", names=("tools-old.cisco.com", "www-lab.cisco.com")))
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(dns_only=True, expect="look-up only")
    lab.run("sw", ["sh", "-c", f"curl -sS --resolve smartreceiver.cisco.com:443:{CSSM} -d x --cacert "
                               f"{lab.pki.cisco_root().pem} {' '.join(options)} "
                               "https://smartreceiver.cisco.com/licservice/license || true"])


@case("tls-hostname-mismatch-after-handshake", "tls-hostname-mismatch", f"({CERTIFICATE}) || ({BARE_CLOSE}) || "
      f"(tls.record.content_type == 21 && {FROM_SWITCH})", tls="1.2", need=[CERTIFICATE], confidence_at_most="likely",
      how="curl finishes the TLS 1.2 handshake, finds another name in the certificate and closes without a request")
def _(lab):
    curl(lab, "--tls-max", "1.2")


@case("tls-certificate-rejected-after-handshake", "tls-certificate-rejected", f"({SMALL_OUT}) || ({BARE_CLOSE})",
      tls="1.3", confidence_at_most="likely",
      how="the same under TLS 1.3: Finished, one alert-sized record, FIN, no request; the certificate is encrypted")
def _(lab):
    curl(lab)


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


@case("tls-revocation-failed-web-page", "tls-revocation-failed",
      f'(tcp.payload contains "200 OK" && {TO_SWITCH}) || ({ALERT_OUT})', tls="1.2", need=[CERTIFICATE],
      how="a portal answers the CRL fetch with 200 and a web page; the switch drops the handshake with an alert")
def _(lab):
    servers.nginx(lab, "server { listen 203.0.113.90:80; default_type text/html; location / { return 200 '<html>log in</html>'; } }",
                  80, "inet")
    with_crl(lab, CRL, expect="crl is a web page")


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


@case("tls-revocation-failed-bare-close", "tls-revocation-failed",
      f'(tcp.payload contains " 404 " && {TO_SWITCH}) || (tcp.stream == 0 && {BARE_CLOSE})', tls="1.2",
      need=[CERTIFICATE], absent=[ALERT_OUT],
      how="the CRL fetch gets a 404; the switch closes the handshake without any alert")
def _(lab):
    servers.nginx(lab, "server { listen 203.0.113.90:80; location / { return 404; } }", 80, "inet")
    servers.cssm(lab)
    servers.dnsmasq(lab)
    lab.capture()
    lab.switch(tls={"stack": "gnutls", "priority": GNUTLS_12, "crl": CRL, "bare": True, **trust(lab.pki.cisco_root())},
               expect="crl 404")
