"""Certificates of a run, made by GnuTLS's certtool: real chains, right or wrong in one respect."""

import threading
import time

from lab import output

SERVICE = "smartreceiver.cisco.com"
DAY = 86400

# The names that Cisco's cloud uses today (domain.md); the keys are the lab's own.
CISCO_ROOT = 'dn = "C=US,O=IdenTrust,CN=IdenTrust Commercial Root CA 1"'
CISCO_ISSUER = 'dn = "C=US,O=IdenTrust,OU=HydrantID Trusted Certificate Service,CN=HydrantID Server CA O1"'


class Certificate:
    def __init__(self, folder, title):
        self.title = title
        self.key, self.pem, self.chain = folder / f"{title}.key", folder / f"{title}.pem", folder / f"{title}.chain.pem"


class Pki:
    """Makes each certificate once per run, on first use."""

    def __init__(self, folder):
        self.folder, self.lock, self.made = folder, threading.RLock(), {}
        folder.mkdir()

    def make(self, title, dn, signer=None, ca=False, names=(), address=None, start=-30, end=335, extra=(), bits=2048,
             hash="SHA256", purpose=("tls_www_server", "signing_key", "encryption_key")):
        """One certificate; start and end are days from now. Its chain file holds it and its intermediates."""
        with self.lock:
            if title in self.made:
                return self.made[title]
            made = Certificate(self.folder, title)
            template = self.folder / f"{title}.template"
            now = time.time()
            lines = [dn, f"serial = {1000 + len(self.made)}"]
            for key, days in (("activation_date", start), ("expiration_date", end)):
                lines.append(f'{key} = "{time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now + days * DAY))}"')
            lines += [f'dns_name = "{name}"' for name in names]
            lines += [f'ip_address = "{address}"'] if address else []
            lines += ["ca", "cert_signing_key"] if ca else list(purpose)
            template.write_text("\n".join([*lines, *extra]) + "\n")
            output(["certtool", "--generate-privkey", "--key-type", "rsa", "--bits", bits, "--outfile", made.key])
            sign = (["--generate-certificate", "--load-ca-certificate", signer.pem, "--load-ca-privkey", signer.key]
                    if signer else ["--generate-self-signed"])
            output(["certtool", *sign, "--hash", hash, "--load-privkey", made.key, "--template", template,
                    "--outfile", made.pem])
            above = signer.chain.read_text() if signer and signer.chain.exists() and not self.is_root(signer) else ""
            made.chain.write_text(strip(made.pem.read_text()) + above)
            made.root = not signer
            self.made[title] = made
            return made

    @staticmethod
    def is_root(certificate):
        return certificate.root

    # -- the chains -----------------------------------------------------------------------------------------------

    def cisco_root(self):
        return self.make("cisco-root", CISCO_ROOT, ca=True, start=-3000, end=3000)

    def cisco_issuer(self):
        return self.make("cisco-issuer", CISCO_ISSUER, self.cisco_root(), ca=True, start=-1500, end=1500,
                         extra=["path_len = 0"])

    def cssm(self, title="cssm", names=(SERVICE,), **kwargs):
        """A leaf as CSSM shows it, below issuers with the names of Cisco's cloud."""
        return self.make(title, f'dn = "C=US,ST=California,L=San Jose,O=Cisco Systems Inc.,CN={names[0]}"',
                         self.cisco_issuer(), names=names, **kwargs)

    def inspection_ca(self):
        return self.make("inspection-ca", 'dn = "C=KR,O=Example Corp,OU=Security,CN=Example Corp TLS Inspection CA"',
                         ca=True, start=-900, end=900)

    def umbrella_issuer(self):
        """The authority below which Cisco Umbrella makes certificates for what it decrypts or blocks."""
        root = self.make("umbrella-root", 'dn = "O=Cisco,CN=Cisco Umbrella Root CA"', ca=True, start=-3000, end=3000)
        return self.make("umbrella-issuer", 'dn = "C=US,ST=California,L=San Francisco,O=Cisco,CN=Cisco Umbrella Secondary '
                         'SubCA nrt-SG"', root, ca=True, start=-900, end=900)

    def private_root(self):
        return self.make("private-root", 'dn = "O=Cisco,CN=Cisco Licensing Root CA"', ca=True, start=-2000, end=2000)

    def onprem(self, title="onprem", names=("ssm.corp.example",), **kwargs):
        return self.make(title, f'dn = "O=Cisco,OU=SSM On-Prem,CN={names[0]}"', self.private_root(), names=names,
                         **kwargs)

    def other_root(self):
        """A trust store that knows none of the above."""
        return self.make("other-root", 'dn = "C=BM,O=QuoVadis Limited,CN=QuoVadis Root CA 2"', ca=True,
                         start=-3000, end=1500)

    def switch_identity(self, title="switch", **kwargs):
        return self.make(title, 'dn = "O=Cisco,CN=C9300-48P-LAB00000001"', self.private_root(),
                         purpose=["tls_www_client", "signing_key"], **kwargs)


def strip(pem):
    """The PEM block without certtool's text before it."""
    return pem[pem.index("-----BEGIN"):]
