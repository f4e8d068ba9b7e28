# lib_http.sh - starts http_server.py for a system test; source it after lib.sh.
command -v python3 >/dev/null || { echo "skipped: no python3 here"; exit 77; }
buckets=$work/buckets
cache=$work/cache
mkdir -p "$buckets"
python3 "$PB_SOURCE_DIR/tests/system/http_server.py" "$PB_SOURCE_DIR" "$work/port" "$buckets" &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.05; done
port=$(cat "$work/port") || { echo "FAILED: the server did not start"; exit 1; }
at=http://127.0.0.1:$port

ask() { # PATH: what the server answers
    exec 9<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' "$1" >&9
    sed '1,/^\r$/d' <&9
    exec 9>&-
}

# faults TEXT A,B,...: the next requests whose path holds TEXT go wrong like that.
faults() { ask "/_set?match=$1&faults=$2"; }

# asked TEXT: how many requests so far held TEXT.
asked() { ask /_log | grep -cF -- "$1"; }

# sql DB QUERY: its rows, columns with blanks between.
sql() {
    python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(*row)' "$@"
}

# csv_laps FILE: "CODE LAP MILLISECONDS" of a lap CSV, sorted.
csv_laps() {
    python3 -c 'import csv, sys
for r in csv.DictReader(open(sys.argv[1])):
    if r["LapTime_s"]: print(r["Driver"], r["LapNumber"], round(float(r["LapTime_s"]) * 1000))' "$1" | sort
}

# store_laps DB RACE: the same out of a store.
store_laps() {
    sql "$1" "SELECT driver, lap, time_ms FROM laps JOIN races USING (race) WHERE id = '$2' AND time_ms IS NOT NULL" | sort
}
