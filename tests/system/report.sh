# pitboard report: files and keys, wrong input, calls that agree with `recommend`,
# and the same bytes for any instruction set.
. "$(dirname "$0")/lib.sh"
PB_TIMEOUT=${PB_TIMEOUT:-600}
spanish=$races/2023_07_spanish.csv
saudi=$races/2021_21_saudi_arabian.csv
export XDG_DATA_HOME=$work/none # what ships, whatever the user has

# ---- the files ----
accepts report "$saudi" --trials 100 --out "$work/saudi"
grep -q '^30 stops, [0-9]* calls, [0-9]* pairs' "$work/out" || fail "the summary: $(cat "$work/out")"
for name in report.md report.json strategy.svg gaps.svg; do
    [ -s "$work/saudi/$name" ] || fail "no $name"
done
[ "$(ls "$work/saudi" | wc -l)" = 4 ] || fail "more files than four: $(ls "$work/saudi")"
if command -v xmllint >/dev/null; then
    for name in strategy gaps; do
        xmllint --noout "$work/saudi/$name.svg" 2>"$work/err" || fail "$name.svg: $(head -c 300 "$work/err")"
    done
fi
cat >"$work/contract.jq" <<'E2'
def place: . == null or (. >= 1 and . <= 20);
def stop: (.car | type) == "string" and .lap >= 1 and .number >= 1 and has("from") and has("compound")
    and has("tyre_age_laps") and (.known | .lap >= 0 and (.flag | IN("green", "sc", "vsc", "red"))
    and (.boxed | type) == "array" and (.position | place) and (.flag_exact | type) == "boolean")
    and (.gave | (.before | place) and (.after_out_lap | place) and (.five_laps_later | place) and (.cycle_over | place)
    and (.flag | place) and has("cycle_over_lap")) and (.caveats | type) == "array"
    and (.said_words | type) == "string" and (.gave_words | type) == "string" and (.calls | type) == "array"
    and (.said | if .action == null then (.why | type) == "string"
         else (.action | IN("BOX", "STAY_OUT", "EXTEND", "UNDERCUT", "COVER", "OVERCUT"))
         and .gain.lo <= .gain.value and .gain.value <= .gain.hi and .gain.unit == "points"
         and .confidence >= 0 and .confidence <= 1 and has("compound") and has("target_lap")
         and (.clear | type) == "boolean" and (.confidence_words | length) > 3 and has("first_box_lap") end);
def pair: (.car | type) == "string" and (.other | type) == "string" and .car != .other and .end_lap > .lap
    and (.gain_places | type) == "number" and has("gain_s") and has("advised") and has("said_car") and has("said_other")
    and (.advised == null or .advised == .car or .advised == .other);
def score: .pairs >= 0 and has("advised_side_gained") and has("places") and has("seconds") and has("stopper_gained");
E2
holds() { # FILE CONDITION
    jq -e "$(cat "$work/contract.jq") $2" "$1" >/dev/null
}
holds "$work/saudi/report.json" '.race == "2021 Saudi Arabian Grand Prix" and .laps == 50 and .trials == 100
    and (.learned | length) > 10 and (.learned_from_it | type) == "boolean" and (.caveat_words.self | length) > 10
    and (.cars | length) == 20 and .cars[0].car == "HAM" and .cars[0].place == 1
    and (.stops | length) == 30 and all(.stops[]; stop) and ([.stops[].lap] | . == sort)
    and (.pairs | length) > 10 and all(.pairs[]; pair) and (.evidence.by_stop | score) and (.evidence.by_contrast | score)' ||
    fail "the contract: $(head -c 300 "$work/saudi/report.json")"
# The appendix of the call: HAM boxes for hards under the safety car of lap 10, and those who led it in are known.
holds "$work/saudi/report.json" '.stops[] | select(.car == "HAM" and .lap == 10) |
    .known.flag == "sc" and .said.action == "BOX" and .said.compound == "HARD" and .compound == "HARD"' ||
    fail "HAM, lap 10: $(jq -c '.stops[] | select(.car == "HAM" and .lap == 10)' "$work/saudi/report.json" | head -c 400)"
holds "$work/saudi/report.json" '[.stops[] | select(.known.flag == "red")] | length == 18 and all(.[]; .said.action != null)' ||
    fail "changes under the red flag"
# A car that dropped out is not named as one to be compared with after that (MSC, out on lap 9).
jq -e 'all(.pairs[]; .car != "MSC" and .other != "MSC")' "$work/saudi/report.json" >/dev/null || fail "MSC is in a pair"

# ---- the words ----
grep -q '^# 2021 Saudi Arabian Grand Prix: the stops, looked back upon' "$work/saudi/report.md" || fail "no title"
for head in 'Cars that chose differently' 'The cars' 'All stops' 'Caveats'; do
    grep -q "^## $head" "$work/saudi/report.md" || fail "no part '$head'"
done
[ "$(grep -c '^| [A-Z][A-Z][A-Z] | [0-9]* |' "$work/saudi/report.md")" = 30 ] || fail "not a line for each of 30 stops"
grep -q '^- self: our simulator judges by itself' "$work/saudi/report.md" || fail "our own simulator is not said to be one"
# Every sentence of a paragraph names a driver.
sed -n '/^## The cars/,/^## All stops/p' "$work/saudi/report.md" | grep '^\*\*' | sed 's/\([a-z)0-9]\)\. /\1.\n/g' >"$work/sentences"
[ "$(wc -l <"$work/sentences")" -gt 20 ] || fail "few sentences: $(cat "$work/sentences")"
grep -v -E '(^|[^A-Z])[A-Z]{3}([^A-Z]|$)' "$work/sentences" >"$work/nameless" && fail "no driver in: $(head -3 "$work/nameless")"

# ---- one car; to standard output ----
accepts report "$spanish" --trials 100 --car ver
grep -q '^Only VER\. 66 laps' "$work/out" || fail "one car: $(head -5 "$work/out")"
grep -q 'svg' "$work/out" && fail "words without files name a file"
accepts report "$spanish" --trials 300 --car 1 --json
holds "$work/out" '(.stops | length) == 2 and all(.stops[]; .car == "VER" and stop) and [.stops[].lap] == [26, 52]
    and all(.pairs[]; .car == "VER") and (.cars | length) == 1 and all(.stops[]; (.calls | length) == 7)' ||
    fail "VER alone: $(head -c 300 "$work/out")"
cp "$work/out" "$work/ver"

# ---- what recommend says of the same moment ----
boxed=$(jq -r '[.stops[0].known.boxed[]] | join(",")' "$work/ver")
accepts recommend "$spanish" --car VER --lap 25 --trials 300 ${boxed:+--boxed "$boxed"} --json
jq -e --slurpfile told "$work/out" '.stops[0].said as $said | $told[0].actions[0] as $a |
    $said.action == $a.action and $said.target_lap == $a.target_lap and $said.compound == $a.compound
    and $said.gain.value == $a.gain.value and $said.confidence == $a.confidence' "$work/ver" >/dev/null ||
    fail "report and recommend differ: $(jq -c '.stops[0].said' "$work/ver" | head -c 200) $(jq -c '.actions[0]' "$work/out" | head -c 200)"

# ---- a race of a store ----
"$PITBOARD" import auto "$spanish" --store "sqlite:$work/s.db" >/dev/null 2>"$work/err" || fail "import: $(cat "$work/err")"
accepts report 2023-07 --store "sqlite:$work/s.db" --car VER --trials 300 --json
holds "$work/out" '(.stops | length) == 2 and .season == 2023 and .round == 7' || fail "a race of a store"

# ---- wrong input ----
refuses 2 'which race' report
refuses 2 'one race at a time' report "$spanish" "$saudi"
refuses 2 'did you mean VER' report "$spanish" --car VEX
refuses 2 'from 100 to' report "$spanish" --trials 1
refuses 1 'no such file' report "$work/none.csv"
refuses 2 'name the store' report 2023-07
refuses 2 'holds no laps' report "$races/2023_07_spanish.json"
refuses 2 'isa' report "$spanish" --isa avx9
refuses 2 'unknown option' report "$spanish" --lap 26
touch "$work/file"
refuses 1 'no folder' report "$saudi" --trials 100 --car VET --out "$work/file"
refuses 1 'No such file' report "$saudi" --trials 100 --car VET --out "$work/none/deeper"

# ---- the same bytes ----
accepts report "$spanish" --trials 300 --car VER --threads 1 --isa scalar --out "$work/want"
for isa in $("$PITBOARD" version --json | jq -r '.isas[]'); do
    accepts report "$spanish" --trials 300 --car VER --isa "$isa" --out "$work/got"
    diff -r "$work/want" "$work/got" >"$work/diff" || fail "$isa: $(head -3 "$work/diff")"
done

# ---- the back-test of the same calls ----
accepts backtest regret "$saudi" "$spanish" --trials 100 --rows "$work/rows.csv" --json
jq -e '.protocol == "regret" and .races == 2 and .rows == 55 and .asked == 52 and (.metrics.pairs_share | .value >= 0 and .value <= 1 and .n > 0)
    and (.metrics.gain_team | has("lo")) and (.baselines.always_stop.pairs_share + .baselines.always_stay.pairs_share | . > 0.999 and . < 1.001)
    and (.claim | test("prove nothing"))' "$work/out" >/dev/null || fail "regret: $(head -c 500 "$work/out")"
head -1 "$work/rows.csv" | grep -q '^season,round,driver,lap,our_action,team_action,gain,lo,hi,' || fail "columns: $(head -1 "$work/rows.csv")"
[ "$(($(wc -l <"$work/rows.csv") - 1))" = "$(jq .rows "$work/out")" ] || fail "rows are not as many as told"
grep -q '^2021,21,HAM,10,BOX HARD,BOX HARD,0.0000,0.0000,0.0000,sc,' "$work/rows.csv" || fail "HAM: $(grep HAM,10 "$work/rows.csv")"
refuses 2 'models is not for the protocol regret' backtest regret "$saudi" --models "$work"
refuses 2 'truth is not for the protocol regret' backtest regret "$saudi" --truth official
finish
