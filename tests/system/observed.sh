# See observed.py.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
refuses 2 'https://' serve --listen 127.0.0.1:0 --udp 0 --points-udp 0 --home "$work/home" --otlp http://collector.example:4318
PYTHONDONTWRITEBYTECODE=1 timeout 600 python3 "$PB_SOURCE_DIR/tests/system/observed.py" || fail "observed"
finish
