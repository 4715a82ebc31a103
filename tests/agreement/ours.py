"""What slp-pcap says."""

import ipaddress
import json
import subprocess

from facts import Facts, endpoint, places, plain_name


def read(tool, capture):
    run = subprocess.run([tool, "--all", "-f", "json", capture], capture_output=True, check=False)
    if run.returncode not in (0, 1, 3):
        raise RuntimeError(f"exit {run.returncode}: {run.stderr.decode(errors='replace').strip()}")
    return facts(json.loads(run.stdout))


def facts(report):
    found = Facts()
    if all(name.startswith("linktype-") for name in report["capture"]["link_types"]):
        found.mark("capture", "unread link")
    lookups = list(report.get("lookups") or [])
    connections = [attempt for attempt in report["attempts"] if attempt["tcp_stream"] is not None]
    place = places((attempt["tcp_stream"], tuple(sorted(ends(attempt)))) for attempt in connections)
    for attempt in connections:
        take_connection(found, place[attempt["tcp_stream"]], attempt)
    for attempt in report["attempts"]:
        lookups += attempt["dns"]["lookups"]
    for lookup in lookups:
        for query in lookup["queries"]:
            take_query(found, query)
    return found


def ends(attempt):
    """Client and server."""
    return [endpoint(attempt[side]["ip"], attempt[side]["port"]) for side in ("client", "peer")]


def take_connection(found, stream, attempt):
    client, server = ends(attempt)
    found.connections[stream] = attempt["peer"]["port"]
    found.put("stream number", stream, str(attempt["tcp_stream"]))
    tcp, proxy, tls, http = (attempt[key] for key in ("tcp", "proxy", "tls", "http"))
    if tcp["syn_count"]:
        found.put("syn answered", stream, "yes" if tcp["rtt_ms"] is not None else "no")
    if tcp["client_bytes"] + tcp["server_bytes"] > 65_535 * attempt["frames"]:
        found.mark(stream, "longer than IP allows")
    # A connection that is idle after its close and goes on is two attempts with one number.
    for kind in ("retransmissions", "out_of_order"):
        kind, count = kind.replace("_", " "), tcp[kind]
        found.put(kind, stream, found.values.get((kind, stream), 0) + count or None)
    connect = proxy and not (http and http["method"])
    if connect and proxy["target"]:
        found.put("CONNECT target", stream, proxy["target"])
        found.put("CONNECT status", stream, proxy["status"])
    elif connect:
        # The request was not captured: that the answer is to CONNECT is our conclusion, not a fact.
        found.put("HTTP status", stream, proxy["status"])
    elif http:
        found.put("HTTP status", stream, http["status"])
    if tls:
        take_tls(found, stream, tls, client, server)


def take_tls(found, stream, tls, client, server):
    found.put("SNI", stream, tls["server_name"])
    found.put("offered versions", stream, tuple(sorted(tls["offered_versions"])))
    found.put("chosen version", stream, tls["version"])
    found.put("cipher suite", stream, tls["cipher_suite"])
    sender = {"client": client, "server": server}
    alerts = [(sender[a["from"]], a["level"], a["description"]) for a in tls["alerts"] if not a["encrypted"]]
    found.put("alerts", stream, tuple(sorted(alerts)))
    names = [(c["common_name"] or "", c["issuer_common_name"] or "") for c in tls["certificates"]]
    found.put("certificates", stream, tuple(names))


def take_query(found, query):
    if query["rcode"] is None or query["answer_frame"] is None:
        return
    addresses = tuple(sorted(answer for answer in query["answers"] if is_address(answer)))
    found.put("DNS answer", query["answer_frame"], (plain_name(query["name"]), query["type"], query["rcode"], addresses))


def is_address(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
