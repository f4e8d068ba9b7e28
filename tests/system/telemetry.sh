# GR Cup telemetry, long and wide: rows, laps, whose they are, and what is wrong.
. "$(dirname "$0")/lib.sh"

data=$PB_SHARED_DIR/data/gr-cup
[ -d "$data/telemetry" ] || { echo "skipped: $data is not here"; exit 77; }
long=$data/telemetry/barber_race1_GR86-049-88_part1.csv
timing=$data/timing/barber/23_AnalysisEnduranceWithSections_Race_1_Anonymized.CSV

accepts import grcup "$data"/telemetry/*.csv "$timing" --json
jq -e '
  (.telemetry | sort_by(.form)) as [$long, $wide]
  | $long.rows == 44833 and $wide.rows == 11963
  and all(.telemetry[]; .accepted + .quarantined == .rows and ([.reasons[].rows] | add) == .quarantined)
  and (.quarantined | length) == $long.quarantined + $wide.quarantined
  and .accepted == $long.accepted + $wide.accepted
  and $long.cars[0].match.car == 88 and $long.cars[0].match.median_s < 0.5
  and $wide.cars[0].match.car == 2 and $wide.cars[0].match.median_s < 0.5
  and $long.cars[0].glitch_counts.told_again == 1
  and ($long.cars[0].match.clock_offset_s - 18000.3 | fabs) < 1' "$work/out" >/dev/null ||
    fail "the report of both files is not as it was"

gzip -c "$long" >"$work/GR86-049-88.csv.gz"
accepts import auto "$work/GR86-049-88.csv.gz" "$timing"
grep -q "these are the laps of car 88" "$work/out" || fail "a packed file: no car"
grep -q "told the same lap again: 9 -> 9" "$work/out" || fail "a packed file: no glitch"
accepts import grcup "$long" --json
jq -e '.timing == null and (.telemetry[0].cars[0] | has("match") | not)' "$work/out" >/dev/null || fail "a match without a timing"

head -c 5000 "$work/GR86-049-88.csv.gz" >"$work/cut.csv.gz"
run import grcup "$work/cut.csv.gz"
[ "$code" = 1 ] || fail "a file cut short: exit $code"
grep -q "ends too early" "$work/err" || fail "a file cut short: $(cat "$work/err")"

# Into a store: each file goes its way, nothing twice.
store=sqlite:$work/telemetry.db
kept() { jq -c '[.store.telemetry[] | [.session, .points, .windows, .chunks]] | sort' "$work/out"; }
mkdir -p "$work/folder/barber" # its name says which race
cp "$data"/telemetry/*.csv "$work/folder/"
cp "$timing" "$work/folder/barber/"
echo "not for us" >"$work/folder/notes.txt"
accepts import auto "$work/folder" --store "$store" --json
jq -e '
  .rows == .accepted + 18 and .rows == 57375
  and ([.store.forms[].form] | sort) == ["grcup_laps", "telemetry"]
  and .store.tables.laps == 579 and (.store.passed_over | length) == 1
  and ([.store.telemetry[].points] | sort) == [4199, 11959]
  and all(.store.telemetry[]; .accepted + .quarantined == .rows and ([.reasons[].rows] | add) == .quarantined
      and .refused == 0 and .frames > 0 and .frames_before == 0 and .windows > 0 and .chunks > 0)' "$work/out" >/dev/null ||
    fail "a folder of timing and telemetry: $(jq -c .store.telemetry "$work/out")"
first=$(kept)
accepts import grcup "$data"/telemetry/*.csv "$work/GR86-049-88.csv.gz" --store "$store" --json
jq -e '.store.known == 3 and .rows == 0 and all(.store.telemetry[]; .known and .frames == 0)' "$work/out" >/dev/null ||
    fail "the same files again, one of them packed: $(jq -c .store.telemetry "$work/out")"
[ "$(kept | jq -c unique)" = "$first" ] || fail "the same files again: $(kept), not $first"
accepts import grcup "$long" --store "sqlite:$work/table.db"
grep -q "4,199 points in 19 chunks, 873 windows" "$work/out" || fail "the table of a store: $(head -c 600 "$work/out")"
grep -q "14 rows: gear is not whole" "$work/out" || fail "the table of a store has no reasons"
accepts db check --store "$store" --json
jq -e '.sound and .live.live_sessions == 2 and .files == 3' "$work/out" >/dev/null || fail "db check: $(cat "$work/out")"
run import grcup "$work/cut.csv.gz" --store "sqlite:$work/cut.db"
[ "$code" = 1 ] && grep -q "ends too early" "$work/err" || fail "a file cut short, into a store: $(cat "$work/err")"
accepts db check --store "sqlite:$work/cut.db" --json
jq -e '.files == 0 and .live.live_chunks == 0' "$work/out" >/dev/null || fail "a file cut short left something"

# A watched folder.
mkdir "$work/in"
"$PITBOARD" import auto --watch "$work/in" --store "sqlite:$work/watched.db" >"$work/watched" 2>/dev/null &
pid=$!
cp "$long" "$work/in/.GR86-049-88.csv"
mv "$work/in/.GR86-049-88.csv" "$work/in/GR86-049-88.csv"
for ((i = 0; i < 500; i++)); do
    grep -q "csv: stored, 44833 rows, 14 left out" "$work/watched" && break
    sleep 0.02
done
kill -TERM $pid
wait $pid || fail "watching telemetry: exit $?"
grep -q "csv: stored, 44833 rows, 14 left out" "$work/watched" || fail "watching telemetry: $(cat "$work/watched")"

# Killed in the middle, again and again: it goes on, and the rows are those of an undisturbed import.
command -v python3 >/dev/null || finish
python3 - "$data"/telemetry/*wide*.csv "$work/many.csv" <<'P'
import datetime, re, sys
head, body = open(sys.argv[1]).read().split("\n", 1)
with open(sys.argv[2], "w") as out:
    out.write(head + "\n")
    for k in range(16):
        out.write(re.sub(r"2025-09-05", lambda m: str(datetime.date(2025, 9, 5) + datetime.timedelta(k)), body))
    out.write(body.split("\n", 1)[0] + "\n") # long ago by now: late
P
rows='import hashlib, sqlite3, sys
db, sums = sqlite3.connect(sys.argv[1]), {}
for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type = ? AND name LIKE ?", ("table", "live_%")).fetchall():
    sums[t] = hashlib.sha256(repr(sorted(map(repr, db.execute(f"SELECT * FROM {t}")))).encode()).hexdigest()
print(sorted(sums.items()), list(db.execute("SELECT path, form, sha256, rows, accepted, quarantined FROM sources")))'
applied='import sqlite3, sys
try: print(sqlite3.connect(sys.argv[1]).execute("SELECT max(seq) FROM live_applied").fetchone()[0] or 0)
except sqlite3.Error: print(0)'
# Once more than so many frames are stored; one process, as each start of Python takes a fifth of the import.
kill_after='import os, signal, sqlite3, sys, time
path, after, pid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for _ in range(4000):
    try: done = sqlite3.connect(path).execute("SELECT max(seq) FROM live_applied").fetchone()[0] or 0
    except sqlite3.Error: done = 0
    if done > after: break
    time.sleep(0.002)
try: os.kill(pid, signal.SIGKILL)
except ProcessLookupError: pass'
accepts import grcup "$work/many.csv" --store "sqlite:$work/whole.db" --json
jq -e '.store.telemetry[0] | .refused == 1 and .refused_reasons == [{reason: "late", points: 1}]
  and .points == 16 * 11959 and .frames_before == 0' "$work/out" >/dev/null || fail "refused points: $(jq -c .store.telemetry "$work/out")"
killed=0
for after in 0 1 25000; do
    "$PITBOARD" import grcup "$work/many.csv" --store "sqlite:$work/killed.db" >/dev/null 2>&1 &
    pid=$!
    python3 -c "$kill_after" "$work/killed.db" "$after" $pid
    wait $pid 2>/dev/null
    [ $? = 137 ] && killed=$((killed + 1))
done
[ "$killed" -gt 0 ] || fail "no import was killed"
before=$(python3 -c "$applied" "$work/killed.db")
accepts import grcup "$work/many.csv" --store "sqlite:$work/killed.db" --json
jq -e --argjson n "$before" '.store.telemetry[0] | .frames_before == $n and $n > 0 and ((.known | not) or $n == .frames)' \
    "$work/out" >/dev/null || fail "it did not go on behind frame $before: $(jq -c .store.telemetry "$work/out")"
[ "$(python3 -c "$rows" "$work/killed.db")" = "$(python3 -c "$rows" "$work/whole.db")" ] || fail "killed and gone on: other rows"
accepts db check --store "sqlite:$work/killed.db" --json
jq -e '.sound' "$work/out" >/dev/null || fail "db check after kills: $(cat "$work/out")"
finish
