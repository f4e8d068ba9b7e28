# See access_matrix.py.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 "$PB_SOURCE_DIR/tests/system/access_matrix.py" || fail "access matrix"
finish
