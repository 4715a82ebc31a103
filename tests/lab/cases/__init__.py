"""One file per stage; importing this package registers every case, in the order of the table in samples/README.md."""

from cases import proxy, dns, tcp, tls, certificates, http, ok, noted, several, inconclusive  # noqa: F401
