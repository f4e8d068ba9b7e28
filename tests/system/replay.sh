# Replays: the same bytes at any speed and number of threads, into files, a store,
# ports and URLs. Short, since ThreadSanitizer plays it, too (label "threads").
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$work/none
race=$races/2024_16_italian.csv

# The last laps of a race: fast enough to be decided several times.
head -1 "$race" >"$work/2024_16_italian.csv"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "LapNumber") lap = i; next } $lap <= 6' "$race" \
    >>"$work/2024_16_italian.csv"
short=$work/2024_16_italian.csv

same() { # NAME ARGS...: the state and the calls are those of the first
    local name=$1
    shift
    accepts replay "$short" --car SAI --trials 100 --calls "$work/$name.calls" --state "$work/$name.state" "$@"
    cmp -s "$work/first.calls" "$work/$name.calls" || fail "other calls with $*"
    cmp -s "$work/first.state" "$work/$name.state" || fail "another state with $*"
}
same first --threads 1
same max --threads 2
same fast --threads 3 --speed 20000
[ "$(grep -c '"call":{' "$work/first.calls")" -ge 3 ] || fail "too few calls: $(cut -c 1-300 "$work/first.calls")"
grep -q elapsed "$work/first.calls" && fail "a clock is in the calls"
jq -e '.n_events > 100' "$work/first.state" >/dev/null || fail "no state"

# Into a store, twice: the same rows.
for i in 1 2; do accepts replay "$short" --car SAI --store "sqlite:$work/replay.db" --json; done
[ "$(jq .store_refused "$work/out")" = 0 ] || fail "the store refused rows"
accepts db check --store "sqlite:$work/replay.db"

# To a port where somebody records, by hand: the recording gives the same state.
accepts replay "$short" --json
events=$(jq .events "$work/out")
"$PITBOARD" serve --udp 0 --points-udp 127.0.0.1:0 --no-calls --record "$work/rec" --json --status-ms 50 >"$work/serve" &
serve=$!
for _ in $(seq 100); do [ -s "$work/serve" ] && break; sleep 0.1; done
port=$(head -1 "$work/serve" | jq .points_port)
accepts replay "$short" --to "udp://127.0.0.1:$port" --speed 3000 --json
for _ in $(seq 100); do
    [ "$(tail -1 "$work/serve" | jq .events 2>/dev/null)" = "$events" ] && break
    sleep 0.1
done
kill -TERM $serve
wait $serve || fail "serve did not end well"
accepts replay "$work/rec" --state "$work/rec.state" --json
[ "$(jq .events "$work/out")" = "$events" ] || fail "$events events sent, $(jq .events "$work/out") recorded"
cmp -s "$work/first.state" "$work/rec.state" || fail "the recording gives another state"

# From a pipe: it ends with its input. To a URL: every body is posted, in order.
"$PITBOARD" serve --udp 0 --points-udp 0 --input - --no-calls --record "$work/piped" --state "$work/piped.state" \
    --status-ms 50 --json >/dev/null <<'LINES' || fail "serve from a pipe"
{"event":"car","origin":"hand","car":44,"text":"HAM","value":44}
{"event":"lap","origin":"hand","car":44,"lap":1,"value":91234,"session_ms":91234}
{"event":"tyre","origin":"hand","car":44,"value":3,"aux":1}
LINES
jq -e '.cars[0].laps == 1 and .cars[0].code == "HAM"' "$work/piped.state" >/dev/null || fail "laps by hand: $(cut -c 1-300 "$work/piped.state")"
if command -v python3 >/dev/null; then
    cat >"$work/listen.py" <<'PY'
import http.server, sys
class Take(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        open(sys.argv[1], "ab").write(self.headers["X-Pitboard-Feed"].encode() + b" " + body + b"\n")
        self.send_response(204)
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Take)
print(server.server_port, flush=True)
server.serve_forever()
PY
    python3 "$work/listen.py" "$work/posted" >"$work/http" &
    listener=$!
    for _ in $(seq 100); do [ -s "$work/http" ] && break; sleep 0.1; done
    accepts replay "$work/piped" --to "http://127.0.0.1:$(cat "$work/http")/points" --speed max --json
    [ "$(jq .sent "$work/out")" = 3 ] || fail "not all was posted"
    kill $listener
    grep -q '^event {"event":"car"' "$work/posted" && [ "$(wc -l <"$work/posted")" = 3 ] || fail "posted: $(cat "$work/posted")"
fi

refuses 2 'did you mean --speed' replay "$short" --sped 2
refuses 2 'speed' replay "$short" --speed fast
refuses 2 'udp://' replay "$short" --to ftp://x
refuses 2 'only' replay "$short" --only nothing
refuses 1 'no such\|not there\|cannot' replay "$work/none"
refuses 1 '' replay "$PB_SOURCE_DIR/CHANGELOG.md"
refuses 2 'one file' replay
finish
