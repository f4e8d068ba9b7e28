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

refuses 2 'did you mean --speed' replay "$short" --sped 2
refuses 2 'speed' replay "$short" --speed fast
refuses 2 'udp://' replay "$short" --to ftp://x
refuses 2 'only' replay "$short" --only nothing
refuses 1 'no such\|not there\|cannot' replay "$work/none"
refuses 1 '' replay "$PB_SOURCE_DIR/CHANGELOG.md"
refuses 2 'one file' replay
finish
