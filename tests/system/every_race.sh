# Every race there is beside the repository: imported whole, and played or
# refused with the reason. Skipped where the data are not.
. "$(dirname "$0")/lib.sh"
data=$PB_SHARED_DIR/armchair-strategist
[ -d "$data" ] || data=$PB_SHARED_DIR/data/armchair-strategist
[ -d "$data/races" ] || { echo "skipped: no armchair-strategist data beside the repository"; exit 77; }
trials=${PB_TRIALS:-2000}

whole_import() {
    accepts import auto "$data"/races/*.csv "$data"/sprints/*.csv --json
    jq -e '
        .accepted + (.quarantined | length) == .rows and (.refused | length) == 0
        and (.races | length) == 173 and ([.races[] | select(.sprint)] | length) == 27
        and ([.races[] | .accepted + .quarantined == .rows] | all)
        and ([.races[] | select(.playable | not) | .id] | sort) == ["2020-01", "2021-12"]' "$work/out" >/dev/null ||
        fail "import: $(jq -c '[.accepted, (.quarantined | length), .rows, (.races | length)], [.races[] | select(.playable | not) | .id]' "$work/out")"
    rows=$(cat "$data"/races/*.csv "$data"/sprints/*.csv | wc -l)
    [ "$(jq .rows "$work/out")" = $((rows - 173)) ] ||
        fail "rows in the files: $((rows - 173)), told: $(jq .rows "$work/out")"
}
[ -n "${PB_TRIALS:-}" ] || whole_import # not in slow builds

sums='def near($x): . - $x | fabs < 1e-6;
    ([.cars[].position_probs] | all(.[]; add | near(1)) and (transpose | all(.[]; add | near(1))))'
played=0 seen=0
for race in "$data"/races/*.csv "$data"/sprints/*.csv; do
    seen=$((seen + 1))
    [ -z "${PB_TRIALS:-}" ] || [ $((seen % 8)) = 0 ] || continue # slow builds: one in eight
    run simulate "$race" --trials "$trials" --json
    case $code in
    0)
        jq -e "$sums" "$work/out" >/dev/null || fail "$race: probabilities do not sum to 1"
        played=$((played + 1))
        ;;
    1) [ "$(wc -l <"$work/err")" = 1 ] || fail "$race: refused without a reason" ;;
    *) fail "$race: exit $code" ;;
    esac
done
[ -n "${PB_TRIALS:-}" ] || [ "$played" = 171 ] || fail "$played races could be played, not 171"

tum=$PB_SHARED_DIR/tum-race-simulation
[ -d "$tum" ] || tum=$PB_SHARED_DIR/data/tum-race-simulation
n=0
for ini in "$tum"/pars_*_*.ini; do
    [ -e "$ini" ] || continue
    n=$((n + 1))
    [ -z "${PB_TRIALS:-}" ] || [ $((n % 8)) = 0 ] || continue
    run simulate "$ini" --trials "$trials" --json
    [ "$code" = 0 ] || { [ "$code" = 1 ] && [ "$(wc -l <"$work/err")" = 1 ]; } || fail "$ini: exit $code"
    [ "$code" != 0 ] || jq -e "$sums" "$work/out" >/dev/null || fail "$ini: probabilities do not sum to 1"
    [ "$code" = 0 ] || cat "$work/err"
done
echo "$played lap files and $n TUM races played"
finish
