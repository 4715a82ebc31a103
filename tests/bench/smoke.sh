#!/usr/bin/env bash
# Runs every benchmark once, for its answers rather than its times, and the instruction guard.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Installed where that is possible: the guard says so where it is not.
if ! command -v valgrind >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update && apt-get install --yes --no-install-recommends valgrind; } >/dev/null 2>&1 || true
fi
# In the profile of the tests, whose dependencies are there already; each benchmark runs once.
cargo test --locked --quiet --bench stages
if command -v python3 >/dev/null; then
    tests/bench/compare.sh --smoke
else
    echo "compare: skipped, python3 is not installed"
fi
tests/bench/guard.sh
