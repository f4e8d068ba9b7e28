# A PostgreSQL that comes back without what it had (an older copy was restored): nothing
# is written behind the hole, the state says so, and the next start fills it.
here=$(dirname "$0")
. "$here/lib.sh"
command -v jq >/dev/null || { echo "skipped: no jq"; exit 77; }
. "$here/lib_postgres.sh"
postgres_start
postgres_sql postgres "CREATE DATABASE race" >/dev/null || fail "no database"

points() { # FROM TO
    seq "$1" "$2" | awk '{ printf "{\"time\":%d.5,\"car\":7,\"lap\":1,\"speed\":200}\n", 1700000000 + $1 }'
}

# lines from the pipe on descriptor 3
serve_on() {
    mkfifo "$work/in$1"
    "$PITBOARD" serve --udp 0 --points-udp 0 --input - --record "$work/rec" --store "$(postgres_url race)" --no-calls \
        --json --status-ms 100 --status "$work/state" <"$work/in$1" >/dev/null 2>"$work/err" &
    pid=$!
    exec 3>"$work/in$1"
}

# waits until jq says so of the state
until_is() {
    for _ in $(seq 100); do
        [ "$(jq "$1" "$work/state" 2>/dev/null)" = true ] && return
        sleep 0.1
    done
    fail "not within 10 s: $1: $(jq -c .store "$work/state")"
}

serve_on 1
points 1 50 >&3
until_is '.applied_seq == 50'
postgres_sql race "SET search_path TO pitboard; DELETE FROM live_chunks; DELETE FROM live_applied" >/dev/null
postgres_ctl -m fast restart >/dev/null 2>&1 || fail "the server did not start again"
points 51 90 >&3
until_is '.store.state == "stalled" and (.store.why | test("gone back"))'
until_is '.durable_seq == 90 and .applied_seq == 50'
kill -KILL "$pid" # an end would wait 10 s for the store
wait "$pid" 2>/dev/null
exec 3>&-
serve_on 2
until_is '.applied_seq == 90 and .store.state == "ok"'
kill "$pid"
wait "$pid" || fail "the second end"
exec 3>&-
n=$(postgres_sql race "SET search_path TO pitboard; SELECT 'points ' || sum(points) FROM live_chunks" | grep -o 'points [0-9]*')
[ "$n" = "points 90" ] || fail "'$n' in the store, not 90"
finish
