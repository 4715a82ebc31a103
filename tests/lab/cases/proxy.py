"""Stage proxy: CONNECT and what came of it."""

import servers
from lab import CSSM, DNS, PROXY
from registry import TO_SWITCH, case

VIA = f"{PROXY}:80"


def status(number):
    return f'tcp.payload contains "HTTP/1." && tcp.payload contains " {number} " && {TO_SWITCH}'


@case("proxy-forbidden-squid", "proxy-forbidden", status(403), path="proxy",
      how="squid denies CONNECT to smartreceiver.cisco.com by an ACL (ERR_ACCESS_DENIED)")
def _(lab):
    servers.dnsmasq(lab)
    servers.squid(lab, ["http_access deny all"])
    lab.capture()
    lab.switch(proxy=VIA, expect="proxy 403")
