# pitboard recommend, strategy, simulate: stops that are owed on the last laps, a field
# that is led through the pit lane, a red flag that finds a car in the lane.
. "$(dirname "$0")/lib.sh"
shared=${PB_SHARED_DIR:-}/data/armchair-strategist/races
[ -r "$shared/2025_08_monaco.csv" ] || { echo "skipped: $shared is not here"; exit 77; }
monaco=$shared/2025_08_monaco.csv canada=$shared/2025_10_canadian.csv australia=$shared/2023_03_australian.csv
export XDG_DATA_HOME=$work/none

# says FILTER ARGS...: recommend answers, and the filter holds of its JSON.
says() {
    local filter=$1
    shift
    accepts recommend "$@" --json
    jq -e "$filter" "$work/out" >/dev/null || fail "not $filter: recommend $*"
}

# ---- Monaco 2025 asks for two stops; Verstappen made his second on lap 77 of 78 ----
says '.actions[0].action == "BOX" and .actions[0].target_lap == 77 and any(.rules[]; .rule == "min_stops" and .binds)' \
    "$monaco" --car VER --lap 76
says '.actions[0].target_lap == 77' "$monaco" --car VER --lap 76 --set rules.min_stops=2
says '.actions[0].action == "STAY_OUT" and any(.rules[]; .text | contains("can no longer keep it"))
    and any(.assumed[]; contains("rules.min_stops: VER can no longer make 2 stops"))' "$monaco" --car VER --lap 77
accepts strategy "$monaco" --car VER --from-lap 76
sed -n '/^ *[1-9]  [HMS]/p' "$work/out" | grep -qv -e '-77 ' && fail "a strategy from lap 76 without the stop that is owed"
accepts simulate "$monaco" --from-lap 76 --trials 500
grep -q 'VER.*1 stop 100 %.*lap 77' "$work/out" || fail "VER is simulated without the stop that it owes"
accepts simulate "$monaco" --from-lap 77 --trials 500
grep -q 'VER can no longer make 2 stops' "$work/err" || fail "simulate does not say which rule it set aside"

# ---- Leclerc on one set of mediums: his trouble is not that of the wall ----
mkdir -p "$work/made"
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR > 1 && $1 == "LEC" { $at["Compound"] = "MEDIUM"; $at["Stint"] = 1; $at["TyreLife"] = $at["LapNumber"]
        $at["PitInTime_s"] = $at["PitOutTime_s"] = "" } 1' "$shared/2024_16_italian.csv" >"$work/made/2024_16_italian.csv"
italy=$work/made/2024_16_italian.csv
says '.actions[0].action == "BOX" and .actions[0].target_lap == 52' "$italy" --car LEC --lap 51
says '.actions[0].action == "STAY_OUT"' "$italy" --car PIA --lap 51
says '[.cars[] | select(.actions[0].action == "BOX") | .car] == ["LEC"]' "$italy" --car all --lap 51
says '.actions[0].action == "STAY_OUT" and any(.rules[]; .text | contains("lap 52 was the last for it"))' \
    "$italy" --car LEC --lap 52
says '.actions[0].action == "STAY_OUT"' "$italy" --car PIA --lap 52

# ---- Montreal 2025: the safety car leads the field through the lane ----
says '.position == 1 and .actions[0].action == "STAY_OUT"' "$canada" --car RUS --lap 67
says '.position == 2' "$canada" --car VER --lap 67
says '.position == 1' "$canada" --car RUS --lap 68

# ---- a red flag: whoever is in the lane may choose ----
free='any(.actions[]; .action == "BOX") and any(.actions[]; .action == "STAY_OUT") and (.actions[0].evidence | length) == 3
    and any(.rules[]; .rule == "two_compounds")'
says "$free" "$australia" --car HAM --lap 8 --flag red      # held there by the flag
says "$free" "$races/2023_07_spanish.csv" --car VER --lap 26 --flag red # on his way to his first stop
finish
