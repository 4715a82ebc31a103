"""TLS for the switch over a connected socket: OpenSSL (Python's ssl) or GnuTLS (the C library)."""

import ctypes
import ssl
import time

VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1,
            "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Ended(Exception):
    """The attempt is over, for the reason given."""


def wrap(plan, sock, say, fetch_crl):
    stack = plan["tls"].get("stack", "openssl")
    say("tls stack", stack)
    return OpenSsl(plan, sock) if stack == "openssl" else GnuTls(plan, sock, say, fetch_crl)


def openssl_context(plan):
    """The context as the plan wants it, and the name for SNI and verification."""
    want = plan["tls"]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = VERSIONS[want.get("min", "1.2")]
    context.maximum_version = VERSIONS[want.get("max", "1.3")]
    # The switch offers what its configuration says; a distribution's security level must not change that.
    context.set_ciphers(want.get("ciphers", "ECDHE+AESGCM:DHE+AESGCM:ECDHE+AES:AES256-SHA:AES128-SHA")
                        + f":@SECLEVEL={want.get('level', 0)}")
    if want.get("alpn"):
        context.set_alpn_protocols(want["alpn"])
    if want.get("groups"):
        context.set_ecdh_curve(want["groups"])
    if want.get("cert"):
        context.load_cert_chain(want["cert"], want["key"])
    name = want.get("name", plan["name"])
    context.check_hostname = bool(want.get("ca") and name)
    context.verify_mode = ssl.CERT_REQUIRED if want.get("ca") else ssl.CERT_NONE
    if want.get("ca"):
        context.load_verify_locations(want["ca"])
    return context, name if want.get("sni", True) or context.check_hostname else None


class OpenSsl:
    """Options: min, max, ca (file; null: no verification), sni (bool), name (expected, null: no name check),
    ciphers, level (OpenSSL's security level), groups (one curve), alpn, cert, key."""

    def __init__(self, plan, sock):
        context, name = openssl_context(plan)
        try:
            self.stream = context.wrap_socket(sock.dup(), server_hostname=name)
        except OSError as error:
            time.sleep(plan.get("linger", 0))
            sock.close()
            raise Ended(f"tls {type(error).__name__} {error}") from None

    def version(self):
        return self.stream.version()

    def sendall(self, data):
        self.stream.sendall(data)

    def recv(self, size):
        try:
            return self.stream.recv(size)
        except ssl.SSLEOFError:
            return b""

    def close_notify(self):
        """Sends close_notify and does not wait for the peer's."""
        self.stream.settimeout(0)
        try:
            self.stream.unwrap()
        except OSError:
            pass
        self.stream.close()

    def detach_close(self):
        self.stream.close()


class EarlyOpenSsl:
    """OpenSSL over buffers: `hello` is there before the tunnel is, to go out behind CONNECT. Options as above."""

    def __init__(self, plan):
        context, name = openssl_context(plan)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.stream = context.wrap_bio(self.incoming, self.outgoing, server_hostname=name)
        try:
            self.stream.do_handshake()
        except ssl.SSLWantReadError:
            self.hello = self.outgoing.read()

    def start(self, sock):
        self.sock = sock
        try:
            self.run(self.stream.do_handshake)
        except OSError as error:
            raise Ended(f"tls {type(error).__name__} {error}") from None
        return self

    def run(self, step, *arguments):
        """Lets OpenSSL go on until it has done the step; what it wrote is sent, what it wants is read."""
        while True:
            try:
                return step(*arguments)
            except ssl.SSLWantReadError:
                self.flush()
                more = self.sock.recv(4096)
                self.incoming.write(more) if more else self.incoming.write_eof()
            finally:
                self.flush()

    def flush(self):
        if written := self.outgoing.read():
            self.sock.sendall(written)

    def version(self):
        return self.stream.version()

    def sendall(self, data):
        self.run(self.stream.write, data)

    def recv(self, size):
        try:
            return self.run(self.stream.read, size)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return b""

    def close_notify(self):
        try:
            self.stream.unwrap()
        except OSError:
            self.flush()


class GnuTls:
    """Options: priority (GnuTLS string), ca, name, sni, crl (fetch a CRL while the handshake waits), bare (reject
    without an alert), dh_bits (the least it accepts). Verification is GnuTLS's own; its alert is GnuTLS's too."""

    def __init__(self, plan, sock, say, fetch_crl):
        want = plan["tls"]
        self.lib = lib = ctypes.CDLL("libgnutls.so.30")
        self.sock = sock
        self.session, self.credentials = ctypes.c_void_p(), ctypes.c_void_p()
        lib.gnutls_strerror.restype = ctypes.c_char_p
        lib.gnutls_protocol_get_name.restype = ctypes.c_char_p
        lib.gnutls_record_send.restype = lib.gnutls_record_recv.restype = ctypes.c_ssize_t
        lib.gnutls_record_send.argtypes = lib.gnutls_record_recv.argtypes = [
            ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
        lib.gnutls_certificate_allocate_credentials(ctypes.byref(self.credentials))
        if want.get("ca"):
            lib.gnutls_certificate_set_x509_trust_file(self.credentials, str(want["ca"]).encode(), 1)
        if want.get("cert"):
            lib.gnutls_certificate_set_x509_key_file(self.credentials, str(want["cert"]).encode(),
                                                     str(want["key"]).encode(), 1)
        lib.gnutls_init(ctypes.byref(self.session), 2)
        lib.gnutls_priority_set_direct(self.session, want.get("priority", "NORMAL").encode(), None)
        lib.gnutls_credentials_set(self.session, 1, self.credentials)
        if want.get("dh_bits"):
            lib.gnutls_dh_set_prime_bits(self.session, want["dh_bits"])
        name = want.get("name", plan["name"]).encode()
        if want.get("sni", True):
            lib.gnutls_server_name_set(self.session, 1, name, len(name))
        if want.get("crl"):
            kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
            self.callback = kind(lambda _: 0 if fetch_crl(plan) else -1)
            lib.gnutls_certificate_set_verify_function(self.credentials, self.callback)
        elif want.get("ca"):
            lib.gnutls_session_set_verify_cert(self.session, name, 0)
        timeout = sock.gettimeout()
        sock.setblocking(True)
        lib.gnutls_transport_set_int2(self.session, sock.fileno(), sock.fileno())
        lib.gnutls_handshake_set_timeout(self.session, int(timeout * 1000) + 20000)
        lib.gnutls_record_set_timeout(self.session, int(timeout * 1000))
        while (result := lib.gnutls_handshake(self.session)) < 0:
            if lib.gnutls_error_is_fatal(result):
                if not want.get("bare"):
                    lib.gnutls_alert_send_appropriate(self.session, result)
                sock.close()
                raise Ended(f"tls {lib.gnutls_strerror(result).decode()}")

    def version(self):
        return self.lib.gnutls_protocol_get_name(self.lib.gnutls_protocol_get_version(self.session)).decode()

    def sendall(self, data):
        while data:
            sent = self.lib.gnutls_record_send(self.session, data, len(data))
            if sent < 0:
                raise OSError(self.lib.gnutls_strerror(sent).decode())
            data = data[sent:]

    def recv(self, size):
        buffer = ctypes.create_string_buffer(size)
        while True:
            got = self.lib.gnutls_record_recv(self.session, buffer, size)
            if got >= 0:
                return buffer.raw[:got]
            if got == -110:  # the peer closed without close_notify
                return b""
            if self.lib.gnutls_error_is_fatal(got) or got == -319:
                raise OSError(self.lib.gnutls_strerror(got).decode())

    def close_notify(self):
        self.lib.gnutls_bye(self.session, 1)

    def detach_close(self):
        self.sock.close()
