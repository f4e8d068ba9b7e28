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
finish
