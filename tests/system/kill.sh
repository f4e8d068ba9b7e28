# Killed at any moment under load: nothing that was promised is missing or there
# twice. The long form: tests/slow/kill_harness.py 200.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
timeout 300 python3 "$PB_SOURCE_DIR/tests/slow/kill_harness.py" "${PB_KILLS:-10}" || fail "the harness"
finish
