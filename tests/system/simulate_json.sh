# simulate --json: the keys scripts rely on, and sums that must be one.
. "$(dirname "$0")/lib.sh"

check() {
    jq -e '
      def near($x): . - $x | fabs < 1e-6;
      (.race | type) == "string" and .trials == 3000 and .seed == 7 and (.elapsed_s > 0)
      and (.cars | length) as $n
      | (.cars | length) >= 2
      and all(.cars[];
          (.car | type) == "string" and .grid >= 1 and .grid <= $n
          and .mean_position >= 1 and .mean_position <= $n
          and (.position_probs | length) == $n and (.position_probs | add | near(1))
          and all(.position_probs[]; . >= 0 and . <= 1)
          and (.p_win - .position_probs[0] | near(0))
          and (.p_podium - (.position_probs[0:3] | add) | near(0))
          and .p_points >= .p_podium - 1e-9 and .p_dnf >= 0 and .p_dnf <= 1 and .expected_points >= 0
          and (.stops.mean >= 0)
          and (.finish_time_s | has("p10") and has("p50") and has("p90"))
          and (.finish_time_s | .p50 == null or (.p10 <= .p50 and .p50 <= .p90)))
      and ([.cars[].position_probs] | transpose | all(.[]; add | near(1)))
      and (.neutralisations | all(.p_sc, .p_vsc, .p_red; . >= 0 and . <= 1))' "$1" >/dev/null
}

for race in "$PB_SOURCE_DIR"/scenarios/*57.json "$races"/*.csv "$races"/*.json; do
    [ -e "$race" ] || continue
    accepts simulate "$race" --trials 3000 --seed 7 --json
    check "$work/out" || fail "$race: the JSON does not keep its contract"
    [ "$(grep -c elapsed_s "$work/out")" = 1 ] || fail "$race: elapsed_s is not on one line"
done
accepts simulate "$races/2023_07_spanish.csv" --from-lap 30 --trials 3000 --seed 7 --json
check "$work/out" || fail "from lap 30: the JSON does not keep its contract"
jq -e '.from_lap == 30' "$work/out" >/dev/null || fail "from_lap is not told"
refuses 1 'nothing left to play' simulate "$races/2023_07_spanish.csv" --from-lap 66
accepts simulate "$races/2023_07_spanish.csv" --trials 200 --plot "$work/a.svg"
grep -q '</svg>' "$work/a.svg" || fail "no whole chart"
grep -q 'http' "$work/a.svg" && ! grep -q 'www.w3.org' "$work/a.svg" && fail "the chart is not self-contained"
finish
