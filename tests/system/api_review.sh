# See api_review.py.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
PYTHONDONTWRITEBYTECODE=1 timeout 900 python3 "$PB_SOURCE_DIR/tests/system/api_review.py" || fail "api_review"
finish
