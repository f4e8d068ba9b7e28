# See serve_end.py.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
PYTHONDONTWRITEBYTECODE=1 timeout 600 python3 "$PB_SOURCE_DIR/tests/system/serve_end.py" || fail "the end"
finish
