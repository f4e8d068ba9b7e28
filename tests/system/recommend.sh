# pitboard recommend: the keys scripts rely on, wrong input, and the same bytes
# for any instruction set and from a file that ends there.
. "$(dirname "$0")/lib.sh"
trials=${PB_TRIALS:-2000}
spanish=$races/2023_07_spanish.csv
export XDG_DATA_HOME=$work/none # what ships, whatever the user has

# ---- what every car's answer holds ----
cat >"$work/contract.jq" <<'E2'
def gain: (.value | type) == "number" and .lo <= .value and .value <= .hi and (.unit | IN("points", "places", "prob"));
def actions: ["BOX", "STAY_OUT", "EXTEND", "UNDERCUT", "COVER", "OVERCUT", "PUSH", "BALANCED", "CONSERVE"];
def neutral: has("action") and has("compound") and has("gain") and has("rejoin_position")
    and (if .action == null then .gain == null and (.why | type) == "string"
         else (.action | IN("BOX", "STAY_OUT")) and (.gain | gain) end);
def cell: (.before_entry | neutral) and (.after_entry | neutral);
def action: (.action | IN(actions[])) and has("compound") and has("target_lap") and (.gain | gain)
    and .confidence >= 0 and .confidence <= 1 and (.confidence_words | test("[0-9] %$")) and has("rival")
    and has("flips_if") and (.evidence | length) >= 1 and (.evidence | length) <= 3
    and all(.evidence[]; (.text | type) == "string" and (.text | contains("{") | not) and (.value | type) == "number")
    and (.radio | split(" ") | length) >= 2 and (.radio | split(" ") | length) <= 15;
def car: (.car | type) == "string" and (.actions | length) >= 2 and all(.actions[]; action)
    and (.actions[0].evidence | length) == 3
    and (.rejoin | has("position") and has("p_within1") and has("ahead") and has("behind") and has("traffic"))
    and (.if_sc_now | neutral) and (.if_vsc_now | neutral)
    and all(.if_sc_table[]; (.lap | type) == "number" and (.sc | cell) and (.vsc | cell))
    and .p_win >= 0 and .p_win <= 1 and (.driving_mode | IN("PUSH", "BALANCED", "CONSERVE"))
    and has("brake_bias_frac") and has("fuel_add_kg") and has("throttle_notes")
    and (. as $c | all("brake_bias_frac", "fuel_add_kg", "throttle_notes";
                       . as $k | $c[$k] != null or ($c.why[$k] | type) == "string"))
    and all(.rules[]; (.rule | type) == "string" and (.text | type) == "string" and has("by_lap") and has("binds"))
    and (.decide_by_s | type) == "number" and (.can_make_entry | IN("yes", "no", "unclear"))
    and .elapsed_ms > 0 and .trials > 0 and (.window | has("opens") and has("best") and has("closes"))
    and (.duels | type) == "array" and (.team | has("mate")) and (.rain | has("relevant"))
    and (.penalty | has("pending_s")) and (.tyre | has("loss_s")) and (.assumed | type) == "array";
E2
holds() { # FILE CONDITION: the contract's words at hand
    jq -e "$(cat "$work/contract.jq") $2" "$1" >/dev/null
}

accepts recommend "$spanish" --car VER --lap 26 --trials "$trials" --json
holds "$work/out" 'car and .lap == 26 and .laps == 66 and .car == "VER" and .position == 1 and .flag == "green"
    and (.if_sc_table | length) == 5 and .if_sc_table[0].lap == 27 and .if_sc_now.action != null
    and any(.actions[]; .action == "BOX" and .target_lap == 27)' || fail "the contract: $(head -c 300 "$work/out")"
cp "$work/out" "$work/ver"
accepts recommend "$spanish" --car all --lap 26 --trials "$trials" --json
holds "$work/out" '.lap == 26 and (.cars | length) == 20 and all(.cars[]; car) and ([.cars[].position] == [range(1; 21)])' ||
    fail "all cars: $(head -c 300 "$work/out")"
jq 'del(.elapsed_ms) | .cars[0] | del(.elapsed_ms)' "$work/out" >"$work/a"
jq 'with_entries(select(.key | IN("race", "lap", "laps", "flag", "boxed", "seed", "models", "elapsed_ms") | not))' \
    "$work/ver" >"$work/b"
cmp -s "$work/a" "$work/b" || fail "a car alone and among all has different calls"

# ---- for people: the call and the words first ----
accepts recommend "$spanish" --car ver --lap 26 --trials "$trials"
head -1 "$work/out" | grep -Eq '^VER (BOX|STAY_OUT|EXTEND|UNDERCUT|COVER|OVERCUT) .* [0-9]+ % .*"[A-Z].*[.?]"$' ||
    fail "the first line: $(head -1 "$work/out")"
for word in why or rejoin window 'if SC' 'if VSC' tyre drive; do
    grep -q "^$word " "$work/out" || fail "no line '$word': $(cat "$work/out")"
done
grep -q '{' "$work/out" && fail "a hole in a sentence: $(cat "$work/out")"
accepts recommend "$spanish" --car all --lap 60 --trials "$trials"
[ "$(grep -Ec '^ *[0-9]+  [A-Z]{3} +(BOX|STAY_OUT|EXTEND|UNDERCUT|COVER|OVERCUT)' "$work/out")" = 20 ] ||
    fail "not a line for each of 20 cars: $(cat "$work/out")"

# ---- who is out is neither called for nor named ----
italian=$races/2024_16_italian.csv # TSU stopped on lap 8
refuses 1 'TSU: it stopped after lap 7' recommend "$italian" --car TSU --lap 20
accepts recommend "$italian" --car all --lap 45 --trials "$trials" --json
holds "$work/out" '(.cars | length) == 19 and all(.cars[]; car)' || fail "19 cars: $(jq '.cars | length' "$work/out")"
grep -q -e TSU -e Tsunoda "$work/out" && fail "a car that is out is named: $(grep -e TSU -e Tsunoda "$work/out")"

# ---- what is known beside the laps ----
accepts recommend "$spanish" --car VER --lap 26 --flag SC --boxed ham,RUS --trials "$trials" --json
holds "$work/out" 'car and .flag == "sc" and .boxed == ["HAM", "RUS"] and .if_sc_now.action == null' ||
    fail "a flag and stops: $(head -c 300 "$work/out")"
jq -e '.actions[] | select(.action == "BOX") | .gain.value' "$work/out" >"$work/with"
jq -e '.actions[] | select(.action == "BOX") | .gain.value' "$work/ver" >"$work/without"
cmp -s "$work/with" "$work/without" && fail "the safety car changes nothing"
accepts recommend "$spanish" --car all --lap 60 --boxed ham,RUS --trials 200 --json
jq -e '(.cars | length) == 18 and all(.cars[]; .car != "HAM" and .car != "RUS")' "$work/out" >/dev/null ||
    fail "cars in the lane are called for"
accepts recommend "$races/2021_21_saudi_arabian.csv" --car HAM --lap 13 --flag red --trials "$trials" --json
holds "$work/out" '.flag == "red" and all(.actions[]; action) and any(.rules[]; .rule == "red_free")' ||
    fail "a red flag: $(head -c 300 "$work/out")"
accepts recommend "$spanish" --car VER --lap 26 --objective top:3 --trials "$trials" --json
holds "$work/out" 'car and .actions[0].gain.unit == "prob"' || fail "another objective"

# ---- wrong input ----
refuses 2 'which race' recommend
refuses 2 'one race at a time' recommend "$spanish" "$italian" --car VER --lap 5
refuses 2 'which car' recommend "$spanish" --lap 26
refuses 2 'from which lap' recommend "$spanish" --car VER
refuses 2 'did you mean VER' recommend "$spanish" --car VEX --lap 26
refuses 2 'from 1 to 512' recommend "$spanish" --car VER --lap 0
refuses 1 'from lap 2 on' recommend "$spanish" --car VER --lap 1
refuses 1 '66 laps, so there is nothing left' recommend "$spanish" --car VER --lap 66
refuses 1 '66 laps, so there is nothing left' recommend "$spanish" --car VER --lap 300
refuses 2 'did you mean vsc' recommend "$spanish" --car VER --lap 26 --flag vscc
refuses 2 'boxed HAN: no such car' recommend "$spanish" --car VER --lap 26 --boxed HAN
refuses 1 'boxed TSU: it stopped after lap 7' recommend "$italian" --car VER --lap 20 --boxed TSU
refuses 2 'boxed says that it stops' recommend "$spanish" --car VER --lap 26 --boxed VER
refuses 1 'lap 66 is the last' recommend "$spanish" --car VER --lap 65 --boxed HAM
refuses 2 'neutralisations=drawn' recommend "$spanish" --car VER --lap 26 --flag sc --set neutralisations=actual
refuses 2 'effects.sc=true' recommend "$spanish" --car VER --lap 26 --flag sc --set effects.sc=false
refuses 2 'objective fame' recommend "$spanish" --car VER --lap 26 --objective fame
refuses 2 'isa' recommend "$spanish" --car VER --lap 26 --isa avx9
refuses 2 'name the store' recommend 2023-07 --car VER --lap 26
refuses 1 'no such file' recommend "$work/none.csv" --car VER --lap 26
refuses 2 'pitboard strategy' recommend "$races/2023_07_spanish.json" --car VER
refuses 2 'pitboard strategy' recommend "$races/2023_07_spanish.json" --car VER --lap 26
refuses 1 'pit/loss_s: -5 is not allowed' recommend "$spanish" --car VER --lap 26 --set pit.loss_s=-5

# ---- a race file that is under way; a race of a store ----
under_way=$PB_SOURCE_DIR/scenarios/whatif57.json
accepts recommend "$under_way" --car AAA --trials "$trials" --json
holds "$work/out" 'car and .lap == 28 and any(.assumed[]; test("no laps"))' ||
    fail "a race file: $(cat "$work/err") $(head -c 300 "$work/out")"
accepts recommend "$under_way" --car AAA --lap 28 --trials "$trials"
refuses 2 'starts from the end of lap 28' recommend "$under_way" --car AAA --lap 20
"$PITBOARD" import auto "$spanish" --store "sqlite:$work/s.db" >/dev/null 2>"$work/err" || fail "import: $(cat "$work/err")"
accepts recommend 2023-07 --store "sqlite:$work/s.db" --car VER --lap 26 --trials "$trials" --json
holds "$work/out" 'car and .lap == 26' || fail "a race of a store: $(head -c 300 "$work/out")"

# ---- the same bytes ----
same() { # what, ARGS...: as $work/want
    "$PITBOARD" recommend "${@:2}" --trials "$trials" --json | grep -v elapsed_ms >"$work/got"
    cmp -s "$work/want" "$work/got" || fail "$1 differs: $(diff "$work/want" "$work/got" | head -3)"
}
"$PITBOARD" recommend "$spanish" --car all --lap 60 --trials "$trials" --threads 1 --isa scalar --json |
    grep -v elapsed_ms >"$work/want"
for isa in $("$PITBOARD" version --json | jq -r '.isas[]'); do same "$isa" "$spanish" --car all --lap 60 --isa "$isa"; done
# A file that ends when the leader completed lap 60 says all there is to say.
mkdir "$work/cut"
end=$(awk -F, '$5 == 60 && (min == "" || $7 < min) { min = $7 } END { print min }' "$spanish")
awk -F, -v end="$end" 'NR == 1 || $7 + 0 <= end + 0' "$spanish" >"$work/cut/2023_07_spanish.csv"
[ "$(wc -l <"$work/cut/2023_07_spanish.csv")" -lt 1210 ] || fail "the cut file is whole"
same 'a file that ends there' "$work/cut/2023_07_spanish.csv" --car all --lap 60
[ "$("$PITBOARD" recommend "$spanish" --car VER --lap 60 --seed 2 --trials "$trials" --json | grep -v elapsed_ms | sha256sum)" != \
    "$("$PITBOARD" recommend "$spanish" --car VER --lap 60 --seed 3 --trials "$trials" --json | grep -v elapsed_ms | sha256sum)" ] ||
    fail "another seed gives the same"
finish
