# A store: everything there is imported, checked, copied, killed; and what it refuses.
. "$(dirname "$0")/lib.sh"
db=$work/races.db
url=sqlite:$db
spanish=$races/2023_07_spanish.csv
shared=${PB_SHARED_DIR:-/nowhere}

table() { # NAME: rows of a table by the last `db check --json`
    jq -r ".tables.$1" "$work/out"
}

# ---- everything on this machine ----
if [ -d "$shared/data/armchair-strategist" ]; then
    sources="$shared/data $shared/reference/tracks.csv"
    known=true
else
    sources=$races
    known=false
    echo "no ../shared here: data/races only"
fi
started=$(date +%s.%N)
# shellcheck disable=SC2086 # a list of paths
run import auto $sources --store "$url" --json
[ "$code" = 0 ] || fail "import of everything: exit $code: $(head -c 400 "$work/err")"
echo "imported in $(echo "$(date +%s.%N) - $started" | bc 2>/dev/null || echo "?") s: $(jq -c '{files: .store.files, rows, accepted, tables: .store.tables, conflicts: .store.conflict_count}' "$work/out")"
cp "$work/out" "$work/import.json"
jq -e '.rows == .accepted + ([.store.forms[].quarantined] | add) and all(.store.telemetry[]; .quarantined == ([.reasons[].rows] | add))' "$work/out" >/dev/null || fail "rows are not accepted and left out together"
jq -e '.format == "auto" and (.refused | length) == 0 and (.races | length) >= 4' "$work/out" >/dev/null || fail "keys of import"
jq -e '[.quarantined[] | select((.line | not) or (.reason == ""))] == []' "$work/out" >/dev/null || fail "a row left out without line or reason"

accepts db check --store "$url" --json
jq -e '.sound and .version == 3' "$work/out" >/dev/null || fail "the store is not sound"
cp "$work/out" "$work/check.json"
if $known; then
    [ "$(table laps)" -ge 190000 ] || fail "$(table laps) laps"
    for name in races circuits circuit_seasons drivers teams names entries grids qualifying results stints pit_stops weather \
        race_control track_status session_status lap_counts interruptions; do
        [ "$(table $name)" -gt 0 ] || fail "nothing in $name"
    done
    # every form that lies in ../shared was met
    for form in laps laps_2015 live_laps live_tyres live_drivers live_weather live_race_control live_track_status \
        live_lap_count live_session_status weather race_control jolpica_results jolpica_qualifying jolpica_pit_stops \
        openf1_stints openf1_pit ergast_races ergast_results ergast_qualifying ergast_pit_stops ergast_drivers \
        ergast_constructors ergast_circuits ergast_status safety_cars red_flags vsc_estimates grids tum_tracks \
        circuit_scores circuit_lines grcup_laps grcup_results grcup_class grcup_weather; do
        jq -e --arg f "$form" '.store.forms[] | select(.form == $f and .added + .agreed > 0)' "$work/import.json" >/dev/null ||
            [ "$form" = ergast_status ] || fail "form $form brought nothing"
    done
    jq -e '.store.conflict_count == (.store.conflicts | length) and .store.conflict_count > 0' "$work/import.json" >/dev/null ||
        fail "conflicts are counted and not listed"
    accepts db check --store "$url" --conflicts --json
    jq -e '[.conflicts[] | select(.kept == .other or .rule == "" or .kept_file == "")] == []' "$work/out" >/dev/null ||
        fail "a conflict without two values, a rule or a file"
    # two independent routes agree on the time of every lap they have in common
    jq -e '[.conflicts[] | select(.table == "laps" and .field == "time_ms" and (.other_file | test("live-timing")))] == []' \
        "$work/out" >/dev/null || fail "lap times of two routes disagree"
    # what is imported first does not decide what stays (the second round places car numbers that had to wait)
    parts="data/racedata data/f1-strategy-prediction data/grids.csv data/f1-live-timing-cache/2023_07_spanish"
    for part in $parts $parts; do accepts import auto "$shared/$part" --store "sqlite:$work/there.db"; done
    for part in $(printf '%s\n' $parts $parts | tac); do accepts import auto "$shared/$part" --store "sqlite:$work/back.db"; done
    for way in there back; do
        accepts db check --store "sqlite:$work/$way.db" --conflicts --json
        jq '.tables, ([.conflicts[] | {table, key, field, kept}] | unique)' "$work/out" >"$work/$way.json"
    done
    cmp -s "$work/there.json" "$work/back.json" || fail "the order of import decides: $(diff "$work/there.json" "$work/back.json" | head -5)"
fi

# ---- again: nothing changes ----
# shellcheck disable=SC2086
run import auto $sources --store "$url" --json
[ "$code" = 0 ] || fail "import again: exit $code"
accepts db check --store "$url" --json
diff <(jq .tables "$work/check.json") <(jq .tables "$work/out") >/dev/null || fail "a second import changed the tables"
diff <(jq '.files, .conflict_count' "$work/check.json") <(jq '.files, .conflict_count' "$work/out") >/dev/null ||
    fail "a second import changed files or conflicts"

# ---- a race of the store is the race of its file ----
one=sqlite:$work/one.db
accepts import fastf1 "$spanish" --store "$one"
accepts simulate "$spanish" --trials 64 --json
jq 'del(.elapsed_s, .trials_per_s)' "$work/out" >"$work/file.json"
accepts simulate 2023-07 --store "$one" --trials 64 --json
jq 'del(.elapsed_s, .trials_per_s)' "$work/out" >"$work/store.json"
cmp -s "$work/file.json" "$work/store.json" || fail "2023-07 of the store plays otherwise than its file"
accepts simulate 2023-07 --store "$one" --trials 64 --from-lap 30
refuses 1 'did you mean 2023-07' simulate 2023-08 --store "$one"
refuses 2 'name the store' simulate 2023-07

# ---- backup and restore ----
accepts db backup "$work/copy.db" --store "$one"
refuses 1 'never replaces' db backup "$work/copy.db" --store "$one"
accepts import auto "$races" --store "$one"
accepts db restore "$work/copy.db" --store "$one"
accepts db check --store "$one" --json
[ "$(table races)" = 1 ] || fail "restore left $(table races) races"
accepts db restore "$work/copy.db" --store "sqlite:$work/new.db"
accepts simulate 2023-07 --store "sqlite:$work/new.db" --trials 16
head -c 20000 "$work/copy.db" >"$work/cut.db"
refuses 1 'cut.db' db restore "$work/cut.db" --store "$one"
refuses 1 'no such store' db restore "$work/nowhere.db" --store "$one"
refuses 1 'no SQLite file' db restore "$spanish" --store "$one"
accepts db check --store "$one"

# a damaged store: the advice that is given works, and what was there is kept
head -c 30000 "$work/copy.db" >"$work/hurt.db"
refuses 1 'db restore' db check --store "sqlite:$work/hurt.db"
accepts db restore "$work/copy.db" --store "sqlite:$work/hurt.db"
accepts db check --store "sqlite:$work/hurt.db"
[ "$(wc -c <"$work/hurt.db.damaged")" = 30000 ] || fail "the damaged store was not kept"
head -c 30000 "$work/copy.db" >"$work/hurt.db"
refuses 1 'move that away' db restore "$work/copy.db" --store "sqlite:$work/hurt.db"

# ---- killed in the middle: what was told to be done is done, the rest never was ----
for delay in 0.01 0.03 0.06 0.1 0.2 0.4; do
    killed=$work/killed$delay.db
    accepts import fastf1 "$spanish" --store "sqlite:$killed"
    # shellcheck disable=SC2086
    "$PITBOARD" import auto $sources --store "sqlite:$killed" >/dev/null 2>&1 &
    pid=$!
    sleep $delay
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    accepts db check --store "sqlite:$killed" --json
    [ "$(table laps)" -ge 1312 ] || fail "killed after $delay s: $(table laps) laps are left"
done
# shellcheck disable=SC2086
run import auto $sources --store "sqlite:$killed" --json
accepts db check --store "sqlite:$killed" --json
diff <(jq .tables "$work/check.json") <(jq .tables "$work/out") >/dev/null || fail "carried on after a kill, it is another store"

# ---- a disk that is full: files larger than this cannot be written ----
full=$work/full.db
accepts import fastf1 "$spanish" --store "sqlite:$full"
(
    trap '' XFSZ
    ulimit -f 100 # KiB; less than the log of one race
    "$PITBOARD" import auto "$races" --store "sqlite:$full" >"$work/out" 2>"$work/err"
    echo $? >"$work/code"
)
[ "$(cat "$work/code")" = 1 ] || fail "a full disk: exit $(cat "$work/code")"
grep -qi 'disk' "$work/err" || fail "a full disk is told as: $(head -c 300 "$work/err")"
accepts db check --store "sqlite:$full" --json
[ "$(table laps)" -ge 1312 ] || fail "a full disk lost laps"

# ---- refused ----
refuses 2 'sqlite:PATH' import auto "$spanish" --store mysql://localhost/x
refuses 2 'sqlite:PATH' import auto "$spanish" --store "$db"
refuses 2 'gone at once' import auto "$spanish" --store sqlite::memory:
refuses 2 'which file' db backup '' --store "$one"
mkdir "$work/loop" && ln -s . "$work/loop/here" && ln -s .. "$work/loop/up" && ln -s nowhere "$work/loop/gone.csv"
cp "$spanish" "$work/loop/"
accepts import auto "$work/loop" --store "sqlite:$work/loop.db" --json
jq -e --arg p "$work/loop/gone.csv" '[.refused[].file] == [$p] and .store.files == 1' "$work/out" >/dev/null ||
    fail "links: $(jq -c '.refused, .store.files' "$work/out" | head -c 300)"
refuses 2 'not a format' import pdf "$spanish" --store "$url"
refuses 2 'do one' import auto "$spanish" --store "$url" --out "$work/x.json"
refuses 1 'no such file or folder' import auto "$work/nowhere" --store "$one"
refuses 1 'no SQLite file' import auto "$spanish" --store "sqlite:$spanish"
refuses 1 'not of the format asked for' import openf1 "$spanish" --store "$one"
mkdir "$work/none" && printf 'a,b\n1,2\n' >"$work/none/x.csv"
refuses 1 'nothing was kept: 1 file' import auto "$work/none" --store "$one"
refuses 1 'no such store' db check --store "sqlite:$work/nowhere.db"
[ ! -e "$work/nowhere.db" ] || fail "check made a store"
refuses 2 'which store' db check
refuses 2 'not one of' db shrink --store "$url"
refuses 2 'which file' db backup --store "$url"
refuses 2 'goes with check' db migrate --conflicts --store "$url"
printf 'Time_s,AirTemp,Humidity,Pressure,Rainfall,TrackTemp,WindDirection,WindSpeed\n1,2,3,4,0,6,7,8\n' >"$work/weather.csv"
refuses 1 'season and round\|YYYY_RR' import auto "$work/weather.csv" --store "$one"
refuses 1 'a store: --store' import auto "$work/weather.csv"
accepts db migrate --store "sqlite:$work/fresh.db"
accepts db migrate --store "sqlite:$work/fresh.db"
grep -q 'version 3 already' "$work/out" || fail "migrate twice: $(cat "$work/out")"
if command -v sqlite3 >/dev/null; then
    sqlite3 "$work/fresh.db" 'PRAGMA user_version = 7'
    refuses 1 'version 7' import auto "$spanish" --store "sqlite:$work/fresh.db"
    refuses 1 'version 7' db migrate --store "sqlite:$work/fresh.db"
fi

# ---- a store of version 1, as the program before wrote it ----
old=sqlite:$work/old.db
gunzip -c "$PB_SOURCE_DIR/tests/data/store_v1.db.gz" >"$work/old.db"
cp "$work/old.db" "$work/older.db"
refuses 1 'db migrate' db check --store "$old"
refuses 1 'version 1, not 3' simulate 2023-07 --store "$old"
accepts db migrate --store "$old"
grep -q 'migrate to version 3\|migrated to version 3' "$work/out" || fail "migrate: $(cat "$work/out")"
accepts db check --store "$old" --json
jq -e '.version == 3 and .sound and .files == 18 and .live.live_laps == 0 and
    (.tables | .laps == 12 and .results == 8 and .pit_stops == 3 and .stints == 4 and .weather == 3)' "$work/out" >/dev/null ||
    fail "a migrated store: $(jq -c '.findings, .files, .tables' "$work/out" | head -c 400)"
accepts import auto "$PB_SOURCE_DIR/tests/data/synthetic" --store "$old" --json
jq -e '[.store.forms[] | .added + .filled + .conflicts] | add == 0' "$work/out" >/dev/null || fail "migrated, it forgot its files"
accepts import auto "$spanish" --store "sqlite:$work/older.db" # importing migrates too
accepts db check --store "sqlite:$work/older.db"

# ---- retention ----
accepts db retain --store "$one"
grep -q 'nothing is old enough' "$work/out" || fail "retain: $(cat "$work/out")"
if command -v sqlite3 >/dev/null; then
    sqlite3 "$work/fresh.db" "PRAGMA user_version = 3; INSERT INTO live_sessions(session, started_us) VALUES('a', 1), ('b', 2);
        INSERT INTO live_windows VALUES('a', 7, 1, 10, 20, 3, 0, 5, 'window-1', x'0000803f')"
    accepts db retain --keep 1 --store "sqlite:$work/fresh.db" --json
    jq -e '.windows == 1 and .sessions == 1 and (.deleted | not)' "$work/out" >/dev/null || fail "retain: $(cat "$work/out")"
    accepts db retain --keep 1 --store "sqlite:$work/fresh.db" --now
    accepts db retain --keep 1 --session-days 10 --store "sqlite:$work/fresh.db" --now --json
    jq -e '.session_rows == 2 and .deleted' "$work/out" >/dev/null || fail "retain --now: $(cat "$work/out")"
    accepts db check --store "sqlite:$work/fresh.db" --json
    jq -e '.live.live_sessions == 1 and .live.live_windows == 0' "$work/out" >/dev/null || fail "retained: $(jq -c .live "$work/out")"
fi
refuses 2 'go with retain' db check --keep 1 --store "$one"
refuses 1 'no such store' db retain --store "sqlite:$work/nowhere.db"

# ---- answers of the services, synthetic ----
json=sqlite:$work/json.db
accepts import auto "$PB_SOURCE_DIR/tests/data/synthetic" --store "$json" --json
jq -e '.store.incomplete == [] and (.refused | length) == 0 and (.store.tables | .laps == 12 and .results == 8 and .pit_stops == 3 and .stints == 4 and .weather == 3)' \
    "$work/out" >/dev/null || fail "synthetic answers: $(jq -c .store.tables "$work/out")"
accepts import ergast "$PB_SOURCE_DIR/tests/data/synthetic/jolpica_laps_page1_synthetic.json" --store "sqlite:$work/page.db" --json
jq -e '.store.incomplete[0].have == 6 and .store.incomplete[0].of == 12' "$work/out" >/dev/null || fail "a missing page is not told"
accepts import ergast "$PB_SOURCE_DIR/tests/data/synthetic/jolpica_laps_page2_synthetic.json" --store "sqlite:$work/page.db" --json
jq -e '.store.incomplete == []' "$work/out" >/dev/null || fail "the second page does not complete the first"
finish
