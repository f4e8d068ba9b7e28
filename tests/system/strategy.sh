# pitboard strategy: the keys scripts rely on, plans on the command line, wrong
# input, and the same bytes for any instruction set.
. "$(dirname "$0")/lib.sh"
trials=${PB_TRIALS:-2000}
[ "$trials" -ge 1000 ] || trials=1000
spanish=$races/2023_07_spanish.csv
italian=$races/2024_16_italian.csv
export XDG_DATA_HOME=$work/none # what ships, whatever the user has

# ---- what an answer holds ----
cat >"$work/contract.jq" <<'E2'
def gain: (.value | type) == "number" and .lo <= .value and .value <= .hi and (.unit | IN("points", "places", "prob"));
def plan: (.start_compound | type) == "string" and (.plan | startswith(.start_compound? // "") | type) == "boolean"
    and all(.stops[]; (.lap | type) == "number" and (.compound | type) == "string")
    and ([.stops[].lap] | . == (sort | unique))
    and .plan == ([.start_compound, .stops[].compound] | join("-"))
        + (if (.stops | length) > 0 then "," + ([.stops[].lap | tostring] | join("-")) else "" end);
def ranked: plan and .mean_position >= 1 and .expected_points >= 0 and (.gain | gain)
    and .p_best >= 0 and .p_best <= 1 and .p_better >= 0 and .p_better <= 1 and .trials > 0;
def trigger: (.kind | IN("wear", "pit_loss", "sc", "lap1_place")) and (.text | type) == "string" and .gain > 0
    and (if .kind == "sc" then .from_lap <= .to_lap else (.side | IN("above", "below")) and (.value | type) == "number"
         and (.expected | type) == "number" end);
def other: . == null or (ranked and all(.triggers[]; trigger));
def node: has("parent") and (.compound | type) == "string" and .share >= 0.01 and .share <= 1 + 1e-6 and .ends >= 0
    and (.parent == null or .parent < .node);
def car: (.car | type) == "string" and (.objective | type) == "string" and .evaluated >= (.candidates | length)
    and (.candidates | length) >= 1 and all(.candidates[]; ranked) and .candidates[0].gain.value == 0
    and ([.candidates[1:][].gain.value] | . == (sort | reverse))
    and all(.window[]; .opens <= .best and .best <= .closes) and has("plan_b") and has("plan_c")
    and (.plan_b | other) and (.plan_c | other) and all(.tree[]; node) and .tree[0].share > 1 - 1e-6
    and all(.start_tyres[]; (.compound | type) == "string" and (.gain | gain) and (.plan | type) == "string")
    and .equilibrium.rounds >= 1 and (.equilibrium.settled | type) == "boolean"
    and all(.equilibrium.cars[]; (.car | type) == "string" and all(.plans[]; plan)
            and (([.plans[].share] | add) > 0.99999)) and .trials > 0;
E2
holds() { # FILE CONDITION: the contract's words at hand
    jq -e "$(cat "$work/contract.jq") $2" "$1" >/dev/null
}

accepts strategy "$spanish" --car VER --trials "$trials" --json
holds "$work/out" 'car and .car == "VER" and .objective == "points" and .from_lap == 0 and .laps == 66
    and (.candidates | length) == 10 and (.start_tyres | length) >= 2 and .elapsed_s >= 0 and .seed == 1
    and (.window | length) == (.candidates[0].stops | length) and any(.assumed[]; test("nothing of the race itself"))
    and any(.equilibrium.cars[]; .car == "VER") and (.equilibrium.cars | length) == 6
    and all(.candidates[]; ([.start_compound, .stops[].compound] | unique | length) >= 2)' ||
    fail "the contract: $(head -c 400 "$work/out")"
cp "$work/out" "$work/ver"
for aim in position win top:3 cvar championship championship:HAM; do
    accepts strategy "$spanish" --car VER --from-lap 50 --trials 1000 --top 3 --objective $aim --json
    holds "$work/out" "car and (.candidates | length) <= 3 and (.objective | startswith(\"$aim\"))" || fail "aim $aim"
done
accepts strategy "$italian" --car all --from-lap 40 --trials 1000 --json # one car is out
holds "$work/out" '(.cars | length) == 19 and all(.cars[]; car) and all(.cars[]; .car != "TSU")' || fail "all cars"

# ---- for people ----
accepts strategy "$spanish" --car ver --trials "$trials"
head -1 "$work/out" | grep -q 'VER from P1 on the grid, gains in points' || fail "the first line: $(head -1 "$work/out")"
[ "$(grep -c '^ *[0-9]*  [A-Z-]*,[0-9-]* ' "$work/out")" = 10 ] || fail "not ten plans: $(cat "$work/out")"
for word in window 'start on' 'plan B' 'plan C' driven rivals assumed; do
    grep -q "^$word " "$work/out" || fail "no line '$word': $(cat "$work/out")"
done

# ---- before the race nothing of it is known ----
# the same grid with every lap time, stop and tyre another one
awk -F, -v OFS=, 'NR > 1 { $6 = $6 * 1.03; $7 = $7 * 1.03; $10 = "HARD"; $15 = ""; $16 = "" } { print }' "$spanish" \
    >"$work/2023_07_spanish.csv"
accepts strategy "$work/2023_07_spanish.csv" --car VER --trials "$trials" --json
grep -v elapsed_s "$work/ver" >"$work/a"
grep -v elapsed_s "$work/out" >"$work/b"
cmp -s "$work/a" "$work/b" || fail "laps of the race leak into its plan: $(diff "$work/a" "$work/b" | head -4)"
accepts strategy "$spanish" --car VER --trials "$trials" --set pace=actual --json
holds "$work/out" 'car and all(.assumed[]; test("nothing of the race itself") | not)' || fail "a look back"
cut -d, -f 1-3,5- "$spanish" >"$work/nogrid.csv"
mkdir "$work/ng" && mv "$work/nogrid.csv" "$work/ng/2023_07_spanish.csv"
accepts strategy "$work/ng/2023_07_spanish.csv" --car VER --trials 1000 --json
holds "$work/out" 'any(.assumed[]; test("order at the end of lap 1"))' || fail "no word of the grid that is missing"

# rivals as such cars stopped before: races at hand, and none that is dry
accepts strategy "$italian" --car LEC --trials 1000 --data "$races/2021_21_saudi_arabian.csv" --data "$spanish" --json
holds "$work/out" 'car and any(.assumed[]; test("cars stop as such cars did in 2 races before"))' ||
    fail "races before: $(jq -c .assumed "$work/out")"
accepts strategy "$italian" --car LEC --trials 1000 --data "$races/2019_11_german.csv" --json
holds "$work/out" 'car and any(.assumed[]; test("costs least, since stops: no dry race"))' ||
    fail "no dry race before: $(jq -c .assumed "$work/out")"

# ---- from a lap on ----
accepts strategy "$italian" --car LEC --from-lap 20 --trials "$trials" --json
holds "$work/out" 'car and .from_lap == 20 and .start_tyres == [] and all(.candidates[]; .stops[0].lap == 15)
    and all(.window[]; .opens > 20)' || fail "from a lap: $(head -c 400 "$work/out")"
cp "$work/out" "$work/whole"
mkdir "$work/cut"
end=$(awk -F, '$5 == 20 && (min == "" || $7 < min) { min = $7 } END { print min }' "$italian")
awk -F, -v end="$end" 'NR == 1 || $7 + 0 <= end + 0' "$italian" >"$work/cut/2024_16_italian.csv"
accepts strategy "$work/cut/2024_16_italian.csv" --car LEC --from-lap 20 --trials "$trials" --json
cmp -s <(grep -v elapsed_s "$work/whole") <(grep -v elapsed_s "$work/out") || fail "a file that ends there differs"
accepts strategy "$races/2023_07_spanish.json" --car VER --trials 1000 --json
holds "$work/out" 'car' || fail "a race file: $(head -c 300 "$work/out")"

# ---- what if ----
accepts strategy "$spanish" --car VER --trials "$trials" --set pit.loss_s=4 --json
jq -e '.candidates[0].stops | length' "$work/out" >"$work/cheap"
jq -e '.candidates[0].stops | length' "$work/ver" >"$work/dear"
[ "$(cat "$work/cheap")" -gt "$(cat "$work/dear")" ] || fail "stops that cost nothing are not taken"

# ---- two plans ----
accepts strategy "$spanish" --car VER --compare MEDIUM-HARD,30 --with soft-medium-soft,18-44 --trials 4000 --json
holds "$work/out" '(.compare | ranked) and (.with | ranked) and .compare.plan == "MEDIUM-HARD,30"
    and .with.plan == "SOFT-MEDIUM-SOFT,18-44" and (.compare.gain.value + .with.gain.value | fabs) < 1e-5
    and (.compare.p_better + .with.p_better - 1 | fabs) < 1e-5 and .compare.trials == 2000' ||
    fail "two plans: $(cat "$work/out")"
accepts strategy "$spanish" --car VER --compare MEDIUM-HARD,30 --with MEDIUM-HARD,30 --trials 1000
grep -q 'A ends better than B in 50 % of races' "$work/out" || fail "a plan against itself: $(cat "$work/out")"
refuses 2 'two plans are compared' strategy "$spanish" --car VER --compare MEDIUM-HARD,30
refuses 2 'two plans are compared' strategy "$spanish" --car VER --with MEDIUM-HARD,30
refuses 2 'for one car' strategy "$spanish" --car all --compare MEDIUM-HARD,30 --with MEDIUM-HARD,31
two() { refuses "$1" "$2" strategy "$spanish" --car VER --compare MEDIUM-HARD,30 --with "$3"; }
two 2 "no tyre 'MEDUM'.*did you mean MEDIUM" MEDUM-HARD,30
two 2 "no tyre 'BLUE'" BLUE-HARD,30
two 2 'wants a value, not an empty text' ''
two 2 "no tyre ''" MEDIUM--HARD,30
two 2 '2 set(s) take 1 stop(s), and 0 lap(s)' MEDIUM-HARD
two 2 '2 set(s) take 1 stop(s), and 2 lap(s)' MEDIUM-HARD,30-40
two 2 "'x' is no lap" MEDIUM-HARD,x
two 2 "'0' is no lap" MEDIUM-HARD,0
two 1 'stops come on laps 1 to 65' MEDIUM-HARD,66
two 1 'each comes after the one before' MEDIUM-HARD-SOFT,30-30
two 1 'one dry compound' MEDIUM-MEDIUM,30
two 1 '3 sets of HARD; VER has 2 at most' HARD-HARD-HARD,20-40
refuses 1 'has driven another race' strategy "$italian" --car LEC --from-lap 20 --compare MEDIUM-HARD,30 --with MEDIUM-HARD,31

# ---- wrong input ----
refuses 2 'which race' strategy
refuses 2 'one race at a time' strategy "$spanish" "$italian" --car VER
refuses 2 'which car' strategy "$spanish"
refuses 2 'did you mean VER' strategy "$spanish" --car VEX
refuses 2 'objective fame' strategy "$spanish" --car VER --objective fame
refuses 2 'top:N (N from 1 to 20)' strategy "$spanish" --car VER --objective top:21
refuses 2 'no such car' strategy "$spanish" --car VER --objective championship:XXX
refuses 2 'from 1 to 512' strategy "$spanish" --car VER --from-lap 0
refuses 1 'nothing left' strategy "$spanish" --car VER --from-lap 66
refuses 1 'TSU: it stopped after lap 7' strategy "$italian" --car TSU --from-lap 20
refuses 2 'either actual or before' strategy "$spanish" --car VER --set pace=fast
refuses 2 'not known before a race' strategy "$spanish" --car VER --set plans=actual
refuses 2 'give the lap CSV' strategy "$races/2023_07_spanish.json" --car VER --set pace=actual
refuses 1 'pit/loss_s: -5 is not allowed' strategy "$spanish" --car VER --set pit.loss_s=-5
refuses 2 'isa' strategy "$spanish" --car VER --isa avx9
refuses 2 'name the store' strategy 2023-07 --car VER
refuses 1 'no such file' strategy "$work/none.csv" --car VER

# ---- a race of a store ----
"$PITBOARD" import auto "$spanish" --store "sqlite:$work/s.db" >/dev/null 2>"$work/err" || fail "import: $(cat "$work/err")"
accepts strategy 2023-07 --store "sqlite:$work/s.db" --car VER --trials "$trials" --json
cmp -s "$work/a" <(grep -v elapsed_s "$work/out") || fail "a race of a store differs: $(head -c 300 "$work/out")"

# ---- the same bytes ----
for isa in $("$PITBOARD" version --json | jq -r '.isas[]'); do
    got=$("$PITBOARD" strategy "$italian" --car SAI --from-lap 45 --trials 1000 --isa "$isa" --json | grep -v elapsed_s | sha256sum)
    [ "$got" = "${one:=$got}" ] || fail "$isa differs"
done
other=$("$PITBOARD" strategy "$italian" --car SAI --from-lap 45 --trials 1000 --seed 2 --json | grep -v elapsed_s | grep -v '"seed"' | sha256sum)
this=$("$PITBOARD" strategy "$italian" --car SAI --from-lap 45 --trials 1000 --json | grep -v elapsed_s | grep -v '"seed"' | sha256sum)
[ "$other" != "$this" ] || fail "another seed gives the same"
finish
