#!/usr/bin/env bash
# slp-pcap beside cat, tshark and tcptrace on one large capture, as a Markdown table. What is not installed is left out.
#
#     tests/bench/compare.sh                     500 MB, made with ../shared/bench/make_big_pcap.py
#     tests/bench/compare.sh --capture big.pcap  one that is there, with its big.pcap.truth.json
#     tests/bench/compare.sh --large             the 5 GB row too
#     tests/bench/compare.sh --smoke             a small one, once: only the answers count
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 tests/bench/compare.py "$@"
