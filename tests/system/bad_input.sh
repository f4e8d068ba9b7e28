# Bad input: each gets exit 1 and one clear line; single bad rows are listed.
. "$(dirname "$0")/lib.sh"
bench=$PB_SOURCE_DIR/scenarios/bench57.json
laps=$races/2023_07_spanish.csv
sim="simulate --trials 16"

# ---- files that are none ----
: >"$work/empty.json"
: >"$work/empty.csv"
head -c 10485760 /dev/zero >"$work/zeros.json"
head -c 10485760 /dev/zero >"$work/zeros.csv"
head -c 2000 "$bench" >"$work/short.json"
for file in empty.json empty.csv zeros.json zeros.csv; do
    refuses 1 "$file" $sim "$work/$file"
    refuses 1 "$file" import auto "$work/$file"
done
refuses 1 'short.json:[0-9]*:' $sim "$work/short.json"
printf '[]' >"$work/list.json"
refuses 1 'list.json' $sim "$work/list.json"
gzip -c "$bench" | head -c 900 >"$work/cut.json.gz"
refuses 1 'cut.json.gz' $sim "$work/cut.json.gz"

# ---- race files: change one thing, be told which ----
race() { # FILTER: the bench race changed by jq
    jq "$1" "$bench" >"$work/race.json"
}
text() { # SED-EXPRESSION: changed as text, for what is no JSON
    sed "$1" "$bench" >"$work/race.json"
}
bad() { # PATTERN
    refuses 1 "$1" $sim "$work/race.json"
    refuses 1 "$1" import pitboard "$work/race.json"
}
text '0,/"laps": 57/s//"laps": NaN/';        bad 'race.json:[0-9]'
text '0,/"laps": 57/s//"laps": Infinity/';   bad 'race.json:[0-9]'
text '0,/"laps": 57/s//"laps": 1e999/';      bad 'race.json'
race '.name = "\u001b[31mred"';               bad '/name: holds a control character'
race '.cars[2].code = "A\u0007"';              bad '/cars/2/code'
race 'del(.format)';                         bad 'without "format"'
race '.rules.laps = -57';                    bad '/rules/laps'
race '.rules.laps = 0';                      bad '/rules/laps'
race '.rules.laps = 57.5';                   bad '/rules/laps'
race '.rules.laps = "57"';                   bad '/rules/laps'
race '.base_lap_s = -1';                     bad '/base_lap_s'
race '.cars = []';                           bad '/cars'
race '.cars = .cars[0:1]';                   bad '/cars'
race '.cars += (.cars | map(.code += "2")) + [.cars[0] | .code = "ZZZ"]'; bad '/cars'
race '.cars[5].code = .cars[2].code';        bad '/cars/5'
race '.cars[5].grid = .cars[2].grid';        bad 'grid'
race '.weather.rain_prob = 0 | .cars[0].plans[0].stints[1].compound = .cars[0].plans[0].stints[0].compound'; bad '/cars/0/plans'
race '.cars[0].plans[0].stints[1].in_lap = 57'; bad '/cars/0/plans/0'
race '.cars[0].plans[0].stints[1].in_lap = 400'; bad '/cars/0/plans/0'
race '.cars[3].plans[0].stints[2].in_lap = 3';  bad '/cars/3/plans/0'
race '.cars[0].plans[0].weight_prob = 0.9';  bad '/cars/0/plans'
race '.cars[0].plans[0].stints[1].compound = "HYPER"'; bad '/cars/0/plans/0'
race '.pit.los_s = 20';                      bad 'did you mean'
race '.pit.stop_s |= reverse';               bad '/pit/stop_s'
race '.neutral.sc_prob = 1.5';               bad '/neutral/sc_prob'
race '.weather.rain_prob = null';            bad '/weather/rain_prob'
printf '{"a":%.0s' $(seq 1 5000) >"$work/race.json";  bad 'race.json'
printf '{"format": "pitboard-race", "cars": 1}' >"$work/race.json"; bad 'race.json'

# ---- lap CSV: broken as a whole ----
header=$(head -1 "$laps")
cut -d, -f1-5,7- "$laps" >"$work/2023_07_spanish.csv" # without LapTime_s
refuses 1 'LapTime' $sim "$work/2023_07_spanish.csv"
grep -o '^[^,]*' "$laps" | paste -d, - - >"$work/x.csv"
refuses 1 'x.csv' $sim "$work/x.csv"
head -c 20011 "$laps" >"$work/2023_07_cut.csv"
refuses 1 '2023_07_cut.csv:[0-9]*: ' $sim "$work/2023_07_cut.csv"
awk 'NR == 40 { sub(/,Williams,/, ",\"Williams,") } { print }' "$laps" >"$work/2023_07_quote.csv"
refuses 1 '2023_07_quote.csv:40: .*quote' $sim "$work/2023_07_quote.csv"
printf '%s\n' "$header" >"$work/2023_07_header.csv"
refuses 1 '2023_07_header.csv' import auto "$work/2023_07_header.csv"

# ---- lap CSV: one bad row each, listed with its line ----
row() { # LINE FIELD VALUE PATTERN: one field of one row replaced
    awk -F, -v OFS=, -v line="$1" -v field="$2" -v value="$3" 'NR == line { $field = value } { print }' "$laps" \
        >"$work/2023_07_spanish.csv"
    accepts import auto "$work/2023_07_spanish.csv" --json
    jq -e --argjson line "$1" --arg what "$4" '
        (.quarantined | length) == 1 and .quarantined[0].line == $line
        and (.quarantined[0].reason | test($what; "i")) and (.quarantined[0].file | test("2023_07_spanish.csv"))
        and .accepted + 1 == .rows and (.races | length) == 1 and .races[0].playable' "$work/out" >/dev/null ||
        fail "row $1 with $3: $(jq -c '.quarantined, .accepted, .rows' "$work/out" | head -c 300)"
    accepts simulate "$work/2023_07_spanish.csv" --trials 16
    grep -q '1 row.* left out' "$work/err" || fail "simulate says nothing of the row left out"
}
row 20 6 -81.2 ''
row 20 6 NaN ''
row 20 6 0 ''
row 20 6 fast ''
row 20 5 -3 ''
row 20 7 inf ''
row 20 3 "$(printf 'Wil\377liams')" 'utf-8'
# nothing but bad rows: no race, exit 1
awk -F, -v OFS=, 'NR > 1 { $6 = -1 } { print }' "$laps" >"$work/2023_07_spanish.csv"
run import auto "$work/2023_07_spanish.csv"
[ "$code" = 1 ] || fail "no row left, and exit $code"
run simulate "$work/2023_07_spanish.csv"
[ "$code" = 1 ] || fail "no row left, and simulate exits $code"

# ---- what the world adds is accepted ----
{ printf '\357\273\277'; awk 'NR % 2 { printf "%s\r\n", $0; next } { print }' "$laps"; } >"$work/2023_07_spanish.csv"
accepts import auto "$work/2023_07_spanish.csv" --json
jq -e '(.quarantined | length) == 0 and .accepted == .rows and .rows > 1000' "$work/out" >/dev/null ||
    fail "a BOM and mixed line ends cost rows"
gzip -kc "$laps" >"$work/2023_07_spanish.csv.gz"
accepts simulate "$work/2023_07_spanish.csv.gz" --trials 16
{ printf '\357\273\277'; cat "$bench"; } >"$work/bom.json"
accepts simulate "$work/bom.json" --trials 16

# ---- several files: the bad one is told, the good ones stay ----
run import auto "$laps" "$work/empty.csv" --json
[ "$code" = 0 ] || fail "one good file of two: exit $code"
jq -e '(.races | length) == 1 and (.refused | length) == 1' "$work/out" >/dev/null || fail "one good file of two"
grep -q empty.csv "$work/err" || fail "the refused file is not told"

# ---- what is written can be read, and plays the same ----
accepts import auto "$laps" --out "$work/kept.json"
"$PITBOARD" simulate "$laps" --trials 2000 --json | grep -v elapsed_s >"$work/a"
"$PITBOARD" simulate "$work/kept.json" --trials 2000 --json | grep -v elapsed_s >"$work/b"
cmp -s "$work/a" "$work/b" || fail "the race file plays another race than the laps it came from"
accepts import auto "$laps" "$races/2024_16_italian.csv" --out "$work/kept"
[ -s "$work/kept/2023_07_spanish.json" ] && [ -s "$work/kept/2024_16_italian.json" ] || fail "no race files in the folder"
# two files of one name: the second would take the place of the first
mkdir -p "$work/other"
cp "$laps" "$work/other/"
run import auto "$laps" "$work/other/2023_07_spanish.csv" --out "$work/twice" --json
[ "$code" = 0 ] || fail "two files of one name: exit $code"
jq -e '(.races | length) == 1 and (.refused[0].reason | test("race file of"))' "$work/out" >/dev/null ||
    fail "a race file was written twice"
refuses 1 'empty.csv' import auto "$laps" "$bench" --out "$work/empty.csv"
finish
