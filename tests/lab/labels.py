"""What a capture must and must not hold to deserve its code: a coarse second look at each label, by tshark."""

from registry import FROM_SWITCH, TO_SWITCH

SYN = f"tcp.flags.syn == 1 && tcp.flags.ack == 0 && {FROM_SWITCH}"
SYN_ACK = f"tcp.flags.syn == 1 && tcp.flags.ack == 1 && {TO_SWITCH}"
RST_IN = f"tcp.flags.reset == 1 && {TO_SWITCH}"
FIN_IN = f"tcp.flags.fin == 1 && {TO_SWITCH}"
HELLO = f"tls.handshake.type == 1 && {FROM_SWITCH}"
APP_OUT = f"tls.record.content_type == 23 && {FROM_SWITCH}"
ALERT_IN = f"tls.alert_message.level == 2 && {TO_SWITCH}"
ALERT_OUT = f"tls.alert_message.level == 2 && {FROM_SWITCH}"
CONNECT = 'tcp.payload contains "CONNECT "'
STATUS = 'tcp.payload contains "HTTP/1."'
ANSWER_2XX = f'tcp.payload contains " 200 " && {TO_SWITCH}'
DNS_REPLY = f"dns.flags.response == 1 && {TO_SWITCH}"
DNS_QUERY = f"dns.flags.response == 0 && {FROM_SWITCH}"
ALERTS_OUT = f"tls.alert_message.desc in {{42..46, 48}} && {FROM_SWITCH}"


def alert(number, where=ALERT_IN):
    return f"{where} && tls.alert_message.desc == {number}"


def proxy_status(number):
    return f'tcp.payload contains "HTTP/1." && tcp.payload contains " {number} " && {TO_SWITCH}'


# code: (filters that must match, filters that must not)
CHECKS = {
    "dns-timeout": ([DNS_QUERY], [SYN]),
    "dns-nxdomain": ([f"{DNS_REPLY} && dns.flags.rcode == 3"], [SYN]),
    "dns-refused": ([f"{DNS_REPLY} && dns.flags.rcode == 5"], [SYN]),
    "dns-server-failure": ([f"{DNS_REPLY} && !(dns.flags.rcode in {{0, 3, 5}})"], [SYN]),
    "dns-no-address": ([f"{DNS_REPLY} && dns.flags.rcode == 0"], [SYN, "dns.a"]),
    "dns-unreachable": ([f"icmp && {TO_SWITCH}"], [SYN, DNS_REPLY]),
    "dns-sinkholed": ([DNS_REPLY], [APP_OUT]),
    "arp-unresolved": ([], [f"ip && {FROM_SWITCH}", "arp.opcode == 2"]),
    "tcp-syn-timeout": ([SYN], [SYN_ACK, RST_IN, f"icmp && {TO_SWITCH}"]),
    "tcp-syn-refused": ([SYN, RST_IN], [SYN_ACK]),
    "tcp-syn-rejected": ([SYN, f"(icmp || icmpv6.type in {{1, 3}}) && {TO_SWITCH}"], [SYN_ACK, RST_IN]),
    "tcp-synack-unanswered": ([SYN_ACK], [f"tcp.len > 0 && {FROM_SWITCH}"]),
    "tcp-reset": ([SYN_ACK, RST_IN], ["tcp.len > 0"]),
    "tcp-closed": ([SYN_ACK, FIN_IN], [f"tcp.len > 0 && {TO_SWITCH}"]),
    "tcp-mtu-blackhole": ([SYN_ACK], []),
    "proxy-auth-required": ([CONNECT, proxy_status(407)], [ANSWER_2XX, HELLO]),
    "proxy-forbidden": ([CONNECT, 'tcp.payload contains " 403 " || tcp.payload contains " 451 "'], [ANSWER_2XX, HELLO]),
    "proxy-upstream-failure": ([CONNECT, STATUS], [ANSWER_2XX, HELLO]),
    "proxy-redirected": ([CONNECT, 'tcp.payload contains " 302 " || tcp.payload contains " 307 "'], [ANSWER_2XX, HELLO]),
    "proxy-refused": ([CONNECT, STATUS], [ANSWER_2XX, HELLO]),
    "proxy-not-http": ([CONNECT], [f"{STATUS} && {TO_SWITCH}"]),
    "proxy-timeout": ([CONNECT], [f'{STATUS} && {TO_SWITCH} && !(tcp.payload contains " 100 ")', RST_IN]),
    "proxy-reset": ([CONNECT, RST_IN], [f"{STATUS} && {TO_SWITCH}"]),
    "proxy-closed": ([CONNECT, FIN_IN], [f"{STATUS} && {TO_SWITCH}"]),
    "tls-version-rejected": ([HELLO, "tls.alert_message.desc == 70"], []),
    "tls-handshake-rejected": ([HELLO, f"{ALERT_IN} && tls.alert_message.desc in {{40, 71}}"],
                               ["tls.handshake.type == 13"]),
    "tls-name-rejected": ([HELLO, alert(112)], []),
    "tls-client-certificate-required": ([HELLO], []),
    "tls-server-alert": ([HELLO, ALERT_IN], []),
    "tls-certificate-expired": ([HELLO], []),
    "tls-certificate-not-yet-valid": ([HELLO], []),
    "tls-hostname-mismatch": ([HELLO], []),
    "tls-intercepted": ([HELLO], []),
    "tls-untrusted-ca": ([HELLO], []),
    "tls-certificate-rejected": ([HELLO], []),
    "tls-revocation-failed": ([HELLO], []),
    "tls-client-alert": ([HELLO, ALERT_OUT], [ALERTS_OUT]),
    "tls-plaintext-reply": ([], ["tls.handshake.type == 2"]),
    "tls-timeout": ([HELLO], [RST_IN, ALERT_IN]),
    "tls-reset": ([HELLO, RST_IN], [ALERT_IN]),
    "tls-closed": ([HELLO], [ALERT_IN]),
    "http-timeout": ([], []),
    "http-reset": ([RST_IN], []),
    "http-closed": ([FIN_IN], []),
    "http-error-status": ([STATUS], []),
    "http-licensing-error": ([ANSWER_2XX], []),
    "http-unusable-answer": ([ANSWER_2XX], []),
}


def checks(code):
    return CHECKS.get(code, ([], []))
