# A watched folder: every completed file once, none half, until somebody says stop.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || { echo "skipped: no python3 here"; exit 77; }
folder=$work/in
db=$work/w.db
mkdir "$folder"
watcher=
trap 'kill $watcher 2>/dev/null; rm -rf "$work"' EXIT

start() {
    : >"$work/says" >"$work/lines" # or what the one before said is read
    "$PITBOARD" import auto --watch "$folder" --store "sqlite:$db" --json >"$work/lines" 2>"$work/says" &
    watcher=$!
    for _ in $(seq 200); do grep -q watching "$work/says" && break; sleep 0.02; done
}
stop() { # SIGNAL: ends with 0
    kill "-$1" $watcher
    wait $watcher || fail "exit $? after SIG$1: $(head -c 300 "$work/says")"
}
lines() { # N: waits for N lines
    for _ in $(seq 500); do [ "$(wc -l <"$work/lines")" -ge "$1" ] && break; sleep 0.02; done
    [ "$(wc -l <"$work/lines")" = "$1" ] || fail "$(wc -l <"$work/lines") lines instead of $1: $(cat "$work/lines")"
}
outcome() { jq -r "select(.file | endswith(\"$1\")) | .outcome" "$work/lines" | tr '\n' ' '; }

# ---- what is there, what is moved in, what is closed ----
cp "$races/2023_07_spanish.csv" "$folder/"
start
lines 1
cp "$races/2019_11_german.csv" "$work/2019_11_german.csv"
mv "$work/2019_11_german.csv" "$folder/"
lines 2
exec 3>"$folder/2024_16_italian.csv"
head -c 20000 "$races/2024_16_italian.csv" >&3
sleep 0.3
lines 2
tail -c +20001 "$races/2024_16_italian.csv" >&3
exec 3>&-
lines 3
for name in 2023_07_spanish.csv 2019_11_german.csv 2024_16_italian.csv; do
    [ "$(outcome $name)" = "stored " ] || fail "$name: $(outcome $name)"
done
jq -e 'select(.file | endswith("italian.csv")) | .rows == .accepted and .rows > 900' "$work/lines" >/dev/null || fail "half a file was imported"

# ---- the same content again, something else, something broken: told, and it goes on ----
cp "$races/2023_07_spanish.csv" "$folder/2023_07_spanish_copy.csv"
lines 4
echo hallo >"$folder/hallo.txt"
lines 5
head -c 3000 "$races/2021_21_saudi_arabian.csv" >"$folder/2021_21_cut.csv"
lines 6
[ "$(outcome copy.csv)" = "known " ] || fail "the same content: $(outcome copy.csv)"
[ "$(outcome hallo.txt)" = "passed over " ] || fail "no table: $(outcome hallo.txt)"
echo "a cut file: $(outcome cut.csv)"
stop TERM

# ---- started again: known, and the same as importing the files ----
start
lines 6
[ "$(outcome 2019_11_german.csv)" = "known " ] || fail "after a restart: $(outcome 2019_11_german.csv)"
stop INT

# ---- killed in the midst of many: the next run has them all, once ----
rm "$folder"/*
for i in $(seq -w 1 30); do sed "s/Williams/Williams $i/" "$races/2024_16_italian.csv" >"$folder/2001_${i}_x.csv"; done
db=$work/killed.db
for wait in 0.1 0.2; do
    start
    sleep $wait
    kill -9 $watcher
    wait $watcher 2>/dev/null
done
start
lines 30
stop TERM
accepts import auto "$folder" --store "sqlite:$work/whole.db"
query='import sqlite3, sys
print(list(sqlite3.connect(sys.argv[1]).execute("SELECT id, driver, lap, time_ms FROM laps JOIN races USING (race) ORDER BY 1, 2, 3")))'
python3 -c "$query" "$work/whole.db" >"$work/whole"
python3 -c "$query" "$db" | cmp -s - "$work/whole" || fail "the store after kills is another"
accepts db check --store "sqlite:$db"

# ---- the folder goes away; wrong usage ----
start
rm -rf "$folder"
wait $watcher && fail "exit 0 though the folder is gone"
grep -q "folder is gone" "$work/says" || fail "no word of the folder: $(cat "$work/says")"
watcher=
refuses 1 "no such folder" import auto --watch "$folder" --store "sqlite:$work/x.db"
refuses 2 "give --store" import auto --watch "$work"
refuses 2 "and no others" import auto x.csv --watch "$work" --store "sqlite:$work/x.db"
finish
