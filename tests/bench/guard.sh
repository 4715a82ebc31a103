#!/usr/bin/env bash
# Guards the work per octet: our instructions on a fixed capture of 5 MB, as a ratio to those of a loop that only slices headers,
# may not exceed guard.txt by more than 5 %. Instructions, not seconds: they repeat on any machine.
#
#     tests/bench/guard.sh            compares
#     tests/bench/guard.sh --accept   writes what is measured to guard.txt, for a commit that says why
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v valgrind >/dev/null; then
    echo "guard: skipped, valgrind is not installed"
    exit 0
fi
cargo build --release --locked --quiet --example bench-tool
tool=target/release/examples/bench-tool
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$tool" write "$folder/5mb.pcap" 5000000

# Instructions that one subcommand of the tool takes on the capture.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$tool" "$1" "$folder/5mb.pcap" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
headers=$(instructions headers)
ours=$(instructions analyze)
ratio=$(awk -v ours="$ours" -v headers="$headers" 'BEGIN { printf "%.2f", ours / headers }')
if [ "${1:-}" = --accept ]; then
    echo "$ratio" >tests/bench/guard.txt
fi
accepted=$(cat tests/bench/guard.txt)
echo "guard: $ours instructions, $ratio times the $headers of a header loop; accepted are $accepted"
awk -v ratio="$ratio" -v accepted="$accepted" 'BEGIN {
    if (ratio < accepted * 0.95) print "guard: better than accepted; tests/bench/guard.sh --accept holds it"
    exit !(ratio <= accepted * 1.05)
}' || { echo "guard: more than 5 % above what is accepted" >&2; exit 1; }
