# pitboard recommend under a red flag: the plan with the sets left, in words and as
# JSON, for every objective and as few trials as are taken.
. "$(dirname "$0")/lib.sh"
saudi=$races/2021_21_saudi_arabian.csv
export XDG_DATA_HOME=$work/none # what ships, whatever the user has

accepts recommend "$saudi" --car VER --lap 12 --flag red --trials 2000
head -1 "$work/out" | grep -Eq '^VER (fit the (soft|medium|hard)|keep the set) ' || fail "the first line: $(head -1 "$work/out")"
grep -q -e STAY_OUT -e 'BOX ' -e 'decide within' -e 'no stop is worth it' "$work/out" &&
    fail "words of a race that runs: $(cat "$work/out")"
grep -q 'keep the set' "$work/out" || fail "keeping the set is not told of"
grep -Eq '^red flag +(fit the [a-z]+|keep the set), then ' "$work/out" || fail "no plan: $(cat "$work/out")"
grep -Eq 'sets left after that, at most: [0-9]+ soft' "$work/out" || fail "no sets left: $(cat "$work/out")"

accepts recommend "$saudi" --car VER --lap 12 --flag red --trials 2000 --json
jq -e '.red.compound == .actions[0].compound and .red_compound == .red.compound and .decide_by_s == null
    and (.red.sets_left | has("SOFT") and has("MEDIUM") and has("HARD"))
    and all(.red.later[]; .lap > 13 and .lap < 50 and (.compound | type) == "string")
    and all(.actions[] | select(.action == "STAY_OUT"); .target_lap == null or .target_lap > 13)' "$work/out" >/dev/null ||
    fail "the plan as JSON: $(jq -c '.red' "$work/out")"
accepts recommend "$saudi" --car VER --lap 12 --trials 200 --json
jq -e '.red == null and .red_compound == null' "$work/out" >/dev/null || fail "a red flag where there is none"

for trials in 100 300 400; do
    for aim in cvar win; do
        accepts recommend "$saudi" --car VER --lap 12 --flag red --objective "$aim" --trials "$trials"
    done
done
finish
