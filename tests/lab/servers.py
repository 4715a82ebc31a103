"""The real servers of the lab. Each function writes a configuration, starts the program and waits until it listens."""

import json
import shutil
import sys

from lab import CSSM, DNS, HERE, ONPREM, PROXY, WWW

SERVICE = "smartreceiver.cisco.com"
RECORDS = {SERVICE: CSSM, "tools.cisco.com": "203.0.113.81", "www.cisco.com": WWW, "proxy.corp.example": PROXY,
           "ssm.corp.example": ONPREM, "cslu-local": ONPREM, "portal.corp.example": PROXY}


# -- name servers -------------------------------------------------------------------------------------------------

def dnsmasq(lab, records=None, extra=(), address=DNS, name="dc", default=True):
    """dnsmasq that knows the lab's names; what it does not know it answers as `extra` says (REFUSED by default)."""
    table = {**(RECORDS if default else {}), **(records or {})}
    lines = [f"host-record={host},{value}" for host, value in table.items() if value]
    conf = lab.work / f"dnsmasq-{address}.conf"
    conf.write_text("\n".join([
        "keep-in-foreground", "no-resolv", "no-hosts", "no-poll", "user=root", "pid-file=", "bind-interfaces",
        f"listen-address={address}", "log-facility=-", "port=53", *lines, *extra]) + "\n")
    process = lab.start(name, ["dnsmasq", "-C", conf], f"dnsmasq-{address}")
    lab.wait_port(process, name, 53, "udp")
    return process


def unbound(lab, lines=(), address=DNS, name="dc", zones=()):
    conf = lab.work / f"unbound-{address}.conf"
    conf.write_text("\n".join([
        "server:", f"  interface: {address}", '  username: ""', '  chroot: ""', f'  directory: "{lab.work}"',
        '  pidfile: ""', "  do-daemonize: no", "  use-syslog: no", "  verbosity: 1", "  num-threads: 1",
        '  module-config: "iterator"', "  do-ip6: no", "  access-control: 0.0.0.0/0 allow",
        "  do-not-query-localhost: no",
        *(f"  {line}" for line in lines), *zones]) + "\n")
    process = lab.start(name, ["unbound", "-d", "-p", "-c", conf], f"unbound-{address}")
    lab.wait_port(process, name, 53, "udp")
    return process


def bind(lab, zone, address=DNS, name="dc", options=()):
    """named, authoritative for cisco.com with the given zone text."""
    folder = lab.work / "bind"
    folder.mkdir()
    (folder / "zone").write_text("$TTL 300\n@ IN SOA ns.cisco.com. admin.cisco.com. 1 3600 600 86400 60\n"
                                 f"@ IN NS ns.cisco.com.\nns IN A {address}\n{zone}\n")
    conf = folder / "named.conf"
    conf.write_text("options {\n" + f'  directory "{folder}"; listen-on {{ {address}; }}; listen-on-v6 {{ none; }};\n'
                    "  recursion no; dnssec-validation no; pid-file none; session-keyfile none;\n"
                    + "".join(f"  {line}\n" for line in options)
                    + "};\ncontrols { };\n" + f'zone "cisco.com" {{ type primary; file "{folder}/zone"; }};\n')
    process = lab.start(name, ["named", "-g", "-n", "1", "-c", conf], "named")
    lab.wait_port(process, name, 53, "udp")
    return process


# -- proxies ------------------------------------------------------------------------------------------------------

def squid(lab, rules=("http_access allow all",), port=80, name="proxy", listen=None, extra=()):
    """squid 5 as the site's proxy; `rules` decide."""
    folder = lab.work / "squid"
    folder.mkdir()
    shutil.chown(folder, "proxy", "proxy")
    conf = folder / "squid.conf"
    conf.write_text("\n".join([
        *extra, listen or f"http_port {PROXY}:{port}", "acl CONNECT method CONNECT", "acl SSL_ports port 443",
        *rules, "cache deny all", "cache_mem 8 MB", "memory_pools off", "shutdown_lifetime 0 seconds",
        f"dns_nameservers {DNS}", "pinger_enable off",
        "visible_hostname proxy.corp.example", f"pid_filename {folder}/pid", "access_log none",
        f"cache_log {folder}/cache.log", f"coredump_dir {folder}", "max_filedescriptors 256",
        "netdb_filename none"]) + "\n")
    process = lab.start(name, ["squid", "-N", "-f", conf, "-n", f"lab{lab.prefix}"], "squid")
    lab.wait_port(process, name, port)
    return process


def tinyproxy(lab, rules=(), port=8080, name="proxy"):
    conf = lab.work / "tinyproxy.conf"
    conf.write_text("\n".join([f"Port {port}", f"Listen {PROXY}", "Timeout 60", "MaxClients 10", "LogLevel Error",
                               "ConnectPort 443", *rules]) + "\n")
    resolv = lab.work / "resolv.conf"
    resolv.write_text(f"nameserver {DNS}\n")
    process = lab.start(name, with_resolver(resolv, "tinyproxy", "-d", "-c", conf), "tinyproxy")
    lab.wait_port(process, name, port)
    return process


def with_resolver(resolv, *argv):
    """The command in a mount namespace of its own, where /etc/resolv.conf names the lab's server."""
    return ["unshare", "--mount", "sh", "-c", f'mount --bind {resolv} "$(readlink -f /etc/resolv.conf)" && exec "$@"',
            "sh", *argv]


def privoxy(lab, actions="", port=8118, name="proxy"):
    folder = lab.work / "privoxy"
    folder.mkdir()
    (folder / "user.action").write_text(actions + "\n")
    (folder / "resolv.conf").write_text(f"nameserver {DNS}\n")
    conf = folder / "config"
    conf.write_text(f"confdir {folder}\nlogdir {folder}\nlogfile log\nactionsfile user.action\n"
                    f"templdir /etc/privoxy/templates\nlisten-address {PROXY}:{port}\ntoggle 1\n")
    process = lab.start(name, with_resolver(folder / "resolv.conf", "privoxy", "--no-daemon", conf), "privoxy")
    lab.wait_port(process, name, port)
    return process


def apache(lab, lines, port=8080, name="proxy", address=PROXY, modules=()):
    folder = lab.work / "apache"
    folder.mkdir()
    (folder / "resolv.conf").write_text(f"nameserver {DNS}\n")
    every = ["mpm_event", "authz_core", "authz_host", *modules]
    conf = folder / "apache.conf"
    conf.write_text("\n".join([
        *(f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so" for m in every),
        f"ServerRoot {folder}", f"PidFile {folder}/pid", f"ErrorLog {folder}/error.log", f"Listen {address}:{port}",
        "ServerName proxy.corp.example", f"DefaultRuntimeDir {folder}", "User www-data", "Group www-data",
        "StartServers 1", "ThreadsPerChild 4", "MaxRequestWorkers 4", "ServerLimit 1", *lines]) + "\n")
    process = lab.start(name, with_resolver(folder / "resolv.conf", "apache2", "-DFOREGROUND", "-f", conf), "apache")
    lab.wait_port(process, name, port)
    return process


def haproxy(lab, sections, port, name, title="haproxy"):
    conf = lab.work / f"{title}.cfg"
    conf.write_text("global\n  maxconn 100\n  tune.ssl.default-dh-param 2048\ndefaults\n  timeout connect 2s\n"
                    "  timeout client 60s\n  timeout server 60s\n  retries 1\n" + sections + "\n")
    process = lab.start(name, ["haproxy", "-db", "-f", conf], title)
    lab.wait_port(process, name, port)
    return process


def ncat(lab, *args, port, name="proxy"):
    process = lab.start(name, ["ncat", "-l", "-k", *args, port], "ncat")
    lab.wait_port(process, name, port)
    return process


# -- the services -------------------------------------------------------------------------------------------------

def licensing_answer(status="OK", message="", **more):
    """What CSLU, On-Prem and CSSM answer."""
    inner = {"header": {"version": "1.3", "locale": "en_US.UTF-8", "timestamp": 1700000001, "nonce": "7",
                        "request_type": "ID_TOKEN_TRUST", "product_instance_identifier": "", "agent_actions": None},
             "status_code": status, "status_message": message, "retry_time_seconds": 0, "response_data": "", **more}
    return json.dumps({"signature": {"type": "SHA256", "key": "59152896", "value": "LAB" * 40},
                       "response": json.dumps(inner), "sch_response": None})


def nginx(lab, server, port, name, title="nginx", http=""):
    """nginx with the given server block(s)."""
    folder = lab.work / title
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(f"daemon off; master_process off; pid {folder}/pid; error_log stderr;\n"
                    "events { worker_connections 64; }\n"
                    "http {\n  access_log off; server_names_hash_bucket_size 128; default_type text/html;\n"
                    + "".join(f"  {kind}_temp_path {folder}/{kind};\n"
                              for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
                    + http + server + "\n}\n")
    process = lab.start(name, ["nginx", "-e", "stderr", "-p", folder, "-c", conf], title)
    lab.wait_port(process, name, port)
    return process


def returns(status, body="", kind="application/json"):
    """An nginx location body that answers any method with this."""
    quoted = body.replace("\\", "\\\\").replace("'", "\\'")
    return f"location / {{ default_type {kind}; return {status} '{quoted}'; }}"


def cssm(lab, certificate=None, body=None, tls="TLSv1.2 TLSv1.3", location=None, listen=f"{CSSM}:443", name="inet",
         extra="", port=443):
    """CSSM by Smart Transport: nginx with a chain that looks like the cloud's."""
    certificate = certificate or lab.pki.cssm()
    location = location or returns(200, body or licensing_answer())
    return nginx(lab, f"server {{ listen {listen} ssl; ssl_certificate {certificate.chain}; "
                      f"ssl_certificate_key {certificate.key}; ssl_protocols {tls}; {extra} {location} }}", port, name,
                 title="nginx-cssm")


def cslu(lab, location=None, port=8182):
    """CSLU: plain HTTP."""
    return nginx(lab, f"server {{ listen {ONPREM}:{port}; {location or returns(200, licensing_answer())} }}", port,
                 "dc", title="nginx-cslu")


def idle_cslu(lab, seconds, port=8182):
    """A CSLU that keeps its connections and ends an idle one with 408 after some seconds."""
    process = lab.start("dc", [sys.executable, "-B", HERE / "idle_server.py", ONPREM, port, seconds, licensing_answer()],
                        "idle-cslu")
    lab.wait_port(process, "dc", port)
    return process


def s_server(lab, *args, certificate=None, port=443, name="inet", address=CSSM):
    """openssl s_server: a TLS server that reads and, without -www, never answers."""
    certificate = certificate or lab.pki.cssm()
    process = lab.start(name, ["openssl", "s_server", "-accept", f"{address}:{port}", "-cert", certificate.pem,
                               "-cert_chain", certificate.chain, "-key", certificate.key, *args], "s_server")
    lab.wait_port(process, name, port)
    return process


def gnutls_serv(lab, *args, certificate=None, port=443, name="inet", http=True):
    certificate = certificate or lab.pki.cssm()
    process = lab.start(name, ["gnutls-serv", *(["--http"] if http else ["--echo"]), "--port", port,
                               "--x509certfile", certificate.chain, "--x509keyfile", certificate.key, *args],
                        "gnutls-serv")
    lab.wait_port(process, name, port)
    return process
