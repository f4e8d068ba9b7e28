# lib.sh - what the system tests share. Source it; PITBOARD names the program.
set -uo pipefail
: "${PITBOARD:?names the program}" "${PB_SOURCE_DIR:?names the tree}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
races=$PB_SOURCE_DIR/data/races
failed=0

fail() {
    echo "FAILED: $*" | cut -c 1-600
    failed=$((failed + 1))
}

# run ARGS...: runs pitboard; $code, $work/out, $work/err
run() {
    timeout "${PB_TIMEOUT:-120}" "$PITBOARD" "$@" >"$work/out" 2>"$work/err"
    code=$?
}

# refuses CODE PATTERN ARGS...: this exit code, nothing on standard output, and
# one line on standard error that matches.
refuses() {
    local want=$1 pattern=$2
    shift 2
    run "$@"
    [ "$code" = "$want" ] || fail "exit $code instead of $want: pitboard $*: $(head -c 300 "$work/err")"
    [ ! -s "$work/out" ] || fail "wrote to standard output: pitboard $*"
    [ "$(wc -l <"$work/err")" = 1 ] || fail "not one line of explanation: pitboard $*: $(head -c 600 "$work/err")"
    grep -qi -- "$pattern" "$work/err" || fail "no '$pattern' in: $(cat "$work/err")"
}

# accepts ARGS...: exit 0.
accepts() {
    run "$@"
    [ "$code" = 0 ] || fail "exit $code: pitboard $*: $(head -c 300 "$work/err")"
}

finish() {
    [ "$failed" = 0 ] || { echo "$failed failed"; exit 1; }
    echo "all held"
    exit 0
}
