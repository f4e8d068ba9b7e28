#!/bin/bash
# fuzz.sh SECONDS - every fuzz target from its kept corpus for so long, four a
# core at a time. New inputs stay in build/fuzz/corpus; what crashes is named and kept.
set -euo pipefail
seconds=${1:?fuzz.sh SECONDS}
cd "$(dirname "$0")/.."
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz -j "$(nproc)" --target fuzz_targets -- --quiet

fuzz_one() {
    local name=$1 seconds=$2 short=${1#fuzz_}
    local found=build/fuzz/corpus/$short log=build/fuzz/$name.log
    mkdir -p "$found" build/fuzz/crashes
    if "build/fuzz/tests/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -artifact_prefix="build/fuzz/crashes/$name-" "$found" "tests/fuzz/corpus/$short" >"$log" 2>&1; then
        echo "$name: $(grep -a 'Done' "$log" | tail -1)"
    else
        echo "$name: FAILED, see $log"
        tail -30 "$log"
        return 1
    fi
}
export -f fuzz_one
printf '%s\n' tests/fuzz/fuzz_*.c | xargs -n 1 basename -s .c | xargs -P $((4 * $(nproc))) -I{} bash -c "fuzz_one {} $seconds"
