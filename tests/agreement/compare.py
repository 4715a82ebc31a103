#!/usr/bin/env python3
"""Compares what slp-pcap and tshark say of the same captures, fact by fact. See README.md."""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import shutil
import sys

import ours
import rules
import tshark
from facts import KINDS

SUFFIXES = {".pcap", ".pcapng", ".cap", ".dmp"}


def main():
    options = arguments()
    if shutil.which("tshark") is None:
        print("tshark is not installed: nothing to compare with")
        return 0
    captures = sorted(path for path in options.captures.rglob("*") if path.suffix in SUFFIXES)
    if options.captures.is_file():
        captures = [options.captures]
    tally = Tally()
    with concurrent.futures.ProcessPoolExecutor(options.jobs, initializer=os.nice, initargs=(5,)) as pool:
        work = [pool.submit(compare, options.tool, capture, options.cache) for capture in captures]
        for capture, job in zip(captures, work):
            name = capture.relative_to(options.captures) if capture != options.captures else capture.name
            tally.add(name, job, options)
    tally.print()
    return 1 if tally.failed() else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("captures", type=pathlib.Path, help="a folder of captures, or one capture")
    parser.add_argument("--tool", default="target/release/slp-pcap", help="slp-pcap (default: %(default)s)")
    parser.add_argument("--cache", type=pathlib.Path, help="folder in which tshark's output is kept")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--explained", action="store_true", help="list also the differences that a rule explains")
    parser.add_argument("--kind", action="append", help="list differences of this kind only (repeatable)")
    return parser.parse_args()


def compare(tool, capture, cache):
    """Each fact that either side has: kind, place, our value, tshark's, and the rules that explain a difference."""
    left, right = ours.read(tool, capture), tshark.read(capture, cache)
    ask_again(left, right, capture, cache)
    found = []
    for kind, place in sorted(left.values.keys() | right.values.keys(), key=str):
        one, other = left.values.get((kind, place)), right.values.get((kind, place))
        reasons = [] if one == other else rules.explain(kind, place, left, right)
        found.append((kind, place, one, other, reasons))
    return found


def ask_again(left, right, capture, cache):
    """tshark goes by ports before it looks at octets: where slp-pcap alone sees TLS or HTTP, it is told the protocol ("Decode
    As"), and what it then says of these connections counts."""
    unseen = {(place, protocol) for kind, place in left.values for protocol, kinds in rules.LAYERS.items()
              if kind in kinds and (kind, place) not in right.values and not right.marked(place, f"above {protocol}")}
    if not unseen:
        return
    again = tshark.read(capture, cache, {(left.connections[place], protocol) for place, protocol in unseen})
    for place, protocol in unseen:
        for kind in rules.LAYERS[protocol]:
            right.put(kind, place, again.values.get((kind, place)))
        right.marks.setdefault(place, set()).update(again.marks.get(place, ()))


class Tally:
    """Counts by kind, and prints them."""

    def __init__(self):
        self.compared = collections.Counter()
        self.agreed = collections.Counter()
        self.explained = collections.Counter()
        self.by_rule = collections.Counter()
        self.captures = 0
        self.broken = []

    def add(self, name, job, options):
        self.captures += 1
        try:
            found = job.result()
        except Exception as error:  # one bad capture must not hide the others
            self.broken.append(f"{name}: {error}")
            return
        for kind, place, one, other, reasons in found:
            self.compared[kind] += 1
            self.agreed[kind] += one == other
            self.explained[kind] += bool(reasons)
            self.by_rule.update((kind, reason) for reason in reasons)
            wanted = not options.kind or kind in options.kind
            if one != other and wanted and (not reasons or options.explained):
                why = "; ".join(sorted(set(reasons))) or "UNEXPLAINED"
                print(f"{kind}\t{name}\t{place}\tours {one}\ttshark {other}\t{why}")

    def unexplained(self, kind):
        return self.compared[kind] - self.agreed[kind] - self.explained[kind]

    def failed(self):
        """Whether a capture could not be read, or more than one fact in a thousand differs without a reason."""
        return bool(self.broken) or any(self.unexplained(kind) * 1000 > self.compared[kind] for kind in KINDS)

    def print(self):
        print("\nexplained by a rule (rules.py, loss.py); of retransmissions and out of order, frames:")
        for (kind, rule), count in sorted(self.by_rule.items(), key=str):
            print(f"{count:>7}  {kind}: {rule}")
        print(f"\n{self.captures} captures, {len(self.broken)} failed")
        print("".join(f"  {line}\n" for line in self.broken), end="")
        print(f"{'fact':<18}{'compared':>10}{'agree':>10}{'explained':>11}{'unexplained':>13}{'agree or explained':>20}{'agree':>9}")
        for kind in KINDS:
            compared, same = max(1, self.compared[kind]), self.agreed[kind]
            print(f"{kind:<18}{self.compared[kind]:>10}{same:>10}{self.explained[kind]:>11}{self.unexplained(kind):>13}"
                  f"{100 - 100 * self.unexplained(kind) / compared:>19.2f}%{100 * same / compared:>8.2f}%")


if __name__ == "__main__":
    sys.exit(main())
