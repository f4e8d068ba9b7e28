# pitboard recommend, two cars of a team: every number in the unit it was computed
# in, and one joint call that is told to both.
. "$(dirname "$0")/lib.sh"
trials=${PB_TRIALS:-2000}
italian=$races/2024_16_italian.csv
export XDG_DATA_HOME=$work/none # what ships, whatever the user has

# ---- units ----
for pair in points:points:points position:places:places win:prob:prob top=3:prob:points cvar:places:points \
    championship:points:points; do
    objective=${pair%%:*} unit=${pair#*:}
    accepts recommend "$italian" --car LEC --lap 37 --objective "${objective/=/:}" --trials "$trials" --json
    jq -e --arg own "${unit%:*}" --arg team "${unit#*:}" '
        all(.actions[]; .gain.unit == $own) and .team.joint.unit == $team
        and ([.actions[].evidence[] | select(.key | test("^(plan_gain|place_gain|prob_gain|tie.*)$"))]
             | length > 0 and all(.unit == $own))
        and (if $own == "prob" then all(.actions[]; (.gain.value | fabs) <= 1) else true end)
        and (if $team == "prob" then (.team.joint.value | fabs) <= 1 else true end)' "$work/out" >/dev/null ||
        fail "objective $objective: a number under another unit: $(jq -c '[.actions[].evidence, .team]' "$work/out")"
done
accepts recommend "$italian" --car LEC --lap 37 --objective win --trials "$trials"
grep -Eq '^why .* percentage points of chance' "$work/out" || fail "a chance gained: $(cat "$work/out")"

# ---- what the joint call is, against what, and the swap ----
accepts recommend "$italian" --car LEC --lap 37 --trials "$trials" --json
jq -e '.team | .option == "neither" and .mate == "SAI" and .text == "neither now" and (.against.option | length) > 0
    and .turns_call == false and .turn_text == null and .alone.own == "STAY_OUT" and .stack == false
    and .swap.now == false and .swap.answer == "apart" and (.swap.text | startswith("no swap: "))' "$work/out" >/dev/null ||
    fail "the joint call: $(jq -c .team "$work/out")"
accepts recommend "$italian" --car LEC --lap 37 --trials "$trials"
grep -Eq '^team +with SAI: neither now; .* for the team against ' "$work/out" || fail "team: $(cat "$work/out")"
grep -Eq '^ +no swap: ' "$work/out" || fail "no word of a swap: $(cat "$work/out")"

# ---- both are told the same, and a call that is turned says so ----
accepts recommend "$italian" --car all --lap 25 --flag sc --trials "$trials" --json
jq -e '[.cars[] | select(.team.option)] as $c | ($c | length) >= 10
    and all($c[]; . as $a | any($c[]; .car == $a.team.mate and .team.option == $a.team.option
        and .team.first == $a.team.first and .team.joint == $a.team.joint and .team.mate_lap == $a.team.own_lap))
    and all($c[]; (.team.option == "both" or (.team.option == "split" and .team.first == .car)) as $in
        | .team.turns_call == ($in != (.team.alone.own == "BOX"))
        and ((.team.turn_text == null) == (.team.turns_call | not)))' "$work/out" >/dev/null ||
    fail "two cars, two joint calls: $(jq -c '[.cars[] | {car, team}]' "$work/out" | head -c 600)"
turned=$(jq '[.cars[] | select(.team.turns_call)] | length' "$work/out")
accepts recommend "$italian" --car all --lap 25 --flag sc --trials "$trials"
[ "$(grep -c '^TEAM ' "$work/out")" = "$turned" ] || fail "turned $turned, told $(grep -c '^TEAM ' "$work/out")"
finish
