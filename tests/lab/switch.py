"""The client: acts as the switch's licensing agent does, one attempt per run, on real sockets.

Called by lab.py inside the switch's namespace with a plan as JSON; prints one line per step. Fields of a plan:

name, port      the service (smartreceiver.cisco.com, 443)
address         connect here, no look-up of the service's name
dns             name servers, in turn; search: domains to append; dns_tries, dns_timeout; qtypes
dns_only        stop after the look-up
proxy           "host:port": CONNECT through it (a name is looked up); absolute: no CONNECT, absolute-form request
resolve_first   look the service's name up although a proxy is set
credentials     [None or "user:password", ...]: one CONNECT per item on one connection, the next after a 407
new_connection  a 407 is answered on a new connection instead
both_families   look up AAAA and A, try each address
agent           User-Agent, for a host that is no switch
connect_timeout, timeout, source_port, mss, window, receive_buffer (octets)
early_hello     OpenSSL's ClientHello follows CONNECT at once, in the same segment
tls             null for plain HTTP, or {stack: openssl|gnutls, min, max, ca, sni, name, ciphers, groups, priority,
                cert, key, crl: {...}}: see tls_openssl and tls_gnutls
request         {path, body, method, headers, half}; null: send nothing
requests        how often the request is sent on the connection (default 1); pause between them
stay            seconds to keep the connection and read from it behind the last answer
two_writes      head and body of a request in writes of their own
read_pause      seconds between a request and the first look at its answer
connect_pause   seconds between TCP's handshake and the first byte; first_pause: ... and TLS or the request
linger          seconds between a failed OpenSSL handshake and the close
wait            seconds to stay connected, silent, when there is no request
close           fin (default), rst, or none (leave the process with the socket open for `wait` seconds)
"""

import base64
import json
import os
import random
import socket
import struct
import sys
import time

import tls_clients
from tls_clients import Ended

TCP_WINDOW_CLAMP = 10
LICENSE_PATH = "/licservice/license"


def say(*words):
    print(*words, flush=True)


# -- DNS ----------------------------------------------------------------------------------------------------------

TYPES = {"A": 1, "AAAA": 28}


def question(name, qtype, ident):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.rstrip(".").split("."))
    return struct.pack("!6H", ident, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", TYPES[qtype], 1)


def skip_name(message, at):
    while message[at]:
        if message[at] >= 0xC0:
            return at + 2
        at += message[at] + 1
    return at + 1


def answers(message):
    """(rcode, truncated, addresses) of a response."""
    _, flags, questions, records, _, _ = struct.unpack("!6H", message[:12])
    at, found = 12, []
    for _ in range(questions):
        at = skip_name(message, at) + 4
    for _ in range(records):
        at = skip_name(message, at)
        rtype, _, _, length = struct.unpack("!2HIH", message[at:at + 10])
        data = message[at + 10:at + 10 + length]
        at += 10 + length
        if rtype in (1, 28):
            found.append(socket.inet_ntop(socket.AF_INET if rtype == 1 else socket.AF_INET6, data))
    return flags & 15, bool(flags & 0x0200), found


def ask(server, name, qtype, timeout, tries):
    """One server, one name: the same query up to `tries` times from one port, as IOS does."""
    query = question(name, qtype, random.randrange(1, 65536))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect((server, 53))
        for _ in range(tries):
            try:
                sock.send(query)
                reply = sock.recv(4096)
            except OSError as error:
                say("dns", server, name, qtype, type(error).__name__)
                if isinstance(error, TimeoutError):
                    continue
                return None
            rcode, truncated, found = answers(reply)
            say("dns", server, name, qtype, "rcode", rcode, *found)
            return ask_over_tcp(server, query, timeout) if truncated else (rcode, found)
    return None


def ask_over_tcp(server, query, timeout):
    try:
        with socket.create_connection((server, 53), timeout) as sock:
            sock.sendall(struct.pack("!H", len(query)) + query)
            size = struct.unpack("!H", receive(sock, 2))[0]
            rcode, _, found = answers(receive(sock, size))
            say("dns over tcp", server, "rcode", rcode, *found)
            return rcode, found
    except OSError as error:
        say("dns over tcp", server, type(error).__name__)
        return None


def receive(sock, count):
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise ConnectionError("closed")
        data += more
    return data


def resolve(plan, name):
    """Every server in turn, then the name with each search domain. A list of addresses or the end."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in name else socket.AF_INET, name)
        return [name]
    except OSError:
        pass
    for full in [name] + [f"{name}.{domain}" for domain in plan.get("search", [])]:
        for qtype in plan.get("qtypes", ["A"]):
            for server in plan["dns"]:
                got = ask(server, full, qtype, plan.get("dns_timeout", 3), plan.get("dns_tries", 3))
                if got and got[1]:
                    return got[1]
                if got and got[0] in (0, 3):
                    break
    raise Ended(f"unresolved {name}")


# -- TCP ----------------------------------------------------------------------------------------------------------

def connect(plan, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_WINDOW_CLAMP, plan.get("window", 4128))
    if plan.get("mss", 536):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, plan.get("mss", 536))
    if plan.get("receive_buffer"):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, plan["receive_buffer"])
    if plan.get("source_port"):
        sock.bind(("", plan["source_port"]))
    sock.settimeout(plan.get("connect_timeout", 8))
    try:
        sock.connect((address, port))
    except OSError as error:
        sock.close()
        raise Ended(f"connect {address} {port} {type(error).__name__} {error}") from None
    say("connected", address, port)
    sock.settimeout(plan.get("timeout", 8))
    time.sleep(plan.get("connect_pause", 0))
    return sock


def close(sock, how="fin"):
    if how == "rst" and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def read_head(sock, what):
    """Bytes up to the end of an HTTP head; the end if they do not come or are no HTTP."""
    head = b""
    while b"\r\n\r\n" not in head:
        try:
            more = sock.recv(4096)
        except OSError as error:
            raise Ended(f"{what} {type(error).__name__} {head[:80]!r}") from None
        if not more:
            raise Ended(f"{what} closed {head[:80]!r}")
        head += more
        if not b"HTTP/".startswith(head[:5]):
            raise Ended(f"{what} no HTTP {head[:40]!r}")
    return head


def status_of(head):
    return int(head.split(None, 2)[1])


# -- proxy --------------------------------------------------------------------------------------------------------

def connect_request(plan, credentials):
    target = f"{plan['name']}:{plan['port']}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", f"User-Agent: {plan.get('agent', 'cisco-IOS')}"]
    if credentials:
        lines.append("Proxy-Authorization: Basic " + base64.b64encode(credentials.encode()).decode())
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def drain(sock, head):
    """The body that a refusal carries, by its Content-Length, so the connection can be used again."""
    at = head.lower().find(b"content-length:")
    size = int(head[at + 15:].split(b"\r\n", 1)[0]) if at >= 0 else 0
    body = head.split(b"\r\n\r\n", 1)[1]
    while len(body) < size:
        more = sock.recv(4096)
        if not more:
            return
        body += more


def open_tunnel(plan, sock, reconnect, early):
    for number, credentials in enumerate(plan.get("credentials", [None])):
        if number:
            if plan.get("new_connection"):
                close(sock)
                sock = reconnect()
            time.sleep(plan.get("login_pause", 0))
        try:
            sock.sendall(connect_request(plan, credentials) + (early.hello if early else b""))
        except OSError as error:
            raise Ended(f"proxy {type(error).__name__}") from None
        head = read_head(sock, "proxy")
        say("proxy", status_of(head))
        while status_of(head) // 100 == 1:
            head = read_head(sock, "proxy")
            say("proxy", status_of(head))
        if status_of(head) // 100 == 2:
            if early:
                early.incoming.write(head.split(b"\r\n\r\n", 1)[1])
            return sock
        drain(sock, head)
        if status_of(head) != 407:
            break
    close(sock, plan.get("close_refused", "fin"))
    raise Ended("proxy refused")


# -- HTTP ---------------------------------------------------------------------------------------------------------

def licensing_body():
    """A trust request the size of a real one; token and serial number are made up."""
    udi = {"udi_pid": "C9300-48P", "udi_serial_number": "LAB00000001"}
    inner = {"header": {"request_type": "ID_TOKEN_TRUST", "sudi": udi, "version": "1.3", "locale": "en_US.UTF-8",
                        "signing_cert_serial_number": "3", "id_cert_serial_number": "5555"},
             "request_data": json.dumps({"token": "LAB-TOKEN", "sudi": udi, "timestamp": 1700000000, "nonce": "7",
                                         "csr": "Q" * 600})}
    return json.dumps({"request": json.dumps({**inner, "connect_info": {
        "name": "C_agent", "version": "5.0.9_rel/41", "production": True,
        "capabilities": ["UTILITY", "DLC", "AppHA", "MULTITIER", "EXPORT_2", "OK_TRY_AGAIN", "POLICY_USAGE"]}}),
        "signature": {"type": "SHA256", "key": "0", "value": "UNSIGNED"}})


def http_request(plan):
    want = plan["request"]
    body = want.get("body")
    body = (licensing_body() if body is None else body).encode()
    path, host = want.get("path", LICENSE_PATH), plan["name"]
    if plan["port"] not in (80, 443):
        host += f":{plan['port']}"
    if plan.get("absolute"):
        path = f"http://{host}{path}"
    method = want.get("method", "POST")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"User-Agent: {plan.get('agent', 'cisco-IOS')}", "Accept: */*",
             "Content-Type: application/json"] + want.get("headers", [])
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body if method == "POST" else b"")


def exchange(plan, stream):
    try:
        head, body = http_request(plan).split(b"\r\n\r\n", 1)
        for piece in [head + b"\r\n\r\n", body] if plan.get("two_writes") else [head + b"\r\n\r\n" + body]:
            stream.sendall(piece)
        say("request sent")
        time.sleep(plan.get("read_pause", 0))
        head = b""
        while b"\r\n\r\n" not in head:
            more = stream.recv(4096)
            if not more:
                raise Ended(f"http closed {head[:60]!r}")
            head += more
        say("http", status_of(head), head.split(b"\r\n", 1)[0].decode(errors="replace"))
        drain(stream, head)
    except OSError as error:
        raise Ended(f"http {type(error).__name__} {error}") from None


def stay(plan, stream):
    """Reads what comes behind the last answer until the peer closes or the time is over."""
    until = time.monotonic() + plan.get("stay", 0)
    while (left := until - time.monotonic()) > 0:
        stream.settimeout(left)
        try:
            more = stream.recv(4096)
        except TimeoutError:
            return
        if not more:
            return say("closed by the peer")
        say("afterwards", more.split(b"\r\n", 1)[0].decode(errors="replace"))


def reach_either(plan):
    """AAAA and A first, then a connection to each address until one succeeds."""
    addresses = resolve({**plan, "qtypes": ["AAAA"]}, plan["name"]) + resolve({**plan, "qtypes": ["A"]}, plan["name"])
    for address in addresses:
        try:
            return connect(plan, address, plan["port"])
        except Ended as end:
            say(end)
    raise Ended("no address can be reached")


# -- the attempt --------------------------------------------------------------------------------------------------

def attempt(plan):
    def reach():
        if plan.get("proxy"):
            host, port = plan["proxy"].rsplit(":", 1)
            if plan.get("resolve_first"):
                try:
                    resolve(plan, plan["name"])
                except Ended as end:
                    say(end)
            return connect(plan, resolve(plan, host)[0], int(port))
        if plan.get("both_families"):
            return reach_either(plan)
        address = plan.get("address") or resolve(plan, plan["name"])[0]
        if plan.get("dns_only"):
            raise Ended("look-up only")
        return connect(plan, address, plan["port"])

    early = tls_clients.EarlyOpenSsl(plan) if plan.get("early_hello") else None
    sock = reach()
    if plan.get("proxy") and not plan.get("absolute"):
        try:
            sock = open_tunnel(plan, sock, reach, early)
        except Ended as end:
            linger(plan)
            close(sock, plan.get("close", "fin"))
            raise end
    stream = sock
    time.sleep(plan.get("first_pause", 0))
    try:
        if plan.get("tls") is not None:
            stream = early.start(sock) if early else tls_clients.wrap(plan, sock, say, fetch_crl)
            say("tls", stream.version())
        if plan.get("request") is None:
            time.sleep(plan.get("wait", 0))
        else:
            for number in range(plan.get("requests", 1)):
                if number:
                    time.sleep(plan.get("pause", 0))
                exchange(plan, stream)
            stay(plan, stream)
            if plan.get("tls") is not None and not plan.get("no_close_notify"):
                stream.close_notify()
    finally:
        linger(plan)
        close(sock, plan.get("close", "fin"))
        if plan.get("close") == "rst" and stream is not sock:
            stream.detach_close()


def linger(plan):
    if plan.get("close") == "none":
        time.sleep(plan.get("wait", 0))
        os._exit(0)


def fetch_crl(plan):
    """The switch's own CRL fetch in the middle of a handshake; true if it got one."""
    crl = plan["tls"]["crl"]
    try:
        address = crl.get("address") or resolve({**plan, **crl}, crl["host"])[0]
        sock = connect({**plan, "connect_timeout": crl.get("connect_timeout", 5), "source_port": None}, address, 80)
        sock.sendall(f"GET {crl['path']} HTTP/1.0\r\nHost: {crl['host']}\r\n"
                     "User-Agent: Mozilla/4.0 (compatible; MSIE 5.0; Cisco PKI)\r\n\r\n".encode())
        head = read_head(sock, "crl")
        say("crl", status_of(head))
        drain(sock, head)
        close(sock)
        if b"text/html" in head:
            say("crl is a web page")
            return False
        return status_of(head) == 200
    except Ended as end:
        say("crl", end)
        return False


def main():
    plan = json.loads(sys.argv[1])
    plan.setdefault("name", "smartreceiver.cisco.com")
    plan.setdefault("port", 443)
    plan.setdefault("request", {})
    try:
        attempt(plan)
        say("done")
    except Ended as end:
        say(end)


if __name__ == "__main__":
    main()
