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
from facts import COUNTED_OTHERWISE, KINDS

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
    with concurrent.futures.ProcessPoolExecutor(options.jobs, initializer=os.nice, initargs=(10,)) as pool:
        work = [pool.submit(compare, options.tool, capture, options.cache) for capture in captures]
        for capture, job in zip(captures, work):
            name = capture.relative_to(options.captures) if capture != options.captures else capture.name
            tally.add(name, job, options)
    tally.print()
    return 1 if tally.broken else 0


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
    """Each fact that either side has: kind, place, our value, tshark's, and the rule that explains a difference."""
    left, right = ours.read(tool, capture), tshark.read(capture, cache)
    found = []
    for kind, place in sorted(left.values.keys() | right.values.keys(), key=str):
        one, other = left.values.get((kind, place)), right.values.get((kind, place))
        rule = None if one == other else rules.explain(kind, place, left, right)
        found.append((kind, place, one, other, rule))
    return found


class Tally:
    """Counts by kind, and prints them."""

    def __init__(self):
        self.compared = collections.Counter()
        self.agreed = collections.Counter()
        self.explained = collections.Counter()
        self.by_rule = collections.Counter()
        self.sums = collections.defaultdict(lambda: [0, 0])
        self.captures = 0
        self.broken = []

    def add(self, name, job, options):
        self.captures += 1
        try:
            found = job.result()
        except Exception as error:  # one bad capture must not hide the others
            self.broken.append(f"{name}: {error}")
            return
        for kind, place, one, other, rule in found:
            self.compared[kind] += 1
            self.agreed[kind] += one == other
            self.explained[kind] += rule is not None
            self.by_rule[kind, rule] += rule is not None
            if kind in COUNTED_OTHERWISE:
                self.sums[kind][0] += one or 0
                self.sums[kind][1] += other or 0
            wanted = not options.kind or kind in options.kind
            if one != other and wanted and (rule is None or options.explained):
                print(f"{kind}\t{name}\t{place}\tours {one}\ttshark {other}\t{rule or 'UNEXPLAINED'}")

    def print(self):
        print(f"\n{self.captures} captures, {len(self.broken)} failed")
        print("".join(f"  {line}\n" for line in self.broken), end="")
        print(f"{'fact':<18}{'compared':>10}{'agreed':>10}{'explained':>11}{'different':>11}{'agreed':>10}")
        for kind in KINDS:
            self.print_kind(kind)
        print("\nexplained by a rule (rules.py):")
        for (kind, rule), count in sorted(self.by_rule.items(), key=str):
            if count:
                print(f"{count:>7}  {kind}: {rule}")

    def print_kind(self, kind):
        compared, agreed, explained = self.compared[kind], self.agreed[kind], self.explained[kind]
        share = 100 * agreed / max(1, compared - explained)
        line = f"{kind:<18}{compared:>10}{agreed:>10}{explained:>11}{compared - agreed - explained:>11}{share:>9.2f}%"
        if kind in COUNTED_OTHERWISE:
            line += f"   in all: ours {self.sums[kind][0]}, tshark {self.sums[kind][1]}"
        print(line)


if __name__ == "__main__":
    sys.exit(main())
