# 10,000 points a second for 20 s: nothing lost; the figures are printed, not judged.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
rate=10000
[ "${PB_TIMEOUT:-0}" = 0 ] || rate=2000 # under a sanitizer
timeout 300 bash "$PB_SOURCE_DIR/tests/slow/load.sh" "${PB_LOAD_SECONDS:-20}" "$rate" || fail "the load"
finish
